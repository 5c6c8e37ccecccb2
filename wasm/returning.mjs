// Puts back what went with an old body: into the place that the new one has for it, else at its end.

/** `kept`: elements by kind, as following.mjs has them, with what finds one of that kind. `path`: of the settings. */
export function putBack(kept, path) {
  if (!document.body) return;
  for (const [kind, { element, found }] of kept)
    if (!element.isConnected && !document.querySelector(found)) PUT_BACK[kind](element, path);
}

const toEnd = (element) => document.body.append(element);

/** In the place that the page has for it, if it says nothing there. */
function toPlace(mark, element, otherwise) {
  const place = document.querySelector(mark);
  if (!place) otherwise(element);
  else if (!place.childElementCount) place.replaceWith(element);
}

const PUT_BACK = {
  post: toEnd,
  status: (element) => toPlace('[data-abide-status]', element, toEnd),
  row: (element, path) => {
    if (!document.querySelector(`a[href^="${path}"]:not(abide-notice *)`)) toEnd(element);
  },
  withdraw: (element) => toPlace('[data-abide-withdraw]', element,
    (one) => (document.querySelector('.abide-footer') ?? document.body).append(one)),
};
