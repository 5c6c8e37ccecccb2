// nginx with Abide when something fails: a worker that dies, a store that cannot be opened. Also the effects of TLS and of
// `caching: shared`.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { request as ask } from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { free_port } from '../free_port.mjs';
import { html, page, startApplication } from '../module_application.mjs';
import { faultCases } from '../module_fault_cases.mjs';
import { awaitAnswer, childrenOf, endServer, fillIn, makeFolder, writeFrailPolicy } from '../module_server.mjs';
import { assertFiltered, assertNotice, form, makeVisitor } from '../module_visitor.mjs';

const { ABIDE_MODULE: module, ABIDE: abide } = process.env;
const [port, tls] = [await free_port(), await free_port()];
const visitor = makeVisitor(port), { get, visit, choose } = visitor;
const parts = html.replace('</body>', `${'0123456789abcdef'.repeat(190)}</body>`);
const folder = makeFolder('nginx', ['body', 'proxy'], ['body', 'proxy']);
const application = await startApplication({
  /// A page for everyone, with an entity tag.
  '/catalogue'(request, response) {
    const fields = { ...page, ETag: '"a"', 'Cache-Control': 'public, max-age=60' };
    if (request.headers['if-none-match'] === '"a"') response.writeHead(304, fields).end();
    else response.writeHead(200, fields).end(html);
  },
  /// The application ends after the fields of its response.
  '/fields'(_, { socket }) {
    socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: _ga=1\r\nContent-Length: 100\r\n\r\n');
  },
  /// A page of three kilobytes, in the parts that are asked for.
  '/parts'({ headers }, response) {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range), part = parts.slice(Number(first), Number(last) + 1);
    response.writeHead(206, { ...page, 'Content-Range': `bytes ${first}-${Number(first) + part.length - 1}/${parts.length}` }).end(part);
  },
});
let nginx;
const processes = () => childrenOf(nginx);

function writeFiles() {
  writeFrailPolicy(folder);
  const shared = { ...folder.policy, records: {}, caching: 'shared', jurisdiction: { from: 'cloudflare', trusted_proxies: ['127.0.0.1/32'] } };
  folder.write('shared.json', JSON.stringify(shared));
  const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
    '-subj', '/CN=127.0.0.1', '-keyout', folder.at('key.pem'), '-out', folder.at('certificate.pem')]);
  assert.equal(made.status, 0, String(made.stderr));
  const values = { MODULE: module, FOLDER: folder.path, ORIGIN: application.port, LISTEN: port, LISTEN2: tls };
  folder.write('nginx.conf', fillIn(join(import.meta.dirname, 'faults.conf'), values));
}

before(async () => {
  writeFiles();
  nginx = spawn('nginx', ['-p', folder.path, '-c', folder.at('nginx.conf')], { stdio: 'inherit' });
  await awaitAnswer(get, () => folder.read('error.log'));
});
after(() => endServer({
  process: nginx, signal: 'SIGQUIT', visitor, application, folder,
  is_bad: (line) => /signal 11|abide: the site/.test(line),
}));

test('over TLS the consent cookie is Secure and bound to the host, in HTTP/1.1 and in HTTP/2', async () => {
  const secure = /^__Host-abide=.*; Secure/, saves = (fields) => fields.some((field) => secure.test(field));
  assert.ok((await choose('accept-all')).set.some((field) => /^abide=/.test(field)));
  const asked = ask({ host: '127.0.0.1', port: tls, path: '/consent', method: 'POST', headers: form, agent: false, rejectUnauthorized: false });
  asked.end('choice=accept-all&from=banner');
  const [answer] = await once(asked, 'response');
  answer.resume();
  assert.ok(saves(answer.headers['set-cookie']));
  const session = connect(`https://127.0.0.1:${tls}`, { rejectUnauthorized: false });
  const stream = session.request({ ...form, ':path': '/consent', ':method': 'POST' });
  stream.end('choice=reject-all&from=banner');
  const [headers] = await once(stream, 'response');
  session.close();
  assert.equal(headers[':status'], 303);
  assert.ok(saves(headers['set-cookie']));
});

