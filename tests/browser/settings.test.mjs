// The settings over the page: the server's own form in a dialog; the page stays as it is.
import assert from 'node:assert/strict';
import test from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { axeFindings } from './axe.mjs';
import { answerNotice, newVisitor, noticeOf, settingsOf } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';
import { openShop } from './shop.mjs';

const link = (page) => noticeOf(page).getByRole('link', { name: 'Cookie settings' });
const footer = (page) => page.locator('.abide-footer a');
const lineOf = (page) => page.locator('.abide-said');
const isPost = (request) => request.method() === 'POST' && new URL(request.url()).pathname === '/consent';
const allowed = (page) => page.evaluate(() => window.abide.state().allowed);
const isIn = (page, selector) => page.evaluate((found) => Boolean(document.activeElement?.closest(found)), selector);

async function inDe(t, path = 'contact', options = {}) {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, options);
  await visitor.open(shop.url + path);
  return { shop, visitor, page: visitor.page };
}

async function opened(page, from = link(page)) {
  await from.click();
  await settingsOf(page).getByRole('button', { name: 'Save selection' }).waitFor();
  return settingsOf(page);
}

test('the settings open over the page, which keeps its scroll position and what was typed, and close with Close and with Escape', async (t) => {
  const { page } = await inDe(t);
  await page.getByLabel('Your name').fill('Robin');
  await page.evaluate(() => scrollTo(0, 150));
  const before = [page.url(), await page.evaluate(() => scrollY)];
  for (const leave of [(dialog) => dialog.getByRole('button', { name: 'Close' }).click(), () => page.keyboard.press('Escape')]) {
    await link(page).evaluate((element) => element.focus({ preventScroll: true }));
    await page.keyboard.press('Enter');
    const dialog = settingsOf(page);
    await dialog.getByRole('heading', { level: 1, name: 'Cookie settings' }).waitFor();
    assert.ok(await isIn(page, 'dialog'));
    await leave(dialog);
    await dialog.waitFor({ state: 'detached' });
    assert.ok(await isIn(page, '[data-abide-notice] a'), 'the focus is where it was');
    assert.deepEqual([page.url(), await page.evaluate(() => scrollY)], before);
    assert.equal(await page.getByLabel('Your name').inputValue(), 'Robin');
  }
});

test('a choice saved there applies at once, the dialog and the notice close, and the page says so', async (t) => {
  const { page, visitor } = await inDe(t);
  await page.getByLabel('Your name').fill('Robin');
  let answer;
  await visitor.context.route('**/consent', (route) => (isPost(route.request()) ? (answer = () => route.continue()) : route.continue()));
  const dialog = await opened(page);
  await dialog.getByRole('switch', { name: 'Statistics' }).check();
  await dialog.getByRole('button', { name: 'Save selection' }).click();
  assert.ok(await dialog.isHidden());
  assert.ok(await noticeOf(page).isHidden());
  await eventually('the line', async () => (await lineOf(page).innerText()).includes('Saving'));
  await answer();
  await eventually('the line', async () => (await lineOf(page).innerText()).includes('Your choice is saved.'));
  assert.deepEqual(await allowed(page), ['required', 'analytics']);
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Robin');
  await dialog.waitFor({ state: 'detached' });
  await opened(page, footer(page));
  assert.ok(await dialog.getByRole('switch', { name: 'Statistics' }).isChecked(), 'it shows what holds now');
});

for (const [what, fail] of [['fails', (route) => route.fulfill({ status: 500, body: 'no' })], ['reaches no server', (route) => route.abort('connectionrefused')]])
  test(`a save that ${what} reopens the settings as they were left, and they say so`, async (t) => {
    const { page, visitor } = await inDe(t);
    const dialog = await opened(page);
    await dialog.getByRole('switch', { name: 'Statistics' }).check();
    await visitor.context.route('**/consent', (route) => (isPost(route.request()) ? fail(route) : route.continue()));
    await dialog.getByRole('button', { name: 'Save selection' }).click();
    const alert = dialog.getByRole('alert');
    await alert.waitFor();
    assert.match(await alert.innerText(), /could not be saved/);
    assert.ok(await dialog.getByRole('switch', { name: 'Statistics' }).isChecked());
    assert.deepEqual(await allowed(page), ['required']);
    await visitor.context.unrouteAll();
    await dialog.getByRole('button', { name: 'Save selection' }).click();
    await eventually('the line', async () => (await lineOf(page).innerText()).includes('Your choice is saved.'));
    assert.deepEqual(await allowed(page), ['required', 'analytics']);
    await dialog.waitFor({ state: 'detached' });
  });

