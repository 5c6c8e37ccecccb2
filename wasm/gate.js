// The script gate: reads the server's decision, tightens it, lets through what it allows. Printed into the page or linked.
window.abide?.apply || (() => {
  // Names of elements hide what a document, or a form, has by itself, but not what its kind has.
  const kind = Object.getPrototypeOf;
  const MEDIA = ':is(img,iframe)[data-category]';
  const GATED = MEDIA + '[data-src],script[type=text\\/plain][data-category]';
  const NONE = ['required']; // frozen by read()
  // `told`: the latest detail of each event; `ran`: scripts that were let through; `shown`: images and frames;
  // `leaving`: when the page is loaded again, for a script ran that no longer may; `awaited`: the same, once that is
  // arranged; `ready`: the page is read, and not on its way out;
  // `away`: the page is in the browser's cache, and the visitor may choose elsewhere: nothing passes until a new decision.
  const WRITTEN = { createHTML: (text) => text, createScriptURL: (text) => text };
  const told = {};
  const ran = new Set();
  const shown = new WeakSet();
  const queue = new Set();
  let server, latest, ready, running, leaving, awaited, types, away;

  const without = (decision) =>
    ({ ...decision, allowed: NONE, allowedShared: NONE, allowedExempt: [], allowedNames: {} });

  // `now`: how the cookies look while the server's last answer is that for which the page was printed. Where they look
  // otherwise, or nobody can see them, or a refusal is not recorded yet, the page is old: nothing passes until the server is
  // asked.
  const readPage = () => {
    let printed;
    try {
      printed = JSON.parse(document.scripts['abide-state'].text);
      if (document.cookie.match(printed.now) && navigator.cookieEnabled && !localStorage?.abide) return printed;
    } catch {}
    return printed && without(printed, document.documentElement.dataset.abideQuiet = 1);
  };

  // Whatever is no decision counts as the strictest one. Nobody changes it by its lists.
  const read = (state) => {
    const made = { path: '/consent', gpc: false, ...(state?.v === 1 && state) };
    for (const name of ['allowed', 'allowedShared', 'optedOut', 'optedOutShared'])
      if (!made[name]?.map) made[name] = NONE;
    Object.values(made).forEach(Object.freeze);
    return made;
  };

  // A signal that the server did not see leaves what an opt-out leaves. One that it saw is in its decision, with the
  // visitor's exceptions. Browsers change it while a page is open (GPC-12).
  const state = () => {
    if (away) return without(server);
    if (server.gpc || navigator.globalPrivacyControl !== true) return { ...server };
    const left = (rest) => server['allowed' + rest].filter((category) => server['optedOut' + rest].includes(category));
    return { ...server, gpc: true, allowed: left(''), allowedShared: left('Shared') };
  };

  const allows = (category, shared = category === 'targeting') =>
    state()[shared ? 'allowedShared' : 'allowed'].includes(category);

  // What the page itself wrote, where its CSP asks for trusted types; asked once, for a refusal is reported.
  const trusted = () => {
    try {
      types ??= trustedTypes.createPolicy('abide', WRITTEN);
    } catch {}
    return types ??= WRITTEN;
  };

  const emit = (name, detail) => {
    told[name] = detail;
    dispatchEvent.call(document, new CustomEvent('abide:' + name, { detail }));
  };

  const on = (name, listener) => {
    const hear = (event) => listener(event.detail);
    addEventListener('abide:' + name, hear, true);
    if (told[name]) listener(told[name]);
    return () => removeEventListener('abide:' + name, hear, true);
  };

  // `!analytics` passes while analytics is not allowed; of several categories all must be. An exempt service passes
  // although its category does not. Shared is what `data-shared` does not call false; without it as allows() has it.
  const isUndo = (element) => element.dataset.category[0] === '!';
  const passes = (element) => {
    const { category, shared, service } = element.dataset;
    if (server.mode === 'observe') return !isUndo(element);
    return /^!?(\s*(required|analytics|functional|targeting)\b,?)+\s*$/.test(category) && isUndo(element) !==
      (state().allowedExempt?.includes(service) ||
        category.match(/\w+/g).every((name) => allows(name, shared?.match(/^(?!false)/))));
  };

  const collect = (root) => {
    if (away) return;
    // Chromium and Firefox tell no event when the visitor changes the signal.
    if (state().gpc !== told.consent?.gpc) return apply();
    for (const element of [root, ...kind(root).querySelectorAll.call(root, GATED)])
      if (kind(element).matches?.call(element, GATED) && passes(element) && (!leaving || isUndo(element)))
        queue.add(element);
    if (running || !leaving && !queue.size) return;
    running = true;
    // Who hears it may add promises to wait for, which never fail, and gets an address that scripts may have. A hidden page paints no frame.
    const held = [...queue];
    held.nowhere = () => trusted().createScriptURL('');
    emit('run', held);
    Promise.all(held).then(() => (document.hidden ? setTimeout : requestAnimationFrame)(() => setTimeout(step)));
  };

  // One element, then other tasks. When there is none, the page is loaded again if it must be: not as the answer to a form,
  // which would be sent twice, but by its address, and once.
  const step = () => {
    const [element] = queue, now = leaving;
    running = queue.delete(element);
    if (!running)
      return awaited !== now && (awaited = now)?.then(() =>
        now === leaving && ready && (ready = history.replaceState(history.state, ''), location.reload()));
    let waits;
    const next = () => (waits ??= setTimeout(step));
    if (away || !element.isConnected || !element.matches(GATED) || !passes(element)) return next();
    if (element.localName === 'script') return run(element, next);
    // Sanitizers of HTML let data- attributes pass.
    const { src } = element.dataset;
    if (/^javascript:/i.test(src.replace(/[^!-~]/g, ''))) return next();
    shown.add(element);
    if (element.getAttribute('src') !== src) element.src = src;
    delete element.dataset.src;
    next();
  };

  // As the parser would: a script without `async` holds up those behind it, but not for ever. It stays the node that a
  // framework may hold.
  const run = (element, next) => {
    const { type = '', src = element.getAttribute('src') } = element.dataset;
    let limit;
    try {
      // One that innerHTML made, or a copy of it, never runs: then a new one does, behind it. Some browsers let only it be
      // not `async` without the attribute; who hears of the run may find out and say that it is dead.
      const script = element.async && !element.dead ? element
        : new Range().createContextualFragment(trusted().createHTML(element.outerHTML)).firstChild;
      script.async = element.hasAttribute('async');
      script.nonce = element.nonce;
      script.type = type;
      if (src) script.src = trusted().createScriptURL(src);
      // Beside handlers of the page's own. A script of no known type, or for old browsers, tells nothing.
      if (src && !script.async && !leaving && !script.noModule && /^$|module|script/.test(type)) {
        script.addEventListener('load', next);
        script.addEventListener('error', next);
        limit = setTimeout(next, 10000);
      }
      if (!isUndo(script)) ran.add(script);
      element.after(script);
      if (script !== element) delete element.dataset.category;
    } finally { // trusted types without a policy named abide: the element stays as it is
      limit ?? next();
    }
  };

  // A newer decision of the server, or none: the same under the signal of now. What a script did nobody knows, so the page
  // is then loaded again, `until` something is done, and what waits is dropped.
  const apply = (decision, until) => {
    if (decision) server = read(decision);
    away &&= !decision;
    if (away) return;
    const now = state(), before = latest;
    latest = JSON.stringify(now);
    if (latest !== before) {
      emit('consent', now);
      if (before) emit('change', now);
    }
    if (now.gpc && !told.signal) emit('signal', { gpc: true, from: server.gpc ? 'server' : 'page' });
    for (const element of kind(document).querySelectorAll.call(document, MEDIA))
      if (shown.has(element) && !passes(element)) { // it waits again, as the same node: taken out and put in it forgets
        element.dataset.src = element.src;
        element.removeAttribute('src');
        element.after(element);
      }
    if (decision || !leaving) leaving = [...ran].every(passes) ? null : Promise.resolve(until);
    if (leaving) running = queue.clear();
    if (ready) collect(document);
  };

  const begin = () => {
    ready = true;
    apply(latest ? null : readPage() || {});
    new MutationObserver((records) => {
      for (const { type, addedNodes, target } of records)
        for (const node of type[0] === 'a' ? [target] : addedNodes) if (node.localName) collect(node);
    }).observe(document, { childList: true, subtree: true, attributeFilter: ['data-category', 'data-src'] });
  };

  addEventListener('pagehide', () => (away = true));
  server = read();
  window.abide = Object.freeze({ state, allows, passes, on, apply, add: collect });
  const printed = readPage();
  if (printed) apply(printed);
  if (document.readyState[0] === 'l') addEventListener('DOMContentLoaded', begin, true);
  else begin();
})();
