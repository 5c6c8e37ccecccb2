// Accessibility of the notice and the preference page: equal buttons, keyboard, focus, sizes, and axe's rules.
import assert from 'node:assert/strict';
import test from 'node:test';
import { axeFindings } from './axe.mjs';
import { answerNotice, buttonOf, newVisitor, noticeOf, preferencesOf, quiet, submit } from './chromium.mjs';
import { openShop } from './shop.mjs';

const styleOf = (button) => button.evaluate((element) => {
  const { color, backgroundColor, borderColor, borderWidth, borderRadius, fontFamily, fontSize, fontWeight, opacity, textDecorationLine } =
    getComputedStyle(element);
  const { width, height } = element.getBoundingClientRect();
  return { color, backgroundColor, borderColor, borderWidth, borderRadius, fontFamily, fontSize, fontWeight, opacity, textDecorationLine, width, height };
});

const focused = (page) => page.evaluate(() => document.activeElement.textContent.trim());

async function tabTo(page, name, most = 40) {
  for (let i = 0; i < most; ++i) {
    await page.keyboard.press('Tab');
    if (await focused(page) === name) return;
  }
  assert.fail(`${most} times Tab did not reach "${name}"`);
}

for (const colorScheme of ['light', 'dark']) {
  test(`UX04: "Accept all" and "Reject all" differ only in their words, ${colorScheme}`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    const visitor = await newVisitor(t, { colorScheme });
    for (const width of [1280, 390, 320]) {
      await visitor.page.setViewportSize({ width, height: 700 });
      await visitor.open(shop.url);
      const buttons = noticeOf(visitor.page).getByRole('button');
      assert.deepEqual(await buttons.allInnerTexts(), ['Reject all', 'Accept all']);
      const [reject, accept] = await Promise.all((await buttons.all()).map(styleOf));
      assert.deepEqual(reject, accept, `${width} pixels wide`);
    }
  });

  for (const [what, location, gpc, paths] of [
    ['the notice open', 'DE', false, ['', 'product/nehalem', 'cart', 'account', 'consent', 'consent/policy', 'consent/cookies', 'consent/receipt', 'consent/nowhere']],
    ['the signal honored', 'US-CA', true, ['', 'consent']],
  ]) {
    test(`A05, A06, A10: axe finds no violation in ${what}, ${colorScheme}`, async (t) => {
      const shop = await openShop(t, { location });
      const visitor = await newVisitor(t, { colorScheme, gpc, reducedMotion: 'reduce' });
      const found = {};
      for (const path of paths) {
        await visitor.open(shop.url + path);
        const findings = await axeFindings(visitor.page);
        if (findings.length > 0) found[`/${path}`] = findings;
      }
      assert.deepEqual(found, {});
    });
  }
}

test('A05, A06, A10: axe finds no violation with a full cart, after a wrong password and after a saved choice', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, { reducedMotion: 'reduce' });
  const { page } = visitor;
  await visitor.open(`${shop.url}product/dipper`);
  await answerNotice(page, 'Reject all');
  await buttonOf(page, 'Add to cart').click();
  await page.waitForURL('**/cart');
  assert.deepEqual(await axeFindings(page), []);

  await visitor.open(`${shop.url}account`);
  await page.getByLabel('Email').fill('robin@firwick.example');
  await page.getByLabel('Password').fill('wrong');
  await Promise.all([page.waitForEvent('load'), buttonOf(page, 'Sign in').click()]);
  assert.deepEqual(await axeFindings(page), []);

  await visitor.open(preferencesOf(shop));
  await submit(page, 'Accept all');
  for (const closed of await page.locator('details > summary').all()) await closed.click();
  assert.deepEqual(await axeFindings(page), []);
});

test('A03, A04: the keyboard alone reaches each button, the focus is visible, and it returns to its place', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  for (const name of ['Reject all', 'Accept all']) {
    const visitor = await newVisitor(t);
    const { page } = visitor;
    await visitor.open(shop.url);
    await tabTo(page, name);
    const outline = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    });
    assert.ok(outline, `the focus on "${name}" can be seen`);
    await page.keyboard.press(name === 'Accept all' ? 'Space' : 'Enter');
    await noticeOf(page).waitFor({ state: 'hidden' });
    assert.notEqual(await page.evaluate(() => document.activeElement), null);
    assert.equal(await page.evaluate(() => document.activeElement.closest('[data-abide-notice]')), null);
    await page.keyboard.press('Tab');
    assert.notEqual(await page.evaluate(() => document.activeElement.localName), 'body', 'the keyboard goes on in the page');
    await quiet(page);
  }
});

