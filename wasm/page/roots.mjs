// Shadow roots, which selectors for the document do not look into.

import { page } from './page.mjs';

/** Calls `enter` for each open root below a node. A tree walker takes a third of the time of a selector for all elements.
    `host` tells a shadow root from a form field named `shadowRoot`. */
export function eachRoot(below, enter) {
  const walker = page.createTreeWalker(below, 1 /* elements */);
  for (let node = below; node; node = walker.nextNode()) if (node.shadowRoot?.host) enter(node.shadowRoot);
}

/** Calls `enter` for each root that is attached from now on, closed ones too, while it is still empty: an element that is defined
    late attaches its root without a mutation of the document. */
export function eachNewRoot(enter) {
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (init) {
    const root = attachShadow.call(this, init);
    if (!init.abide) enter(root);
    return root;
  };
}
