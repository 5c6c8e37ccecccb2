// The site's style does not affect the notice, and the notice does not affect the site: hostile sheets, layouts of the body,
// print, blockers, and the first Tab.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openAround } from './around.mjs';
import { newVisitor, noticeOf } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';
import { changeHtml, openFront } from './front.mjs';
import { openShop } from './shop.mjs';

/** The shop's pages with additions to the head, and no Content-Security-Policy. */
async function withHead(t, head) {
  const shop = await openShop(t, { location: 'DE' });
  const front = await openFront(t, shop, { change: (found) => {
    found.fields = found.fields.filter(([name]) => !/^content-security-policy$/i.test(name));
    changeHtml(found, (html) => html.replace('</head>', () => `${head}</head>`));
  } });
  return front.urlOf('localhost');
}

/** How and where the notice and everything in it is drawn. */
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
  'pseudo-elements, and properties of the names that the notice uses': `body *::before, *::after, abide-notice *::before { content: "x" !important; display: block !important; padding: 9px; background: red }
    *::first-letter { font-size: 60px !important } *::first-line { font-size: 40px !important } * { --surface: red !important; --text: red; --accent: lime !important; --radius: 0 }
    @layer early { * { padding: 20px !important; display: inline !important } } body ~ * * { animation: turn 1s infinite; transition: all 5s } @keyframes turn { from, to { opacity: .2; rotate: 20deg } }`,
  'registered properties': ['surface', 'text', 'accent', 'on-accent', 'radius', 'shadow', 'focus'].map((name) =>
    `@property --${name} { syntax: "<number>"; inherits: false; initial-value: 0 }`).join(' '),
  'a body that moves what it holds': 'body { display: grid; grid-template-columns: 1fr 1fr; contain: strict; filter: grayscale(1); transform: scale(.5) translateY(40px); zoom: 1.5; perspective: 100px; will-change: transform; pointer-events: none; overflow: hidden; opacity: .3 }',
};

