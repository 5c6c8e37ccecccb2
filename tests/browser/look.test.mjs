// The look and place of the notice: colors, languages, motion, and what it leaves free.
import assert from 'node:assert/strict';
import test from 'node:test';
import { newVisitor, noticeOf, preferencesOf } from './chromium.mjs';
import { openShop } from './shop.mjs';

for (const [width, height] of [[1280, 800], [1440, 900], [390, 844]]) {
  test(`the notice is a small part of the window, ${width} by ${height}`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    for (const [path, gpc] of [['', false], ['', true], ['de/', false], ['de/', true]]) {
      const visitor = await newVisitor(t, { gpc, viewport: { width, height } });
      await visitor.open(shop.url + path);
      const notice = await noticeOf(visitor.page).boundingBox();
      assert.ok(notice.height <= height * 0.4, `/${path}: ${notice.height} high`);
    }
  });
}

for (const [height, layout] of [[256, 'top'], [256, 'bar'], [200, 'bar']])
  test(`at 400 % the text of the notice can be read, ${layout}, ${height} pixels high`, async (t) => {
    const shop = await openShop(t, { location: 'DE', change: (policy) => ({ ...policy, notice: { ...policy.notice, layout } }) });
    const { page, open } = await newVisitor(t, { viewport: { width: 320, height }, deviceScaleFactor: 4 });
    await open(shop.url);
    const { y, height: high } = await noticeOf(page).boundingBox();
    assert.ok(y >= 0 && (layout === 'top' || y + high <= height), `${y}, ${high}`);
    const isFree = async (part) => {
      await noticeOf(page).locator(part).scrollIntoViewIfNeeded();
      return noticeOf(page).locator(part).evaluate((element) => {
        const { left, top } = element.getBoundingClientRect();
        return document.elementFromPoint(left + 5, top + 8) === element;
      });
    };
    for (const part of ['.abide-title', '.abide-text', '[value=reject-all]', '[value=accept-all]', '.abide-actions > a:first-of-type']) assert.ok(await isFree(part), part);
  });

test('on the narrowest phones the shop\'s links are above its headline and do not overlap it', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  for (const width of [280, 320, 360, 390]) for (const path of ['', 'de/']) {
    const visitor = await newVisitor(t, { viewport: { width, height: 568 } });
    await visitor.open(shop.url + path);
    const [links, head] = await Promise.all(['header.top', 'h1'].map((part) => visitor.page.locator(part).first().boundingBox()));
    assert.ok(links.y + links.height <= head.y, `/${path} ${width}: links end at ${links.y + links.height}, the headline begins at ${head.y}`);
    await visitor.close();
  }
});

const luminance = ([r, g, b]) => {
  const linear = [r, g, b].map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};
const contrast = (one, other) => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};

for (const colorScheme of ['light', 'dark']) {
  test(`A06: text has a contrast of 4.5 to 1, buttons, switches and the focus 3 to 1, in Abide's own colors, ${colorScheme}`, async (t) => {
    const shop = await openShop(t, { location: 'DE', change: ({ notice: { theme, ...notice }, ...policy }) => ({ ...policy, notice }) });
    const visitor = await newVisitor(t, { colorScheme });
    const { page } = visitor;
    await visitor.open(shop.url);
    await page.evaluate(() => { // without the shop's colors
      for (const name of ['surface', 'ground', 'text', 'muted', 'line', 'accent', 'on-accent', 'tint'])
        document.documentElement.style.setProperty(`--abide-${name}`, 'initial');
    });
    const colors = await noticeOf(page).evaluate((notice) => {
      const of = (element, property) => getComputedStyle(element)[property].match(/[\d.]+/g).slice(0, 3).map(Number);
      const button = notice.querySelector('button');
      button.focus({ focusVisible: true });
      return { surface: of(notice, 'backgroundColor'), text: of(notice, 'color'), button: of(button, 'backgroundColor'),
        label: of(button, 'color'), focus: of(button, 'outlineColor') };
    });
    assert.ok(contrast(colors.text, colors.surface) >= 4.5);
    assert.ok(contrast(colors.label, colors.button) >= 4.5);
    assert.ok(contrast(colors.button, colors.surface) >= 3);
    assert.ok(contrast(colors.focus, colors.surface) >= 3);
    await visitor.open(preferencesOf(shop));
    const { muted, surface, track } = await page.locator('.abide-card').evaluate((card) => {
      const of = (element, property, part) => getComputedStyle(element, part)[property].match(/[\d.]+/g).slice(0, 3).map(Number);
      return { surface: of(card, 'backgroundColor'), muted: of(card.querySelector('.abide-why'), 'color'),
        track: of(card.querySelector('.abide-switch:enabled'), 'borderTopColor', '::before') };
    });
    assert.ok(contrast(muted, surface) >= 4.5);
    assert.ok(contrast(track, surface) >= 3);
  });
}

