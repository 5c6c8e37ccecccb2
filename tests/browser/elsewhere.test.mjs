// Bugs that people reported for other consent tools, each as a page: beside libraries, layouts, answers to forms and
// browsers that forbid things. Comments name the reports.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openAround } from './around.mjs';
import { answerNotice, buttonOf, newVisitor, noticeOf, setGpc } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';
import { openShop } from './shop.mjs';
import { HEAD, openStaticSite } from './static_site.mjs';

const library = (name) => readFileSync(join(import.meta.dirname, 'node_modules', name), 'utf8');
const inline = (...names) => `<script>${names.map(library).join(';')}</script>`;
const html = (body, head = '') =>
  `<!doctype html><html lang="en"><head><title>Page</title>${head}</head><body><main><h1>Page</h1>${body}</main></body></html>`;
const tag = '<script type="text/plain" data-category="analytics">window.counted = (window.counted ?? 0) + 1</script>';

/** A visitor at the first of these pages, which are given as texts by path. */
async function visit(t, pages, { script, ...options } = {}) {
  const site = await openAround(t, ({ url }) => {
    const found = pages[new URL(url, 'http://site').pathname];
    return found && [found.startsWith('<') ? 'text/html; charset=utf-8' : 'text/javascript', found];
  });
  const { page, context } = await newVisitor(t, options);
  if (script) await page.addInitScript(script);
  await page.goto(site.url);
  await noticeOf(page).waitFor();
  return { page, context, site };
}

/** Ignores errors: a page that is being left does not answer. */
const soon = (what, page, question, given) => eventually(what, () => page.evaluate(question, given).catch(() => false));
const counts = (page) => soon('the tag to run', page, () => window.counted);
const saved = async (page, site) => {
  await noticeOf(page).waitFor({ state: 'hidden' });
  await eventually('the choice', () => site.choices().length);
};

