// A gated script runs once, however the page made it: by its parser, element by element, as HTML, or as a copy. Browsers
// never run scripts that come from HTML after parsing, and do not report that.
import assert from 'node:assert/strict';
import test from 'node:test';
import { newVisitor } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';
import { everything, openLab, tag } from './lab.mjs';

/** Makes one of each kind; each adds its name when it runs. */
function makeAll() {
  const html = (name, rest = '') => `<script type="text/plain" data-category="analytics" nonce="abc" ${rest}>(window.ran ??= []).push("${name}")</scr` + 'ipt>';
  const place = document.querySelector('main').appendChild(document.createElement('div'));
  const inner = (name, rest) => Object.assign(document.createElement('div'), { innerHTML: html(name, rest) }).firstChild;
  const created = (name) => Object.assign(document.createElement('script'), { type: 'text/plain', nonce: 'abc', text: `(window.ran ??= []).push("${name}")` });
  const gated = (script) => (script.dataset.category = 'analytics', script);
  const byReact = () => {
    const script = Object.assign(document.createElement('div'), { innerHTML: '<script></scr' + 'ipt>' }).firstChild;
    script.remove();
    return gated(Object.assign(script, { type: 'text/plain', nonce: 'abc', text: '(window.ran ??= []).push("as React does")' }));
  };
  place.insertAdjacentHTML('beforeend', html('adjacent'));
  place.insertAdjacentHTML('beforeend', html('adjacent and async', 'async'));
  place.append(gated(created('created')), gated(created('a copy of one created').cloneNode(true)), inner('by innerHTML'),
    inner('a copy of innerHTML').cloneNode(true), byReact(), new Range().createContextualFragment(html('in a fragment')),
    new DOMParser().parseFromString(html('of another document'), 'text/html').querySelector('script'),
    document.importNode(document.querySelector('template').content, true), document.querySelector('#parsed').cloneNode(true));
  const heard = gated(created('with a listener'));
  heard.removeAttribute('nonce');
  heard.text = '';
  heard.dataset.src = '/heard.js';
  heard.onload = () => window.ran.push('its listener');
  place.append(heard);
}
const names = ['a copy of innerHTML', 'a copy of one created', 'adjacent', 'adjacent and async', 'as React does', 'by innerHTML', 'created',
  'in a fragment', 'in a template', 'its listener', 'of another document', 'parsed', 'with a listener'];
const body = `${tag('parsed', 'analytics', 'id="parsed"')}<template>${tag('in a template', 'analytics')}</template>`;
const files = { '/heard.js': 'window.ran.push("with a listener")' };
const visitors = {
  Chromium: async (t) => (await newVisitor(t)).page,
  Firefox: async (t) => (await newFirefox(t)).page,
};
for (const [browser, open] of Object.entries(visitors))
  test(`${browser}: a gated script runs once, however it was made`, async (t) => {
    const lab = await openLab(t, { state: everything, body, files });
    const page = await open(t);
    await page.goto(lab.url);
    await eventually('the page\'s own', () => page.evaluate(() => window.ran?.length));
    await page.evaluate(makeAll);
    await eventually('all', () => page.evaluate((wanted) => window.ran.length >= wanted, names.length)).catch(() => {});
    assert.deepEqual((await page.evaluate(() => window.ran)).toSorted(), names);
    assert.equal(await page.evaluate(() => document.documentElement.querySelectorAll(':scope > div').length), 0, 'nothing is left of the question');
  });
