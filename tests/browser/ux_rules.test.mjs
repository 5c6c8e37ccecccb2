// The rules of a lawful and usable notice, UX01 to UX40 and A01 to A11. The title of a test that shows a rule begins with
// the rule's id, here or in another file; the first test checks that none is missing.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { answerNotice, newProfile, newVisitor, noticeOf, settingsOf } from './chromium.mjs';
import { assertOnlyRequired, eventually, optional } from './evidence.mjs';
import { openShop, root, shopPolicy, vendorRequests } from './shop.mjs';

// What the tests here cannot show, and why.
const elsewhere = {
  UX37: 'telling third parties is the site\'s own traffic with them; Abide keeps their tags and cookies away, and sends them nothing',
};

const numbered = (letters, most) => Array.from({ length: most }, (_, i) => letters + String(i + 1).padStart(2, '0'));
const rules = [...numbered('UX', 40), ...numbered('A', 11)];

test('each of the 51 rules has a test, or a reason why not', () => {
  const sources = ['tests/browser', 'tests/http'].flatMap((folder) => readdirSync(join(root, folder))
    .filter((name) => /\.(mjs|cpp)$/.test(name)).map((name) => readFileSync(join(root, folder, name), 'utf8')));
  const title = /(?:test|TEST_CASE)\(['"`]((?:(?:UX|A)\d\d(?:, )?)+):/g;
  const titles = sources.flatMap((text) => [...text.matchAll(title)].map(([, ids]) => ids));
  const shown = new Set(titles.flatMap((ids) => ids.split(', ')));
  assert.deepEqual(rules.filter((rule) => !shown.has(rule)), Object.keys(elsewhere));
  assert.deepEqual([...shown].filter((rule) => !rules.includes(rule)), []);
});

const withoutScript = { javaScriptEnabled: false };
const both = [['with JavaScript', {}], ['without JavaScript', withoutScript]];

for (const [how, options] of both) {
  test(`UX02, UX03: on both layers the refusal is a button beside the consent, in the same box, ${how}`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    const visitor = await newVisitor(t, options);
    const { page } = visitor, names = ['Reject all', 'Accept all'];
    const preferences = page.locator('form').filter({ has: page.getByRole('switch') });
    for (const [path, box] of [['', noticeOf(page)], ['consent', preferences]]) {
      await visitor.open(shop.url + path);
      for (const name of names) assert.ok(await box.getByRole('button', { name, exact: true }).isVisible(), `/${path}: ${name}`);
      const parents = await box.getByRole('button').evaluateAll((buttons, wanted) =>
        new Set(buttons.filter((button) => wanted.includes(button.textContent)).map((button) => button.parentElement)).size, names);
      assert.equal(parents, 1, `/${path}: one container`);
    }
  });
}

test('UX08: leaving without a choice keeps everything off, and the notice stays open', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  for (let i = 0; i < 2; ++i) {
    await visitor.open(shop.url);
    assert.ok(await noticeOf(visitor.page).isVisible());
    assertOnlyRequired(await visitor.cookies(), 'cookies in the browser');
    assert.equal(await visitor.page.evaluate(() => window.abide.allows('analytics')), false);
  }
});

test('UX11, UX12: one press from the notice, each cookie has its vendor, purpose and lifetime, and each vendor its policy', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(shop.url);
  await noticeOf(page).getByRole('link', { name: 'Cookie settings' }).click();
  await settingsOf(page).getByRole('button', { name: 'Save selection' }).waitFor();
  for (const cookie of shopPolicy().cookies) {
    const row = page.locator('.abide-cookie').filter({ has: page.locator('code').getByText(cookie.name, { exact: true }) });
    const text = await row.textContent();
    const lifetime = cookie.lifetime === 'session' ? 'until you close the browser' : cookie.lifetime;
    for (const part of [cookie.vendor, cookie.purpose.en, lifetime]) assert.ok(text.includes(part), `${cookie.name}: ${part}`);
    if (cookie.vendor_policy) assert.equal(await row.locator('a').getAttribute('href'), cookie.vendor_policy);
  }
});

test('UX12: no cookie lives longer than its declaration says', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newProfile(t);
  await visitor.open(shop.url);
  await answerNotice(visitor.page, 'Accept all');
  await visitor.open(`${shop.url}product/nehalem`);
  const days = { session: 0, days: 1, year: 365 };
  const named = (found) => shopPolicy().cookies.filter(({ name }) => found.some((cookie) => cookie.name === name));
  await eventually('cookies of the shop and of both vendors', async () => named(await visitor.context.cookies()).length > 8);
  const found = await visitor.context.cookies(), declared = named(found);
  for (const { name, lifetime } of declared) {
    const [count, unit] = lifetime.split(' ');
    for (const { expires } of found.filter((cookie) => cookie.name === name)) {
      const lives = expires === -1 ? 0 : (expires - Date.now() / 1000) / 86_400;
      assert.ok(lives <= (unit ? count * days[unit] : days[count]) + 0.01, `${name}: ${lives} days, declared ${lifetime}`);
    }
  }
});

test('UX23: no language pleads, scolds or shouts, and the notice advertises nothing', async (t) => {
  const folder = join(root, 'middleware/texts');
  const steering = /[!¡！]|🍪|😊|\b(love|please|sorry|best experience|enjoy|awesome|great|don['’]t miss|improve your experience)\b/i;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const texts = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    for (const key of Object.keys(texts).filter((name) => /^(notice|choice|purpose|status)\./.test(name)))
      assert.doesNotMatch(texts[key], steering, `${file}: ${key}`);
    for (const key of ['choice.accept', 'choice.reject']) assert.ok(texts[key].length <= 28, `${file}: ${key} is a short label`);
  }
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  await visitor.open(shop.url);
  assert.equal(await noticeOf(visitor.page).locator('img, picture, video, iframe').count(), 0);
  assert.deepEqual(await noticeOf(visitor.page).getByRole('link').allInnerTexts(), ['Cookie settings', 'Privacy policy']);
});

test('UX26, UX35: on every page in California there is "Your Privacy Choices" with its icon, leading to this site', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t);
  const paths = ['', 'collection', 'product/dipper', 'cart', 'account', 'contact', 'privacy', 'journal/spinning-a-shade', 'nowhere'];
  for (const path of paths) {
    await visitor.open(shop.url + path);
    const link = visitor.page.getByRole('link', { name: 'Your Privacy Choices', exact: true }).last();
    assert.ok(await link.isVisible(), `/${path}`);
    assert.ok(await link.locator('svg').isVisible(), `/${path}: icon`);
    const { origin, pathname } = new URL(await link.getAttribute('href'), shop.url);
    assert.deepEqual([`${origin}/`, pathname], [shop.url, '/consent']);
  }
});

test('UX38: a page whose decision cannot be read allows nothing', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t);
  await visitor.page.route(shop.url, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace(/(id="abide-state">)[^<]*/, '$1{"v":1,"allowed":');
    await route.fulfill({ response: answer, body });
  });
  await visitor.open(shop.url);
  for (const category of optional) assert.equal(await visitor.page.evaluate((name) => window.abide.allows(name), category), false);
  assert.deepEqual(await vendorRequests(shop), []);
});

test('UX40: pages differ by the signal, so shared caches store none of them', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  for (const signal of [{}, { 'Sec-GPC': '1' }]) {
    const { headers } = await fetch(shop.url, { headers: signal });
    assert.match(headers.get('vary'), /\bSec-GPC\b/);
    assert.match(headers.get('cache-control'), /\bprivate\b/);
  }
});
