// The guard: what scripts of the page may write and send, by the policy's names and hosts and by the core's.
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

async function opened(t, options) {
  const lab = await openLab(t, { policy, ...options });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  return { lab, visitor, page: visitor.page };
}

test('cookies that a script writes before anything is known wait, are read back, and are written or dropped', async (t) => {
  const { visitor, page } = await opened(t, { state: allowing('analytics'), head: guard('cookies') + early(`
    document.cookie = '_count=1; Path=/'; document.cookie = '_ad=1; Path=/'; document.cookie = 'cart=1; Path=/';
    document.cookie = '_gcl_au=1; Path=/'; window.readBack = document.cookie;`) });
  assert.equal(await page.evaluate(() => window.readBack), '_count=1; _ad=1; cart=1; _gcl_au=1');
  await eventually('what the core knows', async () => (await verdicts(page)).some(([what, verdict]) => what === '_gcl_au' && verdict === false));
  assert.deepEqual(await visitor.cookies(), ['_count', 'cart']);
  assert.equal(await page.evaluate(() => document.cookie), '_count=1; cart=1');
});

test('deletions always pass, and what was dropped stays away when it is allowed later', async (t) => {
  const { visitor, page } = await opened(t, { state: everything, head: guard('cookies') });
  await page.evaluate(() => { document.cookie = '_ad=1; Path=/'; });
  await eventually('the cookie', async () => (await visitor.cookies()).includes('_ad'));
  await page.evaluate((state) => abide.apply(state), allowing());
  await page.evaluate(() => {
    document.cookie = '_ad=2; Path=/';
    document.cookie = '_ad=3; Path=/; Max-Age=3600; expires=Thu, 01 Jan 1970 00:00:00 GMT'; // no deletion
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

test('storage keys: setItem and properties, in both storages, and reading goes on as before', async (t) => {
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

test('requests: beacon, fetch, XMLHttpRequest, images and scripts reach only hosts that are allowed', async (t) => {
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

test('what the page writes on an element counts, `data-shared` without a value as well', async (t) => {
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

test('nothing is guarded that nobody asked for', async (t) => {
  const { visitor, page } = await opened(t, { state: strict, head: guard('requests') });
  await page.evaluate(() => { document.cookie = '_ad=1; Path=/'; localStorage._ad = '1'; });
  assert.deepEqual(await visitor.cookies(), ['_ad']);
});

test('of several rules for a name the exact one counts, then the longer, then the one for this host; of a host the strictest', async (t) => {
  const { page } = await opened(t, { policy: { cookies: [{ name: 'a*', category: 'targeting' }, { name: 'ab*', category: 'analytics' }, { name: 'abc', category: 'required' },
    { name: 'ab*', host: 'localhost', category: 'functional' }, { name: 'ab*', host: 'other.example', category: 'required' },
    { name: 'x', host: '.vendor.example', category: 'analytics', shared: false }, { name: 'y', host: '.vendor.example', category: 'analytics', shared: true }, { name: 'z', host: 'vendor.example', category: 'functional' }] } });
  const found = await page.evaluate(async (file) => {
    const rules = await (await import(file)).load();
    return ['abc', 'abd', 'ad', 'abide', '__Host-abide', 'https://a.vendor.example/', 'https://vendor.example/', '/own'].map((what) => {
      const { category, shared } = rules.known(what);
      return category + (shared ? ' shared' : '');
    });
  }, `${files}rules.mjs`);
  assert.deepEqual(found, ['required', 'functional', 'targeting shared', 'required', 'required', 'analytics shared', 'functional', 'required']);
});

test('the module answers for cookies and URLs as soon as the policy is there, and for the rest by the core', async (t) => {
  const { page } = await opened(t, { state: allowing('analytics') });
  const answers = await page.evaluate(async ([file, rulesFile]) => {
    const abide = await import(file);
    const asked = ['_count', 'uid', '_ad', 'cart', 'https://x.stats.localhost/a', 'https://ads.localhost/', '/own/page', 'https://www.googletagmanager.com/gtag/js', '_hjid'];
    const all = () => asked.map((what) => abide.allows(what));
    const before = all();
    await abide.ready();
    const after = all();
    const { load } = await import(rulesFile);
    await (await load()).whole();
    return [before, after, all(), (await load()).classify('_hjid').category];
  }, [`${files}abide.mjs`, `${files}rules.mjs`]);
  assert.deepEqual(answers[0], Array(9).fill(false));
  assert.deepEqual(answers[1].slice(0, 7), [true, false, false, true, true, false, true]);
  assert.deepEqual(answers[2].slice(0, 7), answers[1].slice(0, 7));
  assert.equal(answers[3], 'analytics');
});

test('Firefox: cookies, storage and requests are guarded there too', async (t) => {
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
