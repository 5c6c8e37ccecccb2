// A modal dialog of the page makes everything outside it inert, including the notice, and covers it; a popover covers it
// too. While one is open, the notice moves into the dialog and above both. Into a dialog of a shadow root it is slotted: it
// stays in the document, whose style sheets and listeners it needs.

import { bare, page, setOfPage } from '../page/page.mjs';

const MODAL = 'dialog:modal:not(.abide)'; // the settings stay above everything
const isKnown = 'popover' in page.documentElement; // browsers that have it know both selectors
// Overrides the browser's own style of popovers for the notice. In the same layer as notice.css.
const SHEET = `@layer abide { .abide-notice[popover] { inline-size: auto !important; block-size: auto !important; }
  .abide-notice[popover]:not(.abide-over) { inset: 0 0 auto !important; margin: 0 !important; }
  .abide-notice::backdrop { display: none !important; }
  .abide-over[popover] { inset-block-start: auto !important; margin-block: 0 !important; } }`;
const roots = new Set(); // the document, and shadow roots with a dialog or a popover
const slots = []; // that lead into the dialog
const sheet = isKnown && new CSSStyleSheet();
let above = null; // the element that the notice was last put above

/** Called for each part of the page that has a dialog or a popover. */
export function look(within) {
  if (!isKnown) return;
  if (!roots.size) sheet.replaceSync(SHEET);
  for (const root of [document, within.getRootNode()]) if (!roots.has(root)) {
    roots.add(root);
    new MutationObserver(settle).observe(root, { childList: true, subtree: true, attributeFilter: ['open', 'hidden'] });
    root.addEventListener('toggle', settle, true);
  }
  settle();
}

const inAll = (selector) => [...roots].flatMap((root) => [...bare(root).querySelectorAll(selector)]);

function settle() {
  const notice = page.querySelector('[data-abide-notice]'), holder = notice?.closest('abide-notice');
  if (!holder) return;
  const worn = page.adoptedStyleSheets;
  if (!worn.includes(sheet)) setOfPage('adoptedStyleSheets', [...worn, sheet]); // at first, or the page has replaced them
  const dialog = uppermost(), home = dialog ? outermost(dialog) : page.documentElement;
  const popover = inAll(':popover-open').findLast((one) => !one.contains(notice));
  const now = popover ?? dialog;
  if (holder.parentNode === home && now === above && slots.every(({ isConnected }) => isConnected)) return;
  const isIn = notice.contains(page.activeElement) ? page.activeElement : null;
  above = now;
  if (notice.matches(':popover-open')) notice.hidePopover();
  for (const slot of slots.splice(0)) slot.remove();
  if (dialog) lead(dialog);
  holder.slot = slots.length ? 'abide' : '';
  if (holder.parentNode !== home) home.append(holder); // this closes it as a popover
  notice.popover = now ? 'manual' : null;
  if (now && !notice.hidden) notice.showPopover();
  else if (notice.offsetParent) Object.assign(holder, { popover: 'manual' }).showPopover(); // see following.mjs
  isIn?.focus({ preventScroll: true });
}

/** The topmost modal dialog; its backdrop covers every point. */
function uppermost() {
  const met = [...roots].reverse().map((root) => bare(root).elementFromPoint(0, 0)?.closest(MODAL)).find(Boolean); // the document last
  return met ?? inAll(MODAL).at(-1) ?? null;
}

/** The element itself, or the host in the document whose shadow root holds it. */
const outermost = (element) => (element.getRootNode().host ? outermost(element.getRootNode().host) : element);

/** Puts a slot into the element of a shadow root, and one into each host around it but the outermost. */
function lead(element, name = '') {
  const { host } = element.getRootNode();
  if (!host) return;
  const slot = Object.assign(page.createElement('slot'), { name: 'abide', slot: name });
  slots.push(slot);
  element.append(slot);
  lead(host, 'abide');
}
