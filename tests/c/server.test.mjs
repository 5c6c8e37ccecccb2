// The sample server in C (samples/c), over the network:  ABIDE_C=build/release/bin/abide-c node --test
// tests/c/server.test.mjs
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const program = process.env.ABIDE_C;
const folder = mkdtempSync(join(tmpdir(), 'abide-c-'));
const policy = join(folder, 'policy.json');
let server, url;

before(async () => {
  writeFileSync(policy, JSON.stringify({ consent: { keys: 'env:ABIDE_KEYS' }, jurisdiction: { fixed: 'DE' } }));
  server = spawn(program, ['--records', `sqlite:${folder}/abide.db`, policy],
    { env: { ...process.env, ABIDE_KEYS: 'k'.repeat(32) }, stdio: ['ignore', 'pipe', 'inherit'] });
  url = await new Promise((done, fail) => {
    server.stdout.once('data', (line) => done(String(line).trim()));
    server.once('exit', (code) => fail(new Error(`it ended with ${code}`)));
  });
});
after(async () => {
  const ended = new Promise((done) => server.once('exit', done));
  server.kill('SIGTERM');
  assert.equal(await ended, 0);
  rmSync(folder, { recursive: true });
});

const navigate = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const get = (path, headers = {}) => fetch(url + path, { headers: { ...navigate, ...headers } });
const choose = (choice) => fetch(`${url}/consent`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ choice, from: 'banner' }),
  headers: { 'sec-fetch-site': 'same-origin', origin: url } });
const jarOf = (reply) => reply.headers.getSetCookie().map((field) => field.split(';')[0]).join('; ');

test('before a choice the tracking cookie is filtered in both directions, and a page in chunks has the notice', async () => {
  const reply = await get('/', { cookie: 'basket=1; _ga=GA1.1.5' });
  assert.equal(reply.headers.get('x-cookies-seen'), 'basket=1');
  const set = reply.headers.getSetCookie();
  assert.ok(set.includes('basket=1; Path=/'));
  assert.ok(!set.some((field) => field.startsWith('_ga=GA')));
  const html = await reply.text();
  assert.match(html, /id="abide/);
  assert.match(html, /Everything must go\./);
});

test('after consent the tracking cookie passes, and the choice is in the store', async () => {
  const chosen = await choose('accept-all');
  assert.equal(chosen.status, 303);
  const reply = await get('/', { cookie: `_ga=GA1.1.5; ${jarOf(chosen)}` });
  assert.match(reply.headers.get('x-cookies-seen'), /_ga=GA1\.1\.5/);
  assert.ok(reply.headers.getSetCookie().some((field) => field.startsWith('_ga=GA')));
  await reply.text();
});

test('own pages are answered, with a body for GET and without one for HEAD', async () => {
  const own = await get('/.well-known/gpc.json');
  assert.deepEqual((await own.json()).gpc, true);
  const head = await fetch(`${url}/.well-known/gpc.json`, { method: 'HEAD' });
  assert.ok(Number(head.headers.get('content-length')) > 0);
  assert.equal(await head.text(), '');
});

/** The status of the answer to these bytes; 0: there is none. */
const statusOf = (bytes) => new Promise((done) => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let got = '';
  socket.on('data', (more) => { got += more; });
  socket.on('close', () => done(Number(/^HTTP\/1\.1 (\d+)/.exec(got)?.[1] ?? 0)));
  socket.on('error', () => {});
  socket.write(bytes);
});

test('what it cannot read it refuses with a status that says why, while the visitor still sends', async () => {
  const post = (fields, body = '') => `POST /consent HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n${body}`;
  assert.equal(await statusOf(post('Content-Length: 70000', 'a'.repeat(70_000))), 413);
  assert.equal(await statusOf(post('Content-Length: 5000000', 'a'.repeat(5_000_000))), 413);
  assert.equal(await statusOf(post('Content-Length: 18446744073709551617', 'a')), 413);
  assert.equal(await statusOf(post('Content-Length: -1', 'a')), 400);
  assert.equal(await statusOf(post('Content-Length: 1x', 'a')), 400);
  assert.equal(await statusOf(post('Transfer-Encoding: chunked', '0\r\n\r\n')), 411);
  assert.equal(await statusOf(`GET / HTTP/1.1\r\nA: ${'a'.repeat(70_000)}\r\n\r\n`), 431);
  assert.equal(await statusOf('GET\r\n\r\n'), 400);
  assert.equal(await statusOf(post('Content-Length: 0')), 400); // read, and refused by the site: a form without a choice
  assert.equal(await statusOf('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), 200);
});

test('a policy that cannot be used ends it at once, and the message says where the fault is', () => {
  const wrong = join(folder, 'wrong.json');
  writeFileSync(wrong, '{"notice": {"version": "two"}}');
  const ran = spawnSync(program, [wrong], { encoding: 'utf8' });
  assert.equal(ran.status, 2);
  assert.match(ran.stderr, /wrong\.json:1:24: \/notice\/version/);
});

test('the program itself uses no C++, only the library does', () => {
  const symbols = execFileSync('nm', ['-u', program], { encoding: 'utf8' });
  assert.doesNotMatch(symbols, /_Z|__cxa_(throw|begin_catch)/);
});
