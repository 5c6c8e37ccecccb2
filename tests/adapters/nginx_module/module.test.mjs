// nginx with Abide, in front of an unmodified application.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, readFileSync } from 'node:fs';
import { request as ask } from 'node:http';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { readMetrics } from '../counted.mjs';
import { free_port } from '../free_port.mjs';
import { html, page, startApplication } from '../module_application.mjs';
import { asRoot, checkCases, warningsIn } from '../module_check_cases.mjs';
import { choiceCases } from '../module_choice_cases.mjs';
import { pageCases } from '../module_page_cases.mjs';
import { awaitAnswer, childrenOf, endServer, fillIn, idsOf, makeFolder } from '../module_server.mjs';
import { assertFiltered, assertNotice, makeVisitor, navigation } from '../module_visitor.mjs';

const here = import.meta.dirname;
const module = process.env.ABIDE_MODULE;
const [port, port2, port3] = [await free_port(), await free_port(), await free_port()];
const visitor = makeVisitor(port), { get, visit } = visitor;
const early = makeVisitor(port3);
const folder = makeFolder('nginx', ['body', 'proxy', 'cache'], ['body', 'proxy', 'cache']);
const application = await startApplication({
  '/inside': [{ ...page, 'X-Accel-Redirect': '/inside/page.html' }, ''],
  '/hidden': [{ ...page, 'X-Accel-Redirect': '/hidden/page.html' }, ''],
  '/check': [{}, ''],
  '/zipped': [{ ...page, 'Content-Encoding': 'gzip' }, gzipSync(html)],
  '/zipped.php': [{ ...page, 'Content-Encoding': 'gzip' }, gzipSync(html)],
  '/included': [page, html.replace('<h1>', '<!--#include virtual="/part" --><h1>')],
});
const { seen } = application;
let nginx;

const run = (conf, ...words) => spawnSync('nginx', ['-p', folder.path, '-c', folder.at(conf), ...words], { encoding: 'utf8' });
const reload = () => run('nginx.conf', '-s', 'reload');
function testConf(text) {
  folder.write('own.conf', text);
  const { status, stderr: said } = run('own.conf', '-t');
  return { status, said };
}

/** What `nginx -t` says of a policy, with the `user` directive before `http`, after it, or nowhere. */
function testedAs(policy, before, after = '') {
  folder.write('own.json', policy);
  const conf = folder.read('nginx.conf').replace('abide policy.json', 'abide own.json').replace(/^user .*/m, '');
  return testConf(`${before}\n${conf}\n${after}`);
}

function checkSample() {
  const [, sample] = /```nginx\n(.*?)```/s.exec(readFileSync(join(here, '../../../middleware/nginx/README.md'), 'utf8'));
  const conf = sample.replace(/modules\/\S+;/, `${module};`).replace('/etc/abide/policy.json', folder.at('policy.json'));
  return testConf(`${conf.replace('http {', 'http { access_log off;')}\nevents {} pid sample.pid; error_log stderr;\n`);
}

