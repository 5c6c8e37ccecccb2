// Draws the parts of Abide that pages make themselves: creates elements and loads the style sheets beside the modules.

import { page } from './page.mjs';
import { fileAt } from './place.mjs';

export function create(name, properties = {}, children = []) {
  const element = Object.assign(page.createElement(name), properties);
  element.append(...children);
  return element;
}

const sheets = new Map(); // by name

/** Resolves at once if the page has a link to a style sheet of that name; otherwise adds one and waits for it. */
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
