// Requests that two servers in a chain could read differently are refused: the application gets nothing, or one request that
// every server reads in the same way.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { recorder } from './backend.mjs';
import { proxy, sleep, status_of, talk } from './proxy.mjs';

let app, front;
before(async () => {
  app = await recorder();
  front = await proxy('--to', app.url, '--header-timeout', '500');
});
after(() => app.close());

const get = (...fields) => ['GET / HTTP/1.1', 'Host: a.example', ...fields, '', ''].join('\r\n');
const post = (fields, body) => ['POST / HTTP/1.1', 'Host: a.example', ...fields, '', body].join('\r\n');
const chunked = (body, ...fields) => post(['Transfer-Encoding: chunked', ...fields], body);
const inner = 'GET /inner HTTP/1.1\r\nHost: a.example\r\n\r\n';

// The bytes to send, and the status of the response.
const refused = [
  ['both Content-Length and Transfer-Encoding', chunked(`0\r\n\r\n${inner}`, 'Content-Length: 4'), 400],
  ['Transfer-Encoding and then Content-Length', post(['Content-Length: 6', 'Transfer-Encoding: chunked'], `0\r\n\r\nG`), 400],
  ['two lengths that differ', post(['Content-Length: 1', 'Content-Length: 2'], 'ab'), 400],
  ['two lengths that are the same', post(['Content-Length: 1', 'Content-Length: 1'], 'a'), 400],
  ['a list of lengths', post(['Content-Length: 1, 1'], 'a'), 400],
  ['a length with a plus sign', post(['Content-Length: +1'], 'a'), 400],
  ['a length below zero', post(['Content-Length: -1'], 'a'), 400],
  ['a length in hexadecimal', post(['Content-Length: 0x1'], 'a'), 400],
  ['a length with a space in it', post(['Content-Length: 1 1'], 'a'), 400],
  ['a length without a number', post(['Content-Length:'], 'a'), 400],
  ['a length that no number holds', post(['Content-Length: 18446744073709551617'], 'a'), 400],
  ['a coding in quotes', post(['Transfer-Encoding: "chunked"'], `0\r\n\r\n${inner}`), 501],
  ['a coding with a letter too many', post(['Transfer-Encoding: xchunked'], `0\r\n\r\n${inner}`), 501],
  ['a coding twice', post(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], '0\r\n\r\n'), 400],
  ['identity and chunked', post(['Transfer-Encoding: identity, chunked'], '0\r\n\r\n'), 501],
  ['chunked and identity', post(['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'), 501],
  ['a coding behind a vertical tab', post(['Transfer-Encoding: \x0bchunked'], '0\r\n\r\n'), 400],
  ['a coding with a parameter', post(['Transfer-Encoding: chunked;q=1'], '0\r\n\r\n'), 501],
  ['a coding in HTTP/1.0', chunked('0\r\n\r\n').replace('1.1', '1.0'), 400],
  ['a space before the colon', post(['Transfer-Encoding : chunked'], `0\r\n\r\n${inner}`), 400],
  ['a tab before the colon', post(['Content-Length\t: 1'], 'a'), 400],
  ['a field on two lines', get('X-A: 1', ' folded: 2'), 400],
  ['a coding on two lines', post(['Transfer-Encoding:', ' chunked'], '0\r\n\r\n'), 400],
  ['a first field that begins with a space', 'GET / HTTP/1.1\r\n Host: a.example\r\n\r\n', 400],
  ['lines that LF ends', 'GET / HTTP/1.1\nHost: a.example\n\n', 400],
  ['one line that LF ends', 'GET / HTTP/1.1\r\nHost: a.example\nX-A: 1\r\n\r\n', 400],
  ['an end that LF makes', 'GET / HTTP/1.1\r\nHost: a.example\r\n\n', 400],
  ['CR in a value', get('X-A: 1\rX-B: 2'), 400],
  ['CR in a request line', 'GET /\rX HTTP/1.1\r\nHost: a.example\r\n\r\n', 400],
  ['NUL in a value', get('X-A: 1\0'), 400],
  ['NUL in a name', get('X\0-A: 1'), 400],
  ['a field without a colon', get('X-A'), 400],
  ['a field without a name', get(': 1'), 400],
  ['a name in brackets', get('X[A]: 1'), 400],
  ['a chunk size with a sign', chunked(`+1\r\na\r\n0\r\n\r\n`), 400],
  ['a chunk size in 0x form', chunked(`0x1\r\na\r\n0\r\n\r\n`), 400],
  ['a chunk size with a space', chunked(`1 \r\na\r\n0\r\n\r\n`), 400],
  ['a chunk size that overflows', chunked(`10000000000000001\r\na\r\n0\r\n\r\n`), 400],
  ['a chunk without a size', chunked(`\r\na\r\n0\r\n\r\n`), 400],
  ['a chunk extension', chunked(`1;a=b\r\na\r\n0\r\n\r\n`), 400],
  ['a chunk extension with LF in it', chunked(`1;\na\r\n0\r\n\r\n`), 400],
  ['a chunk size that LF ends', chunked(`1\na\r\n0\r\n\r\n`), 400],
  ['a chunk that is longer than it says', chunked(`1\r\nab\r\n0\r\n\r\n`), 400],
  ['a chunk whose end LF makes', chunked(`1\r\na\n0\r\n\r\n`), 400],
  ['a trailer with NUL', chunked('0\r\nX: \0\r\n\r\n'), 400],
  ['two Hosts', get('Host: b.example'), 400],
  ['no Host', 'GET / HTTP/1.1\r\nX-A: 1\r\n\r\n', 400],
  ['a Host that is none', 'GET / HTTP/1.1\r\nHost: a.example/x\r\n\r\n', 400],
  ['a Host with a user', 'GET / HTTP/1.1\r\nHost: a@b.example\r\n\r\n', 400],
  ['an absolute target of another host', get().replace('GET /', 'GET http://b.example/'), 400],
  ['an absolute target of another scheme', get().replace('GET /', 'GET ftp://a.example/'), 400],
  ['a target without a slash', get().replace('GET /', 'GET a'), 400],
  ['a target with a space', get().replace('GET /', 'GET /a b'), 400],
  ['a target with a fragment', get().replace('GET /', 'GET /#a'), 400],
  ['HTTP/0.9', 'GET /\r\n', 400],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
  ['a version that is none', get().replace('HTTP/1.1', 'HTTP/1.1x'), 400],
  ['a version in small letters', get().replace('HTTP/1.1', 'http/1.1'), 400],
  ['CONNECT', 'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n', 405],
  ['TRACE', get().replace('GET', 'TRACE'), 405],
  ['a method with a slash', get().replace('GET', 'G/T'), 400],
  ['an expectation that nobody knows', get('Expect: miracles'), 417],
  ['a request line of 40,000 bytes', get().replace('GET /', `GET /${'a'.repeat(40_000)}`), 414],
  ['a field of 40,000 bytes', get(`X-A: ${'a'.repeat(40_000)}`), 431],
  ['10,000 fields', get(...Array(10_000).fill('X: 1')), 431],
];

