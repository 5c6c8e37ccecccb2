// `abide proxy` with applications that fail, and with requests that it does not pass on.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { recorder } from './backend.mjs';
import { curl, navigates, open_shop, proxy, sleep, status_of, talk } from './proxy.mjs';

const { app } = await open_shop();

test('a body behind a response that has none is not the next visitor\'s response', async () => {
  const strange = 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nstrange';
  const bare = { HEAD: `HTTP/1.1 200 OK\r\nContent-Length: ${strange.length}\r\n\r\n`, 'GET /304': `HTTP/1.1 304 Not Modified\r\nContent-Length: ${strange.length}\r\n\r\n`,
    'GET /204': `HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n` };
  const careless = net.createServer((socket) => {
    socket.setNoDelay().on('error', () => {});
    socket.on('data', (bytes) => {
      const head = Object.entries(bare).find(([begin]) => bytes.toString().startsWith(begin))?.[1];
      socket.write(head ?? 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown');
      if (head) setImmediate(() => socket.write(strange));
    });
  });
  await new Promise((resolve) => { careless.listen(0, '127.0.0.1', resolve); });
  const mine = await proxy('--to', `http://127.0.0.1:${careless.address().port}`);
  for (const begin of ['HEAD /', 'GET /304', 'GET /204']) {
    for (let i = 0; i < 50; ++i) {
      const answers = await talk(mine.port, `${begin} HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      assert.match(answers, /\r\n\r\nown$/, begin);
    }
  }
  mine.process.kill();
  careless.close();
});

test('a kept connection that ends during a GET is replaced; during a POST the visitor is told', async () => {
  const flaky = await recorder((connection, request) => request > 1 ? null : 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  const mine = await proxy('--to', flaky.url);
  const ask = (method) => talk(mine.port, `${method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  assert.equal(status_of(await ask('GET')), 200);
  assert.equal(status_of(await ask('GET')), 200);
  assert.equal(flaky.connections.length, 2);
  assert.equal(status_of(await ask('POST')), 502);
  assert.equal(flaky.connections.length, 2);
  flaky.close();
});

test('after a new connection that ends without an answer there is no second attempt', async () => {
  const dead = await recorder(() => null);
  const mine = await proxy('--to', dead.url);
  assert.equal(status_of(await talk(mine.port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')), 502);
  assert.equal(dead.connections.length, 1);
  dead.close();
});

test('an application that is down gives a 502 with a small page, a slow one a 504', async () => {
  const { port } = await new Promise((resolve) => { const door = net.createServer().listen(0, '127.0.0.1', () => { const at = door.address(); door.close(() => resolve(at)); }); });
  const gone = await proxy('--to', `http://127.0.0.1:${port}`);
  assert.match(await curl('-i', ...navigates, `${gone.url}/`), /^HTTP\/1\.1 502 Bad Gateway\r\n[^]*does not answer/);
  const slow = await proxy('--to', app.url, '--response-timeout', '400');
  assert.match(await curl('-i', `${slow.url}/never`), /^HTTP\/1\.1 504 Gateway Timeout\r\n[^]*takes too long/);
});

/// Requests that the proxy answers itself, by status; `fields` ends with CRLF, or is empty.
const failing = {
  400: (fields) => `GET / HTTP/1.1\r\n${fields}\r\n`,
  405: (fields) => `TRACE / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`,
  408: (fields) => `GET / HTTP/1.1\r\nHost: a\r\n${fields}X-Half: a li`,
  413: (fields) => `POST / HTTP/1.1\r\nHost: a\r\n${fields}Content-Length: 1001\r\n\r\n`,
  417: (fields) => `GET / HTTP/1.1\r\nHost: a\r\n${fields}Expect: cake\r\n\r\n`,
  431: (fields) => `GET / HTTP/1.1\r\nHost: a\r\n${fields}X-Long: ${'a'.repeat(5000)}\r\n\r\n`,
  501: (fields) => `POST / HTTP/1.1\r\nHost: a\r\n${fields}Transfer-Encoding: gzip\r\n\r\n`,
  502: (fields) => `GET /gone HTTP/1.1\r\nHost: a\r\n${fields}\r\n`,
  504: (fields) => `GET /never HTTP/1.1\r\nHost: a\r\n${fields}\r\n`,
  505: (fields) => `GET / HTTP/2.0\r\nHost: a\r\n${fields}\r\n`,
};
const page = 'Accept: text/html,*/*;q=0.8\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n';
const words_of = (tag) => JSON.parse(readFileSync(new URL(`../../../middleware/texts/${tag}.json`, import.meta.url), 'utf8'));

test('what the proxy answers itself is a page in the visitor\'s language, and a sentence for programs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'abide-failing-')), policy = join(folder, 'policy.json');
  writeFileSync(policy, JSON.stringify({ jurisdiction: { fixed: 'DE' }, notice: { languages: ['fr', 'de', 'ar'] } }));
  const mine = await proxy('--to', app.url, '--policy', policy, '--max-body', '1000', '--max-header', '4096', '--header-timeout', '300', '--response-timeout', '300');
  const key_of = { 408: 'late', 413: 'large', 431: 'large', 502: 'away', 504: 'away' };
  const wanted = [['', 'fr'], ['Accept-Language: de-AT, en;q=0.5\r\n', 'de'], ['Accept-Language: ar\r\n', 'ar'], ['Accept-Language: tlh\r\n', 'fr']];
  for (const [status, request] of Object.entries(failing)) {
    const answers = await Promise.all([...wanted.map(([field]) => page + field), '', 'Accept: application/json\r\nAccept-Language: de\r\n']
      .map((fields) => talk(mine.port, request(fields), { ms: 4000 })));
    answers.slice(0, wanted.length).forEach((answer, i) => {
      const [, tag] = wanted[i], words = words_of(tag), [head, body] = answer.split(/\r\n\r\n([^]*)/);
      assert.equal(status_of(answer), Number(status), answer);
      assert.match(head, /content-type: text\/html; charset=utf-8/i, answer);
      assert.match(head, /cache-control: [^\r]*no-store/i);
      assert.match(head, new RegExp(`content-language: ${tag}\r`, 'i'), answer);
      assert.match(body, new RegExp(`^<!doctype html><html lang="${tag}" dir="${words.direction}">`));
      const text = Buffer.from(body, 'latin1').toString();
      const shown = text.replaceAll('&#39;', "'").replaceAll('&quot;', '"');
      assert.ok(shown.includes(`<h1>${words[`proxy.${key_of[status] ?? 'refused'}`]}</h1>`), `${status} ${shown}`);
      if (['408', '502', '504'].includes(status)) assert.ok(shown.includes(`<p>${words['page.later']}</p>`), shown);
      if (!['400', '405', '408', '431', '505'].includes(status)) assert.match(text, /<abide-notice>[^]*data-abide-notice/, status);
      else assert.match(text, /<a href="\/consent">/);
      assert.equal(Number(head.match(/content-length: (\d+)/i)[1]), body.length);
    });
    for (const answer of answers.slice(wanted.length)) assert.match(answer, new RegExp(`^HTTP/1.1 ${status} [^]*text/plain; charset=utf-8[^]*\r\n\r\n[A-Z1-9][ -~]+\\.\n$`), answer);
  }
  const head = await talk(mine.port, failing[504](page).replace('GET', 'HEAD'));
  assert.match(head, /^HTTP\/1\.1 504 [^]*\r\n\r\n$/);
  for (const status of [400, 413, 431]) assert.match(await talk(mine.port, failing[status](page).replace(/^(GET|POST)/, 'HEAD')), new RegExp(`^HTTP/1\\.1 ${status} [^]*\r\n\r\n$`));
  rmSync(folder, { recursive: true });
});

test('malformed answers of the application give a 502', async () => {
  const bad = ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 'HTTP/1.1 OK\r\n\r\n', 'HTTP/1.1 200 OK\nX: y\n\n', 'hello\r\n\r\n', 'HTTP/1.1 200 OK\r\nX : y\r\n\r\n', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n'];
  for (const text of bad) {
    const liar = await recorder(() => text);
    const mine = await proxy('--to', liar.url);
    assert.equal(status_of(await talk(mine.port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')), 502, text);
    mine.process.kill('SIGKILL');
    liar.close();
  }
});

test('a status of an unusual number passes with its page, and counts as a fault of the application', async () => {
  const liar = await recorder(() => 'HTTP/1.1 999 Request denied\r\nContent-Type: text/html\r\nSet-Cookie: _ga=1\r\nContent-Length: 16\r\n\r\n<title>x</title>');
  const mine = await proxy('--to', liar.url, '--metrics', '127.0.0.1:0');
  const answer = await talk(mine.port, 'GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nConnection: close\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 999 Request denied\r\n[^]*data-abide-notice/);
  assert.doesNotMatch(answer, /_ga=1/);
  const [, metrics] = mine.told().match(/(http:\S+) has metrics/);
  const told = await curl(`${metrics}metrics`);
  assert.match(told, /abide_answers_total\{class="5xx"\} 1\n/);
  assert.match(told, /abide_aborted_total 0\n/);
  mine.process.kill('SIGKILL');
  liar.close();
});

test('spaces and extensions behind the sizes of chunks are read over in answers', async () => {
  const chunks = (size, last) => `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n${size}\r\nabc\r\n${last}\r\n\r\n`;
  const answer_to = async (text) => {
    const server = await recorder(() => text);
    const mine = await proxy('--to', server.url);
    const answer = await talk(mine.port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    mine.process.kill('SIGKILL');
    server.close();
    return answer;
  };
  for (const [size, last] of [['3 ', '0'], ['3   \t ', '0   '], ['3;a=b', '0;c'], ['3 ; a="b\\"c;d"', '0']]) assert.match(await answer_to(chunks(size, last)), /^HTTP\/1.1 200 [^]*\r\n\r\n3\r\nabc\r\n0\r\n\r\n$/, size);
  for (const size of ['3 0', ' 3', '3 x', ';a', '3;a\nb', `3;${'a'.repeat(5000)}`]) assert.ok(!(await answer_to(chunks(size, '0'))).includes('abc'), size.slice(0, 20));
});

test('requests that are too large or too slow are refused', async () => {
  const mine = await proxy('--to', app.url, '--max-body', '1000', '--header-timeout', '300', '--idle-timeout', '300', '--max-connections', '2');
  const post = (fields, body) => `POST /up HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n${body}`;
  assert.equal(status_of(await talk(mine.port, post('Content-Length: 1001', ''), { until: '\r\n\r\n' })), 413);
  assert.equal(status_of(await talk(mine.port, post('Transfer-Encoding: chunked', `7d0\r\n${'a'.repeat(2000)}\r\n0\r\n\r\n`), { until: '\r\n\r\n' })), 413);
  assert.equal(status_of(await talk(mine.port, 'GET / HTTP/1.1\r\nHost:')), 408);
  const begun = Date.now();
  assert.equal(await talk(mine.port, ''), '');
  assert.ok(Date.now() - begun < 1500);
  const held = [net.connect(mine.port, '127.0.0.1'), net.connect(mine.port, '127.0.0.1')];
  held.forEach((each) => each.on('error', () => {}));
  await sleep(50);
  assert.match(await talk(mine.port, 'GET /json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), /200 OK/);
  held.forEach((each) => each.destroy());
});

test('requests wait for a connection to the application, and get an error when that takes too long', async () => {
  const mine = await proxy('--to', app.url, '--max-backend-connections', '1', '--connect-timeout', '200', '--response-timeout', '5000');
  const slow = curl('-o', '/dev/null', '-w', '%{http_code}', `${mine.url}/slow-page`);
  await sleep(150);
  assert.equal(await curl('-o', '/dev/null', '-w', '%{http_code}', `${mine.url}/json`), '503');
  assert.equal(await slow, '200');
  const both = await Promise.all([1, 2, 3].map(() => curl(`${mine.url}/json`)));
  assert.deepEqual(both, ['{"a":1}', '{"a":1}', '{"a":1}']);
});
