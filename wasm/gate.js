// The script gate: reads the server's decision, tightens it, lets through what it allows. Printed into the page or linked.
(() => {
  if (window.abide?.apply) return;

  const GATED = 'script[type="text/plain"][data-category],img[data-category][data-src],iframe[data-category][data-src]';
  const told = {}; // the latest detail of each event
  const used = new Map(); // what was let through: [category, shared]
  const queue = new Set();
  let server, latest, ready, running;

  const readPage = () => {
    try {
      return JSON.parse(document.getElementById('abide-state').textContent);
    } catch {
      return null;
    }
  };

  // Whatever is no decision counts as the strictest one.
  const read = (state) => {
    const { allowed, allowedShared, ...rest } = state?.v === 1 ? state : {};
    const list = (value) => (Array.isArray(value) ? value : ['required']);
    return { gpc: false, path: '/consent', ...rest, allowed: list(allowed), allowedShared: list(allowedShared) };
  };

  // A signal that the server did not see takes away targeting and all that is shared. One that it saw is in its decision,
  // with the visitor's exceptions. Browsers change it while a page is open (GPC-12).
  const state = () => {
    if (server.gpc || navigator.globalPrivacyControl !== true) return { ...server };
    return { ...server, gpc: true, allowed: server.allowed.filter((category) => category !== 'targeting'),
      allowedShared: server.allowedShared.filter((category) => category === 'required') };
  };

  const allows = (category, shared = category === 'targeting') =>
    category === 'required' || state()[shared ? 'allowedShared' : 'allowed'].includes(category);

  const emit = (name, detail) => {
    told[name] = detail;
    document.dispatchEvent(new CustomEvent(`abide:${name}`, { detail }));
  };

  const on = (name, listener) => {
    const hear = ({ detail }) => listener(detail);
    document.addEventListener(`abide:${name}`, hear);
    if (told[name]) listener(told[name]);
    return () => document.removeEventListener(`abide:${name}`, hear);
  };

  const about = ({ dataset: { category, shared } }) =>
    [category, shared === undefined ? category === 'targeting' : shared !== 'false'];
  const mayPass = (element) => server.mode === 'observe' || allows(...about(element));

  const collect = (root) => {
    for (const element of [root, ...root.querySelectorAll(GATED)])
      if (element.matches?.(GATED) && mayPass(element)) queue.add(element);
    if (running || !queue.size) return;
    running = true;
    if (document.hidden) setTimeout(step); // paints no frame
    else requestAnimationFrame(() => setTimeout(step));
  };

  // One element, then other tasks.
  const step = () => {
    const [element] = queue;
    running = queue.delete(element);
    if (!running) return;
    const next = () => setTimeout(step);
    if (!element.isConnected || !element.matches(GATED) || !mayPass(element)) return next();
    used.set(`${about(element)}`, about(element));
    if (element.localName === 'script') return run(element, next);
    element.src = element.dataset.src;
    element.removeAttribute('data-src');
    next();
  };

  // As the parser would: a script without `async` holds up those behind it.
  const run = (element, next) => {
    const script = document.createElement('script');
    const { src, type } = element.dataset;
    for (const { name, value } of element.attributes)
      if (!/^(data-src|(data-)?type)$/.test(name)) script.setAttribute(name, value);
    script.async = element.hasAttribute('async');
    script.nonce = element.nonce;
    script.text = element.text;
    if (type) script.type = type;
    if (src) script.src = src;
    if (script.src && !script.async) script.onload = script.onerror = next;
    else next();
    element.replaceWith(script);
  };

  // A newer decision of the server, or none: the same under the signal of now. What ran cannot be taken back; when it may
  // no longer run, the page is loaded again.
  const apply = (decision) => {
    if (decision) server = read(decision);
    const now = state(), before = latest;
    latest = JSON.stringify(now);
    if (latest !== before) {
      emit('consent', now);
      if (before) emit('change', now);
    }
    if (now.gpc && !told.signal) emit('signal', { gpc: true, from: server.gpc ? 'server' : 'page' });
    if (server.mode !== 'observe' && [...used.values()].some((what) => !allows(...what))) location.reload();
    else if (ready) collect(document);
  };

  const begin = () => {
    ready = true;
    apply(latest ? null : readPage() || {});
    new MutationObserver((records) => {
      for (const { addedNodes } of records) for (const node of addedNodes) if (node.nodeType === 1) collect(node);
    }).observe(document, { childList: true, subtree: true });
  };

  server = read();
  window.abide = Object.freeze({ state, allows, on, apply });
  const printed = readPage();
  if (printed) apply(printed);
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
  else begin();
})();
