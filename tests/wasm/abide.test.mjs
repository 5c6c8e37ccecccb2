// What abide.mjs sends, and what it does when no answer comes. Real browsers run it in tests/browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const sent = [], applied = [], submitted = [], listeners = {};
const answer = { ok: true, body: { v: 1, allowed: ['required'], allowedShared: ['required'] } };

function fakeElement(name) {
  const element = { name, fields: [], append: (child) => element.fields.push([child.name, child.value]),
    submit: () => submitted.push([element.method, element.action, element.fields]) };
  return element;
}

globalThis.document = Object.assign(new EventTarget(), { createElement: fakeElement, body: { append() {} }, scripts: [],
  querySelector: () => null, querySelectorAll: () => [] });
globalThis.location = { pathname: '/shop', search: '?q=1' };
globalThis.window = { abide: { state: () => ({ path: '/privacy' }), allows: () => true,
  on: (name, listener) => { listeners[name] = listener; }, apply: (decision) => applied.push(decision) } };
globalThis.fetch = async (url, { method, body, headers }) => {
  sent.push([method, url, String(body), headers.Accept]);
  return { ok: answer.ok, json: async () => answer.body };
};

const { choose, start } = await import('../../wasm/abide.mjs');

test('a signal that only the page shows is told once, by a POST; one the server saw is not', async () => {
  start();
  start();
  listeners.signal({ gpc: true, from: 'server' });
  assert.deepEqual(sent, []);
  listeners.signal({ gpc: true, from: 'page' });
  await new Promise(setImmediate);
  assert.deepEqual(sent.splice(0), [['POST', '/privacy/signal', 'gpc=1', 'application/json']]);
  assert.deepEqual(applied.splice(0), [answer.body]);
});

test('a choice is sent and its answer put in force', async () => {
  await choose('reject-all');
  assert.deepEqual(sent.splice(0), [['POST', '/privacy', 'choice=reject-all&from=settings&return=%2Fshop%3Fq%3D1', 'application/json']]);
  assert.deepEqual(applied.splice(0), [answer.body]);
  assert.deepEqual(submitted, []);
  await assert.rejects(choose('maybe'), TypeError);
});

test('without a decision in the answer the choice is submitted as if there were no script', async () => {
  for (const bad of [{ ok: false, body: { v: 1 } }, { ok: true, body: {} }, { ok: true, body: null }]) {
    Object.assign(answer, bad);
    await choose('accept-all');
    assert.deepEqual(submitted.splice(0), [['post', '/privacy', [['choice', 'accept-all'], ['from', 'settings'], ['return', '/shop?q=1']]]]);
  }
  assert.deepEqual(applied, []);
});
