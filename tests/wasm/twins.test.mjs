// The rules that pages apply before the core is loaded give the core's answers, for thousands of random visits to random
// sites. The gate reads what the core wrote; abide.mjs withholds what a choice refuses while the server is asked; frames.mjs
// says whether a press could help; rules.mjs looks names up in the policy that the server wrote.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { built, wasmBytes } from './built.mjs';
import { dispatchEvent, documentOf } from './fake_document.mjs';
import { HOST, Visits } from './visits.mjs';

const OPTIONAL = ['analytics', 'functional', 'targeting'], ALL = ['required', ...OPTIONAL];
const SITES = 60, VISITS = 60;

// A page with what its scripts need.
const heard = {}, applied = [];
let now;
globalThis.location = new URL(`https://${HOST}/shop?q=1`);
globalThis.document = documentOf({ baseURI: location.href, scripts: [], cookie: 'now_abide=1', querySelector: () => null,
  querySelectorAll: () => [], createTreeWalker: () => ({ nextNode: () => null }), getElementById: () => ({}),
  getRootNode: () => document, documentElement: { lang: 'en', dataset: {} },
  addEventListener: (name, listener) => { heard[name] = listener; } });
globalThis.localStorage = globalThis.sessionStorage = {};
globalThis.MutationObserver = globalThis.ResizeObserver = class { observe() {} };
globalThis.addEventListener = (name, listener) => { heard[name] = listener; };
globalThis.BroadcastChannel = undefined;
globalThis.UIEvent = class extends Event {};
globalThis.SubmitEvent = class extends Event {};
for (const name of ['Document', 'HTMLScriptElement', 'Element']) globalThis[name] = class {};
globalThis.FormData = class { constructor({ fields }) { return new URLSearchParams(fields); } };
globalThis.window = { abide: Object.freeze({ state: () => now, allows: () => false, on: () => {}, apply: (decision) => applied.push(decision) }) };

const { load } = await import('../../wasm/core/core.mjs');
const { start } = await import('../../wasm/abide.mjs');
const { denies } = await import('../../wasm/gated/frames.mjs');
const { Rules } = await import('../../wasm/verdict/rules.mjs');
const core = await load(wasmBytes());
start();

/** Runs `check` on random visits in the form that decide() takes; returns how many there were. */
function onVisits(seed, check) {
  const make = new Visits(seed, core);
  for (let i = 0; i < SITES; ++i) {
    const policy = make.sitePolicy();
    core.setPolicy(policy);
    for (let k = 0; k < VISITS; ++k) {
      const visit = make.visit();
      check(visit, core.tell(visit).state, make, { visit, policy });
    }
  }
}

const both = (a, b) => a.filter((name) => b.includes(name));
const lists = ({ allowed, allowedShared }) => ({ allowed: [...allowed], allowedShared: [...allowedShared] });

/** A gate in a browser with or without the signal. */
function gate(signal) {
  const context = { dispatchEvent, document: documentOf({ readyState: 'loading', scripts: {}, querySelectorAll: () => [] }),
    navigator: { globalPrivacyControl: signal }, CustomEvent: class extends Event {}, EventTarget, MutationObserver, addEventListener: () => {} };
  context.window = context;
  runInNewContext(readFileSync(built('gate.js'), 'utf8'), context);
  return context.abide;
}

test('a signal that the server did not see removes in the gate what it removes in the core', () => {
  const signalled = gate(true);
  let tightened = 0;
  onVisits(1, (visit, state, make, told) => {
    if (state.gpc) return;
    const seen = core.tell({ ...visit, headers: [['Sec-GPC', '1'], ...visit.headers] }).state;
    signalled.apply(state);
    const given = lists(signalled.state());
    const expected = { allowed: both(state.allowed, seen.allowed), allowedShared: both(state.allowedShared, seen.allowedShared) };
    // Only the server can honour an exception: the gate cannot know whether the visitor gave it for this signal.
    for (const name of seen.exception ? OPTIONAL : []) for (const list of Object.values(expected))
      if (list.includes(name) && seen[list === expected.allowed ? 'reasons' : 'reasonsShared'][name].rule === 'D3a') list.splice(list.indexOf(name), 1);
    assert.deepEqual(given, expected, JSON.stringify(told));
    if (state.allowed.length + state.allowedShared.length > given.allowed.length + given.allowedShared.length) ++tightened;
  });
  assert.ok(tightened > 100, `only ${tightened} were tightened`);
});

/** The fields of the preference page's form with some boxes ticked (middleware/assets/purpose.html). */
function boxes(visit, make) {
  return OPTIONAL.flatMap((name) => {
    const { field, others, exception } = core.tellPurpose(visit, name), ticked = () => make.chance(0.5);
    const fields = field ? (ticked() ? [field] : []) : ['keep'];
    return [...fields, ...(others && ticked() ? ['grant'] : []), ...(exception && ticked() ? ['exception'] : [])].map((each) => [each, name]);
  });
}