for (const [what, bytes, status] of refused)
  test(`${what}: ${status}, and the application gets nothing`, async () => {
    const before_it = app.bytes().length;
    assert.equal(status_of(await talk(front.port, bytes, { until: '\r\n\r\n' })), status);
    assert.equal(app.bytes().slice(before_it), '');
  });

const passed = [
  ['a coding in capitals', chunked('1\r\na\r\n0\r\n\r\n').replace('chunked', 'CHUNKED'), /\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n$/i],
  ['chunk sizes with zeros before them', chunked('0001\r\na\r\n00\r\n\r\n'), /\r\n\r\n1\r\na\r\n0\r\n\r\n$/],
  ['trailers, which are not passed on', chunked('1\r\na\r\n0\r\nAbide-Consent: targeting\r\nCookie: _ga=1\r\n\r\n'), /\r\n\r\n1\r\na\r\n0\r\n\r\n$/],
  ['an absolute target of the same host', get().replace('GET /', 'GET http://a.example/x'), /^GET \/x HTTP\/1\.1\r\n/],
  ['a name with an underscore, which is not passed on', get('Content_Length: 5', 'Transfer_Encoding: chunked'), /^(?!.*_)[^]*$/],
  ['an upgrade to HTTP/2, which is not passed on', get('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AA'), /^(?![^]*(h2c|HTTP2|Upgrade))/i],
  ['Connection that lists Host', get('Connection: Host, Content-Length, X-A', 'X-A: 1'), /^(?![^]*X-A)[^]*\r\nHost: a\.example\r\n/],
  ['an empty line before the request', `\r\n${get()}`, /^GET \/ HTTP\/1\.1\r\n/],
];
for (const [what, bytes, expected] of passed)
  test(`${what}: one request arrives`, async () => {
    const before_it = app.bytes().length;
    assert.equal(status_of(await talk(front.port, bytes, { until: '\r\n\r\nok' })), 200);
    const heard = app.bytes().slice(before_it);
    assert.match(heard, expected);
    assert.equal(heard.match(/ HTTP\/1\.1\r\n/g).length, 1);
  });

test('an empty line before the request may come in two pieces', async () => {
  const { default: net } = await import('node:net');
  const client = net.connect(front.port, '127.0.0.1').setNoDelay();
  client.write('\r');
  await sleep(100);
  client.write(`\n${get()}`);
  const got = await new Promise((resolve) => { client.on('data', (bytes) => resolve(bytes.toString())); });
  client.destroy();
  assert.equal(status_of(got), 200);
});

test('an answer without a body is passed on without a length, which some would read as one', async () => {
  const liar = await recorder(() => 'HTTP/1.1 103 Early Hints\r\nContent-Length: 2\r\n\r\nHTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n');
  const mine = await proxy('--to', liar.url);
  const got = await talk(mine.port, get('Connection: close'));
  assert.match(got, /^HTTP\/1\.1 103 [^]*HTTP\/1\.1 204 /);
  assert.doesNotMatch(got, /content-length/i);
  liar.close();
});

test('what follows a body of a known length is the next request, not part of the body', async () => {
  const before_it = app.bytes().length;
  const answer = await talk(front.port, post(['Content-Length: 1'], `a${inner}`), { ms: 700 });
  assert.equal(answer.match(/HTTP\/1\.1 200/g).length, 2);
  assert.match(app.bytes().slice(before_it), /\r\n\r\naGET \/inner HTTP\/1\.1/);
});

test('a chunk that turns out malformed later ends the connection to the application, which never sees a complete request', async () => {
  const count = app.connections.length;
  const socket = talk(front.port, chunked('1\r\na\r\n'), { ms: 200 });
  await socket;
  const { default: net } = await import('node:net');
  const client = net.connect(front.port, '127.0.0.1');
  client.write(chunked('1\r\na\r\n'));
  await sleep(200);
  client.write('zz\r\n');
  const got = await new Promise((resolve) => { let text = ''; client.on('data', (d) => { text += d; }); client.on('close', () => resolve(text)); setTimeout(() => resolve(text), 3000); });
  assert.doesNotMatch(app.connections.slice(count).map((each) => each.bytes).join(''), /\r\n0\r\n\r\n/);
  assert.match(got, /^HTTP\/1\.1 (200|400)/);
});
