// A static page and its guard let the same cookies pass as the server: random policies with exempt services, vendors that
// share, that do not and that are unknown, names of the catalog, signals, places and records.
//   node tests/wasm/same_verdict.mjs [--count 2000] [--seed 1] [--abide FILE] [--wasm FILE]
// `abide filter` is the server's answer; the page decides by the core that it loaded (`Core.tell`, rules.mjs).
// tests/browser/same_verdict.test.mjs compares a running server.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { documentOf } from './fake_document.mjs';
import { HOST, Visits } from './visits.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: options } = parseArgs({ options: {
  count: { type: 'string', default: '2000' },
  seed: { type: 'string', default: '1' },
  abide: { type: 'string', default: join(root, 'build/release/bin/abide') },
  wasm: { type: 'string', default: join(root, 'build/release/wasm/abide.wasm') },
} });

// The parts of a page that rules.mjs uses.
globalThis.location = new URL(`https://${HOST}/`);
globalThis.document = documentOf({ baseURI: location.href, documentElement: { dataset: {} }, querySelector: () => null });
const { Rules, permits } = await import('../../wasm/verdict/rules.mjs');
const { load } = await import('../../wasm/core/core.mjs');
const core = await load(readFileSync(options.wasm));

const make = new Visits(Number(options.seed), core);
const NAMES = ['_ga', '_ga_X1', '_gid', '_pin_unauth', '_fbp', '_pk_id.1', 'replay', '_counter', 'theme', 'cart', 'uid7', 'zzz'];

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
    const rules = make.sitePolicy(), file = join(folder, `${i}.json`);
    writeFileSync(file, JSON.stringify(rules));
    core.setPolicy(rules);
    const page = new Rules(rules);
    page.core = core;
    const visits = Array.from({ length: each }, () => make.visit()), names = [...NAMES, ...make.many(6, () => make.name())]
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
