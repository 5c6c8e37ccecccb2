// Generated texts in the parsers of the page's scripts: the state, tags, cookies, the record, other tools' words. Nothing
// throws, unreadable text allows nothing, and the time is linear in the length of the text.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { built, wasmBytes } from './built.mjs';
import { dispatchEvent, documentOf } from './fake_document.mjs';

const CATEGORIES = ['required', 'analytics', 'functional', 'targeting'];
const runs = { numRuns: process.env.ABIDE_LONG ? 20000 : 2000 };
const pieces = (...words) => fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary', maxLength: 4 })),
  { maxLength: 24 }).map((list) => list.join(''));

/** Sixteen times the text may cost forty times the work; quadratic work would cost 256 times. */
function is_linear(piece, work) {
  const of = (size) => piece.repeat(Math.ceil(size / piece.length));
  const cost = (text) => Math.min(...Array.from({ length: 4 }, () => {
    const start = process.cpuUsage();
    work(text);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  }));
  const [small, large] = [of(4096), of(65536)];
  work(small);
  assert.ok(cost(large) < 40 * cost(small) + 40000, `${JSON.stringify(piece)} costs more than its length`);
}

// ---- A page with what the scripts need

class Detail extends Event {
  constructor(name, { detail }) { super(name); this.detail = detail; }
}

const gate = readFileSync(built('gate.js'), 'utf8');
/** The gate in a page whose server printed this text. */
function gated(text, signal = false) {
  const document = documentOf({ readyState: 'complete', hidden: false, cookie: '',
    scripts: { 'abide-state': { text } }, querySelectorAll: () => [], documentElement: { dataset: {} } });
  const window = new EventTarget();
  const context = { document, dispatchEvent, navigator: { globalPrivacyControl: signal }, CustomEvent: Detail, EventTarget, localStorage: null,
    addEventListener: window.addEventListener.bind(window), setTimeout: () => {}, requestAnimationFrame: () => {},
    location: { reload: () => {}, protocol: 'https:' }, MutationObserver: class { observe() {} } };
  context.window = context;
  runInNewContext(gate, context);
  return context.abide;
}

const names = fc.oneof(fc.array(fc.constantFrom(...CATEGORIES)), fc.anything());
const state = fc.record({ v: fc.constantFrom(1, 2, '1', null), allowed: names, allowedShared: names, gpc: fc.anything(),
  now: fc.oneof(fc.string(), fc.anything()), mode: fc.anything(), optedOut: fc.anything(), allowedExempt: fc.anything() },
{ requiredKeys: [] });

test('the gate accepts any text as a state: an unreadable one allows only what is required', () => {
  const printed = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), state.map((one) => JSON.stringify(one) ?? ''));
  fc.assert(fc.property(printed, fc.boolean(), (text, signal) => {
    const { allows, state: read } = gated(text, signal);
    let meant = null;
    try { meant = JSON.parse(text); } catch { /* no state */ }
    for (const name of CATEGORIES.slice(1)) {
      if (meant?.v !== 1) assert.equal(allows(name), false);
      if (allows(name, false)) assert.ok(meant.allowed.includes(name));
      if (allows(name, true)) assert.ok(meant.allowedShared.includes(name));
    }
    assert.equal(typeof read(), 'object');
  }), runs);
});

const tag = pieces('!', ' ', ',', '\t', '\n', ...CATEGORIES);

test('the gate accepts any text as a category: it passes only if it names what is allowed, and nothing else', () => {
  const decided = { v: 1, allowed: ['required', 'functional'], allowedShared: ['required'], mode: 'enforce' };
  const { passes } = gated(JSON.stringify(decided));
  const element = (category) => ({ dataset: { category } });
  fc.assert(fc.property(tag, (category) => {
    if (!passes(element(category))) return;
    const said = category.match(/\w+/g);
    assert.ok(said.every((name) => CATEGORIES.includes(name)));
    assert.equal(category.startsWith('!'), said.some((name) => name === 'analytics' || name === 'targeting'));
  }), runs);
  for (const piece of ['required ', 'required,', ' ', 'requiredx', '!required \n'])
    is_linear(piece, (text) => passes(element(text)));
});

// ---- The guard: what scripts write to document.cookie

/** The guard in a page without a policy: everything waits except deletions. Returns what passed. */
function guarded() {
  const through = [];
  class Document extends EventTarget {
    get cookie() { return ''; }
    set cookie(text) { through.push(text); }
    get currentScript() { return { dataset: { guard: 'cookies' }, src: 'https://shop.example/guard.js' }; }
  }
  const document = new Document();
  const elements = ['Embed', 'IFrame', 'Image', 'Input', 'Link', 'Media', 'Object', 'Script', 'Source', 'Track', 'Video'];
  const context = { document, Document, EventTarget, MutationObserver: class { observe() {} }, CustomEvent: Detail, URL, queueMicrotask,
    location: new URL('https://shop.example/'), addEventListener() {},
    ...Object.fromEntries(elements.map((name) => [`HTML${name}Element`, class {}])) };
  context.window = context;
  const script = readFileSync(built('guard.js'), 'utf8').replaceAll('import(', 'Promise.reject(');
  runInNewContext(script, context);
  return { document, through };
}

const field = pieces('a=b', '; ', ';', '=', 'Max-Age', 'max-age=0', '=-1', '=60', 'Expires=Thu, 01 Jan 1970 00:00:00 GMT',
  'Expires', '1994', 'Nov', '00:00:00', 'Path=/', ' ', '\t', '400', '06');