test('a withdrawal on a page that answers a form reloads the page, and does not send the form again', async (t) => {
  // Harborn-digital/cookie-consent-bundle#79
  const shop = await openShop(t, { location: 'DE' });
  const { page, open } = await newVisitor(t);
  const asked = [];
  page.on('request', (request) => request.isNavigationRequest() && asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await open(`${shop.url}contact`);
  const answered = page.waitForEvent('load');
  await page.locator('main form button[type="submit"]').last().click();
  await answered;
  await answerNotice(page, 'Accept all');
  await page.evaluate(() => { window.isOld = true; });
  await buttonOf(page, 'Withdraw consent').click();
  await soon('a new page', page, () => !window.isOld && window.abide?.state().allowed.length === 1);
  assert.deepEqual(asked, ['GET /contact', 'POST /contact', 'GET /contact']);
});

test('a signal that is switched on there does the same', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const { page, open } = await newVisitor(t);
  const asked = [];
  page.on('request', (request) => request.isNavigationRequest() && request.frame() === page.mainFrame() && asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await open(`${shop.url}contact`);
  const answered = page.waitForEvent('load');
  await page.locator('main form button[type="submit"]').last().click();
  await answered;
  await soon('a tag to run', page, () => document.documentElement.dataset.brightreach);
  await page.evaluate(() => { window.isOld = true; });
  await page.route('**/contact', (route) => setTimeout(() => route.continue(), 1000)); // the server's answer to the signal comes first
  await setGpc(true);
  await page.evaluate(() => { document.body.append(document.createElement('p')); }).catch(() => {}); // the gate looks
  await soon('a new page', page, () => !window.isOld && window.abide?.state().gpc);
  await setGpc(false);
  assert.deepEqual(asked, ['GET /contact', 'POST /contact', 'GET /contact']);
});

test('with zone.js, listeners of window and document run in their zone', async (t) => { // TrackJs/trackjs-package#15
  const { page } = await visit(t, { '/': html(`${tag}<script type="module">${library('zone.js/bundles/zone.umd.js')}</script>`) });
  await buttonOf(page, 'Accept all').click();
  await counts(page);
  assert.deepEqual(await page.evaluate(() => {
    const zones = [];
    window.Zone.current.fork({ name: 'app' }).run(() => {
      for (const target of [window, document]) target.addEventListener('ping', () => zones.push(window.Zone.current.name));
    });
    for (const target of [window, document]) target.dispatchEvent(new Event('ping'));
    return zones;
  }), ['app', 'app']);
});

for (const [how, press] of Object.entries({
  'with the mouse': (button) => button.click({ timeout: 4000 }),
  'from the keyboard': async (button) => { await button.focus(); await button.press('Enter', { timeout: 4000 }); },
}))
  test(`while a focus trap of the page keeps the focus, the notice can be answered ${how}`, async (t) => { // wellcomecollection.org#10920
    const { page, site } = await visit(t, { '/': html(`<div id="modal"><button>One</button><button>Two</button></div>` +
      `${inline('tabbable/dist/index.umd.js', 'focus-trap/dist/focus-trap.umd.js')}
      <script>window.trap = focusTrap.createFocusTrap('#modal', { escapeDeactivates: false }).activate()</script>`) });
    await soon('the trap', page, () => document.activeElement.textContent === 'One');
    await press(buttonOf(page, 'Reject all'));
    await saved(page, site);
    assert.ok(await page.evaluate(() => window.trap.active));
  });

for (const scripts of [true, false])
  test(`<base> redirects neither choices nor the settings link, and opens no window for them, ${scripts ? 'with' : 'without'} scripts`, async (t) => {
    const { page, context, site } = await visit(t, { '/': html('', '<base href="/deep/dir/" target="_blank">') }, { javaScriptEnabled: scripts });
    await buttonOf(page, 'Reject all').click();
    await eventually('the choice', () => site.choices().length);
    await page.goto(site.url);
    await page.locator('.abide-footer a').click();
    await page.waitForURL(/\/consent/);
    assert.equal(context.pages().length, 1);
  });

for (const what of ['documentElement', 'body'])
  test(`a router that patches the ${what} in place patches the page, and neither loses nor duplicates Abide's parts`, async (t) => {
    const { page, site } = await visit(t, { '/': html(`<p>First</p>${inline('idiomorph/dist/idiomorph.js')}`), '/two': html(`<p>Second</p>${tag}`) });
    const patch = () => page.evaluate(async (part) => {
      const text = await (await fetch('/two', { headers: { Accept: 'text/html' } })).text();
      window.Idiomorph.morph(document[part], new DOMParser().parseFromString(text, 'text/html')[part]);
    }, what);
    const seen = () => page.evaluate(() => [...document.querySelectorAll('[data-abide-notice],.abide-footer a,.abide-withdraw,main')]
      .filter((one) => one.checkVisibility()).map(({ localName }) => localName).sort().join());
    await patch();
    assert.equal(await page.locator('p').first().innerText(), 'Second');
    await eventually('one of each', async () => (await seen()) === 'a,div,main');
    await buttonOf(page, 'Accept all').click();
    await saved(page, site);
    await counts(page);
    await patch();
    await eventually('one of each and the withdrawal', async () => (await seen()) === 'a,main,span');
  });

test('a page that document.open() restarts keeps its notice, which works', async (t) => {
  const { page, site } = await visit(t, { '/': html(`<button onclick="document.open(); document.write('<!doctype html><title>New</title><p>New'); document.close()">Anew</button>`) });
  await buttonOf(page, 'Anew').click();
  await soon('the new page', page, () => document.title === 'New' && document.querySelector('[data-abide-notice]')?.checkVisibility());
  await buttonOf(page, 'Reject all').click();
  await saved(page, site);
});

test('what a cut connection kept from loading loads with the next change of the page', async (t) => {
  const { page } = await visit(t, { '/': html('') });
  const swap = (name) => page.evaluate((title) => {
    const body = document.createElement('body');
    body.innerHTML = `<main><h1>${title}</h1></main>`;
    document.body.replaceWith(body);
  }, name);
  const links = () => page.locator('body .abide-footer a').count();
  assert.equal(await links(), 1);
  const cut = [];
  await page.route('**/returning.mjs', (route) => {
    cut.push(route.request().url());
    return route.abort();
  });
  await swap('one');
  await eventually('the cut', () => cut.length);
  assert.equal(await links(), 0);
  await page.unroute('**/returning.mjs');
  await swap('two');
  await eventually('the link', async () => await links() === 1);
});

test('frames that are added and removed leave nothing in the history of the tab', async (t) => {
  const { page } = await visit(t, { '/': html('<iframe data-category="targeting" data-src="/film" width="400" height="300"></iframe>'), '/film': html('Film') });
  const length = () => page.evaluate(() => history.length), isShown = () => page.frames().some((one) => one.url().endsWith('/film'));
  const before = await length();
  await buttonOf(page, 'Accept all').click();
  await eventually('the film', isShown);
  await buttonOf(page, 'Withdraw consent').click();
  await eventually('the film to go', () => !isShown());
  assert.equal(await length(), before);
});

const layouts = ['writing-mode: vertical-rl', 'direction: rtl; unicode-bidi: bidi-override', 'filter: invert(1)', 'display: flex; columns: 3',
  'display: grid; grid-template-columns: 200px 1fr', 'container-type: size; overflow: hidden; block-size: 100%', 'visibility: hidden; pointer-events: none',
  'margin: 50px; border: 10px solid; inline-size: 400px', 'transform: translateZ(0)', 'will-change: transform',
  'perspective: 800px', 'contain: layout paint', 'translate: 0 1px', 'text-indent: -9999px; font-size: 0; line-height: 0; white-space: pre; user-select: none'];
test('however the page styles <html>, the notice is where it always is', async (t) => {
  const pages = layouts.map((rules, i) => [`/${i}`, html('<p>word</p>'.repeat(200), `<style>:root { scrollbar-width: none; ${rules} }</style>`)]);
  const { page, site } = await visit(t, { '/': html('<p>word</p>'.repeat(200), '<style>:root { scrollbar-width: none }</style>'), ...Object.fromEntries(pages) });
  const usual = await noticeOf(page).boundingBox();
  for (const [path] of pages) {
    await page.goto(site.url + path.slice(1));
    await noticeOf(page).waitFor();
    await page.evaluate(() => scrollTo(0, 400));
    assert.deepEqual(await noticeOf(page).boundingBox(), usual, layouts[path.slice(1)]);
    await buttonOf(page, 'Reject all').click({ trial: true, timeout: 3000 });
  }
});

const forbidden = {
  'storage is null, as in a web view': () => { for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { value: null }); },
  'storage throws': () => {
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });
  },
  'there is no channel between tabs': () => { window.BroadcastChannel = class { constructor() { throw new DOMException('no', 'SecurityError'); } }; },
  'cookies throw': () => { Object.defineProperty(Document.prototype, 'cookie', { get() { throw new DOMException('no', 'SecurityError'); } }); },
  'old libraries have changed what is built in': () => { // orestbida/cookieconsent#727, prototypejs/prototype#344, tarteaucitron.js#208
    const { stringify } = JSON, { prototype } = Array;
    Object.defineProperty(prototype, 'toJSON', { value() { return `[${this.map((one) => stringify(one)).join(', ')}]`; } });
    Array.from = (some) => (some?.length ? [].slice.call(some) : []);
    Object.assign(prototype, { reduce() { return this.length > 1 ? this : this[0]; }, entries() { return this.slice(); } });
    window.Event = function Event(event) { this.event = event; }; // as MooTools has it
    window.Document = function Document() {};
    Object.assign(window.Event.prototype, { preventDefault() { this.event.preventDefault(); }, stop() { this.event.stopPropagation(); } });
    Object.prototype.extra = () => {};
    Element.prototype.remove = function remove() { return this.parentNode.removeChild(this); };
  },
  'history may not be changed': () => { // Safari allows 100 changes in 30 seconds
    history.replaceState = () => { throw new DOMException('no', 'SecurityError'); };
  },
  'what is built in may not be changed': () => { // hardened pages: SES, Lightning Web Security; polyfills define it so, too
    for (const name of Object.getOwnPropertyNames(window)) try {
      Object.freeze(window[name].prototype);
    } catch {}
  },
  'no frame is painted': () => { window.requestAnimationFrame = () => 0; },
  'the page calls its own things CSS and Response': () => {
    for (const name of ['CSS', 'Comment', 'Range', 'Request', 'Response', 'Text']) window[name] = class Own {};
  },
  'the page calls something of its own URL': () => { window.URL = 'https://api.site.example/'; }, // freshworks-oss/crayons#187, WBCE/WBCE_CMS#520
  'the page answers requests itself, by texts': () => { // supertokens-website#214, apache/skywalking-client-js#153
    const { fetch } = window, { open } = XMLHttpRequest.prototype;
    window.fetch = (what, how) => fetch(typeof what === 'string' ? what.trim() : what.clone(), how);
    XMLHttpRequest.prototype.open = function (method, address, ...rest) { return open.call(this, method, address.trim(), ...rest); };
  },
  'the page has names for what is built in': () => window === top && addEventListener('DOMContentLoaded', () =>
    document.body.insertAdjacentHTML('afterbegin', '<form name="scripts"></form><img name="cookie"><form id="abide"><input name="apply"></form><iframe name="abide"></iframe><a id="CSS"></a>')),
};
for (const [what, script] of Object.entries(forbidden))
  test(`where ${what} a visitor chooses and withdraws`, async (t) => {
    const { page, site } = await visit(t, { '/': html(tag) }, { script });
    await buttonOf(page, 'Accept all').click();
    await saved(page, site);
    await counts(page);
    await buttonOf(page, 'Withdraw consent').click();
    await soon('nothing to be allowed', page, () => window.abide?.state().allowed.length === 1 && document.readyState === 'complete');
    await page.waitForLoadState('networkidle');
  });

