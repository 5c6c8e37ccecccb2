// The notice, the status line, the withdrawal form and the link to the settings belong to the document, whichever body a
// router or a framework puts into it. What went with an old body is put into the new one, unless that has its own.

import { marks } from '../page/decision.mjs';
import { page, using, within } from '../page/page.mjs';

export const NOTICE = '[data-abide-notice]';

const KEPT = { post: 'abide-post', status: '.abide-status[data-abide-status]', row: 'abide-footer',
  withdraw: '.abide-withdraw', sheet: '#abide-sheet,[href$="/notice.css"]' };

const kept = {}; // elements by kind
let notice;
let recent = 0;

/** Puts an element beside the body, behind a comment: see beside.js. */
const putBeside = (element) => page.documentElement.append(page.createComment('/$'), element);

/** Notes Abide's parts within a new element, and moves the notice and hidden parts beside the body, because the site's
    selectors count the children of the body. `asks`: the decision's notice; undefined: the caller knows whether the notice
    shows. */
export function gather(root, asks) {
  for (const [kind, found] of Object.entries(KEPT)) for (const element of within(root, found)) {
    const before = kept[kind];
    if (before !== element && before?.parentNode === page.documentElement) before.remove();
    kept[kind] = element;
    if (element.parentNode === page.body && (kind === 'post' || element.hidden && !marks().abideTold)) putBeside(element);
  }
  for (const found of within(root, 'abide-notice')) if (found !== notice) welcome(found, asks);
}

/** Keeps the first notice, unless the new one is in the page's language and the first is not. */
function welcome(found, asks) {
  const before = notice?.querySelector(NOTICE), now = found.querySelector(NOTICE);
  if (before?.isConnected && (!now || before.lang === now.lang)) return found.remove();
  if (before) now.hidden = before.hidden;
  else if (asks && asks !== 'banner') now.hidden = true; // the page was fetched before the choice
  if (notice) notice.replaceWith(found);
  else if (!('readingOrder' in page.documentElement.style)) using(import('./tabbing.mjs'), (one) => one.tabFirst(shown));
  notice = found;
  stand();
  setTimeout(() => { // a notice that a blocker hides takes no room and asks nothing
    const asked = shown();
    if (asked && getComputedStyle(asked).display === 'none' && !marks().abideQuiet) asked.hidden = true;
  }, 1000);
}

const shown = () => notice.querySelector(`${NOTICE}:not([hidden])`);

/** Puts the notice where beside.js does. If <html> is transformed or has containment, fixed elements scroll with the page,
    so the notice becomes a popover. */
function stand() {
  const root = page.documentElement;
  if (notice.parentNode !== root) putBeside(notice);
  if (!shown()?.offsetParent) return;
  notice.popover = 'manual';
  notice.showPopover?.();
}

/** Puts back what has been removed. `path`: of the settings. */
export function follow(path) {
  const isLost = Object.values(kept).some((element) => !element.isConnected);
  if (!isLost && (!notice || notice.isConnected)) return;
  if (!recent) setTimeout(() => { recent = 0; }, 1000);
  if (++recent > 20) return; // bodies in a second: if a script keeps removing what is put back, leave it removed
  if (notice && !notice.isConnected) stand();
  if (isLost) using(import('./returning.mjs'), (one) => one.putBack(kept, KEPT, path));
}
