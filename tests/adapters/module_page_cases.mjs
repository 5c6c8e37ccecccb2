// What every server with Abide as a module does with pages, and with what is not a page. Each case takes the server:
//   visitor, application, folder; processes(): identifiers; kilobytes: the most memory that a process may ever have had
//   pages: paths of pages of every kind; large: paths of pages of 20 MB
//   coded: a path and a content coding for each way to compress
//   slow: a path, and what lets its page go on, for each way to send a page slowly
//   hinted: what may be the status of an answer that follows an interim response
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { utimesSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { goods, html } from './module_application.mjs';
import { peaksOf } from './module_server.mjs';
import { assertFiltered, assertNotice, assertUnfiltered, navigation } from './module_visitor.mjs';

/// Prefers no content coding, and names none.
const plain = /^identity(, \*;q=0\.001)?$/;

function assertSmall({ processes, kilobytes }) {
  for (const peak of peaksOf(processes()).values()) assert.ok(peak < kilobytes, `${peak} kB`);
}

/** Resolves to the page, read with pauses. */
async function readSlowly(visitor, path) {
  const asked = visitor.open(path).end();
  const [answer] = await once(asked, 'response');
  const chunks = [];
  for await (const chunk of answer) if (chunks.push(chunk) % 20 === 0) await pause(5);
  return String(Buffer.concat(chunks));
}

/** Resolves to the fields and the bytes of an answer to a plain GET. */
async function sendPlain({ send }, path, fields) {
  const [head, ...body] = (await send(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${fields}\r\n`)).split('\r\n\r\n');
  return { head, body: body.join('\r\n\r\n') };
}

/** Fails unless the first part of a page arrives before `goOn` lets the second part follow. */
async function assertBegins(visitor, path, goOn) {
  const parts = [];
  let is_held = false;
  const asked = visitor.open(path, { timeout: 5000 });
  asked.on('timeout', () => { is_held = true; goOn(); });
  asked.end();
  const [answer] = await once(asked, 'response');
  answer.on('data', (part) => parts.push(part));
  while (!Buffer.concat(parts).includes('more')) await pause(10);
  assert.equal(is_held, false, path);
  goOn();
  await once(answer, 'end');
  assertNotice({ body: String(Buffer.concat(parts)) }, path);
}

export const pageCases = {
  'pages of every kind, and error pages, have the notice': async ({ visitor, pages }) => {
    for (const path of pages) {
      const reply = await visitor.visit(path, { 'accept-encoding': 'gzip, br' });
      assert.match(reply.body, /<h1>Shop<\/h1>/, path);
      assertNotice(reply, path);
      assertFiltered(reply, path);
      assert.match(reply.body, /<\/html>$/, path);
      assert.equal(reply.headers['cache-control'], 'private, no-cache', path);
    }
  },

  'the server compresses after Abide, in each of its ways, and the application is asked for no coding': async (server) => {
    const { visitor, application: { seen }, coded } = server;
    for (const [path, coding] of coded) {
      const reply = await visitor.visit(path, { 'accept-encoding': 'gzip, br' });
      assert.equal(reply.coded, coding, path);
      assertNotice(reply, path);
      assert.equal(reply.headers['cache-control'], 'private, no-cache', path);
      assert.equal(reply.headers.expires, undefined, path);
      assert.match(seen.at(-1).headers['accept-encoding'], plain, path);
    }
    assert.equal((await visitor.visit('/gzip/page')).coded, undefined);
    assert.equal((await visitor.visit('/consent', { 'accept-encoding': 'gzip' })).status, 200);
  },

  'the application is asked for no coding, whatever else is taken out of the request': async ({ visitor, application }) => {
    const dated = { 'if-modified-since': 'Sat, 28 Nov 2026 21:27:00 GMT' }, tagged = { cookie: '_ga=1; basket=1', 'if-none-match': '"a"' };
    for (const taken of [{ cookie: '_ga=GA1.1.5' }, dated, tagged]) {
      assertNotice(await visitor.visit('/gzip/page', { 'accept-encoding': 'gzip', ...taken }));
      const { headers } = application.seen.at(-1);
      assert.match(headers['accept-encoding'], plain, `no field that is sent on may ask for gzip where ${JSON.stringify(taken)} was taken out`);
    }
  },

  'what is not a page passes byte for byte: text, HTML fragments, answers to HEAD, empty bodies': async ({ visitor: { get, visit } }) => {
    assert.equal((await visit('/static/text.txt')).body, html);
    assert.equal((await get('/part', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' })).body, '<b>part</b>');
    assert.equal((await get('/page', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' })).body, html);
    const head = await get('/page', navigation, { method: 'HEAD' });
    assert.equal(head.body, '');
    assertFiltered(head);
    assert.equal((await visit('/empty')).status, 200);
  },

  'a page without a Content-Type, or with an empty one, is a page, and then has one': async ({ visitor }) => {
    for (const path of ['/untyped', '/blank']) {
      const page = await visitor.get(path);
      assert.equal(page.status, 200, path);
      assertNotice(page, path);
      assert.equal(page.headers['content-type'], 'text/html', path);
    }
  },

  'a page keeps its charset when its <meta> tag comes after what is inserted': async ({ visitor }) => {
    const page = await visitor.get('/late');
    assert.match(page.body, /<meta charset=windows-1252><style id="abide-sheet">[^]*data-abide-notice/);
  },

  'a page of 20 MB arrives whole from a file and from a proxy, and processes stay small': async (server) => {
    await server.visitor.visit('/page');
    for (const path of server.large) {
      const reply = await server.visitor.visit(path);
      assertNotice(reply, path);
      assert.ok(reply.body.includes(goods), path);
    }
    assertSmall(server);
  },

  'pages that slow clients read arrive whole and in order, and processes stay small': async (server) => {
    const paths = ['/static/big.html', '/static/big.html', ...server.large];
    for (const body of await Promise.all(paths.map((path) => readSlowly(server.visitor, path)))) {
      assertNotice({ body });
      assert.ok(body.includes(goods));
    }
    assertSmall(server);
  },

  'the beginning of a page is sent while the rest is still being produced': async ({ visitor, slow }) => {
    for (const [path, goOn] of slow) await assertBegins(visitor, path, goOn);
  },

  'conditional and range requests for pages are not answered from an outdated copy': async ({ visitor: { get, visit } }) => {
    const reply = await visit('/validated', { 'if-none-match': '"a"' });
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.etag, undefined);
    const kept = await get('/validated', { 'if-none-match': '"a"' });
    assert.equal(kept.status, 304);
    assertFiltered(kept);
    const part = await visit('/static/page.html', { range: 'bytes=0-9' });
    assert.equal(part.status, 200);
    assertNotice(part);
    const first = await visit('/static/page.html');
    assert.equal(first.headers['last-modified'], undefined);
    assert.equal(first.headers['accept-ranges'], undefined);
  },

  'conditional and range requests for what is not a page are answered': async ({ visitor: { get } }) => {
    assert.equal((await get('/static/text.txt', { range: 'bytes=0-9' })).status, 206);
    const text = await get('/static/text.txt');
    assert.equal((await get('/static/text.txt', { 'if-none-match': text.headers.etag })).status, 304);
  },

  'a download that the visitor opens can be continued, and a page that a browser kept from before Abide comes whole': async ({ visitor: { get, visit }, folder }) => {
    for (const file of ['text.txt', 'page.html']) utimesSync(folder.at(`html/static/${file}`), 0, 1e9); // of a new file, Apache has weak validators
    const text = await get('/static/text.txt');
    for (const validator of [text.headers.etag, text.headers['last-modified']]) {
      const rest = await visit('/static/text.txt', { range: 'bytes=2-', 'if-range': validator });
      assert.equal(rest.status, 206);
      assert.equal(rest.body, text.body.slice(2));
    }
    const bare = await get('/static/page.html', { 'sec-fetch-dest': 'image' });
    for (const validator of [bare.headers.etag, bare.headers['last-modified'], '"older"']) {
      const page = await visit('/static/page.html', { range: 'bytes=2-', 'if-range': validator });
      assert.equal(page.status, 200);
      assertNotice(page);
      assert.match(page.body, /<\/html>\s*$/);
    }
  },

  'a part of what may be a page is as long as its fields say': async ({ visitor }) => {
    for (const range of ['0-3', '0-1,4-5', '-3']) {
      const { head, body } = await sendPlain(visitor, '/static/part.html', `Range: bytes=${range}\r\n`);
      assert.match(head, /^HTTP\/1\.1 20[06] /);
      const length = /^content-length: (\d+)/im.exec(head);
      assert.equal(body.length, Number(length?.[1]), `${range}: ${head}`);
    }
  },

  'an error in the place of an answer that the server cannot send is filtered too, and is a whole page': async ({ visitor: { get, visit } }) => {
    const beyond = await get('/static/text.txt', { range: 'bytes=999999-' });
    assert.equal(beyond.status, 416);
    assertFiltered(beyond);
    const error = await visit('/unsendable');
    assert.ok(error.status >= 500);
    assertNotice(error);
    assertFiltered(error);
    assert.match(error.body, /^<(!doctype|html)[^]*<\/html>\s*$/i);
  },

  'no field of an answer that does not begin with its status line passes unread': async ({ visitor }) => {
    for (const path of ['/line', '/mark']) {
      const { head } = await sendPlain(visitor, path, 'Accept: text/html\r\n');
      assert.match(head, /^HTTP\/1\.1 [25]\d\d /, path);
      assert.doesNotMatch(head, /_ga/, path);
    }
  },

  'of a page that breaks off, what the application sent is there, and it does not look complete': async ({ visitor }) => {
    for (const path of ['/broken', '/unbuffered/broken']) {
      const { body } = await sendPlain(visitor, path, 'Accept: text/html\r\n');
      assert.match(body, /<h1>Shop<\/h1>/, path);
      assertNotice({ body }, path);
      assert.doesNotMatch(body, /\r\n0\r\n/, path);
    }
  },

  'HEAD does not state the length of a page without its notice': async ({ visitor, pages }) => {
    for (const path of pages) assert.equal((await visitor.get(path, navigation, { method: 'HEAD' })).headers['content-length'], undefined, path);
  },

  'the fields of a trusted proxy count where the server itself has found the visitor behind it': async ({ visitor, application: { seen } }) => {
    const by = { 'x-real-ip': '203.0.113.9', 'x-forwarded-proto': 'https', 'cf-ipcountry': 'US', 'cf-region-code': 'CA' };
    const page = await visitor.visit('/behind/page', by);
    assert.match(seen.at(-1).headers['abide-consent'], /place=US-CA/);
    assert.match(page.body, /__Host-now_abide/);
  },

  'behind an interim response, which sets no cookie, the final one does not pass unread': async ({ visitor, hinted }) => {
    const reply = await visitor.visit('/hints');
    assert.ok(hinted.includes(reply.status), `${reply.status}`);
    assertFiltered(reply);
    assertNotice(reply);
    assert.ok(reply.interim.every(({ headers }) => !headers['set-cookie']), JSON.stringify(reply.interim));
  },

  'an upload that waits for 100 Continue arrives': async ({ visitor }) => {
    const sent = await visitor.get('/json', { expect: '100-continue', 'content-length': 5 }, { method: 'POST', body: 'a=b&c' });
    assert.equal(sent.status, 200);
  },

  "Abide's own pages are answered before files are looked up, and carry none of the server's cookies": async ({ visitor: { get, visit } }) => {
    const own = await visit('/.well-known/gpc.json'); // the folder has a file of this name
    assertFiltered(own);
    assert.equal(JSON.parse(own.body).gpc, true);
    assert.match((await visit('/consent')).body, /<form/);
    const head = await get('/consent', navigation, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.ok(Number(head.headers['content-length']) > 1000, head.headers['content-length']);
  },

  'where Abide is off, everything is unchanged': async ({ visitor, application: { seen } }) => {
    const reply = await visitor.visit('/off/page', { cookie: '_ga=1' });
    assert.equal(reply.body, html);
    assertUnfiltered(reply);
    assert.equal(seen.at(-1).headers.cookie, '_ga=1');
    await visitor.visit('/off/page', { 'abide-consent': 'targeting' });
    assert.equal(seen.at(-1).headers['abide-consent'], 'targeting');
  },
};
