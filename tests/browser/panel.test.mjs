// The developer panel: what it reports about a page, and that it can be used with the keyboard alone.
import assert from 'node:assert/strict';
import test from 'node:test';
import axe from 'axe-core';
import { newVisitor } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { files, openLab, strict, tag } from './lab.mjs';
import { openShop } from './shop.mjs';

const policy = { cookies: [{ name: '_count', category: 'analytics', shared: false, vendor: 'Own count' }, { name: '_ad', category: 'targeting', vendor: 'Reach' },
  { name: 'uid', host: 'ads.localhost', category: 'targeting', vendor: 'Reach' }] };

const reason = { rule: 'D6', why: 'this place asks for consent first', law: 'ePrivacy Directive, Article 5(3)' };
const why = { required: { ...reason, rule: 'D0' }, analytics: { ...reason, rule: 'D5' }, functional: reason, targeting: reason };

async function inLab(t, options) {
  const lab = await openLab(t, { policy, csp: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'nonce-abc'; img-src *",
    state: { ...strict, allowed: ['required', 'analytics'] }, head: `<script src="${files}guard.js" data-guard="cookies"></script>`,
    body: tag('stats', 'analytics') + tag('ads', 'targeting', 'data-service="Reach"'), files: { '/consent/receipt': '{"receipt": 1}',
      '/consent/state': JSON.stringify({ ...strict, reasons: why, reasonsShared: why }) }, ...options });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  return { lab, visitor, page: visitor.page };
}

async function opened(t) {
  const { lab, visitor } = await inLab(t);
  await visitor.page.evaluate(() => { document.cookie = '_count=1; Path=/'; document.cookie = '_ad=1; Path=/'; });
  await eventually('the cookie', async () => (await visitor.cookies()).includes('_count'));
  return { lab, page: visitor.page };
}

test('no page loads the panel by itself', async (t) => {
  const { lab } = await opened(t);
  assert.equal(lab.of(`${files}panel.mjs`).length, 0);
});

test('the report says what was set, held back and released, and how it was classified', async (t) => {
  const { lab, page } = await opened(t);
  const told = await page.evaluate(async ([file, at]) => {
    await new Promise((resolve) => { Object.assign(new Image(), { src: at, onload: resolve, onerror: resolve }); });
    return (await import(file)).report();
  }, [`${files}panel.mjs`, `http://ads.localhost:${lab.port}/pixel`]);
  assert.deepEqual(told.elements.map(({ category, service, held }) => [category, service, held]), [['analytics', '', false], ['targeting', 'Reach', true]]);
  assert.deepEqual(told.cookies, [{ name: '_count', category: 'analytics', shared: false, vendor: 'Own count', by: 'policy', rule: 'D5', allowed: true }]);
  assert.deepEqual(told.requests.map(({ category, vendor, allowed }) => [category, vendor, allowed]), [['targeting', 'Reach', false]]);
  const outcomes = told.guard.filter(({ verdict }) => verdict !== null).map(({ what, verdict }) => [what, verdict]);
  assert.deepEqual(outcomes, [['_count', true], ['_ad', false]]);
  assert.deepEqual(told.record, { receipt: 1 });
});

test('it opens, follows the page and closes with the keyboard alone, and axe-core finds nothing', async (t) => {
  const { page } = await opened(t);
  await page.addScriptTag({ url: `${files}panel.mjs`, type: 'module' });
  const region = page.getByRole('region', { name: 'Abide on this page' });
  await region.waitFor();
  assert.match(await region.innerText(), /held back/);
  assert.match(await region.innerText(), /targeting\s+sells or shares it\s+D6: this place asks for consent first \(ePrivacy Directive, Article 5\(3\)\)\s+not allowed/);
  await page.evaluate(() => abide.apply({ ...abide.state(), allowedShared: abide.state().allowedShared.concat('targeting') }));
  await eventually('the change', async () => !/held back\n/.test((await region.innerText()).split('Guard')[0]));
  const events = await page.evaluate(async (file) => (await (await import(file)).report()).events.map(({ what, about }) => `${what}: ${about}`), `${files}panel.mjs`);
  assert.deepEqual(events, ['run: inline', 'consent: allowed: required, analytics; shared: required, targeting',
    'run: inline', 'consent: allowed: required, analytics; shared: required']);
  await page.evaluate(axe.source);
  assert.deepEqual(await page.evaluate(async () => (await axe.run(document, { rules: { region: { enabled: false } } })).violations.map(({ id, nodes }) => `${id} ${nodes[0].html}`)), []);
  await region.focus();
  await page.keyboard.press('Escape');
  await region.waitFor({ state: 'hidden' });
  await page.keyboard.press('Enter'); // the focus is on the button that opens it
  await region.waitFor();
});

test('while the page changes it sends the server no request until there is a new decision', async (t) => {
  const { lab, page } = await opened(t);
  await page.evaluate(async (file) => (await import(file)).open(), `${files}panel.mjs`);
  const asked = () => [lab.of('/consent/receipt').length, lab.of('/consent/state').length];
  const before = asked();
  for (let i = 0; i < 4; ++i) {
    await page.evaluate((text) => document.body.append(Object.assign(document.createElement('p'), { textContent: text })), `tick ${i}`);
    await new Promise((resolve) => setTimeout(resolve, 600));
  }
  assert.deepEqual(asked(), before);
  await page.evaluate(() => abide.apply({ ...abide.state(), allowed: ['required', 'analytics', 'functional'] }));
  await eventually('the record to be asked for again', () => lab.of('/consent/receipt').length === before[0] + 1);
});

