// The guard: what the page's scripts may write and send, judged by the policy's names and hosts and by the core.
import assert from 'node:assert/strict';
import test from 'node:test';
import { newVisitor, quiet } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';
import { everything, files, openLab, strict } from './lab.mjs';

const policy = { site: { host: 'localhost' }, cookies: [
  { name: 'cart', category: 'required' }, { name: '_count*', category: 'analytics', shared: false, vendor: 'Own count' }, { name: '_ad', category: 'targeting' },
  { name: 'uid', host: 'ads.localhost', category: 'targeting' }, { name: 'own', host: '.stats.localhost', category: 'analytics', shared: false }] };
const guard = (kinds) => `<script src="${files}guard.js" data-guard="${kinds}"></script>`;
const early = (text) => `<script nonce="abc">${text}</script>`;
const allowing = (...names) => ({ ...strict, allowed: ['required', ...names], allowedShared: ['required'] });
const verdicts = (page) => page.evaluate(() => document[Symbol.for('abide.guarded')].map(({ what, verdict }) => [what, verdict]));

async function opened(t, options, more) {
  const lab = await openLab(t, { policy, ...options });
  const visitor = await newVisitor(t, more);
  await visitor.open(lab.url);
  return { lab, visitor, page: visitor.page };
}

test('cookies that a script writes before anything is known wait, can be read back, and are then written or dropped', async (t) => {
  const { visitor, page } = await opened(t, { state: allowing('analytics'), head: guard('cookies') + early(`
    document.cookie = '_count=1; Path=/'; document.cookie = '_ad=1; Path=/'; document.cookie = 'cart=1; Path=/';
    document.cookie = '_gcl_au=1; Path=/'; window.readBack = document.cookie;`) });
  assert.equal(await page.evaluate(() => window.readBack), '_count=1; _ad=1; cart=1; _gcl_au=1');
  await eventually('what the core knows', async () => (await verdicts(page)).some(([what, verdict]) => what === '_gcl_au' && verdict === false));
  assert.deepEqual(await visitor.cookies(), ['_count', 'cart']);
  assert.equal(await page.evaluate(() => document.cookie), '_count=1; cart=1');
});

test('deletions always pass, and what was dropped is not written when it is allowed later', async (t) => {
  const { visitor, page } = await opened(t, { state: everything, head: guard('cookies') });
  await page.evaluate(() => { document.cookie = '_ad=1; Path=/'; });
  await eventually('the cookie', async () => (await visitor.cookies()).includes('_ad'));
  await page.evaluate((state) => abide.apply(state), allowing());
  await page.evaluate(() => {
    document.cookie = '_ad=2; Path=/';
    document.cookie = '_ad=3; Path=/; Max-Age=3600; expires=Thu, 01 Jan 1970 00:00:00 GMT'; // not a deletion
    document.cookie = '_ad=4; Path=/; Max-Age=0; Max-Age=3600';
  });
  assert.deepEqual(await page.evaluate(() => document.cookie), '_ad=1');
  await page.evaluate(() => {
    document.cookie = '_ad=; Path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT';
  });
  assert.deepEqual(await visitor.cookies(), []);
  await page.evaluate((state) => abide.apply(state), everything);
  assert.deepEqual(await visitor.cookies(), []);
});

test('cookieStore is guarded like document.cookie', async (t) => {
  const { visitor, page } = await opened(t, { state: allowing('analytics'), head: guard('cookies') });
  await page.evaluate(() => Promise.all([cookieStore.set('_count', '1'), cookieStore.set({ name: '_ad', value: '1' }), cookieStore.set('cart', '1')]));
  assert.deepEqual(await visitor.cookies(), ['_count', 'cart']);
  await page.evaluate(() => cookieStore.delete('_count'));
  assert.deepEqual(await visitor.cookies(), ['cart']);
});

test('storage keys are guarded, set by setItem or as properties, in both storages, and reading works as before', async (t) => {
  const { page } = await opened(t, { state: allowing('analytics'), head: guard('storage') });
  await page.evaluate(() => import('/consent/v-0123456789ab/rules.mjs').then(({ load }) => load()));
  const found = await page.evaluate(() => {
    localStorage.setItem('_count', '1');
    localStorage._ad = '1';
    localStorage['cart'] = '1';
    sessionStorage.setItem('_ad', '1');
    sessionStorage._count_x = '2';
    return [Object.keys(localStorage).toSorted(), Object.keys(sessionStorage), localStorage.getItem('cart'), localStorage.cart, localStorage.length,
      '_ad' in localStorage, localStorage instanceof Storage];
  });
  assert.deepEqual(found, [['_count', 'cart'], ['_count_x'], '1', '1', 2, false, true]);
  assert.deepEqual(await page.evaluate(() => { localStorage.removeItem('cart'); delete localStorage._count; return localStorage.length; }), 0);
});

