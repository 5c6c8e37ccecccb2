// The notice closes when it is answered, and opens again on demand. The focus goes where it came from.

import { isIn, page } from '../page/page.mjs';
import { marks, state } from '../page/decision.mjs';
import { NOTICE } from './following.mjs';

let opener; // the element that had the focus before the notice

export const closeIfAnswered = ({ notice }) => notice === 'banner' || closeNotice();

export function reopen() {
  const notice = page.querySelector(NOTICE);
  if (!notice) return;
  notice.hidden = false;
  delete marks().abideQuiet;
  focusOn(notice);
  notice.scrollIntoView({ block: 'nearest' });
  return true;
}

/** Removes the mark that hid the notice: from now on its own `hidden` counts. */
export function settleNotice() {
  if (marks().abideQuiet) closeIfAnswered(state()); // not a notice that the visitor has opened again
  delete marks().abideQuiet;
}

/** A signal does not answer the notice; an objection or a choice about a service answers only a part of it. */
export const closeFor = (choice) => choice && !/^object|service$/.test(choice) && closeNotice();

/** Returns the focus to where it came from, or to the beginning of the content, and hides the notice. In this order, because
    a change of the focus makes the browser lay out a page that has changed. */
function closeNotice() {
  for (const notice of page.querySelectorAll(NOTICE)) {
    if (notice.contains(page.activeElement)) focusOn(opener?.isConnected ? opener : contents());
    notice.hidden = true;
  }
}

export const settingsLink = () => [...page.querySelectorAll(`body a[href^="${state().path}"]`)].filter(isRendered).pop() ?? contents();
const isRendered = (element) => element.getClientRects().length;
const contents = () => page.querySelector('main') ?? page.body;

/** Gives the focus to an element, or, if it cannot have it because it is hidden, to what contains the content. */
export const focusOn = (element) => [element, contents(), page.body].some(takesFocus);

function takesFocus(element) {
  const focus = () => {
    element.focus({ preventScroll: true });
    return page.activeElement === element;
  };
  if (focus() && element !== page.body) return true;
  if (element.hasAttribute('tabindex')) return false;
  element.tabIndex = -1; // makes it focusable this once
  const restore = () => element.removeAttribute('tabindex');
  element.addEventListener('blur', restore, { once: true });
  return focus() || restore();
}

/** Notes from where the focus comes into one of Abide's elements. */
export function comeFrom({ relatedTarget }) {
  if (relatedTarget && !isIn(relatedTarget, NOTICE)) opener = relatedTarget;
}
