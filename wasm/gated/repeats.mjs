// A tag that the gate let run does not run again. Routers and frameworks compare the page's markup with the document and
// write it over what the gate changed: the same node then waits once more. Those that merge heads add a tag that they do
// not find as it was written, and expect of a tag in <head> that it runs once in a document.

import { page, within } from '../page/page.mjs';

const TAGS = 'script[data-category]', WAITING = 'text/plain';
const NEVER = 'abide/ran'; // a type that does not run, wherever the node is moved to
const CHANGED = /^(type|src|data-type|data-src|nonce|async|data-abide-.*)$/; // attributes that the gate changes, or that do not matter

const over = new WeakSet(); // scripts that have run
const replaced = new WeakSet(); // scripts for which another node has run
const heads = new Set(); // what those in <head> were, as texts

const wordsOf = ({ attributes, dataset, src, text }) => [dataset.type, dataset.src ?? src, text, ...[...attributes]
  .filter(({ name }) => !CHANGED.test(name)).map(({ name, value }) => `${name}=${value}`).sort()].join('\n');
const hasRun = ({ type }) => type !== WAITING && !type.startsWith('abide/'); // belated.mjs stops scripts for a while
const waits = (script) => script.dataset.category && script.getAttribute('type') === WAITING;
const isInHead = (script) => script.parentNode === page.head;

/** Ends the wait of scripts that have run. */
export function endRepeats(scripts) {
  for (const script of scripts.filter(waits)) {
    if (over.has(script)) script.type = script.dataset.type ?? '';
    if (replaced.has(script)) script.type = NEVER;
  }
}

function note(script) {
  over.add(script);
  if (isInHead(script)) heads.add(wordsOf(script));
}

function seeAdded(nodes) {
  const scripts = [...nodes].filter((node) => node instanceof Element).flatMap((node) => within(node, TAGS));
  scripts.filter(hasRun).forEach(note);
  endRepeats(scripts);
  for (const script of scripts.filter(waits)) if (isInHead(script) && heads.has(wordsOf(script))) script.type = NEVER;
}

function see({ type, target, addedNodes, attributeName, oldValue }) {
  if (type === 'childList') seeAdded(addedNodes);
  else if (target.localName !== 'script') return;
  else if (waits(target)) endRepeats([target]);
  else if (attributeName !== 'type') replaced.add(target); // the gate took its category away
  else if (oldValue === WAITING && hasRun(target)) note(target);
}

/** Call as soon as one runs. Some may have run before this file was loaded. */
export function watchRepeats() {
  within(document, TAGS).filter(hasRun).forEach(note);
  new MutationObserver((records) => records.forEach(see))
    .observe(document, { childList: true, subtree: true, attributeFilter: ['type', 'data-category'], attributeOldValue: true });
}
