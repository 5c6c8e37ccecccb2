// The sizes that wasm/README.md states are those of the build.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { built } from './built.mjs';

const text = readFileSync(new URL('../../wasm/README.md', import.meta.url), 'utf8');
const rows = [...text.slice(text.indexOf('| file | loaded | size |')).matchAll(/^\| (`.+?) \| .+? \| (.+? KB) \|$/gm)];

test('the table of sizes in wasm/README.md is that of the build, to a tenth of a KB or a twentieth', () => {
  assert.ok(rows.length > 20);
  for (const [row, cell, sizes] of rows) {
    const files = cell.replace(/\(holds .*?\)/, '').match(/[\w./]+\.(?:mjs|js|css|wasm)/g);
    const stated = sizes.match(/[\d.]+/g).map(Number);
    assert.equal(files.length, stated.length, row);
    for (const [i, file] of files.entries()) {
      const real = gzipSync(readFileSync(built(file)), { level: 9 }).length / 1000;
      assert.ok(Math.abs(real - stated[i]) <= Math.max(0.15, real / 20), `${file}: ${stated[i]} KB stated, ${real} KB built`);
    }
  }
});