for (const what of ['old libraries have changed what is built in', 'what is built in may not be changed', 'the page answers requests itself, by texts',
  'the page calls its own things CSS and Response', 'the page calls something of its own URL'])
  test(`on a static site where ${what} a visitor chooses, is not asked again and withdraws`, async (t) => {
    const site = await openStaticSite(t, () => ['text/html', html(`${tag}<button data-abide="withdraw">Withdraw</button>`, HEAD)]);
    const { page } = await newVisitor(t);
    await page.addInitScript(forbidden[what]);
    await page.goto(site.url);
    await buttonOf(page, 'Accept all').click();
    await counts(page);
    await page.goto(`${site.url}two`);
    await counts(page);
    await page.waitForLoadState('networkidle');
    assert.equal(await noticeOf(page).count(), 0, 'the choice was kept');
    await buttonOf(page, 'Withdraw').click();
    await soon('nothing to be allowed', page, () => !window.counted && window.abide?.state().allowed.length === 1 && window.abide.state().chosen);
  });

test('where an old library has replaced Document, a gated script writes at its place and hears past events', async (t) => { // MooTools
  const late = '<script type="text/plain" data-category="analytics">document.write("<p>Written"); document.onreadystatechange = () => { window.heard = true }</script>';
  const { page } = await visit(t, { '/': html(late, '<script>window.Document = function Document() {}</script>') });
  await buttonOf(page, 'Accept all').click();
  await page.getByText('Written', { exact: true }).waitFor();
  await soon('the event', page, () => window.heard);
  assert.equal(await page.locator('h1').count(), 1);
});

