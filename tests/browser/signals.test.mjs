// Global Privacy Control in Chromium: the header field in the first request, and navigator.globalPrivacyControl in the page.
import assert from 'node:assert/strict';
import test from 'node:test';
import { answerNotice, buttonOf, newVisitor, noticeOf, preferencesOf, quiet, setGpc, statusOf, submit } from './chromium.mjs';
import { byCategory, eventually, targetingOrShared } from './evidence.mjs';
import { forgetVendorRequests, openShop, vendorRequests } from './shop.mjs';

async function assertSignalObeyed(visitor, shop) {
  assert.deepEqual(targetingOrShared(await visitor.cookies()), [], 'no targeting or shared cookie in the browser');
  assert.deepEqual(await vendorRequests(shop), [], 'no vendor received a request');
}

test('in California without a signal optional cookies are on and the page has the opt-out link', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t);
  await visitor.open(shop.url);
  await eventually('tags to run', async () => (await shop.ads.requests()).some(({ target }) => target === '/collect'));
  const held = byCategory(await visitor.cookies());
  assert.deepEqual(held.targeting, ['_br_click', '_fbp', '_gcl_au', 'br_aud', 'hero_test']);
  const wayOut = visitor.page.getByRole('link', { name: 'Your Privacy Choices', exact: true }).first();
  assert.ok(await wayOut.isVisible());
  assert.ok(await wayOut.locator('svg').isVisible(), 'with the opt-out icon');
  assert.ok(await noticeOf(visitor.page).isHidden());
  assert.equal(await statusOf(visitor.page).count(), 0, 'no signal, no claim that one was honored');
});

test('UX30: with the signal the very first page in California sets and sends nothing that it forbids', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t, { gpc: true });
  const answer = await visitor.open(shop.url);
  assert.equal(answer.request().headers()['sec-gpc'], '1');
  assert.equal(await visitor.page.evaluate(() => navigator.globalPrivacyControl), true);
  await assertSignalObeyed(visitor, shop);
  assert.deepEqual(targetingOrShared(await visitor.received()), [], 'nor in Set-Cookie as received');
  assert.deepEqual(byCategory(await visitor.cookies()).analytics, ['_ga', '_ga_9TQ4LM2X7K', '_shop_visit'],
    'what is neither sold nor shared is not concerned');

  for (const path of ['product/wapato', 'cart', 'journal/spinning-a-shade']) await visitor.open(shop.url + path);
  await assertSignalObeyed(visitor, shop);
});

test('UX31, A08: the page says that the request was honored, with role status, and on the preference page the switch is off', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t, { gpc: true });
  await visitor.open(shop.url);
  assert.ok(await statusOf(visitor.page).isVisible());
  await visitor.open(preferencesOf(shop));
  assert.ok(await statusOf(visitor.page).isVisible());
  assert.equal(await visitor.page.getByRole('switch', { name: 'Targeted ads' }).isChecked(), false);
});

test('UX32, UX33: the signal causes no pop-up and no question, and the pages are the same as without it', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const seen = async (gpc) => {
    const visitor = await newVisitor(t, { gpc });
    await visitor.open(shop.url);
    assert.equal(await noticeOf(visitor.page).filter({ visible: true }).count(), 0);
    assert.equal(await visitor.page.locator('dialog[open], [role=dialog], [role=alertdialog]').count(), 0);
    assert.equal(await visitor.page.locator('.abide input:not([type=hidden])').count(), 0, 'and asks for nothing');
    return visitor.page.locator('main').innerText();
  };
  assert.equal(await seen(true), await seen(false));
});

