// abide.wasm and its JavaScript wrapper. equal.mjs compares it with the native command on random input.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { aliases, vendorCalled } from '../../wasm/gated/aliases.mjs';
import { allows, Core, InputError, load } from '../../wasm/core/core.mjs';
import { built, builtUrl, wasmBytes } from './built.mjs';

const cases = new URL('../cases/', import.meta.url);
const NOW = '2026-11-22T00:00:00Z';
const newCore = () => load(wasmBytes());

function readCases() {
  if (!existsSync(cases)) return [];
  const files = readdirSync(cases).filter((name) => name.endsWith('.json')).sort();
  return files.flatMap((name) => JSON.parse(readFileSync(new URL(name, cases), 'utf8')));
}

const answers = { signals: (core, line) => core.readSignals(line.headers), decide: (core, line) => core.decide(line),
  choose: (core, line) => core.choose(line),
  filter: (core, line) => core.filter(line) };

function answer(core, { command, policy, in: line }) {
  core.setPolicy(policy ?? {});
  try {
    return answers[command](core, line);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { error: error.message };
  }
}

test('abide.wasm imports nothing', () => {
  assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(wasmBytes())), []);
});

test('the core answers the corpus as expected', async (t) => {
  const core = await newCore();
  for (const one of readCases().filter(({ command }) => Object.hasOwn(answers, command)))
    await t.test(one.name, () => assert.deepEqual(answer(core, one), one.out));
});

test('the twin in plain JavaScript gives the same answers', { skip: !existsSync(built('abide.twin.mjs')) }, async () => {
  const [core, twin] = [await newCore(), new Core(await import(builtUrl('abide.twin.mjs')))];
  const corpus = readCases().filter(({ command }) => Object.hasOwn(answers, command));
  const more = [{ command: 'decide', in: { headers: [['Sec-GPC', '1']], location: 'US-CA', now: NOW,
    record: { sticky_since: '1969-01-01T00:00:00Z', choices: { targeting: 'granted' }, time: NOW, notice: 1 } } }];
  for (const one of [...corpus, ...more]) assert.deepEqual(answer(twin, one), answer(core, one), one.name);
});

test('after an invalid policy the former one stays in force', async () => {
  const core = await newCore();
  core.setPolicy({ cookies: [{ name: 'uid', category: 'functional', vendor: 'Somebody' }], notice: { version: 3 } });
  const before = core.classify({ name: 'uid' });
  const refused = [
    ['[]', /^policy: expected an object$/],
    ['{"mode":"watch"}', /^\/mode: expected one of enforce, observe$/],
    ['{"cookies":[{"name":"a","category":"required"},{"name":"b","category":"ads"}]}', /^\/cookies\/1\/category: expected/],
    ['{"cookies":[{"category":"required"}]}', /^\/cookies\/0\/name: expected a string$/],
    ['{"exempt":["GB:everything:_ga*"]}', /^\/exempt\/0: expected/],
    ['{"notice":{"version":0}}', /^\/notice\/version: expected a whole number/],
  ];
  for (const [policy, message] of refused) assert.throws(() => core.setPolicy(policy), { name: 'TypeError', message });
  assert.throws(() => core.setPolicy({ cookies: [{ name: 'x'.repeat(2 ** 26), category: 'required' }] }), RangeError);
  assert.deepEqual(core.classify({ name: 'uid' }), before);
  assert.equal(before.vendor, 'Somebody');
});

test('if a declared cookie does not say whether it is shared, its contract, the catalog and its category decide', async () => {
  const core = await newCore();
  const cookies = [
    { name: 'mine', category: 'analytics' }, { name: 'theirs', category: 'targeting' },
    { name: 'kept', category: 'targeting', contract: 'processor' }, { name: '_fbp', category: 'analytics' },
    { name: '_fbc', category: 'analytics', contract: 'processor' }, { name: 'said', category: 'functional', shared: true },
    { name: 'unbound', category: 'analytics', contract: 'none' },
    { name: 'denied', category: 'analytics', shared: false, contract: 'none' },
  ];
  core.setPolicy({ cookies });
  const shared = cookies.filter(({ name }) => core.classify({ name }).shared).map(({ name }) => name);
  assert.deepEqual(shared, ['theirs', '_fbp', 'said', 'unbound']);
});

test('long texts are answered while memory lasts, then there is an error, and later requests work', async () => {
  const core = await newCore();
  const ask = (cookie) => core.filter({ request: { headers: [['Cookie', cookie]] }, response: { headers: [] }, location: 'DE', now: NOW });
  const small = ask('_ga=1; abide=2');
  assert.deepEqual(small.request.headers, [['Cookie', 'abide=2']]);
  const many = ask(`${'_ga=1; '.repeat(50_000)}abide=2`);
  assert.deepEqual(many.request.headers, [['Cookie', 'abide=2']]);
  assert.equal(many.removed.length, 50_000);
  assert.throws(() => ask(`a=${'é'.repeat(2 ** 25)}`), RangeError);
  assert.deepEqual(ask('_ga=1; abide=2'), small);
});

test('pieces without a name and empty pieces do not lead to more findings than cookies', async () => {
  const core = await newCore();
  const { removed } = core.filter({ request: { headers: [['Cookie', ';;a;=b;;;c;']] }, response: { headers: [] }, now: NOW });
  assert.deepEqual(removed.map(({ name }) => name), ['', '', '']);
});

test('allows() counts targeting as shared, and the others not', async () => {
  const core = await newCore();
  const decision = core.decide({ headers: [['Sec-GPC', '1']], location: 'US-CA', now: NOW });
  assert.deepEqual([allows(decision, 'analytics'), allows(decision, 'analytics', true), allows(decision, 'targeting')], [true, false, false]);
});

test('bytes that are not UTF-8 reach the core unchanged', async () => {
  const core = await newCore();
  assert.equal(core.classify({ name: Uint8Array.of(0x5f, 0x67, 0x61) }).vendor, core.classify({ name: '_ga' }).vendor);
  assert.equal(core.classify({ name: Uint8Array.of(0xff, 0xfe) }).evidence, 'rule');
});

test('requests are classified by host, shape and party', async () => {
  const core = await newCore();
  const site = 'shop.example';
  assert.equal(core.classifyRequest({ url: 'https://gum.criteo.com/sync', type: 'image', site }).evidence, 'host');
  assert.equal(core.classifyRequest({ url: 'https://m.shop.example/b/ss/x/1', type: 'image', site }).category, 'analytics');
  assert.equal(core.classifyRequest({ url: '/app.js', type: 'script', site }).category, 'required');
  assert.equal(core.classifyRequest({ url: 'https://who.example/app.js', site }).category, 'targeting');
});

test('the core loads from a response and from a compiled module', async () => {
  for (const source of [new Response(wasmBytes()), new WebAssembly.Module(wasmBytes())])
    assert.equal((await load(source)).classify({ name: '_ga' }).category, 'analytics');
  await assert.rejects(load(new Response('gone', { status: 404 })), /HTTP status 404/);
});

test('each name of another tool is for a vendor that the catalog has, and for none that it has by that name', async () => {
  const core = await newCore();
  assert.ok(aliases.length > 70);
  for (const [name, vendor] of aliases) {
    assert.equal(core.service(vendor), vendor, name);
    assert.equal(core.service(name) || '', '', `${name} needs no row`);
    assert.equal(vendorCalled(name.toUpperCase()), vendor);
  }
  assert.equal(vendorCalled('nobody'), '');
});
