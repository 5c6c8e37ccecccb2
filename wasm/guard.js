// The guard, for pages that want it: a classic script before all others. It judges what scripts write and send (cookies,
// storage keys, requests) by name and host. What cannot be judged yet waits, in order; what is denied is dropped.
//
//   <script src="/consent/v-.../guard.js" data-guard="cookies storage requests"></script>
//
// `data-policy` names the policy if it is not beside this file.
(() => {
  const GUARDED = Symbol.for('abide.guarded'); // the panel reads it
  const { URL } = window; // the page may call something of its own so
  const MAX = 200; // of items that wait, and of items that are remembered for the panel
  const ofPage = (name) => Reflect.get(Document.prototype, name, document); // not an element of that name
  const script = ofPage('currentScript');
  const kinds = (script?.dataset.guard ?? '').split(/\s+/);
  if (document[GUARDED]) return;
  const log = (document[GUARDED] = []);
  const waiting = new Set();
  let rules, asked;

  // Verdicts: true, false, or null: not known yet. `left`: the last decision, set while the visitor leaves the page; what
  // the page does meanwhile follows it. `away`: the page came back from the browser's cache and does not have the present
  // decision yet.

  const gate = () => (Object.isFrozen(window.abide) ? window.abide : undefined); // not an element or a frame of that name
  let told = gate()?.state(), left, away; // `told`: what held last; the gate may already say that the page is left
  const mayBeKnown = ({ detail }) => {
    if (detail) away = false;
    settle();
  };
  const HEARD = [
    [document, 'abide:consent', ({ detail }) => (told = detail)],
    [document, 'abide:consent', mayBeKnown],
    [document, 'abide:known', mayBeKnown],
    [window, 'pagehide', () => (left = told)],
    [window, 'pageshow', ({ persisted }) => {
      left = undefined;
      away ||= persisted;
    }],
  ];
  const listen = () => { for (const [target, type, hear] of HEARD) addEventListener.call(target, type, hear); };
  listen();
  new MutationObserver(listen).observe(document, { childList: true }); // document.open() removes the listeners

  const judge = (kind, what, element) => {
    const state = left ?? gate()?.state();
    if (away || state?.v !== 1) return null;
    if (element?.dataset.category) return left ? null : window.abide.passes(element); // the page states its category
    if (state.mode === 'observe') return true;
    if (!rules) return null;
    const verdict = rules.judge(kind === 'request' ? rules.url(what) : rules.cookie(what), left);
    if (verdict === null) asked ??= rules.whole().then(() => { asked = null; settle(); });
    return verdict;
  };

  const end = ({ kind, what, pass, drop }, verdict) => {
    if (log.length === MAX) log.shift();
    log.push({ kind, what, verdict, time: Date.now() });
    EventTarget.prototype.dispatchEvent.call(document, new CustomEvent('abide:guard', { detail: log.at(-1) }));
    if (verdict) pass();
    if (verdict === false) drop();
  };

  // Calls `pass`, now or as soon as it is known to be allowed, or else `drop`. Removing the item from `waiting` cancels
  // both.
  const guard = (kind, what, pass, drop = () => {}, element) => {
    settle();
    const one = { kind, what, pass, drop, element };
    const verdict = judge(kind, what, element) ?? (waiting.size < MAX ? null : false);
    if (verdict === null) waiting.add(one);
    end(one, verdict);
    return one;
  };

  const settle = () => {
    for (const one of waiting) {
      const verdict = judge(one.kind, one.what, one.element);
      if (verdict === null) continue;
      waiting.delete(one);
      try {
        end(one, verdict);
      } catch (error) { // thrown by the page's code: the other items go on
        queueMicrotask(() => { throw error; });
      }
    }
  };

  // A named write that waits can be read back from `held` by its place, which holds one write until it is written or
  // forgotten.

  const forget = (held, place) => {
    const one = held.get(place);
    waiting.delete(one);
    held.delete(place);
    one?.forgotten();
  };

  const hold = (held, kind, name, text, write, place = name, drop = () => {}) => {
    forget(held, place);
    const done = () => held.delete(place);
    const one = guard(kind, name, () => { done(); write(); }, () => { done(); drop(); });
    if (waiting.has(one)) held.set(place, Object.assign(one, { text, forgotten: drop }));
  };

  // The policy: the one that the tag or start() names, or else the one beside this file. Without a policy everything waits.

  const use = (loaded) => {
    rules = loaded;
    settle();
  };
  const { policy } = script.dataset;
  if (!policy) {
    HEARD.push([document, 'abide:policy', ({ detail }) => use(detail)]);
    listen();
  }
  import(new URL('rules.mjs', script.src)).then(({ load }) => load(policy))
    .then((loaded) => rules ?? use(loaded), () => {});

  const patch = (owner, name, change) => {
    const was = Object.getOwnPropertyDescriptor(owner, name);
    if (was) Object.defineProperty(owner, name, { ...was, ...change(was) });
  };

  // Cookies. Deletions always pass.

  // The expiry time of a cookie as browsers read it (RFC 6265 section 5.1.1): without time zones; two-digit years are 1970
  // to 2069. NaN: not a date.
  const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';
  const DATE = [/^(\d\d?):(\d\d?):(\d\d?)(?!\d)/, /^\d\d?(?!\d)/, /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i,
    /^\d{1,5}(?!\d)/];
  const endOf = (expires) => {
    const found = [];
    for (const token of expires.split(/[\t -/;-@[-`{-~]+/)) {
      const part = DATE.findIndex((form, at) => !found[at] && form.test(token));
      if (part >= 0) found[part] = DATE[part].exec(token);
    }
    if (Object.keys(found).length < DATE.length) return NaN;
    const [[, ...time], [day], [month], [digits]] = found, [hour, minute, second] = time.map(Number);
    const year = +digits + (digits < 70 ? 2000 : digits < 100 ? 1900 : 0);
    const date = new Date(Date.UTC(year, MONTHS.indexOf(month.toLowerCase()) / 3, day, hour, minute, second));
    return hour > 23 || minute > 59 || second > 59 || date.getUTCDate() !== +day ? NaN : +date;
  };

  // If an attribute is repeated, the last one counts. Max-Age overrides Expires (section 5.3).
  const attributeOf = (field, name) =>
    new RegExp(`^.*;\\s*${name}\\s*(?:=([^;]*))?(?:;|$)`, 'is').exec(field)?.[1]?.trim() ?? '';
  const deletes = (field) => {
    const age = attributeOf(field, 'max-age');
    return /^[-+]?\d+$/.test(age) ? age <= 0 : endOf(attributeOf(field, 'expires')) <= Date.now();
  };

  const nameOf = (pair) => (pair.includes('=') ? pair.split('=')[0].trim() : '');

  // The place of a cookie, where a later one replaces it. The default path is the page's folder (section 5.1.4).
  const placeOf = (name, domain, path) => [name, (domain ?? '').toLowerCase().replace(/^\./, ''),
    path?.startsWith('/') ? path : location.pathname.replace(/\/[^/]*$/, '') || '/'].join(';');
  const valueOf = ({ text }) => text.slice(text.indexOf('=') + 1);

  const guardCookies = () => {
    const held = new Map();
    patch(Document.prototype, 'cookie', ({ get, set }) => ({
      get() {
        const pairs = [...held.values()].map(({ text }) => text), names = pairs.map(nameOf);
        const there = get.call(this).split('; ').filter((pair) => !names.includes(nameOf(pair)));
        return [...there, ...pairs].filter(Boolean).join('; ');
      },
      set(field) {
        const text = String(field), pair = text.split(';')[0].trim(), name = nameOf(pair);
        const place = placeOf(name, attributeOf(text, 'domain'), attributeOf(text, 'path'));
        const write = () => set.call(this, text);
        if (!deletes(text)) return hold(held, 'cookie', name, pair, write, place);
        forget(held, place);
        write();
      },
    }));
    if (Object.getOwnPropertyDescriptor(window, 'CookieStore')) guardStore(held); // an element may have that name
  };

  // The same cookies through CookieStore. The promise of a write resolves when the cookie is written or dropped.
  const guardStore = (held) => {
    const shape = (given, rest = {}) => (typeof given === 'object' && given ? { path: '/', ...given } : { path: '/', name: given, ...rest });
    const items = (name) => [...held.values()].filter(({ what }) => name === undefined || what === name)
      .map((one) => ({ name: one.what, value: valueOf(one) }));
    patch(CookieStore.prototype, 'set', ({ value: set }) => ({
      value(...given) {
        const { name, value, domain, path, expires, maxAge } = shape(given[0], { value: given[1] });
        const write = () => set.apply(this, given), place = placeOf(`${name}`, domain, path);
        if (maxAge != null ? maxAge <= 0 : expires != null && expires <= Date.now()) {
          forget(held, place);
          return write();
        }
        return new Promise((resolve, reject) =>
          hold(held, 'cookie', `${name}`, `${name}=${value}`, () => write().then(resolve, reject), place, resolve));
      },
    }));
    patch(CookieStore.prototype, 'delete', ({ value: remove }) => ({
      value(...given) {
        const { name, domain, path } = shape(given[0]);
        forget(held, placeOf(`${name}`, domain, path));
        return remove.apply(this, given);
      },
    }));
    patch(CookieStore.prototype, 'get', ({ value: get }) => ({
      async value(...given) {
        const found = await get.apply(this, given);
        return items(given.length ? shape(given[0]).name : undefined)[0] ?? found;
      },
    }));
    patch(CookieStore.prototype, 'getAll', ({ value: all }) => ({
      async value(...given) {
        const found = await all.apply(this, given), more = items(given.length ? shape(given[0]).name : undefined);
        return [...found.filter(({ name }) => !more.some((one) => one.name === name)), ...more];
      },
    }));
  };

  // Storage, behind a stand-in that shows waiting items as if they were stored. Removals always pass.

  // What Abide itself keeps there: refusals that are not recorded yet, see refusals.mjs, and what the panel tries. They must
  // not wait: the next page has to know them.
  const OWN = /^abide(\.panel)?$/;

  const guardStorage = () => {
    const prototype = Storage.prototype, { getItem } = prototype;
    const each = (make) => {
      const made = new WeakMap();
      return (storage) => {
        if (!made.has(storage)) made.set(storage, make(storage));
        return made.get(storage);
      };
    };
    const heldOf = each(() => new Map());
    const reals = new WeakMap();
    const standInOf = each((storage) => {
      const standIn = new Proxy(storage, traps);
      reals.set(standIn, storage);
      return standIn;
    });
    const realOf = (storage) => reals.get(storage) ?? storage;
    const textOf = (storage, key) => heldOf(storage).get(key)?.text;
    const added = (storage) => [...heldOf(storage).keys()].filter((key) => getItem.call(storage, key) === null);

    // Replaces the members of Storage.prototype; `own` is the browser's function.
    const members = {
      getItem: (storage, own, key) => textOf(storage, `${key}`) ?? own(key),
      setItem: (storage, own, ...pair) => {
        const [key, text] = pair.map(String);
        if (OWN.test(key)) return own(key, text);
        hold(heldOf(storage), 'storage', key, text, () => own(key, text));
      },
      removeItem: (storage, own, key) => {
        forget(heldOf(storage), `${key}`);
        own(key);
      },
      clear: (storage, own) => {
        for (const key of heldOf(storage).keys()) forget(heldOf(storage), key);
        own();
      },
      key(storage, own, at) {
        const more = added(storage);
        return own(at) ?? more[at - storage.length + more.length] ?? null;
      },
      length: (storage, own) => own() + added(storage).length,
    };
    for (const [name, member] of Object.entries(members))
      patch(prototype, name, (was) => {
        const call = was.get ? 'get' : 'value';
        return {
          [call](...given) {
            const storage = realOf(this), own = (...rest) => was[call].apply(storage, rest);
            return given.length < was[call].length ? own(...given) : member(storage, own, ...given);
          },
        };
      });

    const PLAIN = { writable: true, enumerable: true, configurable: true };
    const propertyOf = (storage, key) => (key in prototype ? undefined : textOf(storage, key));
    const traps = {
      get: (storage, key, standIn) => propertyOf(storage, key) ?? Reflect.get(storage, key, standIn),
      has: (storage, key) => key in storage || heldOf(storage).has(key),
      ownKeys: (storage) => [...Reflect.ownKeys(storage), ...added(storage)],
      getOwnPropertyDescriptor: (storage, key) => {
        const value = propertyOf(storage, key);
        return value === undefined ? Reflect.getOwnPropertyDescriptor(storage, key) : { value, ...PLAIN };
      },
      set: (storage, key, value) => traps.defineProperty(storage, key, { value, ...PLAIN }),
      defineProperty(storage, key, property) {
        if (typeof key === 'symbol') return Reflect.defineProperty(storage, key, property);
        storage.setItem(key, property.value);
        return true;
      },
      deleteProperty(storage, key) {
        forget(heldOf(storage), key);
        return Reflect.deleteProperty(storage, key);
      },
    };
    for (const name of ['localStorage', 'sessionStorage'])
      patch(window, name, ({ get }) => ({
        get() {
          const storage = get.call(window); // some in-app browsers have none
          return storage && standInOf(storage);
        },
      }));

    // Storage events refer to the stand-in.
    patch(StorageEvent.prototype, 'storageArea', ({ get }) => ({
      get() {
        const storage = get.call(this);
        return storage && standInOf(storage);
      },
    }));
    patch(window, 'StorageEvent', ({ value }) => ({
      value: new Proxy(value, {
        construct: (type, [name, init], made) =>
          Reflect.construct(type, [name, init && { ...init, storageArea: realOf(init.storageArea) }], made),
      }),
    }));
  };

  // Requests to other hosts.

  const foreign = (url) => {
    try {
      const { host, protocol, href } = new URL(url, script.baseURI);
      return host !== location.host && /^(http|ws)s?:$/.test(protocol) ? href : null;
    } catch {
      return null;
    }
  };

  // Properties that make an element request an address, and the methods that set them as attributes, with how to read name
  // and value.
  const LOADS = { __proto__: null, href: [HTMLLinkElement], data: [HTMLObjectElement], poster: [HTMLVideoElement],
    src: [HTMLImageElement, HTMLScriptElement, HTMLIFrameElement, HTMLMediaElement, HTMLSourceElement, HTMLTrackElement,
      HTMLEmbedElement, HTMLInputElement] };
  const SETTERS = {
    setAttribute: (name, value) => [name, value],
    setAttributeNS: (space, name, value) => [space ? '' : name, value],
    setAttributeNode: ({ name, value }) => [name, value],
  };
  // Whether a link requests its address depends on its `rel`, which may be set later.
  const loads = (element, name) => LOADS[name]?.some((type) => element instanceof type) &&
    (name !== 'href' || /^$|icon|manifest|pre|style/i.test(element.rel));

  // A script that waits for the gate requests nothing. The gate asks again when it lets the script run.
  const WAITING = 'script[type="text/plain"][data-category]';

  // A later address replaces one that waits, and the removal of the attribute cancels it: a player that was closed meanwhile
  // must not start.
  const sources = new WeakMap(); // by element: the items that wait, by attribute
  const forgetSource = (element, name) => waiting.delete(sources.get(element)?.[name]);

  const guardSource = (element, name, url, write) => {
    const target = loads(element, name) && foreign(url);
    forgetSource(element, name);
    if (!target || element.matches(WAITING)) return write();
    let waited = false;
    const one = guard('request', target, () => {
      write();
      // A <source> is read when it is inserted: if its address comes later, the player must load again.
      const player = waited && element instanceof HTMLSourceElement && element.parentNode;
      if (player && player.currentSrc === '') player.load();
    }, () => setTimeout(() => element.dispatchEvent(new CustomEvent('error'))), element);
    waited = true;
    sources.set(element, { ...sources.get(element), [name]: one });
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
        const send = () => ask.call(window, input, init), signal = init?.signal ?? input?.signal;
        if (signal?.aborted) return send(); // rejects, and sends nothing
        return new Promise((resolve, reject) => {
          const one = guard('request', target, () => send().then(resolve, reject), () => reject(blocked()));
          signal?.addEventListener('abort', () => waiting.delete(one) && reject(signal.reason), { once: true });
        });
      },
    }));
    const requests = new WeakMap(); // by XMLHttpRequest: its target, the item that waits, and since when
    const stop = (request) => {
      const { one, timer } = requests.get(request) ?? {};
      clearTimeout(timer);
      return waiting.delete(one);
    };
    // The time counts from send(), and may be set or changed after it.
    const limit = (request) => {
      const { one, timer, since } = requests.get(request) ?? {}, { timeout } = request;
      clearTimeout(timer);
      if (timeout && waiting.has(one)) requests.get(request).timer =
        setTimeout(() => stop(request) && finish(request, 'timeout'), since + timeout - performance.now());
    };
    patch(XMLHttpRequest.prototype, 'timeout', ({ set }) => ({
      set(time) {
        set.call(this, time);
        limit(this);
      },
    }));
    // Ends a request as the browser ends one without a response.
    const finish = (request, name) => {
      Object.defineProperty(request, 'readyState', { value: 4, configurable: true });
      request.dispatchEvent(new CustomEvent('readystatechange'));
      for (const each of [name, 'loadend']) request.dispatchEvent(new ProgressEvent(each));
    };
    patch(XMLHttpRequest.prototype, 'open', ({ value: open }) => ({
      value(method, url, ...rest) {
        stop(this);
        delete this.readyState;
        requests.set(this, { target: foreign(url), waits: !rest.length || rest[0] });
        return open.call(this, method, url, ...rest);
      },
    }));
    patch(XMLHttpRequest.prototype, 'send', ({ value: send }) => ({
      value(body) {
        const request = requests.get(this), { target, waits } = request ?? {}, pass = () => send.call(this, body);
        if (!target) return pass();
        if (!waits) {
          if (judge('request', target) !== true) throw new DOMException('abide: not allowed', 'NetworkError');
          return pass();
        }
        if (waiting.has(request.one)) throw new DOMException('abide: it was sent', 'InvalidStateError');
        request.one = guard('request', target, () => { clearTimeout(request.timer); pass(); },
          () => { clearTimeout(request.timer); setTimeout(finish, 0, this, 'error'); });
        request.since = performance.now();
        limit(this);
      },
    }));
    patch(XMLHttpRequest.prototype, 'abort', ({ value: abort }) => ({
      value() {
        const waited = stop(this);
        abort.call(this);
        if (!waited) return;
        finish(this, 'abort');
        delete this.readyState;
      },
    }));
    for (const [name, types] of Object.entries(LOADS)) for (const type of types)
      patch(type.prototype, name, ({ set }) => ({
        set(url) { guardSource(this, name, url, () => set.call(this, url)); },
      }));
    for (const [method, read] of Object.entries(SETTERS))
      patch(Element.prototype, method, ({ value: set }) => ({
        value(...given) {
          let result;
          const [name, url] = read(...given);
          guardSource(this, `${name}`.toLowerCase(), url, () => { result = set.apply(this, given); });
          return result;
        },
      }));
    patch(Element.prototype, 'removeAttribute', ({ value: remove }) => ({
      value(name) {
        forgetSource(this, `${name}`.toLowerCase());
        return remove.call(this, name);
      },
    }));
  };

  if (kinds.includes('cookies')) guardCookies();
  if (kinds.includes('storage')) guardStorage();
  if (kinds.includes('requests')) guardRequests();
})();
