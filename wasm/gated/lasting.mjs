// Frames that a service's name lets through, on pages whose tools write the page's markup over the document: that takes away
// what the gate and services.mjs changed, and the frame waits again. It is let through again, unless it has become another one.

/** What the visitor was asked about. */
const askedBy = (element) => {
  const { category, shared, src, abideSrc } = element.dataset;
  return [category, shared, src ?? abideSrc ?? element.getAttribute('src')].join('\n');
};

/** Gives the element its name again as long as it passes. `one`: its entry in the last of the lists, from which one that has
    changed is removed. */
export function last(element, one, lists) {
  const { name, service } = one, was = askedBy(element);
  new MutationObserver((_, watch) => {
    if (lists.at(-1).get(element) !== one) return watch.disconnect();
    if (element.dataset.service === name) return;
    if (element.dataset.service !== service || askedBy(element) !== was) return lists.forEach((list) => list.delete(element));
    element.dataset.service = name;
    window.abide.add(element);
  }).observe(element, { attributeFilter: ['data-service'] });
}
