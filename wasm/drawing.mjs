// How the page's own parts of Abide are drawn: element by element, with the style sheets that lie beside the modules.

import { page } from './page.mjs';
import { fileAt } from './place.mjs';

export function create(name, properties = {}, children = []) {
  const element = Object.assign(page.createElement(name), properties);
  element.append(...children);
  return element;
}

const sheets = new Map(); // by name

/** Waits for the page's own link to a style sheet of that name, or for one that it adds. */
export function styleSheet(name) {
  if (!sheets.has(name)) sheets.set(name, link(name));
  return sheets.get(name);
}

function link(name) {
  if (page.querySelector(`link[rel~="stylesheet"][href*="${name}"]`)) return Promise.resolve();
  return new Promise((resolve) => {
    page.head.append(create('link', { rel: 'stylesheet', href: fileAt(name), onload: resolve, onerror: resolve }));
  });
}
