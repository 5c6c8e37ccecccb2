// Apache httpd with Abide, in front of an unmodified application.
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
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { assertCounted } from '../counted.mjs';
import { free_port } from '../free_port.mjs';

const here = import.meta.dirname;
const { ABIDE_MODULE: module, ABIDE: abide, ABIDE_MPM: mpm } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'abide-apache-'));
const store = `sqlite:${folder}/records/abide.db`;
const policy = { site: { host: '127.0.0.1' }, jurisdiction: { fixed: 'DE' }, consent: { choices_per_minute: 100000 }, records: { store } };
const html = '<!doctype html><html lang="en"><head><title>Shop</title></head><body><h1>Shop</h1></body></html>';
const big = html.replace('</body>', `${'<p>Everything must go.</p>'.repeat(800_000)}</body>`); // 20 MB
const modules = [`mpm_${mpm}`, 'authz_core', 'alias', 'cache', 'cache_disk', mpm === 'event' ? 'cgid' : 'cgi', 'deflate', 'brotli', 'dir', 'env', 'expires', 'filter',
  'headers', 'include', 'mime', 'proxy', 'proxy_http', 'rewrite', 'session', 'session_cookie', 'usertrack', ...(mpm === 'event' ? ['http2'] : [])];
const seen = [];
let httpd, listen, origin, slow;

/// The application: every answer sets one required and two tracking cookies.
const application = createServer((request, response) => {
  seen.push({ url: request.url, headers: request.headers });
  const set = (headers, body, status = 200) => {
    response.writeHead(status, { 'Set-Cookie': ['basket=1; Path=/', '_ga=GA1.1.5; Path=/; Max-Age=9999', '_fbp=2; Max-Age=9'], ...headers });
    if (request.method === 'HEAD') return response.end();
    return typeof body === 'function' ? body() : response.end(body);
  };
  const path = request.url.replace(/^\/(saved|off|gzip|typed|brotli|added|used|session|expires|frail|frail\/strict)\//, '/');
  const page = { 'Content-Type': 'text/html; charset=utf-8' };
  if (path === '/json') return set({ 'Content-Type': 'application/json' }, '{"a":1}');
  if (path === '/public') return response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'public, max-age=60' }).end(`${seen.length}`);
  if (path === '/shared') return response.writeHead(200, { ...page, 'Cache-Control': 'public, max-age=60' }).end(html);
  if (path === '/big') return set(page, big);
  if (path === '/error') return set(page, html, 500);
  if (path === '/bare') return set({}, html);
  if (path === '/empty') return set(page, '');
  if (path === '/gone') return set(page, html, 404);
  if (path === '/hints') {
    response.writeEarlyHints({ link: '</a.css>; rel=preload', 'set-cookie': '_ga=1' });
    return set(page, html);
  }
  if (path === '/untyped') return set({ 'Content-Type': '' }, html);
  if (path === '/part') return set({ 'Content-Type': 'text/html' }, '<b>part</b>');
  if (path === '/late') return set({ 'Content-Type': 'text/html' }, '<html><head><div>x</div><meta charset="windows-1252"></head><body>x</body></html>');
  if (path === '/slow') return set(page, () => { response.write(html.slice(0, 90)); setTimeout(() => response.write('<p>more</p>'), 200); slow = () => response.end(html.slice(90)); });
  if (path === '/validated') return request.headers['if-none-match'] ? set({ ETag: '"a"' }, '', 304) : set({ ...page, ETag: '"a"', 'Accept-Ranges': 'bytes' }, html);
  if (/gzip/.test(request.headers['accept-encoding'] ?? '')) return set({ ...page, 'Content-Encoding': 'gzip' }, gzipSync(html));
  if (path === '/chunks') return set(page, async () => {
    for (const piece of html.match(/.{1,7}/gs)) { response.write(piece); await pause(2); }
    response.end();
  });
  return set({ ...page, 'Content-Length': html.length }, html);
});

