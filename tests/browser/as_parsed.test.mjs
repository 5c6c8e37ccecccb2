// What waits and is let through behaves as if the parser had met it: events, document.write, addresses of every kind.
import assert from 'node:assert/strict';
import test from 'node:test';
import { newVisitor } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { everything, files, openLab, strict } from './lab.mjs';

const gated = (text, rest = '') => `<script type="text/plain" data-category="analytics" nonce="abc" ${rest}>${text}</script>`;

async function opened(t, options) {
  const lab = await openLab(t, options);
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  return { lab, page: visitor.page };
}

/** Runs in the page with the module as `abide`. */
const inPage = (page, name) => page.evaluate(async ([file, what]) => { await (await import(file))[what](); }, [`${files}abide.mjs`, name]);

test('a script that comes late hears the events that have been, once; nobody else hears them again', async (t) => {
  const listens = `for (const [target, type] of [[document, "DOMContentLoaded"], [window, "DOMContentLoaded"], [window, "load"]])
    target.addEventListener(type, { handleEvent: (event) => (window.heard ??= []).push(event.type) });
    window.onload = (event) => window.heard.push("onload " + event.type);`;
  const { page } = await opened(t, { body: gated(listens) + gated('', 'data-src="/widget.js"') + `<script nonce="abc">
    window.own = 0; for (const type of ["DOMContentLoaded", "load"]) addEventListener(type, () => { ++window.own; });</script>`,
  files: { '/widget.js': 'document.addEventListener("DOMContentLoaded", () => { window.drawn = document.currentScript === null; });' } });
  await inPage(page, 'accept');
  await eventually('the widget', () => page.evaluate(() => window.drawn));
  await eventually('all events', () => page.evaluate(() => window.heard?.length >= 4));
  assert.deepEqual(await page.evaluate(() => window.heard.sort()), ['DOMContentLoaded', 'DOMContentLoaded', 'load', 'onload load']);
  assert.equal(await page.evaluate(() => window.own), 2);
});

test('document.write writes where its script stands, scripts too, and leaves the page as it is', async (t) => {
  const { page } = await opened(t, { body: `<p id="before">Before</p>${gated('document.write("<p id=written>", "Seal</p>"); ' +
    'document.writeln("<scr" + "ipt nonce=abc>window.nested = document.currentScript.previousElementSibling.id</scr" + "ipt>"); document.close();')}<p id="after">After</p>` });
  await inPage(page, 'accept');
  await eventually('what is written', () => page.evaluate(() => window.nested));
  assert.equal(await page.evaluate(() => window.nested), 'written');
  assert.match(await page.locator('main').innerText(), /Before\s+Seal\s+After/);
});

test('a script stays the node that it was; one that innerHTML made runs as well, once', async (t) => {
  const { page } = await opened(t, { body: `${gated('window.firstRan = document.currentScript', 'id="first"')}<div id="later"></div>` });
  await page.evaluate(() => {
    window.node = document.getElementById('first');
    document.getElementById('later').innerHTML = '<script type="text/plain" data-category="analytics" id="second">window.secondRan = (window.secondRan ?? 0) + 1</scr' + 'ipt>';
    window.other = document.getElementById('second');
  });
  await inPage(page, 'accept');
  await eventually('both', () => page.evaluate(() => window.firstRan && window.secondRan));
  await page.evaluate(() => window.abide.apply());
  await page.waitForTimeout(300);
  assert.deepEqual(await page.evaluate(() => [window.firstRan === window.node, window.node.isConnected, window.other.isConnected, window.secondRan]),
    [true, true, true, 1]);
});

const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>';
const elements = `<picture><source id="source" data-category="analytics" data-abide-srcset="/source.svg"><img id="img" data-category="analytics" data-abide-src="/img.svg" class="lazyload" alt=""></picture>
  <link id="link" rel="stylesheet" data-category="analytics" data-abide-href="/link.css"><video id="video" data-category="analytics" data-abide-poster="/poster.svg"></video>
  <object id="object" type="image/svg+xml" data-category="analytics" data-abide-data="/object.svg"></object><embed id="embed" type="image/svg+xml" data-category="analytics" data-abide-src="/embed.svg">
  <iframe id="frame" title="f" data-category="analytics" data-abide-src="/page/frame"></iframe><img id="evil" alt="" data-category="analytics" data-abide-src=" javascript:window.evilRan=1">
  <div><template shadowrootmode="open"><img id="shadow" alt="" data-category="analytics" data-src="/shadow.svg"></template></div>`;
const addresses = ['/source.svg', '/link.css', '/poster.svg', '/object.svg', '/embed.svg', '/page/frame', '/shadow.svg'];

test('addresses of every kind wait under names of Abide\'s own, also in shadow roots, and wait again after a refusal', async (t) => {
  const more = Object.fromEntries(addresses.concat('/img.svg').map((path) => [path, path.endsWith('css') ? 'p{}' : svg]));
  const { lab, page } = await opened(t, { body: elements, files: more });
  await page.waitForTimeout(500);
  for (const path of addresses) assert.equal(lab.of(path).length, 0, path);
  await inPage(page, 'accept');
  for (const path of addresses) await eventually(path, () => lab.of(path).length > 0);
  const frame = await page.evaluateHandle(() => document.getElementById('frame'));
  await inPage(page, 'reject');
  await eventually('the frame', () => frame.evaluate((element) => element.isConnected && !element.hasAttribute('src') &&
    element.dataset.abideSrc === '/page/frame'));
  assert.deepEqual(await page.evaluate(() => ['img', 'source', 'link', 'object', 'embed'].filter((id) =>
    ['src', 'srcset', 'href', 'data'].some((name) => document.getElementById(id).hasAttribute(name)))), []);
  assert.equal(await page.evaluate(() => window.evilRan), undefined);
});

test('what is allowed from the beginning is there at once', async (t) => {
  const { lab } = await opened(t, { state: everything, body: elements });
  for (const path of addresses) await eventually(path, () => lab.of(path).length > 0);
  assert.equal(strict.chosen, false);
});
