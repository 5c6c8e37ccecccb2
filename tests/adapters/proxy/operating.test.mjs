// What the operator of `abide proxy` can query and read: /metrics, /health, the access log, log lines as JSON.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { free_port } from '../free_port.mjs';
import { application } from './backend.mjs';
import { proxy, sleep, status_of, talk } from './proxy.mjs';

const run = promisify(execFile);
const curl = async (...words) => (await run('curl', ['-sS', '--max-time', '20', ...words])).stdout;
const folder = mkdtempSync(join(tmpdir(), 'abide-operating-'));
const policy = join(folder, 'policy.json'), log = join(folder, 'access.log');
const navigates = ['-H', 'Sec-Fetch-Mode: navigate', '-H', 'Sec-Fetch-Dest: document', '-H', 'Accept: text/html'];
const form = ['-H', 'Sec-Fetch-Site: same-origin', '-d'];
const secret = 'GA1.1.424242';

let app, front, operators;
before(async () => {
  writeFileSync(policy, JSON.stringify({ jurisdiction: { fixed: 'DE' }, records: { store: `sqlite:${join(folder, 'records.db')}` } }));
  app = await application();
  const port = await free_port();
  operators = `http://127.0.0.1:${port}`;
  front = await proxy('--to', app.url, '--policy', policy, '--metrics', `${port}`, '--access-log', log, '--threads', '2');
});
after(async () => { await app.close(); rmSync(folder, { recursive: true, force: true }); });

/// The value of one metric.
async function value(line) {
  const text = await curl(`${operators}/metrics`);
  const found = text.split('\n').find((each) => each.startsWith(`${line} `));
  assert.ok(found, `${line} in ${text}`);
  return Number(found.slice(line.length + 1));
}
const lines = () => readFileSync(log, 'utf8').trim().split('\n').map(JSON.parse);
async function line_where(has) {
  for (let i = 0; i < 60; ++i) {
    const found = existsSync(log) && readFileSync(log, 'utf8') && lines().find(has);
    if (found) return found;
    await sleep(50);
  }
  throw new Error(`no such line in ${readFileSync(log, 'utf8')}`);
}

test('decisions, withheld cookies, notices, choices and the state of the store are counted', async () => {
  const counts = ['abide_cookies_hidden_total{category="analytics"}', 'abide_cookies_withheld_total{category="analytics"}', 'abide_cookies_withheld_total{category="targeting"}',
    'abide_notices_total', 'abide_decisions_total{regime="opt_in",signal="gpc",choice="no"}', 'abide_choices_total{result="saved"}', 'abide_store_saved_total', 'abide_request_seconds_count', 'abide_save_seconds_count',
    'abide_answers_total{class="2xx"}', 'abide_answers_total{class="3xx"}'];
  const values = async () => Promise.all(counts.map(value));
  const before_it = await values();
  for (let i = 0; i < 3; ++i) await curl(...navigates, '-H', `Cookie: sid=1; _ga=${secret}`, `${front.url}/`);
  await curl('-H', 'Sec-GPC: 1', `${front.url}/json`);
  await curl(...form, 'choice=reject-all&from=banner', `${front.url}/consent`);
  const grown = (await values()).map((each, i) => each - before_it[i]);
  assert.deepEqual(Object.fromEntries(counts.map((name, i) => [name, grown[i]])), {
    [counts[0]]: 3, [counts[1]]: grown[1], [counts[2]]: grown[1], [counts[3]]: 3, [counts[4]]: 1, [counts[5]]: 1, [counts[6]]: 1, [counts[7]]: 5, [counts[8]]: 1, [counts[9]]: 4, [counts[10]]: 1 });
  assert.ok(grown[1] >= 3);
  assert.equal(await value('abide_store_up'), 1);
  assert.equal(await value('abide_request_seconds_bucket{le="+Inf"}'), await value('abide_request_seconds_count'));
});

