// The cost of the notice for the page: it is there at first paint, moves nothing and violates no policy.
import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { answerNotice, newVisitor, noticeOf, quiet, submit } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { openShop } from './shop.mjs';

/** Records when the browser painted the notice's text, when it painted anything, and whether the notice moved. */
function watchPaint() {
  const seen = (window.seen = { notice: null, first: null, shifts: [] });
  new MutationObserver(() => {
    const text = document.querySelector('[data-abide-notice] p');
    if (text && !text.hasAttribute('elementtiming')) text.setAttribute('elementtiming', 'notice');
  }).observe(document, { childList: true, subtree: true });
  const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  watch('element', ({ identifier, renderTime }) => { if (identifier === 'notice') seen.notice = renderTime; });
  watch('paint', ({ name, startTime }) => { if (name === 'first-contentful-paint') seen.first = startTime; });
  watch('layout-shift', ({ sources }) => {
    for (const { node, previousRect: was, currentRect: is } of sources)
      if ((node?.closest ? node : node?.parentElement)?.closest('[data-abide-notice]'))
        seen.shifts.push(`${node.nodeName} from ${was.y} (${was.height} high) to ${is.y} (${is.height} high)`);
  });
}

const oneFrame = 17;
const laidOut = (layout) => (policy) => ({ ...policy, notice: { ...policy.notice, layout } });

for (const size of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
  test(`the notice is painted with the first paint of the page, ${size.width} pixels wide`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    const visitor = await newVisitor(t, { viewport: size });
    await visitor.context.addInitScript(watchPaint);
    // A notice that comes after the first paint is late each time; a pause of the machine is not.
    const late = [];
    for (let i = 0; i < 5 && !late.some((each) => each < oneFrame); ++i) {
      await visitor.open(shop.url);
      const { first, notice } = await eventually('both paints', () =>
        visitor.page.evaluate(() => (window.seen.notice && window.seen.first ? window.seen : null)));
      late.push(notice - first);
    }
    assert.ok(late.at(-1) < oneFrame, `the notice was painted ${late.join(', ')} ms after the first paint`);
  });

  for (const layout of ['top', 'bar']) test(`the notice does not move once it is painted, ${layout}, and as a bar its closing moves nothing, ${size.width} pixels wide`, async (t) => {
    const shop = await openShop(t, { location: 'DE', change: laidOut(layout) });
    const visitor = await newVisitor(t, { viewport: size });
    const { page } = visitor;
    await visitor.context.addInitScript(watchPaint);
    await visitor.context.route('**/*.woff2', (route) => route.abort()); // the site's fonts may arrive late
    for (const path of ['', 'product/nehalem', 'cart']) {
      await visitor.open(shop.url + path);
      assert.deepEqual(await page.evaluate(() => window.seen.shifts), [], `/${path}`);
    }
    const above = () => page.locator('h1').first().boundingBox();
    const before = await above();
    await answerNotice(page, 'Reject all');
    const after = await above();
    assert.deepEqual(after, { ...before, y: layout === 'bar' ? before.y : after.y });
    assert.ok(after.y <= before.y);
  });
}

test('no page violates its content security policy, before a choice, after "Accept all" and after "Reject all"', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t);
  const violations = [];
  await visitor.context.exposeFunction('noteViolation', (what) => violations.push(what));
  await visitor.context.addInitScript(() => addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, documentURI }) =>
    window.noteViolation(`${documentURI}: ${violatedDirective} ${blockedURI}`)));
  const everywhere = async () => {
    for (const path of ['', 'product/nehalem', 'cart', 'account', 'journal/spinning-a-shade', 'consent']) await visitor.open(shop.url + path);
  };
  await everywhere();
  await visitor.open(shop.url);
  await answerNotice(visitor.page, 'Accept all');
  await everywhere();
  await submit(visitor.page, 'Reject all');
  await everywhere();
  assert.deepEqual(violations, []);
});

test('the first decision, its script and its state, is in the page and has at most 2 KB, compressed', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const html = await (await fetch(shop.url)).text();
  const [gate] = /<script nonce="[^"]*">window\.abide.*?<\/script>/s.exec(html);
  const [state] = /<script[^>]* id="abide-state">.*?<\/script>/s.exec(html);
  assert.match(gate, /abide-state/);
  const size = gzipSync(state + gate, { level: 6 }).length;
  assert.ok(size <= 2048, `${size} bytes`);
});

test('the page requests nothing that does not exist', async (t) => {
  const shop = await openShop(t, { location: 'US-CA' });
  const visitor = await newVisitor(t);
  const missing = [];
  visitor.page.on('response', (answer) => { if (answer.status() >= 400) missing.push(`${answer.status()} ${answer.url()}`); });
  visitor.page.on('requestfailed', (request) => {
    const { errorText } = request.failure();
    if (errorText !== 'net::ERR_ABORTED') missing.push(`${errorText} ${request.url()}`); // aborted: the visitor left the page
  });
  for (const path of ['', 'product/nehalem', 'cart', 'account', 'journal/spinning-a-shade', 'consent']) await visitor.open(shop.url + path);
  assert.deepEqual(missing, []);
});

test('what the notice covers can be scrolled into view', async (t) => {
  const shop = await openShop(t, { location: 'DE', change: laidOut('bar') });
  const visitor = await newVisitor(t, { viewport: { width: 390, height: 844 } });
  const { page } = visitor;
  await visitor.open(shop.url);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await quiet(page);
  const last = page.locator('footer').last();
  const [foot, notice] = [await last.boundingBox(), await noticeOf(page).boundingBox()];
  assert.ok(foot.y + foot.height <= notice.y + 1, `the page ends at ${foot.y + foot.height}, the notice begins at ${notice.y}`);
});

test('the shop\'s strip is in the language of the page', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const { page } = await newVisitor(t);
  for (const [path, title, passed] of [['', 'What this page wanted to store', 'let through'], ['de/', 'Was diese Seite speichern wollte', 'durchgelassen']]) {
    await page.goto(shop.url + path);
    const text = await page.locator('.ledger').textContent();
    assert.ok(text.includes(title) && text.includes(passed));
    assert.equal(/[Tt]he visitor|held back/.test(text), path === '', 'in one language only');
    assert.equal(await page.locator('.ledger').getAttribute('lang'), await page.locator('html').getAttribute('lang'));
    assert.equal(await page.locator('.abide-pill').count(), 0);
  }
});
