// Engine-dependent behaviour in Firefox: restored pages, service workers, the guard, late elements, shadow roots, print and
// replaced bodies. The other tests check the same in Chromium.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openAround } from './around.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';
import { everything, files, openLab, strict, tag } from './lab.mjs';

const NOTICE = '[data-abide-notice]';
const COUNT = '<script type="text/plain" data-category="analytics" data-src="/count.js"></script>';
const html = (body, head = '') => `<!doctype html><html lang="en"><head><title>Leaflet</title>${head}</head><body>` +
  `<main><h1>Leaflet</h1><a href="/two">Two</a>${body}</main></body></html>`;

/** A site of pages by path, in Firefox; `counted`: how often the gated file was requested. */
async function visit(t, { preferences, body = COUNT, head, more = {} } = {}) {
  let counted = 0;
  const site = await openAround(t, ({ url }) => {
    const { pathname } = new URL(url, 'http://site');
    if (pathname === '/count.js') return ['text/javascript', `window.counted = ${++counted}`];
    return more[pathname] ?? (/^\/(two|three)?$/.test(pathname) ? ['text/html; charset=utf-8', html(body, head)] : null);
  });
  const visitor = await newFirefox(t, preferences);
  await visitor.open(site.url);
  const { page } = visitor;
  const press = async (choice) => {
    await page.click(`${NOTICE} button[value=${choice}]`);
    await eventually('the choice', () => site.choices().length && page.evaluate(() => window.abide.state().chosen).catch(() => false));
  };
  return { ...visitor, site, press, counted: () => counted };
}

async function inLab(t, options) {
  const lab = await openLab(t, options);
  const visitor = await newFirefox(t);
  await visitor.open(lab.url);
  return { ...visitor, lab, ran: () => visitor.page.evaluate(() => (window.ran ?? []).toSorted().join()) };
}

for (const [how, preferences] of [['from the browser\'s page cache', {}], ['outside of it', { 'browser.sessionhistory.max_total_viewers': 0, 'fission.bfcacheInParent': false }]])
  test(`Firefox: going back to a page ${how} sends no request after a refusal elsewhere, and does not ask again`, async (t) => {
    const { page, site, press, counted, visible } = await visit(t, { preferences });
    await press('accept-all');
    await eventually('the count', counted);
    await page.goto(`${site.url}two`);
    await page.evaluate(async () => (await import([...document.scripts].find(({ src }) => src.endsWith('/abide.mjs')).src)).withdraw());
    await pause(1000); // the page is reloaded
    const before = counted();
    await page.goBack();
    await pause(1500);
    assert.equal(counted(), before);
    assert.equal(await page.evaluate(() => window.abide.allows('analytics')), false);
    assert.equal(await visible(NOTICE), false);
  });

test('Firefox: a service worker that serves pages from before the refusal lets nothing run', async (t) => {
  const worker = `addEventListener('install', (event) => { skipWaiting(); event.waitUntil(0); });
    addEventListener('activate', (event) => event.waitUntil(clients.claim()));
    addEventListener('fetch', (event) => { if (event.request.mode === 'navigate') event.respondWith(
      caches.open('pages').then(async (kept) => (await kept.match(event.request.url)) ?? fetch(event.request).then(async (answer) => {
        await kept.put(event.request.url, answer.clone()); return answer; }))); });`;
  const { page, site, open, press, counted } = await visit(t, { head: '<script>navigator.serviceWorker.register("/worker.js")</script>',
    more: { '/worker.js': ['text/javascript', worker] } });
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await press('accept-all');
  await open(`${site.url}two`); // stored while consent was given
  await eventually('the count', () => counted() > 1);
  await page.evaluate(async () => (await import([...document.scripts].find(({ src }) => src.endsWith('/abide.mjs')).src)).withdraw());
  await pause(1000);
  const before = counted();
  await open(`${site.url}two`);
  await pause(1000);
  assert.equal(counted(), before);
  assert.equal(await page.evaluate(() => window.abide.allows('analytics')), false);
});

const policy = { site: { host: 'localhost' }, cookies: [{ name: 'cart', category: 'required' }, { name: '_ad', category: 'targeting' }] };

test('Firefox: the guard holds cookies and cookieStore', async (t) => {
  const { page, cookies } = await inLab(t, { policy, head: `<script src="${files}guard.js" data-guard="cookies"></script>
    <script>for (const name of ['cart', '_ad']) document.cookie = name + '=1'</script>` });
  await page.evaluate(() => window.cookieStore?.set('_ad', '2'));
  await page.evaluate(() => { document.cookie = '_ad=3'; });
  await eventually('what may be', async () => `${await cookies()}` === 'cart');
  assert.equal(await page.evaluate(() => document.cookie), 'cart=1');
  if (await page.evaluate(() => 'cookieStore' in window)) assert.equal(await page.evaluate(() => cookieStore.get('_ad')), null);
});

