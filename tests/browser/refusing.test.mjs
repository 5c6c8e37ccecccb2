// Pages that refuse events (games, copy protection, libraries for touch and scrolling, focus traps) and pages that disable the
// button that was pressed: the visitor can still answer, scroll the settings and withdraw, by mouse, touch and keyboard.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openAround } from './around.mjs';
import { newVisitor } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';

const TYPES = ['click', 'mousedown', 'mouseup', 'pointerdown', 'pointerup', 'touchstart', 'touchend', 'touchmove', 'keydown', 'keypress', 'keyup', 'wheel', 'selectstart', 'contextmenu'];
const pages = {
  'cancels all events': `for (const type of ${JSON.stringify(TYPES)}) for (const capture of [true, false])
    document.addEventListener(type, (event) => event.preventDefault(), { capture, passive: false });`,
  'answers each event with false': `for (const type of ${JSON.stringify(TYPES)}) document['on' + type] = () => false;`,
  'takes all events first': `for (const type of ${JSON.stringify([...TYPES, 'submit'])})
    addEventListener(type, (event) => { event.preventDefault(); event.stopImmediatePropagation(); }, true);`,
  'disables what is pressed': `for (const capture of [true, false]) document.addEventListener('click', ({ target }) => { if (target.matches('button')) target.disabled = true; }, capture);`,
};
const presses = {
  'the mouse': (page, selector) => page.click(selector),
  Enter: async (page, selector) => { await page.focus(selector); await page.keyboard.press('Enter'); },
  Space: async (page, selector) => { await page.focus(selector); await page.keyboard.press(' '); },
  'a touch': (page, selector) => page.tap(selector),
};
const visitors = {
  Chromium: async (t) => (await newVisitor(t, { hasTouch: true })).page,
  Firefox: async (t) => (await newFirefox(t)).page,
};

const html = (script) => `<!doctype html><html lang="en"><head><title>Page</title><script>${script}</script></head><body><main><h1>Page</h1>
  <script type="text/plain" data-category="analytics">window.ran = 1</script></main></body></html>`;
const isReady = (page) => eventually('the module', () => page.evaluate(() => Boolean(document[Symbol.for('abide.started')])));

for (const [browser, open] of Object.entries(visitors)) for (const [what, script] of Object.entries(pages))
  test(`${browser}: on a page that ${what}, visitors can answer the notice and withdraw`, async (t) => {
    const site = await openAround(t, ({ url }) => (url === '/' ? ['text/html', html(script)] : null));
    const page = await open(t);
    for (const [how, press] of Object.entries(presses)) {
      if (browser === 'Firefox' && how === 'a touch') continue; // its driver has no touch
      await page.goto(site.url);
      await isReady(page);
      await press(page, '[value="accept-all"]');
      await eventually(`${how}: the tag`, () => page.evaluate(() => window.ran));
      const before = site.choices().length;
      await press(page, '[value="withdraw"]');
      await eventually(`${how}: the withdrawal`, () => site.choices().length > before);
      await eventually(`${how}: a new page`, () => page.evaluate(() => !window.ran && document.readyState === 'complete').catch(() => false));
      const jar = page.context?.() ?? page.browserContext();
      if (jar.clearCookies) await jar.clearCookies(); else await jar.deleteCookie(...await jar.cookies());
    }
  });

test('the wheel scrolls the settings on a page that cancels wheel events', async (t) => {
  const site = await openAround(t, ({ url }) => (url === '/' ? ['text/html', html(pages['cancels all events'])] : null));
  const { page } = await newVisitor(t, { viewport: { width: 500, height: 400 } });
  await page.goto(site.url);
  await isReady(page);
  await page.evaluate(() => { document.documentElement.dataset.abideSettings = 'dialog'; });
  await page.locator('[data-abide-notice] a[href^="/consent"]').click();
  await page.getByRole('button', { name: 'Save selection' }).waitFor({ state: 'attached' });
  await page.mouse.move(250, 200);
  await page.mouse.wheel(0, 300);
  await eventually('it is scrolled', () => page.evaluate(() => document.querySelector('.abide-settings').scrollTop > 0));
});

