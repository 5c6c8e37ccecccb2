// Elements that waited and were released behave as if the parser had met them: events, document.write, addresses of every
// kind.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('a late script gets the past events, once; no other listener gets them again', async (t) => {
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

test('modules, and scripts that a released script makes, get the events as well, each in order', async (t) => {
  const notes = (name) => `for (const type of ["load", "DOMContentLoaded"]) addEventListener(type, () => (window.heard ??= []).push("${name} " + type));`;
  const { page } = await opened(t, { body: gated(notes('inline module'), 'data-type="module"') + gated('', 'data-src="/module.mjs" data-type="module"') +
    gated('const child = document.createElement("script"); child.src = "/child.js"; document.head.append(child);'),
  files: { '/module.mjs': notes('module'), '/child.js': `${notes('child')} document.onreadystatechange = () => window.heard.push("child " + document.readyState);` } });
  await inPage(page, 'accept');
  await eventually('all', () => page.evaluate(() => window.heard?.length >= 7));
  const heard = await page.evaluate(() => window.heard);
  for (const name of ['inline module', 'module', 'child']) {
    const own = heard.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
    assert.deepEqual(own, name === 'child' ? ['DOMContentLoaded', 'complete', 'load'] : ['DOMContentLoaded', 'load'], name);
  }
});

const asks = (name) => `jQuery(window).on("load", { name: "${name}" }, function (event) { told.push([event.data.name, event.type, this === window].join(" ")); })
  .one("load", () => told.push("${name} one")).on("pageshow", () => told.push("${name} pageshow")); jQuery(() => told.push("${name} ready"));`;
const library = '<script nonce="abc" src="/jquery.js"></script>', own = '<script nonce="abc">jQuery(window).on("load pageshow", () => { ++window.own; })</script>';
for (const [what, before] of Object.entries({ 'that the page uses itself': library + own, 'that only late scripts use': library,
  'that is a late script itself': gated('', 'data-src="/jquery.js"') }))
  test(`late scripts hear the past events once through a jQuery ${what}`, async (t) => { // it listens once for all its handlers
    const { page } = await opened(t, { body: `<script nonce="abc">window.told = []; window.own = 0</script>${before}${gated(asks('first'))}${gated(asks('second'))}`,
      files: { '/jquery.js': readFileSync(join(import.meta.dirname, 'node_modules/jquery/dist/jquery.min.js'), 'utf8') } });
    await inPage(page, 'accept');
    await eventually('all', () => page.evaluate(() => window.told.length >= 8)).catch(() => {});
    await page.waitForTimeout(200);
    assert.deepEqual(await page.evaluate(() => window.told.sort()), ['first', 'second'].flatMap((name) =>
      [`${name} load true`, `${name} one`, `${name} pageshow`, `${name} ready`]));
    assert.equal(await page.evaluate(() => window.own), before.includes('own') ? 2 : 0);
  });

test('written markup is there for the script that wrote it; a late write leaves the page as it is', async (t) => {
  const { page } = await opened(t, { body: '<p>Before</p>' + gated('document.write("<div id=map>"); document.write("</div>"); document.getElementById("map").textContent = "Map";') +
    gated('setTimeout(() => { document.write("Wiped"); window.timed = true; });') + gated('', 'data-src="/late.js"') +
    gated('addEventListener("load", () => { document.write("<i>Loaded</i>"); window.told = true; });') + '<p>After</p>',
  files: { '/late.js': 'setTimeout(() => document.write("<b>Timer</b>"));' } });
  await inPage(page, 'accept');
  await eventually('all', () => page.evaluate(() => window.timed && window.told && document.querySelector('b')));
  assert.match((await page.locator('main').innerText()).replace(/\s+/g, ' '), /Before Map Timer ?Loaded After/);
  await page.evaluate(() => { document.open(); document.write('<p id=own>The page begins anew</p>'); document.close(); });
  assert.equal(await page.locator('#own').count(), 1, 'as ever where the page means to');
});

test('document.write writes at the place of its script, scripts too, and leaves the page as it is', async (t) => {
  const { page } = await opened(t, { body: `<p id="before">Before</p>${gated('document.write("<p id=written>", "Seal</p>"); ' +
    'document.writeln("<scr" + "ipt nonce=abc>window.nested = document.currentScript.previousElementSibling.id</scr" + "ipt>"); document.close();')}<p id="after">After</p>` });
  await inPage(page, 'accept');
  await eventually('what is written', () => page.evaluate(() => window.nested));
  assert.equal(await page.evaluate(() => window.nested), 'written');
  assert.match(await page.locator('main').innerText(), /Before\s+Seal\s+After/);
});

