// The application behind a server that has Abide as a module. It knows nothing of Abide: every answer sets one required and
// two tracking cookies.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

export const html = '<!doctype html><html lang="en"><head><title>Shop</title></head><body><h1>Shop</h1></body></html>';
export const goods = Array.from({ length: 800_000 }, (_, n) => `<p>No. ${n} must go.</p>`).join(''); // 20 MB
export const big = html.replace('</body>', `${goods}</body>`);
/// A page that is sent in two parts, with `more` in between.
export const [beginning, more, rest] = [html.slice(0, 90), '<p>more</p>', html.slice(90)];

export const page = { 'Content-Type': 'text/html; charset=utf-8' };
const cookies = ['basket=1; Path=/', '_ga=GA1.1.5; Path=/; Max-Age=9999', '_fbp=2; Max-Age=9'];
const late = '<html><head><div>x</div><meta charset="windows-1252"></head><body>x</body></html>';

/// By the end of the path: fields, body, and a status other than 200.
const answers = {
  '/json': [{ 'Content-Type': 'application/json' }, '{"a":1}'],
  '/shared': [{ ...page, 'Cache-Control': 'public, max-age=60' }, html],
  '/big': [page, big],
  '/error': [page, html, 500],
  '/gone': [page, html, 404],
  '/empty': [page, ''],
  '/untyped': [{}, html],
  '/blank': [{ 'Content-Type': '' }, html],
  '/part': [{ 'Content-Type': 'text/html' }, '<b>part</b>'],
  '/late': [{ 'Content-Type': 'text/html' }, late],
};

/// By the end of the path: what answers with more than fields and a body. `this` is the running application.
const actions = {
  '/public'(_, response) {
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'public, max-age=60' }).end(`${this.seen.length}`);
  },
  '/hints'(request, response) {
    response.writeEarlyHints({ link: '</a.css>; rel=preload', 'set-cookie': '_ga=1' });
    send(request, response, [page, html]);
  },
  '/validated'(request, response) {
    const is_known = request.headers['if-none-match'];
    send(request, response, is_known ? [{ ETag: '"a"' }, '', 304] : [{ ...page, ETag: '"a"', 'Accept-Ranges': 'bytes' }, html]);
  },
  '/unsendable'(_, { socket }) {
    socket.end(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX A: a\r\nSet-Cookie: _ga=1\r\nContent-Length: ${html.length}\r\n\r\n${html}`);
  },
  '/broken'(_, { socket }) {
    socket.end(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${html.length + 9}\r\n\r\n${html}`);
  },
  '/line'(_, { socket }) {
    socket.end(`\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: _ga=1\r\nContent-Length: ${html.length}\r\n\r\n${html}`);
  },
  '/mark'(_, { socket }) {
    socket.end(`\xef\xbb\xbfHTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: _ga=1\r\n\r\n${html}`, 'latin1');
  },
  '/slow'(_, response) {
    begin(response, page);
    response.write(beginning);
    setTimeout(() => response.write(more), 200);
    this.go_on = () => response.end(rest);
  },
  async '/chunks'(request, response) {
    if (takesGzip(request)) return sendPage(request, response);
    begin(response, page);
    for (const piece of html.match(/.{1,7}/gs)) { response.write(piece); await pause(2); }
    return response.end();
  },
};

const begin = (response, fields, status = 200) => response.writeHead(status, { 'Set-Cookie': cookies, ...fields });
function send(request, response, [fields, body, status]) {
  begin(response, fields, status);
  response.end(request.method === 'HEAD' ? undefined : body);
}
const takesGzip = ({ headers }) => /gzip/.test(headers['accept-encoding'] ?? '');
function sendPage(request, response) {
  const coded = [{ ...page, 'Content-Encoding': 'gzip' }, gzipSync(html)], plain = [{ ...page, 'Content-Length': html.length }, html];
  send(request, response, takesGzip(request) ? coded : plain);
}

/** Resolves to the running application: its `port`, the requests `seen`, `go_on` for the page /slow, and `stop`. The end of
    a path decides the answer: /gzip/json is answered as /json is. `own` are more answers, or functions
    that send one. */
export async function startApplication(own = {}) {
  const known = { ...answers, ...actions, ...own };
  const application = { seen: [] };
  const server = createServer((request, response) => {
    application.seen.push({ url: request.url, headers: request.headers });
    const path = /[^/]*$/.exec(request.url.replace(/\?.*/, ''))[0], answer = known[`/${path}`];
    if (typeof answer === 'function') return answer.call(application, request, response);
    return answer ? send(request, response, answer) : sendPage(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  application.port = server.address().port;
  application.stop = () => { server.close(); server.closeAllConnections(); };
  return application;
}
