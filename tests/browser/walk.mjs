// A visitor's way through a site of two pages, home and about, between which a router switches in one document. Each page
// has a heading, two links with these names, and a gated tag that adds its page to window.ran; <output> may say what the
// site was told.
import assert from 'node:assert/strict';
import { openAround } from './around.mjs';
import { buttonOf, newVisitor, noticeOf } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { openStaticSite } from './static_site.mjs';

/** @param application as for openAround
    @param options opened: waits until the page is ready for the visitor; isStatic: the site has no Abide server, and its
                   pages have buttons that open the notice and withdraw; inserts: as for openAround */
export async function walk(t, application, { opened = async () => {}, isStatic = false, inserts } = {}) {
  const { url } = await (isStatic ? openStaticSite : openAround)(t, application, { inserts });
  const { page } = await newVisitor(t);
  const chosen = () => eventually('the choice', () => page.evaluate(() => window.abide.state().chosen));
  const said = [];
  page.on('console', (message) => { if (/error|warning/.test(message.type()) && !/favicon|404/.test(message.text())) said.push(message.text()); });
  await page.addInitScript(() => new PerformanceObserver((list) => {
    if (list.getEntriesByName('first-contentful-paint').length) window.seenAtPaint = Boolean(document.querySelector('[data-abide-notice]')?.offsetHeight);
  }).observe({ type: 'paint', buffered: true }));
  const begin = async () => {
    await page.goto(url);
    await opened(page);
    await page.evaluate(() => { window.isTheSame = true; });
    await page.waitForTimeout(500);
  };
  const go = async (to) => {
    await page.getByRole('link', { name: to, exact: true }).click();
    await page.locator('h1', { hasText: to }).waitFor();
    await page.waitForTimeout(500);
    assert.equal(await page.evaluate(() => window.isTheSame), true, 'the document is the same');
  };
  const ran = () => page.evaluate(() => window.ran ?? []);
  const answer = async () => (await page.locator('output').count() ? page.locator('output').textContent() : null);
  const answers = async (said) => [null, said].includes(await answer());
  const shown = async (selector) => page.locator(`${selector}:visible`).count();

  await begin();
  if (isStatic) await noticeOf(page).waitFor();
  else assert.equal(await page.evaluate(() => window.seenAtPaint), true, 'the notice is there at first paint');
  await go('about');
  assert.deepEqual([await shown('[data-abide-notice]'), await ran()], [1, []], 'the notice stays, the tag waits');

  await buttonOf(page, 'Reject all').click();
  await noticeOf(page).waitFor({ state: 'hidden' });
  await chosen();
  for (const to of ['home', 'about']) await go(to);
  await page.goBack();
  await page.locator('h1', { hasText: 'home' }).waitFor();
  await page.waitForTimeout(500);
  assert.deepEqual([await shown('[data-abide-notice]'), await ran()], [0, []], 'the refusal holds, and nobody is asked again');
  assert.ok(await answers('no'));
  assert.equal(await shown(':is(a[href^="/consent"],[data-abide="open"]):not(.abide-said *)'), 1, 'one way to the settings');

  await page.context().clearCookies();
  await begin();
  await buttonOf(page, 'Accept all').click();
  await eventually('the tag', async () => `${await ran()}` === 'home');
  await eventually('the answer', () => answers('yes'));
  await go('about');
  await eventually('the tag of the other page', async () => `${await ran()}` === 'home,about');
  assert.equal(await shown('[data-abide-notice]'), 0);

  await begin();
  await eventually('the tag at once', async () => `${await ran()}` === 'home');
  await eventually('the answer at once', () => answers('yes'));
  await go('about');
  const begins = page.waitForEvent('load');
  await buttonOf(page, 'Withdraw consent').click(); // the page is reloaded because tags ran
  await begins;
  await page.waitForTimeout(500);
  assert.deepEqual(await ran(), [], 'what was taken back waits');
  assert.ok(await answers('no'));
  await page.evaluate(() => { window.isTheSame = true; });
  await page.locator('a[href^="/consent"], [data-abide="open"]').first().click();
  if (isStatic) await noticeOf(page).waitFor();
  else await page.locator('input[name="grant"]').first().waitFor({ state: 'attached' });
  assert.equal(await page.evaluate(() => window.isTheSame ?? false), isStatic, 'settings of a server are a document of their own');
  assert.deepEqual(said, [], 'the console is silent');
  return { page, url };
}
