// Only the visitor's own choice counts, made on the site itself and signed by it.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import test from 'node:test';
import { answerNotice, newVisitor, noticeOf, preferencesOf, quiet } from './chromium.mjs';
import { assertOnlyRequired, optional, byCategory } from './evidence.mjs';
import { openShop, vendorRequests } from './shop.mjs';

const key = 'the-tests-sign-every-choice-with-this-key';
const otherKey = 'and-nobody-signed-anything-with-this-one';

/** A page on another site that posts a choice to the shop as soon as it opens. */
async function openTrap(t, shop) {
  const page = `<!doctype html><title>Prize</title><form method="post" action="${shop.url}consent">
    <input name="choice" value="accept-all"><input name="from" value="banner"><button>Claim</button></form>`;
  const server = createServer((request, answer) => answer.setHeader('Content-Type', 'text/html').end(page));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.close(); server.closeAllConnections(); });
  return server.address().port;
}

for (const [place, host] of [['another site', '127.0.0.1'], ['another origin of the same site', 'localhost']]) {
  test(`a form on ${place} that posts a choice changes nothing`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    const port = await openTrap(t, shop);
    const visitor = await newVisitor(t);
    const { page } = visitor;
    await visitor.open(shop.url);
    await page.goto(`http://${host}:${port}/`);
    const answered = page.waitForResponse(preferencesOf(shop));
    await page.getByRole('button', { name: 'Claim' }).click();
    assert.equal((await answered).status(), 403);
    await visitor.open(shop.url);
    assert.ok(await noticeOf(page).isVisible());
    assertOnlyRequired(await visitor.cookies(), 'cookies in the browser');
  });

  test(`a script on ${place} that posts a choice changes nothing`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    const port = await openTrap(t, shop);
    const visitor = await newVisitor(t);
    const { page } = visitor;
    await visitor.open(shop.url);
    await answerNotice(page, 'Reject all');
    await page.goto(`http://${host}:${port}/`);
    await page.evaluate((url) => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include',
      body: new URLSearchParams({ choice: 'accept-all', from: 'banner' }) }), preferencesOf(shop));
    await visitor.open(shop.url);
    assert.deepEqual(await vendorRequests(shop), []);
    assertOnlyRequired(await visitor.cookies(), 'cookies in the browser');
  });
}

test('a restart of the server with the same keys keeps the choice', async (t) => {
  const visitor = await newVisitor(t);
  const first = await openShop(t, { location: 'DE', keys: key });
  await visitor.open(first.url);
  await answerNotice(visitor.page, 'Accept all');
  await first.close();
  const second = await openShop(t, { location: 'DE', keys: key });
  await visitor.open(second.url);
  assert.ok(await noticeOf(visitor.page).isHidden());
  const held = byCategory(await visitor.cookies());
  for (const category of optional) assert.notDeepEqual(held[category], [], category);
});

test('after a key rotation the former key still verifies a choice', async (t) => {
  const visitor = await newVisitor(t);
  const first = await openShop(t, { location: 'DE', keys: key });
  await visitor.open(first.url);
  await answerNotice(visitor.page, 'Reject all');
  await first.close();
  const second = await openShop(t, { location: 'DE', keys: `${otherKey},${key}` });
  await visitor.open(second.url);
  assert.ok(await noticeOf(visitor.page).isHidden());
});

test('with other keys the choice is invalid: the shop asks again and grants nothing', async (t) => {
  const visitor = await newVisitor(t);
  const first = await openShop(t, { location: 'DE', keys: key });
  await visitor.open(first.url);
  await answerNotice(visitor.page, 'Accept all');
  await first.close();
  const second = await openShop(t, { location: 'DE', keys: otherKey });
  await visitor.open(second.url);
  assert.ok(await noticeOf(visitor.page).isVisible());
  assert.deepEqual(await vendorRequests(second), []);
});

/** The choice in the browser's jar; scripts of the page cannot read it. */
async function acceptAndGetChoice(visitor, shop) {
  await visitor.open(shop.url);
  await answerNotice(visitor.page, 'Accept all');
  await quiet(visitor.page);
  const choice = (await visitor.context.cookies()).find(({ name }) => name === 'abide');
  assert.ok(choice.httpOnly);
  assert.doesNotMatch(await visitor.page.evaluate(() => document.cookie), /(^|; )abide=/);
  return choice;
}

test('a choice that was changed in the browser counts as none', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const choice = await acceptAndGetChoice(visitor, shop);
  const last = choice.value.at(-1);
  await visitor.context.addCookies([{ ...choice, value: choice.value.slice(0, -1) + (last === 'A' ? 'Q' : 'A') }]);
  await visitor.open(shop.url);
  assert.ok(await noticeOf(visitor.page).isVisible());
});

test('the same choice twice, on two paths, counts once', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const choice = await acceptAndGetChoice(visitor, shop);
  await visitor.context.addCookies([{ ...choice, path: '/cart' }]);
  await visitor.open(`${shop.url}cart`);
  assert.ok(!(await noticeOf(visitor.page).isVisible()));
});
