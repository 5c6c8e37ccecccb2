// Visitors in Chromium. One browser runs per test file; each visitor has a fresh context or a separate profile.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { chromium } from 'playwright-core';
import { readSetCookie } from './evidence.mjs';

const home = mkdtempSync(join(tmpdir(), 'abide-chromium-'));
const launching = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  env: { ...process.env, HOME: home },
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking',
    '--enable-features=GlobalPrivacyControlTest', '--host-resolver-rules=MAP *.firwick.example 127.0.0.1'],
};
const page = { locale: 'en-US', viewport: { width: 1280, height: 800 } };

let running, control;
const browser = () => (running ??= chromium.launch(launching));
after(async () => {
  await (await running)?.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

/** Switches Global Privacy Control on or off, in every context of the browser. */
export async function setGpc(on) {
  control ??= await (await browser()).newBrowserCDPSession(); // kept open: the setting lasts as long as its session
  await control.send('Browser.setGlobalPrivacyControl', { gpc: on });
}

/** A new visitor. Options: gpc, expectsFaults, and those of Playwright's contexts. */
export async function newVisitor(t, { gpc = false, expectsFaults = false, ...options } = {}) {
  await setGpc(gpc);
  const context = await (await browser()).newContext({ ...page, ...options });
  return visitorOf(t, context, await context.newPage(), expectsFaults);
}

/** A visitor with a separate browser, which accepts third-party cookies and can be restarted. */
export async function newProfile(t, folder = newProfileFolder(), { features } = {}) {
  const args = features ? [...launching.args, `--enable-features=${features}`] : launching.args;
  const context = await chromium.launchPersistentContext(folder, { ...launching, args, ...page });
  return visitorOf(t, context, context.pages()[0]);
}

export function newProfileFolder() {
  const folder = mkdtempSync(join(home, 'profile-'));
  mkdirSync(join(folder, 'Default'));
  writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify({ profile: { cookie_controls_mode: 0 } }));
  return folder;
}

function visitorOf(t, context, firstPage, expectsFaults = false) {
  const answers = [], faults = [];
  context.on('response', (answer) => answers.push(answer));
  context.on('console', (message) => {
    if (/content security policy/i.test(message.text())) faults.push(message.text());
  });
  context.on('weberror', (error) => faults.push(error.error().message));
  t.after(async () => {
    await context.close();
    if (!expectsFaults) assert.deepEqual(faults, [], 'no script failed and no content security policy was violated');
  });
  return {
    context,
    page: firstPage,
    /** Names of all cookies in the jar, including HttpOnly ones and those of vendors. */
    cookies: async () => (await context.cookies()).map(({ name }) => name).sort(),
    /** Names of the cookies that responses have set since the last call, including those that the browser refused. */
    received: async () => (await Promise.all(answers.splice(0).map(setCookies))).flat()
      .filter(({ deletes }) => !deletes).map(({ name }) => name),
    /** Loads a page and waits until it is idle. */
    open: async (url) => {
      const answer = await firstPage.goto(url, { waitUntil: 'load' });
      await quiet(firstPage);
      return answer;
    },
    close: () => context.close(),
  };
}

async function setCookies(answer) {
  const fields = await answer.headersArray().catch(() => []); // the page may be gone
  return fields.filter(({ name }) => name.toLowerCase() === 'set-cookie')
    .flatMap(({ value }) => value.split('\n')).map(readSetCookie);
}

/** The visitor's whole cookie jar with all attributes, from the browser's developer protocol. */
export async function jarOf({ context, page }) {
  const session = await context.newCDPSession(page);
  const { cookies } = await session.send('Network.getAllCookies');
  await session.detach();
  return cookies;
}

/** Waits until everything that a page started has been requested and answered; after ten seconds, requested is enough. */
export const quiet = (page) => page.waitForLoadState('networkidle', { timeout: 10_000 }).catch((error) => {
  if (error.name !== 'TimeoutError') throw error;
});

// The shop's pages as a visitor uses them

export const preferencesOf = (shop) => `${shop.url}consent`;
export const atPreferences = (page) => page.waitForURL(({ pathname }) => pathname === '/consent');
export const settingsOf = (page) => page.locator('dialog.abide-settings');
export const noticeOf = (page) => page.locator('[data-abide-notice]');
export const buttonOf = (page, name) => page.getByRole('button', { name, exact: true });
export const statusOf = (page) => page.getByRole('status').filter({ hasText: 'Opt-out request honored' });

const isChoice = (answer) =>
  answer.request().method() === 'POST' && new URL(answer.url()).pathname === '/consent';

/** Presses a button of the notice and returns the server's response to the choice. */
export async function answerNotice(page, name) {
  const answered = page.waitForResponse(isChoice);
  await noticeOf(page).getByRole('button', { name, exact: true }).click();
  const answer = await answered;
  await noticeOf(page).waitFor({ state: 'hidden' });
  await quiet(page);
  return answer;
}

/** Presses a button of a form that the browser itself submits; returns the server's response and waits for the page it leads
    to. */
export async function submit(page, name) {
  const answered = page.waitForResponse(isChoice);
  const landed = page.waitForEvent('load');
  await buttonOf(page, name).click();
  const answer = await answered;
  await landed;
  await quiet(page);
  return answer;
}

/** The names of the cookies that a response deletes. */
export async function takenAway(answer) {
  return (await setCookies(answer)).filter(({ deletes }) => deletes).map(({ name }) => name);
}
