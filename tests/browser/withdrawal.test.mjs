// Withdrawing a choice: as easy as making it, and effective in the response itself.
import assert from 'node:assert/strict';
import test from 'node:test';
import { answerNotice, buttonOf, newProfile, newVisitor, noticeOf, preferencesOf, quiet, settingsOf, submit, takenAway } from './chromium.mjs';
import { assertOnlyRequired, byCategory, eventually, optional } from './evidence.mjs';
import { forgetVendorRequests, openShop, vendorRequests } from './shop.mjs';

/** A visitor who accepted everything and then visited some pages. */
async function settled(t, shop, visitor) {
  await visitor.open(shop.url);
  await answerNotice(visitor.page, 'Accept all');
  await visitor.open(`${shop.url}product/nehalem`);
  await visitor.page.waitForFunction(() => document.documentElement.dataset.brightreach);
  const held = byCategory(await visitor.cookies());
  for (const category of optional) assert.notDeepEqual(held[category], [], `${category} cookies before the withdrawal`);
  return held;
}

test('UX16: the response to the withdrawal itself removes every optional cookie, HttpOnly ones too', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const held = await settled(t, shop, visitor);
  await visitor.open(preferencesOf(shop));
  const answer = await submit(visitor.page, 'Reject all');
  assert.ok(answer.ok());
  const removed = await takenAway(answer);
  for (const name of optional.flatMap((category) => held[category])) assert.ok(removed.includes(name), `${name} removed in that answer`);
  assertOnlyRequired(await visitor.cookies(), 'cookies in the browser');
});

test('UX16: after the withdrawal no vendor gets a request from the visitor again', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newProfile(t);
  await settled(t, shop, visitor);
  await visitor.open(preferencesOf(shop));
  await submit(visitor.page, 'Reject all');
  await forgetVendorRequests(shop);
  for (const path of ['', 'collection', 'journal/spinning-a-shade']) await visitor.open(shop.url + path);
  assert.deepEqual(await vendorRequests(shop), []);
  const left = await visitor.context.cookies(shop.url);
  assertOnlyRequired(left.map(({ name }) => name), "the shop's cookies");
});

test('UX05, UX15: on the preference page a withdrawal takes as many presses as consent: one, on a button of the same size', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  await visitor.open(preferencesOf(shop));
  const [give, take] = await Promise.all(['Accept all', 'Reject all'].map((name) => buttonOf(visitor.page, name).boundingBox()));
  assert.deepEqual([take.width, take.height].map(Math.round), [give.width, give.height].map(Math.round));
  await submit(visitor.page, 'Accept all');
  await visitor.open(shop.url);
  assert.notDeepEqual(byCategory(await visitor.cookies()).targeting, []);
  await visitor.open(preferencesOf(shop));
  await submit(visitor.page, 'Reject all');
  assertOnlyRequired(await visitor.cookies(), 'cookies in the browser');
});

test('UX14: every page has a link to the choice', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  await visitor.open(shop.url);
  await answerNotice(visitor.page, 'Reject all');
  for (const path of ['', 'collection', 'product/dipper', 'cart', 'account', 'contact', 'privacy', 'journal/spinning-a-shade', 'nowhere']) {
    await visitor.open(shop.url + path);
    const links = visitor.page.locator('a[href="/consent"], a[href^="/consent?"]');
    assert.ok(await links.filter({ visible: true }).count() > 0, `/${path}`);
  }
});

test('switching one purpose off removes its cookies and leaves the others', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const before = await settled(t, shop, visitor);
  await visitor.open(preferencesOf(shop));
  await visitor.page.getByRole('switch', { name: 'Targeted ads' }).uncheck();
  await submit(visitor.page, 'Save selection');
  const after = byCategory(await visitor.cookies());
  assert.deepEqual(after.targeting, []);
  assert.deepEqual(after.functional, before.functional);
  assert.deepEqual(after.analytics, before.analytics);
});

test('cookies that a script set under undeclared names are deleted as well', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  await settled(t, shop, visitor);
  await visitor.page.evaluate(() => { document.cookie = 'mystery=1; Path=/; Max-Age=9999'; });
  assert.ok((await visitor.cookies()).includes('mystery'));
  await visitor.open(preferencesOf(shop));
  await submit(visitor.page, 'Reject all');
  assertOnlyRequired(await visitor.cookies(), 'cookies in the browser');
});

test('a page in another tab stops too when the visitor comes back to it', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  await settled(t, shop, visitor);
  const second = await visitor.context.newPage();
  await second.goto(preferencesOf(shop));
  await submit(second, 'Reject all');
  await forgetVendorRequests(shop);
  await visitor.page.reload();
  await quiet(visitor.page);
  assert.deepEqual(await vendorRequests(shop), []);
  assert.ok(await noticeOf(visitor.page).isHidden());
});

test('UX26, UX27, UX28: in opt-out places two presses from any page are enough, and no personal data is requested', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newProfile(t);
  const { page } = visitor;
  await visitor.open(shop.url);
  await eventually('the vendors to hear of a visitor who did not opt out', async () => (await vendorRequests(shop)).length > 3);

  await page.getByRole('link', { name: /your privacy choices/i }).filter({ visible: true }).first().click();
  const fields = settingsOf(page).locator('input:not([type=hidden]):not([type=checkbox]), textarea, select');
  const saved = page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('/consent'));
  await settingsOf(page).getByRole('button', { name: 'Opt out of sale, sharing and targeted ads' }).waitFor();
  assert.equal(await fields.count(), 0);
  const loaded = page.waitForEvent('load'); // because vendors' scripts ran
  await buttonOf(page, 'Opt out of sale, sharing and targeted ads').click();
  await saved;
  await loaded;
  await quiet(page);

  const own = byCategory((await visitor.context.cookies(shop.url)).map(({ name }) => name));
  assert.deepEqual(own.targeting, []);
  assert.deepEqual(own.analytics, ['_ga', '_ga_9TQ4LM2X7K', '_shop_visit'], 'what is neither sold nor shared stays');
  await forgetVendorRequests(shop);
  for (const path of ['', 'product/sauvie', 'cart']) await visitor.open(shop.url + path);
  assert.deepEqual(await vendorRequests(shop), [], 'the opt-out reaches the trackers');
});

test('UX29: the opt-out stays usable: nothing covers or removes it, in three sizes', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await page.clock.install();
  for (const size of [{ width: 1280, height: 800 }, { width: 768, height: 1024 }, { width: 320, height: 568 }]) {
    await page.setViewportSize(size);
    await visitor.open(preferencesOf(shop));
    await page.clock.runFor('01:00');
    await buttonOf(page, 'Opt out of sale, sharing and targeted ads').click({ trial: true });
  }
});
