// Leaves for one of Abide's own pages. Loaded when the visitor goes there.

import { globalOf } from '../page/page.mjs';

/** Goes to one of Abide's pages. Resolves once this page is left: loading the other may take as long as asking for it. A router
    that uses the Navigation API would show a view of its own instead. */
export function go(url) {
  const isLeft = new Promise((resolve) => addEventListener('pagehide', resolve));
  const routed = globalOf('NavigateEvent')?.prototype, { intercept } = routed ?? {};
  if (routed) routed.intercept = () => {};
  location.assign(url);
  if (routed) routed.intercept = intercept;
  return isLeft;
}
