// Pages whose routers and frameworks compare the page's markup with the document, and write it over what the gate changed: a tag
// that ran does not run again, and a frame that was shown is shown again.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { newVisitor, quiet } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { everything, openLab, strict, tag } from './lab.mjs';

const fileOf = (name) => readFileSync(join(import.meta.dirname, 'node_modules', name), 'utf8');
const inline = (name) => `<script>${fileOf(name)}</script>`;

const TAGS = [tag('inline', 'analytics'), '<script type="text/plain" data-category="analytics" data-src="/linked.js"></script>',
  '<script type="text/plain" data-category="analytics" src="/plain.js"></script>',
  '<script type="text/plain" data-category="analytics" data-type="module">(window.ran ??= []).push("module")</script>'];
const LINKED = { '/linked.js': '(window.ran ??= []).push("linked")', '/plain.js': '(window.ran ??= []).push("plain")' };
const NAMES = ['inline', 'linked', 'module', 'plain'];

const ran = (page) => page.evaluate(() => (window.ran ?? []).toSorted());
const rests = async (page) => {
  await quiet(page);
  await page.waitForTimeout(700); // the gate waits half a second where no frame is painted
};

/** How libraries bring the head of the next page into the document. */
const MERGERS = {
  'adds what it does not find as it is written': (next) => {
    const here = new Set([...document.head.children].map((one) => one.outerHTML));
    for (const one of next.children) if (!here.has(one.outerHTML)) document.head.append(copyOf(one));
  },
  'replaces what is not equal': (next) => {
    const left = [...document.head.children], come = [];
    for (const one of next.children) {
      const at = left.findIndex((other) => other.isEqualNode(one));
      if (at < 0) come.push(one);
      else left.splice(at, 1);
    }
    for (const one of left) if (one.dataset.category) one.remove();
    document.head.append(...come.map(copyOf));
  },
  'replaces all of them': (next) => {
    for (const one of document.head.querySelectorAll('[data-category]')) one.remove();
    document.head.append(...[...next.querySelectorAll('[data-category]')].map(copyOf));
  },
};

/** A script of a parsed text does not run; its copy does. */
function copyOf(one) {
  const made = document.createElement(one.localName);
  for (const { name, value } of one.attributes) made.setAttribute(name, value);
  made.textContent = one.textContent;
  return made;
}

for (const [how, merge] of Object.entries(MERGERS))
  test(`a router that ${how} in the head: a tag there runs once, and a new one runs`, async (t) => {
    const lab = await openLab(t, { state: everything, head: TAGS.join(''), files: LINKED });
    const { page } = await newVisitor(t);
    await page.goto(lab.url);
    await eventually('all', async () => `${await ran(page)}` === `${NAMES}`);
    await rests(page); // until the module, which remembers what ran, is loaded
    const go = (more = '') => page.evaluate(`{ ${copyOf}
      const next = new DOMParser().parseFromString(${JSON.stringify(`<head>${TAGS.join('')}${more}</head>`)}, 'text/html').head;
      for (const one of next.children) one.removeAttribute('nonce');
      (${merge})(next); }`);
    for (let view = 0; view < 3; ++view) {
      await go();
      await rests(page);
      await page.evaluate(() => window.abide.apply());
      await rests(page);
    }
    assert.deepEqual(await ran(page), NAMES);
    await page.evaluate(() => document.head.append(...document.head.querySelectorAll('[data-category]'))); // moved
    await rests(page);
    assert.deepEqual(await ran(page), NAMES);
    await go(tag('new', 'analytics') + tag('inline', 'analytics', 'data-account="2"'));
    await eventually('the new ones', async () => `${await ran(page)}` === `${[...NAMES, 'inline', 'new'].toSorted()}`);
  });

