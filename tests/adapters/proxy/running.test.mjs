// How `abide proxy` is started, reloaded and stopped, and where it listens.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { application } from './backend.mjs';
import { curl, navigates, open_shop, proxy, sleep } from './proxy.mjs';

const run = promisify(execFile);
const { app, folder, policy } = await open_shop();

test('both ends may be Unix sockets', async () => {
  const inside = await application(join(folder, 'app.sock')), door = join(folder, 'front.sock');
  const mine = await proxy('--to', `unix:${join(folder, 'app.sock')}`, '--listen', `unix:${door}`);
  assert.match(await curl('-i', '--unix-socket', door, ...navigates, 'http://shop.example/'), /200 OK[^]*\/consent/);
  assert.equal(inside.seen.at(-1).headers.host, 'shop.example');
  assert.equal(inside.seen.at(-1).headers['x-forwarded-for'], '127.0.0.1');
  mine.process.kill('SIGTERM');
  assert.deepEqual(await mine.ended, { code: 0, signal: null });
  await inside.close();
});

test("a proxy that cannot start, or that ends late, leaves another's socket and every other file where it is", async () => {
  const door = join(folder, 'shared.sock'), file = join(folder, 'notes');
  const start = () => proxy('--to', app.url, '--listen', `unix:${door}`, '--policy', policy);
  const answers = () => curl('--unix-socket', door, 'http://shop.example/.well-known/gpc.json');
  const first = await start();
  await assert.rejects(start, /Address already in use/);
  assert.match(await answers(), /gpc/);

  const slow = curl('--unix-socket', door, 'http://shop.example/slow-page');
  await sleep(200);
  first.process.kill('SIGTERM');
  await first.hears('stopping');
  const second = await start();
  assert.match(await slow, /last/);
  assert.deepEqual(await first.ended, { code: 0, signal: null });
  assert.match(await answers(), /gpc/);
  second.process.kill('SIGKILL');
  await second.ended;
  const third = await start(); // over what a crash left
  third.process.kill('SIGTERM');
  await third.ended;
  assert.ok(!existsSync(door));

  writeFileSync(file, 'kept');
  await assert.rejects(() => proxy('--to', app.url, '--listen', `unix:${file}`), /--listen: expected a socket or a new name, found the file/);
  assert.equal(readFileSync(file, 'utf8'), 'kept');
});

test('visitors connect over TLS, and the application may be behind TLS too', async () => {
  const certificate = (name) => {
    const [cert, key] = ['cert', 'key'].map((kind) => join(folder, `${name}.${kind}`));
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { cert, key };
  };
  const { cert, key } = certificate('first');
  const inner = await proxy('--to', app.url, '--tls-cert', cert, '--tls-key', key, '--observe');
  const mine = await proxy('--to', inner.url, '--backend-ca', cert, '--tls-cert', cert, '--tls-key', key);
  const page = await curl('-i', '--cacert', cert, ...navigates, `${mine.url}/`);
  assert.match(page, /200 OK[^]*\/consent/);
  assert.equal(JSON.parse(await curl('-k', '-H', 'X-Forwarded-Proto: http', `${mine.url}/told`)).forwarded.split('proto=').at(-1), 'https');
  const posted = await curl('-i', '-k', '-H', `Origin: ${mine.url}`, '-d', 'choice=accept-all&from=banner', `${mine.url}/consent`);
  assert.match(posted, /set-cookie: __Host-[^;]*;[^\r]*Secure/i);
  assert.equal((await curl('-k', `${mine.url}/down?size=3000000`)).length, 3_000_000);
  const stranger = await proxy('--to', inner.url);
  assert.equal(await curl('-o', '/dev/null', '-w', '%{http_code}', `${stranger.url}/`), '502');
  const other = certificate('second');
  execFileSync('cp', [other.cert, cert]);
  execFileSync('cp', [other.key, key]);
  mine.process.kill('SIGHUP');
  assert.ok(await mine.hears('policy reloaded'));
  assert.match(execFileSync('bash', ['-c', `openssl s_client -connect 127.0.0.1:${mine.port} </dev/null 2>/dev/null | openssl x509 -noout -subject`]).toString(), /second/);
});

