// Apache httpd with Abide, in front of an unmodified application.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { free_port } from '../free_port.mjs';
import { beginning, html, more, rest, startApplication } from '../module_application.mjs';
import { checkCases } from '../module_check_cases.mjs';
import { choiceCases } from '../module_choice_cases.mjs';
import { faultCases } from '../module_fault_cases.mjs';
import { pageCases } from '../module_page_cases.mjs';
import { awaitAnswer, childrenOf, endServer, fillIn, makeFolder, writeFrailPolicy } from '../module_server.mjs';
import { assertNotice, makeVisitor } from '../module_visitor.mjs';

const here = import.meta.dirname;
const { ABIDE_MODULE: module, ABIDE_MPM: mpm } = process.env;
const modules = [`mpm_${mpm}`, 'authz_core', 'alias', 'cache', 'cache_disk', mpm === 'event' ? 'cgid' : 'cgi', 'deflate', 'brotli', 'dir', 'env', 'expires', 'filter',
  'headers', 'include', 'mime', 'proxy', 'negotiation', 'proxy_http', 'remoteip', 'rewrite', 'session', 'session_cookie', 'usertrack', ...(mpm === 'event' ? ['http2'] : [])];
const port = await free_port();
const visitor = makeVisitor(port), { get, visit } = visitor;
const folder = makeFolder('apache', ['cache', 'cgi/off', 'html/static/access', 'html/static/zipped', 'html/static/off'], ['cache']);
const application = await startApplication();
let httpd;

const run = (conf, ...words) => spawnSync('apache2', ['-d', folder.path, '-f', folder.at(conf), ...words], { encoding: 'utf8' });
const errors = () => folder.read('error.log');

/** What `apache2 -t` says of a server with these directives: some of it is in the error log. */
function testConf(directives) {
  folder.write('own.conf', folder.read('httpd.conf').split('AbidePolicy')[0] + directives);
  const { length } = errors(), { status, stderr } = run('own.conf', '-t');
  return { status, said: stderr + errors().slice(length) };
}
function check(policy, directives = 'AbidePolicy own.json\n') {
  folder.write('own.json', policy);
  return testConf(directives);
}
function checkSample() {
  const [, sample] = /```apache\n(.*?)```/s.exec(readFileSync(join(here, '../../../middleware/apache/README.md'), 'utf8'));
  return testConf(sample.replace(/^LoadModule.*/m, '').replace('/etc/abide/policy.json', 'policy.json'));
}

