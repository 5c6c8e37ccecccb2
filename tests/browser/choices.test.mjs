// Opt-in places: what happens before a choice, and after each one.
import assert from 'node:assert/strict';
import test from 'node:test';
import { answerNotice, buttonOf, newProfile, newProfileFolder, newVisitor, noticeOf, preferencesOf, quiet, settingsOf, submit } from './chromium.mjs';
import { assertOnlyRequired, byCategory, eventually, optional, targetingOrShared } from './evidence.mjs';
import { forgetVendorRequests, openShop, vendorRequests } from './shop.mjs';

/** What scripts stored in the page, cookies aside. */
const storedByScripts = (page) => page.evaluate(async () =>
  [...Object.keys(localStorage), ...Object.keys(sessionStorage), ...(await indexedDB.databases()).map(({ name }) => name)]);

async function assertNothingOptional(visitor, shop, when) {
  assertOnlyRequired(await visitor.cookies(), `${when}: cookies in the browser`);
  assertOnlyRequired(await visitor.received(), `${when}: Set-Cookie as received`);
  assert.deepEqual(await storedByScripts(visitor.page), [], `${when}: no other storage`);
  assert.deepEqual(await vendorRequests(shop), [], `${when}: no vendor received a request`);
}

async function assertVendorsRun(page, shop) {
  await page.waitForFunction(() => document.documentElement.dataset.brightreach && document.documentElement.dataset.tallyhouse);
  for (const vendor of [shop.ads, shop.metrics])
    await eventually('the tag and the beacon at the vendor', async () => {
      const asked = (await vendor.requests()).map(({ target }) => target);
      return asked.includes('/tag.js') && asked.includes('/collect');
    });
}

test('UX01: before a choice the browser has only required cookies and no vendor gets a request', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  await visitor.open(shop.url);
  assert.ok(await noticeOf(visitor.page).isVisible());
  await assertNothingOptional(visitor, shop, 'first page');
});

test('UX01, UX07: scrolling, waiting five seconds and clicking a link are not choices', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(shop.url);
  await page.mouse.wheel(0, 2000);
  await page.waitForTimeout(5000); // the test is that time alone changes nothing
  await assertNothingOptional(visitor, shop, 'after scrolling and waiting');

  await page.getByRole('link', { name: 'Journal', exact: true }).first().click();
  await page.waitForURL('**/journal/**');
  await quiet(page);
  assert.ok(await noticeOf(page).isVisible(), 'the question is still open');
  await assertNothingOptional(visitor, shop, 'on the next page');
});

test('UX07, A09: Escape, a click beside the notice and a minute of waiting neither grant nor close it', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await page.clock.install();
  await visitor.open(shop.url);
  await noticeOf(page).getByRole('button', { name: 'Accept all' }).focus();
  await page.keyboard.press('Escape');
  await page.mouse.click(1200, 300);
  await page.clock.runFor('01:00');
  await quiet(page);
  assert.ok(await noticeOf(page).isVisible());
  await assertNothingOptional(visitor, shop, 'afterwards');
});

test('accepting all starts tags at once, without a reload, and cookies of every category arrive', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newProfile(t);
  const { page } = visitor;
  await visitor.open(shop.url);
  await page.evaluate(() => { window.samePage = true; });
  await answerNotice(page, 'Accept all');
  await assertVendorsRun(page, shop);
  assert.equal(await page.evaluate(() => window.samePage), true, 'the page was not loaded again');

  await visitor.open(shop.url);
  assert.ok(await noticeOf(page).isHidden(), 'nobody is asked twice');
  const held = byCategory(await visitor.cookies());
  assert.deepEqual(held, {
    required: ['abide', 'cart', 'now_abide'],
    analytics: ['_ga', '_ga_9TQ4LM2X7K', '_shop_visit', '_th_visitor', 'mid'],
    functional: ['chat_id'],
    targeting: ['_br_click', '_fbp', '_gcl_au', 'br_aud', 'hero_test', 'uid'],
  });
});

test('UX09, UX18: after rejecting all nothing optional is left, the notice stays closed, and the whole shop works', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(shop.url);
  await answerNotice(page, 'Reject all');
  await assertNothingOptional(visitor, shop, 'after the choice');

  await visitor.open(shop.url);
  assert.ok(await noticeOf(page).isHidden(), 'nobody is asked twice');
  await page.getByRole('link', { name: /Nehalem/ }).first().click();
  await page.waitForURL('**/product/nehalem');
  await buttonOf(page, 'Add to cart').click();
  await page.waitForURL('**/cart');
  assert.ok(await page.getByRole('heading', { name: 'Nehalem' }).isVisible());
  await quiet(page);
  await assertNothingOptional(visitor, shop, 'after shopping');
});