const agent = new Agent({ keepAlive: true });
const decoders = { gzip: gunzipSync, br: brotliDecompressSync };
function get(path, headers = {}, { method = 'GET', body, by = agent } = {}) {
  return new Promise((resolve, reject) => {
    const interim = [];
    const asked = ask({ host: '127.0.0.1', port: listen, path, method, agent: by, headers }, async (answer) => {
      const parts = [];
      try { for await (const part of answer) parts.push(part); } catch (error) { return reject(error); }
      const bytes = Buffer.concat(parts), coded = answer.headers['content-encoding'];
      return resolve({ interim, status: answer.statusCode, headers: answer.headers, set: answer.headers['set-cookie'] ?? [], body: String(coded && bytes.length ? decoders[coded](bytes) : bytes), coded });
    });
    asked.on('information', (early) => interim.push(early));
    asked.on('error', reject);
    asked.end(body);
  });
}
const navigate = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const form = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };
const visit = (path, headers = {}) => get(path, { ...navigate, ...headers });
const choose = (choice, headers = {}, by = agent) => get('/consent', { ...form, ...headers }, { method: 'POST', body: `choice=${choice}&from=banner`, by });
const jarOf = ({ set }) => set.map((field) => field.split(';')[0]).join('; ');
const errors = () => readFileSync(join(folder, 'error.log'), 'utf8');
const run = (...words) => spawnSync('apache2', ['-d', folder, '-f', join(folder, 'httpd.conf'), ...words], { encoding: 'utf8' });
const children = () => spawnSync('pgrep', ['-P', httpd.pid], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean).map(Number);

/// No field sets a tracking cookie; a field that expires one is allowed.
function assertFiltered({ set }, path) {
  for (const field of set) if (/^(_ga|_fbp)=/.test(field)) assert.match(field, /^\w+=;.*Max-Age=0/, `${path}: ${field}`);
}
const assertNotice = ({ body }, path) => assert.ok(body.includes('data-abide-notice'), `${path}: ${body.slice(0, 300)}`);

before(async () => {
  for (const each of ['cache', 'html', 'html/static', 'html/static/access', 'html/static/off', 'html/.well-known', 'cgi', 'records']) mkdirSync(join(folder, each));
  for (const each of ['', 'records', 'cache']) chmodSync(join(folder, each), 0o777);
  application.listen(0, '127.0.0.1');
  await once(application, 'listening');
  origin = application.address().port;
  listen = await free_port();
  const loads = modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n');
  const values = { MODULE: module, MODULES: loads, FOLDER: folder, ORIGIN: origin, LISTEN: listen };
  writeFileSync(join(folder, 'httpd.conf'), readFileSync(join(here, 'httpd.conf'), 'utf8').replace(/@([A-Z0-9]+)@/g, (_, key) => values[key]));
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy));
  writeFileSync(join(folder, 'frail.key'), `${'0123456789abcdef'.repeat(4)}\n`);
  writeFileSync(join(folder, 'frail.json'), JSON.stringify({ ...policy, records: {}, consent: { keys: `file:${folder}/frail.key` } }));
  for (const name of ['page', '404', 'access/index', 'off/404']) writeFileSync(join(folder, `html/static/${name}.html`), html);
  writeFileSync(join(folder, 'html/static/access/.htaccess'), 'Header add Set-Cookie "_ga=access; Max-Age=99"\nRewriteEngine On\nRewriteRule ^clean$ index.html [L]\n');
  writeFileSync(join(folder, 'html/static/big.html'), big);
  writeFileSync(join(folder, 'html/static/text.txt'), html);
  writeFileSync(join(folder, 'cgi/page'), `#!/bin/sh\nprintf 'Content-Type: text/html; charset=utf-8\\nSet-Cookie: _ga=cgi; Max-Age=9\\nSet-Cookie: basket=cgi\\n\\n%s<p>[%s] [%s]</p></body></html>' '${html.replace('</body></html>', '')}' "$HTTP_COOKIE" "$HTTP_ABIDE_CONSENT"\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'cgi/slow'), `#!/bin/sh\nprintf 'Content-Type: text/html; charset=utf-8\\n\\n${html.slice(0, 90)}'\nsleep 0.2\nprintf '<p>more</p>'\nwhile ! [ -e ${folder}/go ]; do sleep 0.05; done\nprintf '${html.slice(90)}'\n`, { mode: 0o755 });
  httpd = spawn('apache2', ['-d', folder, '-f', join(folder, 'httpd.conf'), '-DFOREGROUND'], { stdio: 'inherit', detached: true }); // httpd signals its whole process group
  for (let tries = 0; tries < 100; ++tries) {
    if (await get('/json').then(({ status }) => status === 200, () => false)) return;
    await pause(100);
  }
  throw new Error(errors());
});
after(async () => {
  const ended = once(httpd, 'exit');
  agent.destroy();
  httpd.kill('SIGTERM');
  await ended;
  application.close();
  application.closeAllConnections();
  const bad = errors().split('\n').filter((line) => /:(alert|crit)\]|signal|AH00052/.test(line) && !/SIGTERM|SIGUSR1|\(9\)/.test(line));
  rmSync(folder, { recursive: true });
  assert.deepEqual(bad, []);
});

