// @abide/browser/react: the hook and the component, in documents that React renders on a server and hydrates as a whole.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { openAround } from './around.mjs';
import { buttonOf, newVisitor, noticeOf } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { built } from './lab.mjs';
import { openStaticSite } from './static_site.mjs';

const APP = `import { createElement as h, StrictMode, useEffect, useState } from 'react';
import { Gated, useAbide } from '@abide/browser/react';
function Chart() {
  useEffect(() => {
    globalThis.charts = (globalThis.charts ?? 0) + 1;
    return () => { globalThis.charts--; };
  }, []);
  return h('p', { id: 'chart' }, 'chart');
}
function Told() {
  const { decision, allows, openSettings } = useAbide();
  const asked = ['required', 'analytics', '!analytics', ['analytics', 'targeting'], { category: 'targeting', shared: false }, { cookie: '_count' },
    { category: 'analytics', service: 'Nobody' }, { cookie: '_nobody_knows' }];
  return h('div', null, h('output', null, asked.map((one) => (allows(one) ? 'y' : 'n')).join('')),
    h('span', { id: 'chosen' }, String(decision.chosen ?? false)), h('button', { id: 'settings', onClick: openSettings }, 'Cookies'));
}
export function App() {
  const [route, go] = useState('home');
  return h(StrictMode, null, h('html', { lang: 'en' },
    h('head', null, h('meta', { charSet: 'utf-8' }), h('title', null, 'React'),
      STATIC && h('link', { rel: 'stylesheet', href: '/abide/notice.css' }), STATIC && h('script', { src: '/abide/gate.js' }),
      STATIC && h('script', { src: '/abide/abide.mjs', type: 'module' }), h('script', { src: '/app.js', async: true })),
    h('body', null, h('main', null, h('h1', null, route), h('button', { id: 'go', onClick: () => go(route === 'home' ? 'about' : 'home') }, 'go'), h(Told),
      route === 'home' && h(Gated, { category: 'analytics', fallback: h('p', { id: 'instead' }, 'no chart') }, h(Chart)),
      h(Gated, { cookie: '_ad', fallback: null }, h('p', { id: 'ad' }, 'ad'))))));
}`;
const CLIENT = `import { createElement } from 'react';
import { hydrateRoot } from 'react-dom/client';
import * as abide from '@abide/browser';
import { App } from './app.mjs';
window.errors = [];
window.api = abide.start();
const note = (error) => window.errors.push(String(error.message ?? error));
hydrateRoot(document, createElement(App), { onRecoverableError: note, onUncaughtError: note });`;
const SERVER = `import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { App } from './app.mjs';
export const html = renderToString(createElement(App));`;

/** The document as the server renders it, and the script that hydrates it; React's development build reports most. */
function bundled(t, version, isStatic) {
  const folder = mkdtempSync(join(tmpdir(), 'abide-react-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(built, join(folder, 'node_modules/@abide/browser'), { recursive: true });
  for (const [name, text] of [['app.mjs', APP], ['client.mjs', CLIENT], ['server.mjs', SERVER]]) writeFileSync(join(folder, name), text);
  const from = version === 19 ? '' : `-${version}`;
  const make = (entry, out, ...more) => execFileSync('esbuild', [entry, '--bundle', `--outfile=${out}`, '--log-level=error',
    '--define:process.env.NODE_ENV="development"', `--define:STATIC=${isStatic}`, `--alias:react=react${from}`, `--alias:react-dom=react-dom${from}`, ...more],
  { cwd: folder, env: { ...process.env, NODE_PATH: join(import.meta.dirname, 'node_modules') } });
  make('client.mjs', 'client.js');
  make('server.mjs', 'server.cjs', '--platform=node', '--format=cjs');
  return { html: createRequire(import.meta.url)(join(folder, 'server.cjs')).html, script: readFileSync(join(folder, 'client.js'), 'utf8') };
}

/** @param delay in milliseconds, until React's script arrives */
async function opened(t, version, { isStatic = false, delay = 0 } = {}) {
  const { html, script } = bundled(t, version, isStatic);
  const { url } = await (isStatic ? openStaticSite : openAround)(t, async ({ url: path }) => {
    if (path === '/app.js') await new Promise((resolve) => { setTimeout(resolve, delay); });
    return path === '/app.js' ? ['text/javascript', script] : path === '/' ? ['text/html; charset=utf-8', `<!doctype html>${html}`] : null;
  });
  const visitor = await newVisitor(t);
  const said = [];
  visitor.page.on('console', (message) => { if (/error|warning/.test(message.type())) said.push(message.text()); });
  await visitor.page.goto(url);
  await visitor.page.waitForFunction(() => window.errors);
  const { page } = visitor;
  return { page, html, answers: () => page.locator('output').textContent(),
    hasNoError: async () => assert.deepEqual([await page.evaluate(() => window.errors), said.filter((line) => !/404|Download the React DevTools/.test(line))], [[], []]) };
}

const sites = { 'behind a server': {}, 'on a static site, whose notice comes first': { isStatic: true, delay: 1500 } };

for (const version of [18, 19]) {
  for (const [where, how] of Object.entries(sites)) test(`React ${version}, ${where}: waiting components are rendered when they are allowed, and removed when that is withdrawn; hydration has no error`, async (t) => {
    const { page, html, answers, hasNoError } = await opened(t, version, how);
    assert.match(html, /<output>y.*id="instead"/, 'the server draws the strictest answer');
    await noticeOf(page).waitFor();
    await page.locator('#instead').waitFor();
    assert.equal(await answers(), 'ynynnnnn');
    await buttonOf(page, 'Accept all').click();
    await page.locator('#chart').waitFor();
    await page.locator('#ad').waitFor();
    await eventually('the answers', async () => await answers() === 'yynyyyyy');
    assert.equal(await page.locator('#chosen').textContent(), 'true');
    assert.equal(await page.evaluate(() => window.charts), 1);
    for (const to of ['about', 'home']) {
      await page.locator('#go').click();
      await page.locator('h1', { hasText: to }).waitFor();
    }
    await page.locator('#settings').click();
    await noticeOf(page).waitFor();
    await buttonOf(page, 'Reject all').click();
    await page.locator('#instead').waitFor();
    await eventually('the other answers', async () => await answers() === 'ynynnnnn');
    assert.equal(await page.locator('#chart, #ad').count(), 0);
    assert.equal(await page.evaluate(() => window.charts), 0, 'the chart was taken out in the same document');
    await hasNoError();
  });

  test(`React ${version}: for a visitor who chose before, the first rendering is the server's and the second the visitor's`, async (t) => {
    const { page, hasNoError } = await opened(t, version);
    await buttonOf(page, 'Accept all').click();
    await page.locator('#chart').waitFor();
    await page.reload();
    await page.locator('#chart').waitFor();
    assert.equal(await page.locator('#instead').count(), 0);
    await hasNoError();
  });
}

test('a page that comes back from the browser\'s cache renders the same again, once it has asked', async (t) => {
  const { page } = await opened(t, 19);
  await buttonOf(page, 'Accept all').click();
  await page.locator('#ad').waitFor();
  const meanwhile = await page.evaluate(async () => {
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })); // headless browsers under test have no such cache
    document.querySelector('#go').click();
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    return document.querySelectorAll('#ad').length;
  });
  assert.equal(meanwhile, 0, 'what is drawn before the decision is known waits');
  await page.locator('#ad').waitFor();
  assert.equal(await page.locator('h1').textContent(), 'about');
});
