// The whole journey without JavaScript and without a mouse: Tab, Space and Enter.
import assert from 'node:assert/strict';
import test from 'node:test';
import { atPreferences, newVisitor, noticeOf, quiet } from './chromium.mjs';
import { assertOnlyRequired, byCategory, optional } from './evidence.mjs';
import { openShop } from './shop.mjs';

/** The focused element in the accessibility tree: { role, name }. */
async function focused(session) {
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const node = nodes.findLast(({ properties = [] }) => properties.some(({ name, value }) => name === 'focused' && value.value));
  return { role: node?.role.value, name: node?.name?.value ?? '' };
}

/** Presses Tab until that element has the focus; returns the number of presses. */
async function tabTo(page, session, role, name) {
  for (let presses = 1; presses <= 80; ++presses) {
    await page.keyboard.press('Tab');
    const now = await focused(session);
    if (now.role !== role || !(name instanceof RegExp ? name.test(now.name) : name === now.name)) continue;
    return presses;
  }
  return assert.fail(`no ${role} "${name}" within 80 presses`);
}

async function follow(page, key) {
  const landed = page.waitForEvent('load');
  await page.keyboard.press(key);
  await landed;
  await quiet(page);
}

test('with the keyboard alone and no JavaScript: notice, settings, save, withdraw', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, { javaScriptEnabled: false });
  const { page, context } = visitor;
  const session = await context.newCDPSession(page);
  await visitor.open(`${shop.url}product/dipper`);
  assert.ok(await noticeOf(page).isVisible());
  await tabTo(page, session, 'link', 'Cookie settings');
  await follow(page, 'Enter');
  await atPreferences(page);

  await tabTo(page, session, 'switch', /^Statistics/);
  await page.keyboard.press('Space');
  await tabTo(page, session, 'switch', /^Targeted ads/);
  await page.keyboard.press('Space');
  await page.keyboard.press('Space'); // switches it off again
  await tabTo(page, session, 'button', 'Save selection');
  await follow(page, 'Enter');
  assert.ok(await page.getByRole('status').filter({ hasText: 'Your choice is saved.' }).isVisible());
  await tabTo(page, session, 'link', 'Back to the page');
  await follow(page, 'Enter');
  assert.equal(new URL(page.url()).pathname, '/product/dipper');
  let held = byCategory(await visitor.cookies());
  assert.deepEqual(held.analytics, ['_ga', '_ga_9TQ4LM2X7K', '_shop_visit']);
  assert.deepEqual([held.functional, held.targeting], [[], []]);

  await tabTo(page, session, 'button', /^Withdraw/);
  await follow(page, 'Enter');
  assertOnlyRequired(await visitor.cookies(), 'after the withdrawal');
  await visitor.open(shop.url);
  held = byCategory(await visitor.cookies());
  for (const category of optional) assert.deepEqual(held[category], [], category);
  assert.ok(await noticeOf(page).isHidden());
});

for (const [name, granted] of [['Accept all', true], ['Reject all', false]])
  test(`with the keyboard alone and no JavaScript "${name}" takes as many presses as the other, and leads back`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    const visitor = await newVisitor(t, { javaScriptEnabled: false });
    const { page, context } = visitor;
    const session = await context.newCDPSession(page);
    await visitor.open(`${shop.url}cart`);
    const presses = await tabTo(page, session, 'button', name);
    assert.ok(presses <= 6, `${presses} presses: the notice comes first`);
    await follow(page, granted ? 'Space' : 'Enter');
    assert.equal(new URL(page.url()).pathname, '/cart');
    const held = byCategory(await visitor.cookies());
    for (const category of optional) assert.equal(held[category].length > 0, granted, category);
  });

for (const location of ['DE', 'US-CA'])
  test(`in ${location} Enter on a switch saves what the switches show, without JavaScript`, async (t) => { // it presses the form's first button
    const shop = await openShop(t, { location });
    const visitor = await newVisitor(t, { javaScriptEnabled: false });
    const { page, context } = visitor;
    const session = await context.newCDPSession(page);
    await visitor.open(`${shop.url}consent`);
    await tabTo(page, session, 'switch', /^Statistics/);
    await page.keyboard.press('Space');
    const shown = await page.getByRole('switch').evaluateAll((all) => all.map(({ checked }) => checked));
    await follow(page, 'Enter');
    await page.getByRole('status').filter({ hasText: 'Your choice is saved.' }).waitFor();
    assert.deepEqual(await page.getByRole('switch').evaluateAll((all) => all.map(({ checked }) => checked)), shown);
    assert.ok(shown.slice(1).includes(true));
  });
