// Puts back what went with an old body: where the new body has a place for it, or else at its end.

import { sheetsOf, wearFiles } from '../page/drawing.mjs';
import { page } from '../page/page.mjs';

/** `kept`: elements by kind, as following.mjs has them, each with a selector for its kind. `path`: of the settings. */
export function putBack(kept, kinds, path) {
  if (!page.body) return;
  for (const [kind, element] of Object.entries(kept))
    if (!element.isConnected && !page.querySelector(kinds[kind])) PUT_BACK[kind](element, path, kept);
}

let dressed = null;

const toEnd = (element) => page.body.append(element);

/** Puts the element in the page's place for it, unless that has content. */
function toPlace(mark, element, otherwise) {
  const place = page.querySelector(mark);
  if (!place) otherwise(element);
  else if (!place.childElementCount) place.replaceWith(element);
}

const PUT_BACK = {
  post: toEnd,
  status: (element) => toPlace('[data-abide-status]', element, toEnd),
  row: (element, path) => {
    if (!page.querySelector(`a[href^="${path}"]:not(abide-notice *,.abide-said *)`)) toEnd(element);
  },
  withdraw: (element) => toPlace('[data-abide-withdraw]', element,
    (one) => (page.querySelector('.abide-footer') ?? page.body).append(one)),
  sheet: (element, path, kept) => {
    delete kept.sheet;
    const notice = page.querySelector('.abide-notice');
    const [, layout = 'top'] = /abide-(bar|card-\w+)/.exec(notice?.className) ?? [];
    dressed ??= wearFiles(...(notice ? sheetsOf(layout) : ['notice.css']));
    dressed.catch(() => { dressed = null; }); // when a sheet is removed again, it is tried again
  },
};
