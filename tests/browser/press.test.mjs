// What a press on one of Abide's buttons shows, whatever the server does: an answer at once, and later the result.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { axeFindings } from './axe.mjs';
import { answerNotice, newVisitor, noticeOf, quiet } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { forgetVendorRequests, openShop, vendorRequests } from './shop.mjs';

const lineOf = (page) => page.locator('.abide-said');
const button = (page, name) => noticeOf(page).getByRole('button', { name, exact: true });
const isPost = (request) => request.method() === 'POST' && new URL(request.url()).pathname === '/consent';
const keptOf = (page) => page.evaluate(() => localStorage.abide);

/** From now on the server handles choices as `how` does. */
const posts = (visitor, how) => visitor.context.route('**/consent', (route) => (isPost(route.request()) ? how(route) : route.continue()));
const never = () => {};
const fault = (route) => route.fulfill({ status: 500, body: 'no' });

async function says(page, text) {
  await eventually(text, async () => (await lineOf(page).innerText()).includes(text));
  const { y, height } = await lineOf(page).boundingBox();
  assert.ok(y >= 0 && y + height <= page.viewportSize().height, `"${text}" is in view`);
}

for (const name of ['Reject all', 'Accept all'])
  test(`"${name}" responds at once while the server has not answered, and shows the result when it does`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    const visitor = await newVisitor(t);
    const { page } = visitor;
    await visitor.open(shop.url);
    let answer;
    await posts(visitor, (route) => { answer = () => route.continue(); });
    await button(page, name).click();
    assert.ok(await noticeOf(page).isHidden());
    await says(page, 'Saving …');
    assert.deepEqual(await vendorRequests(shop), [], 'nothing runs before it is saved');
    await answer();
    await says(page, 'Your choice is saved.');
    assert.equal(await page.getByRole('status').filter({ hasText: 'saved' }).first().isVisible(), true);
    assert.equal(new URL(await lineOf(page).getByRole('link', { name: 'Change' }).getAttribute('href'), shop.url).pathname, '/consent');
    assert.deepEqual(await axeFindings(page), []);
    await eventually('the line to go by itself', () => lineOf(page).isHidden(), 15_000);
  });

const none = ({ context }) => context.route('**/*', (route) => route.abort('connectionrefused'));
for (const [what, fail] of [['a server that fails', (visitor) => posts(visitor, fault)], ['no network', ({ context }) => context.setOffline(true)],
  ['no server', none]]) {
  test(`${what} loses no page, and an acceptance that was not saved says so and can be repeated`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    const visitor = await newVisitor(t);
    const { page } = visitor;
    await visitor.open(`${shop.url}contact`);
    await page.getByLabel('Your name').fill('Robin');
    await fail(visitor);
    await button(page, 'Accept all').click();
    await says(page, 'could not be saved');
    assert.ok(await noticeOf(page).isVisible());
    assert.equal(await page.getByLabel('Your name').inputValue(), 'Robin');
    assert.deepEqual(await vendorRequests(shop), []);
    await visitor.context.setOffline(false);
    await visitor.context.unrouteAll();
    await button(page, 'Accept all').click();
    await says(page, 'Your choice is saved.');
  });

  test(`with ${what} a refusal holds, on the next page too, which sends it until it is recorded`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    const visitor = await newVisitor(t, { expectsFaults: true });
    const { page } = visitor;
    await visitor.open(shop.url);
    await answerNotice(page, 'Accept all');
    await visitor.open(`${shop.url}contact`);
    await page.getByLabel('Your name').fill('Robin');
    await fail(visitor);
    await page.evaluate(() => document.querySelector('[value=withdraw]').click());
    await says(page, 'could not be saved');
    assert.equal(await page.getByLabel('Your name').inputValue(), 'Robin');
    assert.equal(await page.evaluate(() => window.abide.allows('analytics')), false);
    await forgetVendorRequests(shop);

    await visitor.context.setOffline(false);
    await visitor.context.unrouteAll();
    await posts(visitor, fault);
    await visitor.open(shop.url);
    assert.deepEqual(await vendorRequests(shop), [], 'the next page, which the server wrote for her consent');
    assert.match(await keptOf(page), /choice=withdraw/);
    assert.ok(await noticeOf(page).isHidden());

    await visitor.context.unrouteAll();
    const sent = page.waitForRequest(isPost);
    await visitor.open(`${shop.url}cart`);
    assert.match((await sent).postData(), /choice=withdraw/);
    await eventually('the refusal to be recorded', async () => (await keptOf(page)) === undefined);
    await visitor.open(shop.url);
    assert.deepEqual(await vendorRequests(shop), []);
    assert.deepEqual(await page.evaluate(() => window.abide.state().allowed), ['required']);
  });
}

