// The place of the notice for each `notice.layout`, and what it leaves free.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openAround, POLICY } from './around.mjs';
import { axeFindings } from './axe.mjs';
import { newVisitor, noticeOf } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { openShop } from './shop.mjs';
import { HEAD, openStaticSite } from './static_site.mjs';

const sizes = [[1280, 720], [1366, 768], [1440, 900], [1536, 864], [390, 844], [320, 568]];
const mainActions = { '': '.hero-go .button', collection: 'main a', 'product/nehalem': '.buy-row .button', cart: 'main .button',
  checkout: 'main .button', account: '.login-form .button', contact: 'main .button', 'journal/spinning-a-shade': 'main .button',
  privacy: 'main a' };
const overs = ['bar', 'card-start', 'card-end'];
const laidOut = (layout) => (policy) => ({ ...policy, notice: { ...policy.notice, layout } });

/** Waits for a painted frame: the height of the notice becomes known while a frame is made. */
const drawn = (page) => page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));

/** The largest share, in percent, of a visible control of that part, or of a link of the header, that the notice covers. */
const covered = (page, part) => page.evaluate((found) => {
  const notice = document.querySelector('[data-abide-notice]').getBoundingClientRect();
  const along = (one, from, to) => Math.max(0, Math.min(one[to], notice[to]) - Math.max(one[from], notice[from]));
  return Math.max(...[...document.querySelectorAll(`${found}, header a:not(.skip)`)].map((element) => {
    const box = element.getBoundingClientRect();
    return box.width === 0 ? 0 : Math.round(100 * along(box, 'left', 'right') * along(box, 'top', 'bottom') / (box.width * box.height));
  }));
}, part);

for (const [width, height] of sizes)
  test(`in the flow the notice covers no main action and no link of the header, on any page, ${width} by ${height}`, async (t) => {
    const shop = await openShop(t, { location: 'DE' });
    const visitor = await newVisitor(t, { viewport: { width, height } });
    for (const language of ['', 'de/'])
      for (const [path, part] of Object.entries(mainActions)) {
        await visitor.page.goto(shop.url + language + path);
        await drawn(visitor.page);
        assert.equal(await covered(visitor.page, part), 0, `/${language}${path}`);
      }
  });

test('in the flow the notice takes exactly its height, at every width, and leaves no gap behind', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const { page, open } = await newVisitor(t);
  await open(`${shop.url}contact`);
  const top = () => page.locator('header.top').evaluate((header) => header.getBoundingClientRect().top + scrollY);
  for (const width of [1280, 600, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await drawn(page);
    const { y, height, width: wide } = await noticeOf(page).boundingBox();
    assert.deepEqual([y, wide, Math.round(await top())], [0, width, Math.round(height)], `${width} wide`);
  }
  await noticeOf(page).getByRole('button', { name: 'Reject all' }).click();
  await noticeOf(page).waitFor({ state: 'hidden' });
  await drawn(page);
  assert.equal(await top(), 0);
});

for (const where of ['of a server', 'of a static site'])
  test(`the notice ${where} keeps its room when the page replaces the list of its constructed sheets`, async (t) => {
    const { page } = await newVisitor(t);
    const policy = { ...POLICY, notice: { layout: 'top' } };
    const html = `<!doctype html><html lang="en"><head><title>Page</title>${where === 'of a server' ? '' : HEAD}</head><body><h1>Page</h1></body></html>`;
    if (where === 'of a static site') await page.route('**/abide/policy.json', (route) => route.fulfill({ json: policy }));
    await page.goto((await (where === 'of a server' ? openAround : openStaticSite)(t, (request) => (request.url ?? request) === '/' && ['text/html', html], { policy })).url);
    await noticeOf(page).waitFor();
    const isBelow = async () => (await page.locator('h1').boundingBox()).y >= (await noticeOf(page).boundingBox()).height;
    await eventually('room', isBelow);
    await page.evaluate(() => { document.adoptedStyleSheets = []; });
    await eventually('room again', isBelow);
  });

