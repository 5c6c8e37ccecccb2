// Refusals that could not be recorded: they hold in every tab, outlive every other choice, and are sent in the order of the
// presses. Only a later choice that refuses everything takes their place.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import puppeteer from 'puppeteer-core';
import { newVisitor } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { everything, openLab, strict, tag } from './lab.mjs';
import { openShop, vendorRequests } from './shop.mjs';

const SERVICE = { service: 'Firwick Films', category: 'targeting', shared: true };
const form = (choice) => `<form data-abide-form method="post" action="/consent"><input type="hidden" name="service" value="${SERVICE.service}">
  <button name="choice" value="${choice}">${choice}</button></form>`;
const body = ['opt-out', 'object', 'undo', 'confirm', 'allow-service', 'withdraw-service'].map(form).join('');
const PARTIAL = {
  add: (page) => api(page, 'accept', 'functional'),
  confirm: (page) => api(page, 'confirm'),
  ...Object.fromEntries(['opt-out', 'object', 'undo', 'allow-service', 'withdraw-service'].map((choice) => [choice, (page) => page.click(`[value=${choice}]`)])),
};

const api = (page, name, given) => page.evaluate(async ([method, value]) =>
  (await import(document.querySelector('[src$="/abide.mjs"]').src))[method](value).catch(() => {}), [name, given]);
const choicesOf = (lab) => lab.posts().map((one) => one.form.get('choice'));
const keptOf = (page) => page.evaluate(() => localStorage.abide);
const isKept = (page) => eventually('it to be kept', async () => /choice=/.test(await keptOf(page)));
const isRecorded = (page) => eventually('it to be recorded', () => keptOf(page).then((kept) => kept === undefined, () => false));

async function opened(t, options) {
  const lab = await openLab(t, { state: everything, body, ...options });
  const visitor = await newVisitor(t, { expectsFaults: true });
  await visitor.open(lab.url);
  return { lab, visitor, page: visitor.page };
}

for (const [choice, press] of Object.entries(PARTIAL))
  test(`after a refusal that could not be recorded, ${choice} is sent behind it`, async (t) => {
    const { lab, page } = await opened(t, { saves: false });
    await api(page, 'reject');
    assert.deepEqual(choicesOf(lab), ['reject-all']);
    lab.saves = true;
    await press(page);
    await eventually('both', () => lab.posts().length === 3);
    assert.deepEqual(choicesOf(lab).slice(1), ['reject-all', choice]);
    await isRecorded(page);
    assert.equal(await page.evaluate(() => window.abide.state().allowed.includes('analytics')), false);
  });

test('a choice that refuses everything takes its place; one that grants is sent behind it', async (t) => {
  const { lab, page } = await opened(t, { saves: false });
  await page.click('[value=opt-out]');
  await isKept(page);
  await eventually('the answer', () => lab.of('/consent/state').length > 0);
  lab.saves = true;
  await api(page, 'accept');
  assert.deepEqual(choicesOf(lab), ['opt-out', 'opt-out', 'accept-all']);
  lab.saves = false;
  await page.click('[value=opt-out]');
  await eventually('the answer', () => lab.posts().length === 4);
  await isKept(page);
  await page.waitForTimeout(200);
  lab.saves = true;
  await api(page, 'reject');
  assert.deepEqual(choicesOf(lab).slice(3), ['opt-out', 'reject-all']);
  await isRecorded(page);
});

test('while it cannot be sent, no partial choice is saved either', async (t) => {
  const { lab, page } = await opened(t, { saves: false });
  await api(page, 'reject');
  await api(page, 'accept', 'functional');
  await api(page, 'accept', 'functional');
  assert.ok(choicesOf(lab).every((choice) => choice === 'reject-all'), `${choicesOf(lab)}`);
  assert.match(await keptOf(page), /choice=reject-all/);
});

