// Firefox ESR with its preference for Global Privacy Control: the same first load in another engine.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertOnlyRequired, byCategory, eventually, optional, targetingOrShared } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';
import { openShop, vendorRequests } from './shop.mjs';

const newVisitor = (t, { gpc }) => newFirefox(t, {
  'privacy.globalprivacycontrol.functionality.enabled': true,
  'privacy.globalprivacycontrol.enabled': gpc,
});

const notice = '[data-abide-notice]';

test('Firefox with the signal in California: no targeting or shared cookie, no vendor, and the page says so', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t, { gpc: true });
  const { page } = visitor;
  const answer = await visitor.open(shop.url);
  assert.equal(answer.request().headers()['sec-gpc'], '1');
  assert.equal(await page.evaluate(() => navigator.globalPrivacyControl), true);
  assert.deepEqual(targetingOrShared(await visitor.cookies()), []);
  assert.deepEqual(byCategory(await visitor.cookies()).analytics, ['_ga', '_ga_9TQ4LM2X7K', '_shop_visit']);
  assert.deepEqual(await vendorRequests(shop), []);
  assert.equal(await visitor.visible(notice), false, 'no pop-up');
  const [status] = await page.$$eval('[role=status]', (lines) =>
    lines.filter((line) => line.checkVisibility()).map((line) => line.textContent.trim()));
  assert.match(status, /^Opt-out request honored/);

  for (const path of ['product/nehalem', 'cart']) await visitor.open(shop.url + path);
  assert.deepEqual(targetingOrShared(await visitor.cookies()), []);
  assert.deepEqual(await vendorRequests(shop), []);
});

test('Firefox with the signal in Germany: the notice asks, and "Accept all" leaves targeting off', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, { gpc: true });
  const { page } = visitor;
  await visitor.open(shop.url);
  assert.equal(await visitor.visible(notice), true);
  assertOnlyRequired(await visitor.cookies(), 'before the choice');
  await page.click(`${notice} button[value=accept-all]`);
  await eventually('the notice to close', async () => !(await visitor.visible(notice)));
  await visitor.open(shop.url);
  assert.deepEqual(targetingOrShared(await visitor.cookies()), []);
  assert.notDeepEqual(byCategory(await visitor.cookies()).analytics, []);
  assert.deepEqual(await vendorRequests(shop), []);
});

test('Firefox without the signal in Germany: nothing before the choice, everything after it, nothing after the withdrawal', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, { gpc: false });
  const { page } = visitor;
  await visitor.open(shop.url);
  assertOnlyRequired(await visitor.cookies(), 'before the choice');
  assert.deepEqual(await vendorRequests(shop), []);

  await page.click(`${notice} button[value=accept-all]`);
  await eventually('both vendors to hear of the visitor', async () => {
    const asked = [await shop.ads.requests(), await shop.metrics.requests()];
    return asked.every((requests) => requests.some(({ target }) => target === '/collect'));
  });
  await visitor.open(shop.url);
  const held = byCategory(await visitor.cookies());
  for (const category of optional) assert.notDeepEqual(held[category], [], category);

  await visitor.open(`${shop.url}consent`);
  await Promise.all([page.waitForNavigation(), page.click('button[value=reject-all]')]);
  const own = (await visitor.cookies()).filter((name) => name !== 'uid' && name !== 'mid'); // set by the vendors
  assertOnlyRequired(own, 'after taking it back');
});