test('in Firefox with all cookies blocked no script fails, a frame has its box, and a choice is accepted', async (t) => {
  const site = await openAround(t, ({ url }) => url === '/' && ['text/html', html('<iframe data-category="targeting" data-src="/film" width="400" height="300"></iframe>')]);
  const { page } = await newFirefox(t, { 'network.cookie.cookieBehavior': 2 });
  const faults = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  await page.goto(site.url);
  await page.waitForSelector('.abide-frame', { timeout: 5000 });
  await page.click('[data-abide-notice] [value="reject-all"]');
  await eventually('the choice', () => site.choices().length);
  assert.deepEqual(faults, []);
});

for (const [browser, open] of [['Chromium', newVisitor], ['Firefox', newFirefox]])
  test(`${browser}: a page may write its import map into its body`, async (t) => { // older browsers accept none after a module
    const map = '<script type="importmap">{"imports":{"counter":"/counter.mjs"}}</script><script type="module">import "counter"</script>';
    const site = await openAround(t, ({ url }) => url === '/counter.mjs' ? ['text/javascript', 'window.counted = 1'] : url === '/' && ['text/html', html(map)]);
    const { page } = await open(t);
    await page.goto(site.url);
    await soon('its module', page, () => window.counted);
    await soon('Abide\'s', page, () => document[Symbol.for('abide.started')]);
  });

