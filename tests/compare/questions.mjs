// Yes-or-no questions about a tool, asked once, without throttling.
import { setTimeout as pause } from 'node:timers/promises';
import { inBrowser } from './browser.mjs';
import { domain, host } from './site.mjs';

const gated = ['_ga', '_fbp', '_gcl_au', '_shop_visit', 'br_aud', '_first_visit'];
const tomorrow = Date.now() / 1000 + 86_400;
const old = { name: '_first_visit', value: 'old', domain: host, path: '/', httpOnly: true, expires: tomorrow };

const jar = async (context) => (await context.cookies()).map(({ name }) => name);

async function open(page, site) {
  await page.goto(site.url, { waitUntil: 'load' });
  await pause(1500);
}

const press = async (page, selector) => {
  await page.locator(selector).first().click();
  await pause(1500);
};

const withoutScript = (tool, site) => inBrowser(async ({ page }) => {
  await open(page, site);
  return page.locator(tool.accept).first().isVisible();
}, { site, javaScriptEnabled: false });

/** HttpOnly cookies, from an earlier visit and from every page: after Reject and one more page. */
const afterReject = (tool, site) => inBrowser(async ({ context, page }) => {
  await context.addCookies([old]);
  await open(page, site);
  await press(page, tool.reject);
  await open(page, site);
  return { left: (await jar(context)).filter((name) => gated.includes(name)) };
}, { site });

/** The tag set _ga on the registrable domain; then every consent is withdrawn. */
const afterWithdrawal = (tool, site) => inBrowser(async ({ context, page }) => {
  await open(page, site);
  await press(page, tool.accept);
  const before = (await jar(context)).includes('_ga');
  if (tool.preferences) {
    await page.goto(new URL(tool.preferences, site.url).href);
    await page.locator('button[value=withdraw], button[value=reject-all]').first().click();
  } else {
    await page.evaluate(tool.withdraw).catch(() => {}); // it may reload the page
  }
  await pause(1500);
  await open(page, site);
  return { before, left: (await jar(context)).filter((name) => gated.includes(name)), of: domain };
}, { site });

/** Does the page say that the signal was seen, and does the signal still hold after Accept? */
const withGpc = (tool, site) => inBrowser(async ({ page }) => {
  await open(page, site);
  const sent = await page.evaluate(() => navigator.globalPrivacyControl);
  const said = await page.evaluate(() => document.body.innerText);
  const found = /[^.\n]*(global privacy control|\bGPC\b|opt-out request hono|privacy signal)[^.\n]*/i.exec(said);
  return { sent, says: found?.[0].trim() ?? null };
}, { site, gpc: true });

export async function answersOf(tool, site) {
  return {
    withoutScript: await withoutScript(tool, site),
    reject: await afterReject(tool, site),
    withdrawal: await afterWithdrawal(tool, site),
    gpc: await withGpc(tool, site),
  };
}