const processes = () => childrenOf(nginx);
const server = {
  visitor, application, folder, processes, kilobytes: 40_000, reload,
  pages: ['/page', '/unbuffered/chunks', '/chunks', '/static/page.html', '/saved/page', '/saved/page', '/saved/shared',
    '/saved/shared', '/error', '/gone', '/missing/', '/ssi/included', '/gzip/page'],
  large: ['/static/big.html', '/big', '/unbuffered/big'],
  coded: [['/gzip/page', 'gzip'], ['/expires/page', 'gzip']],
  slow: [['/unbuffered/slow', () => application.go_on()]],
  hinted: [200, 502], // 200: an nginx that knows interim responses
  own_cookies: ['/added/page', '/user/page', '/moved/', '/missing/', '/inside', '/hidden', '/checked/page', '/closed/'],
  missing: '/missing/',
  unreadable: { 'NONSENSE\r\n\r\n': 400, 'GET / HTTP/3.1\r\nHost: a\r\n\r\n': 505, [`GET /${'a'.repeat(40_000)} HTTP/1.1\r\n\r\n`]: 414, 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n': 400 },
  http2: { port: port2 },
  check: (policy) => testedAs(policy, 'user www-data;'), checkSample,
  worker: 'www-data', checked_for: '(for the workers: user www-data, only the variables that "env" names)',
};

before(async () => {
  const values = { MODULE: module, FOLDER: folder.path, ORIGIN: application.port, LISTEN: port, LISTEN2: port2, LISTEN3: port3 };
  for (const name of ['page.html', 'text.txt']) folder.write(`html/static/${name}.gz`, gzipSync(html));
  folder.write('nginx.conf', fillIn(join(here, 'nginx.conf'), values));
  nginx = spawn('nginx', ['-p', folder.path, '-c', folder.at('nginx.conf')], { stdio: 'inherit' });
  await awaitAnswer(get, () => folder.read('error.log'));
});
after(() => {
  early.leave();
  return endServer({
    process: nginx, signal: 'SIGQUIT', visitor, application, folder,
    is_bad: (line) => /\[(alert|emerg|crit)\]|signal 11|abide: the site/.test(line),
  });
});

for (const [sentence, holds] of Object.entries({ ...pageCases, ...choiceCases, ...checkCases })) test(sentence, (t) => holds(server, t));

test('a page from the cache is filtered', async () => {
  await visit('/saved/page');
  const again = await visit('/saved/page');
  assert.equal(again.headers['x-cache'], 'HIT');
  assertFiltered(again);
});

test('what a page includes by SSI is in it', async () => {
  assert.match((await visit('/ssi/included')).body, /<b>part<\/b>/);
});

test('a page does not come from a precompressed file, and one that comes compressed is decompressed by gunzip', async () => {
  for (const path of ['/ready/page.html', '/always/page.html', '/zipped', '/zipped.php']) {
    const reply = await visit(path, { 'accept-encoding': 'gzip' });
    assert.equal(reply.coded, path.startsWith('/ready/') ? 'gzip' : undefined, path);
    assert.match(reply.body, /<h1>Shop<\/h1>/, path);
    assertNotice(reply);
  }
  const text = await get('/ready/text.txt', { 'accept-encoding': 'gzip', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' });
  assert.equal(Number(text.headers['content-length']), gzipSync(html).length, 'other files still come precompressed');
});

test('a page that nginx compresses arrives whole when the connection takes it in parts', { timeout: 60_000 }, async () => {
  const reply = await visit('/limited/page', { 'accept-encoding': 'gzip' });
  assert.equal(reply.coded, 'gzip');
  assertNotice(reply);
});

test('X-Accel-Redirect continues an exchange that has begun, even where Abide is off', async () => {
  assertNotice(await visit('/inside'));
  assertNotice(await visit('/hidden'));
});

test("variables that a server reads before nginx has found the location change neither the request nor what the location says", async () => {
  const sent = { cookie: 'basket=1; _ga=1', 'sec-gpc': '1' };
  seen.length = 0;
  const [on, off] = [await early.visit('/page', sent), await early.visit('/off/page', sent)];
  for (const reply of [on, off])
    assert.match(reply.headers['x-early'], /^opt_in DE 1 0 required, basket=1; _ga=1, 1; heard$/);
  assert.deepEqual(seen.map(({ headers }) => headers.cookie), ['basket=1', 'basket=1; _ga=1']);
  assertFiltered(on);
  assertNotice(on);
  assert.equal(off.body, html);
  assert.ok(off.headers['set-cookie'].some((field) => field.startsWith('_ga=')));
});

test('a request of auth_request has no more cookies than the one that it checks', async () => {
  seen.length = 0;
  await visit('/checked/page', { cookie: 'basket=1; _ga=1' });
  assert.deepEqual(seen.map(({ url, headers }) => [url, headers.cookie]), [['/check', 'basket=1'], ['/checked/page', 'basket=1']]);
});

test("what a visitor writes under Abide's name reaches no backend, not even one that checks requests for Abide's own pages", async () => {
  for (const name of ['abide-consent', 'Abide_Consent']) {
    seen.length = 0;
    await get('/consent/receipt', { [name]: 'required, targeting' });
    assert.deepEqual(seen.map(({ url }) => url), ['/check']);
    assert.doesNotMatch(JSON.stringify(seen[0].headers), /targeting[^=]/);
  }
});

test("where a server denies one of Abide's own pages, visitors get the error's page", async () => {
  const { status, body } = await get('/consent/policy');
  assert.equal(status, 403);
  assert.match(body, /<h1>Shop</);
});

test('a proxy that is connected by a Unix socket is on this machine, and trusted as such', async () => {
  for (const found of [{}, { 'x-real-ip': '203.0.113.9' }]) {
    const headers = { ...navigation, ...found, 'x-forwarded-proto': 'https', 'cf-ipcountry': 'US', 'cf-region-code': 'CA' };
    const [answer] = await once(ask({ socketPath: folder.at('door'), path: '/behind/page', headers, agent: false }).end(), 'response');
    assert.match(await textOf(answer), /__Host-now_abide/);
    assert.match(seen.at(-1).headers['abide-consent'], /place=US-CA/);
  }
});

test('who may read the counts is restricted, and they go on after a reload', async () => {
  assert.equal((await get('/closed/metrics')).status, 403);
  const counted = await readMetrics(get);
  assert.ok(counted.abide_request_seconds_count > 50);
  assert.equal(reload().status, 0);
  await pause(600);
  const reloaded = await readMetrics(get);
  assert.ok(reloaded.abide_request_seconds_count >= counted.abide_request_seconds_count);
});

test("a key that the workers' user cannot read is refused by nginx -t, wherever `user` stands", asRoot, () => {
  const own = JSON.stringify({ ...folder.policy, consent: { keys: 'file:own.key' } });
  folder.writeKey('own.key', { mode: 0o600 });
  for (const [before, after, user] of [['user www-data;', '', 'www-data'], ['', 'user www-data;', 'www-data'], ['', '', '[a-z-]+']]) {
    const { status, said } = testedAs(own, before, after);
    assert.notEqual(status, 0, `${before}|${after}`);
    const reason = `Permission denied \\(for the workers: user ${user}, only the variables that "env" names\\)`;
    assert.match(said, new RegExp(`own\\.json:1:\\d+: /consent/keys: cannot read .*own\\.key: ${reason}`));
  }
  for (const before of ['user root;', 'master_process off;']) assert.equal(testedAs(own, before).status, 0, before);
  chownSync(folder.at('own.key'), ...idsOf('www-data'));
  assert.equal(testedAs(own, 'user www-data;').status, 0);
});

test('nginx -t warns of no store where workers run as root', asRoot, () => {
  const own = JSON.stringify({ ...folder.policy, records: { store: 'sqlite:log.db', heads: 'file:heads' } });
  folder.write('log.db', '', { mode: 0o600 });
  assert.deepEqual(warningsIn(testedAs(own, 'user root;')), []);
});

test('where root may not become another user, as in some containers, nginx -t passes', asRoot, (t) => {
  folder.write('own.conf', `user www-data;\n${folder.read('nginx.conf').replace(/^user .*/m, '')}`);
  const command = `nginx -p ${folder.path} -t -c ${folder.at('own.conf')}`;
  const ran = spawnSync('capsh', ['--drop=cap_setuid,cap_setgid', '--', '-c', command], { encoding: 'utf8' });
  if (ran.error) return t.skip('capsh is not installed');
  return assert.equal(ran.status, 0, ran.stderr);
});

test('a key in a variable that the workers do not have is refused by nginx -t', () => {
  process.env.ABIDE_TEST_KEY = '0123456789abcdef'.repeat(4);
  const own = JSON.stringify({ ...folder.policy, consent: { keys: 'env:ABIDE_TEST_KEY' } });
  const refused = testedAs(own, '');
  assert.notEqual(refused.status, 0);
  assert.match(refused.said, /own\.json:1:\d+: \/consent\/keys: .*ABIDE_TEST_KEY/);
  for (const [before, after] of [['env ABIDE_TEST_KEY;', ''], ['', 'env ABIDE_TEST_KEY;']]) assert.equal(testedAs(own, before, after).status, 0);
  delete process.env.ABIDE_TEST_KEY;
});
