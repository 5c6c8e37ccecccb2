// A script that the gate lets through runs after the page was parsed. The events it waits for have already fired, so its
// listeners, and only these, get them again. What it writes with document.write is inserted behind the script: the browser
// would replace the whole page.

import { globalOf, page, within } from '../page/page.mjs';
import { endRepeats, watchRepeats } from './repeats.mjs';

const PAST = ['DOMContentLoaded', 'readystatechange', 'load', 'pageshow']; // in the order in which they fire
const AT = { readystatechange: [document], load: [window], pageshow: [window] }; // where they can be heard, if not at both

const made = new WeakSet(); // scripts that the gate's scripts create or write; they are treated as the gate's too
const untold = []; // listeners that still have to be called
let heard = 0; // their number so far
let telling; // the timer that calls them
let hearing; // the script whose listener runs now

/** The script of the gate on whose behalf the current code runs. */
function gated() {
  if (page.readyState === 'loading') return;
  const script = page.currentScript;
  if (script) return script.dataset?.category || made.has(script) ? script : undefined;
  return hearing ?? calling();
}

/** In modules and deferred callbacks, the stack names the script. An inline module has no address there, or the page's. */
function calling() {
  const { stack = '' } = new Error(), calls = (address) => stack.includes(`${address}:`);
  return [...page.querySelectorAll('script[data-category]:not([type="text/plain"])')].find(({ src, type }) =>
    (src ? calls(src) : type === 'module' && (calls('<anonymous>') || calls(location.href.split('#')[0]))));
}

const DOCUMENT = Object.getPrototypeOf(Object.getPrototypeOf(document)); // old libraries replace the global Document
let stands = false;

/** Call before these scripts run. `nowhere` returns the empty address, as a trusted type if the page requires one. */
export function standIn(scripts, nowhere) {
  if (!stands) begin(nowhere);
  joinJquery();
  endRepeats(scripts);
  note(scripts);
  return findDead([...scripts, ...within(document, WAITING)], nowhere);
}

const ran = []; // what the gate judges of the scripts that it lets through, which may leave the page

/** A script in SVG has its address in `href`; the gate knows only HTML's attributes. */
function note(scripts) {
  for (const script of scripts) {
    if (script.dataset.category[0] !== '!' && window.abide.passes(script)) ran.push({ dataset: { ...script.dataset } });
    const href = script.getAttribute('href') ?? script.getAttribute('xlink:href');
    if (href !== null && script instanceof SVGElement) script.dataset.src ??= href;
  }
}

const WAITING = 'script[type="text/plain"][data-category]';

/** The gate does not report scripts that are inserted while others run. */
function seeMore(nowhere) {
  new MutationObserver((records) => {
    const added = records.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node instanceof Element);
    const scripts = added.flatMap((node) => within(node, WAITING));
    note(scripts);
    findDead(scripts, nowhere);
  }).observe(document, { childList: true, subtree: true });
}

/** Marks scripts that never run: innerHTML created them, or they were cloned from such a script. Only a clone shows it:
    with an empty address, a clone that can run fires an error event. A shadow root hides the clones from the page. */
