// The module's published types compile under `tsc --strict`: every one is used, and they reject what they must. What the
// core and the server write, and the policies of the samples, conform to these types without extra members.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { load } from '../../wasm/core/core.mjs';
import { Visits } from '../wasm/visits.mjs';
import { built } from './lab.mjs';
import { openShop, root, shopPolicy } from './shop.mjs';

const compile = (...words) => {
  const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...words], { encoding: 'utf8' });
  return { status, stdout: stdout.slice(0, 2000) };
};

/** Checks that each value conforms to its type. The values are written as a program, because tsc rejects extra members of
    literals. */
function areOfType(t, values) {
  const folder = mkdtempSync(join(tmpdir(), 'abide-types-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const types = [...new Set(values.map(([type]) => type))].join(', ');
  const lines = values.map(([type, value]) => `values.push(${JSON.stringify(value)} satisfies ${type});`);
  writeFileSync(join(folder, 'values.mts'), `import type { ${types} } from '${join(root, 'wasm/shapes.js')}';\nconst values: unknown[] = [];\n${lines.join('\n')}\n`);
  return compile('--strict', '--noEmit', '--skipLibCheck', '--lib', 'es2022', '--module', 'nodenext', join(folder, 'values.mts'));
}

test('the package\'s types compile strictly, and reject what they must', () => {
  const { status, stdout } = compile('-p', join(root, 'tests/wasm/tsconfig.json'));
  assert.equal(status, 0, stdout);
});

test('what the core writes conforms to the types: states and records of random visits', async (t) => {
  const core = await load(readFileSync(join(built, 'abide.wasm')));
  const make = new Visits(7, core), values = [];
  for (let i = 0; i < 20; ++i) {
    const policy = make.sitePolicy();
    values.push(['Policy', policy]);
    core.setPolicy(policy);
    for (const visit of Array.from({ length: 20 }, () => make.visit())) {
      values.push(['PageState', { ...core.tell(visit).state, path: '/consent' }]);
      if (visit.record) values.push(['ConsentRecord', visit.record]);
    }
  }
  const { status, stdout } = areOfType(t, values);
  assert.equal(status, 0, stdout);
});

test('what the server writes conforms to the types: the state, with reasons and without', async (t) => {
  const values = [];
  for (const location of ['GB', 'US-CA'])
    for (const mode of ['enforce', 'observe']) {
      const shop = await openShop(t, { location, mode, change: (policy) => ({ ...policy, exempt: ['GB:appearance:theme'] }) });
      for (const path of ['state', 'state?reasons=1']) for (const signal of [{}, { 'Sec-GPC': '1' }])
        values.push(['PageState', await (await fetch(`${shop.url}consent/${path}`, { headers: signal })).json()]);
    }
  const { status, stdout } = areOfType(t, values);
  assert.equal(status, 0, stdout);
});

test('the sample policies conform to the type, and members that policies do not have are rejected', (t) => {
  const folder = join(root, 'samples/policies');
  const samples = readdirSync(folder).filter((name) => name.endsWith('.json')).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  const policies = [{}, shopPolicy(), ...samples].map((policy) => ['Policy', policy]);
  assert.ok(policies.length > 4);
  const { status, stdout } = areOfType(t, policies);
  assert.equal(status, 0, stdout);
  const wrong = [['Policy', { site: { colour: 'red' } }], ['Policy', { mode: 'watch' }], ['PageState', { allowed: [], allowedShared: [], gpc: true }],
    ['ConsentRecord', { choices: { analytics: 'none' } }]];
  const refused = areOfType(t, wrong).stdout;
  wrong.forEach((_, i) => assert.match(refused, new RegExp(`values\\.mts\\(${i + 3},.*error`), `number ${i} of the wrong ones`));
});
