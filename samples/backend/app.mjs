// A shop with a server-side tag behind `abide proxy`: the tag sends nothing until the visitor agrees.
//   node samples/backend/app.mjs 8000   and   abide proxy --to http://127.0.0.1:8000
import http from 'node:http';

/** Whether the visitor allows a category. Abide-Consent is `required, analytics=?0, ...`: a key alone is true. Without the
    field nothing is allowed. */
const allows = (request, category) => (request.headers['abide-consent'] ?? '').split(', ').includes(category);

http.createServer((request, response) => {
  if (allows(request, 'analytics')) console.log(`tag: a visit to ${request.url}`); // or a request to its vendor
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end('<!doctype html><title>Shop</title><p>Hello');
}).listen(Number(process.argv[2] ?? 8000), '127.0.0.1');
