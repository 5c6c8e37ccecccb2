// axe-core on every state that a visitor can reach: saved, not saved, overridden, objected; on a phone and a desktop, light
// and dark.
import assert from 'node:assert/strict';
import test from 'node:test';
import { axeFindings } from './axe.mjs';
import { answerNotice, buttonOf, newVisitor, noticeOf, preferencesOf, submit } from './chromium.mjs';
import { openShop } from './shop.mjs';

const countsFreely = (policy) => ({ ...policy, exempt: ['GB:statistical:_ga*'] });
const withoutStore = (policy) => ({ ...policy, records: { store: 'sqlite:/nowhere/at/all/abide.db' } });

const openAll = (page) => page.locator('details').evaluateAll((all) => all.forEach((details) => { details.open = true; }));

for (const [colorScheme, width, height] of [['light', 390, 844], ['dark', 1280, 800]]) {
  const visit = (t, gpc = false) => newVisitor(t, { colorScheme, gpc, viewport: { width, height }, reducedMotion: 'reduce' });
  const named = `${width} pixels wide, ${colorScheme}`;

  test(`A05, A06, A10: axe finds no violation after a choice was saved, in place and on its page, ${named}`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    const visitor = await visit(t);
    const { page } = visitor;
    await visitor.open(`${shop.url}contact`);
    await answerNotice(page, 'Accept all');
    assert.ok(await buttonOf(page, 'Withdraw consent').isVisible());
    assert.deepEqual(await axeFindings(page), []);
    await visitor.open(preferencesOf(shop));
    await submit(page, 'Save selection');
    await openAll(page);
    assert.deepEqual(await axeFindings(page), []);
    for (const path of ['consent/policy', 'consent/cookies']) {
      await visitor.open(shop.url + path);
      assert.deepEqual(await axeFindings(page), [], path);
    }
  });

  test(`A05, A06, A10: axe finds no violation after a choice was not saved, ${named}`, async (t) => {
    const shop = await openShop(t, { location: 'DE', change: withoutStore });
    const visitor = await visit(t);
    await visitor.open(preferencesOf(shop));
    await buttonOf(visitor.page, 'Accept all').click();
    await visitor.page.getByRole('alert').filter({ hasText: 'could not be saved' }).waitFor();
    assert.deepEqual(await axeFindings(visitor.page), []);
  });

  test(`A05, A06, A10: axe finds no violation when a signal is overridden, and in its Undo, ${named}`, async (t) => {
    const shop = await openShop(t, { location: 'US-CA' });
    const visitor = await visit(t, true);
    const { page } = visitor;
    await visitor.open(shop.url);
    await visitor.open(preferencesOf(shop));
    await openAll(page);
    await page.getByRole('checkbox', { name: /despite the signal/ }).first().check();
    await submit(page, 'Save selection');
    assert.ok(await buttonOf(page, 'Undo').isVisible());
    assert.deepEqual(await axeFindings(page), []);
    await visitor.open(`${shop.url}contact`);
    assert.ok(await buttonOf(page, 'Undo').isVisible());
    assert.deepEqual(await axeFindings(page), []);
  });

  test(`A05, A06, A10: axe finds no violation where visitors can object to exempt cookies, ${named}`, async (t) => {
    const shop = await openShop(t, { location: 'GB', change: countsFreely });
    const visitor = await visit(t);
    const { page } = visitor;
    await visitor.open(`${shop.url}contact`);
    assert.ok(await noticeOf(page).getByRole('button', { name: 'Object' }).isVisible());
    assert.deepEqual(await axeFindings(page), []);
    await visitor.open(preferencesOf(shop));
    await submit(page, 'Save selection');
    await openAll(page);
    assert.deepEqual(await axeFindings(page), []);
  });
}