for (const layout of overs)
  test(`${layout} is at the lower edge, completely visible, and can be read and pressed in every size and direction`, async (t) => {
    const shop = await openShop(t, { location: 'DE', change: laidOut(layout) });
    for (const [width, height] of [...sizes, [844, 390], [320, 256]]) {
      const visitor = await newVisitor(t, { viewport: { width, height } });
      const { page } = visitor;
      await page.goto(shop.url);
      for (const direction of ['ltr', 'rtl']) {
        await page.evaluate((dir) => { document.documentElement.dir = document.querySelector('[data-abide-notice]').dir = dir; }, direction);
        const box = await noticeOf(page).boundingBox();
        assert.ok(box.y >= 0 && box.x >= 0 && box.x + box.width <= width && box.y + box.height <= height, JSON.stringify(box));
        const isAtStart = box.x < width - box.x - box.width;
        if (width > 800 && layout !== 'bar') assert.equal(isAtStart, (layout === 'card-start') === (direction === 'ltr'), `${direction} ${width}`);
        for (const part of ['.abide-title', '.abide-text', '[value=reject-all]', '[value=accept-all]', '.abide-actions > a:first-of-type']) {
          await noticeOf(page).locator(part).scrollIntoViewIfNeeded();
          assert.ok(await noticeOf(page).locator(part).evaluate((element) => {
            const { left, top } = element.getBoundingClientRect();
            return element.contains(document.elementFromPoint(left + 5, top + 8));
          }), `${part} ${direction} ${width} by ${height}`);
        }
      }
      if (width === 1440) assert.deepEqual(await axeFindings(page), []);
      await visitor.close();
    }
  });

const pageOf = (style) => ['text/html', `<!doctype html><html lang="en"><head><title>Page</title>
  <meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover"><style>${style}</style></head>
  <body><h1>Page</h1><p>${'Words. '.repeat(400)}</p></body></html>`];

/** A page with this style and layout; a phone if it says which parts of its screen are not for content. */
async function openPage(t, layout, style, viewport, insets) {
  const { url } = await openAround(t, (request) => request.url === '/' && pageOf(style), { policy: { ...POLICY, notice: { layout } } });
  const { page, context } = await newVisitor(t, { viewport, ...(insets && { isMobile: true, hasTouch: true }) });
  if (insets) await (await context.newCDPSession(page)).send('Emulation.setSafeAreaInsetsOverride', { insets });
  await page.goto(url);
  await noticeOf(page).waitFor();
  await drawn(page);
  return page;
}

for (const layout of ['top', ...overs])
  test(`${layout} has its words and buttons within the safe area of a phone, upright and turned`, async (t) => {
    for (const [viewport, insets] of [[{ width: 390, height: 844 }, { top: 59, bottom: 34, left: 0, right: 0 }],
      [{ width: 844, height: 390 }, { top: 0, bottom: 21, left: 59, right: 59 }]]) {
      const page = await openPage(t, layout, '', viewport, insets);
      const boxes = await noticeOf(page).locator('h2:visible,p:visible,a:visible,button:visible').evaluateAll((all) => all.map((one) => one.getBoundingClientRect()));
      const outside = boxes.filter(({ left, right, top, bottom }) => left < insets.left || right > viewport.width - insets.right ||
        top < insets.top || bottom > viewport.height - insets.bottom);
      assert.deepEqual(outside, [], `${viewport.width} wide`);
    }
  });

const STYLES = { 'makes the font size of <html> small': 'html { font-size: 62.5% } body { font-size: 1.6rem }',
  'writes from top to bottom': 'html { writing-mode: vertical-rl }', 'is zoomed': 'html { zoom: 1.5 }' };

for (const [what, style] of Object.entries(STYLES)) for (const layout of ['top', ...overs])
  test(`${layout} leaves room for itself on a page that ${what}`, async (t) => {
    for (const viewport of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
      const page = await openPage(t, layout, style, viewport);
      const boxOf = (selector) => page.locator(selector).evaluate((one) => one.getBoundingClientRect().toJSON());
      if (layout !== 'top') await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      const notice = await boxOf('[data-abide-notice]'), text = await boxOf(layout === 'top' ? 'h1' : '.abide-footer');
      assert.ok(layout === 'top' ? text.top >= notice.bottom : text.bottom <= notice.top, `${viewport.width} wide: ${text.top} to ${text.bottom}, the notice ${notice.top} to ${notice.bottom}`);
    }
  });
