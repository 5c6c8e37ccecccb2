// Draws the parts of Abide that pages make themselves: creates elements and loads the style sheets beside the modules.

import { page, setOfPage } from './page.mjs';
import { fileAt } from './place.mjs';

export function create(name, properties = {}, children = []) {
  const element = Object.assign(page.createElement(name), properties);
  element.append(...children);
  return element;
}

/** Adds a sheet for the whole page. No content security policy forbids it, and it stays if the head is replaced. */
export function wear(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return wearAgain(sheet);
}

/** Adds a sheet that the page may have removed: some libraries replace the whole list. */
export function wearAgain(sheet) {
  const { adoptedStyleSheets: worn } = page;
  if (!worn.includes(sheet)) setOfPage('adoptedStyleSheets', [...worn, sheet]);
  return sheet;
}

/** Makes the page leave room for the notice, also in browsers without constructed sheets. */
export function makeRoom(notice) {
  const sheet = page.adoptedStyleSheets && wear('');
  const { style } = page.documentElement;
  if (sheet) new ResizeObserver(() => setTimeout(wearAgain, 0, sheet)).observe(page.documentElement, { box: 'border-box' }); // see room.js
  new ResizeObserver(([{ contentRect: { height } }]) => (sheet ? sheet.replaceSync(`:root{--abide-room:${height}px}`)
    : style.setProperty('--abide-room', `${height}px`))).observe(notice);
}

/** The style sheets of a notice with this layout: `top`, `bar` or one of the cards. */
export const sheetsOf = (layout) => ['notice.css', ...(layout === 'top' ? ['top.css'] : ['over.css'].concat(layout === 'bar' ? [] : 'card.css'))];

const textOf = (name) => fetch(`${fileAt(name)}`).then((reply) => reply.text());
export const wearFiles = (...names) => Promise.all(names.map(textOf)).then((texts) => wear(texts.join('')));

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
