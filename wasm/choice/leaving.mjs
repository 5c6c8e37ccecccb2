// Leaves for one of Abide's own pages. Loaded when the visitor goes there.

import { globalOf } from '../page/page.mjs';

/** Goes to one of Abide's pages. Resolves once this page is left: loading the other may take as long as asking for it. A router
    that uses the Navigation API would show a view of its own instead. */
export function go(url) {
  if (window !== top) return leaveFrame(url);
  const isLeft = new Promise((resolve) => addEventListener('pagehide', resolve));
  const routed = globalOf('NavigateEvent')?.prototype, { intercept } = routed ?? {};
  if (routed) Reflect.set(routed, 'intercept', () => {});
  location.assign(url);
  if (routed) Reflect.set(routed, 'intercept', intercept);
  return isLeft;
}

/** Abide's pages refuse to be framed: they take the place of the whole page, or, on a page of another site, a tab of their own. */
function leaveFrame(url) {
  try {
    const { pathname, search, hash } = top.location, whole = pathname + search + hash;
    url.searchParams.set('return', whole.length > 1000 ? pathname : whole); // as here() does
  } catch {
    return void window.open(url);
  }
  top.location.assign(url);
}
