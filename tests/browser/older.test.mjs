// Browsers that are a few years old, as far as the newest can imitate them: what they lack is removed before any script of the
// page runs.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openAround, POLICY } from './around.mjs';
import { newVisitor } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { HEAD, openStaticSite } from './static_site.mjs';

/** As in browsers before March 2023 (Safari 16.4); these lack checkVisibility() until 17.4. */
function withoutConstructedSheets() {
  delete Document.prototype.adoptedStyleSheets;
  delete Element.prototype.checkVisibility;
  window.CSSStyleSheet = new Proxy(CSSStyleSheet, { construct() { throw new TypeError('Illegal constructor'); } });
  const { get } = Object.getOwnPropertyDescriptor(HTMLElement.prototype, 'style');
  Object.defineProperty(HTMLElement.prototype, 'style', { get() {
    return new Proxy(get.call(this), { has: (style, name) => name !== 'readingOrder' && name in style,
      get: (style, name) => style[name]?.bind?.(style) ?? style[name], set: (style, name, value) => Reflect.set(style, name, value) });
  } });
}

const html = (head = '') => `<!doctype html><html lang="en"><head><title>Page</title>${head}</head><body><main><h1>Page</h1><a href="/more">More</a></main></body></html>`;
const top = { ...POLICY, notice: { layout: 'top' } };
const sites = {
  'behind a server': (t) => openAround(t, ({ url }) => (url === '/' ? ['text/html', html()] : null), { policy: top }),
  'on a static site': (t) => openStaticSite(t, ({ url }) => (url === '/' ? ['text/html', html(`<script type="module">
    import { start } from '/abide/abide.mjs'; start({ policy: '/top.json' });</script>${HEAD.replace(/<script type="module".*/, '')}`)]
    : url === '/top.json' ? ['application/json', JSON.stringify(top)] : null)),
};

for (const [where, open] of Object.entries(sites))
  test(`without constructed style sheets, ${where}: the notice stands above the page, which has room for it, and can be answered`, async (t) => {
    const { url } = await open(t);
    const { page } = await newVisitor(t);
    await page.addInitScript(withoutConstructedSheets);
    await page.goto(url);
    await eventually('the notice beside the body, and below it the heading', () => page.evaluate(() => {
      const notice = document.querySelector('[data-abide-notice]');
      return notice?.closest('abide-notice').parentNode === document.documentElement && notice.offsetHeight > 0 &&
        notice.getBoundingClientRect().bottom <= document.querySelector('h1').getBoundingClientRect().top;
    }));
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement.closest('[data-abide-notice]')), 'the first Tab reaches the notice');
    await page.click('[value="reject-all"]');
    await eventually('the answer', () => page.evaluate(() => window.abide.state().chosen));
    await eventually('the room is given back', () => page.evaluate(() => document.querySelector('h1').getBoundingClientRect().top < 60));
  });

test('without constructed style sheets a box covers each frame that waits, also in a shadow root, and nothing goes on when none waits', async (t) => {
  const frames = '<iframe title="One" width="600" height="300" data-category="analytics" data-src="/frame"></iframe>';
  const { url } = await openAround(t, ({ url: path }) => (path === '/' ? ['text/html', html().replace('</main>', `${frames}<div id="host"></div>
    <script>host.attachShadow({ mode: 'open' }).innerHTML = '${frames}'.replace('data-src', 'data-abide-src')</script></main>`)] : ['text/html', '<p>Frame']));
  const { page } = await newVisitor(t);
  await page.addInitScript(withoutConstructedSheets);
  await page.addInitScript(() => {
    delete ShadowRoot.prototype.adoptedStyleSheets;
    window.going = new Set();
    const { setInterval: go, clearInterval: stop } = window;
    window.setInterval = (...given) => { const timer = go(...given); window.going.add(timer); return timer; };
    window.clearInterval = (timer) => { window.going.delete(timer); stop(timer); };
  });
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url);
  await eventually('both boxes', () => page.evaluate(() => [document, document.querySelector('#host').shadowRoot].every((root) => {
    const [box, frame] = ['.abide-frame', 'iframe'].map((found) => root.querySelector(found)?.getBoundingClientRect());
    return box && ['left', 'top', 'width', 'height'].every((side) => Math.abs(box[side] - frame[side]) < 1);
  })));
  await page.click('[value="accept-all"]');
  await eventually('no box and no timer', () => page.evaluate(() => !document.querySelector('.abide-frame') &&
    !document.querySelector('#host').shadowRoot.querySelector('.abide-frame') && !window.going.size));
  assert.deepEqual(errors, []);
});
