// Notice, status, withdrawal and the way to the settings belong to the document, whatever body a router or a framework puts
// into it: what goes with an old body is put into the new one, unless that brings its own.

import { page, within } from './page.mjs';

const KEPT = { post: 'abide-post', status: '.abide-status[data-abide-status]', row: 'abide-footer',
  withdraw: '.abide-withdraw' };

const kept = new Map(); // by kind
let notice = null;
let recent = 0;

/** Behind a mark, see beside.js. */
const putBeside = (element) => page.documentElement.append(new Comment('/$'), element);

/** Notes what lies below an element that is new, and puts the notice beside the body, and what cannot be seen: the site's
    selectors count what is in it. `asks`: what the decision says of
    the notice; undefined: whoever made the notice knows. */
export function gather(root, asks) {
  for (const [kind, found] of Object.entries(KEPT)) for (const element of within(root, found)) {
    const { element: before } = kept.get(kind) ?? {}, { documentElement: html, body } = page;
    if (before !== element && before?.parentNode === html) before.remove();
    kept.set(kind, { element, found });
    if (element.parentNode === body && (kind === 'post' || element.hidden && !html.dataset.abideTold)) putBeside(element);
  }
  for (const found of within(root, 'abide-notice')) if (found !== notice) welcome(found, asks);
}

/** Of several notices the first stays, or what it says in the language of the page. */
function welcome(found, asks) {
  const [before, now] = [notice, found].map((one) => one?.querySelector('[data-abide-notice]'));
  if (before?.isConnected && (!now || before.lang === now.lang)) return found.remove();
  if (before) now.hidden = before.hidden;
  else if (asks && asks !== 'banner') now.hidden = true; // of a page that was fetched before the choice
  if (notice) notice.replaceWith(found);
  else if (!CSS.supports('reading-order', '-1')) import('./tabbing.mjs').then(({ tabFirst }) => tabFirst(shown));
  notice = found;
  stand();
  setTimeout(() => { // what a blocker hides takes no room, and asks nothing
    const asked = shown();
    if (asked && getComputedStyle(asked).display === 'none' && !page.documentElement.dataset.abideQuiet) asked.hidden = true;
  }, 1000);
}

const shown = () => notice.querySelector('[data-abide-notice]:not([hidden])');

/** Where beside.js puts it. In a page whose <html> is transformed, or contained, what is fixed goes with the page, unless it
    lies above it. */
function stand() {
  const root = page.documentElement;
  if (notice.parentNode !== root) putBeside(notice);
  if (!shown()?.offsetParent) return;
  notice.popover = 'manual';
  notice.showPopover?.();
}

/** Puts back what is gone. `path`: of the settings. */
export function follow(path) {
  const isLost = [...kept.values()].some(({ element }) => !element.isConnected);
  if (!isLost && (!notice || notice.isConnected)) return;
  if (!recent) setTimeout(() => { recent = 0; }, 1000);
  if (++recent > 20) return; // bodies a second: who takes out again and again what comes back has his way
  if (notice && !notice.isConnected) stand();
  if (isLost) import('./returning.mjs').then((one) => one.putBack(kept, path));
}
