// What abide.mjs sends, and what it does without an answer. Real browsers run it in tests/browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentOf } from './fake_document.mjs';

const sent = [], applied = [], listeners = {};
const answer = { ok: true, body: { v: 1, allowed: ['required'], allowedShared: ['required'] } };
const now = { path: '/privacy', allowed: ['required', 'analytics'], allowedShared: ['required'], regime: 'opt_out', chosen: false };

globalThis.document = documentOf({ scripts: [], cookie: 'now_abide=1', documentElement: { lang: 'de', dataset: {} }, getElementById: () => ({}),
  querySelector: () => null, querySelectorAll: () => [], createTreeWalker: () => ({ nextNode: () => null }),
  getRootNode: () => document });
globalThis.localStorage = globalThis.sessionStorage = {};
globalThis.MutationObserver = class { observe() {} };
globalThis.addEventListener = globalThis.removeEventListener = () => {};
globalThis.UIEvent = class extends Event {};
globalThis.SubmitEvent = class extends Event {};
for (const name of ['Document', 'HTMLScriptElement', 'Element']) globalThis[name] = class {};
globalThis.BroadcastChannel = undefined;
globalThis.location = new URL('http://shop.example/shop?q=1');
globalThis.window = { abide: Object.freeze({ state: () => now, allows: (category) => category === 'analytics',
  on: (name, listener) => { listeners[name] = listener; }, apply: (decision) => applied.push(decision) }) };
globalThis.fetch = async (url, { method, body, headers }) => {
  const { pathname, search } = new URL(url);
  sent.push([method, pathname + search.replace(/&at=\d+/, ''), body && String(body), headers.Accept]);
  return { ok: answer.ok, json: async () => answer.body };
};

const abide = await import('../../wasm/abide.mjs');

test('a signal that only the page shows is sent once, by a POST; one that the server saw is not sent', async () => {
  assert.equal(abide.start(), abide.start());
  listeners.signal({ gpc: true, from: 'server' });
  assert.deepEqual(sent, []);
  listeners.signal({ gpc: true, from: 'page' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(sent.splice(0), [['POST', '/privacy/signal', 'gpc=1&lang=de', 'application/json']]);
  assert.deepEqual(applied.splice(0), [answer.body]);
});

test('each choice is sent as the forms send it, and the answer is put in force', async () => {
  const common = 'from=settings&return=%2Fshop%3Fq%3D1&lang=de';
  const calls = [
    [() => abide.accept(), `${common}&choice=accept-all`],
    [() => abide.reject(), `${common}&choice=reject-all`],
    [() => abide.withdraw(), `${common}&choice=withdraw`],
    [() => abide.save({ analytics: true, functional: false }), `${common}&choice=save&grant=analytics`],
    [() => abide.save({ targeting: true }, ['targeting']), `${common}&choice=save&grant=targeting&exception=targeting`],
    // The core decides about the other categories, by the record at that time.
    [() => abide.accept(['functional']), `${common}&choice=add&grant=functional`],
  ];
  for (const [call, body] of calls) {
    assert.equal(await call(), now);
    assert.deepEqual(sent.splice(0), [['POST', '/privacy', body, 'application/json']]);
    const [first, ...rest] = applied.splice(0);
    const refuses = /choice=(reject-all|withdraw)|grant=targeting/.test(body);
    if (refuses) assert.deepEqual(first.allowed, ['required'], 'in force before the server has answered');
    assert.deepEqual(refuses ? rest : [first, ...rest], [answer.body]);
  }
});

test('an answer without a decision is not a success: the promise rejects and the state is requested', async () => {
  for (const bad of [{ ok: false, body: { v: 1 } }, { ok: true, body: {} }, { ok: true, body: null }]) {
    Object.assign(answer, bad);
    await assert.rejects(abide.accept());
    assert.deepEqual(sent.splice(0).map(([method, url]) => [method, url]), [['POST', '/privacy'], [undefined, '/privacy/state?lang=de']]);
  }
  assert.deepEqual(applied, []);
});

test('after an unrecorded refusal, what is added is sent behind it', async () => {
  Object.assign(answer, { ok: false, body: null });
  await assert.rejects(abide.reject());
  Object.assign(answer, { ok: true, body: { v: 1, allowed: ['required'], allowedShared: ['required'] } });
  sent.length = 0;
  await abide.accept('functional');
  await abide.accept('analytics');
  assert.deepEqual(sent.splice(0).map(([, , body]) => /choice=.*/.exec(body)[0]),
    ['choice=reject-all', 'choice=add&grant=functional', 'choice=add&grant=analytics']);
});

test('a grant that the browser cannot remember is not saved; a refusal is', async () => {
  document.cookie = '';
  answer.body = { ...answer.body, granted: true };
  await assert.rejects(abide.accept());
  answer.body = { ...answer.body, granted: false };
  await abide.reject();
  document.cookie = 'now_abide=1';
  sent.length = applied.length = 0;
});

test('questions about categories are answered at once; a cookie or a URL is refused until a policy is loaded', () => {
  assert.equal(abide.allows('analytics'), true);
  assert.equal(abide.allows('functional'), false);
  assert.equal(abide.allowsCookie('_ga'), false);
  assert.equal(abide.allowsUrl('https://ads.example/'), false);
});