test('beacon, fetch, XMLHttpRequest, images and scripts reach only allowed hosts', async (t) => {
  const hello = (request, answer) => { answer.setHeader('Access-Control-Allow-Origin', '*'); answer.end('window.hello = 1'); };
  const { lab, page } = await opened(t, { state: allowing('analytics'), head: guard('requests'),
    files: Object.fromEntries(['beacon', 'fetch', 'xhr', 'image', 'script', 'attribute', 'own'].map((name) => [`/${name}`, hello])) });
  const outcome = await page.evaluate(async (port) => {
    const told = {};
    for (const host of ['ads.localhost', 'a.stats.localhost']) {
      const at = `http://${host}:${port}`;
      navigator.sendBeacon(`${at}/beacon`, 'x');
      told[`fetch ${host}`] = await fetch(`${at}/fetch`).then(({ status }) => status, ({ message }) => message);
      told[`xhr ${host}`] = await new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open('GET', `${at}/xhr`);
        request.onload = () => resolve(request.status);
        request.onerror = () => resolve('error');
        request.send();
      });
      new Image().src = `${at}/image`;
      document.head.append(Object.assign(document.createElement('script'), { src: `${at}/script` }));
      const other = document.createElement('script');
      other.setAttribute('src', `${at}/attribute`);
      document.head.append(other);
    }
    await fetch('/own');
    return told;
  }, lab.port);
  assert.deepEqual(outcome, { 'fetch ads.localhost': 'abide: not allowed', 'xhr ads.localhost': 'error', 'fetch a.stats.localhost': 200, 'xhr a.stats.localhost': 200 });
  await quiet(page);
  const reached = (host) => lab.asked.filter((one) => one.host.startsWith(host)).map(({ path }) => path).toSorted();
  assert.deepEqual(reached('ads.'), []);
  assert.deepEqual(reached('a.stats.'), ['/attribute', '/beacon', '/fetch', '/image', '/script', '/xhr']);
  assert.equal(lab.of('/own').length, 1);
});

test('requests are judged on a page that has a variable of its own called URL', async (t) => {
  const { lab, page } = await opened(t, { state: allowing(), head: guard('requests') + early("var URL = 'https://api.site.example/';"),
    files: { '/reached': (request, answer) => answer.end() } });
  const { port } = new URL(lab.url);
  const reached = (host) => page.evaluate((url) => fetch(url, { mode: 'no-cors' }).then(() => true, () => false), `http://${host}:${port}/reached`);
  assert.equal(await reached('ads.localhost'), false);
  assert.equal(await reached('localhost'), true);
});

test('the attributes of an element count, also `data-shared` without a value', async (t) => {
  const { lab, page } = await opened(t, { state: allowing('analytics'), head: guard('requests') });
  await page.evaluate((port) => {
    for (const [path, shared] of [['/own', undefined], ['/kept', 'false'], ['/sold', ''], ['/told', 'true']]) {
      const image = new Image();
      image.dataset.category = 'analytics';
      if (shared !== undefined) image.dataset.shared = shared;
      image.src = `http://ads.localhost:${port}${path}`;
    }
  }, lab.port);
  await quiet(page);
  assert.deepEqual((await verdicts(page)).map(([what, verdict]) => [new URL(what).pathname, verdict]), [['/own', true], ['/kept', true], ['/sold', false], ['/told', false]]);
});

test('only what the tag names is guarded', async (t) => {
  const { visitor, page } = await opened(t, { state: strict, head: guard('requests') });
  await page.evaluate(() => { document.cookie = '_ad=1; Path=/'; localStorage._ad = '1'; });
  assert.deepEqual(await visitor.cookies(), ['_ad']);
});