test('A11: each part declares its language, and nothing moves for visitors who prefer reduced motion', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const motion = async (reducedMotion) => {
    const visitor = await newVisitor(t, { reducedMotion });
    await visitor.open(`${shop.url}de`);
    assert.equal(await noticeOf(visitor.page).getAttribute('lang'), 'de');
    assert.equal(await visitor.page.locator('[data-abide-status]').getAttribute('lang'), 'de');
    await visitor.open(`${preferencesOf(shop)}?lang=de`);
    assert.equal(await visitor.page.locator('html').getAttribute('lang'), 'de');
    return visitor.page.evaluate(() => [...document.querySelectorAll('*')].flatMap((element) =>
      [null, '::before', '::after'].map((part) => getComputedStyle(element, part))
        .filter(({ transitionDuration, animationName }) => parseFloat(transitionDuration) > 0.01 || animationName !== 'none')).length);
  };
  assert.equal(await motion('reduce'), 0);
  assert.ok(await motion('no-preference') > 0, 'switches slide for the others');
});

test('the opt-out icon stands beside its words, whatever the sheet of the site makes of drawings', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  for (const width of [1280, 320]) {
    const { page, open } = await newVisitor(t, { viewport: { width, height: 600 } });
    await open(shop.url);
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('svg { display: block; }'); // as in many CSS resets
      document.adoptedStyleSheets = [sheet];
    });
    const [icon, words] = await page.locator('.abide-footer a').evaluate((link) => {
      const range = document.createRange();
      range.selectNode(link.lastChild);
      return [link.querySelector('svg'), range].map((part) => { const { top, bottom } = part.getBoundingClientRect(); return { top, bottom }; });
    });
    assert.ok(icon.top >= words.top - 4 && icon.bottom <= words.bottom + 4, JSON.stringify({ width, icon, words }));
  }
});

test('on paper the preference page has its words, and nothing to press lies over them', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const { page, open } = await newVisitor(t);
  await open(preferencesOf(shop));
  await page.emulateMedia({ media: 'print' });
  for (const name of ['Reject all', 'Save selection']) assert.ok(await page.getByRole('button', { name }).isHidden());
  assert.ok(await page.getByText('Targeted ads', { exact: true }).first().isVisible());
});

test('what marks a failed save stands where the text begins, in Arabic too', async (t) => {
  const shop = await openShop(t, { location: 'DE', change: (policy) => ({ ...policy, notice: { ...policy.notice, languages: ['en', 'ar'] } }) });
  for (const [lang, side] of [['en', 'Left'], ['ar', 'Right']]) {
    const { context, page, open } = await newVisitor(t);
    await open(`${shop.url}consent?lang=${lang}`);
    await context.route('**/consent', (route) => route.abort());
    await page.locator('[value=save]').click();
    const line = page.getByRole('alert');
    await line.waitFor();
    assert.ok(await line.evaluate((element, name) => parseFloat(getComputedStyle(element)[`border${name}Width`]) > 2, side), lang);
  }
});