test('Firefox keeps a page with Abide in its back/forward cache', async (t) => {
  const site = await openAround(t, ({ url }) => ['text/html', html(`${url}<script>addEventListener('pageshow', (event) => { window.isKept = event.persisted })</script>`)]);
  const { page } = await newFirefox(t);
  for (const path of ['', 'two']) {
    await page.goto(site.url + path);
    await page.waitForFunction(() => window.abide && document[Symbol.for('abide.started')]);
  }
  await page.evaluate(() => { history.back(); });
  await eventually('the page of before', () => page.evaluate(() => window.isKept && location.pathname === '/').catch(() => false));
});

test('scripts that remove themselves, have an unknown type, or are inserted by jQuery run once, when they are allowed', async (t) => {
  // vuejs/devtools#740, orestbida/cookieconsent#487
  const gone = '<script type="text/plain" data-category="analytics">document.currentScript.remove(); window.first = true</script>' +
    '<script type="text/plain" data-category="analytics" src="/gone.js"></script>';
  const typed = '<script type="text/plain" data-category="analytics" data-type="text/partytown" id="typed"></script>';
  const { page } = await visit(t, { '/': html(`<div id="later"></div>${gone}${typed}${inline('jquery/dist/jquery.min.js')}`), '/gone.js': 'document.currentScript.remove(); window.second = true' });
  await page.evaluate((text) => { window.jQuery('#later').html(text); }, tag);
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate(() => window.counted ?? window.first ?? window.second), undefined);
  await buttonOf(page, 'Accept all').click();
  await soon('all of them', page, () => window.first && window.second && window.counted === 1 && document.getElementById('typed').type === 'text/partytown');
  await page.evaluate((text) => { window.jQuery('#later').append(text); }, tag);
  await soon('one more', page, () => window.counted === 2);
});

test('in a frame that is not displayed, what is allowed runs', async (t) => { // browsers paint nothing there
  const { page } = await visit(t, { '/': html(tag), '/in': html(tag) });
  await buttonOf(page, 'Accept all').click();
  await counts(page);
  await page.evaluate(() => document.body.append(Object.assign(document.createElement('iframe'), { src: '/in', hidden: true })));
  await eventually('its tag', () => page.frames()[1]?.evaluate(() => window.counted));
});

test('a frame of the site follows the choices of the page around it, and what waits in it has its box', async (t) => {
  const film = '<iframe data-category="targeting" data-src="/film" title="Film" width="400" height="250"></iframe>';
  const { page } = await visit(t, { '/': html('<iframe src="/in" width="600" height="400"></iframe>'), '/film': html(''),
    '/in': html(`${tag}${film}<button data-abide="open">Choose</button><button data-abide="withdraw" data-abide-when="granted" hidden>Stop</button>`) });
  const inner = () => page.frames()[1];
  const soonInside = (what, question) => eventually(what, () => inner().evaluate(question).catch(() => false));
  await inner().waitForSelector('.abide-frame');
  assert.equal(await inner().evaluate(() => document.querySelectorAll('[data-abide-notice],.abide-footer').length), 0);
  await buttonOf(page, 'Accept all').click();
  await soonInside('its tag and its film', () => window.counted && !document.querySelector('.abide-frame'));
  await buttonOf(page, 'Withdraw consent').click(); // in a page that has no tag itself, and so is not loaded again
  await soonInside('the frame without its tag', () => !window.counted && window.abide?.state().allowed.length === 1);
  await inner().waitForSelector('.abide-frame');
  await page.locator('.abide-said').getByText('withdrawn').waitFor();
  await page.evaluate(() => { location.hash = 'part'; });
  await inner().getByText('Choose').click(); // the settings refuse to be framed
  await page.waitForURL(({ pathname, searchParams, hash }) => pathname === '/consent' && searchParams.get('return') === '/' && hash === '#part');
});