test('among several rules for a name the exact one counts, then the longer, then the one for this host; for a host the strictest counts', async (t) => {
  const { page } = await opened(t, { policy: { cookies: [{ name: 'a*', category: 'targeting' }, { name: 'ab*', category: 'analytics' }, { name: 'abc', category: 'required' },
    { name: 'ab*', host: 'localhost', category: 'functional' }, { name: 'ab*', host: 'other.example', category: 'required' },
    { name: 'x', host: '.vendor.example', category: 'analytics', shared: false }, { name: 'y', host: '.vendor.example', category: 'analytics', shared: true }, { name: 'z', host: 'vendor.example', category: 'functional' }] } });
  const found = await page.evaluate(async (file) => {
    const rules = await (await import(file)).load();
    const kindOf = ({ category, shared }) => category + (shared ? ' shared' : '');
    const names = () => ['abc', 'abd', 'ad'].map((name) => kindOf(rules.cookie(name)));
    const read = names();
    await rules.whole();
    const urls = ['https://a.vendor.example/', 'https://vendor.example/', '/own'].map((url) => kindOf(rules.url(url)));
    return [read, names(), ['abide', '__Host-abide'].map((name) => kindOf(rules.cookie(name))), urls];
  }, `${files}rules.mjs`);
  const names = ['required', 'functional', 'targeting shared'];
  assert.deepEqual(found, [names, names, ['required', 'required'], ['analytics shared', 'functional', 'required']]);
});

test('the module answers about cookies and URLs as soon as the policy is loaded, and uses the core for the rest', async (t) => {
  const { page } = await opened(t, { state: allowing('analytics') });
  const answers = await page.evaluate(async ([file, rulesFile]) => {
    const abide = await import(file);
    const asked = ['_count', 'uid', '_ad', 'cart', 'https://x.stats.localhost/a', 'https://ads.localhost/', '/own/page', 'https://www.googletagmanager.com/gtag/js', '_hjid'];
    const all = () => asked.map((what) => (/[/]/.test(what) ? abide.allowsUrl(what) : abide.allowsCookie(what)));
    const before = all();
    await abide.ready();
    const after = all();
    const { load } = await import(rulesFile);
    await (await load()).whole();
    return [before, after, all(), (await load()).cookie('_hjid').category];
  }, [`${files}abide.mjs`, `${files}rules.mjs`]);
  assert.deepEqual(answers[0], Array(9).fill(false));
  assert.deepEqual(answers[1], [true, false, false, true, false, false, false, false, false], 'names that the server wrote');
  assert.deepEqual(answers[2].slice(0, 7), [true, false, false, true, true, false, true]);
  assert.equal(answers[3], 'analytics');
});

test('a write that fails does not prevent those after it, and is reported', async (t) => {
  const { visitor, page } = await opened(t, { head: guard('cookies storage') + early(`
    window.errors = []; addEventListener('error', ({ message }) => errors.push(message));
    localStorage.cart = 'x'.repeat(6e6); document.cookie = 'cart=1; Path=/'; sessionStorage.cart = '1';`) }, { expectsFaults: true });
  assert.deepEqual(await visitor.cookies(), ['cart']);
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.cart, window.errors.length]), [0, '1', 1]);
  assert.match(await page.evaluate(() => window.errors[0]), /quota/);
});

test('a write that is deleted or replaced while it waits is not written later', async (t) => {
  const { visitor, page } = await opened(t, { state: allowing('analytics'), head: guard('cookies storage') + early(`
    document.cookie = 'cart=old; Path=/'; document.cookie = 'cart=new; Path=/'; document.cookie = 'cart=far; Path=/far';
    document.cookie = '_count=1; Path=/'; document.cookie = '_count=; Path=/; Max-Age=0';
    window.readBack = document.cookie;
    localStorage.cart = '1'; localStorage.removeItem('cart'); localStorage._count = '1'; delete localStorage._count;
    sessionStorage.cart = '1'; sessionStorage.clear(); sessionStorage._count = '2';`) });
  assert.equal(await page.evaluate(() => window.readBack), 'cart=new; cart=far');
  assert.deepEqual(await visitor.cookies(), ['cart', 'cart']);
  assert.deepEqual(await page.evaluate(() => [document.cookie, Object.keys(localStorage), { ...sessionStorage }]),
    ['cart=new', [], { _count: '2' }]);
});

test('a waiting cookie is read instead of the stored one', async (t) => {
  const { page } = await opened(t, { head: early(`document.cookie = 'cart=old; Path=/';`) + guard('cookies') +
    early(`document.cookie = 'cart=new; Path=/'; window.readBack = document.cookie;`) });
  assert.equal(await page.evaluate(() => window.readBack), 'cart=new');
});