const server = { visitor, application, folder, processes, frail: ['/passes/page', '/strict/page'] };
for (const [sentence, holds] of Object.entries(faultCases)) test(sentence, () => holds(server));

test('shared pages are the same bytes for visitors with and without a signal or a choice, and are revalidated by their entity tag', async () => {
  const of = (more) => visit('/shared/catalogue', { 'abide-regime': 'opt_out', ...more });
  const first = await of({});
  assert.ok(first.body.includes('id="abide-state"'));
  for (const fields of [{ 'sec-gpc': '1' }, { cookie: 'abide=1.nddd.1795884087.1.1..~~0~1795884087~' }]) {
    const other = await of(fields);
    assert.ok(other.body === first.body, other.body.slice(-3000));
    assert.equal(other.headers.etag, first.headers.etag);
    assert.equal(other.headers['cache-control'], 'public, max-age=60');
  }
  const again = await of({ 'if-none-match': first.headers.etag });
  assert.equal(again.status, 304);
  assert.equal(again.body, '');
  assert.ok((await of({ 'abide-regime': 'opt_in' })).body !== first.body);
});

test('requests of HTTP/0.9 end no worker: nginx makes no list of their fields', async () => {
  const before = processes();
  for (const bytes of ['GET /page\r\n', '\x16\x03\x01\r\n\r\n']) {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume().write(bytes, 'latin1');
    await once(socket, 'close');
  }
  await pause(200);
  assert.deepEqual(processes(), before);
});

test('a page of which only the fields arrive is answered with 502', async () => {
  const reply = await visit('/fields');
  assert.equal(reply.status, 502);
  assert.match(reply.headers['content-type'], /^text\/html/);
  assertFiltered(reply);
  assert.equal((await visit('/page')).status, 200);
});

test('of a page in slices, a visitor receives the bytes that they ask for, and the length that they have', async () => {
  for (const [first, last] of [[0, 9], [1000, 2100]]) {
    const { status, headers, body } = await get('/sliced/parts', { range: `bytes=${first}-${last}` });
    assert.equal(status, 206);
    assert.equal(headers['content-range'], `bytes ${first}-${last}/${parts.length}`);
    assert.equal(headers['content-length'], `${last + 1 - first}`);
    assert.equal(body, parts.slice(first, last + 1));
  }
  assertNotice(await visit('/sliced/parts'));
});

test('the location that answers has its own policy, although a location that rewrites to it reads a variable', async () => {
  const sent = { 'cf-ipcountry': 'US' };
  const reply = await visit('/old/page', sent);
  assert.equal(reply.headers['x-early'], 'US'); // by the policy of the first location
  assert.equal(reply.headers['x-place'], 'DE');
  assert.equal(reply.headers['cache-control'], (await visit('/new/page', sent)).headers['cache-control']);
  assertNotice(reply);
});

test('a worker that is killed loses no acknowledged choice', async () => {
  const acknowledged = [];
  let running = true, cut = 0;
  const load = Array.from({ length: 8 }, async () => {
    while (running) {
      const reply = await choose('accept-all', {}, false).catch(() => null);
      if (reply?.status !== 303) ++cut;
      else acknowledged.push(/^abide=[^~]*~(\w+)~/m.exec(reply.set.join('\n'))[1]);
    }
  });
  for (let kills = 0; kills < 12; ++kills) {
    await pause(300);
    process.kill(processes()[kills % 2], 'SIGKILL');
  }
  running = false;
  await Promise.all(load);
  assert.equal((await get('/json', {}, { by: false })).status, 200); // nginx has started others
  const kept = spawnSync(abide, ['records', 'export', folder.store, '--format', 'csv'], { encoding: 'utf8', maxBuffer: 1e9 }).stdout;
  const lost = acknowledged.filter((subject) => !kept.includes(subject));
  assert.equal(lost.length, 0);
  assert.ok(acknowledged.length > 50, `${acknowledged.length}`);
  const verified = spawnSync(abide, ['records', 'verify', folder.store], { encoding: 'utf8' });
  assert.equal(verified.status, 0, verified.stdout);
  console.log(`# ${acknowledged.length} acknowledged, ${cut} cut, 0 lost, 12 workers killed`);
});
