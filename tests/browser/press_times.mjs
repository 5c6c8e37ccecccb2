// Times a press: until the first frame that shows an answer, and until the choice is recorded or the page is there. The server
// answers at once or after 3 s, is silent or gone, or the browser is offline. Prints a table and asserts nothing:
//   node tests/browser/press_times.mjs
import { setTimeout as pause } from 'node:timers/promises';
import { after, test } from 'node:test';
import { newVisitor } from './chromium.mjs';
import { openShop } from './shop.mjs';

const PATIENCE = 8000; // ms to wait for an outcome
const SERVERS = {
  'at once': () => {},
  '3 s away': ({ context }) => context.route('**/consent*', async (route) => { await pause(3000); await route.continue().catch(() => {}); }),
  silent: ({ context }) => context.route('**/consent*', () => {}),
  offline: ({ context }) => context.setOffline(true),
  gone: ({ context }) => context.route('**/*', (route) => route.abort('connectionrefused')),
};
const SAVED = () => {
  const line = document.querySelector('.abide-said:not([hidden])');
  return line?.querySelector('span').textContent.startsWith(line.dataset.saved);
};
const dialogOpened = async (page) => {
  await page.evaluate(() => document.querySelector('[data-abide-notice] .abide-actions a').click());
  await page.locator('dialog.abide-settings [value=save]').waitFor();
};
const toPage = (page) => page.evaluate(() => delete document.documentElement.dataset.abideSettings);

// What is pressed and where, what is done before, and what shows that the choice is recorded or the page is there.
const PRESSES = [
  ['Reject all, notice', '', '[data-abide-notice] [value=reject-all]', null, (page) => page.waitForFunction(SAVED, null, { timeout: PATIENCE })],
  ['Accept all, notice', '', '[data-abide-notice] [value=accept-all]', null, (page) => page.waitForFunction(SAVED, null, { timeout: PATIENCE })],
  ['Save, dialog', '', 'dialog.abide-settings [value=save]', dialogOpened, (page) => page.waitForFunction(SAVED, null, { timeout: PATIENCE })],
  ['Link, dialog', '', '[data-abide-notice] .abide-actions a', null, (page) => page.locator('dialog.abide-settings [value=save]').waitFor({ timeout: PATIENCE })],
  ['Link, page', '', '[data-abide-notice] .abide-actions a', toPage, (page) => page.waitForURL('**/consent?*', { timeout: PATIENCE })],
  ['Save, preference page', 'consent', '[value=save]', null, (page) => page.waitForURL('**/consent?saved=1*', { timeout: PATIENCE })],
];

/** Presses, and times the first frame in which the page looks different. */
const press = (selector) => {
  const looks = () => [...document.querySelectorAll('[data-abide-notice], .abide-said, [data-abide-said], dialog.abide-settings, [aria-busy]')]
    .map((one) => `${one.checkVisibility()} ${one.textContent} ${one.ariaBusy}`).join();
  const before = looks(), start = performance.now();
  document.querySelector(selector).click();
  return new Promise((resolve) => {
    const look = () => {
      if (looks() !== before) requestAnimationFrame(() => resolve(performance.now() - start)); // painted before the next frame
      else if (performance.now() - start > 5000) resolve(null);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
};

const rows = [];
after(() => {
  const columns = ['press', ...Object.keys(SERVERS).map((name) => `${name}: answer / done`)];
  const widths = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i].length)));
  for (const row of [columns, ...rows]) console.log(row.map((cell, i) => cell.padEnd(widths[i])).join('  '));
});

const told = (time) => (time === null ? 'none' : `${Math.round(time)} ms`);

async function measure(t, [, path, selector, prepare, done], spoil) {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, { expectsFaults: true });
  const { page } = visitor;
  await visitor.open(shop.url + path);
  await prepare?.(page);
  await spoil(visitor);
  const start = performance.now();
  const outcome = done(page).then(() => performance.now() - start, () => null);
  const answer = await page.evaluate(press, selector).catch(() => performance.now() - start); // the new page came before that frame
  const end = await outcome;
  const isLost = page.url().startsWith('chrome-error:');
  await visitor.context.unrouteAll({ behavior: 'ignoreErrors' });
  return `${told(answer)} / ${told(end)}${isLost ? ', page lost' : ''}`;
}

for (const one of PRESSES)
  test(one[0], async (t) => {
    const cells = [one[0]];
    for (const spoil of Object.values(SERVERS)) cells.push(await measure(t, one, spoil));
    rows.push(cells);
  });
