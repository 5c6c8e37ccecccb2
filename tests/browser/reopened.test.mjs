// A page's script may reopen the document: document.open(), and document.write() after parsing, remove every node, and every
// listener of the document and the window. What Abide added to the page, and its listeners, must still be there.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openAround, POLICY } from './around.mjs';
import { newVisitor } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';
import { built } from './lab.mjs';

const tag = (name) => `<script type="text/plain" data-category="analytics">(window.ran ??= []).push("${name}")</script>`;
const pageOf = (name, head = '') => `<!doctype html><html lang="en"><head><title>${name}</title>${head}</head><body><main><h1>${name}</h1>${tag(name)}</main></body></html>`;
const GUARD = '<script src="/files/guard.js" data-guard="cookies"></script>';

// How a script replaces the page with the text of another.
const ways = {
  'document.open() and write()': (text) => { document.open(); document.write(text); document.close(); },
  'document.write() at a press': (text) => {
    const button = document.createElement('button');
    button.onclick = () => { document.write(text); document.close(); };
    button.click();
  },
  'document.write() in pieces, with pauses': (text) => {
    const [head, body] = text.split('<body>');
    document.open();
    setTimeout(() => { document.write(head); setTimeout(() => { document.write(`<body>${body}`); document.close(); }, 100); }, 100);
  },
  'other nodes for <html>': (text) => {
    const { documentElement } = new DOMParser().parseFromString(text, 'text/html');
    document.documentElement.replaceWith(documentElement);
  },
  'other text in <html>': (text) => { document.documentElement.innerHTML = text; },
  'another <head>': (text) => {
    const { head, body } = new DOMParser().parseFromString(text, 'text/html');
    document.head.replaceWith(head);
    document.querySelector('main').replaceWith(body.firstChild);
  },
};

const visitors = {
  Chromium: async (t) => (await newVisitor(t)).page,
  Firefox: async (t) => {
    const { page } = await newFirefox(t);
    page.on('pageerror', ({ message }) => assert.fail(message));
    return page;
  },
};

for (const [browser, open] of Object.entries(visitors)) for (const [way, again] of Object.entries(ways))
  test(`${browser}, ${way}: the notice is shown as before, a choice takes effect in place, and Back and a withdrawal work`, async (t) => {
    const site = await openAround(t, ({ url }) => {
      if (url === '/') return ['text/html', pageOf('first', GUARD)];
      if (url === '/files/policy.json') return ['application/json', JSON.stringify(POLICY)];
      const file = join(built, url.replace('/files/', '/'));
      if (!url.startsWith('/files/') || !existsSync(file)) return null;
      return [url.endsWith('.wasm') ? 'application/wasm' : 'text/javascript', readFileSync(file)];
    });
    const page = await open(t);
    const begin = async () => {
      await page.goto(site.url);
      await eventually('the module', () => page.evaluate(() => Boolean(document[Symbol.for('abide.started')])));
      await page.evaluate(again, pageOf('second'));
      await eventually('the second page', () => page.evaluate(() => document.querySelector('h1')?.textContent === 'second'));
    };
    const shown = (selector) => page.evaluate((find) => [...document.querySelectorAll(find)].filter((one) => one.checkVisibility()).length, selector);
    const allows = () => page.evaluate(() => window.abide.allows('analytics'));
    const jar = async () => (await (page.context?.() ?? page.browserContext()).cookies())
      .filter(({ name }) => name === '_count').map(({ name, value }) => `${name}=${value}`);

    await begin();
    await eventually('the notice, drawn as ever, and room for it', () => page.evaluate(() => {
      const notice = document.querySelector('[data-abide-notice]');
      return notice && getComputedStyle(notice).position === 'fixed' && parseFloat(getComputedStyle(document.documentElement).paddingBlockEnd) > 0;
    }));
    await page.evaluate(() => { window.isTheSame = true; });
    await page.click('[value="accept-all"]');
    await eventually('the choice', () => site.choices().length === 1);
    await eventually('the tag', () => page.evaluate(() => `${window.ran}` === 'second'));
    assert.equal(await page.evaluate(() => window.isTheSame), true, 'in place');
    assert.equal(await shown('[data-abide-notice]'), 0);
    await eventually('the withdrawal', () => shown('.abide-withdraw'));

    await eventually('the guard to know the policy', async () => { // it reads it after the choice
      await page.evaluate(() => { document.cookie = '_count=0'; });
      return `${await jar()}` === '_count=0';
    });
    const asked = () => site.requests.filter(({ url }) => url.startsWith('/consent/state')).length, before = asked();
    await page.evaluate(() => {
      window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
      document.cookie = '_count=1';
    });
    assert.equal(await allows(), false, 'a page that is left lets nothing pass');
    assert.deepEqual(await jar(), ['_count=1'], 'by the guard a page that is left does what held last');
    const seen = await page.evaluate(() => {
      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      document.cookie = '_count=2';
      const frame = document.body.appendChild(document.createElement('iframe')); // has no guard
      return frame.contentDocument.cookie;
    });
    assert.match(seen, /_count=1/, 'by the guard a page that came back waits for the server');
    await eventually('the server\'s word for a page that came back', allows);
    await eventually('the cookie', async () => `${await jar()}` === '_count=2');
    assert.equal(asked(), before + 1);

    await begin();
    await eventually('the withdrawal', () => shown('[value="withdraw"]'));
    await page.click('[value="withdraw"]');
    await eventually('the choice', () => site.choices().length === 2);
    await eventually('a page in which nothing runs', () => page.evaluate(() => document.readyState === 'complete' &&
      !window.ran && !window.abide.allows('analytics')).catch(() => false));
  });
