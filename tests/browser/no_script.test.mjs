// Without JavaScript the server alone asks, decides and remembers.
import assert from 'node:assert/strict';
import test from 'node:test';
import { atPreferences, newVisitor, noticeOf, preferencesOf, statusOf, submit, takenAway } from './chromium.mjs';
import { assertOnlyRequired, byCategory, optional, targetingOrShared } from './evidence.mjs';
import { openShop, vendorRequests } from './shop.mjs';

const withoutScript = { javaScriptEnabled: false };

test('UX01: without JavaScript the page has the notice and nothing optional is set', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, withoutScript);
  await visitor.open(shop.url);
  assert.ok(await noticeOf(visitor.page).isVisible());
  assertOnlyRequired(await visitor.cookies(), 'cookies in the browser');
  assertOnlyRequired(await visitor.received(), 'Set-Cookie as received');
  assert.deepEqual(await vendorRequests(shop), []);
});

for (const [name, granted] of [['Accept all', true], ['Reject all', false]]) {
  test(`UX05: without JavaScript "${name}" is a form post that leads back to the same page`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    const visitor = await newVisitor(t, withoutScript);
    const where = `${shop.url}collection?kind=pendant`;
    await visitor.open(where);
    const answer = await submit(visitor.page, name);
    assert.equal(answer.status(), 303);
    assert.equal(visitor.page.url(), where);
    assert.ok(await noticeOf(visitor.page).isHidden());
    const held = byCategory(await visitor.cookies());
    for (const category of optional) assert.equal(held[category].length > 0, granted, category);
  });
}

test('UX10: without JavaScript the preference page saves single purposes and withdraws them', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, withoutScript);
  const { page } = visitor;
  await visitor.open(`${shop.url}product/dipper`);
  await noticeOf(page).getByRole('link', { name: 'Cookie settings' }).click();
  await atPreferences(page);
  await page.getByRole('switch', { name: 'Preferences' }).check();
  const saved = await submit(page, 'Save selection');
  assert.equal(saved.status(), 303);
  assert.ok(await page.getByRole('status').filter({ hasText: 'Your choice is saved.' }).isVisible());
  await page.getByRole('link', { name: 'Back to the page' }).first().click();
  await page.waitForURL('**/product/dipper');
  const held = byCategory(await visitor.cookies());
  assert.deepEqual(held.functional, ['chat_id', 'recently_viewed']);
  assert.deepEqual([held.analytics, held.targeting], [[], []]);

  await visitor.open(preferencesOf(shop));
  const answer = await submit(page, 'Reject all');
  const removed = await takenAway(answer);
  for (const name of held.functional) assert.ok(removed.includes(name), name);
  assertOnlyRequired(await visitor.cookies(), 'cookies in the browser');
});

test('UX30, UX31: without JavaScript the signal is honored, announced and remembered', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t, { ...withoutScript, gpc: true });
  await visitor.open(shop.url);
  assert.deepEqual(targetingOrShared(await visitor.cookies()), []);
  assert.deepEqual(await vendorRequests(shop), []);
  assert.ok(await statusOf(visitor.page).isVisible());
  assert.ok((await visitor.cookies()).includes('signal_abide'), 'the opt-out outlives the signal');
});

test('UX26, UX27: without JavaScript the opt-out works in two presses', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t, withoutScript);
  const { page } = visitor;
  await visitor.open(shop.url);
  assert.notDeepEqual(byCategory(await visitor.cookies()).targeting, []);
  await page.getByRole('link', { name: /your privacy choices/i }).filter({ visible: true }).first().click();
  await atPreferences(page);
  await submit(page, 'Opt out of sale, sharing and targeted ads');
  assert.deepEqual(byCategory(await visitor.cookies()).targeting, []);
  await visitor.open(shop.url);
  assert.deepEqual(byCategory(await visitor.cookies()).targeting, []);
});
