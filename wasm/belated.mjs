// A script that the gate lets through runs after the page was read. The events that it waits for have been: it hears them
// all the same, alone. What it writes with document.write goes to its place, for the browser would begin the page anew.

const PAST = { DOMContentLoaded: 'domContentLoadedEventStart', load: 'loadEventStart', pageshow: 'loadEventStart' };

/** The script that runs now, if it is one of the gate's. */
function gated() {
  const script = document.currentScript;
  return document.readyState !== 'loading' && script?.dataset?.category ? script : null;
}

const isPast = (type) => performance.getEntriesByType('navigation')[0]?.[PAST[type]] > 0;

/** Once a page. */
export function standIn() {
  for (const target of [document, window]) letHear(target);
  letHearOnload();
  for (const name of ['write', 'writeln', 'open', 'close']) letWrite(name);
}

function letHear(target) {
  const add = target.addEventListener;
  let count = 0;
  target.addEventListener = function (type, listener, options) {
    add.call(this ?? target, type, listener, options);
    if (!gated() || !(type in PAST) || !isPast(type)) return;
    const name = `abide ${type} ${++count}`; // it alone hears this one
    add.call(this ?? target, name, listener, options);
    tell(this ?? target, name, type);
  };
}

/** After the script, as if the browser told it. */
function tell(target, name, type) {
  const event = Object.defineProperties(new Event(name), { type: { value: type }, persisted: { value: false } });
  setTimeout(() => target.dispatchEvent(event));
}

function letHearOnload() {
  const { get, set } = Object.getOwnPropertyDescriptor(window, 'onload') ?? {};
  if (!set) return;
  const hear = (listener) => {
    set.call(window, listener);
    if (typeof listener !== 'function' || !gated() || !isPast('load')) return;
    window.addEventListener('abide onload', listener, { once: true });
    tell(window, 'abide onload', 'load');
  };
  Object.defineProperty(window, 'onload', { configurable: true, enumerable: true, get: () => get.call(window), set: hear });
}

const written = new Map(); // by script

function letWrite(name) {
  const browsers = document[name];
  document[name] = function (...parts) {
    const script = gated();
    if (!script) return browsers.apply(document, parts);
    if (name === 'open') return document;
    if (name === 'close') return;
    if (!written.has(script)) queueMicrotask(() => put(script)); // when it has ended
    written.set(script, `${written.get(script) ?? ''}${parts.join('')}${name === 'writeln' ? '\n' : ''}`);
  };
}

function put(script) {
  const text = written.get(script);
  written.delete(script);
  script.after(document.createRange().createContextualFragment(text));
}