const processes = () => childrenOf(httpd);
const server = {
  visitor, application, folder, processes, kilobytes: 60_000, reload: () => run('httpd.conf', '-k', 'graceful'),
  pages: ['/page', '/chunks', '/static/page.html', '/static/access/', '/static/access/clean', '/error', '/gone', '/static/missing',
    '/static/kept/missing', '/cgi/page', '/saved/page', '/saved/page', '/saved/shared', '/saved/shared', '/gzip/page', '/typed/page', '/brotli/page', '/frail/page'],
  large: ['/static/big.html', '/big'],
  coded: [['/gzip/page', 'gzip'], ['/typed/page', 'gzip'], ['/brotli/page', 'br'], ['/expires/page', 'gzip']],
  slow: [['/slow', () => application.go_on()], ['/cgi/slow', () => folder.write('go', '')]],
  hinted: [200],
  own_cookies: ['/added/page', '/used/page', '/session/page', '/moved/', '/static/missing', '/static/access/', '/closed/', '/tidy/', '/cgi/page',
    '/static/text.txt', '/gzip/page', '/%00'],
  missing: '/static/missing', frail: ['/frail/page', '/frail/strict/page'],
  unreadable: { 'NONSENSE\r\n\r\n': 400, [`GET /${'a'.repeat(40_000)} HTTP/1.1\r\n\r\n`]: 414, 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n': 400 },
  http2: mpm === 'event' ? { port } : { missing: 'httpd has HTTP/2 in threads only' },
  check, checkSample,
  worker: 'www-data', checked_for: "(checked for the children's user, www-data)",
};

function writeFiles() {
  const loads = modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n');
  const values = { MODULE: module, MODULES: loads, FOLDER: folder.path, ORIGIN: application.port, LISTEN: port };
  folder.write('httpd.conf', fillIn(join(here, 'httpd.conf'), values));
  writeFrailPolicy(folder);
  for (const name of ['access/index', 'off/404']) folder.write(`html/static/${name}.html`, html);
  folder.write('html/static/access/.htaccess', 'Header add Set-Cookie "_ga=access; Max-Age=99"\nRewriteEngine On\nRewriteRule ^clean$ index.html [L]\n');
  folder.write('html/static/zipped/page.html.gz', gzipSync(html));
  folder.write('html/static/zipped/.htaccess', 'Options +MultiViews\nAddEncoding gzip .gz\nRemoveType .gz\n');
  const program = (name, ...lines) => folder.write(`cgi/${name}`, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  const type = "printf 'Content-Type: text/html; charset=utf-8\\n'", until_told = `while ! [ -e ${folder.at('go')} ]; do sleep 0.05; done`;
  program('page', type, "printf 'Set-Cookie: _ga=cgi; Max-Age=9\\nSet-Cookie: basket=cgi\\n\\n'",
    `printf '%s<p>[%s] [%s]</p></body></html>' '${html.replace('</body></html>', '')}' "$HTTP_COOKIE" "$HTTP_ABIDE_CONSENT"`);
  const past_filters = ["printf 'HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\nSet-Cookie: _ga=nph\\r\\nConnection: close\\r\\n\\r\\n'", `printf '${html}'`];
  for (const name of ['nph-page', 'off/nph-page']) program(name, ...past_filters);
  program('deaf', `printf 'Content-Type: text/html\\n\\n${html}'`);
  program('slow', type, `printf '\\n${beginning}'`, 'sleep 0.2', `printf '${more}'`, until_told, `printf '${rest}'`);
}

before(async () => {
  writeFiles();
  const words = ['-d', folder.path, '-f', folder.at('httpd.conf'), '-DFOREGROUND'];
  httpd = spawn('apache2', words, { stdio: 'inherit', detached: true }); // httpd signals its whole process group
  await awaitAnswer(get, errors);
});
after(() => endServer({
  process: httpd, signal: 'SIGTERM', visitor, application, folder,
  is_bad: (line) => /:(alert|crit)\]|signal|AH00052/.test(line) && !/SIGTERM|SIGUSR1|\(9\)/.test(line),
}));

for (const [sentence, holds] of Object.entries({ ...pageCases, ...choiceCases, ...checkCases })) test(sentence, (t) => holds(server, t));

test('programs see the cookies that may be used and the decision', async () => {
  const { body } = await visit('/cgi/page', { cookie: 'basket=1; _ga=1', 'abide-consent': 'targeting' });
  assert.match(body, /\[basket=1\] \[required, analytics=\?0, functional=\?0, targeting=\?0,/);
});

test('a program that does not read its request has its page shown, as far as httpd sends it', async () => {
  const answer = await visitor.send('POST /cgi/deaf HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAccept: text/html\r\nContent-Length: 3\r\n\r\na=b');
  assert.match(answer, /<h1>Shop<\/h1>/);
  assertNotice({ body: answer });
});

test('a page that exists only as a compressed file is sent to who accepts that', async () => {
  const zipped = await visit('/static/zipped/page', { 'accept-encoding': 'gzip, br' });
  assert.equal(zipped.coded, 'gzip');
  assert.equal(zipped.body, html);
  assert.equal((await visit('/static/zipped/page', { 'accept-encoding': 'identity' })).status, 406);
});

test('no interim response passes after an internal redirect, and SetEnv asks for them', async () => {
  const redirected = await visit('/refused/'), early = await visit('/early/hints');
  assertNotice(redirected);
  assert.deepEqual(redirected.interim.map(({ statusCode }) => statusCode), []);
  assert.deepEqual(early.interim.map(({ statusCode }) => statusCode), [103]);
});

test('a program whose response no filter sees is refused where Abide may not be left out', async () => {
  const strict = await visit('/cgi/nph-page'), open = await visit('/cgi/off/nph-page');
  assert.equal(strict.status, 500);
  assert.ok(!strict.set.some((field) => field.startsWith('_ga')));
  assert.match(errors(), /abide: .*\/nph-page: programs called nph-\.\.\. cannot be filtered/);
  assert.equal(open.status, 200);
});

test('a fault in the policy of a location is reported with the line of httpd.conf', () => {
  const { status, said } = check('{"notice": {"version": "two"}}', 'AbidePolicy policy.json\n<Location /own/>\nAbidePolicy own.json\n</Location>\n');
  assert.notEqual(status, 0);
  assert.match(said, /own\.conf:[\s\S]*own\.json:1:\d+: \/notice\/version/);
});

test('several faults are told on one line, without escapes', () => {
  const { status, said } = check('{"mode": "on", "cokies": []}');
  assert.notEqual(status, 0);
  assert.match(said, /\/mode: [^\n\\]*; \S*own\.json:1:16: \/cokies: unknown key/);
});

test('"Abide on" without a policy anywhere is refused', () => {
  const { status, said } = testConf('Abide on\n');
  assert.notEqual(status, 0);
  assert.match(said, /Abide on: expected AbidePolicy FILE too, found none/);
  assert.equal(testConf('Abide off\n').status, 0);
});

for (const [sentence, holds] of Object.entries(faultCases)) test(sentence, () => holds(server));
