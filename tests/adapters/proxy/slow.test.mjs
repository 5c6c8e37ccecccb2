// Visitors who send or read slowly: how long they may hold a connection of the application.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { application } from './backend.mjs';
import { proxy, sleep, status_of } from './proxy.mjs';

let app;
before(async () => { app = await application(); });
after(() => app.close());

/** A visitor who sends `head`, and then `piece` every `ms` as long as the connection lasts, at most `times`. */
async function drips(port, head, piece, ms, times) {
  const socket = net.connect(port, '127.0.0.1');
  let got = '', ended = false;
  socket.on('data', (bytes) => { got += bytes.toString('latin1'); });
  socket.on('error', () => { ended = true; });
  socket.on('end', () => { ended = true; });
  socket.write(head);
  let sent = 0;
  for (; sent < times && !ended && !got; ++sent) { await sleep(ms); socket.write(piece); }
  for (let i = 0; i < 40 && !got && !ended; ++i) await sleep(50);
  socket.destroy();
  return { got, sent };
}

const slow = ['--response-timeout', '400', '--header-timeout', '400', '--min-rate', '1000'];
const post = (fields) => `POST /up HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n`;

test('a byte now and then does not keep an upload alive', async () => {
  const mine = await proxy('--to', app.url, ...slow);
  for (const [fields, piece] of [['Content-Length: 100000', 'a'], ['Transfer-Encoding: chunked', '1\r\na\r\n']]) {
    const { got, sent } = await drips(mine.port, post(fields), piece, 50, 60);
    assert.equal(status_of(got), 408, fields);
    assert.ok(sent < 60, fields);
  }
});

test('nor does a beginning that arrived quickly: only a pause as long as the time-out is paid for in advance', async () => {
  const mine = await proxy('--to', app.url, ...slow);
  const { got } = await drips(mine.port, post('Content-Length: 1000000') + 'a'.repeat(200_000), 'a', 50, 60);
  assert.equal(status_of(got), 408);
});

test('an upload at more than the least rate may take much longer than the time-out', async () => {
  const mine = await proxy('--to', app.url, ...slow);
  const { got, sent } = await drips(mine.port, post(`Content-Length: ${20 * 500}`), 'a'.repeat(500), 50, 20);
  assert.equal(status_of(got), 200);
  assert.match(got, /\r\n10000 10000\r\n/);
  assert.equal(sent, 20);
});

test('--min-rate 0 limits only the pauses', async () => {
  const mine = await proxy('--to', app.url, '--response-timeout', '400', '--min-rate', '0');
  const { got } = await drips(mine.port, post('Content-Length: 20'), 'a', 50, 20);
  assert.equal(status_of(got), 200);
});

test('bytes now and then do not keep a header section alive', async () => {
  const mine = await proxy('--to', app.url, ...slow);
  const { got, sent } = await drips(mine.port, 'GET / HTTP/1.1\r\n', 'A: b\r\n', 50, 60);
  assert.equal(status_of(got), 408);
  assert.ok(sent < 60);
});

/** Reads an answer of 64 MB, `size` bytes every `ms`, until it ends or `most` bytes have come. */
function reads(port, size, ms, most) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1', highWaterMark: size });
    let read = 0;
    const done = (why) => { clearTimeout(timer); socket.destroy(); resolve({ why, read }); };
    let timer = null;
    socket.on('data', (bytes) => {
      read += bytes.length;
      if (read >= most) return done('enough');
      socket.pause();
      timer = setTimeout(() => socket.resume(), ms);
    });
    socket.on('end', () => done('ended'));
    socket.on('error', () => done('ended'));
    socket.write('GET /down?size=64000000&length HTTP/1.1\r\nHost: a\r\n\r\n');
  });
}

test('an answer that is read too slowly is cut off; one that is read fast enough is not', async () => {
  const rate = ['--response-timeout', '400', '--min-rate', '4000000'];
  const mine = await proxy('--to', app.url, ...rate);
  assert.equal((await reads(mine.port, 16384, 20, 60_000_000)).why, 'ended');
  assert.equal((await reads(mine.port, 1 << 20, 1, 60_000_000)).why, 'enough');
});

test('an application that is slow to read and to answer uses up no visitor\'s time', async () => {
  const mine = await proxy('--to', app.url, '--response-timeout', '1500', '--min-rate', '1000000000');
  const { got } = await drips(mine.port, 'GET /slow-page HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nConnection: close\r\n\r\n', '', 2000, 1);
  assert.match(got, /<p>first[^]*<p>last/);
});
