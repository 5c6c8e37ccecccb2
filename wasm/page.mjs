// A node as its kind has it. The page gives names to elements, and by these the document and forms know them: a field named
// `matches` hides what a form has of that name, an image named `body` what the document has.

export const bare = (node) => new Proxy(Object.getPrototypeOf(node), { get: (kind, name) => {
  const found = Reflect.get(kind, name, node);
  return found?.bind?.(node) ?? found;
} });

/** The document; undefined where there is none, as on a server. */
export const page = globalThis.document && bare(document);

/** Sets what the document has by its kind. */
export const setOfPage = (name, value) => Reflect.set(Document.prototype, name, value, document);

/** An element, where it is one that the selector means, and those within it. */
export const within = (root, selector) => {
  const { matches, querySelectorAll } = bare(root);
  return [...(matches?.(selector) ? [root] : []), ...querySelectorAll(selector)];
};
