// Tests the harness itself: that it measures, not what it measures. No time is asserted.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

test('One round over the bare page and Abide gives every figure', () => {
  const table = execFileSync(here('run'), ['--runs', '1', '--only', 'bare,abide'], { encoding: 'utf8' });
  const { results, first } = JSON.parse(readFileSync(here('../../build/compare/compare.json'), 'utf8'));
  const [bare, abide] = results;
  assert.deepEqual([bare.name, abide.name], ['bare', 'abide']);
  assert.equal(bare.loads[0].visible, null, 'the bare page has no banner');
  for (const name of ['visible', 'steady', 'fcp', 'ready', 'bytes', 'cpu', 'next', 'gone', 'tag', 'nextSlow'])
    assert.equal(typeof abide.summary[name], 'number', name);
  assert.equal(abide.loads[0].shift, 0, 'the notice moves nothing');
  assert.ok(first.inline, 'the first decision stands in the page');
  assert.equal(abide.answers.withoutScript, true);
  assert.equal(abide.answers.withdrawal.before, true, 'the tag had set _ga');
  assert.match(table, /\| Abide \| measured \| goal \|/);
});
