// One site, several hosts: what a script on `www.` stored for the parent domain is deleted for `shop.` too, in one response.
import assert from 'node:assert/strict';
import test from 'node:test';
import { answerNotice, jarOf, newVisitor, noticeOf, submit, takenAway } from './chromium.mjs';
import { assertOnlyRequired } from './evidence.mjs';
import { openFront } from './front.mjs';
import { openShop } from './shop.mjs';

/** A shop on two hosts of one domain; `/set?a=...&a=...` is another server of the company, without consent logic. */
async function openHosts(t, tls) {
  const shop = await openShop(t, { location: 'DE', https: tls });
  const front = await openFront(t, shop, { tls, answer: (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://front');
    if (pathname !== '/set') return false;
    response.writeHead(200, { 'Content-Type': 'text/html', 'Set-Cookie': searchParams.getAll('a') }).end('<title>Set</title>');
    return true;
  } });
  const visitor = await newVisitor(t, { ignoreHTTPSErrors: true });
  return { front, visitor, www: front.urlOf('www.firwick.example'), other: front.urlOf('shop.firwick.example') };
}

const own = (names) => names.filter((name) => !/^(__Host-)?abide$/.test(name));

/** Writes cookies as a page's scripts do, and checks that the browser stored them. */
async function writeCookies(visitor, ...fields) {
  const seen = await visitor.page.evaluate((all) => {
    all.forEach((field) => { document.cookie = field; });
    return document.cookie;
  }, fields);
  const held = await visitor.cookies();
  for (const field of fields)
    assert.ok(held.includes(field.split('=')[0]), `${field} is held; the jar has ${held}, and the page read ${seen}`);
}

const atParent = ['_ga=GA1.2.3.4; Domain=firwick.example; Path=/; Max-Age=34560000',
  '_gid=GA1.2.5.6; Domain=.firwick.example; Path=/; Max-Age=86400',
  '_fbp=fb.1.2.3; Domain=firwick.example; Path=/; Max-Age=7776000'];

for (const tls of [false, true])
  for (const [from, to] of [['www', 'other'], ['other', 'www'], ['www', 'www']]) {
    const place = from === to ? 'the same host' : 'the other host';
    test(`${tls ? 'https' : 'http'}: _ga, _gid and _fbp at the parent domain, set on ${from}., are deleted by the response of ${place} to a refusal`, async (t) => {
      const hosts = await openHosts(t, tls);
      const { visitor, visitor: { page }, front } = hosts;
      await visitor.open(hosts[from]);
      await answerNotice(page, 'Accept all');
      await writeCookies(visitor, ...atParent);
      await visitor.open(`${hosts[from]}set?a=${encodeURIComponent('_hidden=1; Domain=firwick.example; Path=/; HttpOnly; Max-Age=999')}`);
      assert.ok((await jarOf(visitor)).some(({ name, domain, httpOnly }) => name === '_hidden' && domain === '.firwick.example' && httpOnly));

      // A host without an answer already deletes with its page what it knows; the refusal deletes the rest.
      const before = await takenAway(await visitor.open(`${hosts[to]}consent`));
      assert.equal(before.includes('_ga'), from !== to);
      front.forget();
      const removed = before.concat(await takenAway(await submit(page, 'Reject all')));
      for (const name of ['_ga', '_gid', '_fbp', '_hidden']) assert.ok(removed.includes(name), `${name} by then`);
      assert.equal(front.requests.filter(({ method }) => method === 'POST').length, 1);
      const left = (await jarOf(visitor)).filter(({ domain }) => domain === '.firwick.example');
      assert.deepEqual(left, [], 'nothing is left at the parent domain');
    });
  }

test('rejecting in the notice deletes an HttpOnly cookie at the parent domain', async (t) => {
  const { visitor, visitor: { page }, www, other } = await openHosts(t, false);
  await visitor.open(`${other}set?a=${encodeURIComponent('_uid=1; Domain=firwick.example; Path=/; HttpOnly; Max-Age=999')}`);
  await visitor.open(www);
  await answerNotice(page, 'Reject all');
  assertOnlyRequired(own((await jarOf(visitor)).map(({ name }) => name)), 'the whole jar');
});

test('a cookie that comes back after the refusal is deleted with the next page', async (t) => {
  const { visitor, visitor: { page }, www, other } = await openHosts(t, false);
  await visitor.open(www);
  await answerNotice(page, 'Reject all');
  await visitor.open(`${other}set?a=${encodeURIComponent('_uid=1; Domain=firwick.example; Path=/; HttpOnly; Max-Age=999')}`);
  assert.ok((await visitor.cookies()).includes('_uid'));
  await visitor.open(www);
  assert.ok(await noticeOf(page).isHidden());
  assertOnlyRequired(own((await jarOf(visitor)).map(({ name }) => name)), 'the whole jar');
});

test('cookies with a path are deleted with the next two pages there, HttpOnly ones and those at the parent domain too', async (t) => {
  const { visitor, visitor: { page }, www } = await openHosts(t, false);
  await visitor.open(`${www}product/nehalem`);
  await answerNotice(page, 'Accept all');
  await writeCookies(visitor, '_here=1; Max-Age=999', // no Path: the folder of the page
    '_exact=1; Path=/product/nehalem; Max-Age=999', '_slash=1; Path=/product/; Max-Age=999',
    '_up=1; Path=/product; Domain=firwick.example; Max-Age=999');
  await visitor.open(`${www}set?a=${encodeURIComponent('_hidden=1; Path=/product; HttpOnly; Max-Age=999')}`);
  await visitor.open(`${www}consent`);
  await submit(page, 'Reject all');
  for (let i = 0; i < 2; ++i) await visitor.open(`${www}product/nehalem`); // not all fit into one header section
  assert.ok(await noticeOf(page).isHidden());
  assertOnlyRequired(own((await jarOf(visitor)).map(({ name }) => name)), 'the whole jar');
});