test('a refusal withholds at once what the core then refuses, and nothing else', async () => {
  const answers = [];
  globalThis.fetch = () => new Promise((answer) => answers.push(answer));
  const tasks = [];
  let refused = 0;
  onVisits(2, (visit, state, make, told) => {
    const choice = make.pick(['reject-all', 'withdraw', 'opt-out', ...(state.objectable ? ['object'] : []), ...(state.exception ? ['undo'] : []), 'save', 'save', 'save']);
    const fields = [['choice', choice], ...(choice === 'save' ? boxes(visit, make) : [])];
    const named = (field) => fields.filter(([name]) => name === field).map(([, value]) => value);
    const record = core.choose({ ...visit, choice, grant: named('grant'), keep: named('keep'), exception: named('exception') });
    const after = core.tell({ ...visit, record, visitor: { known: true } }).state;
    tasks.push({ state: { ...state, path: '/consent' }, after: { ...after, path: '/consent' }, fields, told });
  });
  for (const { state, after, fields, told } of tasks) {
    now = state;
    applied.length = 0;
    const form = Object.assign(new class { closest() { return this; } }(), { fields, return: {}, getAttribute: () => '/consent' });
    heard.submit(Object.defineProperties(new Event('submit'), { target: { value: form }, submitter: { value: null }, returnValue: { writable: true } }));
    const given = applied[0] ?? state, what = JSON.stringify({ fields, ...told });
    if (applied[0]) ++refused;
    // What the form keeps may have expired, and an exception may end with the form: only the answer can tell.
    const isUndone = fields[0][1] === 'undo' && state.regime !== 'opt_out';
    const lapses = (name) => fields.some(([field, value]) => value === name && (field === 'keep' || state.reasonsShared[name].rule === 'D3a'));
    const stays = (list) => state[list].filter((name) => (isUndone ? name === 'required' : after[list].includes(name) || lapses(name)));
    assert.deepEqual(lists(given), { allowed: stays('allowed'), allowedShared: stays('allowedShared') }, what);
    for (const vendor of given.allowedExempt ?? []) assert.ok(after.allowedExempt?.includes(vendor), what);
    for (const [name, patterns] of Object.entries(given.allowedNames ?? {}))
      assert.deepEqual(patterns, after.allowedNames?.[name] ?? [], what);
    while (answers.length === 0) await new Promise(setImmediate);
    answers.pop()({ ok: true, json: async () => after });
    now = after;
    await new Promise(setImmediate);
    await new Promise(setImmediate);
  }
  assert.ok(refused > 300, `only ${refused} took something away`);
});

test('the box of a frame offers its button if a press helps, and not if the signal denies the frame', () => {
  let denied = 0, helped = 0;
  onVisits(3, (visit, state, make, told) => {
    const name = make.pick(OPTIONAL), shared = make.pick([undefined, 'true', 'false']);
    const isShared = shared === undefined ? name === 'targeting' : shared === 'true';
    const isIn = (told) => told[isShared ? 'allowedShared' : 'allowed'].includes(name);
    if (isIn(state)) return;
    const record = core.choose({ ...visit, choice: 'add', grant: [name] });
    const helps = isIn(core.tell({ ...visit, record, visitor: { known: true } }).state);
    const allows = (category, given = category === 'targeting') => state[given ? 'allowedShared' : 'allowed'].includes(category);
    const given = denies(state, { category: name, shared }, { allows });
    helps ? ++helped : ++denied;
    if (state.gpc) assert.equal(given, !helps, JSON.stringify({ name, shared, ...told }));
    else assert.equal(given, false);
  });
  assert.ok(denied > 50 && helped > 50, `${denied} denied, ${helped} helped`);
});

test('an added category removes nothing, and allows nothing that was not named', () => {
  onVisits(4, (visit, state, make, told) => {
    const grant = make.some();
    const record = core.choose({ ...visit, choice: 'add', grant });
    const after = core.tell({ ...visit, record, visitor: { known: true } }).state, what = JSON.stringify({ grant, ...told });
    for (const list of ['allowed', 'allowedShared']) {
      assert.deepEqual(after[list].filter((name) => !state[list].includes(name) && !grant.includes(name)), [], what);
      const limited = ALL.filter((name) => state.reasonsShared[name].rule === 'D4'); // by an opt-out, which this does not lift
      assert.deepEqual(state[list].filter((name) => !after[list].includes(name) && !limited.includes(name)), [], what);
    }
  });
});

test('without data-shared the gate and the core treat the same categories as shared', () => {
  const one = gate(false);
  core.setPolicy({ cookies: OPTIONAL.map((category) => ({ name: `of_${category}`, category })) });
  for (const category of OPTIONAL) {
    one.apply({ v: 1, allowed: ALL, allowedShared: ['required'] });
    assert.equal(one.allows(category), !core.classify({ name: `of_${category}` }).shared, category);
  }
});