test('a page whose visitor stays at its beforeunload question after a withdrawal runs nothing until a new choice, then what it allows', async (t) => {
  const site = await openAround(t, ({ url }) => (url === '/' ? ['text/html', html('addEventListener("beforeunload", (event) => event.preventDefault())')] : null));
  const { page } = await newVisitor(t);
  page.on('dialog', (dialog) => dialog.dismiss());
  await page.goto(site.url);
  await isReady(page);
  await page.click('[value="accept-all"]');
  await eventually('the tag', () => page.evaluate(() => window.ran));
  const asked = page.waitForEvent('dialog');
  await page.click('[value="withdraw"]');
  await asked;
  await page.evaluate(() => document.querySelector('main').append(Object.assign(document.createElement('script'),
    { type: 'text/plain', text: 'window.ranLate = 1' })));
  await page.evaluate(() => { document.querySelector('main > script:last-child').dataset.category = 'analytics'; });
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => window.ranLate), undefined);
  await page.evaluate(async () => (await import(document.querySelector('script[src$="/abide.mjs"]').src)).accept());
  await eventually('the late one', () => page.evaluate(() => window.ranLate));
});

test('a page whose visitor stayed at that question asks again at the next withdrawal after an acceptance', async (t) => {
  const site = await openAround(t, ({ url }) => (url === '/' ? ['text/html', html('addEventListener("beforeunload", (event) => event.preventDefault())')] : null));
  const { page } = await newVisitor(t);
  let asked = 0;
  page.on('dialog', (dialog) => { ++asked; dialog.dismiss(); });
  await page.goto(site.url);
  await isReady(page);
  await page.click('[value="accept-all"]');
  await eventually('the tag', () => page.evaluate(() => window.ran));
  for (const times of [1, 2]) {
    await page.evaluate(async () => (await import(document.querySelector('script[src$="/abide.mjs"]').src)).withdraw());
    await eventually(`question ${times}`, () => asked === times);
    await page.evaluate(async () => (await import(document.querySelector('script[src$="/abide.mjs"]').src)).accept());
  }
});

test('the focus goes from the notice to the content if the element that had it is hidden, which stays as it was', async (t) => {
  const page = '<!doctype html><html lang="en"><head><title>Page</title></head><body><button id="menu">Menu</button><main><h1>Page</h1></main></body></html>';
  const site = await openAround(t, ({ url }) => (url === '/' ? ['text/html', page] : null));
  const visitor = await newVisitor(t);
  await visitor.page.goto(site.url);
  await isReady(visitor.page);
  await visitor.page.focus('#menu');
  await visitor.page.focus('[value="reject-all"]');
  await visitor.page.evaluate(() => { document.querySelector('#menu').style.display = 'none'; });
  await visitor.page.keyboard.press('Enter');
  await eventually('the answer', () => visitor.page.evaluate(() => window.abide.state().chosen));
  assert.deepEqual(await visitor.page.evaluate(() => [document.activeElement.localName, document.querySelector('#menu').hasAttribute('tabindex')]), ['main', false]);
});

test('the page\'s own events can still be cancelled, and Event is the browser\'s', async (t) => {
  const site = await openAround(t, ({ url }) => (url === '/' ? ['text/html', html('')] : null));
  const { page } = await newVisitor(t);
  await page.goto(site.url);
  await isReady(page);
  assert.deepEqual(await page.evaluate(() => {
    const cancelled = (event) => {
      document.querySelector('h1').addEventListener(event.type, (given) => given.preventDefault(), { once: true });
      return !document.querySelector('h1').dispatchEvent(event);
    };
    return [/native/.test(Event.prototype.preventDefault), cancelled(new MouseEvent('click', { cancelable: true })), cancelled(new Event('own', { cancelable: true }))];
  }), [true, true, true]);
});
