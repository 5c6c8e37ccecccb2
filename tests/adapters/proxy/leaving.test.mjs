// Visitors who leave before the application has answered: it learns of it, and its connection is free for others.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { proxy, sleep, status_of } from './proxy.mjs';

const folder = mkdtempSync(join(tmpdir(), 'abide-leaving-'));
const requests = [], left = [];
const app = createServer((request, response) => {
  requests.push(request.url);
  response.on('close', () => { if (!response.writableFinished) left.push(request.url); });
  request.resume();
  if (request.url.startsWith('/events')) return response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
  if (request.url.startsWith('/half')) return response.writeHead(200, { 'Content-Type': 'application/pdf', 'Content-Length': 1000 }).write('half');
  if (request.url.startsWith('/slow')) return setTimeout(() => response.end('late, but there'), 2500);
  if (request.url.startsWith('/fast')) return response.end('there');
  return undefined; // thinks for ever
});
let front, over_tls;
before(async () => {
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
  const to = `http://127.0.0.1:${app.address().port}`, [cert, key] = ['cert', 'key'].map((name) => join(folder, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=a', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  front = await proxy('--to', to, '--threads', '1');
  over_tls = await proxy('--to', to, '--tls-cert', cert, '--tls-key', key);
});
after(() => {
  app.close();
  app.closeAllConnections();
  rmSync(folder, { recursive: true });
});

const get = (path, ...fields) => [`GET ${path} HTTP/1.1`, 'Host: a', ...fields, '', ''].join('\r\n');
const seen = async (list, path) => { for (let i = 0; i < 300 && !list.includes(path); ++i) await sleep(50); return list.includes(path); };

for (const [what, path, text] of [
  ['has not answered yet', '/thinks', (at) => get(at)],
  ['sends no event', '/events', (at) => get(at)],
  ['has sent half of its answer', '/half', (at) => get(at)],
  ['has read an upload', '/upload', (at) => `POST ${at} HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody`],
  ['has served her before on the same connection', '/again', (at) => get('/fast') + get(at)],
]) {
  for (const [how, end] of [['ends', (socket) => socket.end()], ['resets', (socket) => socket.resetAndDestroy()]]) {
    test(`an application that ${what} learns that the visitor ${how} the connection`, async () => {
      const at = `${path}-${how}`, socket = net.connect({ port: front.port, host: '127.0.0.1', allowHalfOpen: true });
      socket.on('error', () => {});
      socket.resume();
      socket.write(text(at));
      assert.ok(await seen(requests, at));
      end(socket);
      assert.ok(await seen(left, at), 'the application still answers a visitor who has left');
      assert.equal(requests.filter((each) => each === at).length, 1, 'the request was not sent again');
      socket.destroy();
    });
  }
}

test('an application learns that a visitor over TLS has left', async () => {
  const socket = tls.connect({ port: over_tls.port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  socket.write(get('/over-tls'));
  assert.ok(await seen(requests, '/over-tls'));
  socket.destroy();
  assert.ok(await seen(left, '/over-tls'));
});

test('who stays gets a late answer, also if another request is already behind it', async () => {
  for (const [port, open] of [[front.port, net.connect], [over_tls.port, tls.connect]]) {
    const socket = open({ port, host: '127.0.0.1', rejectUnauthorized: false });
    let got = '';
    socket.on('data', (bytes) => { got += bytes; });
    socket.write(get('/slow') + get('/fast', 'Connection: close'));
    await once(socket, 'close');
    assert.equal(status_of(got), 200);
    assert.match(got, /late, but there[^]*there$/);
  }
});
