// A node as its prototype defines it. Named elements and fields appear as properties of the document and of forms: a field
// named `matches` hides the method of the form, an image named `body` hides the document's body.

export const bare = (node) => new Proxy(Object.getPrototypeOf(node), { get: (kind, name) => {
  const found = Reflect.get(kind, name, node);
  return found?.bind?.(node) ?? found;
} });

/** The document; undefined where there is none, as on a server. */
export const page = globalThis.document && bare(document);

/** A global that the browser or a script defined; not an element or a frame of that name. */
export const globalOf = (name) => Object.getOwnPropertyDescriptor(globalThis, name) && globalThis[name];

/** Sets a property of the document by its prototype's setter. Old libraries replace the global Document. */
export const setOfPage = (name, value) => Reflect.set(Object.getPrototypeOf(document), name, value, document);

/** The element, if it matches the selector, and its matching descendants. */
export const within = (root, selector) => {
  const { matches, querySelectorAll } = bare(root);
  return [...(matches?.(selector) ? [root] : []), ...querySelectorAll(selector)];
};

/** Uses a module once it has loaded. A connection that is cut, or document.open(), may keep it from loading: then the next
    change of the page tries again. */
export const using = (module, use) => module.then(use).catch(console.error);

/** Whether a node is in an element that matches. */
export const isIn = (node, what) => bare(node).closest?.(what);
