// A modal dialog of the page makes everything outside it inert, including the notice, and covers it; a popover covers it
// too. While one is open, the notice moves into the dialog and above both.

import { page, setOfPage } from './page.mjs';

const MODAL = 'dialog:modal:not(.abide)'; // the settings stay above everything
const isKnown = CSS.supports('selector(:modal:popover-open)');
// Overrides the browser's own style of popovers for the notice. In the same layer as notice.css.
const SHEET = `@layer abide { .abide-notice[popover] { inline-size: auto !important; block-size: auto !important; }
  .abide-notice[popover]:not(.abide-over) { inset: 0 0 auto !important; margin: 0 !important; }
  .abide-over[popover] { inset-block-start: auto !important; margin-block: 0 !important; } }`;
let watching = false, above = null; // the element that the notice was last put above

/** Called once the page has a dialog or a popover. */
export function look() {
  if (!isKnown) return;
  if (watching) return settle();
  watching = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SHEET);
  setOfPage('adoptedStyleSheets', [...page.adoptedStyleSheets, sheet]);
  new MutationObserver(settle).observe(document, { childList: true, subtree: true, attributeFilter: ['open', 'hidden'] });
  page.addEventListener('toggle', settle, true);
  settle();
}

function settle() {
  const notice = page.querySelector('[data-abide-notice]'), holder = notice?.closest('abide-notice');
  if (!holder) return;
  const dialog = uppermost(), home = dialog ?? page.documentElement;
  const popover = [...page.querySelectorAll(':popover-open')].findLast((one) => !one.contains(notice));
  const now = popover ?? dialog;
  if (holder.parentNode === home && now === above) return;
  const isIn = notice.contains(page.activeElement) ? page.activeElement : null;
  above = now;
  if (notice.matches(':popover-open')) notice.hidePopover();
  if (holder.parentNode !== home) home.append(holder); // this closes it as a popover
  notice.popover = now ? 'manual' : null;
  if (now && !notice.hidden) notice.showPopover();
  else if (notice.offsetParent) Object.assign(holder, { popover: 'manual' }).showPopover(); // see following.mjs
  isIn?.focus({ preventScroll: true });
}

/** The topmost modal dialog; its backdrop covers every point. */
function uppermost() {
  const all = [...page.querySelectorAll(MODAL)], met = page.elementFromPoint(0, 0)?.closest(MODAL);
  return met ?? all.at(-1) ?? null;
}
