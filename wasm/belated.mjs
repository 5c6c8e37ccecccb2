// A script that the gate lets through runs after the page was read. The events that it waits for have been: it hears them
// all the same, alone. What it writes with document.write goes to its place, for the browser would begin the page anew.

import { page, within } from './page.mjs';

const PAST = ['DOMContentLoaded', 'readystatechange', 'load', 'pageshow']; // in the order in which they are told

const made = new WeakSet(); // scripts that those of the gate make or write: what they do is done for these
const untold = []; // listeners that hear soon
let hearing; // the script whose listener hears now

/** The script of the gate for which something is done now. */
function gated() {
  if (page.readyState === 'loading') return;
  const script = page.currentScript;
  if (script) return script.dataset?.category || made.has(script) ? script : undefined;
  return hearing ?? calling();
}

/** In a module, and in what was put off, the addresses of the callers tell. An inline module has none, or that of the page. */
function calling() {
  const { stack = '' } = new Error(), calls = (address) => stack.includes(`${address}:`);
  return [...page.querySelectorAll('script[data-category]:not([type="text/plain"])')].find(({ src, type }) =>
    (src ? calls(src) : type === 'module' && (calls('<anonymous>') || calls(location.href.split('#')[0]))));
}

let stands = false;

/** Before these scripts run. `nowhere` gives the empty address, as the page's policy wants it. */
export function standIn(scripts, nowhere) {
  if (!stands) begin(nowhere);
  return findDead([...scripts, ...within(document, WAITING)], nowhere);
}

const WAITING = 'script[type="text/plain"][data-category]';

/** What is inserted while others run the gate tells nobody. */
function seeMore(nowhere) {
  new MutationObserver((records) => {
    const added = records.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node instanceof Element);
    findDead(added.flatMap((node) => within(node, WAITING)), nowhere);
  }).observe(document, { childList: true, subtree: true });
}

/** Marks those that never run: who was made by innerHTML, or copied from such. Nothing tells it but a copy, which a browser
    would answer with an error, for it has no address. In a shadow root, so that nobody hears of it. */
async function findDead(found, nowhere) {
  const scripts = [...new Set(found)].filter((script) => script.async && script.dead === undefined && window.abide.passes(script));
  if (!scripts.length) return; // those that are not `async` never stay the nodes that they are
  const host = page.createElement('div'), last = page.createElement('script'), alive = new Set();
  const probes = scripts.map((script) => {
    const probe = script.cloneNode();
    for (const { name } of [...probe.attributes]) probe.removeAttribute(name);
    probe.addEventListener('error', () => alive.add(script));
    return probe;
  });
  try {
    for (const probe of [...probes, last]) probe.src = nowhere();
    for (const script of scripts) script.dead = true; // until more is known: a new one runs in any case
  } catch {
    return; // trusted types: what can be seen from outside must do
  }
  host.hidden = true;
  host.attachShadow({ mode: 'closed', abide: true }).append(...probes, last);
  const isAnswered = new Promise((resolve) => last.addEventListener('error', resolve));
  page.documentElement.append(host);
  await isAnswered;
  host.remove();
  for (const script of scripts) script.dead = !alive.has(script);
}

function begin(nowhere) {
  stands = true;
  seeMore(nowhere);
  for (const [target, owner] of [[document, ownerOf('addEventListener')], [window, window]])
    owner.addEventListener = function (...given) {
      EventTarget.prototype.addEventListener.apply(this ?? target, given); // as it is by then: zone.js puts its own there
      hear(this ?? target, ...given);
    };
  for (const [owner, type] of [[window, 'load'], [Document.prototype, 'readystatechange']])
    before(owner, `on${type}`, (target, listener) => hear(target, type, listener));
  before(HTMLScriptElement.prototype, 'src', (script) => gated() && made.add(script));
  for (const name of ['write', 'writeln', 'open', 'close']) letWrite(name);
}

/** Where the document has a function that a script of the page may have changed: names of elements change nothing there. */
const ownerOf = (name) => (Object.getOwnPropertyDescriptor(document, name)?.writable ? document : Document.prototype);

/** Does something before a property is set. */
function before(owner, name, act) {
  const was = Object.getOwnPropertyDescriptor(owner, name);
  if (!was?.set) return;
  Object.defineProperty(owner, name, { ...was, set(value) {
    act(this ?? window, value);
    was.set.call(this, value);
  } });
}

/** Lets a listener hear what has been, under a name that nobody else hears. */
function hear(target, type, listener, options) {
  const order = target === document || target === window ? PAST.indexOf(type) : -1;
  const script = order < 0 || order && page.readyState !== 'complete' ? null : gated();
  if (!script) return;
  const name = `abide ${type} ${untold.length}`;
  EventTarget.prototype.addEventListener.call(target, name, listener, options);
  if (untold.push({ order, type, name, target, script, listener, options }) === 1) setTimeout(tell);
}

/** After the script, as if the browser told it. */
function tell() {
  for (const { type, name, target, script, listener, options } of untold.splice(0).sort((one, other) => one.order - other.order)) {
    hearing = script;
    const event = Object.defineProperties(new Event(name), { type: { value: type }, target: { value: document } });
    EventTarget.prototype.dispatchEvent.call(target, event);
    EventTarget.prototype.removeEventListener.call(target, name, listener, options);
  }
  hearing = undefined;
}

const written = new WeakMap(); // by script: what it wrote that is not in the page yet, and behind what it goes

function letWrite(name) {
  const owner = ownerOf(name), browsers = owner[name];
  owner[name] = function (...parts) {
    const script = gated();
    if (this !== document || !script && !isStray(name)) return browsers.apply(this, parts);
    if (name === 'open') return document;
    if (name !== 'close' && script && script.type !== 'module') write(script, parts.join('') + (name === 'writeln' ? '\n' : ''));
  };
}

/** What an inline script of the gate put off has no address. Unless the visitor did something, nobody means to begin anew. */
const isStray = (name) => name[0] === 'w' && page.readyState !== 'loading' && !window.event &&
  page.querySelector('script[data-category]:not([src],[type="text/plain"])');

/** What is whole is there at once: the script may ask for it. What is still open is closed when the script has ended. */
function write(script, text) {
  const one = written.get(script) ?? { text: '', last: script };
  written.set(script, one);
  if (!one.text) queueMicrotask(() => put(one));
  one.text += text;
  const probe = page.createElement('template');
  probe.innerHTML = `${one.text}<wbr>`;
  if (probe.content.lastChild?.localName === 'wbr') put(one);
}

function put(one) {
  const range = page.createRange(), { last, text } = one;
  range.selectNode(last);
  const parts = range.createContextualFragment(text);
  for (const script of parts.querySelectorAll('script')) made.add(script);
  one.text = '';
  one.last = parts.lastChild ?? last;
  last.after(parts);
}