test('the metrics are valid Prometheus text: each metric once, with its type, and with cumulative buckets', async () => {
  const text = await curl(`${operators}/metrics`);
  assert.match(await curl('-I', `${operators}/metrics`), /content-type: text\/plain; version=0\.0\.4/i);
  const types = [...text.matchAll(/^# TYPE (\S+) (counter|gauge|histogram)$/gm)].map(([, name]) => name);
  assert.equal(new Set(types).size, types.length);
  for (const line of text.trim().split('\n')) {
    if (line.startsWith('#')) continue;
    const [, name] = /^([a-z_]+)(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? \d+(?:\.\d+)?(?:e[+-]\d+)?$/.exec(line) ?? assert.fail(line);
    assert.ok(types.includes(name.replace(/_(bucket|sum|count)$/, '')) || types.includes(name), line);
  }
  const buckets = [...text.matchAll(/^abide_request_seconds_bucket\{[^}]*\} (\d+)$/gm)].map(([, count]) => Number(count));
  assert.deepEqual(buckets, buckets.toSorted((a, b) => a - b));
});

test('health reports the store, and visitors reach neither page on the public port', async () => {
  assert.deepEqual(JSON.parse(await curl(`${operators}/health`)), { status: 'ok', store: 'ok' });
  for (const path of ['metrics', 'health']) assert.doesNotMatch(await curl(`${front.url}/${path}`), /abide_decisions|"store"/);
  assert.match(await talk(Number(operators.split(':')[2]), 'POST /metrics HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 405 [^]*\r\nDate: [^]*\r\nAllow: GET, HEAD\r\n/);
  assert.equal(status_of(await talk(Number(operators.split(':')[2]), 'GET /other HTTP/1.1\r\n\r\n')), 404);
});

test('addresses that are not allowed are refused', async () => {
  const port = await free_port();
  await proxy('--to', app.url, '--metrics', `${port}`, '--metrics-allow', '10.0.0.0/8,192.0.2.1/32');
  assert.match(await curl('-i', `http://127.0.0.1:${port}/metrics`), /^HTTP\/1\.1 403 /);
  assert.match(await curl('-i', `http://127.0.0.1:${port}/health`), /^HTTP\/1\.1 403 /);
});

test('the access log has a line for each answer, identifies no visitor, and continues in a new file after SIGHUP', async () => {
  await curl(...navigates, '-H', `Cookie: sid=1; _ga=${secret}`, `${front.url}/?mail=jane@example.org`);
  const line = await line_where((each) => each.notice && each.hidden === 1);
  assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(line.ms > 0 && line.ms < 20_000);
  assert.deepEqual({ ...line, time: 0, ms: 0 }, { time: 0, method: 'GET', status: 200, ms: 0, regime: 'opt_in', place: 'DE', gpc: false, choice: false, notice: true, hidden: 1, withheld: line.withheld });
  assert.ok(line.withheld >= 1);
  assert.doesNotMatch(readFileSync(log, 'utf8'), /jane|example\.org|424242|_ga|127\.0\.0\.1|sid/);
  assert.equal(status_of(await talk(front.port, 'GET / HTTP/9.9\r\n\r\n')), 505);
  assert.equal((await line_where((each) => each.status === 505)).regime, undefined);
  renameSync(log, `${log}.1`);
  front.process.kill('SIGHUP');
  assert.ok(await front.hears('policy reloaded'));
  await curl(`${front.url}/json`);
  await line_where((each) => each.status === 200);
});

test('an access log that is full, or cannot be reopened, is told and stops no visitor', async () => {
  const full = await proxy('--to', app.url, '--access-log', '/dev/full');
  assert.equal(await curl(`${full.url}/json`), '{"a":1}');
  assert.ok(await full.hears('/dev/full: cannot write the access log, lines are lost: No space left on device'), full.told());
  const gone = mkdtempSync(join(tmpdir(), 'abide-gone-'));
  const mine = await proxy('--to', app.url, '--access-log', join(gone, 'access.log'));
  rmSync(gone, { recursive: true });
  mine.process.kill('SIGHUP');
  assert.ok(await mine.hears('cannot reopen the access log, the old one is used'), mine.told());
  assert.equal(await curl(`${mine.url}/json`), '{"a":1}');
});

test('messages about the proxy itself are JSON on request', async () => {
  const mine = await proxy('--to', app.url, '--log-format', 'json');
  for (const line of mine.told().trim().split('\n')) {
    const { time, program, message } = JSON.parse(line);
    assert.match(time, /^\d{4}-/);
    assert.equal(program, 'abide proxy');
    assert.ok(message.length > 10);
  }
});

test('the message of a proxy that cannot start is JSON too', async () => {
  const wrong = join(folder, 'wrong.json');
  writeFileSync(wrong, '{"mode": "enforced"}');
  for (const [words, told] of [[['--policy', wrong], /\/mode: expected/], [['--listen', `127.0.0.1:${app.port}`], /--listen .*in use/]]) {
    const failed = await run(process.env.ABIDE, ['proxy', '--to', app.url, '--log-format', 'json', ...words]).catch((error) => error);
    assert.equal(failed.code, 2);
    const { program, message } = JSON.parse(failed.stderr.trim().split('\n').at(-1));
    assert.equal(program, 'abide proxy');
    assert.match(message, told);
  }
});

test('wrong arguments end it', async () => {
  for (const words of [['--log-format', 'xml'], ['--metrics', 'here'], ['--metrics-allow', '300.0.0.0/8', '--metrics', '9100'], ['--access-log', '/nowhere/log']])
    await assert.rejects(proxy('--to', app.url, ...words), new RegExp(words[0]));
});
