// Pages that change after parsing: routers that put another body into the document, and frameworks that hydrate it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { buttonOf, newVisitor, noticeOf, settingsOf } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { changeHtml, openFront } from './front.mjs';
import { openShop } from './shop.mjs';

const fileOf = (name) => readFileSync(join(import.meta.dirname, 'node_modules', name), 'utf8');
const routers = {
  Turbo: { script: fileOf('@hotwired/turbo/dist/turbo.es2017-umd.js') },
  htmx: { script: fileOf('htmx.org/dist/htmx.min.js'), body: 'hx-boost="true" hx-boost:inherited="true"' },
  'Swup, on the whole body': { script: `${fileOf('swup/dist/Swup.umd.js')};
    new Swup({ containers: ['#all'], animationSelector: false });`, body: 'id="all"', late: true },
};

const send = (answer, type, text) => (answer.writeHead(200, { 'Content-Type': type }).end(text), true);

/** The shop's pages, through which a router goes without loading; without a Content-Security-Policy. */
async function routed(t, { script, body = '', late = false }) {
  const shop = await openShop(t, { location: 'DE' });
  const front = await openFront(t, shop, {
    answer: ({ url }, answer) => url === '/router.js' && send(answer, 'text/javascript', script),
    change: (found) => {
      found.fields = found.fields.filter(([name]) => !/^content-security-policy$/i.test(name));
      changeHtml(found, (html) => html.replace(/<head>/, `<head><script src="/router.js"${late ? ' defer' : ''}></script>`)
        .replace(/<body/, `<body ${body}`));
    },
  });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(front.urlOf('localhost'));
  await page.evaluate(() => { window.isTheSame = true; });
  return { page, front, choices: () => front.requests.filter(({ method, url }) => method === 'POST' && url === '/consent') };
}

/** Follows a link of the page like the router. */
async function follow(page, path) {
  await page.locator(`a[href="${path}"]`).first().evaluate((link) => link.click());
  await page.waitForURL((url) => url.pathname === path);
  await eventually('the other page', () => page.evaluate(() => document.readyState === 'complete' && document.querySelector('main')));
  await page.waitForTimeout(300);
  assert.ok(await page.evaluate(() => window.isTheSame), 'the document is the same');
}

for (const [name, router] of Object.entries(routers)) {
  test(`${name}: the notice stays until it is answered, and does not return on the way back`, async (t) => {
    const { page, choices } = await routed(t, router);
    await noticeOf(page).waitFor();
    await follow(page, '/account');
    assert.equal(await page.locator('[data-abide-notice]:visible').count(), 1);
    await buttonOf(page, 'Reject all').click();
    await noticeOf(page).waitFor({ state: 'hidden' });
    await eventually('the choice', () => choices().length === 1);
    await page.goBack();
    await page.waitForTimeout(600);
    assert.equal(await page.locator('[data-abide-notice]:visible').count(), 0);
  });

  test(`${name}: a grant can be withdrawn on the next page, and the settings open over the page, which the router leaves alone`, async (t) => {
    const { page, choices } = await routed(t, router);
    await buttonOf(page, 'Accept all').click();
    await noticeOf(page).waitFor({ state: 'hidden' });
    await eventually('the choice', () => choices().length === 1);
    await follow(page, '/account');
    const withdraw = buttonOf(page, 'Withdraw consent').first();
    await withdraw.waitFor();
    const begins = page.waitForEvent('load');
    await withdraw.click();
    await eventually('the withdrawal', () => choices().length === 2);
    await begins.catch(() => {}); // because vendors' scripts ran
    await page.waitForLoadState('load');
    await page.evaluate(() => { window.isTheSame = true; });
    await page.locator('a[href^="/consent"]').first().evaluate((link) => link.click());
    await settingsOf(page).getByRole('button', { name: 'Save selection' }).waitFor();
    assert.ok(await page.evaluate(() => window.isTheSame), 'the same document');
    assert.equal(new URL(page.url()).pathname, '/account');
  });
}

// A document of React, with what the server inserts into the shop's pages.