test('a proxied answer is filtered in both directions, and what is not a page is left unchanged', async () => {
  const reply = await get('/json', { cookie: 'basket=1; _ga=GA1.1.5' });
  assertFiltered(reply);
  assert.ok(reply.set.includes('basket=1; Path=/'));
  assert.equal(reply.body, '{"a":1}');
  assert.equal(seen.at(-1).headers.cookie, 'basket=1');
  await get('/json', { cookie: '_ga=1' });
  assert.equal(seen.at(-1).headers.cookie, undefined);
});

test('several Cookie fields form one list, though httpd joins them with commas', async () => {
  const ask = (...cookies) => get('/json', ['Host', '127.0.0.1', 'Connection', 'close', ...cookies.flatMap((each) => ['Cookie', each])], { by: false });
  await ask('basket=1', '_ga=GA1.1.5', 'basket=2; _fbp=3', '_gid=4');
  assert.equal(seen.at(-1).headers.cookie, 'basket=1; basket=2');
  await ask('basket=Mon, 30 Nov 2026, "a"');
  assert.equal(seen.at(-1).headers.cookie, 'basket=Mon, 30 Nov 2026, "a"');
});

test('the operator reads what all children counted together, and the state of the store', async () => {
  await assertCounted({ get, choose, navigation: navigate });
});

test('pages that are proxied, chunked, static, included, cached, made by programs or .htaccess, and error pages have the notice', async () => {
  for (const path of ['/page', '/chunks', '/static/page.html', '/static/access/', '/static/access/clean', '/error', '/gone', '/static/missing', '/static/kept/missing', '/cgi/page', '/saved/shared', '/saved/shared', '/gzip/page', '/typed/page', '/brotli/page', '/frail/page']) {
    const reply = await visit(path, { 'accept-encoding': 'gzip, br' });
    assert.match(reply.body, /<h1>Shop<\/h1>/, path);
    assertNotice(reply, path);
    assert.equal(reply.body.match(/data-abide-notice/g).length, 1, path);
    assertFiltered(reply, path);
    assert.match(reply.body, /<\/html>$/);
    assert.equal(reply.headers['cache-control'], 'private, no-cache', path);
  }
});

test('httpd compresses after Abide, with each of its directives, and the application is asked for no coding', async () => {
  for (const [path, coding] of [['/gzip/page', 'gzip'], ['/typed/page', 'gzip'], ['/brotli/page', 'br'], ['/expires/page', 'gzip']]) {
    const reply = await visit(path, { 'accept-encoding': 'gzip, br' });
    assert.equal(reply.coded, coding, path);
    assertNotice(reply, path);
    assert.equal(reply.headers['cache-control'], 'private, no-cache', path);
    assert.equal(reply.headers.expires, undefined, path);
    assert.equal(seen.at(-1).headers['accept-encoding'], 'identity');
  }
  assert.equal((await visit('/gzip/page')).coded, undefined);
  const own = await visit('/consent', { 'accept-encoding': 'gzip' });
  assert.equal(own.status, 200);
});

