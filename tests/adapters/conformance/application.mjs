// The conformance test's application behind a proxy: see README.md.
import { createServer } from 'node:http';

const html = '<!doctype html><html lang="en"><head><title>Shop</title></head><body><h1>Shop</h1></body></html>';
const amp = html.replace('<html', '<html amp');
const set = ['cart=1; Path=/; HttpOnly', '_ga=GA1.1.1.1; Path=/; Max-Age=34560000', '_fbp=fb.1.1; Path=/; Max-Age=7776000'];
const page = { 'Content-Type': 'text/html; charset=utf-8' };
const application = () => createServer(async (request, response) => {
  const path = request.url.replace(/\?.*/, '');
  const send = (status, headers, body) => response.writeHead(status, { ...headers, 'Content-Length': body.length }).end(body);
  if (path.startsWith('/any/')) {
    const text = Buffer.from(path.slice(5), 'hex').toString('latin1');
    const head = text.indexOf('\n\n');
    response.writeHead(Number(text.slice(0, 3)), text.slice(4, head).split('\n').flatMap((line) => [line.replace(/: .*/, ''), line.replace(/^.*?: /, '')]));
    for (const piece of text.slice(head + 2).match(/[^]{1,700}/g) ?? []) response.write(piece, 'latin1');
    return response.end();
  }
  if (path === '/page') return send(200, { ...page, 'Set-Cookie': set }, html);
  if (path === '/cached') return send(200, { ...page, 'Cache-Control': 'public, max-age=600', ETag: '"a"' }, html);
  if (path === '/final') return send(200, { ...page, 'Cache-Control': 'max-age=600, no-transform', 'Set-Cookie': set }, html);
  if (path === '/amp') return send(200, page, amp);
  if (path === '/download') return send(200, { ...page, 'Content-Disposition': 'attachment; filename="page.html"' }, html);
  if (path === '/json') return send(200, { 'Content-Type': 'application/json', 'Set-Cookie': set }, JSON.stringify({ cookie: request.headers.cookie ?? '' }));
  if (path === '/logout') return send(303, { Location: '/page?bye#top', 'Clear-Site-Data': '"cookies"' }, '');
  if (path === '/echo' && request.method === 'POST') {
    let body = '';
    for await (const part of request) body += part;
    return send(200, { 'Content-Type': 'text/plain' }, body);
  }
  if (path !== '/stream') return send(404, page, html);
  response.writeHead(200, { ...page, 'Set-Cookie': set });
  for (const piece of html.match(/.{1,7}/gs)) response.write(piece);
  return response.end();
});

/** Resolves to the port on 127.0.0.1 where it listens. */
export const listen = () => new Promise((resolve) => {
  const server = application().listen(0, '127.0.0.1', () => resolve(server.address().port));
});
