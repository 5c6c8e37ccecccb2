// One press on any page withdraws consent, or objects to exempt cookies; and what the page says afterwards.
import assert from 'node:assert/strict';
import test from 'node:test';
import { answerNotice, buttonOf, newProfile, newVisitor, noticeOf, preferencesOf, quiet, submit, takenAway } from './chromium.mjs';
import { assertOnlyRequired, byCategory, eventually } from './evidence.mjs';
import { forgetVendorRequests, openShop, vendorRequests } from './shop.mjs';

const withoutScript = { javaScriptEnabled: false };
const both = [['with JavaScript', {}], ['without JavaScript', withoutScript]];
const withdrawOf = (page) => buttonOf(page, 'Withdraw consent');
const newProfileOr = (t, options) => (options === withoutScript ? newVisitor(t, options) : newProfile(t));

/** Presses a button that posts a choice; returns the response. */
async function post(page, button) {
  const answered = page.waitForResponse((answer) =>
    answer.request().method() === 'POST' && new URL(answer.url()).pathname === '/consent');
  await button.click();
  return answered;
}

/** The same, and waits until the page has processed it. */
async function press(page, button) {
  const answer = await post(page, button);
  await quiet(page);
  return answer;
}

for (const [how, options] of both) {
  test(`UX15, UX16: one press withdraws consent on any page, as one press gave it, ${how}`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    const visitor = await newProfileOr(t, options);
    const { page } = visitor;
    await visitor.open(`${shop.url}product/dipper`);
    assert.equal(await withdrawOf(page).count(), 0, 'nothing to withdraw yet');
    if (options === withoutScript) await submit(page, 'Accept all');
    else await answerNotice(page, 'Accept all');
    assert.ok(await withdrawOf(page).isVisible());
    await visitor.open(`${shop.url}journal/spinning-a-shade`);
    const held = byCategory(await visitor.cookies());
    const landed = page.waitForEvent('load'); // also with JavaScript, because a script ran
    const answer = await post(page, withdrawOf(page));
    await landed;
    const told = page.getByRole('status').filter({ hasText: /Your choice is saved|Your consent is withdrawn/ });
    await eventually('the page to say so', () => told.isVisible()); // it is shown for some seconds only
    const taken = await takenAway(answer);
    for (const name of [...held.analytics, ...held.functional, '_fbp', 'br_aud'].filter((name) => name !== 'mid'))
      assert.ok(taken.includes(name), `${name} in that answer`);
    assert.equal(page.url(), `${shop.url}journal/spinning-a-shade`);
    await eventually('the button to go', async () => await withdrawOf(page).count() === 0);
    assert.ok(await noticeOf(page).isHidden(), 'and does not ask again');
    await forgetVendorRequests(shop);
    await visitor.open(shop.url);
    assert.deepEqual(await vendorRequests(shop), []);
    assertOnlyRequired((await visitor.context.cookies(shop.url)).map(({ name }) => name), 'cookies in the browser');
  });
}

test('after a choice in place, notice, withdrawal and status agree with it, as after a load', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const shown = (page) => page.locator('[data-abide-notice], [data-abide-when], [data-abide-status]').evaluateAll((all) =>
    all.filter((element) => element.checkVisibility()).map((element) => element.textContent.replaceAll(/\s+/g, ' ').trim()));
  for (const [name, parts] of [['Accept all', 1], ['Reject all', 0]]) {
    const visitor = await newVisitor(t);
    await visitor.open(shop.url);
    await visitor.page.evaluate(() => { window.samePage = true; });
    await answerNotice(visitor.page, name);
    assert.equal(await visitor.page.evaluate(() => window.samePage), true);
    const inPlace = await shown(visitor.page);
    await visitor.open(shop.url);
    assert.deepEqual(inPlace, await shown(visitor.page), name);
    assert.equal(inPlace.length, parts, `${inPlace}`);
  }
});

const countsFreely = (policy) => ({ ...policy, exempt: ['GB:statistical:_ga*', 'GB:statistical:_shop_visit'] });

for (const [how, options] of both) {
  test(`where counting visits needs no consent, one press in the notice objects to it, ${how}`, async (t) => {
    const shop = await openShop(t, { location: 'GB', change: countsFreely });
    const visitor = await newVisitor(t, options);
    const { page } = visitor;
    await visitor.open(shop.url);
    await visitor.open(shop.url);
    assert.ok(byCategory(await visitor.cookies()).analytics.includes('_shop_visit'));
    await press(page, noticeOf(page).getByRole('button', { name: 'Object', exact: true }));
    await eventually('the cookies to go', async () => byCategory(await visitor.cookies()).analytics.length === 0);
    await visitor.open(shop.url);
    assert.deepEqual(byCategory(await visitor.cookies()).analytics, []);
    assert.ok(await noticeOf(page).isVisible(), 'what needs consent is still asked for');
    assert.equal(await buttonOf(page, 'Object').count(), 0);
  });
}

test('where counting visits needs no consent, the line that says so stays, with a button to object', async (t) => {
  const shop = await openShop(t, { location: 'GB', change: countsFreely });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(preferencesOf(shop));
  await submit(page, 'Save selection');
  await visitor.open(shop.url);
  const line = page.getByRole('status').filter({ hasText: 'Visits are counted without consent' });
  assert.ok(await line.isVisible());
  await press(page, line.getByRole('button', { name: 'Object' }));
  await eventually('the line to go', async () => await line.count() === 0);
  await visitor.open(preferencesOf(shop));
  assert.equal(await page.getByRole('switch', { name: 'Statistics' }).isChecked(), false);
});
