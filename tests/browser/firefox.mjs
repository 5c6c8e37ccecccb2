// A visitor in Firefox ESR, in a separate browser.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';

/** `preferences`: named as in about:config; the others have their defaults. */
export async function newFirefox(t, preferences = {}) {
  const home = mkdtempSync(join(tmpdir(), 'abide-firefox-'));
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    env: { ...process.env, HOME: home },
    extraPrefsFirefox: preferences,
  });
  t.after(async () => {
    await browser.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  return {
    page,
    cookies: async () => (await browser.cookies()).map(({ name }) => name).sort(),
    open: (url) => page.goto(url, { waitUntil: ['load', 'networkidle0'] }),
    visible: (selector) => page.$eval(selector, (element) => element.checkVisibility()).catch(() => false),
  };
}
