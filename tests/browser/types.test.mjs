// The module's published types hold under `tsc --strict`: every one is used, and what they must refuse is refused.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { join } from 'node:path';
import { root } from './shop.mjs';

test('the types of the package compile strictly, and refuse what they must', () => {
  const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tests/wasm/tsconfig.json')], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
