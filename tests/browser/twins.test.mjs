// What a script of the page can do to an opt-out that it cannot read: a duplicate in another partition, and a jar that
// overflows.
import assert from 'node:assert/strict';
import test from 'node:test';
import { jarOf, newVisitor, submit } from './chromium.mjs';
import { openFront } from './front.mjs';
import { openShop } from './shop.mjs';

const host = 'www.firwick.example';

/** A visitor in California who opted out, on HTTPS. */
async function optedOut(t) {
  const shop = await openShop(t, { location: 'US-CA', https: true });
  const front = await openFront(t, shop, { tls: true });
  const visitor = await newVisitor(t, { ignoreHTTPSErrors: true });
  const url = front.urlOf(host);
  await visitor.open(`${url}consent`);
  await submit(visitor.page, 'Opt out of sale, sharing and targeted ads');
  return { visitor, url };
}

/** What the server allows this visitor, according to its state. */
async function allowedShared(visitor, url) {
  await visitor.open(url);
  return visitor.page.evaluate(async () => (await (await fetch('/consent/state')).json()).allowedShared);
}

test('a duplicate of the choice that a script sets in the site\'s partition does not lift the opt-out', async (t) => {
  const { visitor, url } = await optedOut(t);
  assert.deepEqual(await allowedShared(visitor, url), ['required']);
  for (const value of ['garbage', '1.nggg.1795305600.1.1..~~0~0~abcdef~forged'])
    for (const attributes of ['', '; Path=/consent'])
      for (const name of ['__Host-abide', '__Secure-abide', 'abide'])
        await visitor.page.evaluate((cookie) => { document.cookie = cookie; },
          `${name}=${value}; Path=/; Secure; SameSite=None; Partitioned${attributes}`);
  const twins = (await jarOf(visitor)).filter(({ name }) => name === '__Host-abide');
  assert.ok(twins.length >= 2, `the browser keeps both: ${twins.length}`);
  assert.deepEqual(await allowedShared(visitor, url), ['required']);
});

test('a jar that a script fills until it overflows keeps the opt-out', async (t) => {
  const { visitor, url } = await optedOut(t);
  await visitor.open(url);
  await visitor.page.evaluate(() => {
    for (let i = 0; i < 400; ++i) document.cookie = `junk${i}=1; Path=/; Secure`;
  });
  const names = (await jarOf(visitor)).map(({ name }) => name);
  assert.ok(names.length < 300, `the jar threw some out: ${names.length} are left`);
  assert.ok(names.includes('__Host-abide'));
  assert.deepEqual(await allowedShared(visitor, url), ['required']);
});
