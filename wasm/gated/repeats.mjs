// A tag that the gate let run does not run again. Routers and frameworks compare the page's markup with the document and
// write it over what the gate changed: the same node then waits once more. Those that merge heads add a tag that they do
// not find as it was written, and expect of a tag in <head> that it runs once in a document.

import { page, within } from '../page/page.mjs';

const TAGS = 'script[data-category]', WAITING = 'text/plain';

const over = new WeakSet(); // scripts that have run, or that the gate replaced
const heads = new Set(); // what those in <head> were

const wordsOf = ({ dataset, src, text }) => [dataset.category, dataset.type, dataset.src ?? src, text].join('\n');
const hasRun = ({ type }) => type !== WAITING && !type.startsWith('abide/'); // belated.mjs stops scripts for a while
const isInHead = (script) => script.parentNode === page.head;

/** Ends the wait of scripts that have run. */
export function endRepeats(scripts) {
  for (const script of scripts) {
    if (script.getAttribute('type') !== WAITING) continue;
    if (over.has(script) || isInHead(script) && heads.has(wordsOf(script))) script.type = script.dataset.type ?? '';
  }
}

function note(script) {
  over.add(script);
  if (isInHead(script)) heads.add(wordsOf(script));
}

function see({ type, target, addedNodes, attributeName, oldValue }) {
  if (type === 'childList') {
    const added = [...addedNodes].filter((node) => node instanceof Element).flatMap((node) => within(node, TAGS));
    added.filter(hasRun).forEach(note);
    return endRepeats(added);
  }
  if (target.localName !== 'script') return;
  if (target.matches(`${TAGS}[type="${WAITING}"]`)) endRepeats([target]);
  else if (attributeName !== 'type' || oldValue === WAITING && hasRun(target)) note(target);
}

/** Call as soon as one runs. Some may have run before this file was loaded. */
export function watchRepeats() {
  within(document, TAGS).filter(hasRun).forEach(note);
  new MutationObserver((records) => records.forEach(see))
    .observe(document, { childList: true, subtree: true, attributeFilter: ['type', 'data-category'], attributeOldValue: true });
}
