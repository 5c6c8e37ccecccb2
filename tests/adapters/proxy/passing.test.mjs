// What passes through `abide proxy`: pages with the notice, streams, tunnels and special answers.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { curl, navigates, open_shop, talk } from './proxy.mjs';

const run = promisify(execFile);
const { app, folder, front } = await open_shop();

test('a page gets the notice, and only the cookies that the visitor agreed to', async () => {
  const page = await curl('-i', ...navigates, `${front.url}/`);
  assert.match(page, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(page, /set-cookie: sid=1/i);
  assert.doesNotMatch(page, /_ga|_fbp/);
  assert.match(page, /<p>hello<\/p>/);
  assert.match(page, /action="\/consent/);
});

test('the application does not see cookies that the visitor did not agree to', async () => {
  await curl('-H', 'Cookie: sid=1; _ga=GA1.1.2', `${front.url}/json`);
  assert.equal(app.seen.at(-1).headers.cookie, 'sid=1');
});

test('what is not a page passes unchanged', async () => {
  assert.equal(await curl(`${front.url}/json`), '{"a":1}');
});

test('gpc.json and the preference page are answered without the application', async () => {
  const count = app.seen.length;
  assert.match(await curl(`${front.url}/.well-known/gpc.json`), /"gpc"/);
  assert.match(await curl(...navigates, `${front.url}/consent`), /<form/);
  assert.equal(app.seen.length, count);
});

test('a choice is posted and saved, and then the cookies pass in both directions', async () => {
  const jar = join(folder, 'jar');
  const posted = await curl('-i', '-c', jar, '-H', `Origin: ${front.url}`, '-d', 'choice=accept-all&from=banner', `${front.url}/consent`);
  assert.match(posted, /^HTTP\/1\.1 303 /);
  const page = await curl('-i', '-b', jar, '-H', 'Cookie: _ga=1', ...navigates, `${front.url}/`);
  assert.match(page, /set-cookie: _ga=GA1/i);
  const told = JSON.parse(await curl('-b', jar, `${front.url}/told`))['abide-consent'];
  assert.match(told, /^required, analytics, functional, targeting, sharing, gpc=\?0, chosen, regime=opt_in$/);
});

test('a post to the consent path with Expect: 100-continue is answered too', async () => {
  const posted = await curl('-i', '-H', 'Expect: 100-continue', '-H', `Origin: ${front.url}`, '-d', 'choice=accept-all&from=banner', `${front.url}/consent`);
  assert.match(posted, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 303 /);
});

test('the application is told the decision in one field, which no visitor can forge', async () => {
  const told = JSON.parse(await curl('-H', 'abide-consent: targeting', '-H', 'ABIDE-CONSENT: analytics', '-H', 'Abide_Consent: targeting', '-H', 'Sec-GPC: 1', `${front.url}/told`));
  assert.equal(told['abide-consent'], 'required, analytics=?0, functional=?0, targeting=?0, sharing=?0, gpc, chosen=?0, regime=opt_in');
  assert.deepEqual(Object.keys(told).filter((name) => /abide/i.test(name)), ['abide-consent']);
});

test('a hundred megabytes pass in both directions, in little memory', { timeout: 60_000 }, async () => {
  const size = 100 << 20;
  const memory = () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(front.process.pid)]).toString());
  const at_first = memory();
  for (const way of ['', '&length'])
    assert.equal((await run('bash', ['-c', `curl -sS "${front.url}/down?size=${size}${way}" | wc -c`])).stdout.trim(), String(size));
  const file = join(folder, 'large');
  execFileSync('truncate', ['-s', String(size), file]);
  assert.equal(await curl('--data-binary', `@${file}`, '-H', 'Expect:', `${front.url}/up`), `${size} ${size}`);
  assert.equal(await curl('-T', file, '-X', 'POST', '-H', 'Transfer-Encoding: chunked', `${front.url}/up`), `${size} chunked`);
  assert.ok(memory() - at_first < 4096, `${memory() - at_first} KB more`);
});

