// nginx with Abide when something fails: a worker that dies, a store that cannot be opened. Also the effects of TLS and of
// `caching: shared`.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { connect } from 'node:http2';
import { request as ask_tls } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { free_port, start } from '../started.mjs';

const { ABIDE_MODULE: module, ABIDE: abide } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'abide-nginx-'));
const store = `sqlite:${folder}/records/abide.db`;
const html = '<!doctype html><html lang="en"><head><title>Shop</title></head><body><h1>Shop</h1></body></html>';
const form = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };
const navigate = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
let nginx, plain, tls, told;

const application = createServer((request, response) => {
  told = request.headers['abide-consent'];
  const page = { 'Content-Type': 'text/html; charset=utf-8', ETag: '"a"', 'Cache-Control': 'public, max-age=60' };
  if (request.url === '/json') page['Content-Type'] = 'application/json';
  if (!request.url.startsWith('/shared/')) page['Set-Cookie'] = ['basket=1; Path=/', '_ga=GA1.1.5; Path=/'];
  if (request.headers['if-none-match'] === '"a"') return response.writeHead(304, page).end();
  return response.writeHead(200, page).end(html);
});

function get(path, headers = navigate, { by = ask, body } = {}) {
  return new Promise((resolve, reject) => {
    const wanted = { host: '127.0.0.1', path, headers, agent: false, method: body ? 'POST' : 'GET', rejectUnauthorized: false };
    by({ ...wanted, port: by === ask ? plain : tls }, async (answer) => {
      let text = '';
      try { for await (const part of answer) text += part; } catch (error) { return reject(error); }
      return resolve({ status: answer.statusCode, headers: answer.headers, set: answer.headers['set-cookie'] ?? [], text });
    }).on('error', reject).end(body);
  });
}
const choose = (options) => get('/consent', form, { body: 'choice=accept-all&from=banner', ...options });