test('a sandboxed frame with a page of the site asks nothing, runs nothing and has no error', async (t) => { // js-cookie/js-cookie#531
  const { page } = await visit(t, { '/': html('<iframe sandbox="allow-scripts" src="/in" width="900" height="500"></iframe>'), '/in': html(tag) });
  await buttonOf(page, 'Accept all').click();
  await page.waitForLoadState('networkidle');
  const inner = page.frames()[1];
  assert.deepEqual(await inner.evaluate(() => [window.counted, document.querySelectorAll('[data-abide-notice]').length]), [undefined, 0]);
});

test('a frame asks if the page around it merely has an element called abide', async (t) => {
  for (const named of ['<div id="abide"></div>', '<form id="abide"><input name="apply"></form>', '<iframe name="abide"></iframe>']) {
    const pages = { '/': `<!doctype html><title>Around</title>${named}<iframe src="/in" width="900" height="600"></iframe>`, '/in': html('') };
    const site = await openAround(t, ({ url, headers }) => {
      for (const name in headers) if (name.startsWith('sec-fetch-')) delete headers[name]; // as over plain http
      return ['text/html', pages[url] ?? ''];
    }, { inserts: ({ url }) => url === '/in' });
    const { page } = await newVisitor(t);
    await page.goto(site.url);
    const inner = page.frames().find((frame) => frame.url().endsWith('/in'));
    await eventually(`the notice beside ${named}`, () => inner.locator('[data-abide-notice]').isVisible());
  }
});

test('an observer of the page that writes at every change comes to rest', async (t) => { // PostHog/posthog#13073
  const { page } = await visit(t, { '/': html(`<script>window.seen = 0; new MutationObserver((all) => { seen += all.length; if (seen < 5000) document.cookie = 'seen=' + seen; })
    .observe(document, { attributes: true, childList: true, characterData: true, subtree: true })</script>`) });
  await page.waitForLoadState('networkidle');
  const seen = await page.evaluate(() => window.seen);
  await page.waitForTimeout(500);
  assert.equal(await page.evaluate(() => window.seen), seen);
});

test('over plain http, a page in a frame of another site that runs Abide too asks for itself, without an error', async (t) => {
  const inner = await openAround(t, ({ headers }) => {
    for (const name in headers) if (name.startsWith('sec-fetch-')) delete headers[name];
    return ['text/html', html('In')];
  });
  const { page } = await visit(t, { '/': html(`<iframe src="${inner.url.replace('localhost', '127.0.0.1')}" width="900" height="600"></iframe>`) });
  const frame = page.frameLocator('iframe');
  await frame.locator('[data-abide-notice]').waitFor();
  await frame.locator('[value="reject-all"]').click();
  await eventually('its choice', () => inner.choices().length);
});

test('the notice causes no error of size observers, at whatever width', async (t) => { // fozzie-components#1350
  const { page } = await visit(t, { '/': html('<p>word</p>'.repeat(60), '<script>window.faults = []; addEventListener("error", ({ message }) => faults.push(message))</script>') });
  for (const width of [1280, 700, 320, 900, 769, 767]) {
    await page.setViewportSize({ width, height: 600 });
    await page.waitForTimeout(100);
  }
  await buttonOf(page, 'Reject all').click();
  await page.waitForTimeout(200);
  assert.deepEqual(await page.evaluate(() => window.faults), []);
});

test('in a page that the browser translates, the notice can be answered and withdrawn from', async (t) => { // logto-io/logto#9591
  const { page, site } = await visit(t, { '/': html(tag) });
  await page.evaluate(() => { // as Chrome does: each text in two elements, and the language of the page changes
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT), texts = [];
    while (walker.nextNode()) if (walker.currentNode.data.trim() && !walker.currentNode.parentNode.closest('script,style')) texts.push(walker.currentNode);
    for (const text of texts) {
      const [outer, inner] = [0, 1].map(() => document.createElement('font'));
      text.replaceWith(outer);
      outer.append(inner);
      inner.append(text.data.toUpperCase());
    }
    document.documentElement.className = 'translated-ltr';
    document.documentElement.lang = 'fr';
  });
  await page.waitForTimeout(300);
  await page.locator('[value="accept-all"]').click();
  await saved(page, site);
  await counts(page);
  await page.locator('[value="withdraw"]').click();
  await soon('nothing to be allowed', page, () => !window.counted && window.abide?.state().allowed.length === 1);
});

