// A document for modules that run in Node: what it has it has by its kind, as those of browsers.

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

/** As the window's, which is called for the document. */
export function dispatchEvent(event) {
  return this.dispatchEvent(event);
}
