// In opt-in places, cookies and storage that the policy or the catalog names are deleted even before an answer.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openAround } from './around.mjs';
import { newVisitor } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { files, openLab, strict } from './lab.mjs';

const POLICY = { cookies: [{ name: '_count', category: 'analytics' }, { name: 'cart', category: 'required' }] };
const stored = (page) => page.evaluate(() => [...document.cookie.split('; '), ...Object.keys(localStorage)].toSorted());
const STORE = `for (const name of ['_count', '_ga', 'cart', 'nobody_knows']) {
  document.cookie = name + '=1'; localStorage[name] = '1'; }`;
const KEPT = ['cart', 'cart=1', 'nobody_knows', 'nobody_knows=1'];

test('what a script stores before an answer is cleared in opt-in places, except what neither policy nor catalog names', async (t) => {
  const lab = await openLab(t, { policy: POLICY, head: `<script>${STORE}</script>` });
  const { page } = await newVisitor(t);
  await page.goto(lab.url);
  await eventually('only what may be', async () => `${await stored(page)}` === `${KEPT.toSpliced(0, 0, '_ga', '_ga=1')}` ||
    `${await stored(page)}` === `${KEPT}`);
  assert.deepEqual(lab.posts(), []);
});

for (const [where, state] of [['in opt-out places', { regime: 'opt_out', allowed: ['required', 'analytics'], chosen: false }], ['in observe mode', { mode: 'observe' }]])
  test(`${where} it is kept`, async (t) => {
    const lab = await openLab(t, { policy: POLICY, state: { ...strict, ...state }, head: `<script>${STORE}</script>` });
    const { page } = await newVisitor(t);
    await page.goto(lab.url);
    const before = await stored(page);
    await page.waitForTimeout(2000);
    assert.deepEqual(await stored(page), before);
    assert.ok(before.includes('_count=1'));
  });

test('the server deletes it with the next page too, and the page clears storage, which the server cannot reach', async (t) => {
  const site = await openAround(t, () => ['text/html', '<!doctype html><html lang="en"><head><title>Leaflet</title></head><body><main><p>One</p></main></body></html>']);
  const { page, context } = await newVisitor(t);
  await context.addCookies(['_ad', '_count', 'other'].map((name) => ({ name, value: '1', url: site.url })));
  await page.addInitScript(() => { if (!sessionStorage.was) Object.assign(localStorage, { _ad: '1', other: '1' }); sessionStorage.was = '1'; });
  await page.goto(site.url);
  const left = async () => [(await context.cookies()).map(({ name }) => name), await page.evaluate(() => Object.keys(localStorage))];
  await eventually('both to be cleared', async () => {
    const [cookies, keys] = await left();
    return !cookies.includes('_ad') && !cookies.includes('_count') && !keys.includes('_ad');
  });
  const [cookies, keys] = await left();
  assert.ok(cookies.includes('other') && keys.includes('other'), `${cookies} ${keys}`);
});

test('a static site does the same, by its policy', async (t) => {
  const lab = await openLab(t, { state: null, module: null, policy: POLICY, head: `<script>${STORE}</script><script src="${files}gate.js"></script>
    <script type="module">import { start } from '${files}abide.mjs'; start({ policy: '${files}policy.json', texts: '${files}' });</script>` });
  const { page } = await newVisitor(t, { expectsFaults: true });
  await page.goto(lab.url);
  await eventually('the policy\'s names', async () => !(await stored(page)).some((name) => name.startsWith('_count')));
  const left = await stored(page);
  for (const name of KEPT) assert.ok(left.includes(name), name);
});
