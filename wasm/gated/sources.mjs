// Addresses that wait under Abide's own names: `data-abide-src`, `-srcset`, `-href`, `-data`, `-poster` and `-srcdoc` become
// src, srcset and so on once the element's categories are allowed, and wait again when they no longer are. No lazy loader
// uses these names; on pages without one, `data-src`, `data-srcset` and so on work as well. In shadow roots, which the gate
// does not observe, this module passes the scripts to the gate. Routers keep copies of pages, and pages put elements aside: what
// was let through has a mark, `data-abide-let`, so that it waits again if it comes back after a refusal.

import { within } from '../page/page.mjs';

const NAMES = ['src', 'srcset', 'href', 'data', 'poster', 'srcdoc'];
const GATED = '[data-category]:not(script)';
const OF_GATE = 'img,iframe'; // with `data-src`, outside shadow roots

const known = new Map(); // by element: the attributes that are shown, each with the attribute that held its value
const roots = new Set(); // shadow roots
const watched = new WeakSet(); // the document and shadow roots
let listening = null;

/** Looks at an element or a shadow root, and at the elements within it. */
export function look(root, api) {
  listening ??= api.on('change', again);
  watch(root.getRootNode(), api);
  for (const element of within(root, GATED)) {
    if (!known.has(element) && !holdersOf(element).length && !isLet(element)) continue;
    if (!known.has(element)) known.set(element, isLet(element) ? shownBy(element) : new Map());
    settle(element);
  }
  const shadow = root.getRootNode();
  if (!shadow.host) return;
  roots.add(shadow);
  window.abide.add(root);
}

/** Watches for elements that get their address after they were inserted. abide.mjs watches for `src`. */
function watch(root, api) {
  if (watched.has(root) || root !== document && !root.host) return;
  watched.add(root);
  new MutationObserver((records) => { for (const { target } of records) if (target.dataset.category) look(target, api); })
    .observe(root, { subtree: true, attributeFilter: NAMES.flatMap((name) => [`data-${name}`, `data-abide-${name}`]) });
}

function again() {
  known.forEach((_, element) => settle(element));
  for (const root of roots) if (root.isConnected) window.abide.add(root); else roots.delete(root);
}

/** A page that requires trusted types refuses some attributes: what cannot be shown must not keep the others from waiting. */
function settle(element) {
  if (!element.isConnected) return void known.delete(element);
  try {
    if (window.abide.passes(element)) show(element);
    else hold(element);
  } catch (error) {
    console.error(error);
  }
}

const isLet = ({ dataset }) => 'abideLet' in dataset;

/** What a copy shows, by the attributes that it has: it does not tell which of these waited. */
const shownBy = (element) => new Map(NAMES.filter((name) => element.hasAttribute(name))
  .map((name) => [name, name === 'src' && isOfGate(element) ? 'data-src' : `data-abide-${name}`]));

const isOfGate = (element) => element.matches(OF_GATE) && !element.getRootNode().host;

function show(element) {
  const holders = holdersOf(element);
  for (const [holder, name] of holders) {
    const value = element.getAttribute(holder);
    if (/^javascript:/i.test(value.replace(/[\0-\x20]/g, ''))) continue; // HTML sanitizers let data- attributes pass
    if (name === 'srcdoc') keepApart(element);
    known.get(element).set(name, holder);
    element.setAttribute(name, value);
    element.removeAttribute(holder);
    element.dataset.abideLet = true;
  }
  if (holders.length && element.localName === 'source') element.parentNode.load?.(); // a player reads its sources once
}

/** Gives a document in `srcdoc` an opaque origin unless the frame has `sandbox`: HTML sanitizers let the attribute pass. */
function keepApart(frame) {
  if (!frame.hasAttribute('sandbox')) frame.setAttribute('sandbox', 'allow-scripts allow-forms allow-popups allow-presentation');
}

/** Pairs: an attribute that holds an address, and the attribute that it is for. */
function holdersOf(element) {
  const isPlain = (name) => name in element && !(name === 'src' && isOfGate(element)) && !element.matches('a,area');
  return NAMES.flatMap((name) => [[`data-abide-${name}`, name], ...(isPlain(name) ? [[`data-${name}`, name]] : [])])
    .filter(([holder]) => element.hasAttribute(holder));
}

/** Makes the same node wait again. Reinserting a frame clears what it showed. */
function hold(element) {
  const shown = known.get(element);
  if (!shown.size) return;
  for (const [name, holder] of shown) if (element.hasAttribute(name)) {
    element.setAttribute(holder, element.getAttribute(name));
    element.removeAttribute(name);
  }
  shown.clear();
  const player = element.closest('video,audio');
  if (player) player.load();
  else element.parentNode.insertBefore(element, element.nextSibling);
}
