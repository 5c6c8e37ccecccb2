// How an answer ends decides whether the visitor may take it for complete (RFC 9112 sections 8 and 9.8).
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { recorder } from './backend.mjs';
import { curl, open_shop, proxy, talk } from './proxy.mjs';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'abide-endings-'));
const [key, cert] = ['key', 'cert'].map((kind) => join(folder, kind));
const cleanup = [];
after(() => { cleanup.forEach((each) => each()); rmSync(folder, { recursive: true, force: true }); });

const types = { json: 'application/json', page: 'text/html; charset=utf-8' };
const parts = {
  nothing: { json: '', page: '' },
  some: { json: '{"a":', page: '<!doctype html><html><head><title>x</title></head><body><h1>Shop</h1>' },
  more: { json: `["${'x'.repeat(5000)}`, page: `<!doctype html><html><head><title>x</title></head><body><h1>Shop</h1>${'x'.repeat(5000)}` },
};
const ways = {
  fin: (socket) => socket.end(),
  reset: (socket) => socket.resetAndDestroy(),
  silence: () => {},
};

/** Answers /KIND/PART/WAY with a head without a length and that part, and ends in that way. */
function answer(socket, end) {
  socket.on('error', () => {});
  socket.once('data', (bytes) => {
    const [, kind, part, way] = /^GET \/(\w+)\/(\w+)\/(\w+) /.exec(bytes.toString('latin1'));
    socket.write(`HTTP/1.1 200 OK\r\nContent-Type: ${types[kind]}\r\n\r\n${parts[part][kind]}`);
    setTimeout(end, 50, way);
  });
}

const listening = (server) => new Promise((resolve) => {
  cleanup.push(() => server.close());
  server.on('connection', (socket) => cleanup.push(() => socket.destroy()));
  server.listen(0, '127.0.0.1', () => resolve(server.address().port));
});

/** What a visitor gets: its status, and whether curl takes the answer for complete. */
async function visit(front, path, minor) {
  const words = ['-s', '--max-time', '20', `--http1.${minor}`, '-H', 'Accept: text/html', '-w', '\n%{http_code}', front.url + path];
  const { stdout, code } = await run('curl', words).then((ended) => ({ ...ended, code: 0 }), (failed) => failed);
  return { status: Number(stdout.split('\n').at(-1)), is_complete: code === 0 };
}

let plain, secure;
before(async () => {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=a', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const application = net.createServer((socket) => answer(socket, (way) => ways[way](socket)));
  plain = await proxy('--to', `http://127.0.0.1:${await listening(application)}`, '--response-timeout', '300');
  const inner = tls.createServer({ key: readFileSync(key), cert: readFileSync(cert) });
  const behind = await listening(inner);
  const relay = net.createServer((socket) => {  // can end the connection below TLS
    const to = net.connect(behind, '127.0.0.1');
    for (const each of [socket, to]) each.on('error', () => {});
    inner.once('secureConnection', (session) => answer(session, (way) => (way === 'notified' ? session.end() : (to.unpipe(socket), ways[way](socket)))));
    socket.pipe(to).pipe(socket);
  });
  secure = await proxy('--to', `https://127.0.0.1:${await listening(relay)}`, '--backend-ca', cert, '--response-timeout', '300');
});

/** Of a page, nothing is sent before its beginning is there. */
function status_when_cut_off(kind, part, way) {
  if (kind === 'json' || part !== 'nothing') return 200;
  return way === 'silence' ? 504 : 502;
}

async function check(front, complete, cut_off) {
  for (const kind of Object.keys(types))
    for (const part of Object.keys(parts))
      for (const minor of [1, 0])
        for (const way of [...complete, ...cut_off]) {
          const status = complete.includes(way) ? 200 : status_when_cut_off(kind, part, way);
          const is_complete = complete.includes(way) || status !== 200;
          const seen = await visit(front, `/${kind}/${part}/${way}`, minor);
          assert.deepEqual(seen, { status, is_complete }, `${kind}, ${part}, ${way}, HTTP/1.${minor}`);
        }
}

test('an answer without a length is complete if the application ends its connection, not if that breaks or is silent', { timeout: 60_000 }, async () => {
  await check(plain, ['fin'], ['reset', 'silence']);
});

test('over TLS it is complete only if the application says that it ends', { timeout: 60_000 }, async () => {
  await check(secure, ['notified'], ['fin', 'reset', 'silence']);
});

test('an answer with a length that is cut off does not look complete', async () => {
  const { front } = await open_shop();
  await assert.rejects(curl(`${front.url}/cut`), /transfer closed|end of response|bytes remaining/);
});

test('of a page with a length that is cut off, what the application sent is there', async () => {
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
