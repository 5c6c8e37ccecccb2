// The script gate: reads the server's decision, tightens it by the browser's signal, and releases what it allows. Printed
// into the page or linked. An element or a frame, also of another origin, may have the name `abide`; only the gate is
// frozen.
window.abide && Object.isFrozen(abide) || (() => {
  // Names of elements hide members of the document or of a form itself, but not those of its prototype.
  const kind = Object.getPrototypeOf;
  const GATED = 'script[type=text\\/plain][data-category],:is(img,iframe)[data-category][data-src]';
  const NONE = ['required']; // frozen by read()
  // `told`: the latest detail of each event, by name; it also has the listeners of on(), because document.open() removes those
  // of the window and the document. `ran`: what the scripts that were released asked for; `shown`: images and frames that were
  // released; `leaving`: a promise after which the page is reloaded, because a script ran that is no longer allowed, or true:
  // the browser was asked to; `ready`: the page is parsed; `away`: the page is in the browser's cache, and the visitor may
  // choose elsewhere: nothing passes until a new decision.
  const WRITTEN = { createHTML: (text) => text, createScriptURL: (text) => text };
  const told = new EventTarget();
  const ran = [];
  const shown = new Set();
  const queue = new Set();
  let server, latest, ready, running, leaving, types, away;

  const without = (decision) =>
    ({ ...decision, allowed: NONE, allowedShared: NONE, allowedExempt: [], allowedNames: {}, services: [] });

  // `now` is a pattern that matches the page's cookies as long as the page has the server's latest answer. If it does not
  // match, if cookies are blocked (the storage then throws), or if a refusal is not recorded yet, the page is outdated:
  // nothing passes until the server has been asked.
  const readPage = (printed) => {
    try {
      printed = JSON.parse(document.scripts['abide-state'].text);
      if (document.cookie.match(printed.now) && !localStorage?.abide) return printed;
    } catch {}
    return printed && without(printed, document.documentElement.dataset.abideQuiet = 1);
  };

  // Anything that is not a decision counts as the strictest one. Its lists are frozen, so callers cannot change it.
  const read = (state) => {
    const made = { path: '/consent', gpc: false, ...(state?.v === 1 && state) };
    for (const name of ['allowed', 'allowedShared', 'optedOut', 'optedOutShared'])
      if (!made[name]?.map) made[name] = NONE;
    Object.values(made).map(Object.freeze);
    return made;
  };

  // A signal that the server did not see leaves only what an opt-out leaves. One that it saw is already in its decision,
  // with the visitor's exceptions. Browsers may change the signal while a page is open (GPC-12).
  const state = () => {
    if (away) return without(server);
    const made = { ...server };
    if (!server.gpc && navigator.globalPrivacyControl === true) {
      made.gpc = true;
      for (const rest of ['', 'Shared'])
        made['allowed' + rest] = made['allowed' + rest].filter((category) => made['optedOut' + rest].includes(category));
    }
    return made;
  };

  const allows = (category, shared = category === 'targeting') =>
    state()[shared ? 'allowedShared' : 'allowed'].includes(category);

  // The trusted-types policy for what the page itself wrote. It is requested once, because browsers report each refusal.
  const trusted = () => {
    try {
      types ??= trustedTypes.createPolicy('abide', WRITTEN);
    } catch {}
    return types ??= WRITTEN;
  };

  const emit = (name, detail) => {
    told[name] = detail;
    for (const target of [told, document]) dispatchEvent.call(target, new CustomEvent('abide:' + name, { detail }));
  };

  const on = (name, listener) => {
    const hear = (event) => listener(event.detail);
    told.addEventListener('abide:' + name, hear);
    if (told[name]) listener(told[name]);
    return () => told.removeEventListener('abide:' + name, hear);
  };

  // `!analytics` passes while analytics is not allowed; if there are several categories, all must be allowed. An exempt
  // service passes although its category does not. With `data-shared` an element is shared unless the value is `false`;
  // without it, allows() has the default.
  const isUndo = (element) => element.dataset.category[0] === '!';
  const passes = (element) => {
    const { category, shared, service } = element.dataset;
    if (server.mode === 'observe') return !isUndo(element);
    return /^!?(\s*(required|analytics|functional|targeting)\b,?)+\s*$/.test(category) && isUndo(element) !==
      (state().allowedExempt?.includes(service) ||
        category.match(/\w+/g).every((name) => allows(name, shared?.match(/^(?!false)/))));
  };

  // A function that goes on with the queue in a task of its own, however often it is called.
  const soon = (waits) => () => (waits ??= setTimeout(step));

  const collect = (root) => {
    if (away) return;
    // Chromium and Firefox fire no event when the visitor changes the signal.
    if (state().gpc !== told.consent?.gpc) return apply();
    for (const element of [root, ...kind(root).querySelectorAll.call(root, GATED)])
      if (kind(element).matches?.call(element, GATED) && passes(element) && isUndo(element) >= !!leaving) // while it is left, only what undoes
        queue.add(element);
    if (running || !leaving && !queue.size) return;
    running = true;
    // Listeners may add promises to wait for, which never reject, and get an empty address that scripts may have. A page
    // that nobody sees, in another tab or in a hidden frame, paints no frames.
    const held = [...queue];
    held.nowhere = () => trusted().createScriptURL('');
    emit('run', held);
    Promise.all(held).then(() => {
      const next = soon();
      requestAnimationFrame(next);
      setTimeout(next, 500);
    });
  };

  // Handles one element, then lets other tasks run. When the queue is empty, reloads the page if it must be, by its address:
  // reloading the answer to a form would send the form twice. It does so once: a refusal that arrives while the new page loads
  // asks for no further reload. If the visitor stays, the next one after an acceptance does.
  const step = () => {
    const [element] = queue, now = leaving;
    running = queue.delete(element);
    if (!element)
      return now?.then?.(() => {
        if (now !== leaving) return;
        leaving = true;
        try {
          history.replaceState(history.state, '');
        } catch {} // some browsers limit how often, and wrappers of pages throw; a reload is then still better than none
        location.reload();
      });
    const next = soon();
    if (away || !(element.isConnected && element.matches(GATED) && passes(element))) return next();
    if (element.matches('script')) return run(element, next);
    // HTML sanitizers let data- attributes pass.
    const src = element.dataset.src;
    if (/^javascript:/i.test(src.replace(/[^!-~]/g, ''))) return next();
    shown.add(element);
    if (element.getAttribute('src') !== src) element.src = src;
    element.dataset.abideLet = delete element.dataset.src; // tells sources.mjs what copies are
    next();
  };

  // Runs a script as the parser would: without `async`, it delays those after it, up to a limit. The node stays the same,
  // because a framework may hold it.
  const run = (element, next) => {
    const { type = '', src = element.getAttribute('src'), ...dataset } = element.dataset;
    let limit;
    try {
      // A script that innerHTML made, or a copy of it, never runs: a new node runs instead, behind it. In some browsers,
      // only such a script has `async` false without the attribute; in others, a listener of the run can find out and mark
      // it dead.
      const script = element.async && !element.dead ? element
        : document.createRange().createContextualFragment(trusted().createHTML(element.outerHTML)).firstChild;
      script.async = element.hasAttribute('async');
      script.nonce = element.nonce;
      script.type = type;
      if (src) {
        script.src = trusted().createScriptURL(src);
        // Listeners, because the page may have handlers of its own. A script of an unknown type, or for old browsers, fires no
        // events.
        if (!script.async && !leaving && !script.noModule && /^$|module|script/.test(type)) {
          script.addEventListener('load', next);
          script.addEventListener('error', next);
          limit = setTimeout(next, 10000);
        }
      }
      if (!isUndo(element)) ran.push({ dataset }); // not the node: routers write the tags of other pages over it
      element.after(script);
      if (script !== element) delete element.dataset.category;
    } finally { // trusted types may forbid a policy named abide: the element then stays as it is
      limit || next();
    }
  };

  // Puts a newer decision of the server in force; without one, the same decision under the present signal. If a script ran
  // that is no longer allowed, the page is reloaded once `until` resolves, and the queue is dropped.
  const apply = (decision, until) => {
    if (decision) server = read(decision);
    if ((away &&= !decision)) return;
    const now = state(), before = latest;
    latest = JSON.stringify(now);
    if (latest !== before) {
      emit('consent', now);
      if (before) emit('change', now);
    }
    if (now.gpc && !told.signal) emit('signal', { gpc: true, from: server.gpc ? 'server' : 'page' });
    for (const element of shown)
      if (element.dataset.category && !passes(element)) { // it waits again, as the same node: reinserting a frame clears what it showed
        element.dataset.src ||= element.src; // it may be waiting already
        element.removeAttribute('src');
        element.after(element);
      }
    if (decision || !leaving) leaving = ran.every(passes) ? null : leaving === true || Promise.all([until]);
    if (leaving) running = queue.clear();
    if (ready) collect(document);
  };

  const leave = () => (away = true);

  const begin = () => {
    ready = true;
    apply(latest ? null : readPage() || {});
  };

  // document.open() removes the listeners; document.close() may fire the event before they are here again.
  const watch = (records) => {
    addEventListener('pagehide', leave);
    addEventListener('DOMContentLoaded', begin, true);
    if (!(ready || document.readyState[0] === 'l')) begin();
    if (ready) for (const { type, addedNodes, target } of records)
      for (const node of type[0] === 'a' ? [target] : addedNodes) if (node.localName) collect(node);
  };

  server = read();
  window.abide = Object.freeze({ state, allows, passes, on, apply, add: collect });
  if (readPage()) apply(readPage()); // twice, because a name for it would take more bytes than the gate may have
  watch([]);
  new MutationObserver(watch).observe(document, { childList: true, subtree: true, attributeFilter: ['data-category', 'data-src'] });
})();