for (const choice of ['object', 'undo', 'opt-out', 'withdraw-service'])
  test(`${choice}, if it could not be recorded, is sent by the next page, which runs nothing before`, async (t) => {
    const state = { ...everything, allowed: ['required'], allowedShared: ['required'], services: [SERVICE], allowedExempt: ['Count'], allowedNames: { analytics: ['c'] } };
    const { lab, visitor, page } = await opened(t, { state, saves: false, body: body + tag('count', 'analytics', 'data-service="Count"') });
    await page.click(`[value=${choice}]`);
    await eventually('the answer', () => lab.posts().length === 1);
    const { services, allowedNames } = await page.evaluate(() => window.abide.state());
    if (choice === 'object') assert.deepEqual(allowedNames, {});
    else assert.deepEqual(services, []);
    await isKept(page);
    lab.saves = true;
    lab.delay = 500;
    await visitor.open(`${lab.url}page2`);
    assert.equal(await page.evaluate(() => window.ran), undefined);
    await isRecorded(page);
    assert.deepEqual(choicesOf(lab), [choice, choice]);
    assert.match(lab.posts()[1].form.get('service') ?? '', /Firwick/);
  });

test('a choice in one tab leaves what another tab could not get recorded, if that is newer', async (t) => {
  const { lab, visitor, page } = await opened(t);
  const other = await visitor.context.newPage();
  await other.goto(lab.url);
  lab.delay = 800;
  const accepted = api(page, 'accept'); // its answer is on its way
  await eventually('it to be sent', () => lab.posts().length === 1);
  lab.delay = 0;
  await other.route('**/consent', (route) => route.abort());
  await api(other, 'reject');
  await accepted;
  assert.match(await keptOf(page), /choice=reject-all/);
  for (const tab of [page, other]) assert.deepEqual(await tab.evaluate(() => window.abide.state().allowed), ['required']);
  await page.reload();
  await isRecorded(page);
  assert.deepEqual(choicesOf(lab), ['accept-all', 'reject-all']);
  assert.deepEqual(await page.evaluate(() => window.abide.state().allowed), ['required']);
});

test('a partial choice in one tab first sends what another tab could not get recorded', async (t) => {
  const { lab, visitor, page } = await opened(t, { state: strict });
  const other = await visitor.context.newPage();
  await other.goto(lab.url);
  await other.route('**/consent', (route) => route.abort());
  await api(other, 'reject');
  await api(page, 'accept', 'functional');
  assert.deepEqual(choicesOf(lab), ['reject-all', 'add']);
  assert.equal(await keptOf(page), undefined);
});

test('in a page that may not store anything, too, a partial choice is sent behind it', async (t) => {
  const lab = await openLab(t, { state: everything, body, saves: false });
  const visitor = await newVisitor(t, { expectsFaults: true });
  await visitor.context.addInitScript(() => Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('no', 'SecurityError'); } }));
  await visitor.open(lab.url);
  await api(visitor.page, 'reject');
  lab.saves = true;
  await api(visitor.page, 'accept', 'functional');
  assert.deepEqual(choicesOf(lab), ['reject-all', 'reject-all', 'add']);
});