test('waiting storage keys can be read back in every way, and are gone when they are dropped', async (t) => {
  const { page } = await opened(t, { state: allowing('analytics'), head: early(`localStorage.kept = '0';`) + guard('storage') + early(`
    localStorage.cart = '1'; localStorage.setItem('_ad', 2); localStorage.kept = '3'; localStorage.setItem('getItem', 'x');
    delete localStorage.getItem; localStorage.removeItem('getItem');
    const { length } = localStorage;
    window.readBack = [{ ...localStorage }, length, Array.from({ length: length + 1 }, (_, at) => localStorage.key(at)),
      'cart' in localStorage, Object.hasOwn(localStorage, '_ad'), localStorage.getItem('_ad'), localStorage.getItem('none')];`),
  policy: { cookies: [...policy.cookies, { name: 'kept', category: 'required' }] } });
  assert.deepEqual(await page.evaluate(() => window.readBack),
    [{ kept: '3', cart: '1', _ad: '2' }, 3, ['kept', 'cart', '_ad', null], true, true, '2', null]);
  assert.deepEqual(await page.evaluate(() => [{ ...localStorage }, localStorage.length, localStorage._ad ?? null]),
    [{ kept: '3', cart: '1' }, 2, null]);
});

test('a guarded storage behaves as the browser\'s own: methods of Storage.prototype, events, other properties', async (t) => {
  const behaviour = () => {
    const tried = (look) => { try { return look(); } catch ({ name }) { return name; } };
    const { getItem, setItem, key, removeItem, clear } = Storage.prototype;
    const { get } = Object.getOwnPropertyDescriptor(Storage.prototype, 'length');
    const mark = Symbol('mark');
    return [() => setItem.call(localStorage, 'cart', 2), () => getItem.call(localStorage, 'cart'), () => get.call(localStorage),
      () => key.call(localStorage, 0), () => localStorage.getItem === getItem, () => localStorage === localStorage,
      () => new StorageEvent('storage', { key: 'cart', storageArea: localStorage }).storageArea === localStorage,
      () => new StorageEvent('storage').storageArea, () => new StorageEvent('storage', {}) instanceof Event,
      () => `${localStorage}`, () => JSON.stringify(localStorage), () => localStorage.setItem('cart'), () => getItem.call({}, 'cart'),
      () => { localStorage[mark] = 1; return [localStorage[mark], localStorage.length]; },
      () => { Object.defineProperty(localStorage, 'cart', { value: 3 }); return localStorage.cart; },
      () => removeItem.call(localStorage, 'cart'), () => clear.call(localStorage), () => localStorage.cart].map(tried);
  };
  const own = await opened(t, {});
  const guarded = await opened(t, { head: guard('storage') });
  const expected = await own.page.evaluate(behaviour);
  assert.equal(expected[1], '2');
  assert.deepEqual(await guarded.page.evaluate(behaviour), expected);
});

test('where the browser has no storage, as in a web view, scripts find none and go on', async (t) => {
  const { page } = await opened(t, { head: early(`for (const name of ['localStorage', 'sessionStorage'])
    Object.defineProperty(window, name, { configurable: true, enumerable: true, get: () => null });`) + guard('storage') +
    early('window.found = [localStorage, window.sessionStorage];') });
  assert.deepEqual(await page.evaluate(() => window.found), [null, null]);
});

test('storage events refer to the storage that the page knows', async (t) => {
  const { lab, visitor, page } = await opened(t, { head: guard('storage') });
  await page.evaluate(() => addEventListener('storage', ({ storageArea }) => { window.same = storageArea === localStorage; }));
  const other = await visitor.context.newPage();
  await other.goto(lab.url);
  await other.evaluate(() => { localStorage.cart = '1'; });
  await page.waitForFunction(() => window.same !== undefined);
  assert.equal(await page.evaluate(() => window.same), true);
});

