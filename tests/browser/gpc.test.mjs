// Global Privacy Control as browsers really send it: checks every request that any server received, and every place where a
// page can store data.
import assert from 'node:assert/strict';
import test from 'node:test';
import { newProfile, newVisitor, quiet, setGpc, statusOf } from './chromium.mjs';
import { newFirefox } from './firefox.mjs';
import { byCategory, eventually, targetingOrShared } from './evidence.mjs';
import { changeHtml, openFront } from './front.mjs';
import { openShop, vendorRequests } from './shop.mjs';

// What advertising tags store besides cookies.
const storing = (nonce) => `<script type="text/plain" data-category="targeting" nonce="${nonce}">
  localStorage.br_seen = 1; sessionStorage.br_tab = 1; indexedDB.open('br_profile');
  document.documentElement.dataset.stored = 'yes';</script>`;

/** A shop in California behind a front that records all requests, with a tag that stores data. */
async function openWatched(t) {
  const shop = await openShop(t, { location: 'US-CA' });
  const front = await openFront(t, shop, { change: (found) => changeHtml(found, (html) => {
    const nonce = /<style nonce="([^"]+)/.exec(html)?.[1];
    return html.replace('</main>', `</main>${storing(nonce)}`);
  }) });
  return { shop, front, url: front.urlOf('localhost') };
}

const stored = (page) => page.evaluate(async () =>
  [...Object.keys(localStorage), ...Object.keys(sessionStorage), ...(await indexedDB.databases()).map(({ name }) => name)].sort());

const namesIn = (field = '') => field.split('; ').filter(Boolean).map((pair) => pair.split('=')[0]);

/** Checks that there is nothing targeting or shared anywhere. */
async function assertNothingSold({ shop, front }, page, cookies, when) {
  assert.deepEqual(targetingOrShared(cookies), [], `${when}: cookie jar`);
  assert.deepEqual(await stored(page), [], `${when}: other storage`);
  assert.deepEqual(await vendorRequests(shop), [], `${when}: requests to vendors`);
  const sent = front.requests.flatMap(({ url, headers }) => targetingOrShared(namesIn(headers.cookie)).map((name) => `${name} to ${url}`));
  assert.deepEqual(sent, [], `${when}: cookies sent to the shop`);
}

const paths = ['', 'product/wapato', 'cart', 'journal/spinning-a-shade'];

test('without the signal the same pages do store and send, so the checks below are meaningful', async (t) => {
  const site = await openWatched(t);
  const visitor = await newVisitor(t);
  await visitor.open(site.url);
  await visitor.page.waitForFunction(() => document.documentElement.dataset.stored && document.documentElement.dataset.brightreach);
  assert.deepEqual(await stored(visitor.page), ['br_profile', 'br_seen', 'br_tab']);
  await visitor.open(`${site.url}cart`);
  assert.notDeepEqual(await vendorRequests(site.shop), []);
  assert.ok(site.front.requests.some(({ headers }) => targetingOrShared(namesIn(headers.cookie)).length > 0));
});

test('Chromium with the signal always on: nothing targeting or shared in any request or any storage', async (t) => {
  const site = await openWatched(t);
  const visitor = await newProfile(t, undefined, { features: 'GlobalPrivacyControlForce' });
  for (const path of paths) {
    const answer = await visitor.open(site.url + path);
    assert.equal(answer.request().headers()['sec-gpc'], '1');
    assert.ok(await statusOf(visitor.page).isVisible(), `/${path} says so`);
  }
  assert.equal(await visitor.page.evaluate(() => navigator.globalPrivacyControl), true);
  const pages = site.front.requests.filter(({ headers }) => headers['sec-fetch-dest'] === 'document');
  assert.equal(pages.length, paths.length);
  await assertNothingSold(site, visitor.page, await visitor.cookies(), 'after four pages');
  assert.deepEqual(byCategory(await visitor.cookies()).analytics, ['_ga', '_ga_9TQ4LM2X7K', '_shop_visit'], 'what is neither stays');
});

test('when the signal is switched on while a page is open, later additions are held, and the server learns of it without a load', async (t) => {
  const site = await openWatched(t);
  const { shop, front, url } = site;
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(url);
  await page.waitForFunction(() => document.documentElement.dataset.stored);
  await eventually('tags to run', async () => (await shop.ads.requests()).some(({ target }) => target === '/collect'));
  const add = (name) => page.evaluate(([origin, query]) => {
    const pixel = document.createElement('img');
    pixel.dataset.category = 'targeting';
    pixel.dataset.src = `${origin}/pixel.gif?${query}`;
    document.body.append(pixel);
  }, [shop.ads.origin, name]);
  const asked = async (name) => (await vendorRequests(shop)).some((target) => target.endsWith(`?${name}`));
  await add('before');
  await eventually('the pixel', () => asked('before'));

  front.forget();
  await setGpc(true);
  assert.equal(await page.evaluate(() => navigator.globalPrivacyControl), true, 'the open page sees it');
  const loadedAgain = page.waitForEvent('load'); // because tags ran that are no longer allowed
  await add('after').catch(() => {}); // the page may be gone before it answers
  await loadedAgain;
  await quiet(page);
  assert.equal(await asked('after'), false, 'held at once');
  await eventually('the server to be told', () => front.requests.some(({ method, url: to }) => method === 'POST' && to === '/consent/signal'));
  await eventually('the cookies to go', async () => targetingOrShared(await visitor.cookies()).length === 0);
  assert.equal(await asked('after'), false);

  // Switched off again: the opt-out remains (D4).
  await setGpc(false);
  await page.goto('about:blank');
  await shop.ads.forget();
  await shop.metrics.forget();
  for (const path of paths) await visitor.open(url + path);
  assert.equal(await page.evaluate(() => navigator.globalPrivacyControl), false);
  assert.deepEqual(targetingOrShared(await visitor.cookies()), []);
  assert.deepEqual(await vendorRequests(shop), []);
});

for (const [name, prefs] of [
  ['with the signal switched on in its settings', { 'privacy.globalprivacycontrol.enabled': true }],
  ['in a private window, as installed', { 'browser.privatebrowsing.autostart': true }],
])
  test(`Firefox ${name}: nothing targeting or shared in any request or any storage`, async (t) => {
    const site = await openWatched(t);
    const { page, open, cookies } = await newFirefox(t, prefs);
    for (const path of paths) await open(site.url + path);
    const pages = site.front.requests.filter(({ headers }) => headers['sec-fetch-dest'] === 'document');
    assert.equal(pages.length, paths.length);
    for (const { headers, url } of pages) assert.equal(headers['sec-gpc'], '1', url);
    assert.equal(await page.evaluate(() => navigator.globalPrivacyControl), true);
    const status = await page.$$eval('[role=status]', (lines) => lines.filter((line) => line.checkVisibility()).map((line) => line.textContent.trim()));
    assert.match(status.join(), /^Opt-out request honored/);
    await assertNothingSold(site, page, await cookies(), 'after four pages');
  });
