// Behind TLS the choice is a __Host- cookie, which no other host, no script and no plain connection can forge.
import assert from 'node:assert/strict';
import test from 'node:test';
import { answerNotice, jarOf, newVisitor, noticeOf, submit, takenAway } from './chromium.mjs';
import { assertOnlyRequired, byCategory, optional } from './evidence.mjs';
import { openFront } from './front.mjs';
import { openShop, vendorRequests } from './shop.mjs';

const host = 'www.firwick.example';

/** A shop behind TLS, and a visitor of it. */
async function openSecureShop(t, options) {
  const shop = await openShop(t, { location: 'DE', https: true, ...options });
  const front = await openFront(t, shop, { tls: true });
  const visitor = await newVisitor(t, { ignoreHTTPSErrors: true });
  return { shop, front, visitor, url: front.urlOf(host) };
}

const named = (jar, name) => jar.filter((cookie) => cookie.name === name);

/** The one cookie with the choice, whose attributes it checks. */
async function choiceOf(visitor) {
  const found = named(await jarOf(visitor), '__Host-abide');
  assert.equal(found.length, 1);
  const { domain, path, secure, httpOnly, sameSite, session, value } = found[0];
  assert.deepEqual({ domain, path, secure, httpOnly, sameSite, session },
    { domain: host, path: '/', secure: true, httpOnly: true, sameSite: 'Lax', session: false }, 'a domain without a dot: this host alone');
  return value;
}

test('over TLS the choice is stored in a __Host- cookie, survives a new page and is replaced by the next choice', async (t) => {
  const { visitor, url } = await openSecureShop(t);
  const { page } = visitor;
  await visitor.open(url);
  assert.deepEqual(named(await jarOf(visitor), '__Host-abide'), [], 'none before a choice');
  await answerNotice(page, 'Accept all');
  const accepted = await choiceOf(visitor);
  await visitor.open(`${url}collection`);
  assert.ok(await noticeOf(page).isHidden());
  assert.equal(await choiceOf(visitor), accepted, 'no page rewrites it');
  const held = byCategory(await visitor.cookies());
  for (const category of optional) assert.notDeepEqual(held[category], [], category);

  await visitor.open(`${url}consent`);
  await submit(page, 'Reject all');
  assert.notEqual(await choiceOf(visitor), accepted);
  assert.deepEqual(named(await jarOf(visitor), 'abide'), [], 'never under the other name');
  await visitor.open(url);
  assert.ok(await noticeOf(page).isHidden());
  assertOnlyRequired(await visitor.cookies(), 'cookies in the browser');
});

test('a choice does not remove the session of a signed-in customer', async (t) => {
  const { visitor, url } = await openSecureShop(t);
  await visitor.open(`${url}account`);
  const before = named(await jarOf(visitor), '__Host-session');
  await answerNotice(visitor.page, 'Reject all');
  assert.deepEqual(named(await jarOf(visitor), '__Host-session'), before);
});

test('a forged duplicate of the choice has no effect', async (t) => {
  const { shop, visitor, url } = await openSecureShop(t);
  const { page, context } = visitor;
  const stranger = await newVisitor(t, { ignoreHTTPSErrors: true });
  await stranger.open(url);
  await answerNotice(stranger.page, 'Accept all');
  const grant = await choiceOf(stranger); // a real one of another visitor

  await visitor.open(url);
  await answerNotice(page, 'Reject all');
  const refusal = await choiceOf(visitor);
  // What another host of the site, or a plain connection, could set: the browser accepts no __Host- name from them.
  for (const name of ['abide', '__Secure-abide'])
    await context.addCookies([{ name, value: grant, domain: '.firwick.example', path: '/', secure: true }]);
  await visitor.open(url);
  assert.equal(await choiceOf(visitor), refusal);
  assert.ok(await noticeOf(page).isHidden(), 'the refusal still counts');
  const { length: before } = await vendorRequests(shop); // sent by the stranger
  await visitor.open(`${url}collection`);
  assert.equal((await vendorRequests(shop)).length, before, 'no vendor hears of the visitor');

  // The browser itself refuses the rest: a __Host- name with a domain, and a script's write over an HttpOnly cookie.
  await page.evaluate((value) => {
    document.cookie = `__Host-abide=${value}; Domain=firwick.example; Path=/; Secure`;
    document.cookie = `__Host-abide=${value}; Path=/; Secure`;
    document.cookie = '__Host-abide=; Max-Age=0; Path=/; Secure';
  }, grant);
  assert.equal(await choiceOf(visitor), refusal);
});

test('a forged duplicate that a script sets in a partition beside the choice changes nothing', async (t) => {
  const { visitor, url } = await openSecureShop(t);
  const { page } = visitor;
  await visitor.open(url);
  await answerNotice(page, 'Accept all');
  await page.evaluate(() => { document.cookie = '__Host-abide=forged; Path=/; Secure; SameSite=None; Partitioned'; });
  assert.equal(named(await jarOf(visitor), '__Host-abide').length, 2, 'the browser keeps both');
  await visitor.open(url);
  assert.ok(await noticeOf(page).isHidden(), 'the one that verifies counts');
});

test('over TLS the withdrawal and the page it leads to delete __Secure-, parent-domain and partitioned cookies, HttpOnly ones too', async (t) => {
  const { visitor, url } = await openSecureShop(t);
  const { page, context } = visitor;
  await visitor.open(url);
  await answerNotice(page, 'Accept all');
  const kinds = {
    '__Secure-ad': { domain: '.firwick.example' },
    '__Secure-own': { url: undefined, domain: host },
    '__Http-ad': { domain: host, httpOnly: true },
    '__Host-Http-ad': { domain: host, httpOnly: true },
    '__Host-ad': { domain: host, httpOnly: true },
    _gid: { domain: '.firwick.example' },
    _hidden: { domain: '.firwick.example', httpOnly: true },
  };
  for (const [name, kind] of Object.entries(kinds))
    await context.addCookies([{ name, value: '1', path: '/', secure: true, httpOnly: false, ...kind }]);
  await page.evaluate(() => { document.cookie = '_parted=1; Path=/; Secure; SameSite=None; Partitioned; Max-Age=999'; });
  await page.evaluate(() => { document.cookie = '_parted_up=1; Domain=firwick.example; Path=/; Secure; SameSite=None; Partitioned; Max-Age=999'; });
  const before = await visitor.cookies();
  for (const name of [...Object.keys(kinds), '_parted', '_parted_up']) assert.ok(before.includes(name), `${name} is held`);

  await visitor.open(`${url}consent`);
  const removed = await takenAway(await submit(page, 'Reject all'));
  assert.ok(!removed.includes('cart'));
  const left = (await jarOf(visitor)).map(({ name }) => name);
  assertOnlyRequired(left, 'cookies in the browser');
});
