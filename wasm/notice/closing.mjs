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

export const settingsLink = () => [...page.querySelectorAll(`body a[href^="${state().path}"]`)].pop() ?? contents();
const contents = () => page.querySelector('main') ?? page.body;

export function focusOn(element) {
  element.focus({ preventScroll: true });
  if (page.activeElement === element && element !== page.body) return;
  element.tabIndex = -1; // makes it focusable this once
  element.addEventListener('blur', () => element.removeAttribute('tabindex'), { once: true });
  element.focus({ preventScroll: true });
}

/** Notes from where the focus comes into one of Abide's elements. */
export function comeFrom({ relatedTarget }) {
  if (relatedTarget && !isIn(relatedTarget, NOTICE)) opener = relatedTarget;
}