test('rejecting all removes earlier cookies, HttpOnly ones too', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const leftovers = ['_ga', '_ga_9TQ4LM2X7K', '_fbp', 'br_aud', 'recently_viewed', 'chat_id', '_th_visitor', '_br_click'];
  await visitor.context.addCookies(leftovers.map((name, i) => ({ name, value: 'old', url: shop.url, httpOnly: i % 2 === 0 })));
  await visitor.open(shop.url);
  await answerNotice(visitor.page, 'Reject all');
  assertOnlyRequired(await visitor.cookies(), 'cookies in the browser');
});

test('UX10: saving with only statistics on allows statistics and nothing else', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(shop.url);
  await noticeOf(page).getByRole('link', { name: 'Cookie settings' }).click();
  await settingsOf(page).getByRole('switch', { name: 'Statistics' }).check();
  const saved = page.waitForResponse((answer) => answer.request().method() === 'POST');
  await settingsOf(page).getByRole('button', { name: 'Save selection' }).click();
  await saved;

  await visitor.open(`${shop.url}journal/spinning-a-shade`);
  await page.waitForFunction(() => document.documentElement.dataset.tallyhouse);
  const held = byCategory(await visitor.cookies());
  assert.deepEqual(held.analytics, ['_ga', '_ga_9TQ4LM2X7K', '_shop_visit', '_th_visitor']);
  assert.deepEqual([held.functional, held.targeting], [[], []]);
  assert.deepEqual(await shop.ads.requests(), []);
  assert.equal(await page.locator('iframe[data-category="functional"]').getAttribute('src'), null);
  assert.ok(await noticeOf(page).isHidden());
});

test('UX24: saving with every switch off grants nothing', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  await visitor.open(preferencesOf(shop));
  await submit(visitor.page, 'Save selection');
  await visitor.open(shop.url);
  assert.ok(await noticeOf(visitor.page).isHidden());
  await assertNothingOptional(visitor, shop, 'afterwards');
});

test('UX06, UX17: no box is ticked before the visitor ticks it, and when opened again the page shows the choice', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(preferencesOf(shop));
  const ticked = () => page.locator('input[type=checkbox]:enabled:checked').evaluateAll((boxes) => boxes.map((box) => box.value));
  assert.deepEqual(await ticked(), []);
  await page.getByRole('switch', { name: 'Preferences' }).check();
  await submit(page, 'Save selection');
  await visitor.open(preferencesOf(shop));
  assert.deepEqual(await ticked(), ['functional']);
});

test('UX25: every link of the notice works', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(shop.url);
  for (const link of await noticeOf(page).getByRole('link').all())
    assert.equal((await page.request.get(new URL(await link.getAttribute('href'), shop.url).href)).status(), 200);
});

test('UX22: a choice in the notice leads back to the page where it was made, in that page\'s language', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(`${shop.url}de/product/nehalem`);
  assert.equal(await noticeOf(page).getAttribute('lang'), 'de');
  await page.goto(new URL(await noticeOf(page).getByRole('link').first().getAttribute('href'), shop.url).href); // as without scripts
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  await submit(page, 'Alle ablehnen');
  await page.getByRole('main').getByRole('link', { name: 'Zurück' }).first().click();
  await page.waitForURL('**/de/product/nehalem');
});

test('UX18: closing the browser keeps the choice', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const folder = newProfileFolder();
  const first = await newProfile(t, folder);
  await first.open(shop.url);
  await answerNotice(first.page, 'Reject all');
  await first.close();
  const second = await newProfile(t, folder);
  await second.open(shop.url);
  assert.ok(await noticeOf(second.page).isHidden());
  await assertNothingOptional(second, shop, 'after the restart');
});

test('UX19: a new version of the notice asks again and grants nothing until it is answered', async (t) => {
  const keys = 'the-tests-sign-every-choice-with-this-key';
  const visitor = await newVisitor(t);
  const before = await openShop(t, { location: 'DE', keys });
  await visitor.open(before.url);
  await answerNotice(visitor.page, 'Accept all');

  const after = await openShop(t, { location: 'DE', keys, change: (policy) => ({ ...policy, notice: { ...policy.notice, version: 2 } }) });
  await visitor.open(after.url);
  assert.ok(await noticeOf(visitor.page).isVisible());
  assert.deepEqual(await vendorRequests(after), []);
});

test('observe mode removes none of the shop\'s cookies', async (t) => {
  const shop = await openShop(t, { location: 'DE', mode: 'observe' });
  const visitor = await newVisitor(t);
  await visitor.open(shop.url);
  await assertVendorsRun(visitor.page, shop);
  const held = byCategory(await visitor.cookies());
  for (const category of optional) assert.notDeepEqual(held[category], [], category);
});

test('what one visitor accepted applies only to that visitor', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const one = await newVisitor(t), other = await newVisitor(t);
  await one.open(shop.url);
  await answerNotice(one.page, 'Accept all');
  await assertVendorsRun(one.page, shop);
  await one.page.goto('about:blank');
  await forgetVendorRequests(shop);
  await other.open(shop.url);
  assert.ok(await noticeOf(other.page).isVisible());
  assert.deepEqual(targetingOrShared(await other.cookies()), []);
  assert.deepEqual(await vendorRequests(shop), []);
});