test('the first byte of a page is not held back, and the notice is in it before the page ends', async () => {
  const begun = Date.now();
  const seen = await new Promise((resolve) => {
    http.get(`${front.url}/slow-page`, { headers: { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' } }, (answer) => {
      let text = '', first = 0, notice = 0;
      answer.on('data', (bytes) => { text += bytes; first ||= Date.now() - begun; if (!notice && text.includes('/consent')) notice = Date.now() - begun; });
      answer.on('end', () => resolve({ text, first, notice, end: Date.now() - begun }));
    });
  });
  assert.match(seen.text, /first[^]*last/);
  assert.ok(seen.end - seen.first > 300 && seen.end - seen.notice > 300, JSON.stringify({ ...seen, text: '' }));
});

test('events arrive one by one', async () => {
  const times = await new Promise((resolve) => {
    const got = [];
    http.get(`${front.url}/events`, (answer) => { answer.on('data', () => got.push(Date.now())); answer.on('end', () => resolve(got)); });
  });
  assert.equal(times.length, 3);
  assert.ok(times[2] - times[0] > 200);
});

test('a WebSocket is a tunnel, and its handshake sets no cookie that the visitor did not agree to', async () => {
  const answer = await new Promise((resolve) => {
    const socket = net.connect(front.port, '127.0.0.1');
    let text = '';
    socket.write('GET /ws HTTP/1.1\r\nHost: a.example\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Key: x\r\nCookie: _ga=1\r\n\r\n');
    socket.on('data', (bytes) => { if (text === '') socket.write('one'); text += bytes; if (text.includes('echo one') && !text.includes('echo two')) socket.write('two'); if (text.includes('echo two')) socket.end(); });
    socket.on('close', () => resolve(text));
  });
  assert.match(answer, /^HTTP\/1\.1 101 Switching Protocols\r\n[^]*Upgrade: websocket\r\n\r\necho oneecho two$/);
  assert.doesNotMatch(answer, /_ga/);
  assert.equal(app.seen.at(-1).headers.cookie, undefined);
});

test('100, 103, 204, 304, HEAD, ranges and redirects pass unchanged', async () => {
  assert.equal(await curl('-H', 'Expect: 100-continue', '-d', 'abc', `${front.url}/up`), '3 3');
  assert.match(await curl('-i', '-H', 'Expect: 100-continue', '-d', 'abc', `${front.url}/refuses`), /^HTTP\/1\.1 417/);
  assert.match(await talk(front.port, 'GET /hints HTTP/1.1\r\nHost: a\r\n\r\n', { until: 'hinted' }), /^HTTP\/1\.1 103 Early Hints\r\n[^]*rel=preload[^]*HTTP\/1\.1 200/);
  assert.doesNotMatch(await talk(front.port, 'GET /hints HTTP/1.0\r\nHost: a\r\n\r\n'), /103/);
  assert.match(await curl('-i', `${front.url}/nothing`), /^HTTP\/1\.1 204 No Content\r\n(?![^]*Transfer-Encoding)[^]*\r\n\r\n$/i);
  assert.match(await curl('-i', `${front.url}/unchanged`), /^HTTP\/1\.1 304 Not Modified\r\n(?![^]*Transfer-Encoding)[^]*\r\n\r\n$/i);
  const head = await talk(front.port, 'HEAD /json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  assert.match(head, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);
  assert.match(await curl('-i', '-r', '2-4', `${front.url}/range`), /206 Partial[^]*bytes 2-4\/10[^]*\r\n\r\n234$/);
  assert.match(await curl('-i', `${front.url}/moved`), /\r\nlocation: http:\/\/elsewhere\.example\/x\?y=1\r\n/i);
});

test('a client of HTTP/1.0 gets no chunks', async () => {
  const answer = await talk(front.port, 'GET /down?size=70000 HTTP/1.0\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.0 200 OK\r\n(?![^]*Transfer-Encoding)[^]*\r\n\r\nx{70000}$/i);
  const page = await talk(front.port, 'GET / HTTP/1.0\r\nHost: a\r\nAccept: text/html\r\n\r\n');
  assert.match(page, /\/consent[^]*<\/html>$/);
  assert.match(page, /\r\nContent-Length: \d+\r\n/i);
});

test('connections to the application are kept and reused', async () => {
  const before_it = app.connections();
  for (let i = 0; i < 20; ++i) await curl(`${front.url}/json`);
  assert.ok(app.connections() - before_it <= 1);
});

test('an application may answer before the upload has ended', async () => {
  const answer = await talk(front.port, `POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n${'a'.repeat(1000)}`, { ms: 2500 });
  assert.match(answer, /^HTTP\/1\.1 413 [^]*Connection: close\r\n[^]*too much/i);
});

test('pipelined requests are answered in order', async () => {
  const one = (path, more = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
  const answer = await talk(front.port, one('/json') + one('/.well-known/gpc.json') + one('/nothing', 'Connection: close\r\n'));
  assert.match(answer, /^HTTP\/1\.1 200[^]*\{"a":1\}[^]*HTTP\/1\.1 200[^]*"gpc"[^]*HTTP\/1\.1 204/);
});