test('a name matches a pattern of the policy in the page as in the core, and a host its domain', () => {
  const make = new Visits(5, core), letters = ['a', 'b', '_', '.', 'A', 'é', '*'];
  const text = (most) => make.many(most, () => make.pick(letters)).join('');
  const hosts = ['shop.example', 'www.shop.example', 'ashop.example', 'example', 'ads.example', ''];
  let fits = 0;
  for (let i = 0; i < 20_000; ++i) {
    const name = [text(3), text(3)].map((part) => part.replaceAll('*', '')).join(make.pick(['', '*'])) || '*';
    const rule = { name, category: 'functional', shared: false, vendor: '', host: make.chance(0.5) ? '' : make.pick(['shop.example', '.shop.example', '.example']) };
    core.setPolicy({ cookies: [rule] });
    const page = new Rules({}, [rule]);
    for (const asked of [name, name.replace('*', text(2)), text(5)]) {
      const host = make.pick(hosts);
      const isFound = core.classify({ name: asked, host }).evidence === 'policy';
      if (isFound) ++fits;
      assert.equal(page.cookie(asked, { host })?.evidence === 'policy', isFound, JSON.stringify({ rule, asked, host }));
    }
  }
  assert.ok(fits > 5000, `only ${fits} fit`);
});

/** Collects the fields that the guard passes on at once, while it has no policy: deletions. */
function guardOf(written) {
  class Document extends EventTarget {
    get cookie() { return ''; }
    set cookie(field) { written.push(field); }
    get currentScript() { return { src: 'https://shop.example/guard.js', dataset: { guard: 'cookies' } }; }
  }
  const document = new Document();
  const context = { document, MutationObserver: class { observe() {} }, Document, EventTarget, URL, location, addEventListener() {}, CustomEvent: class extends Event {}, queueMicrotask };
  for (const name of ['Link', 'Object', 'Video', 'Image', 'Script', 'IFrame', 'Media', 'Source', 'Track', 'Embed', 'Input'])
    context[`HTML${name}Element`] = class {};
  context.window = context;
  runInNewContext(readFileSync(built('guard.js'), 'utf8'), context);
  return document;
}

test('the guard and the core treat the same fields as deletions', () => {
  const make = new Visits(6, core), written = [], page = guardOf(written);
  const days = ['22', '1', '01', '29', '30', '31', '0', '32', '022'], months = ['Nov', 'jan', 'feb', 'Feb', 'DEC', 'Foo', 'November'], years = ['2026', '70', '99', '69', '1601', '1600', '38', '2037', '126', '026'];
  const times = ['00:00:00', '7:28:00', '23:59:59', '24:00:00', '07:28', '07:60:00', '07:59:60', '7:2:1', '07:28:001', '07:28:00x'];
  const zones = ['GMT', 'UTC', '+0200', '', 'PST'], marks = [' ', '-', ', ', ' '], some = (list) => make.pick(list);
  const date = () => { const [a, b] = [some(marks), some(marks)]; return some([
    () => `Sun, ${some(days)}${a}${some(months)}${b}${some(years)} ${some(times)} ${some(zones)}`,
    () => `${some(months)} ${some(days)} ${some(times)} ${some(years)}`, () => `${some(times)}${a}${some(days)}${b}${some(months)} ${some(years)}`, () => 'soon', () => '0', () => ''])(); };
  const attribute = () => some([() => `Max-Age=${some(['0', '-1', '3600', '00', '-', '', '1x', ' 0 ', '"0"', '+5', '99999999999999999999', '-99999999999999999999'])}`,
    () => `Expires=${date()}`, () => `expires = ${date()}`, () => 'Path=/', () => 'Secure', () => 'Max-Age', () => 'X-Max-Age=0', () => ''])();
  const deleted = { yes: 0, no: 0 };
  core.setPolicy({});
  for (let i = 0; i < 10_000; ++i) {
    const field = ['tracker=1', ...make.many(4, attribute)].join(some(['; ', ';']));
    written.length = 0;
    page.cookie = field;
    const { response } = core.filter({ request: { headers: [['Host', HOST]] }, response: { headers: [['Set-Cookie', field]] }, location: 'DE' });
    const isDeletion = response.headers.length > 0;
    ++deleted[isDeletion ? 'yes' : 'no'];
    // Only Firefox deletes for every value that begins with "-"; the core answers it with a field of its own.
    if (isDeletion && /max-age=-(?!\d+;|\d+$)/i.test(field)) continue;
    assert.equal(written.length > 0, isDeletion, field);
  }
  assert.ok(deleted.yes > 500 && deleted.no > 500, JSON.stringify(deleted));
});