const APP = `import { createElement as h, useState } from 'react';
export function App() {
  const [route, go] = useState('home');
  return h('html', { lang: 'en' }, h('head', null, h('meta', { charSet: 'utf-8' }), h('title', null, 'React'),
    h('script', { src: '/app.js', defer: true })), h('body', null, h('main', null, h('h1', null, route),
    h('button', { id: 'go', onClick: () => go(route === 'home' ? 'about' : 'home') }, 'go'),
    route === 'home' && h('script', { type: 'text/plain', 'data-category': 'analytics',
      dangerouslySetInnerHTML: { __html: 'window.ran = (window.ran ?? 0) + 1' } }),
    route === 'home' && h('iframe', { 'data-category': 'functional', 'data-src': '/framed', title: 'Film', width: 300, height: 200 }))));
}`;
const CLIENT = `import { createElement } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { App } from './app.mjs';
window.errors = [];
const note = (error) => window.errors.push(String(error.message ?? error));
hydrateRoot(document, createElement(App), { onRecoverableError: note, onUncaughtError: note });`;
const SERVER = `import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { App } from './app.mjs';
export const html = renderToString(createElement(App));`;

/** The document as the server renders it, and the script that hydrates it. */
function built(t, version) {
  const folder = mkdtempSync(join(tmpdir(), 'abide-react-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of [['app.mjs', APP], ['client.mjs', CLIENT], ['server.mjs', SERVER]]) writeFileSync(join(folder, name), text);
  const from = version === 19 ? '' : `-${version}`;
  const make = (entry, out, ...more) => execFileSync('esbuild', [entry, '--bundle', `--outfile=${out}`, '--log-level=error',
    '--define:process.env.NODE_ENV="production"', `--alias:react=react${from}`, `--alias:react-dom=react-dom${from}`, ...more],
  { cwd: folder, env: { ...process.env, NODE_PATH: join(import.meta.dirname, 'node_modules') } });
  make('client.mjs', 'client.js');
  make('server.mjs', 'server.cjs', '--platform=node', '--format=cjs');
  return { html: createRequire(import.meta.url)(join(folder, 'server.cjs')).html, script: readFileSync(join(folder, 'client.js'), 'utf8') };
}

for (const version of [18, 19])
  test(`React ${version} hydrates the whole document without an error; the notice stays, and what the gate released can be removed`, async (t) => {
    const { html, script } = built(t, version);
    const shop = await openShop(t, { location: 'DE' });
    const front = await openFront(t, shop, {
      answer: ({ url }, answer) => (url === '/app.js' && send(answer, 'text/javascript', script)) ||
        (url === '/framed' && send(answer, 'text/html', 'framed')),
      change: (found) => {
        found.fields = found.fields.filter(([name]) => !/^content-security-policy$/i.test(name));
        changeHtml(found, (page) => {
          const part = (pattern) => pattern.exec(page)?.[0] ?? '';
          const head = part(/<style[^>]*>@layer abide[^]*?(?=<\/head>)/), notice = part(/<abide-notice>[^]*?<\/abide-notice>/);
          assert.ok(head, 'the gate');
          return '<!doctype html>' + html.replace('</head>', () => `${head}</head>`).replace('<body>', () => `<body>${notice}`)
            .replace('</body>', () => `${part(/<form id="abide-post"[^]*?abide\.mjs"><\/script>/)}</body>`);
        });
      },
    });
    const { page } = await newVisitor(t);
    const route = async (to) => {
      await page.locator('#go').click();
      await page.locator('h1', { hasText: to }).waitFor();
    };
    await page.goto(front.urlOf('localhost'));
    await noticeOf(page).waitFor();
    await page.waitForFunction(() => window.errors);
    await page.waitForTimeout(500);
    await route('about');
    assert.equal(await page.locator('[data-abide-notice]:visible').count(), 1);
    await route('home');
    await buttonOf(page, 'Accept all').click();
    await noticeOf(page).waitFor({ state: 'hidden' });
    await eventually('the tag', () => page.evaluate(() => window.ran));
    await page.locator('iframe[src]').waitFor();
    for (const to of ['about', 'home', 'about']) await route(to);

    await page.reload(); // now the tag and the frame load at once
    await eventually('the tag', () => page.evaluate(() => window.ran));
    await page.locator('iframe[src]').waitFor();
    for (const to of ['about', 'home']) await route(to);
    assert.deepEqual(await page.evaluate(() => window.errors), []);
  });
