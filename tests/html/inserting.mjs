// What `abide insert` inserts into pages, with pieces that show where they are.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const bin = process.env.ABIDE_BIN ?? join(import.meta.dirname, '../../build/release/bin');
export const MARK = 'data-inserted';
const pieces = {
  head: `<style ${MARK}>a{}</style><script ${MARK}>"a"</script>`,
  notice: `<div ${MARK}><form><p>n</p><button>x</button></form></div>`,
  end: `<div ${MARK}><a href=x>l</a><form><input></form></div>`,
};

export function answersFor(bodies) {
  const lines = bodies.map(body => JSON.stringify({ body, headers: [['Sec-Fetch-Dest', 'document']] })).join('\n');
  const { stdout, status } = spawnSync(join(bin, 'abide'), ['insert'], { input: `${lines}\n`, maxBuffer: 1 << 30, encoding: 'utf8' });
  assert.equal(status, 0);
  return stdout.trim().split('\n').map(line => JSON.parse(line));
}

export function insertedInto(body, inserts) {
  const bytes = Buffer.from(body);
  const parts = [];
  let done = 0;
  for (const { at, what, before = '', after = '' } of inserts) {
    parts.push(bytes.subarray(done, at), Buffer.from(before + pieces[what] + after));
    done = at;
  }
  return Buffer.concat([...parts, bytes.subarray(done)]).toString();
}

/// Browsers do not run a script that the page does not finish, so it does not matter which element it is in.
export function withoutScript(made, body, inserts) {
  const bytes = Buffer.from(body);
  const left = bytes.subarray(inserts.at(-1)?.at ?? bytes.length);
  if (!/^<script[\s/>]/i.test(left.toString()) || inserts.at(-1).what !== 'end') return { made, body };
  const without = (text) => Buffer.from(text).subarray(0, -left.length).toString();
  return { made: without(made), body: without(body) };
}