test('on a phone, a chat button that lies above everything else covers no answer', async (t) => { // pulumi/docs#5438
  const chat = '<div style="position: fixed; z-index: 2147483647; right: 10px; bottom: 10px; width: 120px; height: 120px"></div>';
  const { page, site } = await visit(t, { '/': html(`${tag}${chat}`) }, { viewport: { width: 390, height: 844 } });
  await buttonOf(page, 'Reject all').click({ trial: true, timeout: 3000 });
  await buttonOf(page, 'Accept all').click({ timeout: 3000 });
  await saved(page, site);
});

test('where a service worker answers each navigation with the page of the application, the settings open over it', async (t) => {
  // vite-plugin-pwa and Angular do so by default
  const worker = `addEventListener('install', (event) => { skipWaiting(); event.waitUntil(caches.open('shell').then((cache) => cache.add('/'))); });
    addEventListener('activate', (event) => event.waitUntil(clients.claim()));
    addEventListener('fetch', (event) => { if (event.request.mode === 'navigate') event.respondWith(caches.match('/')); });`;
  const { page, site } = await visit(t, { '/': html(tag, '<script>navigator.serviceWorker.register("/worker.js")</script>'), '/worker.js': worker });
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await page.reload();
  await buttonOf(page, 'Reject all').click();
  await saved(page, site);
  await page.locator('.abide-footer a').click();
  await page.getByRole('switch', { name: 'Statistics' }).check();
  await page.getByRole('button', { name: 'Save selection' }).click();
  await counts(page);
  assert.equal(new URL(page.url()).pathname, '/');
});

const routed = `<script>
  window.drawn = 0;
  navigation.addEventListener('navigate', (event) => {
    if (!event.canIntercept || event.hashChange || event.downloadRequest !== null || event.formData) return;
    event.intercept({ handler: async () => { ++window.drawn; document.querySelector('main').innerHTML = '<h1>Drawn</h1>'; } });
  });</script>`;

for (const [way, press] of Object.entries({
  'the link of the notice': (page) => noticeOf(page).getByRole('link', { name: 'Cookie settings' }).click(),
  'a link of the page': (page) => page.locator('#own').click(),
})) test(`a router that uses the Navigation API leaves the preference page to the browser, reached by ${way}`, async (t) => {
  const { page } = await visit(t, { '/': html('<a id="own" href="/consent">Cookies</a>', routed) });
  await press(page);
  await page.waitForURL('**/consent*');
  await page.getByRole('heading', { name: 'Cookie settings', level: 1 }).waitFor();
  await page.goBack();
  await page.evaluate(() => navigation.navigate('/view').finished);
  assert.equal(await page.evaluate(() => window.drawn), 1, 'the router does what is its own');
});

test('a router that uses the Navigation API does not keep the page from being reloaded after a withdrawal, and still handles other reloads', async (t) => {
  const { page } = await visit(t, { '/': html(tag, routed) });
  await buttonOf(page, 'Accept all').click();
  await counts(page);
  await page.evaluate(() => { window.isOld = true; location.reload(); });
  await soon('the router', page, () => window.drawn);
  await buttonOf(page, 'Withdraw consent').click();
  await soon('a new page', page, () => !window.isOld && window.abide?.state().allowed.length === 1);
  assert.equal(await page.evaluate(() => window.counted), undefined);
});

