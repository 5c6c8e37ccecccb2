// Beside the body the notice is the last in the document. Where the browser knows no reading-order (notice.css) the keyboard
// meets it first all the same: the first Tab goes into it, and the one behind its last button to the beginning of the page.

import { page } from './page.mjs';

const STOPS = 'a[href],button,input:not([type=hidden]),summary,[tabindex]';

/** `noticeOf`: gives the notice while it is shown. */
export function tabFirst(noticeOf) {
  let hasBegun = false; // the visitor has been somewhere in the page
  for (const type of ['pointerdown', 'focusin']) addEventListener(type, () => { hasBegun = true; }, { capture: true, once: true });
  addEventListener('keydown', ({ key, shiftKey, altKey, ctrlKey, metaKey }) => {
    const notice = noticeOf();
    if (key !== 'Tab' || shiftKey || altKey || ctrlKey || metaKey || !notice) return;
    const isLast = [...notice.querySelectorAll(STOPS)].findLast((stop) => stop.checkVisibility()) === page.activeElement;
    if (!hasBegun && page.activeElement === page.body) goOnFrom(notice);
    else if (isLast) goOnFrom(page.body);
  }, true);
}

/** The browser's own step follows, from there. */
function goOnFrom(element) {
  const had = element.getAttribute('tabindex');
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
  setTimeout(() => (had === null ? element.removeAttribute('tabindex') : element.setAttribute('tabindex', had)));
}
