// Pictures for the eye, in build/screenshots: the notice, the preference page, the policy text, the status line.
import assert from 'node:assert/strict';
import { mkdirSync, statSync } from 'node:fs';
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

/** The shop does without its fonts when they come late; a picture can wait. */
async function waitForFonts(route) {
  const answer = await route.fetch();
  await route.fulfill({ response: answer, body: (await answer.text()).replaceAll('font-display: optional', 'font-display: block') });
}

for (const width of [1280, 390]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`pictures ${width} pixels wide, ${colorScheme}`, async (t) => {
      const viewport = { width, height: width > 600 ? 800 : 844 };
      const shops = { DE: await openShop(t, { location: 'DE' }), 'US-CA': await openShop(t, { location: 'US-CA' }) };
      for (const { name, location, gpc, path, shown, whole } of views) {
        const shop = shops[location];
        const visitor = await newVisitor(t, { gpc, viewport, colorScheme, reducedMotion: 'reduce' });
        const { page } = visitor;
        await visitor.context.route('**/theme.css', waitForFonts);
        await visitor.open(shop.url + path);
        await page.evaluate(() => document.fonts.ready);
        if (shown) {
          await shown(page).scrollIntoViewIfNeeded();
          assert.ok(await shown(page).isVisible(), name);
        }
        if (whole) await page.setViewportSize({ width, height: await page.evaluate(() => document.documentElement.scrollHeight) });
        const file = join(folder, `${name}-${width}-${colorScheme}.png`);
        await page.screenshot({ path: file });
        await visitor.close();
        assert.ok(statSync(file).size > 5000, file);
      }
    });
  }
}