test('buttons work where the page stops clicks, cancels those on # links, or routes the link', async (t) => {
  const { page } = await visit(t, { '/': html(`<a id="hash" href="#" data-abide="open">Settings</a><a id="link" href="/consent" data-abide="open">Settings</a>
    <div onclick="event.stopPropagation()"><button id="menu" data-abide="open">Settings</button></div>
    <x-footer></x-footer>
    <script>
      document.querySelector('main').addEventListener('click', (event) => { // scrolls smoothly, or routes
        const link = event.target.closest('a[href]');
        if (!link) return;
        event.preventDefault();
        event.stopPropagation();
      });
      customElements.define('x-footer', class extends HTMLElement {
        connectedCallback() {
          const root = this.attachShadow({ mode: 'open' });
          root.innerHTML = '<p onclick="event.stopPropagation()"><button id="root" data-abide="open">Settings</button></p>';
        }
      });</script>`) });
  await buttonOf(page, 'Reject all').click();
  await noticeOf(page).waitFor({ state: 'hidden' });
  for (const id of ['hash', 'link', 'menu', 'root']) {
    await page.locator(`#${id}`).click();
    await noticeOf(page).waitFor();
    await page.evaluate(() => { document.querySelector('[data-abide-notice]').hidden = true; });
  }
  assert.equal(new URL(page.url()).pathname, '/');
});

test('a notice that the visitor opened again stays open while they look at another tab, and closes if they answer there', async (t) => {
  const { page, context, site } = await visit(t, { '/': html('<button id="open" data-abide="open">Settings</button>') });
  await buttonOf(page, 'Reject all').click();
  await saved(page, site);
  await soon('the answer', page, () => window.abide.state().chosen);
  await page.waitForTimeout(300);
  await page.locator('#open').click();
  await noticeOf(page).waitFor();
  const asked = () => site.requests.filter(({ url }) => url.startsWith('/consent/state')).length;
  const comeBack = async () => {
    const before = asked();
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
    await eventually('the question', () => asked() > before);
    await page.waitForTimeout(300);
  };
  await comeBack();
  assert.ok(await noticeOf(page).isVisible());
  await context.request.post(`${site.url}consent`, { form: { choice: 'accept-all', return: '/' }, headers: { 'Sec-Fetch-Site': 'same-origin' } });
  await comeBack();
  assert.ok(!await noticeOf(page).isVisible());
});

for (const what of ['class Comment {} class Range {}', 'function Comment(text) { this.text = text; }', 'var Range = function () {};']) // ace.require('ace/range').Range
  test(`late scripts run on a page that has ${what}`, async (t) => {
    const { page } = await visit(t, { '/': html(`<div id="late"></div><script>addEventListener('load', () => {
      document.getElementById('late').innerHTML = '<script type="text/plain" data-category="analytics">window.counted = 1<\\/script>'; })</script>`,
    `<script>${what}</script>`) });
    await buttonOf(page, 'Accept all').click();
    await counts(page);
    assert.ok(!(await page.evaluate(() => document.documentElement.innerText)).includes('[object'));
  });

test('the second press of a double click on an answer does not reach what was below the notice, and later ones do', async (t) => {
  const { page, site } = await visit(t, { '/': html('<a id="below" href="#pressed" style="position: fixed; inset: 0"></a>') });
  await buttonOf(page, 'Reject all').dblclick({ delay: 20 });
  await saved(page, site);
  await page.waitForTimeout(300);
  assert.equal(new URL(page.url()).hash, '');
  await page.mouse.dblclick(640, 700);
  await page.waitForURL('**/#pressed');
});

test('on a static site a button works in a closed shadow root that is attached while the policy and the core are loading', async (t) => {
  const parts = `<script type="module">customElements.define('x-links', class extends HTMLElement {
    connectedCallback() {
      this.links = this.attachShadow({ mode: 'closed' });
      this.links.innerHTML = '<p onclick="event.stopPropagation()"><button data-abide="open">Settings</button></p>';
    }
  });</script>`;
  const site = await openStaticSite(t, ({ url }) => url === '/' && ['text/html', html('<x-links></x-links>', HEAD + parts)]);
  const { page } = await newVisitor(t);
  await page.route('**/abide.wasm', (route) => setTimeout(() => route.continue(), 500));
  await page.goto(site.url);
  await noticeOf(page).waitFor();
  await buttonOf(page, 'Reject all').click();
  await noticeOf(page).waitFor({ state: 'hidden' });
  await page.evaluate(() => document.querySelector('x-links').links.querySelector('button').click());
  await noticeOf(page).waitFor();
});
