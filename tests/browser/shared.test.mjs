// `caching: shared`: one cached copy of a page for all visitors, which obeys each visitor's own choice.
import assert from 'node:assert/strict';
import test from 'node:test';
import { answerNotice, newVisitor, noticeOf, quiet, submit } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { openFront } from './front.mjs';
import { forgetVendorRequests, openShop, vendorRequests } from './shop.mjs';

/** A shop behind a cache that stores each page for all visitors, whatever the shop's responses say. */
async function openCached(t, location) {
  const kept = new Map();
  const shop = await openShop(t, { location, change: (policy) => ({ ...policy, caching: 'shared' }) });
  const front = await openFront(t, shop, {
    answer: ({ method, url }, response) => {
      const copy = method === 'GET' && kept.get(url);
      if (copy) response.writeHead(copy.status, copy.fields.flat()).end(copy.body);
      return Boolean(copy);
    },
    change: (found, { method, url }) => {
      if (method !== 'GET' || url.startsWith('/consent') || !/html/.test(new Map(found.fields.map(([name, value]) => [name.toLowerCase(), value])).get('content-type'))) return;
      const fields = found.fields.filter(([name]) => !/^(content-length|connection|transfer-encoding|keep-alive|set-cookie|cache-control)$/i.test(name));
      kept.set(url, { status: found.status, fields: [...fields, ['Cache-Control', 'no-store']], body: found.body });
    },
  });
  return { shop, kept, url: front.urlOf('localhost') };
}

/** Records what is painted of the notice, and what moves. */
const watch = (page) => page.addInitScript(() => {
  window.painted = new Set();
  window.shift = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; }).observe({ type: 'layout-shift', buffered: true });
  const see = () => {
    const notice = document.querySelector('[data-abide-notice]');
    if (notice) window.painted.add(notice.checkVisibility() && getComputedStyle(notice).visibility === 'visible');
    requestAnimationFrame(see);
  };
  see();
});
const seen = (page) => page.evaluate(() => ({ painted: [...window.painted], shift: window.shift }));

test('a copy that was made for one visitor asks the next, obeys their answer on every page, and does not ask again', async (t) => {
  const { shop, kept, url } = await openCached(t, 'DE');
  const first = await newVisitor(t);
  await first.open(url);
  assert.ok(kept.has('/'), 'the cache keeps the page');
  const { page, open } = await newVisitor(t);
  await watch(page);
  await open(url);
  await noticeOf(page).waitFor();
  await quiet(page);
  assert.deepEqual(await vendorRequests(shop), []);
  await answerNotice(page, 'Accept all');
  await eventually('the tags', async () => (await vendorRequests(shop)).length > 0);
  await forgetVendorRequests(shop);
  await open(`${url}cart`);
  await open(url);
  await eventually('the tags of the copy', async () => (await vendorRequests(shop)).length > 0);
  assert.deepEqual(await seen(page), { painted: [false], shift: 0 });
  assert.equal(await page.evaluate(() => window.abide.allows('targeting')), true);
});

test('after "Reject all" a copy runs nothing and asks nothing', async (t) => {
  const { shop, url } = await openCached(t, 'DE');
  const { page, open } = await newVisitor(t);
  await watch(page);
  await open(url);
  await answerNotice(page, 'Reject all');
  await quiet(page);
  await open(url);
  await quiet(page);
  assert.deepEqual(await vendorRequests(shop), []);
  assert.deepEqual(await seen(page), { painted: [false], shift: 0 });
});

test('if two duplicates of the cookie differ, a copy trusts neither: the server decides, and nothing that was refused runs', async (t) => {
  const { shop, url } = await openCached(t, 'DE');
  const { page, open, context } = await newVisitor(t);
  const twin = async () => (await context.cookies()).find(({ name }) => name.startsWith('now_'));
  await open(url);
  await answerNotice(page, 'Accept all');
  const granted = await twin();
  await open(`${url}consent`);
  await submit(page, 'Reject all');
  assert.notEqual((await twin()).value, granted.value);
  const { name, value } = granted;
  await context.addCookies([{ name, value, domain: 'localhost', path: '/cart' }]); // set by a script or an older Abide; the browser sends it first
  await forgetVendorRequests(shop);
  const asked = [];
  page.on('request', (request) => { if (request.url().includes('/consent/state')) asked.push(request.url()); });
  await open(`${url}cart`);
  assert.ok(asked.length, 'the server was asked');
  assert.deepEqual(await page.evaluate(() => window.abide.state().allowed), ['required']);
  assert.deepEqual(await vendorRequests(shop), []);
});

test('in an opt-out place a copy obeys Global Privacy Control, says so, and the server remembers it', async (t) => {
  const { shop, url } = await openCached(t, 'US-CA');
  const plain = await newVisitor(t);
  await plain.open(url);
  await eventually('tags without the signal', async () => (await vendorRequests(shop)).length > 0);
  await quiet(plain.page);
  await forgetVendorRequests(shop);
  const { page, open, cookies } = await newVisitor(t, { gpc: true });
  await watch(page);
  await open(url);
  await quiet(page);
  assert.equal(await page.evaluate(() => window.abide.allows('targeting')), false);
  assert.ok((await vendorRequests(shop)).every((target) => !/pixel|ads/.test(target)), 'no ad vendor heard of it');
  const status = page.locator('[data-abide-status]').first();
  assert.match(await status.textContent(), /Global Privacy Control|honored/i);
  await eventually('the cookie of the signal', async () => (await cookies()).includes('signal_abide'));
  assert.equal((await seen(page)).shift, 0);
});

test('without scripts a copy asks, and its form works', async (t) => {
  const { url } = await openCached(t, 'DE');
  const { page, open } = await newVisitor(t, { javaScriptEnabled: false });
  await open(url);
  await noticeOf(page).waitFor();
  await Promise.all([page.waitForNavigation(), noticeOf(page).getByRole('button', { name: 'Reject all' }).click()]);
  assert.equal(new URL(page.url()).pathname, '/');
});
