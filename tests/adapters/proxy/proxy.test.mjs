// `abide proxy` in front of unmodified applications.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { application, recorder } from './backend.mjs';
import { proxy, sleep, status_of, talk } from './proxy.mjs';

const run = promisify(execFile);
const curl = async (...words) => (await run('curl', ['-sS', '--max-time', '20', ...words], { maxBuffer: 1 << 28 })).stdout;
const folder = mkdtempSync(join(tmpdir(), 'abide-proxy-'));
const policy = join(folder, 'policy.json');
const navigates = ['-H', 'Sec-Fetch-Mode: navigate', '-H', 'Sec-Fetch-Dest: document', '-H', 'Accept: text/html'];

let app, front;
before(async () => {
  writeFileSync(policy, JSON.stringify({ site: { name: 'Shop' }, records: { store: `sqlite:${join(folder, 'records.db')}` } }));
  app = await application();
  front = await proxy('--to', app.url, '--policy', policy);
});
after(async () => { await app.close(); rmSync(folder, { recursive: true, force: true }); });

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

test('a client of HTTP/1.0 that names no host reaches the application under the application\'s own address', async (t) => {
  const six = await application({ host: '::1', port: 0 });
  t.after(() => six.close());
  for (const [to, host] of [[`http://127.0.0.1:${app.port}`, `127.0.0.1:${app.port}`], [`http://localhost:${app.port}/`, `localhost:${app.port}`], [`http://[::1]:${six.port}`, `[::1]:${six.port}`]]) {
    const mine = await proxy('--to', to);
    const got = await talk(mine.port, 'GET /told HTTP/1.0\r\n\r\n');
    assert.equal(JSON.parse(got.slice(got.indexOf('{'))).host, host);
  }
});

test('a page is requested without a content coding, anything else with the visitor\'s', async () => {
  const asked = (...words) => curl('-i', ...words, `${front.url}/gzip`);
  assert.match(await asked('-H', 'Accept-Encoding: gzip', ...navigates), /X-Asked: identity/i);
  assert.match(await asked('-H', 'Accept-Encoding: gzip', '-H', 'Sec-Fetch-Mode: no-cors', '-H', 'Sec-Fetch-Dest: script'), /X-Asked: gzip/i);
});

test('connection fields are not passed on, trailers are discarded', async () => {
  const answer = await curl('-i', '-H', 'Connection: X-Mine', '-H', 'X-Mine: 1', '-H', 'Proxy: http://evil.example', '-H', 'TE: trailers', '-H', 'Keep-Alive: 3', `${front.url}/hop`);
  assert.doesNotMatch(answer, /X-Inner|Keep-Alive|Proxy-/i);
  assert.match(answer, /\r\nvia: 1\.1 abide\r\n/i);
  const { headers } = app.seen.at(-1);
  for (const name of ['x-mine', 'proxy', 'te', 'keep-alive', 'proxy-authorization']) assert.equal(headers[name], undefined, name);
  assert.equal(headers.via, '1.1 abide');
  const trailers = await curl('-i', '--raw', `${front.url}/trailers`);
  assert.match(trailers, /\r\n4\r\nbody\r\n0\r\n\r\n$/);
});

test('the application is told where a request came from, and a visitor\'s own claim is not passed on', async () => {
  const told = JSON.parse(await curl('-H', 'Host: shop.example', '-H', 'X-Forwarded-For: 6.6.6.6', '-H', 'X-Forwarded-Proto: https', '-H', 'Forwarded: for=6.6.6.6', '-H', 'X_Forwarded_For: 6.6.6.6', `${front.url}/told`));
  assert.equal(told['x-forwarded-for'], '127.0.0.1');
  assert.equal(told['x-forwarded-proto'], 'http');
  assert.equal(told['x-forwarded-host'], 'shop.example');
  assert.equal(told.forwarded, 'for=127.0.0.1;host="shop.example";proto=http');
  assert.equal(told.host, 'shop.example');
  assert.doesNotMatch(JSON.stringify(told), /6\.6\.6\.6/);
});

test('what a trusted proxy says is kept and added to; SIGHUP reloads a policy', async () => {
  const live = join(folder, 'live.json');
  writeFileSync(live, '{}');
  const mine = await proxy('--to', app.url, '--policy', live);
  const ask = async () => JSON.parse(await curl('-H', 'X-Forwarded-For: 6.6.6.6', '-H', 'X-Forwarded-Proto: https', '-H', 'Forwarded: for=6.6.6.6', `${mine.url}/told`));
  assert.equal((await ask())['x-forwarded-for'], '127.0.0.1');
  writeFileSync(live, '{"jurisdiction":{"trusted_proxies":["loopback"]}}');
  mine.process.kill('SIGHUP');
  assert.ok(await mine.hears('policy reloaded'));
  const told = await ask();
  assert.equal(told['x-forwarded-for'], '6.6.6.6, 127.0.0.1');
  assert.equal(told['x-forwarded-proto'], 'https');
  assert.match(told.forwarded, /^for=6\.6\.6\.6, for=127\.0\.0\.1;/);
  writeFileSync(live, '{"no":');
  mine.process.kill('SIGHUP');
  assert.ok(await mine.hears('policy not reloaded'));
  assert.equal((await ask())['x-forwarded-for'], '6.6.6.6, 127.0.0.1');
});