test('--observe removes no cookie, changes no page, and reports once what would be withheld', async () => {
  const mine = await proxy('--to', app.url, '--observe');
  for (let i = 0; i < 2; ++i) {
    const page = await curl('-i', '-H', 'Cookie: _ga=1', ...navigates, '-H', 'Accept-Encoding: gzip', `${mine.url}/`);
    assert.match(page, /_ga=GA1[^]*_fbp[^]*<body><p>hello<\/p><\/body>/);
    assert.doesNotMatch(page, /consent|vary|cache-control/i);
  }
  const { headers } = app.seen.at(-1);
  assert.equal(headers.cookie, '_ga=1');
  assert.equal(headers['accept-encoding'], 'gzip');
  assert.equal(headers['abide-consent'], undefined);
  assert.ok(await mine.hears('would not set: _fbp'));
  assert.equal(mine.told().match(/would not set: _ga /g).length, 1);
  assert.match(mine.told(), /would hide from the application: _ga \(analytics/);
  assert.match(await curl('-i', `${mine.url}/.well-known/gpc.json`), /X-Powered-By: node/i);
});

test('without a policy it runs, and says in plain words what it does', async () => {
  const mine = await proxy('--to', app.url);
  assert.match(mine.told(), /pages get the notice[^]*answered here[^]*no --policy[^]*is now in front of/);
  assert.match(await curl('-i', ...navigates, `${mine.url}/`), /200 OK[^]*\/consent/);
});

test('what it says at the start is what the policy says', async () => {
  const file = join(folder, 'words.json');
  const says = async (policy) => { writeFileSync(file, JSON.stringify(policy)); return (await proxy('--to', app.url, '--policy', file)).told(); };
  const observing = await says({ mode: 'observe', notice: { insert: false }, consent: { path: '/privacy' } });
  assert.match(observing, /abide proxy: the policy's mode is observe: no cookies are removed\nabide proxy: \/privacy and \/\.well-known\/gpc\.json are answered here\n/);
  assert.doesNotMatch(observing, /pages get the notice/);
});

test('wrong arguments end it with status 2, and the message names them', async () => {
  const says = async (...words) => run(process.env.ABIDE, ['proxy', ...words]).then(() => assert.fail('it started'), (error) => { assert.equal(error.code, 2); return error.stderr; });
  assert.match(await says('--listen', '1'), /--to is missing/);
  assert.match(await says('--to', 'http://a/path'), /--to: expected/);
  assert.match(await says('--to', 'http://kim:geheim@a:80'), /--to: expected .*, without a user\nusage/);
  assert.match(await says('--to', app.url, '--listen', 'x:y:z'), /--listen: expected/);
  assert.match(await says('--to', app.url, '--tls-cert', 'x'), /go together/);
  assert.match(await says('--to', app.url, '--tls-cert', '/none', '--tls-key', '/none'), /--tls-cert: \/none: cannot read: No such file or directory\n/);
  const self = fileURLToPath(import.meta.url);
  assert.match(await says('--to', app.url, '--tls-cert', self, '--tls-key', self), /--tls-cert: .*: expected a certificate in PEM, found none\n/);
  assert.match(await says('--to', app.url, '--to', app.url), /abide proxy: --to: expected only once\n/);
  assert.match(await says('--to', app.url, '--metrics-allow', '::1/128'), /abide proxy: --metrics-allow requires --metrics PORT\n/);
  assert.match(await says('--to', app.url, '--metrics', '1', '--metrics-allow', '10.0.0.0/99'), /abide proxy: --metrics-allow: expected address ranges such as .*, found "10.0.0.0\/99"\n/);
  assert.match(await says('--to', app.url, '--backend-ca', self), /--backend-ca requires --to https:/);
  assert.match(await says('--to', app.url, '--max-body', 'x'), /--max-body: expected a whole number/);
  assert.match(await says('--to', app.url, '--policy', '/none'), /\/none/);
  assert.match(await says('--to', app.url, '--listen', `127.0.0.1:${app.port}`), /--listen 127\.0\.0\.1:\d+: Address already in use/);
});

test('SIGTERM: pending requests are answered, idle connections are closed, and the exit status is 0', async () => {
  const mine = await proxy('--to', app.url, '--policy', policy);
  const idle = net.connect(mine.port, '127.0.0.1');
  const idle_ended = new Promise((resolve) => idle.on('close', resolve));
  idle.resume();
  const slow = curl('-i', `${mine.url}/slow-page`);
  await sleep(200);
  mine.process.kill('SIGTERM');
  assert.match(await slow, /last/);
  await idle_ended;
  assert.deepEqual(await mine.ended, { code: 0, signal: null });
});

test('several threads share the visitors: each gets a new policy, and all answer pending requests before they end', async () => {
  const live = join(folder, 'threads.json');
  writeFileSync(live, '{"site":{"name":"Before"}}');
  const mine = await proxy('--to', app.url, '--policy', live, '--threads', '3');
  const open = () => new Promise((resolve, reject) => {
    const socket = net.connect(mine.port, '127.0.0.1', () => resolve(socket)).on('error', reject);
  });
  const sockets = [];
  for (let i = 0; i < 60; ++i) sockets.push(await open()); // the thread that wakes first accepts it
  const ask = (socket, path) => new Promise((resolve) => {
    let got = '';
    const hear = (bytes) => { got += bytes; if (/\r\n\r\n[^]*(<\/html>|\{.*\})/.test(got)) { socket.off('data', hear); resolve(got); } };
    socket.on('data', hear);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n`);
  });
  for (const page of await Promise.all(sockets.map((each) => ask(each, '/consent')))) assert.match(page, /Before/);
  writeFileSync(live, '{"site":{"name":"After"}}');
  mine.process.kill('SIGHUP');
  assert.ok(await mine.hears('policy reloaded'));
  for (const page of await Promise.all(sockets.map((each) => ask(each, '/consent')))) assert.match(page, /After/);
  const before_it = app.connections();
  for (let i = 0; i < 500 && app.connections() - before_it < 2; ++i) { // on a busy machine one thread may accept many in a row
    if (i >= sockets.length) sockets.push(await open());
    await ask(sockets[i], '/json');
  }
  assert.ok(app.connections() - before_it >= 2, 'a thread has connections of its own to the application');
  mine.process.kill('SIGTERM');
  assert.deepEqual(await mine.ended, { code: 0, signal: null });
  for (const each of sockets) each.destroy();
});

test('SIGTERM does not wait longer than it is configured to', async () => {
  const mine = await proxy('--to', app.url, '--drain-timeout', '300');
  const never = curl(`${mine.url}/never`).catch(() => 'cut');
  await sleep(200);
  mine.process.kill('SIGTERM');
  assert.deepEqual(await mine.ended, { code: 0, signal: null });
  assert.equal(await never, 'cut');
});
