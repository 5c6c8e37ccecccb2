// Puts back what went with an old body: into the place that the new one has for it, else at its end.

import { page } from './page.mjs';

/** `kept`: elements by kind, as following.mjs has them, with what finds one of that kind. `path`: of the settings. */
export function putBack(kept, path) {
  if (!page.body) return;
  for (const [kind, { element, found }] of kept)
    if (!element.isConnected && !page.querySelector(found)) PUT_BACK[kind](element, path);
}

const toEnd = (element) => page.body.append(element);

/** In the place that the page has for it, if it says nothing there. */
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
};
