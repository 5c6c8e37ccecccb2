// Fills the server's templates (middleware/assets) and makes elements of them. The syntax is that of
// middleware/src/pages/template.hpp. Elements are made one by one, because a page that requires trusted types cannot turn
// text into HTML.

import { page } from './page.mjs';
import { templates } from './templates.mjs';

const PIECE = /\{\{([#^])(\w+)\}\}([^]*?)\{\{\/\2\}\}|\{\{\{(\w+)\}\}\}|\{\{(:?)([\w.]+)\}\}/g;
const TAG = /<(\/?)([a-z][\w-]*)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*>|[^<]+/g;
const ATTRIBUTE = /([a-z-]+)(?:="([^"]*)")?/g;
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };
const CHARACTERS = Object.fromEntries(Object.entries(ENTITIES).map(([character, entity]) => [entity, character]));

const escape = (text) => String(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
const plain = (text) => text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => CHARACTERS[entity]);

/** The filled template as HTML; `say` returns its texts. */
export const fill = (name, say, values) => fillText(templates[name], say, values);

const fillText = (page, say, values) => page.replace(PIECE, (_, mark, section, inside, html, isText, key) => {
  if (section) return Boolean(values[section]) === (mark === '#') ? fillText(inside, say, values) : '';
  if (html) return values[html] ?? '';
  return escape((isText ? say(key, values) : values[key]) ?? '');
});

/** Makes elements from the result of fill(). */
export function build(html) {
  const made = page.createDocumentFragment();
  let parent = made;
  for (const [text, closes, name, attributes] of html.matchAll(TAG)) {
    if (!name) parent.append(plain(text));
    else if (closes) parent = parent.parentNode;
    else {
      const element = page.createElement(name);
      for (const [, key, value = ''] of attributes.matchAll(ATTRIBUTE)) element.setAttribute(key, plain(value));
      parent.append(element);
      if (name !== 'input') parent = element;
    }
  }
  return made;
}