for (const [what, rules] of Object.entries(hostile))
  test(`the notice looks the same beside ${what}`, async (t) => {
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

const dialog = `<style>dialog { transform: rotate(3deg); overflow: hidden; block-size: 200px }</style><dialog id="first"><p>First</p></dialog><dialog id="second"><p>Second</p></dialog>
  <div id="over" popover="manual" style="inset: 0; inline-size: 100vw; block-size: 100vh">Over</div>`;

/** A page with these parts at the end of its body. */
async function withEnd(t, html) {
  const shop = await openShop(t, { location: 'DE' });
  const front = await openFront(t, shop, { change: (found) => {
    found.fields = found.fields.filter(([name]) => !/^content-security-policy$/i.test(name));
    changeHtml(found, (text) => text.replace('</body>', () => `${html}</body>`));
  } });
  return front.urlOf('localhost');
}

test('the notice stays in its place above modal dialogs and popovers, can be pressed, and is beside the body again after them', async (t) => {
  const { page } = await newVisitor(t);
  await page.goto(await withEnd(t, dialog));
  await noticeOf(page).waitFor();
  const home = () => page.evaluate(() => document.querySelector('abide-notice').parentNode.id || document.querySelector('abide-notice').parentNode.localName);
  const isAt = (parent) => eventually(parent, async () => (await home()) === parent);
  const usual = await noticeOf(page).boundingBox();
  const isFree = async (what) => {
    await page.getByRole('button', { name: 'Reject all' }).click({ trial: true, timeout: 3000 });
    assert.deepEqual(await noticeOf(page).boundingBox(), usual, what);
  };
  const press = page.getByRole('button', { name: 'Reject all' });
  await page.evaluate(() => { window.second.showModal(); window.first.showModal(); });
  await isAt('first');
  await isFree('above two dialogs');
  await page.evaluate(() => window.first.close());
  await isAt('second');
  await page.evaluate(() => window.second.remove()); // as frameworks do
  await isAt('html');
  await isFree('after a dialog was taken out');
  await page.evaluate(() => window.over.showPopover());
  await eventually('the notice to be above', () => noticeOf(page).evaluate((notice) => notice.matches(':popover-open')));
  await isFree('above a popover');
  await page.evaluate(() => { window.over.hidePopover(); window.first.showModal(); });
  await isAt('first');
  await press.click({ timeout: 3000 });
  await noticeOf(page).waitFor({ state: 'hidden' });
  await page.evaluate(() => window.first.close());
  await isAt('html');
  assert.equal(await noticeOf(page).isVisible(), false);
});

test('a dialog that is open from the beginning does not make the notice inert', async (t) => {
  const { page } = await newVisitor(t);
  await page.goto(await withEnd(t, `${dialog}<script>first.showModal()</script>`));
  await page.getByRole('button', { name: 'Reject all' }).click({ timeout: 5000 });
  await noticeOf(page).waitFor({ state: 'hidden' });
});

for (const [browser, open] of [['Chromium', newVisitor], ['Firefox', newFirefox]])
  test(`${browser}: the notice can be pressed above a modal dialog and a popover of a web component, which is as before after it`, async (t) => {
    const { page } = await open(t);
    await page.goto(await withEnd(t, `<abide-x></abide-x><script>
      const attach = (host, html) => { host.attachShadow({ mode: 'open' }).innerHTML = html; return host.shadowRoot; };
      const outer = attach(document.querySelector('abide-x'), '<abide-y></abide-y>');
      window.inner = attach(outer.firstChild, '<dialog>In</dialog><div popover="manual" style="inset: 0; inline-size: 100vw; block-size: 100vh">Over</div>');
    </script>`));
    await page.waitForSelector('[data-abide-notice]');
    const at = () => page.evaluate(() => {
      const { x, y, width, height } = document.querySelector('[data-abide-notice]').getBoundingClientRect();
      return [x, y, width, height].map(Math.round).join();
    });
    const met = () => page.evaluate(() => {
      const { x, y, width, height } = document.querySelector('[value="reject-all"]').getBoundingClientRect();
      return document.elementFromPoint(x + width / 2, y + height / 2)?.value;
    });
    const usual = await at();
    for (const [show, hide] of [['showModal', 'close'], ['showPopover', 'hidePopover']]) {
      await page.evaluate((how) => [...window.inner.children].find((one) => (how === 'showModal') === (one.localName === 'dialog'))[how](), show);
      await eventually(`the notice above all after ${show}`, async () => (await met()) === 'reject-all');
      assert.equal(await at(), usual);
      if (hide === 'hidePopover') break;
      await page.evaluate(() => window.inner.querySelector('slot').remove()); // as a component that is drawn again
      await eventually('the notice above it again', async () => (await met()) === 'reject-all');
      await page.evaluate(() => window.inner.firstChild.close());
      await eventually('the notice beside the body', () => page.evaluate(() => document.querySelector('abide-notice').parentNode.localName === 'html'));
      assert.equal(await page.evaluate(() => document.querySelector('abide-x').shadowRoot.innerHTML + window.inner.querySelectorAll('slot').length), '<abide-y></abide-y>0');
    }
    await page.click('[value="reject-all"]');
    await eventually('the notice to close', () => page.evaluate(() => document.querySelector('[data-abide-notice]').hidden));
  });

test('the structure of the body is the site\'s, and a reader view finds no notice in it', async (t) => {
  const { page } = await newVisitor(t);
  await page.goto(await withHead(t, ''));
  await noticeOf(page).waitFor();
  assert.equal(await page.evaluate(() => document.body.querySelector('abide-notice, [data-abide-notice]')), null);
  assert.equal(await noticeOf(page).evaluate((notice) => notice.matches('div[data-nosnippet]')), true);
  assert.doesNotMatch(await page.evaluate(() => document.body.innerText), /Reject all/);
});

const readability = readFileSync(join(import.meta.dirname, 'node_modules/@mozilla/readability/Readability.js'), 'utf8');
const article = '<h1>Mill Lane</h1><p>Mill Lane is closed, from the bridge to the church, until Friday evening, says the council.</p>' +
  '<p>The water company mends a pipe of 1911, which broke in the night to Tuesday, and the bus stops at the school.</p>';

test('a reader view shows a short article without the notice, also of the HTML as it was sent', async (t) => {
  const { page } = await newVisitor(t, { javaScriptEnabled: false, bypassCSP: true });
  const shop = await openShop(t, { location: 'DE' });
  const front = await openFront(t, shop, { change: (found) =>
    changeHtml(found, (html) => html.replace(/<header[^]*?<\/header>/, '').replace(/<main[^]*<\/main>/, `<main>${article}</main>`).replace(/<footer[^]*?<\/footer>/, '')) });
  await page.goto(front.urlOf('localhost'));
  const html = await page.content();
  assert.match(html, /data-abide-notice/);
  const reader = (await newVisitor(t)).page;
  await reader.goto('about:blank');
  await reader.addScriptTag({ content: readability });
  const read = await reader.evaluate((text) => {
    const page = new DOMParser().parseFromString(text, 'text/html'), notice = page.querySelector('abide-notice'), main = page.querySelector('main');
    page.body.replaceChildren(notice, main, ...page.querySelectorAll('.abide-footer'));
    return new window.Readability(page).parse().textContent.replace(/\s+/g, ' ');
  }, html);
  assert.match(read, /Mill Lane is closed.*stops at the school\.\s*$/);
  assert.doesNotMatch(read, /permission|cookies/);
});

test('a reader view shows no settings link and no withdrawal in an article of two sentences, in a body without landmarks', async (t) => {
  const sent = `<!doctype html><html lang="en"><head><title>Mill Lane</title></head><body>${article}</body></html>`;
  const site = await openAround(t, () => ['text/html', sent]);
  const { page, context } = await newVisitor(t);
  await page.goto(site.url);
  await page.getByRole('button', { name: 'Accept all' }).click();
  await page.getByRole('button', { name: 'Withdraw consent' }).waitFor();
  const reader = await context.newPage();
  await reader.addScriptTag({ content: readability });
  const read = (text) => reader.evaluate((html) => new window.Readability(new DOMParser().parseFromString(html, 'text/html')).parse()
    .textContent.replace(/\s+/g, ' ').trim(), text);
  const own = await read(sent), now = await read(await page.content());
  // The page tells the visitor twice what they just did: in its line, and for a moment in view.
  const news = await page.locator('[data-abide-status] > span, .abide-said').allInnerTexts();
  const plain = (text) => text.replace(/\s+/g, ' ').trim();
  assert.equal(plain(news.reduce((text, one) => text.replace(plain(one), ''), now)), own);
});

test('the notice and the settings link are not printed', async (t) => {
  const { page } = await newVisitor(t);
  await page.goto(await withHead(t, ''));
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('.abide:visible').count(), 0);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).paddingBottom), '0px');
});

