// A choice whose page is left, or another page opened, before the answer has arrived: it counts as it was pressed.
import assert from 'node:assert/strict';
import test from 'node:test';
import { newVisitor } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';
import { openFront } from './front.mjs';
import { openShop } from './shop.mjs';

/** The shop, behind a server that holds the first choice as soon as it is as far as `stage`. */
async function openSlow(t, stage) {
  const shop = await openShop(t, { location: 'DE' });
  let reach, release, holds = true;
  const reached = new Promise((resolve) => { reach = resolve; });
  const released = new Promise((resolve) => { release = resolve; });
  const front = await openFront(t, shop, { hold: ({ method }, at) => {
    if (method !== 'POST' || at !== stage || !holds) return undefined;
    holds = false;
    reach();
    return released;
  } });
  t.after(release);
  return { url: front.urlOf('localhost'), reached, release,
    choices: () => front.requests.filter(({ method }) => method === 'POST').map(({ body }) => Object.fromEntries(new URLSearchParams(body))) };
}

const known = (page) => page.evaluate(() => ({ ...window.abide.state(), kept: localStorage.abide }));

/** The choice holds on this page and the next ones, and nothing waits to be sent. */
async function assertStatisticsAlone(page, site) {
  for (const path of ['', 'cart', 'contact']) {
    if (path) await page.goto(site.url + path);
    await eventually('the choice to be recorded', () => known(page).then(({ kept, chosen }) => kept === undefined && chosen, () => false));
    const { allowed, notice } = await known(page);
    assert.deepEqual([allowed, notice], [['required', 'analytics'], 'none']);
    site.release();
  }
}

/** Saves with statistics alone: a script of the page, or the visitor on the preference page. */
const PRESSES = {
  'on a page': async (page, url) => {
    await page.goto(url);
    await page.evaluate(async () => {
      const { save } = await import(document.querySelector('[src$="/abide.mjs"]').src);
      save({ analytics: true }).catch(() => {});
    });
  },
  'on the preference page': async (page, url) => {
    await page.goto(`${url}consent?lang=en`);
    await page.evaluate(() => {
      document.getElementById('abide-analytics').checked = true;
      document.querySelector('[value=save]').click();
    });
  },
};

const STAGES = { asked: 'before the server has it', answered: 'before the browser has the answer', begun: 'in the middle of the answer' };
const WAYS = {
  'by its address': (page, url) => page.goto(url),
  'by a reload': (page) => page.reload(),
  'by a script': (page, url) => Promise.all([page.waitForURL(`${url}contact`), page.evaluate((address) => location.assign(address), `${url}contact`)]),
};
for (const [where, press] of Object.entries(PRESSES))
  for (const [stage, when] of Object.entries(STAGES).slice(0, where === 'on a page' ? 3 : 2)) // the preference page goes on with the fields
    for (const [way, leave] of Object.entries(WAYS))
      test(`a choice ${where} that is left ${way}, ${when}, counts as it was pressed`, async (t) => {
        const site = await openSlow(t, stage);
        const { page } = await newVisitor(t, { expectsFaults: true });
        await press(page, site.url);
        await site.reached;
        await leave(page, site.url);
        await page.waitForFunction(() => window.abide || location.pathname === '/consent');
        await page.goto(site.url);
        await assertStatisticsAlone(page, site);
      });

for (const [stage, when] of Object.entries(STAGES))
  test(`Firefox: a choice that is left ${when} counts as it was pressed`, async (t) => {
    const site = await openSlow(t, stage);
    const { page } = await newFirefox(t);
    await PRESSES['on a page'](page, site.url);
    await site.reached;
    await page.goto(site.url);
    await assertStatisticsAlone(page, site);
  });

test('a choice counts as it was pressed although another tab opens before the answer', async (t) => {
  const site = await openSlow(t, 'asked');
  const { page, context } = await newVisitor(t);
  await PRESSES['on a page'](page, site.url);
  await site.reached;
  const other = await context.newPage();
  await other.goto(site.url);
  await assertStatisticsAlone(other, site);
  assert.deepEqual((await known(page)).allowed, ['required', 'analytics']);
});

test('what was refused later on another page is not granted by a choice that waited', async (t) => {
  const site = await openSlow(t, 'asked');
  const { page, context } = await newVisitor(t);
  const other = await context.newPage();
  await other.goto(site.url);
  await PRESSES['on a page'](page, site.url);
  await site.reached;
  await page.close();
  await other.evaluate(async () => (await import(document.querySelector('[src$="/abide.mjs"]').src)).reject());
  for (const path of ['', 'cart']) {
    await other.goto(site.url + path);
    const { allowed, kept } = await known(other);
    assert.deepEqual([allowed, kept], [['required'], undefined]);
  }
  assert.deepEqual(site.choices().map(({ choice }) => choice), ['save', 'reject-all']);
});

test('a choice that waits for more than a minute grants nothing', async (t) => {
  const site = await openSlow(t, 'asked');
  const { page } = await newVisitor(t, { expectsFaults: true });
  await PRESSES['on a page'](page, site.url);
  await site.reached;
  await page.evaluate(() => { localStorage.abide = localStorage.abide.replace(/at=\d+/, `at=${Date.now() - 61_000}`); });
  await page.goto(site.url);
  await eventually('it to be recorded', () => known(page).then(({ kept }) => kept === undefined, () => false));
  assert.deepEqual((await known(page)).allowed, ['required']);
  assert.equal(site.choices().at(-1).grant, undefined);
});
