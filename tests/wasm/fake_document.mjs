// A document for modules that run in Node: its members are on the prototype, as in browsers.

/** @param members functions, and values that can be set */
export function documentOf(members) {
  class Document extends EventTarget {}
  for (const [name, value] of Object.entries(members)) {
    let now = value;
    const property = typeof value === 'function' ? { value } : { get: () => now, set: (next) => { now = next; } };
    Object.defineProperty(Document.prototype, name, { configurable: true, ...property });
  }
  return new Document();
}

/** Like the window's, which is called with the document as `this`. */
export function dispatchEvent(event) {
  return this.dispatchEvent(event);
}