test('a response that was requested before the refusal was recorded, and arrives after it, lets nothing run', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, { expectsFaults: true });
  const { page } = visitor;
  await visitor.open(shop.url);
  await answerNotice(page, 'Accept all');
  await posts(visitor, fault);
  await page.evaluate(() => document.querySelector('[value=withdraw]').click());
  await says(page, 'could not be saved');
  await forgetVendorRequests(shop);

  await visitor.context.unrouteAll();
  let release, asked = 0;
  const answered = new Promise((resolve) => { release = resolve; });
  await posts(visitor, async (route) => { await answered; await route.continue(); });
  await visitor.context.route('**/consent/state*', async (route) => {
    const answer = await route.fetch(); // the server does not know of the refusal yet
    if (++asked === 2) {
      release();
      await eventually('the refusal to be recorded', async () => (await keptOf(page)) === undefined);
    }
    await route.fulfill({ response: answer });
  });
  await page.goto(`${shop.url}cart`);
  await eventually('the late answer', () => asked > 1);
  await quiet(page);
  assert.deepEqual(await vendorRequests(shop), []);
  assert.deepEqual(await page.evaluate(() => window.abide.state().allowed), ['required']);
});

test('what was granted together with an unsaved refusal is not granted by the next page', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(shop.url);
  await posts(visitor, fault);
  await page.evaluate(async () => {
    const { save } = await import(document.querySelector('[src$="/abide.mjs"]').src);
    await save({ analytics: true }).catch(() => {});
  });
  assert.doesNotMatch(await keptOf(page), /grant=/);
  await visitor.context.unrouteAll();
  await visitor.open(shop.url);
  await eventually('it to be recorded', async () => (await keptOf(page)) === undefined);
  assert.deepEqual(await page.evaluate(() => window.abide.state().allowed), ['required']);
});

test('a refusal applies in the other tab too before the server answers', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, { expectsFaults: true });
  const { page } = visitor;
  await visitor.open(shop.url);
  await answerNotice(page, 'Accept all');
  const other = await visitor.context.newPage();
  await other.goto(`${shop.url}contact`);
  await quiet(other);
  assert.ok(await other.evaluate(() => window.abide.allows('analytics')));
  await posts(visitor, never);
  await page.evaluate(() => document.querySelector('[value=withdraw]').click());
  await eventually('the other tab', () => other.evaluate(() => !window.abide.allows('analytics')));
  await visitor.context.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a withdrawal has its own message, and the focus stays where the keyboard was, although the page is reloaded', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(`${shop.url}privacy`);
  await answerNotice(page, 'Accept all');
  await eventually('a tag that ran, for which the page is loaded again', async () => (await vendorRequests(shop)).length > 0);
  await page.getByRole('button', { name: 'Withdraw consent' }).focus();
  const loaded = page.waitForEvent('load');
  await page.keyboard.press('Enter');
  await loaded;
  await says(page, 'Your consent is withdrawn.');
  assert.ok(await page.evaluate(() => scrollY) > 0, 'where she was');
  assert.ok(await page.evaluate(() => document.activeElement.matches('.abide-footer a')));
  await eventually('the line to go by itself', () => lineOf(page).isHidden(), 15_000);
});

