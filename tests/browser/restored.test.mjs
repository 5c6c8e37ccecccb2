// Pages that are shown without a new request: from the back/forward cache, prefetched or prerendered, in another tab, or
// changed in place. None may continue with a decision that the visitor has since replaced.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import puppeteer from 'puppeteer-core';
import { answerNotice, newVisitor, noticeOf, quiet, submit } from './chromium.mjs';
import { assertOnlyRequired, eventually } from './evidence.mjs';
import { changeHtml, openFront } from './front.mjs';
import { forgetVendorRequests, openShop, vendorRequests } from './shop.mjs';
import { HEAD, openStaticSite } from './static_site.mjs';

const pixel = (origin, name) => `${origin}/pixel.gif?${name}`;

/** Adds gated markup like a single-page application. */
function addPixel(src) {
  const image = document.createElement('img');
  image.dataset.category = 'targeting';
  image.dataset.src = src;
  document.body.append(image);
}

/** Waits until no request is sent to the vendors: a browser with a prerendered page never counts as idle. */
async function settled(shop) {
  for (let before = -1, now; (now = (await vendorRequests(shop)).length) !== before; before = now) await pause(700);
}

/** A browser with its default settings: Playwright's disable the back/forward cache. */
async function openBrowser(t) {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ['--no-sandbox', '--disable-gpu'],
  });
  t.after(() => browser.close());
  const page = await browser.newPage();
  return { browser, page, open: (url) => page.goto(url, { waitUntil: 'load' }) };
}

const press = (page, choice) => Promise.all([page.waitForNavigation(), page.click(`form button[value=${choice}]`)]);

async function choose(page, choice) {
  const answered = page.waitForResponse((answer) => answer.request().method() === 'POST' && new URL(answer.url()).pathname === '/consent');
  await page.click(`[data-abide-notice] button[value=${choice}]`);
  await answered;
}

test('going back to a cached page after a withdrawal on another: nothing runs with the old decision', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const { page, open } = await openBrowser(t);
  await page.evaluateOnNewDocument(`(${(add, src) => addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    sessionStorage.kept = 1;
    add(src); // the page is left at once
  })})(${addPixel}, ${JSON.stringify(pixel(shop.ads.origin, 'back'))})`);
  await open(`${shop.url}product/nehalem`);
  await choose(page, 'accept-all');
  await page.waitForFunction(() => document.documentElement.dataset.brightreach);
  await open(`${shop.url}consent`);
  await press(page, 'reject-all');
  await forgetVendorRequests(shop);
  await page.evaluate(() => history.go(-2));
  await eventually('the page that was kept', () => page.evaluate(() => sessionStorage.kept === '1').catch(() => false));
  const inPage = (f, ...words) => page.evaluate(f, ...words).catch(() => false); // it may be reloading
  await eventually('the new decision there', () => inPage(() => !window.abide.state().allowed.includes('targeting')));
  await eventually('what the page adds then', () => inPage(addPixel, pixel(shop.ads.origin, 'later')).then(() => true));
  await settled(shop);
  assert.deepEqual(await vendorRequests(shop), []);
});

test('going back, after a withdrawal, to a page from the HTTP cache: the targeting tag does not run', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const front = await openFront(t, shop);
  const visitor = await newVisitor(t); // without the back/forward cache
  const { page } = visitor, url = front.urlOf('localhost'), product = `${url}product/nehalem`;
  await visitor.open(product);
  await answerNotice(page, 'Accept all');
  await visitor.open(product); // as printed for a visitor who accepted
  await page.waitForFunction(() => document.documentElement.dataset.brightreach);
  await visitor.open(`${url}consent`);
  await submit(page, 'Reject all');
  await forgetVendorRequests(shop);
  await page.evaluate(() => history.go(-2));
  await page.waitForURL(product);
  await quiet(page);
  assert.equal(await page.evaluate(() => performance.getEntriesByType('navigation')[0].deliveryType), 'cache');
  assert.deepEqual(await vendorRequests(shop), []);
  assert.equal(await page.evaluate(() => window.abide.allows('targeting')), false);
  await eventually('the decision of now', () => page.evaluate(() => window.abide.state().chosen && !document.documentElement.dataset.abideQuiet));
});

test('going back, after an answer elsewhere, to a page from the HTTP cache: it does not ask again', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const front = await openFront(t, shop);
  const visitor = await newVisitor(t);
  const { page } = visitor, url = front.urlOf('localhost'), product = `${url}product/nehalem`;
  await visitor.open(product);
  await visitor.open(`${url}consent`);
  await submit(page, 'Reject all');
  await page.addInitScript(() => { // what is painted, not only the final state
    const see = () => {
      if (document.querySelector('[data-abide-notice]')?.checkVisibility()) sessionStorage.asked = 1;
      requestAnimationFrame(see);
    };
    see();
  });
  await page.evaluate(() => history.go(-2));
  await page.waitForURL(product);
  await quiet(page);
  assert.equal(await page.evaluate(() => performance.getEntriesByType('navigation')[0].deliveryType), 'cache');
  assert.equal(await page.evaluate(() => document.querySelectorAll('[data-abide-notice]').length), 1);
  assert.equal(await page.evaluate(() => sessionStorage.asked), undefined);
});

