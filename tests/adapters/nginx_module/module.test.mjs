// nginx with Abide, in front of an unmodified application.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request as ask } from 'node:http';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { assertCounted, readMetrics } from '../counted.mjs';
import { free_port } from '../free_port.mjs';

const here = import.meta.dirname;
const module = process.env.ABIDE_MODULE;
const folder = mkdtempSync(join(tmpdir(), 'abide-nginx-'));
const policy = { site: { host: '127.0.0.1' }, jurisdiction: { fixed: 'DE' }, records: { store: `sqlite:${folder}/records/abide.db` } };
const html = '<!doctype html><html lang="en"><head><title>Shop</title></head><body><h1>Shop</h1></body></html>';
const goods = Array.from({ length: 800_000 }, (_, n) => `<p>No. ${n} must go.</p>`).join(''); // 20 MB
const big = html.replace('</body>', `${goods}</body>`);
const seen = [];
let nginx, listen, listen2, origin;

/// The application: every answer sets one required and two tracking cookies.
const application = createServer((request, response) => {
  seen.push({ url: request.url, headers: request.headers });
  const set = (headers, body, status = 200) => {
    response.writeHead(status, { 'Set-Cookie': ['basket=1; Path=/', '_ga=GA1.1.5; Path=/; Max-Age=9999', '_fbp=2; Max-Age=9'], ...headers });
    if (request.method === 'HEAD') return response.end();
    return typeof body === 'function' ? body() : response.end(body);
  };
  const path = request.url.replace(/^\/(unbuffered|cached|off|gzip)\//, '/');
  const page = { 'Content-Type': 'text/html; charset=utf-8' };
  if (path === '/json') return set({ 'Content-Type': 'application/json' }, '{"a":1}');
  if (path === '/big') return set(page, big);
  if (path === '/inside') return set({ ...page, 'X-Accel-Redirect': '/inside/page.html' }, '');
  if (path === '/hidden') return set({ ...page, 'X-Accel-Redirect': '/hidden/page.html' }, '');
  if (path === '/error') return set(page, html, 500);
  if (path === '/late') return set({ 'Content-Type': 'text/html' }, '<html><head><div>x</div><meta charset="windows-1252"></head><body>x</body></html>');
  if (path === '/untyped') return set({}, html);
  if (path === '/empty') return set(page, '');
  if (path === '/check') return set({}, '');
  if (path === '/ssi/page') return set(page, html.replace('<h1>', '<!--#include virtual="/part" --><h1>'));
  if (path === '/hints') {
    response.writeEarlyHints({ link: '</a.css>; rel=preload', 'set-cookie': '_ga=1' });
    return set(page, html);
  }
  if (path === '/part') return set({ 'Content-Type': 'text/html' }, '<b>part</b>');
  if (path === '/validated') return request.headers['if-none-match'] ? set({ ETag: '"a"' }, '', 304) : set({ ...page, ETag: '"a"', 'Accept-Ranges': 'bytes' }, html);
  if (path.startsWith('/zipped') || /gzip/.test(request.headers['accept-encoding'] ?? '')) return set({ ...page, 'Content-Encoding': 'gzip' }, gzipSync(html));
  if (path === '/chunks') return set(page, async () => {
    for (const piece of html.match(/.{1,7}/gs)) { response.write(piece); await pause(2); }
    response.end();
  });
  return set({ ...page, 'Content-Length': html.length }, html);
});

const agent = new Agent({ keepAlive: true });
function get(path, headers = {}, { method = 'GET', body, by = agent } = {}) {
  return new Promise((resolve, reject) => {
    const asked = ask({ host: '127.0.0.1', port: listen, path, method, agent: by, headers }, async (answer) => {
      const parts = [];
      try { for await (const part of answer) parts.push(part); } catch (error) { return reject(error); }
      const bytes = Buffer.concat(parts);
      const coded = answer.headers['content-encoding'] === 'gzip';
      return resolve({ status: answer.statusCode, headers: answer.headers, set: answer.headers['set-cookie'] ?? [], body: String(coded && bytes.length ? gunzipSync(bytes) : bytes), coded });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
const navigate = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const visit = (path, headers = {}) => get(path, { ...navigate, ...headers });
const choose = (choice, headers = {}, by = agent) => get('/consent', { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded', ...headers },
  { method: 'POST', body: `choice=${choice}&from=banner`, by });
const jarOf = ({ set }) => set.map((field) => field.split(';')[0]).join('; ');
const errors = () => readFileSync(join(folder, 'error.log'), 'utf8');

/// No field sets a tracking cookie; a field that expires one is allowed.
function assertFiltered({ set }) {
  for (const field of set) if (/^(_ga|_fbp)=/.test(field)) assert.match(field, /^\w+=;.*Max-Age=0/, field);
}
const assertNotice = ({ body }) => assert.match(body, /data-abide-notice/);

before(async () => {
  for (const each of ['body', 'proxy', 'cache', 'html', 'html/static', 'records']) mkdirSync(join(folder, each));
  for (const each of ['', 'records', 'body', 'proxy', 'cache']) chmodSync(join(folder, each), 0o777);
  application.listen(0, '127.0.0.1');
  await once(application, 'listening');
  origin = application.address().port;
  [listen, listen2] = [await free_port(), await free_port()];
  const values = { MODULE: module, FOLDER: folder, ORIGIN: origin, LISTEN: listen, LISTEN2: listen2 };
  writeFileSync(join(folder, 'nginx.conf'), readFileSync(join(here, 'nginx.conf'), 'utf8').replace(/@([A-Z0-9]+)@/g, (_, key) => values[key]));
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy));
  writeFileSync(join(folder, 'html/static/page.html'), html);
  writeFileSync(join(folder, 'html/static/404.html'), html);
  writeFileSync(join(folder, 'html/static/big.html'), big);
  writeFileSync(join(folder, 'html/static/text.txt'), html);
  for (const name of ['page.html', 'text.txt']) writeFileSync(join(folder, `html/static/${name}.gz`), gzipSync(html));
  nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' });
  for (let tries = 0; tries < 100; ++tries) {
    if (await get('/json').then(({ status }) => status === 200, () => false)) return;
    await pause(100);
  }
  throw new Error(errors());
});
after(async () => {
  const ended = once(nginx, 'exit');
  nginx.kill('SIGQUIT');
  agent.destroy();
  await ended;
  application.close();
  application.closeAllConnections();
  const bad = errors().split('\n').filter((line) => /\[(alert|emerg|crit)\]|signal 11|abide: the site/.test(line));
  rmSync(folder, { recursive: true });
  assert.deepEqual(bad, []);
});

test('a proxied answer is filtered in both directions, and what is not a page is left unchanged', async () => {
  const reply = await get('/json', { cookie: 'basket=1; _ga=GA1.1.5' });
  assertFiltered(reply);
  assert.ok(reply.set.includes('basket=1; Path=/'));
  assert.equal(reply.body, '{"a":1}');
  assert.equal(seen.at(-1).headers.cookie, 'basket=1');
  assert.equal(seen.at(-1).headers['x-given-cookie'], 'basket=1', 'variables of nginx know the same cookies');
  await get('/json', { cookie: '_ga=1' });
  assert.equal(seen.at(-1).headers.cookie, undefined);
  assert.equal(seen.at(-1).headers['x-given-cookie'], undefined);
});

test('proxied, unbuffered, chunked, compressed, cached and static pages have the notice', async () => {
  for (const path of ['/page', '/unbuffered/chunks', '/chunks', '/static/page.html', '/cached/page', '/cached/page', '/error', '/ssi/page']) {
    const reply = await visit(path, { 'accept-encoding': 'gzip' });
    assert.match(reply.body, /<h1>Shop<\/h1>/, path);
    assertNotice(reply);
    assertFiltered(reply);
    assert.match(reply.body, /<\/html>$/);
    assert.equal(reply.headers['cache-control'], 'private, no-cache', path);
  }
  const again = await visit('/cached/page');
  assert.equal(again.headers['x-cache'], 'HIT');
  assertFiltered(again);
  const coded = await visit('/gzip/page', { 'accept-encoding': 'gzip' });
  assert.equal(coded.coded, true, 'nginx itself compresses what went through');
  assertNotice(coded);
  assert.equal(seen.at(-1).headers['accept-encoding'], 'identity');
  for (const taken of [{ cookie: '_ga=GA1.1.5' }, { 'if-modified-since': 'Sat, 28 Nov 2026 21:27:00 GMT' }, { cookie: '_ga=1; basket=1', 'if-none-match': '"a"' }]) {
    assertNotice(await visit('/gzip/page', { 'accept-encoding': 'gzip', ...taken }));
    assert.equal(seen.at(-1).headers['accept-encoding'], 'identity', `no field that is sent on may ask for gzip where ${JSON.stringify(taken)} was taken out`);
  }
  assert.match((await visit('/ssi/page')).body, /<b>part<\/b>/);
});

test('a page does not come from a precompressed file, and one that comes compressed is decompressed by gunzip', async () => {
  for (const path of ['/ready/page.html', '/always/page.html', '/zipped', '/zipped.php']) {
    const reply = await visit(path, { 'accept-encoding': 'gzip' });
    assert.equal(reply.coded, path.startsWith('/ready/'), path);
    assert.match(reply.body, /<h1>Shop<\/h1>/, path);
    assertNotice(reply);
    assert.equal(reply.body.match(/data-abide-notice/g).length, 1, path);
  }
  const text = await get('/ready/text.txt', { 'accept-encoding': 'gzip', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' });
  assert.equal(Number(text.headers['content-length']), gzipSync(html).length, 'other files still come precompressed');
});

test('what is not a page passes byte for byte: text, HTML fragments, answers to HEAD, empty bodies', async () => {
  assert.equal((await visit('/static/text.txt')).body, html);
  assert.equal((await get('/part', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' })).body, '<b>part</b>');
  assert.equal((await get('/page', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' })).body, html);
  const head = await get('/page', navigate, { method: 'HEAD' });
  assert.equal(head.body, '');
  assertFiltered(head);
  assert.equal((await visit('/empty')).status, 200);
});

test('a page without a Content-Type is a page, and then has one', async () => {
  const page = await get('/untyped');
  assert.match(page.body, /data-abide-notice/);
  assert.equal(page.headers['content-type'], 'text/html');
});

test('a page keeps its charset when its <meta> tag comes after what is inserted', async () => {
  const page = await get('/late');
  assert.match(page.body, /<meta charset=windows-1252><style id="abide-sheet">[^]*data-abide-notice/);
});

/// In kilobytes, for each worker.
const peaks = () => spawnSync('pgrep', ['-P', readFileSync(join(folder, 'nginx.pid'), 'utf8').trim()], { encoding: 'utf8' }).stdout.trim().split('\n')
  .map((worker) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${worker}/status`, 'utf8'))[1]));

test('a page of 20 MB arrives whole from a file and from a proxy, and workers stay small', async () => {
  for (const path of ['/static/big.html', '/big', '/unbuffered/big']) {
    const reply = await visit(path);
    assertNotice(reply);
    assert.ok(reply.body.includes(goods), path);
  }
  for (const peak of peaks()) assert.ok(peak < 40_000, `${peak} kB`);
});

test('a page that a slow client reads arrives whole and in order', async () => {
  const read = (path) => new Promise((resolve, reject) => {
    ask({ host: '127.0.0.1', port: listen, path, headers: navigate, agent: false }, async (answer) => {
      const chunks = [];
      for await (const chunk of answer) if (chunks.push(chunk) % 20 === 0) await pause(5);
      resolve(String(Buffer.concat(chunks)));
    }).on('error', reject).end();
  });
  const paths = ['/static/big.html', '/static/big.html', '/static/big.html', '/big', '/unbuffered/big'];
  for (const page of await Promise.all(paths.map(read))) assert.ok(page.includes(goods));
});

test('cookies that nginx itself sets are filtered: add_header, userid, redirects, error pages, X-Accel-Redirect, auth_request', async () => {
  for (const path of ['/added/page', '/user/page', '/moved/', '/missing/', '/inside', '/hidden', '/checked/page', '/closed/']) {
    const reply = await visit(path);
    assertFiltered(reply);
    const raw = await visit(path, { cookie: '_ga=1; _fbp=2' });
    assertFiltered(raw);
  }
  assert.ok((await visit('/added/page')).set.includes('basket=added'));
  assert.equal((await visit('/closed/')).status, 403);
  assert.equal((await visit('/missing/')).status, 404);
  assertNotice(await visit('/missing/'));
  assertNotice(await visit('/inside'));
  assertNotice(await visit('/hidden')); // an exchange that has begun continues even if Abide is off there
  seen.length = 0;
  await visit('/checked/page', { cookie: 'basket=1; _ga=1' });
  assert.deepEqual(seen.map(({ url, headers }) => [url, headers.cookie]), [['/check', 'basket=1'], ['/checked/page', 'basket=1']]);
});

test('conditional and range requests for pages are not answered from an outdated copy', async () => {
  const reply = await visit('/validated', { 'if-none-match': '"a"' });
  assert.equal(reply.status, 200);
  assert.equal(reply.headers.etag, undefined);
  assert.equal((await get('/validated', { 'if-none-match': '"a"' })).status, 304);
  const part = await visit('/static/page.html', { range: 'bytes=0-9' });
  assert.equal(part.status, 200);
  assertNotice(part);
  const first = await visit('/static/page.html');
  assert.equal(first.headers['last-modified'], undefined);
  assert.equal(first.headers['accept-ranges'], undefined);
  assert.equal((await get('/static/text.txt', { range: 'bytes=0-9' })).status, 206);
});

test('behind an interim response that nginx takes for the final one, the final one does not pass unread', async () => {
  const reply = await visit('/hints');
  assert.ok([200, 502].includes(reply.status), `${reply.status}`); // 200: an nginx that knows interim responses
  assertFiltered(reply);
  assertNotice(reply);
});

test('a choice is saved and lets the cookies pass, a withdrawal stops them, and every worker knows it', async () => {
  const chosen = await choose('accept-all');
  assert.equal(chosen.status, 303);
  const jar = `_ga=GA1.1.5; ${jarOf(chosen)}`;
  for (let i = 0; i < 20; ++i) {
    const reply = await new Promise((resolve) => { // each on a new connection, so that both workers get some
      ask({ host: '127.0.0.1', port: listen, path: '/page', agent: false, headers: { ...navigate, cookie: jar } }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer));
      }).end();
    });
    assert.ok(reply.headers['set-cookie'].some((field) => field.startsWith('_ga=GA')));
    assert.match(seen.at(-1).headers.cookie, /_ga=GA1\.1\.5/);
  }
  const withdrawn = await choose('withdraw', { cookie: jar });
  assert.equal(withdrawn.status, 303);
  assertFiltered(await visit('/page', { cookie: `_ga=GA1.1.5; ${jarOf(withdrawn)}` }));
  const log = readFileSync(join(folder, 'access.log'), 'utf8');
  assert.match(log, /^\/page 200 regime=opt_in place=DE gpc=0 choice=1 allowed=required\+analytics\+functional\+targeting$/m);
});

test("Abide's own pages are answered before files are looked up, and carry none of nginx's cookies", async () => {
  const own = await visit('/.well-known/gpc.json');
  assertFiltered(own);
  assert.equal(JSON.parse(own.body).gpc, true);
  assert.match((await visit('/consent')).body, /<form/);
  const head = await get('/consent', navigate, { method: 'HEAD' });
  assert.ok(Number(head.headers['content-length']) > 1000);
  assert.equal((await get('/consent', { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' }, { method: 'POST', body: 'choice=accept-all' })).status, 403);
  assert.equal((await get('/consent', { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' }, { method: 'POST', body: 'x'.repeat(30_000) })).status, 413);
});

test('the application is told the decision, and never what a visitor sends under that name', async () => {
  const told = async (headers) => {
    await visit('/page', headers);
    return seen.at(-1).headers['abide-consent'];
  };
  const refused = 'required, analytics=?0, functional=?0, targeting=?0, sharing=?0, gpc=?0, chosen=?0, regime=opt_in, place=DE';
  assert.equal(await told({}), refused);
  assert.equal(await told({ 'abide-consent': 'targeting, sharing', Abide_Consent: 'targeting' }), refused);
  assert.match(await told({ 'sec-gpc': '1' }), /, gpc, chosen=\?0/);
  assert.match(await told({ cookie: jarOf(await choose('accept-all')) }), /^required, analytics, functional, targeting, sharing, gpc=\?0, chosen,/);
  await visit('/off/page', { 'abide-consent': 'targeting' });
  assert.equal(seen.at(-1).headers['abide-consent'], 'targeting'); // Abide is off there
});

test('a signal is honoured and available to logs', async () => {
  assertFiltered(await visit('/page?signal', { 'sec-gpc': '1' }));
  assert.match(readFileSync(join(folder, 'access.log'), 'utf8'), /^\/page\?signal 200 regime=opt_in place=DE gpc=1 choice=0 allowed=required/m);
});

test('abide off leaves everything unchanged', async () => {
  const reply = await visit('/off/page', { cookie: '_ga=1' });
  assert.equal(reply.body, html);
  assert.ok(reply.set.some((field) => field.startsWith('_ga=GA')));
  assert.equal(seen.at(-1).headers.cookie, '_ga=1');
});

test('HTTP/2 is filtered in the same way, with cookies in several fields', async () => {
  const session = connect(`http://127.0.0.1:${listen2}`);
  const stream = session.request({ ':path': '/page', ...navigate, cookie: ['basket=1', '_ga=1'] });
  const [headers] = await once(stream, 'response');
  const parts = [];
  for await (const part of stream) parts.push(part);
  session.close();
  assertFiltered({ set: headers['set-cookie'] });
  assertNotice({ body: String(Buffer.concat(parts)) });
  assert.equal(seen.at(-1).headers.cookie, 'basket=1');
});

test('hundreds of Cookie fields are filtered in little memory', async () => {
  const peak = () => peaks().reduce((sum, each) => sum + each, 0);
  const ask_with = (...cookies) => get('/json', ['Host', '127.0.0.1', 'Connection', 'close', ...cookies.flatMap((each) => ['Cookie', each])], { by: false });
  const begun = peak();
  await ask_with(...Array.from({ length: 900 }, () => '_ga=1'));
  assert.equal(seen.at(-1).headers.cookie, undefined);
  await ask_with(...Array.from({ length: 450 }, (_, i) => [`_ga=${i}`, `basket=${i}`]).flat(), '_fbp=1');
  assert.equal(seen.at(-1).headers.cookie, Array.from({ length: 450 }, (_, i) => `basket=${i}`).join('; '));
  assert.ok(peak() - begun < 4000, `${peak() - begun} KB`);
});

test('the operator reads what all workers counted together, and the state of the store', async () => {
  const counted = await assertCounted({ get, choose, navigation: navigate });
  assert.equal((await get('/closed/metrics')).status, 403);
  assert.equal(spawnSync('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-s', 'reload']).status, 0);
  await pause(600);
  const reloaded = await readMetrics(get);
  assert.ok(reloaded.abide_request_seconds_count >= counted.abide_request_seconds_count, 'the counts go on after a reload');
});

test('a reload under load loses no request and no choice', async () => {
  let running = true, requests = 0;
  const load = Array.from({ length: 6 }, async (_, i) => {
    while (running) {
      // Each on a new connection: nginx closes idle ones on reload, with Abide or without.
      const reply = i === 0 ? await choose('accept-all', {}, false) : await get(i % 2 ? '/page' : '/json', navigate, { by: false });
      assert.equal(reply.status, i === 0 ? 303 : 200);
      if (i > 0) assertFiltered(reply);
      ++requests;
    }
  });
  for (let i = 0; i < 5; ++i) {
    await pause(600);
    assert.equal(spawnSync('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-s', 'reload']).status, 0);
  }
  await pause(600);
  running = false;
  await Promise.all(load);
  assert.ok(requests > 100, `${requests}`);
});

/** What `nginx -t` says of a policy, with the `user` directive before `http`, after it, or nowhere. */
function testedAs(own, before, after = '') {
  writeFileSync(join(folder, 'own.json'), JSON.stringify(own));
  const conf = readFileSync(join(folder, 'nginx.conf'), 'utf8').replace('abide policy.json', 'abide own.json').replace(/^user .*/m, '');
  writeFileSync(join(folder, 'own.conf'), `${before}\n${conf}\n${after}`);
  return spawnSync('nginx', ['-p', folder, '-t', '-c', join(folder, 'own.conf')], { encoding: 'utf8' });
}
const ids = (user) => ['-u', '-g'].map((which) => Number(spawnSync('id', [which, user], { encoding: 'utf8' }).stdout));
const asRoot = { skip: process.getuid() !== 0 && 'only root starts workers as another user' };

test('a key that the workers\' user cannot read is refused by nginx -t, wherever `user` stands', asRoot, () => {
  const own = { ...policy, consent: { keys: 'file:root.key' } };
  writeFileSync(join(folder, 'root.key'), `${'0123456789abcdef'.repeat(4)}\n`, { mode: 0o600 });
  for (const [before, after, user] of [['user www-data;', '', 'www-data'], ['', 'user www-data;', 'www-data'], ['', '', '[a-z-]+']]) {
    const refused = testedAs(own, before, after);
    assert.notEqual(refused.status, 0, `${before}|${after}`);
    assert.match(refused.stderr, new RegExp(`own\\.json:1:\\d+: /consent/keys: cannot read .*root\\.key: Permission denied \\(for the workers: user ${user}, variables as by "env"\\)`));
  }
  for (const before of ['user root;', 'master_process off;']) assert.equal(testedAs(own, before).status, 0, before);
  chownSync(join(folder, 'root.key'), ...ids('www-data'));
  assert.equal(testedAs(own, 'user www-data;').status, 0);
});

test('a key in a variable that the workers do not have is refused by nginx -t', () => {
  process.env.ABIDE_TEST_KEY = '0123456789abcdef'.repeat(4);
  const own = { ...policy, consent: { keys: 'env:ABIDE_TEST_KEY' } };
  const refused = testedAs(own, '');
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /own\.json:1:\d+: \/consent\/keys: .*ABIDE_TEST_KEY/);
  for (const [before, after] of [['env ABIDE_TEST_KEY;', ''], ['', 'env ABIDE_TEST_KEY;']]) assert.equal(testedAs(own, before, after).status, 0);
  delete process.env.ABIDE_TEST_KEY;
});

test('nginx -t warns of a store that the workers\' user cannot write', asRoot, () => {
  const own = { ...policy, records: { store: 'sqlite:kept/log.db', heads: 'file:kept/heads' } };
  const warnings = (user) => {
    const ran = testedAs(own, `user ${user};`);
    assert.equal(ran.status, 0, ran.stderr);
    return ran.stderr.split('\n').filter((line) => /\/records\/(store|heads): /.test(line)).map((line) => line.replace(/^.*own\.json:1:\d+: |\S*(?=kept)/g, ''));
  };
  assert.deepEqual(warnings('www-data'), ['/records/store: folder kept not found, so no records can be kept (for the workers: user www-data, variables as by "env")',
    '/records/heads: folder kept not found, so the log\'s heads are not kept (for the workers: user www-data, variables as by "env")']);
  mkdirSync(join(folder, 'kept'));
  assert.deepEqual(warnings('www-data'), ['/records/store: folder kept cannot be written by this user, so no records can be kept (for the workers: user www-data, variables as by "env")',
    '/records/heads: folder kept cannot be written by this user, so the log\'s heads are not kept (for the workers: user www-data, variables as by "env")']);
  assert.deepEqual(warnings('root'), []);
  chownSync(join(folder, 'kept'), ...ids('www-data'));
  assert.deepEqual(warnings('www-data'), []);
  writeFileSync(join(folder, 'kept/log.db'), '', { mode: 0o600 }); // root's, in a folder of www-data
  assert.deepEqual(warnings('www-data'), ['/records/store: kept/log.db cannot be written by this user, so no records can be kept (for the workers: user www-data, variables as by "env")']);
});

test('the configuration in README.md is accepted by nginx -t', () => {
  const [, sample] = /```nginx\n(.*?)```/s.exec(readFileSync(join(here, '../../../middleware/nginx/README.md'), 'utf8'));
  const conf = sample.replace(/modules\/\S+;/, `${process.env.ABIDE_MODULE};`).replace('/etc/abide/policy.json', join(folder, 'policy.json'));
  writeFileSync(join(folder, 'sample.conf'), `${conf.replace('http {', 'http { access_log off;')}\nevents {} pid sample.pid; error_log stderr;\n`);
  const ran = spawnSync('nginx', ['-p', folder, '-t', '-c', join(folder, 'sample.conf')], { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
});

test('a policy that cannot be used, or that names a file that cannot, is refused by nginx -t, with its place', () => {
  for (const [policy, fault] of [
    ['{"notice": {"version": "two"}}', /wrong\.json:1:\d+: \/notice\/version/],
    ['{"consent": {"keys": "file:/nowhere/abide.key"}}', /\/consent\/keys: cannot read \/nowhere\/abide\.key/],
    ['{"jurisdiction": {"from": "maxmind", "maxmind": "/nowhere/geo.mmdb"}}', /\/jurisdiction\/maxmind: \/nowhere\/geo\.mmdb/],
  ]) {
    writeFileSync(join(folder, 'wrong.json'), policy);
    const conf = readFileSync(join(folder, 'nginx.conf'), 'utf8').replace('abide policy.json', 'abide wrong.json');
    writeFileSync(join(folder, 'wrong.conf'), conf);
    const ran = spawnSync('nginx', ['-p', folder, '-t', '-c', join(folder, 'wrong.conf')], { encoding: 'utf8' });
    assert.notEqual(ran.status, 0);
    assert.match(ran.stderr, fault);
  }
});