test('Firefox: late elements run once each, also those that innerHTML made and their copies', async (t) => {
  const { page, ran } = await inLab(t, { state: everything });
  await page.evaluate((made) => {
    const place = document.createElement('div'), kept = document.createElement('template');
    document.body.append(place);
    place.innerHTML = made.replace('NAME', 'innerHTML');
    kept.innerHTML = made.replace('NAME', 'copy');
    document.body.append(kept.content.cloneNode(true));
    const script = document.createElement('script');
    Object.assign(script, { type: 'text/plain', text: '(window.ran ??= []).push("made")' }).dataset.category = 'analytics';
    document.body.append(script);
  }, tag('NAME', 'analytics'));
  await eventually('all', async () => (await ran()) === 'copy,innerHTML,made');
  await pause(500);
  assert.equal(await ran(), 'copy,innerHTML,made');
});

test('Firefox: elements and buttons in open and declarative shadow roots are gated and obeyed', async (t) => {
  const inside = '<img data-category="analytics" data-abide-src="/one.gif" alt=""><button data-abide="accept-all">Yes</button>';
  const { page, lab } = await inLab(t, { body: `<div id="declared"><template shadowrootmode="open">${inside}</template></div><div id="open"></div>`,
    files: { '/one.gif': '' } });
  await page.evaluate((text) => { document.querySelector('#open').attachShadow({ mode: 'open' }).innerHTML = text; }, inside);
  await pause(500);
  const sources = () => page.evaluate(() => ['declared', 'open'].map((id) => document.getElementById(id).shadowRoot.querySelector('img').getAttribute('src')).join());
  assert.equal(await sources(), ',');
  await page.evaluate(() => document.querySelector('#declared').shadowRoot.querySelector('button').click());
  await eventually('both', async () => (await sources()) === '/one.gif,/one.gif');
  assert.equal(lab.posts().length, 1);
});

test('Firefox: the notice and the settings link are not printed', async (t) => {
  const { page } = await visit(t);
  const hidden = await page.evaluate(() => {
    const rules = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules]).flatMap((rule) => (rule.cssRules ? [...rule.cssRules] : [rule]));
    const [paper] = rules.filter((rule) => rule.media?.mediaText === 'print');
    return [...document.querySelectorAll('.abide-notice, .abide-footer, .abide-said, .abide-status')].every((element) =>
      [...paper.cssRules].some((rule) => element.matches(rule.selectorText) && rule.style.display === 'none'));
  });
  assert.ok(hidden);
});

for (const [how, swap] of [['another body', (text) => document.body.replaceWith(new DOMParser().parseFromString(text, 'text/html').body)],
  ['the body\'s content', (text) => { document.body.innerHTML = text; }]])
  test(`Firefox: a router that inserts ${how} keeps the notice once, which works, and the settings link`, async (t) => {
    const { page, press, counted } = await visit(t);
    await page.evaluate(swap, `<main><h1>Another</h1>${COUNT}</main>`);
    await eventually('the way to the settings', () => page.evaluate(() => document.querySelector('.abide-footer a')?.checkVisibility()));
    assert.equal(await page.evaluate((found) => document.querySelectorAll(found).length, NOTICE), 1);
    assert.equal(await page.evaluate(() => document.querySelectorAll('#abide-post').length), 1);
    await press('accept-all');
    await eventually('the count', counted);
  });

test('Firefox: a script that waits for the page\'s events gets them, and document.write writes at its place', async (t) => {
  const late = `<script type="text/plain" data-category="analytics">window.ran = [];
    addEventListener('DOMContentLoaded', () => ran.push('read')); onload = () => ran.push('loaded'); document.write('<b id="written">Here</b>');</script>`;
  const { page, ran } = await inLab(t, { state: everything, body: `<section>${late}</section>` });
  await eventually('both', async () => (await ran()) === 'loaded,read');
  assert.equal(await page.evaluate(() => document.querySelector('#written').parentNode.localName), 'section');
});

test('Firefox: the notice can be pressed above a modal dialog', async (t) => {
  const { page, press, visible } = await visit(t, { body: '<dialog id="one"><p>One</p></dialog>' });
  await page.evaluate(() => document.querySelector('#one').showModal());
  await eventually('the notice in it', () => page.evaluate(() => Boolean(document.querySelector('#one abide-notice'))));
  await press('reject-all');
  assert.equal(await visible(NOTICE), false);
});

test('Firefox: the strictest decision holds if the printed state is missing', async (t) => {
  const { page, ran } = await inLab(t, { state: { ...strict, v: 0 }, body: tag('one', 'analytics') });
  await pause(500);
  assert.equal(await ran(), '');
  assert.equal(await page.evaluate(() => window.abide.allows('analytics')), false);
});
