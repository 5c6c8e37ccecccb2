// Tests one of Boost's example servers with Abide added to it.
import assert from 'node:assert';
import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import {after, before, test} from 'node:test';
import {free_port} from '../free_port.mjs';
import {chunked, connect, request} from './wire.mjs';

const name = process.env.ABIDE_EXAMPLE;
const folder = process.env.ABIDE_EXAMPLE_FOLDER;
const closes = name === 'fast';  // after each response; it answers only GET
const page = '/index.html';
const germany = {'CF-IPCountry': 'DE'};
const oregon = {'CF-IPCountry': 'US', 'CF-Region-Code': 'OR'};
const form = {'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'same-origin'};
let server, port;

/** A feature that the example does not have is not tested. */
const when = (applies) => (applies ? test : () => {});

before(async () => {
  mkdirSync(`${folder}/pages`, {recursive: true});
  rmSync(`${folder}/records.db`, {force: true});
  writeFileSync(`${folder}/policy.json`, JSON.stringify({
    site: {name: 'Examples', contact: 'hello@examples.example'},
    jurisdiction: {from: 'cloudflare', trusted_proxies: ['127.0.0.1/32']},
    records: {store: 'sqlite:records.db'},
    cookies: [{name: 'cart', category: 'required'}],
  }));
  writeFileSync(`${folder}/pages/index.html`, `<!doctype html><html lang="en"><head><title>Shop</title></head><body>${'<p>Shop</p>'.repeat(2000)}</body></html>`);
  writeFileSync(`${folder}/pages/data.json`, '{"a":1}');
  port = await free_port();
  const last = name === 'fast' ? ['4', 'block'] : ['2'];
  server = spawn('./server', ['127.0.0.1', String(port), 'pages', ...last], {cwd: folder, stdio: ['ignore', 'ignore', 'inherit']});
  for (let tries = 0; tries < 100; ++tries) {
    const is_up = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
      socket.on('error', () => resolve(false));
    });
    if (is_up) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the server did not start');
});

after(() => server.kill('SIGKILL'));

/** One request on a new connection. */
async function ask(text, is_head = false) {
  const connection = connect(port);
  connection.write(text);
  const response = await connection.read(is_head);
  connection.close();
  return response;
}
const get = (target, fields = {}) => ask(request('GET', target, fields));
const post = (choice, fields = {}) =>
  ask(request('POST', '/consent', {...germany, ...form, ...fields}, `choice=${choice}&from=banner&return=${encodeURIComponent(page)}`));

test(`${name}: a page from a file has the notice and is complete`, async () => {
  const response = await get(page, germany);
  assert.equal(response.status, 200);
  assert.match(response.body, /data-abide-notice/);
  assert.match(response.body, /<\/html>$/);
});

// Boost's own awaitable example ends when a session ends without an error: it rethrows an exception that does not
// exist.
when(name !== 'awaitable')(`${name}: a client of HTTP/1.0 gets the page without chunks, and the connection ends it`, async () => {
  const response = await ask(request('GET', page, {...germany, Connection: 'keep-alive'}).replace('HTTP/1.1', 'HTTP/1.0'));
  assert.equal(response.first('transfer-encoding'), '');
  assert.match(response.body, /^<!doctype html>[^]*data-abide-notice[^]*<\/html>$/);
});

test(`${name}: what is not a page is sent unchanged`, async () => {
  assert.equal((await get('/data.json', germany)).body, '{"a":1}');
});

test(`${name}: a refused Set-Cookie of the application is removed, a required one passes`, async () => {
  const response = await get(page, germany);
  assert.equal(response.sets('_fbp'), '');
  assert.equal(response.sets('cart'), 'cart=empty');
});

test(`${name}: the notice's form saves a consent, which applies from then on`, async () => {
  const saved = await post('accept-all');
  assert.equal(saved.status, 303);
  assert.equal(saved.first('location'), page);
  const cookie = saved.sets('abide');
  assert.notEqual(cookie, '');
  const next = await get(page, {...germany, Cookie: cookie});
  assert.equal(next.sets('_fbp'), '_fbp=fb.1.1.1');
  assert.doesNotMatch(next.body, /<div[^>]*data-abide-notice>/);
  const receipt = await get('/consent/receipt', {...germany, Cookie: cookie});
  assert.equal(receipt.status, 200);
  assert.match(receipt.body, /targeting/);
});

