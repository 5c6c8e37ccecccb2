// The guard, for pages that want it: a classic script before all others. What scripts write and send is judged by name
// and host: cookies, storage keys, requests. What is not known yet waits in order; what is denied is dropped.
//
//   <script src="/consent/v-.../guard.js" data-guard="cookies storage requests"></script>
(() => {
  const GUARDED = Symbol.for('abide.guarded'); // the panel reads it
  const WAITING_MAX = 200, LOG_MAX = 200;
  const script = document.currentScript;
  const kinds = (script?.dataset.guard ?? '').split(/\s+/);
  if (document[GUARDED]) return;
  const log = (document[GUARDED] = []);
  const waiting = [];
  let rules, permits;

  // Verdicts: true, false, or null for what nobody can say yet.

  const judge = (what, element) => {
    const state = window.abide?.state?.();
    if (state?.v !== 1) return null;
    if (state.mode === 'observe') return true;
    const { category, shared } = element?.dataset ?? {};
    if (category) // written on the element by the page: that counts
      return category.split(/[\s,]+/).every((name) => window.abide.allows(name, shared === undefined ? shared : shared !== 'false'));
    const kind = rules?.classify(what);
    return kind ? permits(state, kind) : null;
  };

  const note = (kind, what, verdict) => {
    if (log.length === LOG_MAX) log.shift();
    log.push({ kind, what, verdict, time: Date.now() });
    document.dispatchEvent(new CustomEvent('abide:guard', { detail: log.at(-1) }));
  };

  // Lets `pass` happen, now or when it is known that it may; else `drop`.
  const guard = (kind, what, pass, drop = () => {}, element) => {
    settle();
    const verdict = judge(what, element);
    const full = verdict === null && waiting.length === WAITING_MAX;
    note(kind, what, full ? false : verdict);
    if (verdict) return pass();
    if (verdict === false || full) return drop();
    waiting.push({ kind, what, pass, drop, element });
  };

  const settle = () => {
    for (const one of waiting.splice(0)) {
      const verdict = judge(one.what, one.element);
      if (verdict === null) waiting.push(one);
      else note(one.kind, one.what, verdict), verdict ? one.pass() : one.drop();
    }
  };

  import(new URL('rules.mjs', script.src)).then(async (module) => {
    const printed = document.getElementById('abide-policy');
    const loaded = await module.load(printed ? JSON.parse(printed.textContent) : undefined);
    ({ permits } = module);
    rules = { classify: (what) => loaded.classify(what) ?? (loaded.whole().then(settle), null) };
    settle();
  }).catch(() => {}); // without rules everything waits
  document.addEventListener('abide:consent', settle);

  const patch = (owner, name, change) => {
    const was = Object.getOwnPropertyDescriptor(owner, name);
    if (was) Object.defineProperty(owner, name, { ...was, ...change(was) });
  };

  // Cookies. One that is being deleted always may be.

  const inThePast = (expires) => expires !== undefined && new Date(expires).getTime() <= Date.now();
  // Of several Max-Age the last counts, and each before Expires (RFC 6265 section 5.3).
  const deletes = (field) => {
    const age = /.*;\s*max-age\s*=\s*(-?\d+)\s*(?:;|$)/is.exec(field)?.[1];
    return age === undefined ? inThePast(/;\s*expires\s*=([^;]*)/i.exec(field)?.[1]) : Number(age) <= 0;
  };
  const held = new Map(); // what waits, so that who wrote it reads it back

  const guardCookies = () => {
    patch(Document.prototype, 'cookie', ({ get, set }) => ({
      get() { return [get.call(this), ...held.values()].filter(Boolean).join('; '); },
      set(field) {
        const text = String(field), pair = text.split(';')[0].trim();
        const name = pair.includes('=') ? pair.split('=')[0].trim() : '';
        const done = (write) => () => { held.delete(name); if (write) set.call(this, text); };
        if (deletes(text)) return done(true)();
        held.set(name, pair);
        guard('cookie', name, done(true), done(false));
      },
    }));
    if (window.CookieStore) patch(CookieStore.prototype, 'set', ({ value: set }) => ({
      value(first, ...rest) {
        const write = () => set.call(this, first, ...rest);
        const { name, expires } = typeof first === 'object' && first ? first : { name: first };
        if (expires != null && inThePast(expires)) return write();
        return new Promise((resolve, reject) =>
          guard('cookie', String(name), () => write().then(resolve, reject), resolve));
      },
    }));
  };

  // Storage: setItem, and properties by way of a stand-in. What is taken away passes.

  const guardStorage = () => {
    patch(Storage.prototype, 'setItem', ({ value: setItem }) => ({
      value(key, text) { guard('storage', String(key), () => setItem.call(this, key, text)); },
    }));
    for (const name of ['localStorage', 'sessionStorage'])
      patch(window, name, ({ get }) => {
        let standIn;
        return { get() { return (standIn ??= standInOf(get.call(window))); } };
      });
  };

  const standInOf = (storage) => new Proxy(storage, {
    get(_, key) {
      const value = Reflect.get(storage, key, storage);
      return typeof value === 'function' ? value.bind(storage) : value;
    },
    set(_, key, value) { return storage.setItem(String(key), value), true; },
    defineProperty(_, key, { value }) { return storage.setItem(String(key), value), true; },
  });

  // Requests to other hosts.

  const foreign = (url) => {
    try {
      const { host, protocol, href } = new URL(url, document.baseURI);
      return host !== location.host && /^(https?|wss?):$/.test(protocol) ? href : null;
    } catch {
      return null;
    }
  };

  const blocked = () => new TypeError('abide: not allowed');

  const guardRequests = () => {
    patch(Navigator.prototype, 'sendBeacon', ({ value: send }) => ({
      value(url, data) {
        const target = foreign(url);
        if (!target) return send.call(this, url, data);
        guard('request', target, () => send.call(this, url, data));
        return true;
      },
    }));
    patch(window, 'fetch', ({ value: ask }) => ({
      value(input, init) {
        const target = foreign(input?.url ?? input);
        if (!target) return ask.call(window, input, init);
        const send = () => ask.call(window, input, init);
        return new Promise((resolve, reject) =>
          guard('request', target, () => send().then(resolve, reject), () => reject(blocked())));
      },
    }));
    const targets = new WeakMap();
    patch(XMLHttpRequest.prototype, 'open', ({ value: open }) => ({
      value(method, url, asynchronous = true, ...rest) {
        targets.set(this, { target: foreign(url), asynchronous });
        return open.call(this, method, url, asynchronous, ...rest);
      },
    }));
    patch(XMLHttpRequest.prototype, 'send', ({ value: send }) => ({
      value(body) {
        const { target, asynchronous } = targets.get(this) ?? {};
        if (!target) return send.call(this, body);
        if (!asynchronous) { // cannot wait
          if (judge(target) !== true) throw new DOMException('abide: not allowed', 'NetworkError');
          return send.call(this, body);
        }
        const tell = (name) => this.dispatchEvent(new ProgressEvent(name));
        const fail = () => setTimeout(() => ['error', 'loadend'].forEach(tell));
        guard('request', target, () => send.call(this, body), fail);
      },
    }));
    for (const type of [HTMLImageElement, HTMLScriptElement, HTMLIFrameElement]) {
      const { set } = Object.getOwnPropertyDescriptor(type.prototype, 'src');
      patch(type.prototype, 'src', () => ({ set(url) { guardSource(this, url, () => set.call(this, url)); } }));
    }
    patch(Element.prototype, 'setAttribute', ({ value: setAttribute }) => ({
      value(name, value) {
        const write = () => setAttribute.call(this, name, value);
        if (String(name).toLowerCase() !== 'src' || !/^(img|script|iframe)$/.test(this.localName)) return write();
        guardSource(this, value, write);
      },
    }));
  };

  const guardSource = (element, url, write) => {
    const target = foreign(url);
    if (!target) return write();
    guard('request', target, write, () => setTimeout(() => element.dispatchEvent(new Event('error'))), element);
  };

  if (kinds.includes('cookies')) guardCookies();
  if (kinds.includes('storage')) guardStorage();
  if (kinds.includes('requests')) guardRequests();
})();
