// The package as users get it: packed, unpacked in a clean folder, and imported through its exports.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { built } from './built.mjs';

const home = mkdtempSync(join(tmpdir(), 'abide-package-'));
after(() => rmSync(home, { recursive: true }));
const installed = join(home, 'node_modules/@abide/browser');
const run = (program, ...words) => execFileSync(program, words, { cwd: home, encoding: 'utf8', env: { ...process.env, HOME: home } });

const [packed] = JSON.parse(run('npm', 'pack', built('.'), '--json', '--pack-destination', home));
mkdirSync(installed, { recursive: true });
run('tar', 'xzf', packed.filename.replace('@', '').replace('/', '-'), '-C', installed, '--strip-components=1');
const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));

test('the package contains what it lists, and nothing else', () => {
  const names = packed.files.map(({ path }) => path).filter((path) => !path.startsWith('texts/')).toSorted();
  const listed = manifest.files.filter((name) => !name.includes('*'));
  assert.deepEqual(names, [...listed, 'LICENSE', 'README.md', 'package.json'].toSorted());
  assert.ok(packed.files.some(({ path }) => path === 'texts/en.json'));
});

test('the package has no dependencies and runs nothing when it is installed', () => {
  assert.deepEqual(Object.keys(manifest.dependencies ?? {}), []);
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) assert.equal(manifest.scripts?.[script], undefined);
});

test('every entry of its exports exists, with its types', () => {
  const targets = Object.values(manifest.exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)));
  for (const target of targets) assert.ok(existsSync(join(installed, target.replace('*', 'en'))), target);
});

test('the package contains every module that its modules import by themselves', () => {
  let found = 0;
  for (const name of manifest.files.filter((file) => /\.m?js$/.test(file) && !file.includes('twin'))) {
    const text = readFileSync(join(installed, name), 'utf8');
    for (const [, wanted] of text.matchAll(/["'`](?:\.\/)?([a-z.]+\.(?:mjs|js|wasm|css))["'`]/g)) {
      found++;
      assert.ok(existsSync(join(installed, wanted)), `${name} wants ${wanted}`);
    }
  }
  assert.ok(found > 10, `only ${found} imports were seen`);
});

test('the core works when it is imported by the package\'s name, from the files beside it', () => {
  writeFileSync(join(home, 'use.mjs'), `
    import { readFileSync } from 'node:fs';
    import { fileURLToPath } from 'node:url';
    import { load, loadTwin } from '@abide/browser/core';
    const file = import.meta.resolve('@abide/browser/abide.wasm');
    const cores = [await load(), await load(file), await load(new URL(file)), await load(readFileSync(fileURLToPath(file))), await loadTwin()];
    console.log(cores.map((core) => core.classify({ name: '_ga' }).category).join(' '), import.meta.resolve('@abide/browser').endsWith('abide.mjs'));`);
  assert.equal(run(process.execPath, 'use.mjs').trim(), `${'analytics '.repeat(5)}true`);
  assert.throws(() => run(process.execPath, '-e', "import('@abide/browser/rules.mjs').catch(() => process.exit(1))"), 'what is not exported stays inside');
});