test('the signal removes cookies at once when it is turned on during a visit, and nothing returns when it is turned off', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t);
  await visitor.open(shop.url);
  await eventually('tags to run', async () => (await shop.ads.requests()).some(({ target }) => target === '/collect'));
  assert.notDeepEqual(targetingOrShared(await visitor.cookies()), []);

  await setGpc(true);
  await visitor.page.goto('about:blank');
  await forgetVendorRequests(shop);
  await visitor.open(`${shop.url}collection`);
  await assertSignalObeyed(visitor, shop);

  await setGpc(false);
  await visitor.open(shop.url);
  assert.equal(await visitor.page.evaluate(() => navigator.globalPrivacyControl), false);
  await visitor.open(`${shop.url}cart`);
  await assertSignalObeyed(visitor, shop);
});

test('a signal that only the page shows is obeyed before any tag runs, and the server learns of it', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t);
  await visitor.context.addInitScript(() => { // like an extension that cannot change header fields
    Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true });
  });
  await visitor.open(shop.url);
  assert.deepEqual(await vendorRequests(shop), []);
  await eventually('the cookies of the first answer to go', async () => targetingOrShared(await visitor.cookies()).length === 0);
  await visitor.open(`${shop.url}collection`);
  await assertSignalObeyed(visitor, shop);
});

test('where consent is asked for, the notice mentions the signal and a plain "Accept all" does not override it', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, { gpc: true });
  await visitor.open(shop.url);
  assert.ok(await noticeOf(visitor.page).getByText('Global Privacy Control').isVisible());
  await answerNotice(visitor.page, 'Accept all');
  await visitor.open(shop.url);
  await assertSignalObeyed(visitor, shop);
  const { analytics, functional } = byCategory(await visitor.cookies());
  assert.deepEqual(analytics, ['_ga', '_ga_9TQ4LM2X7K', '_shop_visit']);
  assert.deepEqual(functional, ['chat_id']);
  assert.ok(await statusOf(visitor.page).isVisible());
});

test('an informed exception allows what it names, and can be withdrawn', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t, { gpc: true });
  const { page } = visitor;
  await visitor.open(shop.url);
  await visitor.open(preferencesOf(shop));
  const targeting = page.getByRole('listitem').filter({ has: page.getByRole('switch', { name: 'Targeted ads' }) });
  await targeting.getByText('Allow it on this site all the same').click();
  await targeting.getByRole('checkbox', { name: /despite the signal/ }).check();
  await submit(page, 'Save selection');
  await visitor.open(shop.url);
  await eventually('the allowed tag to run', async () => (await shop.ads.requests()).some(({ target }) => target === '/collect'));
  assert.ok(byCategory(await visitor.cookies()).targeting.includes('br_aud'));
  assert.equal(await statusOf(page).count(), 0, 'the page does not claim that the signal was honored');

  await visitor.open(preferencesOf(shop));
  await submit(page, 'Opt out of sale, sharing and targeted ads');
  await forgetVendorRequests(shop);
  await visitor.open(shop.url);
  await assertSignalObeyed(visitor, shop);
});

test('the visitor can lift the opt-out that a signal left behind once the signal is gone', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t, { gpc: true });
  await visitor.open(shop.url);
  await setGpc(false);
  await visitor.open(preferencesOf(shop));
  await visitor.page.getByRole('switch', { name: 'Targeted ads' }).check();
  await submit(visitor.page, 'Save selection');
  await visitor.open(shop.url);
  await quiet(visitor.page);
  assert.deepEqual(byCategory(await visitor.cookies()).targeting, [], 'the first of two steps');
  await buttonOf(visitor.page, 'Confirm').click();
  await quiet(visitor.page);
  await visitor.open(shop.url);
  await quiet(visitor.page);
  assert.ok(byCategory(await visitor.cookies()).targeting.includes('br_aud'));
});

test('UX39: the shop publishes gpc.json', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t, { gpc: true });
  const answer = await visitor.page.goto(`${shop.url}.well-known/gpc.json`);
  assert.equal(answer.headers()['content-type'], 'application/json');
  const { gpc, lastUpdate } = await answer.json();
  assert.equal(gpc, true);
  assert.match(lastUpdate, /^\d{4}-\d\d-\d\d$/);
});