test('under a signal the line says what stays off', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, { gpc: true });
  const { page } = visitor;
  await visitor.open(shop.url);
  await button(page, 'Accept all').click();
  await says(page, 'Your choice is saved. Your browser sends Global Privacy Control: no sale, no sharing, no targeted ads.');
});

test('without scripts the page that a choice leads back to shows that it is saved, and later pages do not', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, { javaScriptEnabled: false });
  const { page } = visitor;
  await visitor.open(shop.url);
  assert.ok(await lineOf(page).isHidden());
  await button(page, 'Reject all').click();
  await lineOf(page).filter({ hasText: 'Your choice is saved. It applies from now on.' }).waitFor();
  await page.waitForTimeout(10_500); // the page shows a choice for ten seconds
  await visitor.open(shop.url);
  assert.ok(await lineOf(page).isHidden());
});

/** The shop's front page under its own policy with these directives. */
async function barred(t, directives) {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, { expectsFaults: true });
  await visitor.context.route(shop.url, async (route) => {
    const answer = await route.fetch();
    const policy = answer.headers()['content-security-policy'].replace(/(connect-src|form-action)[^;]*(;|$)/g, '') + `; ${directives}`;
    await route.fulfill({ response: answer, headers: { ...answer.headers(), 'content-security-policy': policy } });
  });
  await visitor.open(shop.url);
  return visitor;
}

test('a page whose scripts may not send submits the form itself', async (t) => {
  const { page } = await barred(t, "connect-src 'none'; form-action 'self'");
  await page.evaluate(() => history.pushState(null, '', '/cart?from=router'));
  const sent = page.waitForRequest((request) => isPost(request) && request.isNavigationRequest());
  await button(page, 'Reject all').click();
  assert.equal(new URLSearchParams((await sent).postData()).get('return'), '/cart?from=router');
});

test('a form that is on its way is not left for the settings, whatever else the page may not load', async (t) => {
  const { page, context } = await barred(t, "connect-src 'none'; form-action 'self'");
  const { origin } = new URL(page.url());
  await page.evaluate(() => { // a tag that goes on while the page is left
    let left = 20;
    addEventListener('beforeunload', () => setInterval(() => { if (--left > 0) new Image().src = `http://ads.localhost/pixel?${left}`; }, 20));
  });
  await context.route(`${origin}/consent`, async (route) => {
    await pause(4000); // the server takes a while
    await route.continue();
  });
  const left = []; // the documents that the page is left for
  page.on('request', (request) => request.isNavigationRequest() && left.push(`${request.method()} ${new URL(request.url()).pathname}`));
  const posted = page.waitForResponse((answer) => isPost(answer.request()));
  await button(page, 'Accept all').click();
  await posted;
  await eventually('the page after the choice', () => left.includes('GET /'));
  assert.deepEqual(left, ['POST /consent', 'GET /']);
});

// Strict policies of pages that themselves send and submit nothing: default-src 'none' ...; form-action 'none'.
for (const name of ['Reject all', 'Accept all'])
  test(`a page that may neither send nor submit leads to the settings after "${name}", where the visitor can choose`, async (t) => {
    const { page, context } = await barred(t, "connect-src 'none'; form-action 'none'");
    const { origin } = new URL(page.url());
    await button(page, name).click();
    await page.waitForURL((url) => url.pathname === '/consent');
    if (name === 'Accept all') await page.getByRole('button', { name }).click();
    await eventually('the choice', async () => (await (await page.request.get(`${origin}/consent/state`)).json()).chosen);
    const other = await context.newPage(); // this one may still be on its way to the answer
    await other.goto(`${origin}/collection`);
    assert.equal(await noticeOf(other).count(), 0);
  });