// The snippets of the first ga.js, StatCounter and many ad servers (document.write of a library, then a script that uses it).
const noting = (name, more = '') => `window.order.push("${name}"); ${more}`;
const writing = (...scripts) => scripts.map((one) => `document.write(${JSON.stringify(`<script nonce=abc ${one}</script>`).replaceAll('</', '<\\/')});`).join(' ');
const uses = (name) => `>window.order.push("${name}")`;
for (const [what, tags, order] of [
  ['in one write', gated(`document.write(${JSON.stringify(`<script nonce=abc src=/slow.js></script><script nonce=abc>window.order.push("use")</script>`).replaceAll('</', '<\\/')})`), 'slow use'],
  ['in one script', gated(writing('src=/slow.js>', uses('use'), 'src=/fast.js>', uses('last'))), 'slow use fast last'],
  ['in the next gated script', gated(writing('src=/slow.js>')) + gated('window.order.push("use")') + gated('', 'data-src="/fast.js"'), 'slow use fast'],
  ['and the written one writes others', gated(writing('src=/writes.js>', uses('use'))) + gated('window.order.push("next")'), 'writes slow inner use next'],
  ['and the first does not exist', gated(writing('src=/none.js>', uses('use'))) + gated('window.order.push("next")'), 'use next'],
  ['and none has to wait for it', gated(writing('async src=/slow.js>', uses('use'))), 'use slow'],
])
  test(`scripts run after one that was written and has to load: ${what}`, async (t) => {
    const slow = (request, answer) => setTimeout(() => answer.writeHead(200, { 'Content-Type': 'text/javascript' }).end(noting('slow')), 300);
    const { page } = await opened(t, { head: '<script nonce="abc">window.order = []</script>', body: tags,
      files: { '/slow.js': slow, '/fast.js': noting('fast'), '/writes.js': noting('writes', writing('src=/slow.js>', uses('inner'))) } });
    await inPage(page, 'accept');
    await eventually('all', () => page.evaluate((count) => window.order.length >= count, order.split(' ').length)).catch(() => {});
    assert.equal(await page.evaluate(() => window.order.join(' ')), order);
    assert.equal(await page.evaluate(() => document.querySelectorAll('script[type="text/plain"], script[type^=abide]').length), 0, 'none is left');
  });

