// What `abide policy check` says about the policies in broken.md, word for word; and that a wrong type is reported
// anywhere with its path and line. ABIDE_BIN: the folder of the built programs. UPDATE=1 rewrites broken.md.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const bin = process.env.ABIDE_BIN ?? join(here, '../../build/release/bin');
const document = join(here, 'broken.md');
const env = { ...process.env, ABIDE_TEST_KEYS: '0123456789abcdef0123456789abcdef' };

const cwd = mkdtempSync(join(tmpdir(), 'abide-broken-'));
after(() => rmSync(cwd, { recursive: true }));

const check = (policy, words = ['policy.json']) => {
  writeFileSync(join(cwd, 'policy.json'), policy);
  return spawnSync(join(bin, 'abide'), ['policy', 'check', ...words], { cwd, env, input: policy, encoding: 'utf8' });
};
const linesOf = text => text.trimEnd().split('\n').map(line => JSON.parse(line));

const section = /^## (.+)\n\n```json\n([^]*?)\n?```\n\n```text\n([^]*?)```\n/gm;
const text = readFileSync(document, 'utf8');
const cases = [...text.matchAll(section)].map(([, name, policy, said]) => ({ name, policy, said }));

if (process.env.UPDATE) {
  writeFileSync(document, text.replace(section, (whole, name, policy) => {
    const { stderr, stdout } = check(policy);
    return `## ${name}\n\n\`\`\`json\n${policy}${policy ? '\n' : ''}\`\`\`\n\n\`\`\`text\n${stderr}${stdout}\`\`\`\n`;
  }));
  process.exit(0);
}

test('There are at least thirty broken policies', () => assert.ok(cases.length >= 30, `${cases.length}`));

for (const { name, policy, said } of cases)
  test(name, () => {
    const { stderr, stdout, status } = check(policy);
    assert.equal(stderr + stdout, said);
    assert.equal(status, stderr.includes(': error: ') ? 2 : 0);
    assert.equal(check(policy, ['policy.json', '--strict']).status, stderr.includes(': error: ') ? 2 : 1);
  });

test('--json has an object for each finding, and says the same', () => {
  for (const { name, policy, said } of cases) {
    const found = linesOf(check(policy, ['--json', '-']).stdout);
    const told = said.split('\n').filter(line => /: (error|warning): /.test(line));
    assert.equal(found.length, told.length, name);
    found.forEach((each, i) => {
      assert.deepEqual(Object.keys(each), ['file', 'line', 'column', 'path', 'level', 'text']);
      assert.equal(told[i], `policy.json:${each.line}:${each.column}: ${each.level}: ${each.path ? `${each.path}: ` : ''}${each.text}`);
      assert.equal(each.file, 'standard input');
    });
  }
});

// Every key of the schema, as the lines of a policy that has them all.
const schema = JSON.parse(readFileSync(join(here, '../../middleware/policy.schema.json'), 'utf8'));
const resolved = described => (described.$ref ? schema.$defs[described.$ref.split('/').at(-1)] : described);

function* pathsOf(described, path) {
  if (path) yield path;
  const { properties = {}, items } = resolved(described);
  for (const [key, each] of Object.entries(properties)) yield* pathsOf(each, `${path}/${key}`);
  if (items) yield* pathsOf(items, `${path}/0`);
}

// A policy with the wrong value at one path, and with a line for each step of the path.
function policyWith(path, value) {
  const keys = path.slice(1).split('/');
  let line = 0;
  const nested = depth => {
    line += 1;
    if (depth === keys.length) return value;
    const isList = keys[depth] === '0' && depth > 0;
    return isList ? `[\n${nested(depth + 1)}\n]` : `{\n"${keys[depth]}": ${nested(depth + 1)}\n}`;
  };
  return { json: nested(0), line };
}

test('A value of a wrong type is reported with its path and line, whatever the key', () => {
  const paths = [...pathsOf(schema, '')];
  assert.ok(paths.length > 50, `${paths.length}`);
  for (const path of paths)
    for (const value of ['[[]]', '{"1": {}}', '-7.5', '"\\u0001"']) {
      const { json, line } = policyWith(path, value);
      const found = linesOf(check(json, ['--json', '-']).stdout).filter(each => each.level === 'error');
      const hit = found.find(each => each.path === path || each.path.startsWith(`${path}/`));
      assert.ok(hit, `${path} = ${value}: ${JSON.stringify(found)}`);
      assert.equal(hit.line, line, `${path} = ${value}`);
    }
});