test('the keyboard stays in the settings, axe finds nothing there, and no content security policy blocks them', async (t) => {
  for (const colorScheme of ['light', 'dark']) {
    const { page, visitor } = await inDe(t, '', { colorScheme, reducedMotion: 'reduce' });
    const dialog = await opened(page);
    assert.deepEqual(await axeFindings(page), []);
    for (const summary of await dialog.locator('summary').all()) await summary.click();
    const names = await dialog.locator('summary').evaluateAll((all) => all.map((one) => one.textContent));
    assert.deepEqual(names, [...new Set(names)], 'each has a name of its own');
    assert.deepEqual(await axeFindings(page), []);
    for (let i = 0; i < 60; ++i) {
      await page.keyboard.press('Tab');
      assert.ok(await page.evaluate(() => document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))), `Tab ${i}`);
    }
    await visitor.close();
  }
});

test('nothing of the settings is loaded before they are opened', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const { page, open } = await newVisitor(t);
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await open(shop.url);
  assert.deepEqual(asked.filter((path) => /settings|preferences|drawing/.test(path)), []);
  await opened(page);
  assert.equal(asked.filter((path) => /settings\.mjs$/.test(path)).length, 1);
});

test('buttons have the same order and weight in the notice, in the dialog and on the page', async (t) => {
  const { shop, page } = await inDe(t, '');
  const looks = (root) => root.locator('.abide-choices button').evaluateAll((all) => all.map((one) => {
    const { backgroundColor, color, fontWeight } = getComputedStyle(one);
    return [one.value, backgroundColor, color, fontWeight];
  }));
  const notice = await looks(noticeOf(page));
  assert.deepEqual(notice.map(([value]) => value), ['reject-all', 'accept-all']);
  assert.deepEqual(notice[0].slice(1), notice[1].slice(1));
  const dialog = await looks(await opened(page));
  assert.deepEqual(dialog.slice(0, 2), notice);
  await page.goto(`${shop.url}consent`);
  assert.deepEqual(await looks(page), dialog);
});

test('open settings stay when the body of the page is replaced, and save', async (t) => {
  const { page } = await inDe(t);
  const dialog = await opened(page);
  await page.evaluate(() => { document.body = document.body.cloneNode(true); });
  await dialog.getByRole('button', { name: 'Reject all' }).click();
  await eventually('the line', async () => (await lineOf(page).innerText()).includes('Your choice is saved.'));
  assert.ok(await dialog.isHidden());
});

test('a single service can be allowed in the dialog, and the notice still asks', async (t) => {
  const { page } = await inDe(t, 'journal/spinning-a-shade');
  const dialog = await opened(page);
  await dialog.locator('summary', { hasText: 'Services' }).first().click();
  await dialog.getByRole('button', { name: /^Always show/ }).first().click();
  await eventually('the service', () => page.evaluate(() => window.abide.state().services?.length === 1));
  assert.ok(await noticeOf(page).isVisible());
});

test('if the settings cannot be shown over the page, the link leads to their page', async (t) => {
  const { page, visitor } = await inDe(t, '');
  await visitor.context.route('**/settings.mjs', (route) => route.abort());
  await link(page).click();
  await page.waitForURL(({ pathname, searchParams }) => pathname === '/consent' && searchParams.get('return') === '/');
});

