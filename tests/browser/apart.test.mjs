// The site's rules do not reach the notice, and the notice does not reach the site: hostile sheets, layouts of the body, print,
// blockers, and the first Tab.
import assert from 'node:assert/strict';
import test from 'node:test';
import { newVisitor, noticeOf } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';
import { changeHtml, openFront } from './front.mjs';
import { openShop } from './shop.mjs';

/** The shop's pages with more in the head, and no policy of their own. */
async function withHead(t, head) {
  const shop = await openShop(t, { location: 'DE' });
  const front = await openFront(t, shop, { change: (found) => {
    found.fields = found.fields.filter(([name]) => !/^content-security-policy$/i.test(name));
    changeHtml(found, (html) => html.replace('</head>', () => `${head}</head>`));
  } });
  return front.urlOf('localhost');
}

/** How the notice and all in it are drawn, and where. */
const look = (page) => page.locator('[data-abide-notice], [data-abide-notice] *').evaluateAll((all) => all.map((element) => {
  const style = getComputedStyle(element), { x, y, width, height } = element.getBoundingClientRect();
  const read = ['color', 'backgroundColor', 'fontFamily', 'fontSize', 'fontWeight', 'letterSpacing', 'textTransform', 'padding',
    'margin', 'border', 'borderRadius', 'display', 'position', 'opacity', 'pointerEvents', 'visibility', 'textAlign', 'lineHeight'];
  return [element.localName, [x, y, width, height].map(Math.round).join(), ...read.map((name) => style[name])].join(' | ');
}));

const hostile = {
  'important rules for every element': `* { font-family: fantasy !important; letter-spacing: 3px !important; border-radius: 0 !important; color: red !important }
    button, a { text-transform: uppercase !important; padding: 30px !important; display: none !important } form { opacity: .1 !important }`,
  'rules by structure and id, and what is inherited': `html, body { font: italic 30px/3 serif; letter-spacing: 5px; text-align: right; text-transform: uppercase; word-spacing: 9px }
    :root body > :first-child, html > :not(head):not(body), div:not(#a#b) { margin: 40px; padding: 40px; background: #eee; position: static }
    html > body ~ * { display: none !important } h2:not(#a) { font-size: 60px; color: lime }`,
  'a body that moves what it holds': 'body { display: grid; grid-template-columns: 1fr 1fr; contain: strict; filter: grayscale(1); transform: scale(.5) translateY(40px); zoom: 1.5; perspective: 100px; will-change: transform; pointer-events: none; overflow: hidden; opacity: .3 }',
};

for (const [what, rules] of Object.entries(hostile))
  test(`the notice is drawn as ever beside ${what}`, async (t) => {
    const { page } = await newVisitor(t);
    const seen = [];
    for (const more of ['', rules]) {
      await page.goto(await withHead(t, `<style>:root:root { scrollbar-width: none; --abide-offset: 20px; --abide-font: sans-serif }</style><style>${more}</style>`));
      await noticeOf(page).waitFor();
      seen.push(await look(page));
    }
    assert.deepEqual(seen[1], seen[0]);
    await page.getByRole('button', { name: 'Reject all' }).click({ timeout: 3000 });
    await noticeOf(page).waitFor({ state: 'hidden' });
  });

test('the structure of the body is the site\'s, whose reader finds no notice in it', async (t) => {
  const { page } = await newVisitor(t);
  await page.goto(await withHead(t, ''));
  await noticeOf(page).waitFor();
  assert.equal(await page.evaluate(() => document.body.querySelector('abide-notice, [data-abide-notice]')), null);
  assert.equal(await noticeOf(page).evaluate((notice) => notice.matches('div[data-nosnippet]')), true);
  assert.doesNotMatch(await page.evaluate(() => document.body.innerText), /Reject all/);
});

test('on paper there is neither notice nor link', async (t) => {
  const { page } = await newVisitor(t);
  await page.goto(await withHead(t, ''));
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('.abide:visible').count(), 0);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).paddingBottom), '0px');
});

test('a notice that a blocker hides leaves no hole', async (t) => {
  const { page, context } = await newVisitor(t);
  const session = await context.newCDPSession(page);
  await session.send('Page.enable');
  await page.goto(await withHead(t, ''));
  await noticeOf(page).waitFor();
  const room = () => page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).paddingBottom));
  assert.ok(await room() > 50);
  await page.evaluate(() => { document.querySelector('[data-abide-notice]').style.setProperty('display', 'none', 'important'); });
  await eventually('the room to be given back', async () => (await room()) === 0);
});

test('the first Tab goes into the notice, and from its end to the page, in Firefox too', async (t) => {
  const address = await withHead(t, '');
  const firefox = await newFirefox(t), { page } = await newVisitor(t);
  await page.goto(address);
  await firefox.open(address);
  for (const one of [page, firefox.page]) {
    const where = () => one.evaluate(() => (document.activeElement.closest('[data-abide-notice]') ? 'notice' : 'page'));
    const met = [];
    for (let presses = 0; presses < 5; ++presses) {
      await one.keyboard.press('Tab');
      met.push(await where());
    }
    assert.deepEqual(met, ['notice', 'notice', 'notice', 'page', 'page']);
    assert.equal(await one.evaluate(() => document.body.hasAttribute('tabindex')), false);
  }
});