test('Turbo: a tag in the head runs once however many pages are visited, one in the body as often as a script that is not gated', async (t) => {
  const html = (name) => `<!doctype html><html lang="en"><head><title>${name}</title>${TAGS.join('')}
    <script type="application/json" id="abide-state">${JSON.stringify(everything)}</script>
    <script src="/abide/gate.js"></script><script type="module" src="/abide/abide.mjs"></script>${inline('@hotwired/turbo/dist/turbo.es2017-umd.js')}
    </head><body><h1>${name}</h1><a href="/">Home</a> <a href="/two.html">Two</a>
    <script type="text/plain" data-category="analytics">(window.views ??= []).push("${name}")</script>
    <script>(window.bare ??= []).push("${name}")</script></body></html>`;
  const lab = await openLab(t, { files: { ...LINKED, '/': html('home'), '/two.html': html('two') } });
  const { page } = await newVisitor(t);
  await page.goto(lab.url);
  await eventually('all', async () => `${await ran(page)}` === `${NAMES}`);
  for (const [link, name] of [['Two', 'two'], ['Home', 'home'], ['Two', 'two']]) {
    await page.getByText(link, { exact: true }).click();
    await page.locator('h1', { hasText: name }).waitFor();
    await rests(page);
  }
  assert.deepEqual(await ran(page), NAMES);
  const [views, bare] = await page.evaluate(() => [window.views, window.bare]);
  assert.deepEqual(views, bare);
  assert.ok(views.length >= 4);
});

for (const [how, open] of Object.entries({
  'the parser inserted': (body) => ({ body: `<div id="part">${body}</div>` }),
  'innerHTML inserted': (body) => ({ body: `<div id="part"></div><script nonce="abc">document.getElementById('part').innerHTML = ${JSON.stringify(body).replaceAll('</', '<\\/')}</script>` }),
}))
  for (const id of ['', 'id="tag"'])
    test(`a tag ${id} that ${how} does not run again when the page's markup is written over it`, async (t) => {
      const markup = `<p>Text</p>${TAGS.map((one, at) => (at ? one : one.replace('<script', `<script ${id}`))).join('')}`;
      const lab = await openLab(t, { state: everything, head: inline('idiomorph/dist/idiomorph.js'), files: LINKED, ...open(markup) });
      const { page } = await newVisitor(t);
      await page.goto(lab.url);
      await eventually('all', async () => `${await ran(page)}` === `${NAMES}`);
      await page.evaluate(() => { window.isTheSame = true; });
      for (let time = 0; time < 2; ++time) {
        await page.evaluate((html) => window.Idiomorph.morph(document.getElementById('part'), html, { morphStyle: 'innerHTML' }), markup);
        await rests(page);
        await page.evaluate(() => window.abide.apply());
        await rests(page);
      }
      assert.deepEqual(await ran(page), NAMES);
      assert.ok(await page.evaluate(() => window.isTheSame), 'the page is not reloaded');
    });

test('a tag that waits, and whose markup is written again, runs once it is allowed', async (t) => {
  const lab = await openLab(t, { state: strict, head: inline('idiomorph/dist/idiomorph.js'), body: `<div id="part">${TAGS.join('')}</div>`, files: LINKED });
  const { page } = await newVisitor(t);
  await page.goto(lab.url);
  await page.evaluate((html) => window.Idiomorph.morph(document.getElementById('part'), html, { morphStyle: 'innerHTML' }), TAGS.join(''));
  await rests(page);
  assert.deepEqual(await ran(page), []);
  await page.evaluate(() => import('/consent/v-0123456789ab/abide.mjs').then(({ accept }) => accept(['analytics'])));
  await eventually('all', async () => `${await ran(page)}` === `${NAMES}`);
});