async function findDead(found, nowhere) {
  const scripts = [...new Set(found)].filter((script) => script.async && script.dead === undefined && window.abide.passes(script));
  if (!scripts.length) return; // the gate always replaces the nodes of scripts that are not `async`
  const host = page.createElement('div'), last = page.createElement('script'), alive = new Set();
  const probes = scripts.map((script) => {
    const probe = script.cloneNode();
    for (const { name } of [...probe.attributes]) probe.removeAttribute(name);
    probe.addEventListener('error', () => alive.add(script));
    return probe;
  });
  try {
    for (const probe of [...probes, last]) probe.src = nowhere();
    for (const script of scripts) script.dead = true; // until the answer is known: a new node runs in any case
  } catch {
    return; // trusted types forbid the probe
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
  watchRepeats();
  seeMore(nowhere);
  for (const [target, owner] of [[document, ownerOf('addEventListener')], [window, window]])
    for (const [name, act] of [['addEventListener', hear], ['removeEventListener', forget]])
      Reflect.set(owner, name, function (...given) { // no error where the page has frozen what is built in
        EventTarget.prototype[name].apply(this ?? target, given); // looked up on each call: zone.js replaces it
        act(this ?? target, ...given);
      });
  for (const owner of [window, HTMLBodyElement.prototype]) for (const type of ['load', 'pageshow']) replaceOn(owner, type);
  replaceOn(DOCUMENT, 'readystatechange');
  before(HTMLScriptElement.prototype, 'src', (script) => gated() && made.add(script));
  for (const name of ['write', 'writeln', 'open', 'close']) letWrite(name);
  letReload();
}

/** The page is reloaded if one of these scripts is no longer allowed. A router that uses the Navigation API would only draw
    its view again, and the script would go on. */
function letReload() {
  const routed = globalOf('NavigateEvent')?.prototype;
  if (!routed) return;
  const { intercept } = routed;
  Reflect.set(routed, 'intercept', function (...given) {
    const isOver = this.navigationType === 'reload' && !this.userInitiated && ran.some((script) => !window.abide.passes(script));
    return isOver ? undefined : intercept.apply(this, given);
  });
}

/** The object that holds a document's function, which a script of the page may have replaced. Named elements are ignored. */
const ownerOf = (name) => (Object.getOwnPropertyDescriptor(document, name)?.writable ? document : DOCUMENT);

/** Calls `act` before a property is set. */
function before(owner, name, act) {
  const was = Object.getOwnPropertyDescriptor(owner, name);
  if (!was?.set) return;
  Reflect.defineProperty(owner, name, { ...was, set(value) {
    act(this ?? window, value);
    was.set.call(this, value);
  } });
}

/** The place of an event among the past ones; -1: it has not fired yet, or never fires at this target. */
function orderOf(target, type) {
  const order = (AT[type] ?? [document, window]).includes(target) ? PAST.indexOf(type) : -1;
  return order > 0 && page.readyState !== 'complete' ? -1 : order;
}

/** For `window.onload` and its like. A script of the gate finds there only a handler that still has to be called: it may keep
    that one to call it from its own, which replaces it. */
function replaceOn(owner, type) {
  const name = `on${type}`, was = Object.getOwnPropertyDescriptor(owner, name);
  if (!was?.set) return;
  const targetOf = (one) => (one === document ? one : window); // the body's handlers are the window's
  const waits = (target) => untold.find((one) => one.target === target && one.type === type && one.isHandler);
  Reflect.defineProperty(owner, name, { ...was,
    get() {
      const target = targetOf(this);
      return orderOf(target, type) >= 0 && gated() ? waits(target)?.listener ?? null : was.get.call(this);
    },
    set(value) {
      const target = targetOf(this), former = waits(target);
      if (former && gated()) drop(...untold.splice(untold.indexOf(former), 1));
      hear(target, type, value, undefined, true);
      was.set.call(this, value);
    } });
}

const isCapture = (options) => Boolean(options?.capture ?? options);

/** Stops listening through the other name. */
const drop = ({ name, target, listener, options }) => EventTarget.prototype.removeEventListener.call(target, name, listener, options);

const joined = new WeakSet(); // the event systems of the page's jQuery, which may come late and more than once

/** jQuery listens to each event of an element once and calls its handlers itself: those that a late script adds are heard here,
    unless jQuery has begun to listen for that script. */
function joinJquery() {
  const { event, _data: read } = globalOf('jQuery') ?? {};
  if (!event?.special || joined.has(event)) return;
  joined.add(event);
  for (const type of PAST) {
    const special = event.special[type] ??= {}, { add } = special;
    special.add = function (one) {
      add?.call(this, one);
      const listener = read?.(this, 'handle');
      if (untold.some((waiting) => waiting.target === this && waiting.type === type && waiting.listener === listener)) return;
      hear(this, type, (past) =>
        one.handler.call(this, Object.assign(event.fix(past), { data: one.data, handleObj: one, delegateTarget: this })));
    };
  }
}

/** Takes a listener back that is not called yet, such as by one that waits for two events and is done with the first. */
function forget(target, type, listener, options) {
  const at = untold.findIndex((one) => one.target === target && one.type === type && one.listener === listener && !one.isHandler &&
    isCapture(one.options) === isCapture(options));
  if (at >= 0) drop(...untold.splice(at, 1));
}

/** Calls a listener for an event that has already fired, through an event name that no other listener uses. */
function hear(target, type, listener, options, isHandler = false) {
  const order = listener ? orderOf(target, type) : -1, script = order < 0 ? null : gated();
  if (!script) return;
  joinJquery();
  if (!isHandler) forget(target, type, listener, options); // one that is added twice is called once
  const name = `abide ${type} ${++heard}`;
  EventTarget.prototype.addEventListener.call(target, name, listener, options);
  untold.push({ order, type, name, target, script, listener, options, isHandler });
  telling ??= setTimeout(tell);
}

/** Runs after the script and dispatches the events as the browser would. */
function tell() {
  telling = undefined;
  let left = untold.length;
  while (untold.length && left-- > 0) {
    untold.sort((one, other) => one.order - other.order);
    const one = untold.shift(), { type, name, target, script } = one;
    hearing = script;
    const event = Object.defineProperties(new CustomEvent(name), { type: { value: type }, target: { value: document }, persisted: { value: false } });
    EventTarget.prototype.dispatchEvent.call(target, event);
    drop(one);
  }
  hearing = undefined;
}

// By script: text that is not in the page yet, and the node to insert it behind. What a written script writes comes before what
// was written behind it; `count`: of its scripts that wait.
const written = new WeakMap();

function letWrite(name) {
  const owner = ownerOf(name), browsers = owner[name];
  Reflect.set(owner, name, function (...parts) {
    const script = gated();
    if (this !== document || !script && !isStray(name)) return browsers.apply(this, parts);
    if (name === 'open') return document;
    if (name !== 'close' && script && script.type !== 'module') write(script, parts.join('') + (name === 'writeln' ? '\n' : ''));
  });
}

/** Deferred callbacks of an inline script have no address. Outside an event, no write is meant to replace the page. */
const isStray = (name) => name[0] === 'w' && page.readyState !== 'loading' && !window.event &&
  page.querySelector('script[data-category]:not([src],[type="text/plain"])');

/** Complete markup is inserted at once, because the script may look for it. Open elements are closed when the script ends. */
function write(script, text) {
  const one = written.get(script) ?? { text: '', last: script, count: 0, isNested: made.has(script) };
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
  const parts = range.createContextualFragment(text), scripts = [...parts.querySelectorAll('script')];
  for (const script of scripts) {
    made.add(script);
    if (line) line.splice(one.isNested ? one.count++ : line.length, 0, stop(script));
    else if (isAwaited(script)) wait(script);
  }
  one.text = '';
  one.last = parts.lastChild ?? last;
  last.after(parts);
}

// A parser that meets a script with an address runs no other before it, whether that is written behind it or in the page.

let line; // while a written script loads: the written ones behind it
let next = []; // those of the gate that come after them
const types = new WeakMap(); // of both

const isAwaited = (script) => script.hasAttribute('src') && !script.noModule && /^$|javascript/.test(script.type) &&
  !['async', 'defer'].some((name) => script.hasAttribute(name));

function stop(script) {
  types.set(script, script.getAttribute('type'));
  script.type = 'abide/waits';
  return script;
}

function letGo(script) {
  const type = types.get(script);
  if (type === null) script.removeAttribute('type');
  else script.type = type;
}

function wait(script) {
  if (!line) next = within(document, WAITING).filter((one) => !one.hasAttribute('async') && window.abide.passes(one)).map(stop);
  line ??= [];
  new Promise((done) => {
    for (const type of ['load', 'error']) script.addEventListener(type, done);
    setTimeout(done, 10000);
  }).then(goOn);
}

/** Runs the scripts of the line, up to the next one that has to load. */
function goOn() {
  for (let script; (script = line.shift());) {
    letGo(script);
    const isNext = isAwaited(script);
    if (isNext) wait(script);
    script.after(script); // runs
    if (isNext) return;
  }
  line = undefined;
  next.forEach(letGo);
  window.abide.apply(); // the gate looks again
}
