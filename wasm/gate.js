// The script gate: reads the server's decision, tightens it, lets through what it allows. Printed into the page or linked.
(() => {
  if (window.abide?.apply) return;

  const GATED = 'script[type="text/plain"][data-category],img[data-category][data-src],iframe[data-category][data-src]';
  // `told`: the latest detail of each event; `used`: what was let through; `leaving`: the page is loaded again; `away`: it
  // is in the browser's cache, and the visitor may choose elsewhere: nothing passes until a new decision is there.
  const told = {};
  const used = new Set();
  const queue = new Set();
  let server, latest, ready, running, leaving, types, away, gpc;

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
    category === 'required' || !away && state()[shared ? 'allowedShared' : 'allowed'].includes(category);

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

  // `!analytics` passes while analytics is not allowed; of several categories all must be. An exempt service passes
  // although its category does not. Shared is what `data-shared` does not call false; without it as allows() has it.
  const isUndo = (element) => element.dataset.category[0] === '!';
  const mayPass = (element) => {
    const { category, shared, service } = element.dataset;
    if (server.mode === 'observe') return !isUndo(element);
    return /^!?(\s*(required|analytics|functional|targeting)\b,?)+$/.test(category) && isUndo(element) !==
      (!!server.allowedExempt?.includes(service) ||
        category.match(/\w+/g).every((name) => allows(name, shared?.match(/^(?!false)/))));
  };

  const collect = (root) => {
    if (away) return;
    // Chromium and Firefox tell no event when the visitor changes the signal.
    if (state().gpc !== gpc) return apply();
    for (const element of [root, ...root.querySelectorAll(GATED)])
      if (element.matches?.(GATED) && mayPass(element) && (!leaving || isUndo(element))) queue.add(element);
    if (running || !leaving && !queue.size) return;
    running = true;
    // A hidden page paints no frame.
    if (document.hidden) setTimeout(step);
    else requestAnimationFrame(() => setTimeout(step));
  };

  // One element, then other tasks.
  const step = () => {
    const [element] = queue;
    running = queue.delete(element);
    if (!running) return leaving?.then(() => location.reload());
    const next = () => setTimeout(step);
    if (away || !element.isConnected || !element.matches(GATED) || !mayPass(element)) return next();
    if (element.localName === 'script') return run(element, next);
    // Sanitizers of HTML let data- attributes pass.
    const { src } = element.dataset;
    if (/^javascript:/i.test(src.replace(/[\0-\x20]/g, ''))) return next();
    used.add(element);
    element.src = src;
    element.removeAttribute('data-src');
    next();
  };

  // What the page itself wrote, where its CSP asks for trusted types.
  const trust = (kind, text) => {
    const createScript = (value) => value;
    types ??= window.trustedTypes?.createPolicy('abide', { createScript, createScriptURL: createScript });
    return types ? types['createScript' + kind](text) : text;
  };

  // As the parser would: a script without `async` holds up those behind it.
  const run = (element, next) => {
    const script = document.createElement('script');
    const { type, src = element.getAttribute('src') } = element.dataset;
    let after = next;
    try {
      for (const { name, value } of element.attributes)
        if (!/^(data-)?(src|type)$/.test(name)) script.setAttribute(name, value);
      script.async = element.hasAttribute('async');
      script.nonce = element.nonce;
      if (type) script.type = type;
      if (src) script.src = trust('URL', src);
      else script.text = trust('', element.text);
      // Beside handlers of the page's own.
      if (src && !script.async && !leaving) {
        script.addEventListener('load', next);
        script.addEventListener('error', next);
        after = null;
      }
      if (!isUndo(element)) used.add(element);
      element.replaceWith(script);
    } catch (error) {
      // Trusted types without a policy named abide: the element stays as it is.
      console.error(error);
    }
    after?.();
  };

  // A frame or an image gives way to one that waits; what a script did nobody knows, so the page is loaded again.
  const takeBack = (element, until) => {
    used.delete(element);
    if (element.localName === 'script') {
      leaving = Promise.resolve(until);
      // Does not wait for what still loads.
      running = false;
      queue.clear();
    } else {
      const held = element.cloneNode();
      held.dataset.src = element.src;
      held.removeAttribute('src');
      element.replaceWith(held);
    }
  };

  // A newer decision of the server, or none: the same under the signal of now. A page that is loaded again waits `until`.
  const apply = (decision, until) => {
    if (decision) server = read(decision);
    away &&= !decision;
    if (away) return;
    const now = state(), before = latest;
    gpc = now.gpc;
    latest = JSON.stringify(now);
    if (latest !== before) {
      emit('consent', now);
      if (before) emit('change', now);
    }
    if (now.gpc && !told.signal) emit('signal', { gpc: true, from: server.gpc ? 'server' : 'page' });
    for (const element of used) if (server.mode !== 'observe' && !mayPass(element)) takeBack(element, until);
    if (ready) collect(document);
  };

  const begin = () => {
    ready = true;
    apply(latest ? null : readPage() || {});
    new MutationObserver((records) => {
      for (const { addedNodes } of records) for (const node of addedNodes) if (node.localName) collect(node);
    }).observe(document, { childList: true, subtree: true });
  };

  addEventListener('pagehide', () => (away = true));
  server = read();
  window.abide = Object.freeze({ state, allows, on, apply });
  const printed = readPage();
  if (printed) apply(printed);
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
  else begin();
})();