test('every field says the same about scheme and host, whichever of them the proxy in front writes', async () => {
  const trusting = join(folder, 'trusting.json');
  writeFileSync(trusting, '{"jurisdiction":{"trusted_proxies":["loopback"]}}');
  const mine = await proxy('--to', app.url, '--policy', trusting);
  for (const said of [['X-Forwarded-Proto: https', 'X-Forwarded-Host: shop.example'], ['Forwarded: for=6.6.6.6;host=shop.example;proto=https']]) {
    const told = JSON.parse(await curl(...said.flatMap((each) => ['-H', each]), `${mine.url}/told`));
    assert.equal(told['x-forwarded-proto'], 'https');
    assert.equal(told['x-forwarded-host'], 'shop.example');
    assert.match(told.forwarded, /for=127\.0\.0\.1;host="shop\.example";proto=https$/);
  }
  const strange = JSON.parse(await curl('-H', 'X-Forwarded-Proto: a;b', '-H', 'X-Forwarded-Host: a";proto=https', `${mine.url}/told`));
  assert.match(strange.forwarded, /^for=127\.0\.0\.1;host="127\.0\.0\.1:\d+";proto=http$/);
});

test("each answer has one Date: the application's, or the proxy's where the application sends none", async () => {
  const sent = 'Date: Tue, 01 Jan 2030 00:00:00 GMT\r\n';
  const answers = ['json', 'html'].flatMap((kind) => [sent, ''].map((date) => `HTTP/1.1 200 OK\r\nContent-Type: text/${kind}\r\n${date}Content-Length: 6\r\n\r\n<html>`));
  const inner = await recorder((connection, request) => answers[request - 1]);
  const mine = await proxy('--to', inner.url);
  const dates = (answer) => [...answer.matchAll(/^date: (.*)\r$/gim)].map(([, date]) => date);
  const is_now = (date) => Math.abs(new Date(date) - Date.now()) < 5000 && date === new Date(date).toUTCString();
  for (const answer of answers) {
    const [date, ...more] = dates(await talk(mine.port, 'GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nConnection: close\r\n\r\n'));
    assert.deepEqual(more, []);
    assert.ok(answer.includes(sent) ? sent.includes(date) : is_now(date), `${answer}: ${date}`);
  }
  inner.close();
  for (const [status, line] of [[502, 'GET / HTTP/1.1'], [200, 'GET /.well-known/gpc.json HTTP/1.1'], [405, 'TRACE / HTTP/1.1'], [400, 'NONSENSE'], [502, 'GET / HTTP/1.0']]) {
    const answer = await talk(mine.port, `${line}\r\nHost: a\r\nConnection: close\r\n\r\n`);
    assert.equal(status_of(answer), status);
    assert.deepEqual(dates(answer).map(is_now), [true], answer);
  }
  mine.process.kill('SIGKILL');
});

test('a method that is refused comes with those that are not', async () => {
  for (const line of ['TRACE / HTTP/1.1\r\nHost: a', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443'])
    assert.match(await talk(front.port, `${line}\r\n\r\n`), /^HTTP\/1\.1 405 [^]*\r\nAllow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n/);
});

test('connections to the application are kept and reused', async () => {
  const before_it = app.connections();
  for (let i = 0; i < 20; ++i) await curl(`${front.url}/json`);
  assert.ok(app.connections() - before_it <= 1);
});

test('of several Content-Type fields the last one tells whether it is a page, as in browsers', async () => {
  const html = '<!doctype html><title>shop</title><p>hello</p>';
  for (const [types, is_page] of [[['text/plain', 'text/html'], true], [['text/html', 'text/plain'], false]]) {
    const twice = await recorder(() => `HTTP/1.1 200 OK\r\n${types.map((each) => `Content-Type: ${each}\r\n`).join('')}Content-Length: ${html.length}\r\n\r\n${html}`);
    const mine = await proxy('--to', twice.url);
    assert.equal((await curl(...navigates, `${mine.url}/`)).includes('action="/consent'), is_page, types.join());
    mine.process.kill();
    twice.close();
  }
});

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

test('an answer that is cut off does not look complete', async () => {
  await assert.rejects(curl(`${front.url}/cut`), /transfer closed|end of response|bytes remaining/);
});

test('of a page that is cut off, what the application sent is there', async () => {
  const page = '<!doctype html><html><head><title>x</title></head><body><h1>Shop</h1></body></html>';
  const liar = await recorder(() => {
    setTimeout(() => { for (const { socket } of liar.connections) socket.end(); }, 50);
    return `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${page.length + 9}\r\n\r\n${page}`;
  });
  const mine = await proxy('--to', liar.url);
  const answer = await talk(mine.port, 'GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nConnection: close\r\n\r\n');
  assert.match(answer, /<h1>Shop<\/h1>/);
  assert.doesNotMatch(answer, /\r\n0\r\n/);
  mine.process.kill('SIGKILL');
  liar.close();
});

test('an application may answer before the upload has ended', async () => {
  const answer = await talk(front.port, `POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n${'a'.repeat(1000)}`, { ms: 2500 });
  assert.match(answer, /^HTTP\/1\.1 413 [^]*Connection: close\r\n[^]*too much/i);
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

test('pipelined requests are answered in order', async () => {
  const one = (path, more = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
  const answer = await talk(front.port, one('/json') + one('/.well-known/gpc.json') + one('/nothing', 'Connection: close\r\n'));
  assert.match(answer, /^HTTP\/1\.1 200[^]*\{"a":1\}[^]*HTTP\/1\.1 200[^]*"gpc"[^]*HTTP\/1\.1 204/);
});

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

test('--observe changes nothing, and reports once what would be withheld', async () => {
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
