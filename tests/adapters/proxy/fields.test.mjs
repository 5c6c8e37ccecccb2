// The fields that `abide proxy` adds, removes and passes on.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { application, recorder } from './backend.mjs';
import { curl, navigates, open_shop, proxy, status_of, talk } from './proxy.mjs';

const { app, folder, front } = await open_shop();

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
