// The site's structural selectors count only the site's elements: with Abide in the page each element matches the same
// selectors as without.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openAround } from './around.mjs';
import { newVisitor, noticeOf, quiet } from './chromium.mjs';
import { newFirefox } from './firefox.mjs';
import { changeHtml, openFront } from './front.mjs';

const BY_TYPE = ['div:first-of-type', 'div:last-of-type', 'section:only-of-type', 'p:nth-of-type(2)', 'p:nth-last-of-type(2)', 'form:first-of-type',
  'form:last-of-type', 'span:only-of-type', 'span:last-of-type', 'aside:only-of-type', 'aside:last-of-type', 'footer:last-of-type',
  'script:last-of-type', 'style:only-of-type', 'body > :first-of-type', 'body > :last-of-type', 'body > :only-of-type', 'body:only-of-type', 'div + p',
  'p ~ form', 'aside:has(+ span)', 'main :last-child', 'main > * + *', 'head + body', 'body > header + div'];
const FROM_START = ['body > :first-child', 'body > :nth-child(2n)', 'body > :nth-child(3)', 'body > :not(:first-child)', '* + *', 'body > * + *',
  'body > * ~ *', 'header:first-child', 'body > :nth-child(-n + 2 of p, header)'];
const FROM_END = ['body > :last-child', 'footer:last-child', 'body > :nth-last-child(1)', 'body > :nth-last-child(2n)', 'body > :nth-last-child(3)',
  'body > :not(:last-child)', 'body > :has(+ *)', 'footer:has(~ *)', 'body:has(> :nth-child(11))', 'body > :nth-last-child(n + 3)'];
const ALL = [...BY_TYPE, ...FROM_START, ...FROM_END];

const parts = `<header>Mill</header><div>One</div><p>Two</p><div>Three</div><section>Four</section><p>Five</p>
  <main><h1>Six</h1><p>Seven</p></main><form hidden><input></form><aside>Eight</aside><span>Nine</span>`;
const own = '<footer><a href="/consent">Cookies</a></footer>', none = '<footer>Mill Lane 1</footer>';

const page = (body, selectors) => `<!doctype html><html lang="en"><head><title>Mill</title><style>${selectors.map((selector, at) =>
  `${selector} { --met-${at}: 1; margin-block-start: ${at + 1}px }`).join('\n')}</style></head><body>${body}</body></html>`;

/** The computed style of each of the site's elements: each selector sets a property of its own, and all set a margin. */
const seen = (count) => [document.body, ...document.body.querySelectorAll(':not([class*=abide], [class*=abide] *, abide-notice, abide-notice *,' +
  'abide-footer, abide-footer *, abide-post, abide-post *, abide-status *)')].map((element) => {
  const style = getComputedStyle(element);
  const met = Array.from({ length: count }, (_, at) => at).filter((at) => style.getPropertyValue(`--met-${at}`));
  return `${element.localName} ${element === document.body ? '' : element.textContent.trim().slice(0, 6)}: ${style.marginTop} ${met}`;
});

/** A site with the sample server's parts in the page; without the footer if the page has its own link, like the server. */
async function openSite(t, html, inserts = true) {
  const site = await openAround(t, () => ['text/html; charset=utf-8', html], { inserts: () => inserts });
  if (!html.includes('/consent"')) return site.url;
  const front = await openFront(t, site, { change: (found) =>
    changeHtml(found, (sent) => sent.replace(/<abide-footer>[^]*?<\/abide-footer>/, '')) });
  return front.urlOf('localhost');
}

async function compare(t, { body, selectors = ALL, open }) {
  const html = page(body, selectors), both = [];
  for (const inserts of [false, true]) {
    const visitor = await open(t);
    await visitor.goto(await openSite(t, html, inserts));
    if (inserts) assert.ok(await visitor.evaluate(() => document.querySelector('[data-abide-notice]').checkVisibility()));
    await new Promise((resolve) => setTimeout(resolve, 500));
    both.push(await visitor.evaluate(seen, selectors.length));
  }
  assert.deepEqual(both[1], both[0]);
  assert.ok(both[0].length > 10);
}

const chromium = async (t) => (await newVisitor(t)).page;
const firefox = async (t) => (await newFirefox(t)).page;
const withoutScripts = async (t) => (await newVisitor(t, { javaScriptEnabled: false })).page;
const ofFirefox = ALL.filter((selector) => !/:has|\bof\b/.test(selector)); // ESR 115 does not support all of them

test('every structural selector counts as without Abide, if the page has its own settings link', (t) =>
  compare(t, { body: parts + own, open: chromium }));

test('the same in Firefox', (t) => compare(t, { body: parts + own, selectors: ofFirefox, open: firefox }));

test('if Abide writes the settings link, only selectors that count from the end of the body count it', (t) =>
  compare(t, { body: parts + none, selectors: [...BY_TYPE, ...FROM_START], open: chromium }));

test('without scripts no type of element is counted', (t) =>
  compare(t, { body: parts + own, selectors: BY_TYPE, open: withoutScripts }));

test('a root that is the only child of the body remains the only child, also after an answer', async (t) => {
  const html = page('<div id="root"><a href="/consent">Cookies</a></div>', ['#root:only-child', 'body > :only-child']);
  const { page: visitor } = await newVisitor(t);
  const isAlone = () => visitor.evaluate(() => document.querySelector('#root').matches(':only-child'));
  await visitor.goto(await openSite(t, html));
  await quiet(visitor);
  assert.ok(await isAlone());
  await noticeOf(visitor).getByRole('button', { name: 'Reject all' }).click();
  await noticeOf(visitor).waitFor({ state: 'hidden' });
  await visitor.getByText('Your choice is saved').waitFor();
  assert.ok(await isAlone());
  await visitor.reload();
  await quiet(visitor);
  assert.ok(await isAlone(), 'in a page without notice');
});
