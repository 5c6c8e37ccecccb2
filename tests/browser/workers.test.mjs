// Pages that a service worker made with Workbox stores and serves: each was printed for an earlier decision.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { openAround } from './around.mjs';
import { buttonOf, newVisitor, noticeOf } from './chromium.mjs';
import { eventually } from './evidence.mjs';

const CLAIM = `import { clientsClaim } from 'workbox-core';
self.skipWaiting();
clientsClaim();`;
const strategy = (name) => `${CLAIM}
import { registerRoute } from 'workbox-routing';
import { ${name} } from 'workbox-strategies';
registerRoute(({ request, url }) => request.mode === 'navigate' && url.pathname !== '/consent', new ${name}({ cacheName: 'pages' }));`;

const workers = {
  NetworkFirst: { script: strategy('NetworkFirst') },
  StaleWhileRevalidate: { script: strategy('StaleWhileRevalidate'), isOld: true },
  CacheFirst: { script: strategy('CacheFirst'), isOld: true },
  'CacheFirst for all requests': { script: `${CLAIM}
import { registerRoute } from 'workbox-routing';
import { CacheFirst } from 'workbox-strategies';
registerRoute(({ url }) => url.pathname !== '/consent', new CacheFirst({ cacheName: 'all' }));`, isOld: true },
  precaching: { script: `${CLAIM}
import { precacheAndRoute } from 'workbox-precaching';
precacheAndRoute([{ url: '/', revision: '1' }, { url: '/about', revision: '1' }]);`, isOld: true },
};

function bundled(t, script) {
  const folder = mkdtempSync(join(tmpdir(), 'abide-worker-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'worker.mjs'), script);
  execFileSync('esbuild', ['worker.mjs', '--bundle', '--format=iife', '--outfile=worker.js', '--log-level=error', '--define:process.env.NODE_ENV="production"'],
    { cwd: folder, env: { ...process.env, NODE_PATH: join(import.meta.dirname, 'node_modules') } });
  return readFileSync(join(folder, 'worker.js'), 'utf8');
}

const pageOf = (name) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${name}</title>
<script>navigator.serviceWorker.register('/worker.js')</script></head><body><nav><a href="/">home</a> <a href="/about">about</a></nav><main><h1>${name}</h1></main>
<script type="text/plain" data-category="analytics">(window.ran ??= []).push('${name}')</script></body></html>`;

async function opened(t, script) {
  const worker = bundled(t, script);
  const { url, choices, requests } = await openAround(t, ({ url: path }) => (path === '/worker.js' ? ['text/javascript', worker]
    : /^\/(about)?$/.test(path) ? ['text/html; charset=utf-8', pageOf(path === '/' ? 'home' : 'about')] : null));
  const { page, context } = await newVisitor(t);
  const open = async (path) => {
    await page.goto(url + path);
    await page.waitForTimeout(700);
  };
  await open('');
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  for (const path of ['about', '']) await open(path); // now the worker has both, for a visitor without a choice
  return { page, context, open, choices, requests, ran: () => page.evaluate(() => window.ran ?? []),
    notices: () => page.locator('[data-abide-notice]:visible').count(),
    fromWorker: () => page.evaluate(() => performance.getEntriesByType('navigation')[0].workerStart > 0) };
}

for (const [name, { script, isOld }] of Object.entries(workers))
  test(`Workbox, ${name}: a page that the worker serves has the notice, and obeys the newest choice, also offline`, async (t) => {
    const { page, context, open, choices, requests, ran, notices, fromWorker } = await opened(t, script);
    assert.ok(await fromWorker());
    assert.deepEqual([await notices(), await ran()], [1, []]);
    await buttonOf(page, 'Accept all').click();
    await noticeOf(page).waitFor({ state: 'hidden' });
    await eventually('the tag', async () => `${await ran()}` === 'home');
    await eventually('the choice', () => choices().length === 1);
    const before = requests.length;
    await open('about'); // printed before the choice
    assert.deepEqual([await notices(), await ran()], [0, ['about']], 'nobody is asked again, and what was allowed runs');
    if (isOld && name !== 'StaleWhileRevalidate') assert.deepEqual(requests.slice(before).filter(({ url }) => url === '/about'), [], 'the page is the old one');
    for (const path of ['', 'about']) await open(path);
    const begins = page.waitForEvent('load');
    await buttonOf(page, 'Withdraw consent').click();
    await begins;
    await eventually('the withdrawal', () => choices().length === 2);
    await context.setOffline(true);
    await open(''); // what was stored while everything was allowed, or before anything was
    assert.deepEqual([await page.locator('h1').textContent(), await notices(), await ran()], ['home', 0, []], 'what was taken back waits');
    await context.setOffline(false);
    await open('about');
    assert.deepEqual([await notices(), await ran()], [0, []], 'on the other page too');
  });
