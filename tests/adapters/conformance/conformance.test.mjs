// Checks that a server with another adapter sends the same bytes as the one with Boost.Beast: see README.md.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { any, ports, same } from './comparison.mjs';

const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
const jar_of = ({ reply }) => reply.headers['set-cookie'].map((field) => field.split(';')[0]).filter((pair) => !pair.endsWith('=')).join('; ');
const tracked = 'cart=1; _ga=GA1.1.1.1; _fbp=fb.1.1';

test('every visitor gets the same pages, other answers and errors', async () => {
  const choose = (choice) => same({ method: 'POST', path: '/consent', headers: { ...form, cookie: tracked }, body: `choice=${choice}&from=banner` });
  const accepted = jar_of(await choose('accept-all')), refused = jar_of(await choose('reject-all'));
  const visitors = {
    new: {}, tracked: { cookie: tracked }, signal: { 'sec-gpc': '1', cookie: tracked }, dnt: { dnt: '1' },
    accepted: { cookie: `${tracked}; ${accepted}` }, refused: { cookie: `${tracked}; ${refused}` },
    both: { 'sec-gpc': '1', cookie: `${tracked}; ${accepted}` }, odd: { cookie: 'abide=1.nonsense; ;=; a' },
    many: { cookie: Array.from({ length: 40 }, (_, i) => `c${i}=${'v'.repeat(20)}`).join('; ') },
  };
  const ways = {
    window: { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', accept: 'text/html' }, frame: { 'sec-fetch-dest': 'iframe', accept: 'text/html' },
    script: { 'sec-fetch-dest': 'empty', accept: '*/*' }, plain: { accept: 'text/html', 'accept-encoding': 'gzip, br' }, image: { 'sec-fetch-dest': 'image' },
  };
  let count = 0;
  for (const [who, cookies] of Object.entries(visitors))
    for (const [how, metadata] of Object.entries(ways))
      for (const path of ['/page', '/stream', '/cached', '/final', '/amp', '/download', '/json', '/missing?a=b'])
        for (const method of ['GET', 'HEAD']) {
          if (method === 'HEAD' && path === '/stream') continue; // libraries differ in the fields without a body
          await same({ method, path, headers: { ...cookies, ...metadata, 'x-visitor': `${who} ${how}` } });
          ++count;
        }
  console.log(`# ${count} equal answers`);
});

test('a page with no-transform and an AMP page are pages like any other, and no-transform goes on to who comes after', async () => {
  for (const path of ['/final', '/amp']) {
    const { said } = await same({ path, headers: { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', accept: 'text/html' } });
    assert.match(said.body, /id="abide-state"[^]*data-abide-notice/, path);
    const control = said.fields.filter((field) => field.startsWith('cache-control: '));
    assert.equal(control.length, 1);
    assert.match(control[0], path === '/final' ? /^cache-control: private, no-transform, no-cache$/ : /^cache-control: private, no-cache$/);
    assert.doesNotMatch(said.fields.join('\n'), /_ga=GA|_fbp=fb/);
  }
  const script = await same({ path: '/final', headers: { 'sec-fetch-dest': 'empty', accept: '*/*' } });
  assert.match(script.said.fields.join('\n'), /cache-control: .*no-transform/);
});

test('a page that ends in the middle of something has every part, at the same place', async () => {
  const start = '<!doctype html><html lang=en><head><title>Shop</title></head><body>';
  for (const end of ['<p>x<!-- no end', '<p>x<div cla', '<a href="/consent" ', '<script>let a', '<textarea>x', '<textarea>x</text', '<style>b{', '<b>x</body></html>',
    '<a href=x>y', '<form><input>', '<form><button>', '<select><option>x', '<svg><path>', '<svg><![CDATA[x', '<template><p>', '<table><tr><td><b>', 'x &am', 'x \xe2\x82', 'x<',
    '<!doctype', '<?x', '<plaintext>x', `<script>${'x'.repeat(3000)}`, `<!--${'x'.repeat(3000)}`]) {
    const { said } = await any([], start + end);
    assert.match(said.body, /id="abide-state"[^]*data-abide-notice[^]*abide-footer[^]*abide\.mjs/, end);
  }
  for (const head of ['<title>Shop', '<meta nam', '<!-- x', '<script>let a', '<template>', '<style>']) {
    const { said } = await any([], `<!doctype html><html><head>${head}`);
    assert.match(said.body, /id="abide-state"[^]*data-abide-notice[^]*abide-footer/, head);
  }
});

test('the files of the page are sent compressed once, to those who accept it', async () => {
  const page = await same({ path: '/page', headers: { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', accept: 'text/html' } });
  const [folder] = /\/consent\/v-\w+\//.exec(page.said.body);
  const decoded = { br: brotliDecompressSync, gzip: gunzipSync };
  for (const name of ['abide.mjs', 'gate.js', 'abide.wasm', 'preferences.css']) {
    const ask_for = (coding, method = 'GET') => same({ method, path: folder + name, headers: { 'sec-fetch-dest': 'script', 'accept-encoding': coding } });
    const plain = await ask_for('identity');
    assert.equal(plain.reply.headers['content-encoding'], undefined, name);
    for (const [accepted, coding] of [['gzip, deflate, br, zstd', 'br'], ['gzip, deflate', 'gzip'], ['br;q=0, gzip', 'gzip'], ['br;q=0.5, gzip', 'gzip']]) {
      const { reply, said } = await ask_for(accepted);
      assert.equal(reply.headers['content-encoding'], coding, name);
      assert.match(reply.headers.vary, /accept-encoding/i);
      assert.ok(decoded[coding](Buffer.from(said.body, 'latin1')).toString('latin1') === plain.said.body, `${name}: other bytes`);
      assert.ok(said.body.length < plain.said.body.length * 0.75, `${name}: ${said.body.length} of ${plain.said.body.length}`);
      const head = await ask_for(accepted, 'HEAD');
      assert.deepEqual(head.said.fields, said.fields);
    }
  }
});

test('the last media type of a joined Content-Type counts, and a byte order mark overrides its charset', async () => {
  const page = '<!doctype html><title>x</title>';
  const sent = (type, mark = '') => same({
    path: `/any/${Buffer.from(`200 Content-Type: ${type}\n\n${mark}${page}`).toString('hex')}`, headers: { 'sec-fetch-dest': 'document', accept: 'text/html' },
  });
  for (const type of ['text/html, text/html', 'text/plain,text/html;charset=utf-8']) assert.match((await sent(type)).said.body, /data-abide-notice/, type);
  assert.equal((await sent('text/html, text/plain')).said.body, page);
  assert.match((await sent('text/html; charset=utf-16', '\ufeff')).said.body, /data-abide-notice/);
  assert.equal((await sent('text/html; charset=utf-16')).said.body, page);
});

test('a page whose Content-Type names no type gets a notice where browsers would take it for HTML, and then has one', async () => {
  const sent = (fields, body) => same({ path: `/any/${Buffer.from(`200 ${fields}\n\n${body}`).toString('hex')}`, headers: { 'sec-fetch-dest': 'document', accept: 'text/html' } });
  const page = '<!doctype html><title>x</title>';
  const { reply, said } = await sent('Content-Type: */*', page);
  assert.match(said.body, /data-abide-notice/);
  assert.equal(reply.headers['content-type'], 'text/html');
  assert.equal((await sent('Content-Type: */*\nX-Content-Type-Options: nosniff', page)).said.body, page);
  for (const body of ['{"a": 1}', `<meta charset=utf-8>${page}`, 'google-site-verification: a.html']) assert.equal((await sent('Content-Type: */*', body)).said.body, body);
});

test('a charset that a page names behind its head stays in force', async () => {
  const body = '<!doctype html><title>x</title><body><div>x</div><meta charset=windows-1252>\xfc';
  const { reply, said } = await same({ path: `/any/${Buffer.from(`200 Content-Type: text/html\n\n${body}`, 'latin1').toString('hex')}`, headers: { 'sec-fetch-dest': 'document', accept: 'text/html' } });
  assert.match(said.body, /<title>x<\/title><meta charset=windows-1252><style/);
  assert.equal(reply.headers['content-type'], 'text/html');
});

test('several fields of a request count as one list, however the server joins them', async () => {
  for (const headers of [{ dnt: ['0', '1'] }, { dnt: ['1', '0'] }, { 'sec-gpc': ['0', '1'] }, { accept: ['text/html', '*/*'] }, { cookie: ['cart=1', 'cart=2'] }])
    await same({ path: '/page', headers });
});

test("Abide's own pages are sent whole", async () => {
  for (const path of ['/consent', '/consent/state', '/.well-known/gpc.json'])
    for (const headers of [{ range: 'bytes=0-3' }, { range: 'bytes=0-3', 'if-range': '"a"' }, { 'if-none-match': '*' }, { 'if-match': '"a"' },
      { 'if-unmodified-since': 'Sun, 29 Nov 2020 00:00:00 GMT' }])
      assert.equal((await same({ path, headers })).said.status, 200);
});

test('a refusal outlives a redirect that clears the cookies', async () => {
  const refused = jar_of(await same({ method: 'POST', path: '/consent', headers: { ...form, cookie: tracked }, body: 'choice=reject-all&from=banner' }));
  for (const method of ['GET', 'POST']) {
    const out = await same({ method, path: '/logout', headers: { cookie: `${tracked}; ${refused}` } });
    const way = out.reply.headers.location;
    assert.match(way, /^\/consent\/kept\?.*#top$/);
    const kept = await same({ path: way.replace(/#.*/, '') });
    assert.equal(kept.reply.headers.location, '/page?bye');
    assert.ok(jar_of(kept).startsWith('abide=1.nddd.'), jar_of(kept));
  }
  await same({ path: '/logout', headers: { cookie: tracked } });
});

test("Abide's own pages and the answers to its forms are the same", async () => {
  for (const path of ['/consent', '/consent?lang=de', '/consent?return=%2Fpage', '/consent/state', '/.well-known/gpc.json', '/consent/nothing'])
    for (const method of ['GET', 'HEAD']) await same({ method, path, headers: { accept: 'text/html' } });
  for (const choice of ['accept-all', 'reject-all', 'withdraw', 'save&grant=analytics', 'nonsense', ''])
    for (const headers of [form, { ...form, 'sec-fetch-site': 'cross-site' }, { ...form, 'sec-gpc': '1', cookie: tracked }])
      await same({ method: 'POST', path: '/consent', headers, body: `choice=${choice}&from=banner&return=%2Fpage` });
  const large = await same({ method: 'POST', path: '/consent', headers: form, body: 'x'.repeat(10_000) });
  assert.equal(large.said.status, 413);
});

test('a form counts at every address that takes one, and requests with a body are answered at all others', async () => {
  const headers = { ...form, accept: 'text/html' };
  for (const path of ['/consent/', '/consent?a=b', '/consent/signal', 'http://www.shop.example/consent']) {
    const { said } = await same({ method: 'POST', path, headers, body: 'choice=reject-all&from=banner' });
    assert.equal(said.status, 303, path);
  }
  for (const path of ['/consent/state', '/consent/nothing', '/.well-known/gpc.json'])
    assert.ok((await same({ method: 'POST', path, headers, body: 'a=b' })).said.status >= 404, path);
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    for (const path of ['/consent', '/consent/state']) assert.equal((await same({ method, path, headers, body: 'a=b' })).said.status, 405);
  for (const [type, status] of [['multipart/form-data; boundary=x', 400], ['multipart/form-data', 400], ['application/json', 415]])
    assert.equal((await same({ method: 'POST', path: '/consent', headers: { ...headers, 'content-type': type }, body: '{"choice":"accept-all"}' })).said.status, status);
  const parts = '--x\r\nContent-Disposition: form-data; name="choice"\r\n\r\nreject-all\r\n--x--\r\n';
  const multipart = { ...headers, 'content-type': 'multipart/form-data; boundary=x' };
  assert.equal((await same({ method: 'POST', path: '/consent', headers: multipart, body: parts })).said.status, 303);
  const coded = { ...headers, 'content-encoding': 'gzip' };
  assert.equal((await same({ method: 'POST', path: '/consent', headers: coded, body: gzipSync('choice=accept-all') })).said.status, 400);
});

/// The statuses of the answers on one connection, to these bytes and, half a second later, to a request for a page.
async function statuses_after(port, bytes) {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (part) => { text += part.toString('latin1'); }).on('error', () => {});
  socket.write(bytes);
  await setTimeout(500);
  socket.write('GET /page HTTP/1.1\r\nHost: www.shop.example\r\nConnection: close\r\n\r\n');
  await Promise.race([once(socket, 'close'), setTimeout(5000)]);
  socket.destroy();
  return [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
}

test("no part of a body is taken for a request where Abide answers before it has read the body", async () => {
  for (const [method, path] of [['PUT', '/consent'], ['DELETE', '/consent/state'], ['POST', '/consent/nothing'], ['POST', '/consent'], ['PATCH', '/.well-known/gpc.json']])
    for (const size of [100, 9000]) {
      const head = `${method} ${path} HTTP/1.1\r\nHost: www.shop.example\r\nSec-Fetch-Site: same-origin\r\nContent-Type: text/plain\r\nContent-Length: ${size}\r\n\r\n`;
      for (const port of ports) {
        const [, ...more] = await statuses_after(port, head + 'x'.repeat(size));
        assert.ok(more.length === 0 || (more.length === 1 && more[0] === 200), `${method} ${path}, ${size} bytes: ${more}`);
      }
    }
});

test("posts to the application pass whole", async () => {
  for (const body of ['', 'a=b', 'x'.repeat(20_000)]) {
    const { said } = await same({ method: 'POST', path: '/echo', headers: { 'content-type': 'text/plain' }, body });
    assert.equal(said.body, body);
  }
});

test('several Cookie fields form one list, and the application sees what remains of it', async () => {
  const { said } = await same({ path: '/json', headers: { cookie: ['cart=1', '_ga=GA1.1.1.1', 'cart=2'] } });
  assert.doesNotMatch(said.body, /_ga/);
});