test('A04: the focus returns to where it was before the visitor came to the notice', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(shop.url);
  const link = page.getByRole('link', { name: 'See the lamps' });
  await link.focus();
  await noticeOf(page).getByRole('button', { name: 'Reject all' }).focus();
  await page.keyboard.press('Enter');
  await noticeOf(page).waitFor({ state: 'hidden' });
  assert.ok(await link.evaluate((element) => element === document.activeElement));
});

test('A03: the notice does not trap the focus: Tab leads through it into the page and back', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(shop.url);
  const inNotice = () => page.evaluate(() => document.activeElement.closest('[data-abide-notice]') !== null);
  await tabTo(page, 'Reject all');
  for (let i = 0; i < 4; ++i) await page.keyboard.press('Tab');
  assert.equal(await inNotice(), false);
  for (let i = 0; i < 4; ++i) await page.keyboard.press('Shift+Tab');
  assert.equal(await inNotice(), true);
});

for (const size of [{ width: 1280, height: 720 }, { width: 390, height: 844 }, { width: 320, height: 568 }]) {
  test(`A01: the focused element is never hidden behind the notice, ${size.width} by ${size.height}`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    const visitor = await newVisitor(t, { viewport: size, reducedMotion: 'reduce' });
    const { page } = visitor;
    await visitor.open(shop.url);
    const hidden = [];
    for (let i = 0; i < 70; ++i) {
      await page.keyboard.press('Tab');
      const behind = await page.evaluate(() => {
        const element = document.activeElement, notice = document.querySelector('[data-abide-notice]');
        if (element === document.body || notice.contains(element)) return null;
        const inner = element.getBoundingClientRect(), outer = notice.getBoundingClientRect();
        const covered = inner.top >= outer.top && inner.bottom <= outer.bottom && inner.left >= outer.left && inner.right <= outer.right;
        return covered ? element.textContent.trim() || element.getAttribute('aria-label') || element.outerHTML.slice(0, 80) : null;
      });
      if (behind) hidden.push(behind);
    }
    assert.deepEqual(hidden, []);
  });
}

test('A02: every control is at least 24 pixels wide and high', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, { viewport: { width: 390, height: 844 } });
  const { page } = visitor;
  const tooSmall = (root) => page.locator(root).locator('button, a, summary, label, input:not([type=hidden])').evaluateAll((elements) =>
    elements.filter((element) => element.checkVisibility()).map((element) => [element, (element.closest('label') ?? element).getBoundingClientRect()])
      .filter(([, { width, height }]) => width < 24 || height < 24)
      .map(([element, { width, height }]) => `${element.outerHTML.slice(0, 60)}: ${width} x ${height}`));
  await visitor.open(shop.url);
  assert.deepEqual(await tooSmall('[data-abide-notice]'), []);
  await visitor.open(preferencesOf(shop));
  for (const closed of await page.locator('details > summary').all()) await closed.click();
  assert.deepEqual(await tooSmall('body'), []);
});

test('A07: at 320 pixels, which is 1280 at 400 per cent, nothing is cut off and both answers are visible', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, { viewport: { width: 320, height: 568 } });
  const { page } = visitor;
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  await visitor.open(shop.url);
  assert.equal(await width(), 320);
  for (const name of ['Reject all', 'Accept all']) {
    const inView = await noticeOf(page).getByRole('button', { name }).evaluate((button) => {
      const { left, right, top, bottom } = button.getBoundingClientRect();
      const onTop = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight && button.contains(onTop);
    });
    assert.ok(inView, name);
  }
  await visitor.open(preferencesOf(shop));
  assert.equal(await width(), 320);
});

test('A07: with text at twice its size the notice can still be read and answered', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await page.setViewportSize({ width: 640, height: 400 });
  await visitor.open(shop.url);
  const notice = await noticeOf(page).boundingBox();
  assert.ok(notice.y >= 0 && notice.x >= 0 && notice.x + notice.width <= 640);
  await answerNotice(page, 'Reject all');
});

test('UX13: the notice has a name, and its text says who asks, for what, and how to change it', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  await visitor.open(shop.url);
  const notice = visitor.page.getByRole('region', { name: 'Cookies: your choice' });
  const words = await notice.innerText();
  for (const word of ['Firwick', 'statistics', 'preferences', 'targeted ads', 'change your choice at any time']) assert.ok(words.includes(word), word);
});