test('the guard lets images and frames pass that the gate releases', async (t) => {
  const { lab, page } = await opened(t, { state: { ...strict, allowedExempt: ['Tally'] }, head: guard('requests') });
  const reached = () => lab.asked.filter(({ host }) => host.startsWith('ads.')).map(({ path }) => path).toSorted();
  await page.evaluate((port) => document.querySelector('main').insertAdjacentHTML('beforeend',
    ['data-category="analytics" data-service="Tally" data-src="exempt"', 'data-category="!analytics" data-src="undo"',
      'data-category="required " data-src="blank"', 'data-category="analytics" data-src="held"']
      .map((text) => `<img ${text.replace('data-src="', `$&http://ads.localhost:${port}/`)}>`).join('')), lab.port);
  await eventually('what the gate lets through', () => reached().length === 3);
  assert.deepEqual(reached(), ['/blank', '/exempt', '/undo']);
  await page.evaluate((port) => {
    for (const category of ['analytics', '!required', 'whatever']) {
      const image = new Image();
      image.dataset.category = category;
      image.src = `http://ads.localhost:${port}/${category}`;
    }
  }, lab.port);
  await quiet(page);
  assert.equal(reached().length, 3);
});

for (const [how, named, asked] of [['on its own tag', 'data-policy="/my.json" ', 0], ['by start()', '', 1]])
  test(`the policy can be named ${how}`, async (t) => {
    const { lab, visitor, page } = await opened(t, { state: null, module: null,
      head: guard('cookies storage').replace('data-guard', `${named}$&`) + `<script src="${files}gate.js"></script>` +
        early(`document.cookie = 'basket=1'; localStorage.basket = '1';`) +
        `<script type="module">import { start } from '${files}abide.mjs'; start({ policy: '/my.json' })</script>`,
      policy: { cookies: [{ name: 'basket', category: 'targeting' }] },
      files: { '/my.json': JSON.stringify({ cookies: [{ name: 'basket', category: 'required' }] }) } });
    await eventually('the cookie', async () => (await visitor.cookies()).includes('basket'));
    assert.equal(await page.evaluate(() => localStorage.length), 1);
    assert.deepEqual(await verdicts(page), [['basket', null], ['basket', null], ['basket', true], ['basket', true]]);
    assert.equal(lab.of(`${files}policy.json`).length, asked);
  });

test('requests of other elements and other ways to set an attribute are guarded', async (t) => {
  const { lab, page } = await opened(t, { head: guard('requests'), policy: { cookies: [...policy.cookies, { name: 'c', host: 'cdn.localhost', category: 'required' }] } });
  await page.evaluate((port) => {
    const element = (name, properties, at = document.body) => at.appendChild(Object.assign(document.createElement(name), properties));
    for (const host of ['ads', 'cdn']) {
      const at = (path) => `http://${host}.localhost:${port}/${path}`;
      for (const rel of ['stylesheet', 'preload', 'prefetch', 'icon']) element('link', { rel, as: 'image', href: at(rel) }, document.head);
      element('link', { href: at('late') }, document.head).rel = 'stylesheet';
      element('link', { rel: 'canonical', href: at('canonical') }, document.head).id = `canonical-${host}`;
      element('audio', { preload: 'auto', src: at('audio') });
      element('video', { preload: 'auto', src: at('video'), poster: at('poster') });
      element('source', { src: at('source') }, element('audio', { preload: 'auto' }));
      element('embed', { src: at('embed') });
      element('object', { data: at('object') });
      element('input', { type: 'image', src: at('input') });
      element('img').setAttributeNS(null, 'src', at('ns'));
      element('object').setAttribute('DATA', at('attribute'));
      const node = document.createAttribute('src');
      node.value = at('node');
      element('img').setAttributeNode(node);
    }
  }, lab.port);
  const reached = (host) => lab.asked.filter((one) => one.host.startsWith(host)).map(({ path }) => path.slice(1));
  const expected = ['attribute', 'audio', 'embed', 'icon', 'input', 'late', 'node', 'ns', 'object', 'poster', 'prefetch', 'preload', 'source', 'stylesheet', 'video'];
  const found = () => [...new Set(reached('cdn.'))].toSorted();
  const wanted = (paths) => `${paths.filter((path) => path !== 'icon')}`; // headless browsers may not request an icon
  await eventually('those that are allowed', () => wanted(found()) === wanted(expected));
  assert.deepEqual(reached('ads.'), []);
  assert.ok(await page.evaluate(() => document.querySelector('#canonical-ads').href), 'nothing is asked of a canonical address');
});

test('an XMLHttpRequest that was aborted or reopened while it waited is not sent; a synchronous one stays synchronous', async (t) => {
  const told = (request, answer) => { answer.setHeader('Access-Control-Allow-Origin', '*'); answer.end('hello'); };
  const { lab, page } = await opened(t, { state: allowing('analytics'), files: { '/aborted': told, '/first': told, '/second': told, '/own': told },
    head: guard('requests') + early(`
      window.heard = [];
      const at = 'http://own.stats.localhost:' + location.port, asking = (path) => {
        const request = new XMLHttpRequest();
        for (const name of ['abort', 'load', 'error', 'loadend']) request.addEventListener(name, () => heard.push(path + ' ' + name));
        request.open('GET', at + path);
        request.send();
        return request;
      };
      asking('/aborted').abort();
      const request = asking('/first');
      request.open('GET', at + '/second');
      request.send();`) });
  await page.waitForFunction(() => window.heard.includes('/first loadend'));
  assert.deepEqual(await page.evaluate(() => window.heard), ['/aborted abort', '/aborted loadend', '/first load', '/first loadend']);
  assert.deepEqual(['/aborted', '/first', '/second'].map((path) => lab.of(path).length), [0, 0, 1]);
  assert.deepEqual(await page.evaluate(() => [undefined, false, 0, true, 1].map((third) => {
    const request = new XMLHttpRequest();
    request.open('GET', '/own', third);
    request.send();
    return request.readyState === 4;
  })), [true, true, true, false, false]);
});

test('an Expires date in the future, or one that browsers cannot read, deletes nothing', async (t) => {
  const { visitor, page } = await opened(t, { head: guard('cookies') });
  const written = async (expires) => {
    await page.evaluate((text) => { document.cookie = `_ad=1; Path=/; expires=${text}`; }, expires);
    return (await visitor.cookies()).length;
  };
  for (const text of ['Fri, 01-Jan-55 00:00:00 GMT', '01 Jan 69 00:00:00', '0', '-1', '1970', 'Thu, 01 Jan 1970', 'Thu, 01 Jan 1970 00:00:00 GMT; expires=0'])
    assert.equal(await written(text), 0, text);
  for (const text of ['Thu, 01 Jan 1970 00:00:00 GMT', 'Thu, 01-Jan-70 00:00:01 GMT', 'thu jan 1 1970 0:0:1 GMT+0100', '00:00:00 1 Jan 1970', 'Thursday, 01-January-99 00:00:00 UTC', '0; expires=Thu, 01 Jan 1970 00:00:00 GMT']) {
    await visitor.context.addCookies([{ name: '_ad', value: '1', url: page.url() }]);
    assert.equal(await written(text), 0, text);
  }
});

/** What the page does while it is left, and what it does when it is back from the browser's cache. */
const leaveAndReturn = (page, leaving, back) => page.evaluate(([first, second]) => {
  const turn = (type) => dispatchEvent(new PageTransitionEvent(type, { persisted: true }));
  addEventListener('pagehide', () => (0, eval)(first), { once: true });
  turn('pagehide');
  turn('pageshow');
  (0, eval)(second);
}, [leaving, back]);
const sending = (name, port) => `document.cookie = '${name}=1; Path=/'; navigator.sendBeacon('http://own.stats.localhost:${port}/${name}');`;

test('what a page does while it is left follows the last decision; back from the cache it waits for the present one, and is not denied', async (t) => {
  const { lab, visitor, page } = await opened(t, { state: allowing('analytics'), head: guard('cookies storage requests') });
  const found = () => lab.asked.filter(({ host }) => host.startsWith('own.')).map(({ path }) => path);
  await page.evaluate((port) => fetch(`http://own.stats.localhost:${port}/first`).catch(() => {}), lab.port); // the core is loaded
  lab.delay = 700;
  await leaveAndReturn(page, sending('_count_leaving', lab.port), `${sending('_count_back', lab.port)} document.cookie = 'cart=1; Path=/'; localStorage._count = '1';
    window.readBack = document.cookie;`);
  assert.match(await page.evaluate(() => window.readBack), /_count_back=1/);
  assert.deepEqual(await visitor.cookies(), ['_count_leaving'], 'nothing else is written before the decision is known');
  await eventually('the rest', async () => (await visitor.cookies()).length === 3);
  await eventually('both beacons', () => found().length === 3);
  assert.deepEqual(found(), ['/first', '/_count_leaving', '/_count_back']);
  assert.equal(await page.evaluate(() => localStorage._count), '1');
});

test('what the visitor refused elsewhere while the page was in the cache is dropped', async (t) => {
  const { lab, visitor, page } = await opened(t, { state: allowing('analytics'), head: guard('cookies storage requests') });
  lab.state = strict;
  await leaveAndReturn(page, '', `${sending('_count', lab.port)} document.cookie = 'cart=1; Path=/'; localStorage._count = '1';
    const image = new Image(); image.dataset.category = 'analytics'; image.src = 'http://own.stats.localhost:${lab.port}/image';`);
  await eventually('the decision', async () => (await visitor.cookies()).includes('cart'));
  await quiet(page);
  assert.deepEqual(await visitor.cookies(), ['cart']);
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  assert.deepEqual(lab.asked.filter(({ host }) => host.startsWith('own.')), []);
});

const ended = `
  window.told = [];
  const at = 'http://own.stats.localhost:' + location.port;
  const note = (what) => (error) => told.push(what + ' ' + error.name);
  const control = new AbortController();
  fetch(at + '/one', { signal: control.signal }).catch(note('aborted'));
  fetch(new Request(at + '/two', { signal: control.signal })).catch(note('request'));
  fetch(at + '/three', { signal: AbortSignal.timeout(50) }).catch(note('timeout'));
  fetch(at + '/four', { signal: AbortSignal.abort() }).catch(note('before'));
  control.abort();
  const request = new XMLHttpRequest();
  for (const name of ['readystatechange', 'timeout', 'error', 'load', 'loadend'])
    request['on' + name] = () => told.push('xhr ' + name + ' ' + request.readyState + ' ' + request.status);
  request.open('GET', at + '/five');
  request.timeout = 50;
  request.send();
  try { request.send(); } catch (error) { told.push('again ' + error.name); }`;

test('abort and timeout end a waiting request as browsers end a request that was sent, and nothing is sent later', async (t) => {
  const hang = (request, answer) => setTimeout(() => answer.end(), 3000);
  const files = Object.fromEntries(['/one', '/two', '/three', '/four', '/five'].map((path) => [path, hang]));
  const seen = [];
  for (const guarded of [true, false]) { // the same without the guard
    const lab = await openLab(t, { policy, state: allowing('analytics'), files, head: (guarded ? guard('requests') : '') + early(ended) });
    const { page } = await newVisitor(t);
    if (guarded) await page.route('**/core.mjs', async (route) => { await new Promise((resolve) => setTimeout(resolve, 600)); await route.continue(); });
    await page.goto(lab.url);
    await eventually('all', () => page.evaluate(() => window.told.some((line) => line.startsWith('xhr loadend')) && window.told.some((line) => line.startsWith('timeout'))));
    await page.waitForTimeout(guarded ? 1200 : 0);
    if (guarded) assert.deepEqual(lab.asked.filter(({ host }) => host.startsWith('own.')), []);
    seen.push((await page.evaluate(() => window.told)).toSorted());
  }
  assert.deepEqual(seen[0], seen[1]);
  assert.ok(seen[0].includes('xhr timeout 4 0') && seen[0].includes('timeout TimeoutError'), `${seen[0]}`);
});

test('cookieStore and document.cookie show the same while something waits, and replace each other\'s cookies', async (t) => {
  const { visitor, page } = await opened(t, { state: allowing('analytics'), head: guard('cookies') + early(`
    window.done = (async () => {
      const seen = [], both = async () => seen.push([document.cookie, (await cookieStore.getAll()).map(({ name, value }) => name + '=' + value).join('; '),
        (await cookieStore.get('_count'))?.value, (await cookieStore.get({ name: '_later' }))?.value]);
      document.cookie = '_count=1; Path=/';
      cookieStore.set('_later', '2');
      await both();
      cookieStore.set('_count', '3');
      document.cookie = '_later=4; Path=/';
      await both();
      cookieStore.delete('_later');
      await both();
      return seen;
    })();`) });
  assert.deepEqual(await page.evaluate(() => window.done), [
    ['_count=1; _later=2', '_count=1; _later=2', '1', '2'], ['_count=3; _later=4', '_count=3; _later=4', '3', '4'], ['_count=3', '_count=3', '3', undefined]]);
  await eventually('what is allowed', async () => (await visitor.cookies()).includes('_count'));
  assert.equal(await page.evaluate(() => document.cookie), '_count=3');
});

test('Firefox: cookies, storage and requests are guarded', async (t) => {
  const lab = await openLab(t, { policy, state: allowing('analytics'), head: guard('cookies storage requests') });
  const { page, open, cookies } = await newFirefox(t);
  await open(lab.url);
  const told = await page.evaluate(async (port) => {
    document.cookie = '_count=1; Path=/';
    document.cookie = '_ad=1; Path=/';
    localStorage._ad = '1';
    sessionStorage.setItem('_count', '1');
    return fetch(`http://ads.localhost:${port}/x`).then(() => 'sent', ({ message }) => message);
  }, lab.port);
  assert.equal(told, 'abide: not allowed');
  await page.waitForFunction(() => sessionStorage.length === 1);
  assert.deepEqual(await cookies(), ['_count']);
  assert.equal(await page.evaluate(() => localStorage.length), 0);
});

test('of an element\'s waiting addresses the last counts, and none if the address was removed or replaced by an own one', async (t) => {
  const { lab, page } = await opened(t, { state: null, head: guard('requests'), module: null });
  await page.evaluate((port) => {
    const at = (path) => `http://own.stats.localhost:${port}/${path}`, made = (name) => document.body.appendChild(document.createElement(name));
    const closed = made('iframe'), emptied = made('iframe'), picture = made('img'), next = made('img');
    closed.src = at('closed');
    closed.removeAttribute('src');
    emptied.setAttribute('src', at('emptied'));
    emptied.src = 'about:blank';
    picture.src = at('picture');
    picture.src = 'data:,';
    next.src = at('first');
    next.src = at('second');
  }, lab.port);
  await page.evaluate(async ([folder, state]) => { await import(`${folder}gate.js`); abide.apply(state); }, [files, allowing('analytics')]);
  await eventually('the last', () => lab.of('/second').length);
  await page.waitForTimeout(500);
  for (const path of ['/closed', '/emptied', '/picture', '/first']) assert.equal(lab.of(path).length, 0, path);
});

test('cookieStore deletes by maxAge too', async (t) => {
  const { visitor, page } = await opened(t, { state: everything, head: guard('cookies') });
  await page.evaluate(() => { document.cookie = '_ad=1; Path=/'; });
  await eventually('the cookie', async () => (await visitor.cookies()).includes('_ad'));
  await page.evaluate((state) => abide.apply(state), allowing());
  await page.evaluate(() => cookieStore.set({ name: '_ad', value: '', maxAge: 0 }));
  assert.deepEqual(await visitor.cookies(), []);
});

test('a time limit that an XMLHttpRequest gets after it was sent ends it while it waits', async (t) => {
  const { lab, page } = await opened(t, { state: null, head: guard('requests'), module: null });
  assert.equal(await page.evaluate((port) => new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open('GET', `http://own.stats.localhost:${port}/late`);
    request.ontimeout = () => done('timeout');
    request.send();
    request.timeout = 200;
    setTimeout(done, 3000, 'nothing');
  }), lab.port), 'timeout');
});

test('what Abide itself keeps is stored at once, before the rules are loaded: the next page has to know a refusal', async (t) => {
  const { page } = await opened(t, { state: allowing('analytics'), head: guard('storage'), files: { [`${files}policy.json`]: () => {} } }); // no answer
  assert.deepEqual(await page.evaluate(() => {
    localStorage.abide = 'choice=withdraw';
    localStorage.setItem('abide.panel', 'trial');
    sessionStorage.setItem('abide', 'one');
    sessionStorage['abide.panel'] = 'two';
    localStorage.other = 'waits';
    const frame = document.body.appendChild(document.createElement('iframe')); // has the browser's own storages
    const { localStorage: local, sessionStorage: session } = frame.contentWindow;
    return [local.abide, local['abide.panel'], session.abide, session['abide.panel'], local.other];
  }), ['choice=withdraw', 'trial', 'one', 'two', undefined]);
});

test('an address that is set on a script that waits for the gate stays there, and the script runs when it is allowed', async (t) => {
  const { lab, page } = await opened(t, { head: guard('requests'), files: { '/tag.js': 'window.ranTag = true;' } });
  const address = `${lab.at('127.0.0.1')}/tag.js`;
  await page.evaluate((src) => {
    const script = Object.assign(document.createElement('script'), { type: 'text/plain' });
    script.dataset.category = 'analytics';
    script.src = src;
    document.body.append(script);
  }, address);
  await quiet(page);
  assert.deepEqual(lab.of('/tag.js'), []);
  assert.equal(await page.evaluate(() => document.querySelector('body script[type="text/plain"]').src), address);
  await page.evaluate(async (file) => (await import(file)).accept(), `${files}abide.mjs`);
  await eventually('the script', () => page.evaluate(() => window.ranTag));
});