test('a notice that a blocker hides leaves no gap', async (t) => {
  const { page, context } = await newVisitor(t);
  const session = await context.newCDPSession(page);
  await session.send('Page.enable');
  await page.goto(await withHead(t, ''));
  await noticeOf(page).waitFor();
  const room = () => page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).paddingTop));
  assert.ok(await room() > 50);
  await page.evaluate(() => { document.querySelector('[data-abide-notice]').style.setProperty('display', 'none', 'important'); });
  await eventually('the room to be given back', async () => (await room()) === 0);
});

test('the first Tab moves into the notice, and from its end to the page, in Firefox too', async (t) => {
  const address = await withHead(t, '');
  const firefox = await newFirefox(t), { page } = await newVisitor(t);
  await page.goto(address);
  await firefox.open(address);
  for (const one of [page, firefox.page]) {
    const where = () => one.evaluate(() => (document.activeElement.closest('[data-abide-notice]') ? 'notice' : 'page'));
    const met = [];
    for (let presses = 0; presses < 6; ++presses) {
      await one.keyboard.press('Tab');
      met.push(await where());
    }
    assert.deepEqual(met, ['notice', 'notice', 'notice', 'notice', 'page', 'page']);
    assert.equal(await one.evaluate(() => document.body.hasAttribute('tabindex')), false);
  }
});

for (const [what, style, body] of [
  ['over a dialog of the page', '', '<dialog id="own">Own</dialog><script>document.querySelector("#own").showModal()</script>'],
  ['on a page that transforms <html>', 'html { transform: translate(0) }', ''],
]) test(`the notice darkens nothing ${what}, whatever the page's rule for backdrops`, async (t) => {
  const site = await openAround(t, ({ url }) => (url === '/' ? ['text/html', `<!doctype html><html lang="en"><head><title>Page</title>
    <style>::backdrop { background: #f00c !important; backdrop-filter: blur(4px) } ${style}</style></head><body><main><h1>Page</h1>${body}</main></body></html>`] : null));
  const { page } = await newVisitor(t);
  await page.goto(site.url);
  await noticeOf(page).waitFor();
  await eventually('a popover', () => page.evaluate(() => document.querySelector('abide-notice:popover-open, .abide-notice:popover-open') !== null));
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('abide-notice:popover-open, .abide-notice:popover-open'), '::backdrop').display), 'none');
});