test('the guard accepts any text as a cookie: while nothing is known, only deletions in the sense of the core pass', async () => {
  const { document, through } = guarded();
  fc.assert(fc.property(field, (text) => {
    through.length = 0;
    document.cookie = text;
    assert.ok(through.length <= 1);
    assert.equal(typeof document.cookie, 'string');
    if (through.length) deletions.add(text);
    else kept.add(text);
  }), runs);
  for (const piece of [';', '; max-age', ';  ', 'a=', 'Expires=1 ', '00:00:00 ', ';max-age=0'])
    is_linear(piece, (text) => { document.cookie = text; });
});

const deletions = new Set(), kept = new Set();

test('the guard and the core treat the same texts as deletions', { skip: !process.env.ABIDE_BIN && 'no ABIDE_BIN' }, async () => {
  const { spawnSync } = await import('node:child_process');
  const of = (text) => JSON.stringify({ set_cookie: text.toWellFormed(), url: 'https://shop.example/' });
  const texts = [...deletions, ...kept].filter((text) => !/[\u0080-\u{10ffff}]/u.test(text));
  const { stdout } = spawnSync(`${process.env.ABIDE_BIN}/abide`, ['set-cookie'],
    { input: `${texts.map(of).join('\n')}\n`, encoding: 'utf8', maxBuffer: 1 << 28 });
  const lines = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.equal(lines.length, texts.length);
  for (const [i, text] of texts.entries()) {
    // Only Firefox treats every value that begins with a minus as a deletion. The core rewrites such a field; the guard
    // cannot.
    if (lines[i].deletes && !deletions.has(text) && /max-age\s*=\s*-/i.test(text)) continue;
    if ([...text].some((c) => c !== '\t' && (c < ' ' || c === '\x7f'))) continue; // no browser stores it
    assert.equal(lines[i].deletes, deletions.has(text), JSON.stringify(text));
  }
});

// ---- A page without a server

globalThis.location = new URL('https://shop.example/');
globalThis.document = documentOf(
  { cookie: '', baseURI: location.href, querySelector: () => null, documentElement: { dataset: {} } });
globalThis.window = { abide: { apply: () => {} } };
const { readRecord } = await import('../../wasm/static/record.mjs');
const { look } = await import('../../wasm/gated/dialects.mjs');
const { load } = await import('../../wasm/core/core.mjs');
const core = await load(wasmBytes());
core.setPolicy({});

test('with any cookies in the page, the record is read or there is none, and what the core accepts allows no more than it grants', () => {
  const choices = fc.dictionary(fc.constantFrom(...CATEGORIES, 'x'), fc.constantFrom('granted', 'denied', 'x'));
  const time = fc.oneof(fc.date({ noInvalidDate: true }).map((date) => date.toISOString()), fc.string());
  const record = fc.record({ choices, time, notice: fc.oneof(fc.nat(), fc.anything()),
    sticky_since: fc.anything(), exception: fc.anything(), opt_in: fc.anything(), source: fc.constantFrom('banner', 'x') }, { requiredKeys: [] });
  const value = fc.oneof(fc.json(), record.map((one) => JSON.stringify(one)), fc.string({ unit: 'binary' }));
  fc.assert(fc.property(value, fc.string(), fc.boolean(), (text, other, encodes) => {
    document.cookie = `${other}; __Host-abide=${encodes ? encodeURIComponent(text.toWellFormed()) : text}`;
    const read = readRecord({ cookie: 'abide' });
    assert.equal(typeof read, 'object');
    let decision;
    try {
      decision = core.decide({ headers: [], location: 'DE', record: read });
    } catch (fault) {
      assert.ok(fault instanceof TypeError, String(fault));
      return;
    }
    for (const name of decision.allowed) assert.ok(name === 'required' || read?.choices?.[name] === 'granted', name);
  }), runs);
  is_linear('__Host-abide=%7B%7D; ', (text) => {
    document.cookie = text;
    readRecord({ cookie: 'abide' });
  });
});

test('with any words of other tools, an element gets a known category or stays as it is', () => {
  const words = pieces('statistics', 'marketing', 'C0002', 'necessary', '!', ',', ' ', 'c0005');
  const always = /^script|optanon|^\.ot-sdk/;
  const found = (dataset) => (find) =>
    always.test(find) || Object.keys(dataset).some((name) => find.startsWith(`[data-${name}]`));
  const element = (dataset, className = '') =>
    ({ dataset, className, matches: found(dataset), querySelectorAll: () => [] });
  const attribute = fc.constantFrom('cookiecategory', 'category', 'cookieconsent', 'cc');
  const one_of_ours = '(required|analytics|functional|targeting)';
  fc.assert(fc.property(attribute, words, words, (name, text, className) => {
    const one = element({ [name]: text }, `optanon-category-${className}`);
    const before = one.dataset.category;
    look(one);
    if (one.dataset.category === before) return;
    assert.match(one.dataset.category, new RegExp(`^!?${one_of_ours}( ${one_of_ours})*$`));
  }), runs);
  is_linear('statistics, ', (text) => look(element({ cookiecategory: text })));
});

test('the core classifies any names and hosts, and its memory does not grow', () => {
  const before = core.classify({ name: '_ga', host: 'shop.example' });
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, host) => {
    assert.ok(CATEGORIES.includes(core.classify({ name, host }).category));
    assert.ok(CATEGORIES.includes(core.classifyRequest({ url: name, type: 'script', site: host }).category));
  }), runs);
  assert.deepEqual(core.classify({ name: '_ga', host: 'shop.example' }), before);
});