test('it opens on a page of the middleware, with the files that the server serves', async (t) => {
  const shop = await openShop(t);
  const visitor = await newVisitor(t);
  await visitor.open(shop.url);
  await visitor.page.evaluate(async () => {
    const { src } = [...document.scripts].find((script) => script.src.endsWith('/abide.mjs'));
    await (await import(new URL('panel.mjs', src))).open();
  });
  const region = visitor.page.getByRole('region', { name: 'Abide on this page' });
  assert.match(await region.innerText(), /targeting\s+keeps it\s+D6: this place asks for consent first/);
});

const allowed = (page) => page.evaluate(() => { const { allowed: own, allowedShared, regime } = window.abide.state(); return [regime, own.length, allowedShared.length]; });
const attempt = (page, wanted) => page.evaluate(async ([file, one]) => (await (await import(file)).attempt(one)).trial, [`${files}panel.mjs`, wanted]);

test('another place, signal and choice are tried in this tab, by the core, and nothing is sent', async (t) => {
  const { lab, page } = await inLab(t, { state: strict });
  const other = await page.context().newPage();
  await other.goto(lab.url);
  for (const [wanted, expected] of [[{ place: 'US-CA' }, ['opt_out', 4, 4]], [{ place: 'us-ca', signal: 'gpc' }, ['opt_out', 3, 1]],
    [{ place: 'DE' }, ['opt_in', 1, 1]], [{ place: 'DE', choice: 'accept-all' }, ['opt_in', 3, 3]],
    [{ place: 'DE', choice: 'accept-all', signal: 'gpc' }, ['opt_in', 2, 1]], [{ place: 'US-CA', choice: 'reject-all' }, ['opt_out', 1, 1]], [{}, ['opt_in', 1, 1]]]) {
    const trial = await attempt(page, wanted);
    assert.deepEqual(trial, { place: '', signal: 'browser', choice: 'none', ...wanted, ...(wanted.place && { place: wanted.place.toUpperCase() }) });
    assert.deepEqual(await allowed(page), expected, JSON.stringify(wanted));
  }
  assert.deepEqual(await allowed(other), ['opt_in', 1, 1]);
  await attempt(page, { place: 'US-CA' });
  await eventually('what it lets run', () => page.evaluate(() => window.ran?.includes('ads')));
  const loaded = page.waitForEvent('load'); // the page reloads because a script ran
  attempt(page, null).catch(() => {});
  await loaded;
  assert.deepEqual(await allowed(page), ['opt_in', 1, 1]);
  assert.deepEqual(lab.posts(), []);
  assert.deepEqual((await page.context().cookies()).map(({ name }) => name).filter((name) => /abide/.test(name)), []);
});

test('what is tried holds over what the module learns, and on the next page of the tab once the panel is there', async (t) => {
  const { page, lab } = await inLab(t, { state: strict });
  await page.addScriptTag({ url: `${files}panel.mjs`, type: 'module' });
  const panel = page.getByRole('region', { name: 'Abide panel' });
  await panel.getByLabel('Place').fill('us-ca');
  await panel.getByLabel('Signal').selectOption('gpc');
  await panel.getByRole('button', { name: 'Try' }).click();
  await panel.getByText('Tried in this tab only.').waitFor();
  assert.deepEqual(await allowed(page), ['opt_out', 3, 1]);
  await page.evaluate((real) => window.abide.apply({ ...real, allowed: ['required', 'functional'] }), strict);
  await eventually('the trial', async () => `${await allowed(page)}` === 'opt_out,3,1');
  await eventually('the event', async () => /trial\s+US-CA; signal: gpc; choice: none/.test(await panel.innerText()));
  await page.evaluate(axe.source);
  assert.deepEqual(await page.evaluate(async () => (await axe.run(document, { rules: { region: { enabled: false } } })).violations.map(({ id, nodes }) => `${id} ${nodes[0].html}`)), []);
  await page.reload();
  assert.deepEqual(await allowed(page), ['opt_in', 1, 1], 'without the panel nothing is tried');
  await page.addScriptTag({ url: `${files}panel.mjs`, type: 'module' });
  await eventually('the trial', async () => `${await allowed(page)}` === 'opt_out,3,1');
  assert.equal(await panel.getByLabel('Place').inputValue(), 'US-CA');
  const loaded = page.waitForEvent('load'); // the page reloads because a script ran
  await panel.getByRole('button', { name: 'Stop' }).click({ noWaitAfter: true });
  await loaded;
  assert.deepEqual(await allowed(page), ['opt_in', 1, 1]);
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  assert.deepEqual(lab.posts(), []);
});

test('the notice of the shop shows where what is tried asks for it, and hides where not', async (t) => {
  const shop = await openShop(t);
  const visitor = await newVisitor(t);
  await visitor.open(shop.url);
  const { page } = visitor, notice = page.locator('[data-abide-notice]');
  const inShop = (wanted) => page.evaluate(async (one) => {
    const { src } = [...document.scripts].find((script) => script.src.endsWith('/abide.mjs'));
    await (await import(new URL('panel.mjs', src))).attempt(one);
  }, wanted);
  assert.ok(await notice.isVisible());
  await inShop({ place: 'US-CA' });
  assert.ok(await notice.isHidden());
  // A script that ran is the reason for the reload at the end.
  await page.waitForFunction(() => !document.querySelector('script[type="text/plain"][data-category="analytics"]'));
  await inShop({ place: 'FR' });
  assert.ok(await notice.isVisible());
  await inShop({ place: 'FR', choice: 'reject-all' });
  assert.ok(await notice.isHidden());
  const loaded = page.waitForEvent('load');
  inShop(null).catch(() => {});
  await loaded;
  await notice.waitFor();
});
