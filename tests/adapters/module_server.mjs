// The folder and the processes of a server that has Abide as a module.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { big, html } from './module_application.mjs';

const key = `${'0123456789abcdef'.repeat(4)}\n`;
const basis = { site: { host: '127.0.0.1' }, jurisdiction: { fixed: 'DE' }, consent: { choices_per_minute: 100_000 } };

/** A new folder with `folders` in it, a policy, its store, and static pages. Processes of any user may write to `writable`. */
export function makeFolder(name, folders, writable) {
  const path = mkdtempSync(join(tmpdir(), `abide-${name}-`)), at = (file) => join(path, file);
  for (const each of ['records', 'html/static', 'html/.well-known', ...folders]) mkdirSync(at(each), { recursive: true });
  for (const each of ['', 'records', ...writable]) chmodSync(at(each), 0o777);
  const read = (file) => readFileSync(at(file), 'utf8'), write = (file, text, options) => writeFileSync(at(file), text, options);
  const folder = { path, at, read, write, writeKey: (file, options) => write(file, key, options), store: `sqlite:${at('records/abide.db')}` };
  folder.policy = { ...basis, records: { store: folder.store } };
  writeSite(folder);
  return folder;
}

function writeSite({ write, policy }) {
  write('policy.json', JSON.stringify(policy));
  for (const each of ['page.html', '404.html', 'text.txt']) write(`html/static/${each}`, html);
  write('html/static/part.html', '<b>part</b>');
  write('html/static/big.html', big);
  write('behind.json', JSON.stringify({ ...basis, jurisdiction: { from: 'cloudflare', trusted_proxies: ['127.0.0.1/32'] } }));
  write('html/.well-known/gpc.json', '{}'); // Abide answers here, not this file
}

/** Writes frail.json: the policy of a site that cannot be opened once frail.key is gone. */
export function writeFrailPolicy({ policy, at, write, writeKey }) {
  writeKey('frail.key');
  write('frail.json', JSON.stringify({ ...policy, records: {}, consent: { keys: `file:${at('frail.key')}` } }));
}

/** Resolves when a line of a log matches: servers write it after they have answered. */
export async function awaitLine({ read }, log, line) {
  for (let tries = 0; tries < 50 && !line.test(read(log)); ++tries) await pause(100);
  assert.match(read(log), line);
}

/** The text of `template` with `values` in place of their names between @. */
export const fillIn = (template, values) => readFileSync(template, 'utf8').replace(/@([A-Z0-9]+)@/g, (_, name) => values[name]);

/** Resolves when the server answers. */
export async function awaitAnswer(get, errors) {
  for (let tries = 0; tries < 100; ++tries) {
    if (await get('/json').then(({ status }) => status === 200, () => false)) return;
    await pause(100);
  }
  throw new Error(errors());
}

/** Ends the server and its application, and deletes the folder; the error log may have no line that `is_bad` finds. */
export async function endServer({ process, signal, visitor, application, folder, is_bad }) {
  const ended = once(process, 'exit');
  visitor.leave();
  process.kill(signal);
  await ended;
  application.stop();
  const bad = folder.read('error.log').split('\n').filter(is_bad);
  rmSync(folder.path, { recursive: true });
  assert.deepEqual(bad, []);
}

/** The identifiers of the processes that `process` started. */
export const childrenOf = ({ pid }) => spawnSync('pgrep', ['-P', pid], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean).map(Number);

/** Kills all processes of the server; resolves when new ones answer. */
export async function replaceProcesses({ visitor, processes }) {
  const old = processes();
  for (const each of old) spawnSync('kill', ['-9', `${each}`]); // one from before a restart may be about to exit
  const answers = () => visitor.get('/json', {}, { by: false }).then(() => true, () => false);
  while (processes().some((each) => old.includes(each)) || !await answers()) await pause(50);
  visitor.leave(); // connections to processes that have ended
}

function peakOf(pid) {
  try { return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]); } catch { return 0; } // it has ended
}

/** By process: the largest memory that it ever had, in kB. */
export function peaksOf(pids) {
  const peaks = pids.map((pid) => [pid, peakOf(pid)]).filter(([, peak]) => peak > 0);
  assert.ok(peaks.length > 0, 'a process is running');
  return new Map(peaks);
}

/** The numbers of a user and of its group, for chown. */
export const idsOf = (user) => ['-u', '-g'].map((which) => Number(spawnSync('id', [which, user], { encoding: 'utf8' }).stdout));