const frame = (name, rest = '') => `<iframe data-category="targeting" data-src="/${name}.html" title="${name}" width="560" height="360" ${rest}></iframe>`;
const FRAMES = `<p>Text</p>${frame('film', 'data-service="Firwick Films"')}${frame('map')}`;
const FIRWICK = { cookies: [{ name: 'reel', category: 'targeting', vendor: 'Firwick Films' }] };
const shown = (page) => page.evaluate(() => [...document.querySelectorAll('iframe[src]')].map(({ title }) => title));
const boxes = (page) => page.evaluate(() => [...document.querySelectorAll('.abide-frame:not([hidden])')].map(({ ariaLabel }) => ariaLabel));
const morph = (page, html) => page.evaluate((markup) => window.Idiomorph.morph(document.getElementById('part'), markup, { morphStyle: 'innerHTML' }), html);

async function openFrames(t) {
  const film = '<!doctype html><title>Film</title><p>A film';
  const lab = await openLab(t, { policy: FIRWICK, head: inline('idiomorph/dist/idiomorph.js'), body: `<div id="part">${FRAMES}</div>`,
    files: { '/film.html': film, '/map.html': film, '/other.html': film } });
  const { page } = await newVisitor(t);
  await page.goto(lab.url);
  await eventually('the boxes', async () => `${await boxes(page)}` === 'film,map');
  return { lab, page };
}

const showOnce = async (page) => {
  await page.getByRole('group', { name: 'film', exact: true }).getByRole('button', { name: 'Show once' }).click();
  await eventually('the film', async () => `${await shown(page)}` === 'film');
  await quiet(page);
};

test('a frame that is shown once is shown again when the page\'s markup is written over it, and the boxes of the others come back', async (t) => {
  const { page } = await openFrames(t);
  await morph(page, FRAMES);
  await eventually('the boxes', async () => `${await boxes(page)}` === 'film,map');
  await showOnce(page);
  for (let time = 0; time < 3; ++time) {
    await morph(page, FRAMES);
    await eventually('the film', async () => `${await shown(page)} ${await boxes(page)}` === 'film map');
  }
});

for (const [what, change] of [['with another address', ['/film.html', '/other.html']], ['of another service', ['Firwick Films', 'Firwick Maps']],
  ['for another purpose', ['"targeting"', '"analytics"']]])
  test(`a frame that was shown once and becomes one ${what} waits`, async (t) => {
    const { lab, page } = await openFrames(t);
    await showOnce(page);
    const before = lab.asked.length;
    await morph(page, FRAMES.replace(...change));
    await rests(page);
    assert.deepEqual(await shown(page), []);
    assert.deepEqual(lab.asked.slice(before).map(({ path }) => path).filter((path) => path.endsWith('.html')), []);
  });

const stay = (page) => page.evaluate(() => { window.isSame = true; });
const stayed = (page) => page.evaluate(() => window.isSame);
const over = (page, category) => page.evaluate((name) => { // a script runs once: the node stays, as the tag of another page
  document.querySelector('script[data-category]').dataset.category = name;
}, category);

test('a script for which a router wrote another tag is judged by what it was: an acceptance does not reload the page', async (t) => {
  const lab = await openLab(t, { body: tag('needed', 'required') });
  const { page } = await newVisitor(t);
  await page.goto(lab.url);
  await eventually('the tag', async () => `${await ran(page)}` === 'needed');
  await over(page, 'targeting');
  await stay(page);
  await page.evaluate(async () => (await import(document.querySelector('script[src$="/abide.mjs"]').src)).accept(['analytics']));
  await rests(page);
  assert.ok(await stayed(page));
});

test('a script for which a router wrote another tag is judged by what it was: a refusal reloads the page', async (t) => {
  const lab = await openLab(t, { state: everything, body: tag('counts', 'analytics') });
  const { page } = await newVisitor(t);
  await page.goto(lab.url);
  await eventually('the tag', async () => `${await ran(page)}` === 'counts');
  await over(page, 'required');
  await stay(page);
  const reloaded = page.waitForEvent('load');
  await page.evaluate(async () => (await import(document.querySelector('script[src$="/abide.mjs"]').src)).reject());
  await reloaded;
  await rests(page);
  assert.deepEqual([await stayed(page), await ran(page)], [undefined, []]);
});