before(async () => {
  for (const each of ['', 'body', 'proxy', 'records']) {
    mkdirSync(join(folder, each), { recursive: true });
    chmodSync(join(folder, each), 0o777); // workers run as another user where nginx is started by root
  }
  const policy = { site: { host: '127.0.0.1' }, jurisdiction: { fixed: 'DE' } };
  const write = (name, more) => writeFileSync(join(folder, name), JSON.stringify({ ...policy, ...more }));
  write('sound.json', { records: { store } });
  writeFileSync(join(folder, 'frail.key'), `${'0123456789abcdef'.repeat(4)}\n`);
  write('frail.json', { consent: { keys: `file:${folder}/frail.key` } });
  write('shared.json', { caching: 'shared', jurisdiction: { from: 'cloudflare', trusted_proxies: ['127.0.0.1/32'] } });
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
    '-subj', '/CN=127.0.0.1', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')]);
  assert.equal(made.status, 0, String(made.stderr));
  application.listen(0, '127.0.0.1');
  await once(application, 'listening');
  [plain, tls] = [await free_port(), await free_port()];
  const values = { MODULE: module, FOLDER: folder, ORIGIN: application.address().port, LISTEN: plain, LISTEN2: tls };
  const conf = readFileSync(join(import.meta.dirname, 'faults.conf'), 'utf8').replace(/@([A-Z0-9]+)@/g, (_, key) => values[key]);
  writeFileSync(join(folder, 'nginx.conf'), conf);
  nginx = await start('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { port: plain, folder });
});
after(async () => {
  nginx?.kill('SIGQUIT');
  if (nginx) await once(nginx, 'exit');
  application.close();
  application.closeAllConnections();
  rmSync(folder, { recursive: true });
});

test('over TLS the consent cookie is Secure and bound to the host, in HTTP/1.1 and in HTTP/2', async () => {
  assert.ok((await choose()).set.some((field) => /^abide=/.test(field)));
  const secure = /^__Host-abide=.*; Secure/;
  assert.ok((await choose({ by: ask_tls })).set.some((field) => secure.test(field)));
  const session = connect(`https://127.0.0.1:${tls}`, { rejectUnauthorized: false });
  const stream = session.request({ ...form, ':path': '/consent', ':method': 'POST' });
  stream.end('choice=reject-all&from=banner');
  const [headers] = await once(stream, 'response');
  session.close();
  assert.equal(headers[':status'], 303);
  assert.ok(headers['set-cookie'].some((field) => secure.test(field)));
});

const workers = () => spawnSync('pgrep', ['-P', nginx.pid], { encoding: 'utf8' }).stdout.trim().split('\n').map(Number);
const has_notice = ({ text }) => text.includes('data-abide-notice');

/// Kills all workers; resolves when new ones accept requests.
async function start_anew() {
  const old = workers();
  for (const each of old) process.kill(each, 'SIGKILL');
  while (workers().some((each) => old.includes(each)) || !await get('/json').then(() => true, () => false)) await pause(50);
}

test('when a site cannot be opened, requests pass without Abide or are refused, as abide_on_error says', async () => {
  assert.ok(has_notice(await get('/passes/page')));
  assert.ok(has_notice(await get('/strict/page')));
  rmSync(join(folder, 'frail.key'));
  await start_anew();
  const passed = await get('/passes/page', { ...navigate, 'abide-consent': 'required, targeting' });
  assert.equal(passed.status, 200);
  assert.equal(told, undefined, 'without Abide a visitor cannot tell the application what Abide would');
  assert.equal(passed.text, html);
  assert.equal(passed.set.length, 2);
  const refused = await get('/strict/page');
  assert.equal(refused.status, 500);
  assert.deepEqual(refused.set, []);
  assert.match(readFileSync(join(folder, 'error.log'), 'utf8'), /\[emerg\].*abide: .*\/consent\/keys: .*frail\.key/);
  assert.ok(has_notice(await get('/page'))); // the other sites are open
});

test('shared pages are the same bytes for visitors with and without a signal or a choice, and are revalidated by their entity tag', async () => {
  const of = (more) => get('/shared/page', { ...navigate, 'abide-regime': 'opt_out', ...more });
  const first = await of({});
  assert.ok(first.text.includes('id="abide-state"'));
  for (const visitor of [{ 'sec-gpc': '1' }, { cookie: 'abide=1.nddd.1795884087.1.1..~~0~1795884087~' }]) {
    const other = await of(visitor);
    assert.ok(other.text === first.text, other.text.slice(-3000));
    assert.equal(other.headers.etag, first.headers.etag);
    assert.equal(other.headers['cache-control'], 'public, max-age=60');
  }
  const again = await of({ 'if-none-match': first.headers.etag });
  assert.equal(again.status, 304);
  assert.equal(again.text, '');
  assert.ok((await of({ 'abide-regime': 'opt_in' })).text !== first.text);
});

test('a worker that is killed loses no acknowledged choice', async () => {
  const acknowledged = [];
  let running = true, cut = 0;
  const load = Array.from({ length: 8 }, async () => {
    while (running) {
      const reply = await choose().catch(() => null);
      if (reply?.status !== 303) ++cut;
      else acknowledged.push(/^abide=[^~]*~(\w+)~/m.exec(reply.set.join('\n'))[1]);
    }
  });
  for (let kills = 0; kills < 12; ++kills) {
    await pause(300);
    process.kill(workers()[kills % 2], 'SIGKILL');
  }
  running = false;
  await Promise.all(load);
  assert.equal((await get('/json')).status, 200); // nginx has started others
  const kept = spawnSync(abide, ['records', 'export', store, '--format', 'csv'], { encoding: 'utf8', maxBuffer: 1e9 }).stdout;
  const lost = acknowledged.filter((subject) => !kept.includes(subject));
  assert.equal(lost.length, 0);
  assert.ok(acknowledged.length > 50, `${acknowledged.length}`);
  const verified = spawnSync(abide, ['records', 'verify', store], { encoding: 'utf8' });
  assert.equal(verified.status, 0, verified.stdout);
  console.log(`# ${acknowledged.length} acknowledged, ${cut} cut, 0 lost, 12 workers killed`);
});