test('where the visitor blocks cookies, "Accept all" runs nothing and says that it could not be saved; a refusal is saved', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const folder = mkdtempSync(join(tmpdir(), 'abide-blocked-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'Default'));
  writeFileSync(join(folder, 'Default/Preferences'), '{"profile": {"default_content_setting_values": {"cookies": 2}}}');
  const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, userDataDir: folder,
    args: ['--no-sandbox', '--disable-gpu'] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const said = (text) => eventually(text, async () => (await page.$eval('.abide-said,[data-abide-said]', (line) => line.innerText)).includes(text));
  await page.goto(shop.url);
  await page.waitForFunction(() => document[Symbol.for('abide.started')]);
  await page.click('[data-abide-notice] button[value=accept-all]');
  await said('could not be saved');
  assert.deepEqual(await vendorRequests(shop), []);
  assert.equal(await page.$eval('[data-abide-notice]', (notice) => notice.hidden), false);
  await page.click('[data-abide-notice] button[value=reject-all]');
  await said('saved');
  await page.goto(`${shop.url}consent`);
  await page.click('button[value=accept-all]');
  await said('could not be saved');
  await page.goto(shop.url);
  assert.deepEqual(await vendorRequests(shop), []);
});

test('a page that is outdated deletes nothing that the visitor allows, and, once the server has answered, what they refused', async (t) => {
  const stored = () => { document.cookie = '_ga=1'; localStorage.setItem('_ga', '1'); };
  const policy = { cookies: [{ name: '_ga', category: 'analytics' }] };
  const lab = await openLab(t, { state: { ...everything, now: 'never' }, policy });
  const visitor = await newVisitor(t);
  await visitor.context.addInitScript(stored);
  const has = () => visitor.page.evaluate(() => [document.cookie, localStorage.getItem('_ga')]);
  const asked = '**/consent/state*';
  let answer;
  await visitor.page.route(asked, async (route) => { await new Promise((resolve) => { answer = resolve; }); return route.continue(); });
  await visitor.page.goto(lab.url);
  await visitor.page.waitForTimeout(2000);
  assert.deepEqual(await has(), ['_ga=1', '1']);
  answer();
  await eventually('the answer', () => visitor.page.evaluate(() => window.abide.allows('analytics')));
  await visitor.page.waitForTimeout(1500);
  assert.deepEqual(await has(), ['_ga=1', '1']);
  await visitor.page.unroute(asked);
  Object.assign(lab, { state: { ...strict, chosen: true, notice: 'none', now: 'never' } });
  await visitor.page.goto(`${lab.url}page2`);
  await eventually('what is refused to go', async () => `${await has()}` === ',');
});

const FILMS = { site: { name: 'Lamps' }, cookies: [{ name: 'reel', host: 'films.example', category: 'targeting', vendor: 'Firwick Films', shared: true }] };
const film = '<iframe data-category="targeting" data-service="Firwick Films" data-src="/film" title="Film" width="560" height="360"></iframe>';
const withFilm = (asked) => ({ '/film': (request, answer) => { asked.push(request.url); answer.end(); } });

test('an outdated page lets no element of a single service pass', async (t) => {
  const asked = [];
  const lab = await openLab(t, { state: { ...strict, services: [SERVICE], now: 'never' }, policy: FILMS, body: film, files: withFilm(asked) });
  const visitor = await newVisitor(t, { expectsFaults: true });
  await visitor.context.route('**/consent/state*', (route) => route.abort()); // the server cannot be asked
  await visitor.page.goto(lab.url);
  await visitor.page.getByRole('group', { name: 'Film' }).waitFor();
  await visitor.page.waitForTimeout(1000);
  assert.deepEqual(asked, []);
});

test('what is added to a page that is in the browser\'s cache waits for the server, also if its service was allowed', async (t) => {
  const asked = [];
  const lab = await openLab(t, { state: { ...strict, services: [SERVICE] }, policy: FILMS, body: film, files: withFilm(asked) });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  await eventually('the first film', () => asked.length === 1);
  await visitor.page.evaluate((html) => {
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    document.querySelector('main').insertAdjacentHTML('beforeend', html);
  }, film);
  await visitor.page.waitForTimeout(700);
  assert.equal(asked.length, 1);
  await visitor.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await eventually('the second film', () => asked.length === 2);
});

test('a script of a single service that has run is judged by its service although its node has gone or lost its category', async (t) => {
  for (const change of ['remove()', 'removeAttribute("data-category")', 'replaceWith(document.createElement("p"))']) {
    const lab = await openLab(t, { state: { ...strict, notice: 'none', chosen: true, services: [SERVICE] }, policy: FILMS,
      body: tag('film', 'targeting', 'data-box data-service="Firwick Films"') + '<script type="text/plain" data-category="analytics"></script>' });
    const visitor = await newVisitor(t);
    await visitor.open(lab.url);
    await eventually('the script', () => visitor.page.evaluate(() => window.ran?.includes('film')));
    await visitor.page.evaluate((how) => {
      window.samePage = true;
      for (const script of document.querySelectorAll('main script')) new Function('script', `script.${how}`)(script);
    }, change);
    await api(visitor.page, 'accept', 'functional'); // a change of the decision
    await visitor.page.waitForTimeout(700);
    assert.equal(await visitor.page.evaluate(() => window.samePage), true, change);
    lab.state = { ...lab.state, services: undefined };
    const loaded = visitor.page.waitForEvent('load');
    await visitor.page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
    await loaded; // withdrawn elsewhere
  }
});
