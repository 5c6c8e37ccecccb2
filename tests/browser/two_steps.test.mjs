// A grant after an opt-out of sale or sharing: requested, and confirmed by a separate press (11 CCR 7028(a)).
import assert from 'node:assert/strict';
import test from 'node:test';
import { buttonOf, newVisitor, noticeOf, preferencesOf } from './chromium.mjs';
import { eventually, targetingOrShared } from './evidence.mjs';
import { openLab, tag } from './lab.mjs';
import { openShop } from './shop.mjs';

const policy = { site: { name: 'Leaflet' }, jurisdiction: { fixed: 'US-CA' },
  cookies: [{ name: '_count', category: 'analytics', shared: false }, { name: '_ad', category: 'targeting' }] };
const frame = '<iframe data-category="targeting" data-src="/frame.html" width="600" height="400" title="Film"></iframe>';
const ran = (page) => page.evaluate(() => window.ran ?? []);

async function openStatic(t) {
  const body = `${tag('stats', 'analytics')}${tag('ads', 'targeting')}<button data-abide="open">Cookies</button>${frame}`;
  const lab = await openLab(t, { state: null, module: '/abide/', body,
    files: { '/abide/policy.json': JSON.stringify(policy), '/frame.html': '<!doctype html><title>Film</title><p>Film' } });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  await eventually('both tags', async () => (await ran(visitor.page)).length === 2);
  const gone = visitor.page.waitForEvent('load');
  await visitor.page.evaluate(() => { import('/abide/abide.mjs').then((abide) => abide.reject()); });
  await gone; // what ran cannot be undone
  return visitor;
}

const record = async (visitor) =>
  JSON.parse(decodeURIComponent((await visitor.context.cookies()).find(({ name }) => name === 'abide').value));

test('on a static site, after the first press the notice says what is still off, and its one button confirms', async (t) => {
  const visitor = await openStatic(t), { page } = visitor;
  await buttonOf(page, 'Cookies').click();
  await buttonOf(page, 'Accept all').click();
  await eventually('what needs one step', async () => `${await ran(page)}` === 'stats');
  await page.getByText('until you confirm').filter({ visible: true }).first().waitFor();
  assert.equal((await record(visitor)).opt_in.confirmed, false);
  assert.equal(await page.evaluate(() => window.abide.allows('targeting')), false);
  await noticeOf(page).getByRole('button', { name: 'Confirm', exact: true }).click();
  await eventually('the rest', async () => (await ran(page)).includes('ads'));
  assert.ok(await noticeOf(page).isHidden());
  assert.equal((await record(visitor)).opt_in.confirmed, true);
});

test('in the module, accept() twice does not confirm, but confirm() does', async (t) => {
  const { page } = await openStatic(t);
  const call = (name) => page.evaluate(async (wanted) => {
    const abide = await import('/abide/abide.mjs'), { unconfirmed, allowedShared } = await abide[wanted]();
    return [unconfirmed === true, allowedShared.length];
  }, name);
  assert.deepEqual(await call('accept'), [true, 1]);
  assert.deepEqual(await call('accept'), [true, 1]);
  assert.deepEqual(await call('confirm'), [false, 3], 'what the site uses');
});

test('the box of a frame asks for the confirmation in its place', async (t) => {
  const { page } = await openStatic(t);
  const box = page.getByRole('group', { name: 'Film' });
  await box.getByRole('button', { name: 'Allow and show' }).click();
  await box.getByText('until you confirm').waitFor();
  assert.equal(await page.locator('iframe').getAttribute('src'), null);
  await box.getByRole('button', { name: 'Confirm', exact: true }).click();
  await eventually('the frame', async () => (await page.locator('iframe').getAttribute('src')) === '/frame.html');
});

test('on a server, the settings page says so in place, and one button confirms', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t), { page } = visitor;
  await visitor.open(preferencesOf(shop));
  await buttonOf(page, 'Opt out of sale, sharing and targeted ads').click();
  await page.getByText('You are opted out').first().waitFor();
  await buttonOf(page, 'Accept all').click();
  await page.getByText('until you confirm').filter({ visible: true }).waitFor();
  await visitor.open(shop.url);
  assert.deepEqual(targetingOrShared(await visitor.cookies()), []);
  await buttonOf(page, 'Confirm').click();
  await eventually('the step to be done', async () => await page.getByText('until you confirm').filter({ visible: true }).count() === 0);
  await visitor.open(shop.url);
  assert.notDeepEqual(targetingOrShared(await visitor.cookies()), []);
});