test('a slow first press shows at once that the settings are loading, and the link is as before when they are open', async (t) => {
  for (const from of [link, footer]) {
    const { page, visitor } = await inDe(t, '');
    if (from === footer) await answerNotice(page, 'Reject all');
    let answer;
    await visitor.context.route('**/settings.mjs', (route) => { answer = () => route.continue(); });
    const opacity = () => from(page).evaluate((element) => Number(getComputedStyle(element).opacity));
    const waited = await from(page).evaluate(async (element) => {
      element.click();
      await new Promise((go) => requestAnimationFrame(go));
      return [element.ariaBusy, getComputedStyle(element).cursor];
    });
    assert.deepEqual(waited, ['true', 'progress']);
    assert.ok(await opacity() < 1);
    await eventually('the request', () => Boolean(answer));
    await answer();
    await settingsOf(page).getByRole('button', { name: 'Save selection' }).waitFor();
    assert.equal(await from(page).getAttribute('aria-busy'), null);
    assert.equal(await opacity(), 1);
    await visitor.close();
  }
});

test('a page that requires trusted types and a nonce for every style shows them too', async (t) => {
  const { page, visitor, shop } = await inDe(t, '');
  await visitor.context.route(`${shop.url}contact`, async (route) => {
    const answer = await route.fetch();
    const policy = `${answer.headers()['content-security-policy']}; require-trusted-types-for 'script'; trusted-types abide`;
    await route.fulfill({ response: answer, headers: { ...answer.headers(), 'content-security-policy': policy } });
  });
  await visitor.open(`${shop.url}contact`);
  const dialog = await opened(page);
  assert.ok(await dialog.isVisible());
});

test('after a choice, the footer and the page\'s button open them', async (t) => {
  const { page } = await inDe(t);
  await answerNotice(page, 'Reject all');
  await opened(page, footer(page));
  await page.keyboard.press('Escape');
  await settingsOf(page).waitFor({ state: 'detached' });
  assert.ok(await isIn(page, '.abide-footer'));
});

test('Enter on a switch saves what the switches show', async (t) => { // it presses the form's first button
  const { page } = await inDe(t);
  await (await opened(page)).getByRole('switch', { name: 'Statistics' }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await eventually('the line', async () => (await lineOf(page).innerText()).includes('Your choice is saved.'));
  assert.deepEqual(await allowed(page), ['required', 'analytics']);
});

test('Firefox: Enter on a switch saves what the switches show', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const { page, open, visible } = await newFirefox(t);
  await open(`${shop.url}contact`);
  await page.click('[data-abide-notice] .abide-actions a');
  await eventually('the dialog', () => visible('dialog.abide-settings [value=save]'));
  await page.focus('#abide-analytics');
  await page.keyboard.press(' ');
  await page.keyboard.press('Enter');
  await eventually('the choice', () => page.evaluate(() => window.abide.state().chosen));
  assert.deepEqual(await allowed(page), ['required', 'analytics']);
});

test('in Firefox they open, keep the page and save', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const { page, open, visible } = await newFirefox(t);
  await open(`${shop.url}contact`);
  await page.type('input[name=name], #name, main input', 'Robin');
  await page.click('[data-abide-notice] .abide-actions a');
  await eventually('the dialog', () => visible('dialog.abide-settings [value=save]'));
  await page.keyboard.press('Escape');
  await eventually('it to go', async () => !(await visible('dialog.abide-settings')));
  assert.ok(await page.evaluate(() => Boolean(document.activeElement.closest('[data-abide-notice]'))));
  await page.click('[data-abide-notice] .abide-actions a');
  await eventually('the dialog', () => visible('dialog.abide-settings [value=save]'));
  await page.click('dialog [value=accept-all]');
  await eventually('the choice', () => page.evaluate(() => window.abide.allows('analytics')));
  assert.equal(await page.$eval('main input', ({ value }) => value), 'Robin');
});

test('the settings look the same after the page replaced the list of its constructed sheets', async (t) => { // bvaughn/react-resizable-panels#617
  const { page } = await inDe(t);
  const look = () => settingsOf(page).evaluate((dialog) => [dialog, dialog.querySelector('.abide-close')].map((one) => {
    const { padding, color, backgroundColor, font } = getComputedStyle(one);
    return { padding, color, backgroundColor, font, width: one.offsetWidth };
  }));
  await opened(page);
  const before = await look();
  await page.keyboard.press('Escape');
  await settingsOf(page).waitFor({ state: 'detached' });
  await page.evaluate(() => { document.adoptedStyleSheets = [new CSSStyleSheet()]; });
  await opened(page);
  await eventually('the settings look as before', async () => isDeepStrictEqual(await look(), before));
});