/** Runs in the prefetched or prerendered page: reports its state to the front four times a second. */
function tell() {
  const { deliveryType, activationStart } = performance.getEntriesByType('navigation')[0];
  if (document.prerendering) return;
  fetch('/seen', { method: 'POST', body: JSON.stringify({
    ahead: deliveryType === 'navigational-prefetch' || activationStart > 0,
    allowed: window.abide?.state().allowed ?? [],
    asks: document.querySelector('[data-abide-notice]')?.checkVisibility() ?? false,
  }) });
  if (document.querySelector('#later')) return;
  const later = new Image();
  later.id = 'later';
  later.dataset.category = 'targeting';
  later.dataset.src = `${document.querySelector('[data-src*="pixel.gif"]')?.dataset.src ?? ''}&later`;
  document.body.append(later);
}

/** The home page, for which the browser loads a product's page ahead. `seen`: what that page reports once it is shown; `refused`:
    the visitor refused before, and the server cannot record it. */
async function openAhead(t, how, location, { caching = 'private', refused = false } = {}) {
  const seen = [];
  const shop = await openShop(t, { location, change: (policy) => ({ ...policy, caching }) });
  const front = await openFront(t, shop, {
    answer: ({ url, method }, response, body) => (url === '/seen' && (seen.push(JSON.parse(body)), response.writeHead(204).end(), true)) ||
      (refused && method === 'POST' && url.startsWith('/consent') && (setTimeout(() => response.writeHead(503).end('{}'), 3000), true)),
    change: (found, { url }) => changeHtml(found, (html) => {
      const nonce = /<style nonce="([^"]+)/.exec(html)?.[1];
      const rules = `{"${how}": [{"source": "list", "urls": ["/product/nehalem"], "eagerness": "immediate"}]}`;
      if (url === '/') return html.replace('</head>', `<script type="speculationrules" nonce="${nonce}">${rules}</script></head>`);
      return html.replace('</body>', `<script nonce="${nonce}">setInterval(${tell}, 250)</script></body>`);
    }),
  });
  const { page, open } = await openBrowser(t);
  if (refused) {
    await open(`${front.urlOf('localhost')}cart`);
    await page.evaluate(() => localStorage.setItem('abide', 'choice=opt-out'));
  }
  await open(front.urlOf('localhost'));
  await eventually('the page ahead', () => front.requests.some(({ url }) => url === '/product/nehalem'));
  await settled(shop);
  const show = async () => {
    await page.evaluate(() => { location.href = '/product/nehalem'; });
    await eventually('the page', () => seen.length > 0);
    return seen[0].ahead; // if not, the browser asked anew, as it may
  };
  return { shop, front, page, seen, show, url: front.urlOf('localhost') };
}

for (const how of ['prefetch', 'prerender']) {
  test(`a page that the browser ${how}ed before the withdrawal runs nothing when it is shown after it`, async (t) => {
    const { shop, page, seen, show, url } = await openAhead(t, how, 'US-CA');
    await page.evaluate((consent) => fetch(consent, { method: 'POST', body: new URLSearchParams({ choice: 'opt-out' }) }), `${url}consent`);
    await forgetVendorRequests(shop);
    assert.ok(await show());
    await settled(shop);
    assert.deepEqual(await vendorRequests(shop), []);
    assert.ok(seen.every(({ allowed }) => !allowed.includes('targeting')));
  });

  for (const caching of ['private', 'shared']) test(`a page (${caching}) that the browser ${how}ed is not a visit: no vendor gets a request before it is shown, then they do`, async (t) => {
    const { shop, front, show } = await openAhead(t, how, 'US-CA', { caching });
    const [ahead] = front.requests.filter(({ url }) => url === '/product/nehalem');
    assert.match(ahead.headers['sec-purpose'], /^prefetch/);
    const heard = async () => (await vendorRequests(shop)).filter((target) => target.includes('product')).length;
    assert.equal(await heard(), 0);
    assert.ok(await show());
    await eventually('tags of the page that is shown', async () => await heard() > 0);
  });

  for (const caching of ['private', 'shared']) test(`a page (${caching}) that the browser ${how}ed lets nothing pass that was refused and is not recorded yet`, async (t) => {
    for (let tries = 0, isAhead = false; !isAhead; ++tries) { // Chromium does not always use what it prefetched
      assert.ok(tries < 5, 'the page came ahead');
      const { shop, show } = await openAhead(t, how, 'US-CA', { caching, refused: true });
      isAhead = await show();
      await settled(shop);
      assert.deepEqual((await vendorRequests(shop)).filter((target) => target.includes('product')), []);
    }
  });

  test(`a page that the browser ${how}ed before "Reject all" does not ask again when it is shown`, async (t) => {
    const { page, seen, show } = await openAhead(t, how, 'DE');
    await choose(page, 'reject-all');
    assert.ok(await show());
    await eventually('the notice to be closed', () => !seen.at(-1).asks);
  });
}

