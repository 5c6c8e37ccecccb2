// What the server lets pass, a static page and its guard let pass: random policies with exempt services, vendors that
// share, that do not and that nobody names, names of the catalog, signals, places and records.
//   node tests/wasm/same_verdict.mjs [--count 2000] [--seed 1] [--abide FILE] [--wasm FILE]
// `abide filter` says what the server lets pass; the page decides by the core that it loaded (`Core.tell`, rules.mjs). A
// running server is compared in tests/browser/same_verdict.test.mjs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Requests } from './requests.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const HOST = 'shop.example';
const { values: options } = parseArgs({ options: {
  count: { type: 'string', default: '2000' },
  seed: { type: 'string', default: '1' },
  abide: { type: 'string', default: join(root, 'build/release/bin/abide') },
  wasm: { type: 'string', default: join(root, 'build/release/wasm/abide.wasm') },
} });

// What rules.mjs sees of a page.
globalThis.location = new URL(`https://${HOST}/`);
globalThis.document = { baseURI: location.href, documentElement: { dataset: {} }, querySelector: () => null };
const { Rules, permits } = await import('../../wasm/rules.mjs');
const { load } = await import('../../wasm/core.mjs');
const core = await load(readFileSync(options.wasm));

const catalog = readFileSync(join(root, 'sdk/data/catalog.tsv'), 'utf8').split('\n')
  .filter((line) => line !== '' && !line.startsWith('#')).slice(1).map((line) => line.split('\t').slice(0, 2));
const make = new Requests(Number(options.seed), catalog);
const NAMES = ['_ga', '_ga_X1', '_gid', '_pin_unauth', '_fbp', '_pk_id.1', 'replay', '_counter', 'theme', 'cart', 'uid7', 'zzz'];
const VENDORS = [undefined, 'Counter', 'Replay', 'Counter'];
const PLACES = [null, 'GB', 'GB', 'FR', 'DE', 'US-CA', 'US-TX', 'IN', 'JP'];
const WISHES = ['accept-all', 'reject-all', 'save', 'opt-out', 'withdraw', 'object'];
const TIMES = ['2026-11-22T00:00:00Z', '2026-11-22T00:10:00Z', '2026-11-23T00:00:00Z'];

function policy() {
  const cookies = make.many(8, () => ({
    name: make.pick(['_ga*', '_ga', '_pin_unauth', 'replay', '_counter', 'theme', 'cart', 'uid*', '*', make.pick(catalog)[0]]),
    host: make.chance(0.2) ? make.pick([HOST, '.shop.example', 'ads.example']) : undefined,
    category: make.pick(['required', 'analytics', 'analytics', 'functional', 'targeting']), vendor: make.pick(VENDORS),
    shared: make.pick([undefined, undefined, true, false]), contract: make.pick([undefined, undefined, 'processor']) }))
    .filter(({ name }) => name.split('*').length < 3)
    .map(({ contract, ...one }) => (one.shared === undefined ? { ...one, contract } : one)); // one of the two
  // What is declared shared may not be exempt: the reader of policies refuses it.
  const exempt = make.many(3, () => make.pick(['GB:statistical:_ga*', 'GB:statistical:_counter', 'GB:appearance:theme',
    'FR:statistical:_pk*'])).filter((text) => cookies.every(({ name, shared, contract }) => {
    const mayMeet = name.includes('*') || name.startsWith(text.split(':')[2].replace('*', ''));
    return !mayMeet || shared === false || contract === 'processor';
  }));
  return { site: { host: HOST }, cookies, exempt, unknown: make.pick(['targeting', 'party']),
    signals: { gpc_exception: make.pick(['informed', 'never']), dnt: make.pick(['as_objection', 'as_gpc', 'ignore']) } };
}

const some = () => ['analytics', 'functional', 'targeting'].filter(() => make.chance(0.4));

/** A visit, as `abide decide` takes it: with the record that some choices left. */
function visit() {
  const headers = [...(make.chance(0.4) ? [['Sec-GPC', '1']] : []), ...(make.chance(0.2) ? [['DNT', '1']] : [])];
  const location = make.pick(PLACES);
  let record = null;
  for (const now of TIMES.slice(0, make.below(3)))
    record = core.choose({ headers, location, now, record, visitor: { known: record !== null }, choice: make.pick(WISHES),
      grant: some(), keep: some(), exception: make.chance(0.3) ? some() : [], from: 'banner' });
  return { headers, location, now: TIMES[2], record, visitor: { known: record !== null } };
}

function native(file, visits, names) {
  const input = visits.map(({ headers, ...rest }) => JSON.stringify({ ...rest, response: { headers: [] },
    request: { headers: [['Host', HOST], ...headers, ['Cookie', names.map((name) => `${name}=1`).join('; ')]] } })).join('\n');
  const { stdout, stderr, status } = spawnSync(options.abide, ['filter', '--policy', file], { input, maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`abide filter: ${stderr}${stdout}`);
  return String(stdout).trim().split('\n').map((line) => {
    const [, text = ''] = JSON.parse(line).request.headers.find(([name]) => name === 'Cookie') ?? [];
    return new Set(text.split('; ').map((pair) => pair.split('=')[0]));
  });
}

const folder = mkdtempSync(join(tmpdir(), 'abide-same-'));
const POLICIES = 40, each = Math.ceil(Number(options.count) / POLICIES);
const sum = { verdicts: 0, exempt: 0, different: 0 };

function differs(told) {
  if (++sum.different <= 3) console.error(JSON.stringify(told));
}

try {
  for (let i = 0; i < POLICIES; ++i) {
    const rules = policy(), file = join(folder, `${i}.json`);
    writeFileSync(file, JSON.stringify(rules));
    core.setPolicy(rules);
    const page = new Rules(rules);
    page.core = core;
    const visits = Array.from({ length: each }, visit), names = [...NAMES, ...make.many(6, () => make.name())]
      .filter((name) => /^[\w.-]+$/.test(name));
    const passed = native(file, visits, names);
    visits.forEach((one, k) => {
      const { state } = core.tell(one);
      for (const name of names) {
        ++sum.verdicts;
        if (state.allowedNames) ++sum.exempt;
        const expected = passed[k].has(name), given = permits(state, page.cookie(name));
        if (given !== expected) differs({ name, expected, given, kind: page.cookie(name), visit: one, rules, state });
      }
    });
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${sum.verdicts} verdicts, ${sum.exempt} of them where services are exempt: ${sum.different} differ`);
process.exitCode = sum.different > 0 || sum.exempt === 0 ? 1 : 0;
