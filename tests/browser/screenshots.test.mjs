// Screenshots for review, in build/screenshots: the notice, the preference page, the policy text, the status line; wide and
// on a phone, light and dark, right to left, at twice the text size, in the system's own colors.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { newVisitor, noticeOf, statusOf } from './chromium.mjs';
import { openShop, root } from './shop.mjs';

const folder = join(root, 'build/screenshots');
mkdirSync(folder, { recursive: true });

const views = [
  { name: 'home-notice', location: 'DE', path: '', shown: noticeOf },
  { name: 'home-notice-signal', location: 'DE', gpc: true, path: '', shown: noticeOf },
  { name: 'product-notice-german', location: 'DE', path: 'de/product/nehalem', shown: noticeOf },
  { name: 'preferences-consent', location: 'DE', path: 'consent', whole: true },
  { name: 'preferences-opt-out', location: 'US-CA', path: 'consent', whole: true },
  { name: 'preferences-signal', location: 'US-CA', gpc: true, path: 'consent', whole: true },
  { name: 'policy-text', location: 'US-CA', path: 'consent/policy', whole: true },
  { name: 'declaration', location: 'DE', path: 'consent/cookies', whole: true },
  { name: 'status-line', location: 'US-CA', gpc: true, path: '', shown: statusOf },
];

/** Waits for fonts: the shop does not use fonts that load late, but a picture can wait. */
async function waitForFonts(route) {
  const answer = await route.fetch();
  await route.fulfill({ response: answer, body: (await answer.text()).replaceAll('font-display: optional', 'font-display: block') });
}

/** Loads a view as its visitor sees it, and takes a picture. */
async function picture(t, shop, { name, gpc = false, path, shown, whole, prepare }, options) {
  const visitor = await newVisitor(t, { gpc, reducedMotion: 'reduce', ...options });
  const { page } = visitor;
  await visitor.context.route('**/theme.css', waitForFonts);
  await visitor.open(shop.url + path);
  await page.evaluate(() => document.fonts.ready);
  await prepare?.(page);
  if (shown) {
    await shown(page).scrollIntoViewIfNeeded();
    assert.ok(await shown(page).isVisible(), name);
  }
  const { width } = options.viewport;
  if (whole) await page.setViewportSize({ width, height: await page.evaluate(() => document.documentElement.scrollHeight) });
  const file = join(folder, `${name}-${width}-${options.colorScheme ?? 'light'}.png`);
  await page.screenshot({ path: file });
  await visitor.close();
  assert.ok(statSync(file).size > 5000, file);
}

const desk = { width: 1280, height: 800 }, phone = { width: 390, height: 844 };

for (const viewport of [desk, phone]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`screenshots ${viewport.width} pixels wide, ${colorScheme}`, async (t) => {
      const shops = { DE: await openShop(t, { location: 'DE' }), 'US-CA': await openShop(t, { location: 'US-CA' }) };
      for (const view of views) await picture(t, shops[view.location], view, { viewport, colorScheme });
    });
  }
}

/** The shop has no Arabic texts; this shows its notice in Arabic. */
async function speakArabic(page) {
  const words = JSON.parse(readFileSync(join(root, 'middleware/texts/ar.json'), 'utf8'));
  await page.evaluate((say) => {
    const notice = document.querySelector('[data-abide-notice]');
    document.documentElement.dir = 'rtl';
    Object.assign(notice, { lang: 'ar', dir: 'rtl' });
    const asked = ['analytics', 'functional', 'targeting'].map((name) => say[`purpose.${name}`]);
    const purposes = asked.slice(0, 2).join(say['list.comma']) + say['list.and'] + asked[2];
    const text = say['notice.text'].replace('{site}', 'Firwick').replace('{purposes}', purposes);
    const texts = [['h2', say['notice.title']], ['p', `${text} ${say['notice.vendors'].replace('{count}', 5)}`],
      ['[value=reject-all]', say['choice.reject']], ['[value=accept-all]', say['choice.accept']], ['a', say['link.settings']],
      ['a + a', say['link.privacy']]];
    for (const [part, text] of texts) notice.querySelector(part).textContent = text;
  }, words);
}

const inArabic = (policy) => ({ ...policy, notice: { ...policy.notice, languages: ['ar', 'en'] } });
const countsFreely = (policy) => ({ ...policy, exempt: ['GB:statistical:_ga*'] });
const accept = (page) => noticeOf(page).getByRole('button', { name: 'Accept all' }).click();

const arabic = { name: 'home-notice-arabic', path: '', shown: noticeOf, prepare: speakArabic };
const arabicPage = { name: 'preferences-arabic', path: 'consent?lang=ar', whole: true };
const withdrawal = { name: 'withdrawal', path: 'contact', prepare: accept,
  shown: (page) => page.getByRole('button', { name: 'Withdraw consent' }) };
const notice = (name) => ({ name: `home-notice-${name}`, path: '', shown: noticeOf });
const forced = { name: 'preferences-forced', path: 'consent', whole: true };
const hostile = `* { font-family: fantasy !important; color: red !important; background: #ffd !important; letter-spacing: 3px !important }
  *::before { content: "x" !important } button, a { padding: 30px !important; text-transform: uppercase !important }
  body { display: grid; filter: hue-rotate(90deg); transform: rotate(1deg) scale(.9); zoom: 1.3; pointer-events: none }`;
const beside = { name: 'home-notice-hostile', path: '', shown: noticeOf, prepare: (page) => page.evaluate((rules) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [sheet];
}, hostile) };
const paper = { name: 'home-print', path: '', prepare: (page) => page.emulateMedia({ media: 'print' }), whole: true };
const twice = { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }, narrow = { viewport: { width: 320, height: 568 } };

for (const [what, location, change, view, options] of [
  ['right to left', 'DE', undefined, arabic, [{ viewport: desk }, { viewport: phone }]],
  ['of a page right to left', 'DE', inArabic, arabicPage, [{ viewport: desk }, { viewport: phone, colorScheme: 'dark' }]],
  ['at twice the size', 'DE', undefined, notice('zoom'), [twice]],
  ['at four times the size', 'DE', undefined, notice('zoom-400'), [{ viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 }]],
  ['under a hostile style sheet', 'DE', undefined, beside, [{ viewport: desk }]],
  ['on paper', 'DE', undefined, paper, [{ viewport: desk }]],
  ['320 pixels wide', 'DE', undefined, notice('narrow'), [narrow]],
  ['in the colors of the system', 'DE', undefined, forced, [{ viewport: desk, forcedColors: 'active' }]],
  ['of the objection', 'GB', countsFreely, notice('objection'), [{ viewport: desk }, { viewport: phone }]],
  ['of a consent that can be taken back', 'DE', undefined, withdrawal, [{ viewport: desk }, { viewport: phone, colorScheme: 'dark' }]],
]) {
  test(`screenshots ${what}`, async (t) => {
    const shop = await openShop(t, { location, change });
    for (const each of options) await picture(t, shop, view, each);
  });
}