test(`${name}: a refusal by the form applies from then on`, async () => {
  const saved = await post('reject-all', oregon);
  assert.equal(saved.status, 303);
  assert.equal((await get(page, oregon)).sets('_fbp'), '_fbp=fb.1.1.1');
  assert.equal((await get(page, {...oregon, Cookie: saved.sets('abide')})).sets('_fbp'), '');
});

test(`${name}: Abide serves the preference page and gpc.json`, async () => {
  const preferences = await get('/consent', germany);
  assert.equal(preferences.status, 200);
  assert.match(preferences.body, /<form[^>]*method="post"/);
  const gpc = await get('/.well-known/gpc.json');
  assert.equal(gpc.status, 200);
  assert.equal(JSON.parse(gpc.body).gpc, true);
});

test(`${name}: HEAD has the fields of GET`, async () => {
  const without_length = (response) => response.fields.filter(([field]) => !/^(content-length|transfer-encoding)$/i.test(field));
  for (const target of closes ? ['/consent', '/.well-known/gpc.json'] : [page, '/data.json', '/consent', '/.well-known/gpc.json']) {
    const head = await ask(request('HEAD', target, germany), true);
    const got = await get(target, germany);
    assert.equal(head.status, got.status, target);
    const own = (pair) => !(target === page || target === '/data.json') || pair[0] !== 'Set-Cookie';  // the example sets none for HEAD
    assert.deepEqual(without_length(head).filter(own), without_length(got).filter(own), target);
    const length = head.first('content-length');
    assert.ok(length === '' || length === got.first('content-length'), target);
  }
});

test(`${name}: a signal in the trailer of a chunked request does not count`, async () => {
  assert.equal((await get(page, {...oregon, 'Sec-GPC': '1'})).sets('_fbp'), '');
  assert.equal((await ask(chunked('GET', page, oregon, {'Sec-GPC': '1'}))).sets('_fbp'), '_fbp=fb.1.1.1');
});

test(`${name}: a choice in the trailer of a chunked request does not count`, async () => {
  const consent = (await post('accept-all')).sets('abide');
  assert.equal((await get(page, {...germany, Cookie: consent})).sets('_fbp'), '_fbp=fb.1.1.1');
  assert.equal((await ask(chunked('GET', page, germany, {Cookie: consent}))).sets('_fbp'), '');
});

when(!closes)(`${name}: one connection bears requests, one after the other`, async () => {
  const connection = connect(port);
  for (const target of [page, '/consent', '/data.json', page]) {
    connection.write(request('GET', target, germany));
    assert.equal((await connection.read()).status, 200, target);
  }
  connection.write(request('HEAD', page, germany));
  assert.equal((await connection.read(true)).status, 200);
  connection.write(request('GET', '/data.json', germany));
  assert.equal((await connection.read()).body, '{"a":1}');
  assert.ok(connection.is_open);
  connection.close();
});

when(!closes)(`${name}: pipelined requests are answered in order`, async () => {
  const connection = connect(port);
  const choice = request('POST', '/consent', {...germany, ...form}, 'choice=reject-all&from=banner&return=/');  // waits for the log
  connection.write(choice + request('GET', '/data.json', germany) + request('GET', page, germany) + request('GET', '/.well-known/gpc.json'));
  assert.equal((await connection.read()).status, 303);
  assert.equal((await connection.read()).body, '{"a":1}');
  assert.match((await connection.read()).body, /data-abide-notice/);
  assert.match((await connection.read()).body, /"gpc"/);
  connection.close();
});

when(name === 'advanced')(`${name}: a WebSocket is upgraded and echoes`, async () => {
  const connection = connect(port);
  const key = Buffer.from('sixteen bytes ok').toString('base64');
  connection.write(request('GET', '/', {Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': key}));
  const response = await connection.read(true);
  assert.equal(response.status, 101);
  assert.deepEqual(response.all('set-cookie'), ['cart=empty; Path=/']);
  assert.equal(response.first('sec-websocket-accept'), createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64'));
  connection.write('\x81\x82\0\0\0\0hi');
  assert.equal(await connection.bytes(4), '\x81\x02hi');
  connection.close();
});
