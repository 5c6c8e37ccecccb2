// Accounts: an opt-out belongs to the person, not to one of their browsers.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { newVisitor, statusOf } from './chromium.mjs';
import { byCategory } from './evidence.mjs';
import { openShop } from './shop.mjs';

async function openShopWithRecords(t) {
  const folder = mkdtempSync(join(tmpdir(), 'abide-records-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const change = (policy) => ({ ...policy, records: { store: `sqlite:${join(folder, 'shop.db')}` } });
  return openShop(t, { location: 'US-CA', change });
}

async function signIn(shop, visitor) {
  await visitor.open(`${shop.url}account`);
  await visitor.page.getByLabel('Email').fill('demo@firwick.example');
  await visitor.page.getByLabel('Password').fill('lamplight');
  await visitor.page.getByRole('button', { name: 'Sign in' }).click();
  await visitor.page.getByRole('heading', { level: 1 }).waitFor();
}

test('UX34: the signal of one browser opts out the account in a browser that sends none', async (t) => {
  const shop = await openShopWithRecords(t);
  const other = await newVisitor(t);
  await other.open(shop.url);
  assert.notDeepEqual(byCategory(await other.cookies()).targeting, [], 'nothing is known of this browser yet');

  const first = await newVisitor(t, { gpc: true });
  await signIn(shop, first);
  await first.open(shop.url);
  assert.ok(await statusOf(first.page).isVisible());
  await first.close();

  const second = await newVisitor(t, { gpc: false });
  await signIn(shop, second);
  await second.open(shop.url);
  assert.deepEqual(byCategory(await second.cookies()).targeting, []);
});
