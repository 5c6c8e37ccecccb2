// Named elements hide members of the document, its forms and the window. Here a page uses every name that Abide's scripts
// read, all at once, before the tags and the module: for an image, a form and an object, and for fields of a form around
// them. They are invisible, so the test uses the mouse at places measured without them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openAround } from './around.mjs';
import { newVisitor } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';
import { built } from './lab.mjs';

const sources = readdirSync(join(built, 'modules.in'));
const text = sources.map((name) => readFileSync(join(built, 'modules.in', name), 'utf8')).join('\n');
const names = [...new Set(Array.from(text.matchAll(/[.'{ ]([a-zA-Z]\w+)\b/g), ([, name]) => name))].sort();

/** Those of these members that the document, a form or the window has in this browser. */
const hideable = (page) => page.evaluate((all) => all.filter((name) =>
  [Document, HTMLFormElement, Window].some((kind) => name in kind.prototype) || name in window), names);

let made = 0;
const tag = () => `<script type="text/plain" data-category="analytics" data-src="/ran.js?${++made}"></script>`; // not cached
const html = (inner) => `<!doctype html><html lang="en"><head><title>Page</title></head><body><main><h1>Page</h1>${inner}</main></body></html>`;
const hidden = (elements) => `<div hidden>${elements.join('')}</div>`;
const pages = {
  'images and forms': (given) => html(hidden(given.flatMap((name) => [`<img name="${name}">`, `<form name="${name}"></form>`])) + tag()),
  'objects and anchors': (given) => html(hidden(given.flatMap((name) => [`<object id="${name}" name="${name}"></object>`, `<a id="${name}"></a>`])) + tag()),
  'fields of a form around all': (given) => html(`<form>${hidden(given.map((name) => `<input name="${name}">`))}${tag()}</form>`),
  'fields of a form that comes later': (given) => html(`<script>
    addEventListener('load', () => setTimeout(() => { document.querySelector('main').insertAdjacentHTML('beforeend',
      ${JSON.stringify(`<form>${hidden(given.map((name) => `<input name="${name}">`))}${tag()}</form>`).replaceAll('</', '<\\/')}); }, 100));</script>`),
};

const visitors = {
  Chromium: async (t) => (await newVisitor(t)).page,
  Firefox: async (t) => {
    const { page } = await newFirefox(t);
    await page.setViewport({ width: 1280, height: 720 });
    page.on('pageerror', ({ message }) => assert.fail(message));
    return page;
  },
};

/** The middle of a button at its place in a page without names. */
const middleOf = (page, selector) => page.evaluate((find) => {
  const { left, top, width, height } = [...document.querySelectorAll(find)].find((one) => one.checkVisibility()).getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}, selector);
const press = (page, [x, y]) => page.mouse.click(x, y);

/** A press that makes the page reload. */
async function pressAndGoOn(page, at, what = 'a page without names') {
  await page.evaluate(() => { window.isOld = true; });
  await press(page, at);
  await eventually(`${what}: a new page`, () => page.evaluate(() => !window.isOld && document[Symbol.for('abide.started')] && true).catch(() => false));
}

for (const [browser, open] of Object.entries(visitors))
  test(`${browser}: whatever names the page uses, a visitor can choose, what they allow runs, and they can withdraw`, async (t) => {
    const given = [];
    const site = await openAround(t, ({ url }) => {
      if (url.startsWith('/ran.js')) return ['text/javascript', '0'];
      const make = Object.values(pages)[Number(url.slice(1).split('?')[0])];
      return make && ['text/html', make(url.endsWith('?bare') ? [] : given)];
    });
    const page = await open(t);
    const count = (method, path) => site.requests.filter((one) => one.method === method && one.url.replace(/js\?.*/, 'js') === path).length;
    await page.goto(`${site.url}0?bare`);
    given.push(...await hideable(page));
    assert.ok(given.length > 100 && given.includes('querySelectorAll') && given.includes('documentElement'), `${given.length} names`);
    const accept = await middleOf(page, '[value="accept-all"]');
    await press(page, accept);
    await eventually('the choice, and the tag to run', () => count('POST', '/consent') === 1 && count('GET', '/ran.js') === 1);
    await page.goto(`${site.url}0?bare`);
    await eventually('the tag to run', () => count('GET', '/ran.js') === 2);
    const withdraw = await middleOf(page, '[value="withdraw"]');
    await pressAndGoOn(page, withdraw);
    assert.equal(count('POST', '/consent'), 2);
    for (const [i, what] of Object.keys(pages).entries()) {
      const before = { ran: count('GET', '/ran.js'), choices: count('POST', '/consent') };
      await page.goto('about:blank');
      await forget(page);
      await page.goto(`${site.url}${i}`);
      await new Promise((done) => setTimeout(done, 500));
      assert.equal(count('GET', '/ran.js'), before.ran, `${what}: nothing ran`);
      await press(page, accept);
      await eventually(`${what}: the choice`, () => count('POST', '/consent') === before.choices + 1);
      await eventually(`${what}: the tag to run`, () => count('GET', '/ran.js') === before.ran + 1);
      await pressAndGoOn(page, withdraw, what);
      assert.equal(count('POST', '/consent'), before.choices + 2, what);
    }
  });

/** As a new visitor. */
async function forget(page) {
  const jar = page.context?.() ?? page.browserContext();
  if (jar.clearCookies) return jar.clearCookies();
  return jar.deleteCookie(...await jar.cookies());
}
