// A frame's name becomes a property of the window, also if the frame is of another origin and cannot be read; so does an element's
// id. Here frames, or forms with fields, have every global name that Abide's scripts read, before any of these scripts runs. Sites
// behind a server and static sites must work as usual.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import test from 'node:test';
import { openAround, POLICY } from './around.mjs';
import { newVisitor } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';
import { built } from './lab.mjs';
import { HEAD, openStaticSite } from './static_site.mjs';

const sources = readdirSync(join(built, 'modules.in'))
  .map((name) => readFileSync(join(built, 'modules.in', name), 'utf8').replace(/\/\/.*|\/\*[^]*?\*\//g, '')).join('\n');
const read = /(?:window|parent|globalThis)(?:\??\.|, '|\.\w+\.)(\w+)|globalOf\('(\w+)'\)|(?<![.\w$'"`<-])(trustedTypes|[A-Z]\w*[a-z]\w*)(?=[.(]| of)/g;
const words = [...new Set(Array.from(sources.matchAll(read), ([, ...found]) => found.find(Boolean)))].sort();
const fields = ['apply', 'passes', 'state', 'allows', 'on', 'add', 'prototype', 'createPolicy', 'call', 'getItem'];

// The names that this browser's window does not define itself: a frame or an element can take them.
const takeable = (page) => page.evaluate((all) => all.filter((name) => !(name in window)), words);

const frames = (names, url) => names.map((name) => `<iframe name="${name}" src="${url}" hidden></iframe>`).join('');
const forms = (names) => names.map((name) => `<form id="${name}" hidden>${fields.map((field) => `<input name="${field}">`).join('')}</form>`).join('');
const givers = { 'frames of another origin': frames, 'frames of the same origin': (names) => frames(names, '/empty'), 'forms with fields': forms };

const tag = '<script type="text/plain" data-category="analytics">(window.ran ??= []).push("tag")</script>';
const guard = '<script src="/abide/guard.js" data-guard="cookies storage requests"></script>';
/** The scripts are in the body, after the elements that took their names. */
const pageOf = (taken, late) => `<!doctype html><html lang="en"><head><title>Page</title></head><body><main><h1>Page</h1>${taken}${guard}${late}${tag}</main></body></html>`;
const ofPackage = (url) => {
  const file = join(built, url.slice(6));
  const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
  if (url === '/abide/policy.json') return ['application/json', JSON.stringify(POLICY)];
  return url.startsWith('/abide/') && existsSync(file) && types[extname(file)] ? [types[extname(file)], readFileSync(file)] : null;
};

const sites = {
  // The server's gate is first in the head. Only the guard comes late; it reads the same names.
  'behind a server': { open: (t, answer) => openAround(t, (request) => ofPackage(request.url) ?? answer(request), { inserts: ({ url }) => url === '/' }), late: '' },
  'a static site whose scripts come late': { open: openStaticSite, late: HEAD },
  'a static site that imports the module, which brings the gate': { open: openStaticSite,
    late: '<link rel="stylesheet" href="/abide/notice.css"><script type="module">import { start } from "/abide/abide.mjs"; start();</script>' },
};
const visitors = {
  Chromium: async (t) => (await newVisitor(t)).page,
  'Chromium, as if it were older': async (t) => {
    const { page } = await newVisitor(t);
    await page.addInitScript(() => { for (const name of ['CookieStore', 'cookieStore', 'trustedTypes', 'BroadcastChannel']) delete window[name]; });
    return page;
  },
  Firefox: async (t) => {
    const { page } = await newFirefox(t);
    page.on('pageerror', ({ message }) => assert.fail(message));
    return page;
  },
};

for (const [browser, open] of Object.entries(visitors)) for (const [where, { open: openSite, late }] of Object.entries(sites))
  test(`${browser}, ${where}: names of frames and forms do not stop gate, module or guard`, async (t) => {
    let taken = '';
    const { url } = await openSite(t, ({ url: path }) => (path === '/empty' ? ['text/html', ''] : path === '/' ? ['text/html', pageOf(taken, late)] : null));
    const page = await open(t);
    await page.goto(`${url}empty`);
    const names = await takeable(page);
    assert.ok(names.includes('abide'), `${names}`);
    t.diagnostic(`${names}`);
    for (const [what, give] of Object.entries(givers)) {
      taken = give(names, `${url}empty`.replace('localhost', '127.0.0.1'));
      await page.goto(url);
      await eventually(`${what}: the notice`, () => page.evaluate(() => document.querySelector('[data-abide-notice]')?.checkVisibility()));
      await new Promise((done) => setTimeout(done, 300));
      assert.equal(await page.evaluate(() => window.ran), undefined, what);
      await page.evaluate(() => {
        document.cookie = '_count=1';
        localStorage._ad = '1';
        new Image().src = 'http://127.0.0.1:9/image.gif';
      });
      await eventually(`${what}: the guard's no`, () => page.evaluate(() =>
        ['_count', '_ad', 'http://127.0.0.1:9/image.gif'].every((name) =>
          document[Symbol.for('abide.guarded')].some((one) => one.verdict === false && one.what === name))));
      await page.click('[value="accept-all"]');
      await eventually(`${what}: the tag`, () => page.evaluate(() => `${window.ran}` === 'tag'));
      await (page.context?.().clearCookies() ?? page.deleteCookie(...await page.cookies()));
      await page.evaluate(() => localStorage.clear());
    }
  });
