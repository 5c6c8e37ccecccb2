// Beside the body, the notice is last in the document. In browsers without reading-order (notice.css), this module lets the
// keyboard reach it first: the first Tab moves into the notice, and a Tab after its last button moves to the beginning of
// the page.

import { page } from '../page/page.mjs';

const STOPS = 'a[href],button,input:not([type=hidden]),summary,[tabindex]';

/** `noticeOf` returns the notice while it is shown. */
export function tabFirst(noticeOf) {
  const now = noticeOf();
  if (now && !page.adoptedStyleSheets) import('../page/drawing.mjs').then((one) => one.makeRoom(now.parentNode)); // else room.js did it
  let hasBegun = false; // whether the visitor has used the page
  for (const type of ['pointerdown', 'focusin']) addEventListener(type, () => { hasBegun = true; }, { capture: true, once: true });
  addEventListener('keydown', ({ key, shiftKey, altKey, ctrlKey, metaKey }) => {
    const notice = noticeOf();
    if (key !== 'Tab' || shiftKey || altKey || ctrlKey || metaKey || !notice) return;
    const isLast = [...notice.querySelectorAll(STOPS)].findLast((stop) => stop.getClientRects().length) === page.activeElement;
    if (!hasBegun && page.activeElement === page.body) goOnFrom(notice);
    else if (isLast) goOnFrom(page.body);
  }, true);
}

/** Sets the starting point; the browser's own Tab step continues from there. */
function goOnFrom(element) {
  const had = element.getAttribute('tabindex');
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
  setTimeout(() => (had === null ? element.removeAttribute('tabindex') : element.setAttribute('tabindex', had)));
}