test('a script stays the same node; one that innerHTML made runs as well, once', async (t) => {
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

test('addresses of every kind wait under Abide\'s own names, also in shadow roots, and wait again after a refusal', async (t) => {
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

const kinds = `<video data-category="analytics" data-src="/film.mp4" data-poster="/film.svg"></video><audio><source data-category="analytics" data-src="/tune.mp3" type="audio/mpeg"></audio>
  <object type="image/svg+xml" data-category="analytics" data-data="/object.svg"></object><embed type="image/svg+xml" data-category="analytics" data-src="/embed.svg"><link rel="stylesheet" data-category="analytics" data-href="/link.css">
  <img alt="" data-category="analytics" data-srcset="/set.svg 1x"><img class="lazy" alt="" data-src="/own.svg"><img alt="" data-category="shoes" data-src="/own.svg" data-srcset="/own.svg"><a data-category="required" data-href="/own.svg">a</a>`;

test('on pages without a lazy loader the plain names work for every kind; the page\'s own attributes are left alone', async (t) => {
  const files = Object.fromEntries(['/film.mp4', '/film.svg', '/tune.mp3', '/object.svg', '/embed.svg', '/link.css', '/set.svg'].map((path) => [path, path.endsWith('svg') ? svg : '']));
  const { lab, page } = await opened(t, { body: kinds, files });
  await page.waitForTimeout(300);
  const own = () => page.evaluate(() => [...document.querySelectorAll('.lazy, [data-category=shoes], a[data-category]')].map(({ outerHTML }) => outerHTML));
  const before = await own();
  for (const path of Object.keys(files)) assert.equal(lab.of(path).length, 0, path);
  await inPage(page, 'accept');
  for (const path of Object.keys(files)) await eventually(path, () => lab.of(path).length > 0);
  assert.deepEqual(await own(), before);
});

test('a document in an attribute waits behind a box too, and has an opaque origin unless the frame has its own sandbox', async (t) => {
  const frame = (name, more) => `<iframe title="${name}" width="300" height="200" data-category="analytics" data-abide-srcdoc="<p>Hello</p><script>parent.postMessage('${name} ' + origin, '*')</script>" ${more}></iframe>`;
  const { page } = await opened(t, { body: frame('apart', '') + frame('free', 'sandbox="allow-scripts allow-same-origin"') + `<script nonce="abc">
    window.said = []; addEventListener('message', ({ data }) => said.push(data));</script>` });
  await page.locator('.abide-frame').nth(1).waitFor();
  assert.deepEqual(await page.evaluate(() => window.said), []);
  await inPage(page, 'accept');
  await eventually('both', () => page.evaluate(() => window.said.length === 2));
  assert.deepEqual(await page.evaluate(() => window.said.toSorted()), ['apart null', `free ${new URL(page.url()).origin}`]);
  await inPage(page, 'reject');
  await page.locator('.abide-frame').nth(1).waitFor();
});

const inShadow = `<template shadowrootmode="open">${gated('window.inlineRan = (window.inlineRan ?? 0) + 1')}${gated('', 'data-src="/shadow.js"')}
  <iframe title="Film" width="300" height="200" data-category="analytics" data-src="/page/frame"></iframe><slot></slot></template>`;

test('scripts in open shadow roots wait and run, frames have their box; so it is in roots that are attached late, closed ones too', async (t) => {
  const { lab, page } = await opened(t, { body: `<div id="host">${inShadow}</div><late-open></late-open><late-closed></late-closed>`,
    files: { '/shadow.js': 'window.addressRan = true', '/late.gif': '', '/added.gif': '', '/closed.gif': '' } });
  const box = page.locator('#host .abide-frame');
  await box.waitFor();
  assert.deepEqual(await box.evaluate((element) => [getComputedStyle(element).position, element.offsetWidth]), ['absolute', 304]);
  await page.evaluate(() => {
    const image = (name) => `<img alt="" data-category="analytics" data-src="/${name}.gif">`;
    for (const mode of ['open', 'closed']) customElements.define(`late-${mode}`, class extends HTMLElement {
      constructor() {
        super();
        window[`${mode}Root`] = this.attachShadow({ mode });
        window[`${mode}Root`].innerHTML = image(mode === 'open' ? 'late' : 'closed') + '<button data-abide="reject-all">No</button>';
      }
    });
    document.getElementById('host').shadowRoot.append(document.createRange().createContextualFragment(image('added')));
  });
  await page.waitForTimeout(300);
  assert.deepEqual(await page.evaluate(() => [window.inlineRan, window.addressRan]), [undefined, undefined]);
  for (const path of ['/late.gif', '/added.gif', '/closed.gif', '/page/frame', '/shadow.js']) assert.equal(lab.of(path).length, 0, path);
  await inPage(page, 'accept');
  for (const path of ['/late.gif', '/added.gif', '/closed.gif', '/page/frame']) await eventually(path, () => lab.of(path).length > 0);
  await eventually('both scripts', () => page.evaluate(() => window.addressRan && window.inlineRan === 1));
  await box.waitFor({ state: 'detached' });
  await page.evaluate(() => window.closedRoot.querySelector('button').click());
  await eventually('the refusal', () => lab.posts().length === 2);
  assert.equal(lab.posts()[1].form.get('choice'), 'reject-all');
});

const map = (more) => `<script type="text/plain" data-category="functional" data-service="Maps" data-src="/map.js" data-box${more}></script>`;

test('a script that draws a map, a post or a calendar waits behind a box, in its place or over the element that it draws into', async (t) => {
  const { lab, page } = await opened(t, { body: `<p>Before</p>${map('')}<div id="place" style="width: 400px; height: 300px">Here</div>${map('="#place" title="How to find us"')}<p>After</p>`,
    files: { '/map.js': 'document.currentScript.insertAdjacentHTML("afterend", "<p class=map>A map</p>")' } });
  const [alone, over] = [page.getByRole('group', { name: 'Maps', exact: true }), page.getByRole('group', { name: 'How to find us' })];
  await alone.waitFor();
  await over.waitFor();
  assert.deepEqual(await over.boundingBox(), await page.locator('#place').boundingBox());
  assert.ok((await alone.boundingBox()).height >= 200);
  assert.equal(lab.of('/map.js').length, 0);
  await alone.getByRole('button', { name: 'Allow and show' }).click();
  await page.locator('.map').nth(1).waitFor();
  assert.equal(await page.locator('.abide-frame').count(), 0);
  assert.match((await page.locator('main').innerText()).replace(/\s+/g, ' '), /Before A map Here A map After/);
  assert.equal(await page.locator('#place').evaluate((element) => element.inert), false);
});

test('elements that are allowed from the beginning load at once', async (t) => {
  const { lab } = await opened(t, { state: everything, body: elements });
  for (const path of addresses) await eventually(path, () => lab.of(path).length > 0);
  assert.equal(strict.chosen, false);
});

test('scripts in SVG wait, and run by the address that SVG gives them; data-src keeps browsers from asking for it before', async (t) => {
  const note = (name) => `(window.ran ??= []).push("${name}")`, of = (attributes, text = '') => `<script type="text/plain" data-category="analytics" nonce="abc" ${attributes}>${text}</script>`;
  const lab = await openLab(t, { files: { '/src.js': note('data-src'), '/href.js': note('href'), '/xlink.js': note('xlink:href'), '/late.js': note('late') },
    body: `<svg width="9" height="9">${of('data-src="/src.js"')}${of('href="/href.js"')}${of('xlink:href="/xlink.js"')}${of('', note('inline'))}</svg>` });
  const { page } = await newVisitor(t);
  await page.goto(lab.url);
  await page.waitForTimeout(300);
  assert.deepEqual([await page.evaluate(() => window.ran), lab.of('/src.js')], [undefined, []]);
  await inPage(page, 'accept');
  await eventually('all', () => page.evaluate(() => window.ran?.length === 4));
  assert.deepEqual(await page.evaluate(() => window.ran), ['data-src', 'href', 'xlink:href', 'inline'], 'in order');
  await page.evaluate(() => {
    const late = document.createElementNS('http://www.w3.org/2000/svg', 'script');
    for (const [name, value] of [['type', 'text/plain'], ['data-category', 'analytics'], ['href', '/late.js']]) late.setAttribute(name, value);
    document.querySelector('svg').append(late);
  });
  await eventually('the late one', () => page.evaluate(() => window.ran.length === 5));
});

test('what a page that document.open() restarts before it is parsed contains waits, and runs when it is allowed', async (t) => {
  const inner = `<!doctype html><title>New</title><p>New${gated('window.ran = true')}${gated('window.refused = true').replace('analytics', 'targeting')}`;
  const lab = await openLab(t, { state: { ...strict, allowed: ['required', 'analytics'] },
    head: `<script nonce="abc">setTimeout(() => { document.open(); document.write(${JSON.stringify(inner).replaceAll('</', '<\\/')}); document.close(); }, 50)</script>`,
    body: '<script src="/slow.js"></script>', files: { '/slow.js': (_, answer) => setTimeout(() => answer.end(), 1500) } });
  const { page } = await newVisitor(t);
  await page.goto(lab.url).catch(() => {}); // the first document was not loaded
  await page.getByText('New', { exact: true }).waitFor();
  await eventually('the tag', () => page.evaluate(() => window.ran));
  assert.equal(await page.evaluate(() => window.refused), undefined);
});

test('handlers and listeners are called once by the usual ways to add one, and not after they were removed', async (t) => {
  const { page } = await opened(t, { body: `<script nonce="abc">window.heard = []; window.onload = () => heard.push("own");</script>` +
    gated('const former = onload; window.onload = () => { former?.(); heard.push("chained"); }; document.body.onpageshow = ({ persisted }) => heard.push("shown " + persisted);') +
    gated('const before = onload; window.onload = () => { before?.(); heard.push("chained again"); };') +
    gated('document.body.onload = () => heard.push("body");') +
    gated(`const either = () => { document.removeEventListener("DOMContentLoaded", either); removeEventListener("load", either); heard.push("either"); };
      document.addEventListener("DOMContentLoaded", either); addEventListener("load", either);`) +
    gated('const twice = () => heard.push("twice"); addEventListener("load", twice); addEventListener("load", twice);') +
    gated('const both = () => heard.push("both"); addEventListener("load", both); document.addEventListener("load", both);') +
    gated('const taken = () => heard.push("taken"); addEventListener("load", taken); removeEventListener("load", taken);') +
    gated('addEventListener("load", () => heard.push("last"));') });
  await inPage(page, 'accept');
  await eventually('the last', () => page.evaluate(() => window.heard.includes('last')));
  assert.deepEqual(await page.evaluate(() => window.heard.toSorted()),
    ['body', 'both', 'chained', 'chained again', 'either', 'last', 'own', 'shown false', 'twice']);
});

for (const state of [strict, everything])
  test(`what gets its address or its category after it was inserted ${state === strict ? 'has its box, and waits' : 'loads'}`, async (t) => {
    const { page } = await opened(t, { state, files: { '/film': '<p>Film', '/film.vtt': 'WEBVTT' },
      body: '<iframe id="one" data-category="functional" title="One"></iframe><iframe id="two" title="Two"></iframe><video id="three" data-category="functional"></video>' });
    await page.waitForTimeout(500);
    await page.evaluate(() => {
      document.querySelector('#one').dataset.src = '/film?1';
      document.querySelector('#two').dataset.category = 'functional';
    });
    await page.waitForTimeout(100);
    await page.evaluate(() => {
      document.querySelector('#two').dataset.abideSrc = '/film?2';
      document.querySelector('#three').dataset.abidePoster = '/film?3';
    });
    const shown = () => page.evaluate(() => [...document.querySelectorAll('main > [id]')].map((one) => one.getAttribute(one.poster === undefined ? 'src' : 'poster')).join());
    if (state === strict) {
      await eventually('two boxes', async () => await page.locator('.abide-frame').count() === 2);
      assert.equal(await shown(), ',,');
      await inPage(page, 'accept');
    }
    await eventually('all', async () => await shown() === '/film?1,/film?2,/film?3');
    await eventually('no box', async () => await page.locator('.abide-frame').count() === 0);
  });
