// A shop with a server-side tag, behind `abide proxy`: the tag is silent until the visitor agreed.
//   node samples/backend/app.mjs 8000   and   abide proxy --to http://127.0.0.1:8000
import http from 'node:http';

/** What the visitor allows. Abide-Consent is `required, analytics=?0, ...`: a key alone is true; no field: nothing. */
const allows = (request, category) => (request.headers['abide-consent'] ?? '').split(', ').includes(category);

http.createServer((request, response) => {
  if (allows(request, 'analytics')) console.log(`tag: a visit to ${request.url}`); // or a request to its vendor
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end('<!doctype html><title>Shop</title><p>Hello');
}).listen(Number(process.argv[2] ?? 8000), '127.0.0.1');
