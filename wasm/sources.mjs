// What waits under names of Abide's own: `data-abide-src`, `-srcset`, `-href`, `-data`, `-poster` become src, srcset and so on
// once the categories of the element are allowed, and wait again when they no longer are. No lazy loader takes these names
// for its own. In open shadow roots, where the gate does not look, images and frames with `data-src` too.

import { within } from './following.mjs';

const NAMES = ['src', 'srcset', 'href', 'data', 'poster'];
const OWN = NAMES.map((name) => `[data-category][data-abide-${name}]`).join();
const OF_GATE = ':is(img,iframe)[data-category][data-src]';

const known = new Map(); // by element: what is shown, by name, with the attribute that held it
let listening = null;

/** Below an element or a shadow root, and the element itself. */
export function look(root, api) {
  listening ??= api.on('change', () => known.forEach((_, element) => settle(element)));
  const wanted = root.host || root.getRootNode().host ? `${OWN},${OF_GATE}` : OWN;
  for (const element of within(root, wanted)) {
    if (!known.has(element)) known.set(element, new Map());
    settle(element);
  }
}

function settle(element) {
  if (!element.isConnected) return void known.delete(element);
  if (window.abide.passes(element)) show(element);
  else hold(element);
}

function show(element) {
  for (const [holder, name] of holdersOf(element)) {
    const value = element.getAttribute(holder);
    if (/^javascript:/i.test(value.replace(/[\0-\x20]/g, ''))) continue; // sanitizers of HTML let data- attributes pass
    known.get(element).set(name, holder);
    element.setAttribute(name, value);
    element.removeAttribute(holder);
  }
  if (element.localName === 'source') element.parentNode.load?.(); // a player looks at its sources once
}

/** Pairs of the attribute that holds an address and the one that it is for. */
function holdersOf(element) {
  const pairs = NAMES.map((name) => [`data-abide-${name}`, name]);
  if (element.matches(OF_GATE) && element.getRootNode().host) pairs.push(['data-src', 'src']);
  return pairs.filter(([holder]) => element.hasAttribute(holder));
}

/** As the same node; taken out and put in, a frame forgets what it showed. */
function hold(element) {
  const shown = known.get(element);
  if (!shown.size) return;
  for (const [name, holder] of shown) {
    element.setAttribute(holder, element.getAttribute(name));
    element.removeAttribute(name);
  }
  shown.clear();
  const player = element.closest('video,audio');
  if (player) player.load();
  else element.parentNode.insertBefore(element, element.nextSibling);
}
