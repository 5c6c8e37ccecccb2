// Whatever the proxy answers without having read all that the visitor sends, the visitor receives it: bytes that are left
// unread when a connection is closed make the visitor's system discard the answer.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { application } from './backend.mjs';
import { proxy, sleep, status_of, talk } from './proxy.mjs';

const large = 'a'.repeat(8_000_000);
let app, front, dead, strict;
before(async () => {
  app = await application();
  front = await proxy('--to', app.url);
  dead = await proxy('--to', 'http://127.0.0.1:1');
  strict = await proxy('--to', app.url, '--max-body', '100000');
});
after(() => app.close());

/** Sends everything, `late` only once an answer begins, and resolves with what had arrived when the connection ended. */
const sends = (port, text, late = '') => new Promise((done) => {
  const socket = net.connect(port, '127.0.0.1');
  let got = '';
  socket.once('data', () => socket.write(late));
  socket.on('data', (bytes) => { got += bytes.toString('latin1'); });
  socket.on('error', (error) => { got += ` (${error.code})`; });
  socket.on('close', () => done(got));
  socket.write(text);
});

const head = (line, ...fields) => [line, 'Host: a', ...fields, '', ''].join('\r\n');
const post = (path) => head(`POST ${path} HTTP/1.1`, `Content-Length: ${large.length}`) + large;
const chunked = (path) => `${head(`POST ${path} HTTP/1.1`, 'Transfer-Encoding: chunked')}${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`;

for (const [what, status, where, text] of [
  ['an application that is down', 502, () => dead, post('/x')],
  ['one that closes', 502, () => front, post('/gone')],
  ['one that answers early', 413, () => front, post('/early')],
  ['a page of Abide\'s that takes no post', 405, () => front, post('/.well-known/gpc.json')],
  ['a form that is too large', 413, () => front, post('/consent')],
  ['a form in chunks that is too large', 413, () => front, chunked('/consent')],
  ['a body over --max-body', 413, () => strict, post('/up')],
  ['a body in chunks over --max-body', 413, () => strict, chunked('/up')],
  ['a bad request line', 400, () => front, `GET\r\n${large}`],
]) {
  test(`the visitor of ${what} receives the answer while they still send`, async () => {
    // If all had been passed on before an early answer, the connection would rightly stay open.
    const half = text.length / 2;
    const got = await sends(where().port, text.slice(0, half), text.slice(half));
    assert.equal(status_of(got), status, got.slice(0, 200));
    assert.match(got.split('\r\n\r\n')[0], /^Connection: close\r?$/im);
    assert.doesNotMatch(got, /\(E[A-Z]+\)$/);
  });
}

test('an answer is whole although the visitor sends more behind the last request', async () => {
  for (const size of [10, 3_000_000]) {
    const got = await sends(front.port, head(`GET /down?size=${size}&length HTTP/1.1`, 'Connection: close') + large);
    assert.equal(got.replace(/ \(E[A-Z]+\)$/, '').length - got.indexOf('\r\n\r\n') - 4, size);
  }
});

test('connections that only wait for the visitor\'s end make room for others', async () => {
  const mine = await proxy('--to', app.url, '--max-connections', '2');
  const kept = [1, 2].map(() => net.connect({ port: mine.port, host: '127.0.0.1', allowHalfOpen: true }));
  await Promise.all(kept.map((each) => new Promise((done) => {
    each.on('error', () => {});
    each.on('end', done);
    each.resume();
    each.write(head('GET /json HTTP/1.1', 'Connection: close'));
  })));
  assert.equal(status_of(await sends(mine.port, head('GET /json HTTP/1.1', 'Connection: close'))), 200);
  kept.forEach((each) => each.destroy());
});

test('a connection that has sent nothing yet stays open while nobody waits for its room', async () => {
  const mine = await proxy('--to', app.url, '--max-connections', '2');
  const early = [1, 2].map(() => net.connect(mine.port, '127.0.0.1'));
  const got = ['', ''];
  early.forEach((each, i) => each.on('error', () => {}).on('data', (bytes) => { got[i] += bytes; }));
  await sleep(300);
  const ends = early.map((each) => new Promise((done) => each.on('close', done)));
  early.forEach((each) => each.write(head('GET /json HTTP/1.1', 'Connection: close')));
  await Promise.all(ends);
  assert.deepEqual(got.map(status_of), [200, 200]);
});

test('a connection that becomes idle makes room for a visitor who waits already', async () => {
  const mine = await proxy('--to', app.url, '--max-connections', '2');
  const busy = [1, 2].map(() => net.connect(mine.port, '127.0.0.1'));
  let begun = 0;
  await new Promise((done) => {
    busy.forEach((each) => {
      each.on('error', () => {}).once('data', () => { if (++begun === 2) done(); });
      each.write(head('GET /slow-page HTTP/1.1'));
    });
  });
  const got = await talk(mine.port, head('GET /json HTTP/1.1'), { ms: 10_000, until: '{"a":1}' });
  busy.forEach((each) => each.destroy());
  assert.equal(status_of(got), 200);
});
