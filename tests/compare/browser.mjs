// Chromium as a visitor's browser on a slow phone: a new browser with an empty profile for every load.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { domain } from './site.mjs';

export const slow = { cpu: 4, latency: 150, bitsPerSecond: 1_600_000 };
export const viewport = { width: 412, height: 823 };

const home = mkdtempSync(join(tmpdir(), 'abide-compare-home-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

/** A fresh browser with one page. Calls `use` with both and closes the browser afterwards. */
export async function inBrowser(use, { site, gpc = false, ...options } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    env: { ...process.env, HOME: home },
    args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking',
      '--enable-features=GlobalPrivacyControlTest',
      '--disable-blink-features=AutomationControlled', // some tools do not show themselves to robots
      `--host-resolver-rules=MAP *.${domain} 127.0.0.1`,
      ...(site ? [`--unsafely-treat-insecure-origin-as-secure=${new URL(site.url).origin}`] : [])],
  });
  try {
    const control = await browser.newBrowserCDPSession();
    if (gpc) await control.send('Browser.setGlobalPrivacyControl', { gpc });
    const context = await browser.newContext({ locale: 'en-US', viewport, ...options });
    const page = await context.newPage();
    return await use({ browser, control, context, page });
  } finally {
    await browser.close();
  }
}

export async function throttle(page, { cpu, latency, bitsPerSecond }) {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: cpu });
  if (!latency) return;
  await session.send('Network.enable');
  const bytes = bitsPerSecond / 8;
  await session.send('Network.emulateNetworkConditions',
    { offline: false, latency, downloadThroughput: bytes, uploadThroughput: bytes });
}

const processes = async (control) => (await control.send('SystemInfo.getProcessInfo')).processInfo;

/** Waits until the browser's own start-up has ended: it works for seconds after its window appears. */
export async function calm(control) {
  const spent = async () => (await processes(control)).reduce((sum, { id }) => sum + threadTime(id), 0);
  for (let i = 0, before = await spent(); i < 20; ++i) {
    await pause(500);
    const now = await spent();
    if (now - before < 15) return;
    before = now;
  }
}

/** The process that renders this page: the one that works when the page is made to. */
export async function processOf(control, page) {
  const renderers = (await processes(control)).filter(({ type }) => type === 'renderer')
    .map(({ id }) => ({ id, before: threadTime(id) }));
  await page.evaluate(() => {
    for (const end = performance.now() + 200; performance.now() < end;);
  });
  const grown = renderers.map(({ id, before }) => ({ id, by: threadTime(id) - before }));
  return grown.sort((a, b) => b.by - a.by)[0].id;
}

/** Milliseconds of CPU time that all threads of a process have used. */
export function threadTime(pid) {
  let sum = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`))
      sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch { /* a thread or the process ended meanwhile */ }
  return sum;
}
