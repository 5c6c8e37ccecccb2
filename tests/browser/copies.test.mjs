// Copies of what the gate let through, as routers and histories keep them of a page, and parts that a page sets aside: what
// comes back after a refusal waits again.
import assert from 'node:assert/strict';
import test from 'node:test';
import { newVisitor } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { everything, openLab, strict } from './lab.mjs';

const PARTS = `<iframe data-category="analytics" data-src="/f.html" width="400" height="300"></iframe>
  <img alt="" data-category="analytics" data-src="/i.svg"><img alt="" data-category="analytics" data-abide-src="/j.svg" data-abide-srcset="/k.svg 2x">
  <object data-category="analytics" data-abide-data="/o.html"></object><video data-category="analytics" data-abide-src="/v.webm" data-abide-poster="/p.svg"></video>`;
const files = Object.fromEntries(['f.html', 'o.html', 'i.svg', 'j.svg', 'k.svg', 'p.svg', 'v.webm'].map((name) => [`/${name}`, '']));

/** The addresses that the part has in force. */
const live = (page) => page.locator('#part').evaluate((part) => [...part.querySelectorAll('[data-category]')].flatMap((element) =>
  ['src', 'srcset', 'data', 'poster'].map((name) => element.getAttribute(name)).filter(Boolean)).map((address) => address.replace(/^http:\/\/[^/]*/, '')));

const ALL = ['/f.html', '/i.svg', '/j.svg', '/k.svg 2x', '/o.html', '/v.webm', '/p.svg'];
const apply = (page, state) => page.evaluate((now) => window.abide.apply(now), state);

const WAYS = {
  'a clone': { take: (part) => { window.kept = part.cloneNode(true); part.remove(); }, put: () => document.querySelector('main').append(window.kept) },
  'its HTML': { take: (part) => { window.kept = part.outerHTML; part.remove(); },
    put: () => document.querySelector('main').insertAdjacentHTML('beforeend', window.kept) },
  'the part itself': { take: (part) => { window.kept = part; part.remove(); }, put: () => document.querySelector('main').append(window.kept) },
};

for (const [what, { take, put }] of Object.entries(WAYS))
  test(`${what}, taken while it was allowed, waits when it is put back after a refusal, and loads when it is allowed again`, async (t) => {
    const lab = await openLab(t, { state: everything, body: `<div id="part">${PARTS}</div>`, files });
    const { page } = await newVisitor(t);
    await page.goto(lab.url);
    await eventually('all is shown', async () => `${await live(page)}` === `${ALL}`);
    await page.locator('#part').evaluate(take);
    await apply(page, strict);
    await page.evaluate(put);
    await eventually('nothing is shown', async () => !(await live(page)).length);
    await page.locator('.abide-frame').waitFor();
    for (let round = 0; round < 2; ++round) {
      await apply(page, everything);
      await eventually('all is shown again', async () => `${await live(page)}` === `${ALL}`);
      await apply(page, strict);
      await eventually('all waits again', async () => !(await live(page)).length);
    }
  });

test('a copy that was put in while it was allowed waits after a refusal', async (t) => {
  const lab = await openLab(t, { state: everything, body: `<div id="part">${PARTS}</div>`, files });
  const { page } = await newVisitor(t);
  await page.goto(lab.url);
  await eventually('all is shown', async () => `${await live(page)}` === `${ALL}`);
  await page.locator('#part').evaluate((part) => part.replaceWith(part.cloneNode(true)));
  await page.waitForTimeout(300);
  assert.deepEqual(await live(page), ALL);
  await apply(page, strict);
  await eventually('nothing is shown', async () => !(await live(page)).length);
});

test('a frame in the HTML of a page that was kept with its box can be used where it is allowed', async (t) => { // react-snap, histories, old ways to print
  const lab = await openLab(t, { body: `<div id="part">${PARTS}</div>`, files });
  const { page } = await newVisitor(t);
  await page.goto(lab.url);
  await page.locator('.abide-frame').waitFor();
  const kept = await page.locator('#part').evaluate((part) => {
    const { outerHTML } = part;
    part.remove();
    return outerHTML;
  });
  await apply(page, everything);
  await page.evaluate((html) => document.querySelector('main').insertAdjacentHTML('beforeend', html), kept);
  await eventually('the frame without a box', async () => !(await page.locator('.abide-frame').count()));
  assert.equal(await page.locator('iframe').evaluate(({ inert }) => inert), false);
  await apply(page, strict);
  await page.locator('.abide-frame').waitFor();
  assert.equal(await page.locator('iframe').evaluate(({ inert }) => inert), true);
});

test('a film goes on when something else is allowed', async (t) => {
  const body = '<video id="film"><source data-category="functional" data-abide-src="/v.webm"></video>';
  const lab = await openLab(t, { state: { ...strict, allowed: ['required', 'functional'] }, body, files });
  const { page } = await newVisitor(t);
  await page.goto(lab.url);
  await page.locator('source[src]').waitFor({ state: 'attached' });
  await page.evaluate(() => { document.querySelector('#film').load = () => { window.begunAgain = true; }; });
  await apply(page, everything);
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => window.begunAgain), undefined);
});