test('an interim response of the application sets no cookie, and does not stop an upload', async () => {
  const reply = await visit('/hints');
  assertFiltered(reply);
  assertNotice(reply);
  assert.ok(reply.interim.every(({ headers }) => !headers['set-cookie']), JSON.stringify(reply.interim));
  const sent = await get('/json', { expect: '100-continue', 'content-length': 5 }, { method: 'POST', body: 'a=b&c' });
  assert.equal(sent.status, 200);
});

test('programs see the cookies that may be used and the decision', async () => {
  const { body } = await visit('/cgi/page', { cookie: 'basket=1; _ga=1', 'abide-consent': 'targeting' });
  assert.match(body, /\[basket=1\] \[required, analytics=\?0, functional=\?0, targeting=\?0,/);
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

test('a page without a Content-Type, or with an empty one, is a page, and then has one', async () => {
  for (const path of ['/bare', '/untyped']) {
    const page = await get(path);
    assert.equal(page.status, 200);
    assert.match(page.body, /data-abide-notice/);
    assert.equal(page.headers['content-type'], 'text/html');
  }
});

test('a page keeps its charset when its <meta> tag comes after what is inserted', async () => {
  const page = await get('/late');
  assert.match(page.body, /<meta charset=windows-1252><style id="abide-sheet">[^]*data-abide-notice/);
});

test('a page of 20 MB arrives whole from a file and from a proxy, also at a slow client, and children stay small', async () => {
  const peaks = () => children().map((each) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${each}/status`, 'utf8'))[1]));
  await visit('/page');
  for (const path of ['/static/big.html', '/big']) {
    const reply = await visit(path);
    assertNotice(reply, path);
    assert.equal(reply.body.match(/Everything must go\./g).length, 800_000, path);
  }
  const size = await new Promise((resolve, reject) => {
    ask({ host: '127.0.0.1', port: listen, path: '/big', headers: navigate }, async (answer) => {
      let bytes = 0, chunks = 0;
      for await (const chunk of answer) {
        bytes += chunk.length;
        if (++chunks % 20 === 0) await pause(5);
      }
      resolve(bytes);
    }).on('error', reject).end();
  });
  assert.ok(size > big.length);
  for (const peak of peaks()) assert.ok(peak < 60_000, `${peak} kB`);
});

test('the beginning of a page is sent while the application, or a program, is still producing the rest', async () => {
  for (const [path, go_on] of [['/slow', () => slow()], ['/cgi/slow', () => writeFileSync(join(folder, 'go'), '')]]) {
    const parts = [];
    let is_held = false;
    const asked = ask({ host: '127.0.0.1', port: listen, path, headers: navigate, timeout: 5000 });
    asked.on('timeout', () => { is_held = true; go_on(); });
    asked.end();
    const [answer] = await once(asked, 'response');
    answer.on('data', (part) => parts.push(part));
    while (!Buffer.concat(parts).includes('more')) await pause(10);
    assert.equal(is_held, false, path);
    go_on();
    await once(answer, 'end');
    assertNotice({ body: String(Buffer.concat(parts)) }, path);
  }
});

test('cookies that httpd itself sets are filtered: Header add and always, mod_usertrack, sessions, redirects, errors, .htaccess', async () => {
  for (const path of ['/added/page', '/used/page', '/session/page', '/moved/', '/static/missing', '/static/access/', '/closed/', '/tidy/', '/cgi/page', '/static/text.txt', '/gzip/page', '/%00']) {
    assertFiltered(await visit(path), path);
    assertFiltered(await visit(path, { cookie: '_ga=1; _fbp=2' }), path);
  }
  const added = await visit('/added/page');
  assert.ok(added.set.includes('basket=added'));
  assert.ok(!added.body.includes('<script>'), 'mod_headers says that the page may hold no script');
  assert.ok((await visit('/page')).body.includes('<script'));
  assert.equal((await visit('/closed/')).status, 403);
  assert.equal((await visit('/moved/')).status, 302);
  assert.equal((await visit('/static/missing')).status, 404);
  assertNotice(await visit('/closed/'), '/closed/');
});

test('conditional and range requests for pages are not answered from an outdated copy', async () => {
  const reply = await visit('/validated', { 'if-none-match': '"a"' });
  assert.equal(reply.status, 200);
  assert.equal(reply.headers.etag, undefined);
  const kept = await get('/validated', { 'if-none-match': '"a"' });
  assert.equal(kept.status, 304);
  assertFiltered(kept);
  const part = await visit('/static/page.html', { range: 'bytes=0-9' });
  assert.equal(part.status, 200);
  assertNotice(part);
  const first = await visit('/static/page.html');
  assert.equal(first.headers['last-modified'], undefined);
  assert.equal(first.headers['accept-ranges'], undefined);
  assert.equal((await get('/static/text.txt', { range: 'bytes=0-9' })).status, 206);
  const text = await get('/static/text.txt');
  assert.equal((await get('/static/text.txt', { 'if-none-match': text.headers.etag })).status, 304);
});

test('mod_cache stores nothing of one visitor for another', async () => {
  const jar = jarOf(await choose('accept-all'));
  const accepted = await visit('/saved/json', { cookie: jar });
  assert.ok(accepted.set.some((field) => field.startsWith('_ga=GA')));
  for (let i = 0; i < 3; ++i) assertFiltered(await visit('/saved/json'), '/saved/json');
  const counts = [await get('/saved/public'), await get('/saved/public')].map(({ body }) => body);
  assert.equal(counts[0], counts[1], 'what is no page and sets no cookie is kept');
});

test('a choice is saved and lets the cookies pass, a withdrawal stops them, and every child knows it', async () => {
  const chosen = await choose('accept-all');
  assert.equal(chosen.status, 303);
  const jar = `_ga=GA1.1.5; ${jarOf(chosen)}`;
  for (let i = 0; i < 20; ++i) {
    const reply = await get('/page', { ...navigate, cookie: jar }, { by: false });
    assert.ok(reply.set.some((field) => field.startsWith('_ga=GA')));
    assert.match(seen.at(-1).headers.cookie, /_ga=GA1\.1\.5/);
  }
  const withdrawn = await choose('withdraw', { cookie: jar });
  assert.equal(withdrawn.status, 303);
  assertFiltered(await visit('/page', { cookie: `_ga=GA1.1.5; ${jarOf(withdrawn)}` }));
  assert.match(readFileSync(join(folder, 'access.log'), 'utf8'), /^\/page 200 regime=opt_in place=DE gpc=0 choice=1 allowed=required\+analytics\+functional\+targeting$/m);
});

test("Abide's own pages are answered before files are looked up, and carry none of httpd's cookies", async () => {
  writeFileSync(join(folder, 'html/.well-known/gpc.json'), '{}');
  const own = await visit('/.well-known/gpc.json');
  assertFiltered(own);
  assert.equal(JSON.parse(own.body).gpc, true);
  assert.match((await visit('/consent')).body, /<form/);
  const head = await get('/consent', navigate, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal((await get('/consent', { ...form, 'sec-fetch-site': 'cross-site' }, { method: 'POST', body: 'choice=accept-all' })).status, 403);
  assert.equal((await get('/consent', form, { method: 'POST', body: 'x'.repeat(30_000) })).status, 413);
});

test('the application is told the decision, and never what a visitor sends under that name', async () => {
  const told = async (headers) => {
    await visit('/page', headers);
    return seen.at(-1).headers['abide-consent'];
  };
  const refused = 'required, analytics=?0, functional=?0, targeting=?0, sharing=?0, gpc=?0, chosen=?0, regime=opt_in, place=DE';
  assert.equal(await told({}), refused);
  assert.equal(await told({ 'abide-consent': 'targeting, sharing' }), refused);
  assert.match(await told({ 'sec-gpc': '1' }), /, gpc, chosen=\?0/);
  assert.match(await told({ cookie: jarOf(await choose('accept-all')) }), /^required, analytics, functional, targeting, sharing, gpc=\?0, chosen,/);
});

test('Abide off leaves everything unchanged', async () => {
  const reply = await visit('/off/page', { cookie: '_ga=1' });
  assert.equal(reply.body, html);
  assert.ok(reply.set.some((field) => field.startsWith('_ga=GA')));
  assert.equal(seen.at(-1).headers.cookie, '_ga=1');
});

test('HTTP/2 is filtered in the same way, with cookies in several fields', { skip: mpm !== 'event' && 'httpd has HTTP/2 in threads only' }, async () => {
  const session = connect(`http://127.0.0.1:${listen}`);
  const stream = session.request({ ':path': '/page', ...navigate, cookie: ['basket=1', '_ga=1'] });
  const [headers] = await once(stream, 'response');
  const parts = [];
  for await (const part of stream) parts.push(part);
  session.close();
  assertFiltered({ set: headers['set-cookie'] });
  assertNotice({ body: String(Buffer.concat(parts)) });
  assert.equal(seen.at(-1).headers.cookie, 'basket=1');
});

test('a save that waits for the store delays only its own visitor', async () => {
  await choose('accept-all');
  const lock = spawn('python3', ['-c', `import sqlite3, sys
held = sqlite3.connect(${JSON.stringify(`${folder}/records/abide.db`)}, isolation_level=None)
held.execute('BEGIN EXCLUSIVE')
print('held', flush=True)
sys.stdin.read()
held.execute('COMMIT')`], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(lock.stdout, 'data');
  let is_saved = false;
  const saving = choose('reject-all', {}, false).then((reply) => { is_saved = true; return reply; });
  await pause(200);
  for (let i = 0; i < 20; ++i) assert.equal((await get('/page', navigate, { by: false })).status, 200);
  assert.equal(is_saved, false);
  lock.stdin.end();
  assert.equal((await saving).status, 303);
});

test('a graceful restart under load loses no request and no acknowledged choice', async () => {
  let running = true, requests = 0;
  const acknowledged = [];
  const load = Array.from({ length: 6 }, async (_, i) => {
    while (running) {
      const reply = i === 0 ? await choose('accept-all', {}, false) : await get(i % 2 ? '/page' : '/json', navigate, { by: false });
      assert.equal(reply.status, i === 0 ? 303 : 200);
      if (i === 0) acknowledged.push(/^abide=[^~]*~(\w+)~/m.exec(reply.set.join('\n'))[1]);
      else assertFiltered(reply);
      ++requests;
    }
  });
  for (let i = 0; i < 4; ++i) {
    await pause(800);
    assert.equal(run('-k', 'graceful').status, 0);
  }
  await pause(800);
  running = false;
  await Promise.all(load);
  const kept = spawnSync(abide, ['records', 'export', store, '--format', 'csv'], { encoding: 'utf8', maxBuffer: 1e9 }).stdout;
  assert.deepEqual(acknowledged.filter((subject) => !kept.includes(subject)), []);
  assert.equal(spawnSync(abide, ['records', 'verify', store]).status, 0);
  assert.ok(requests > 100, `${requests}`);
});

test('when a site cannot be opened, requests pass without Abide or are refused, as AbideOnError says', async () => {
  assertNotice(await visit('/frail/strict/page'));
  rmSync(join(folder, 'frail.key'));
  const old = children();
  for (const each of old) spawnSync('kill', ['-9', `${each}`]); // one from before the restart may be about to exit
  while (children().some((each) => old.includes(each)) || !await get('/json', {}, { by: false }).then(() => true, () => false)) await pause(50);
  agent.destroy(); // connections to children that have ended
  const passed = await visit('/frail/page');
  assert.equal(passed.body, html);
  assert.ok(passed.set.some((field) => field.startsWith('_ga=GA')));
  const refused = await visit('/frail/strict/page');
  assert.equal(refused.status, 500);
  assert.deepEqual(refused.set, []);
  assert.match(errors(), /abide: .*\/consent\/keys: .*frail\.key/);
  assertNotice(await visit('/page')); // the other sites are open
});

test('a key that the children\'s user cannot read is refused by apache2 -t', { skip: process.getuid() !== 0 && 'only root starts children as another user' }, () => {
  writeFileSync(join(folder, 'root.key'), `${'0123456789abcdef'.repeat(4)}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'root.json'), JSON.stringify({ ...policy, consent: { keys: 'file:root.key' } }));
  writeFileSync(join(folder, 'root.conf'), `${readFileSync(join(folder, 'httpd.conf'), 'utf8').split('AbidePolicy')[0]}AbidePolicy root.json\n`);
  const said = () => spawnSync('apache2', ['-d', folder, '-f', join(folder, 'root.conf'), '-t'], { encoding: 'utf8' });
  const refused = said();
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /root\.json:1:\d+: \/consent\/keys: cannot read .*root\.key: Permission denied \(checked for the children's user, www-data\)/);
  chownSync(join(folder, 'root.key'), ...['-u', '-g'].map((which) => Number(spawnSync('id', [which, 'www-data'], { encoding: 'utf8' }).stdout)));
  assert.equal(said().status, 0, said().stderr);
});

test('apache2 -t warns of a store that the children\'s user cannot write', { skip: process.getuid() !== 0 && 'only root starts children as another user' }, () => {
  writeFileSync(join(folder, 'own.json'), JSON.stringify({ ...policy, records: { store: 'sqlite:kept/log.db' } }));
  writeFileSync(join(folder, 'own.conf'), `${readFileSync(join(folder, 'httpd.conf'), 'utf8').split('AbidePolicy')[0]}AbidePolicy own.json\n`);
  mkdirSync(join(folder, 'kept'));
  const ran = spawnSync('apache2', ['-d', folder, '-f', join(folder, 'own.conf'), '-t'], { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  const said = ran.stderr + readFileSync(join(folder, 'error.log'), 'utf8');
  assert.match(said, /\/records\/store: folder .*kept cannot be written by this user, so no records can be kept \(checked for the children's user, www-data\)/);
});

test('the configuration in README.md is accepted by apache2 -t', () => {
  const [, sample] = /```apache\n(.*?)```/s.exec(readFileSync(join(here, '../../../middleware/apache/README.md'), 'utf8'));
  const before = readFileSync(join(folder, 'httpd.conf'), 'utf8').split('AbidePolicy')[0];
  writeFileSync(join(folder, 'sample.conf'), before + sample.replace(/^LoadModule.*/m, '').replace('/etc/abide/policy.json', 'policy.json'));
  const ran = spawnSync('apache2', ['-d', folder, '-f', join(folder, 'sample.conf'), '-t'], { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
});

test('a policy that cannot be used is refused by apache2 -t, with its place and the line of httpd.conf', () => {
  const conf = readFileSync(join(folder, 'httpd.conf'), 'utf8').replace('AbidePolicy frail.json', 'AbidePolicy wrong.json');
  writeFileSync(join(folder, 'httpd.conf'), conf);
  for (const [text, fault] of [
    ['{"notice": {"version": "two"}}', /httpd\.conf:[\s\S]*wrong\.json:1:\d+: \/notice\/version/],
    ['{"consent": {"keys": "file:/nowhere/abide.key"}}', /\/consent\/keys: cannot read \/nowhere\/abide\.key/],
  ]) {
    writeFileSync(join(folder, 'wrong.json'), text);
    const ran = run('-t');
    assert.notEqual(ran.status, 0);
    assert.match(ran.stderr, fault);
  }
});
