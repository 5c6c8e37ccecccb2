// Runs in the page before anything else, and records frame by frame what a visitor would see of the banner. Times:
// milliseconds since the navigation began.
export function watch({ banner, accept, ready }) {
  if (window !== window.top || location.protocol === 'about:') return;
  const seen = (window.seen = { visible: null, steady: null, ready: null, click: null, gone: null, changed: 0,
    longTasks: 0, shift: 0 });
  let last = '';

  const note = (type, options, each) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true, ...options });
  note('longtask', {}, ({ duration }) => { seen.longTasks += Math.max(0, duration - 50); });
  note('layout-shift', {}, ({ value, hadRecentInput }) => { if (!hadRecentInput) seen.shift += value; });

  const opacityOf = (element) => {
    let opacity = 1;
    for (let at = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    return opacity;
  };
  const boxOf = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left, top, width, height].map((side) => Math.round(side * 2) / 2);
  };
  const inView = ([left, top, width, height]) =>
    width > 0 && height > 0 && left < innerWidth && top < innerHeight && left + width > 0 && top + height > 0;

  /** Whether the banner could be answered in this frame. */
  const isVisible = (element) => {
    const button = document.querySelector(accept);
    if (!button || !inView(boxOf(element)) || opacityOf(element) <= 0.9) return false;
    if (getComputedStyle(element).visibility !== 'visible') return false;
    const [left, top, width, height] = boxOf(button);
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    return hit === button || button.contains(hit);
  };

  const painted = new MessageChannel(); // its message arrives after the frame's own work
  const waiting = [];
  painted.port1.onmessage = () => waiting.splice(0).forEach((then) => then(performance.now()));
  const afterPaint = (then) => { waiting.push(then); painted.port2.postMessage(0); };

  const look = () => {
    const element = document.querySelector(banner);
    const box = element && element.getClientRects().length ? boxOf(element).join() : '';
    const visible = Boolean(box) && isVisible(element);
    if (visible && seen.visible === null) afterPaint((now) => { seen.visible ??= now; });
    if (box !== last) {
      last = box;
      seen.changed = performance.now();
      if (seen.click === null) afterPaint((now) => { if (box) seen.steady = now; });
    }
    if (seen.click !== null && !visible && seen.gone === null) afterPaint((now) => { seen.gone ??= now; });
    requestAnimationFrame(look);
  };
  if (banner) requestAnimationFrame(look);

  const ask = () => {
    try {
      if ((0, eval)(ready)) seen.ready = performance.now();
    } catch { /* not there yet */ }
    if (seen.ready === null) setTimeout(ask, 5);
  };
  if (ready) ask();

  addEventListener('click', (event) => {
    if (seen.click !== null || !event.isTrusted || !event.target.closest?.(accept)) return;
    seen.click = event.timeStamp;
    requestAnimationFrame(() => {
      afterPaint((now) => { seen.frame = now; });
      requestAnimationFrame((now) => { seen.secondFrame = now; });
    });
  }, true);
  note('event', { durationThreshold: 16 }, ({ name, duration, interactionId }) => {
    if (interactionId || name === 'click') seen.interaction = Math.max(seen.interaction ?? 0, duration);
  });
}

/** Runs in the page: waits until nothing in the banner has moved for a while. */
export const settled = (calm) => new Promise((resolve) => {
  const look = () => {
    const now = performance.now(), { loadEventEnd } = performance.getEntriesByType('navigation')[0];
    if ((loadEventEnd && now - Math.max(loadEventEnd, window.seen.changed) > calm) || now > 20_000) resolve();
    else setTimeout(look, 100);
  };
  look();
});