test('a page of a static site that the browser prerendered runs nothing before it is shown, then what is allowed', async (t) => {
  const asked = [];
  const page = (body) => ['text/html', `<!doctype html><html lang="en"><head><title>Page</title>${HEAD.replace(/<script type="module".*/, '')}<script type="module">
    import { start } from '/abide/abide.mjs'; start({ policy: '/open.json' });</script></head><body><main><h1>Page</h1>${body}</main></body></html>`];
  const rules = '{"prerender": [{"source": "list", "urls": ["/two"], "eagerness": "immediate"}]}';
  const site = await openStaticSite(t, ({ url }) => {
    asked.push(url);
    if (url === '/') return page(`<script type="speculationrules">${rules}</script>`);
    if (url === '/two') return page('<img data-category="targeting" data-src="/hit" alt="">');
    return url === '/open.json' ? ['application/json', '{"jurisdiction":{"fixed":"US-CA"}}'] : null;
  });
  const browser = await openBrowser(t);
  await browser.open(site.url);
  await eventually('the page ahead', () => asked.filter((url) => url === '/open.json').length > 1); // its module runs
  await pause(2000);
  assert.ok(!asked.includes('/hit'));
  await browser.page.evaluate(() => { location.href = '/two'; });
  await eventually('what is allowed', () => asked.includes('/hit'));
  assert.equal(asked.filter((url) => url === '/two').length, 1, 'the browser did not ask anew');
});

test('a withdrawal on the preference page applies in the other tab when the visitor comes back to it', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page, context } = visitor;
  await visitor.open(shop.url);
  await answerNotice(page, 'Accept all');
  const second = await context.newPage();
  await second.goto(`${shop.url}consent`);
  await submit(second, 'Reject all');
  await forgetVendorRequests(shop);
  await second.close();
  const loadedAgain = page.waitForEvent('load'); // its tags have run
  await page.bringToFront();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await loadedAgain;
  await quiet(page);
  assert.equal(await page.evaluate(() => window.abide.allows('targeting')), false);
  await page.evaluate(addPixel, pixel(shop.ads.origin, 'later'));
  await quiet(page);
  assert.deepEqual(await vendorRequests(shop), []);
});

test('a choice in the notice of one tab applies in the other at once, both ways', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page, context } = visitor;
  await visitor.open(shop.url);
  const second = await context.newPage();
  await second.goto(`${shop.url}cart`);
  await quiet(second);
  await answerNotice(page, 'Accept all');
  await noticeOf(second).waitFor({ state: 'hidden' });
  await second.waitForFunction(() => document.documentElement.dataset.brightreach);

  await page.evaluate(() => { document.querySelector('[data-abide-notice]').hidden = false; });
  await second.evaluate(() => { window.hasTags = true; });
  await answerNotice(page, 'Reject all');
  await eventually('the other tab to be loaded again, without its tags', () =>
    second.evaluate(() => !window.hasTags && !window.abide.state().allowed.includes('targeting')).catch(() => false));
  await quiet(second);
  await forgetVendorRequests(shop);
  await second.evaluate(addPixel, pixel(shop.ads.origin, 'later'));
  await quiet(second);
  assert.deepEqual(await vendorRequests(shop), []);
  assertOnlyRequired(await visitor.cookies(), 'the jar'); // the vendors' cookies are third-party cookies, which this browser blocks
});

test('in a single-page application, markup added after pushState waits for the choice, and the choice leads back to the new address', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(shop.url);
  await page.evaluate(() => history.pushState({}, '', '/product/wapato?view=large'));
  await page.evaluate(addPixel, pixel(shop.ads.origin, 'pushed'));
  await quiet(page);
  assert.deepEqual(await vendorRequests(shop), []);
  const answer = await answerNotice(page, 'Accept all');
  assert.equal(new URLSearchParams(answer.request().postData()).get('return'), '/product/wapato?view=large');
  await eventually('the pixel', async () => (await vendorRequests(shop)).includes('/pixel.gif?pushed'));
  assert.equal(new URL(page.url()).pathname, '/product/wapato', 'the application stays where it is');
  await page.evaluate(() => history.pushState({}, '', '/cart'));
  await page.evaluate(addPixel, pixel(shop.ads.origin, 'pushed-later'));
  await eventually('what is added later', async () => (await vendorRequests(shop)).includes('/pixel.gif?pushed-later'));
});
