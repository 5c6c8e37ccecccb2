// The conformance test's server with nginx and the module:  node nginx.mjs MODULE POLICY PORT
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [module, policy, port] = process.argv.slice(2);
const html = '<!doctype html><html lang="en"><head><title>Shop</title></head><body><h1>Shop</h1></body></html>';
const set = ['cart=1; Path=/; HttpOnly', '_ga=GA1.1.1.1; Path=/; Max-Age=34560000', '_fbp=fb.1.1; Path=/; Max-Age=7776000'];
const page = { 'Content-Type': 'text/html; charset=utf-8' };
const application = createServer(async (request, response) => {
  const path = request.url.replace(/\?.*/, '');
  const send = (status, headers, body) => response.writeHead(status, { ...headers, 'Content-Length': body.length }).end(body);
  if (path === '/page') return send(200, { ...page, 'Set-Cookie': set }, html);
  if (path === '/cached') return send(200, { ...page, 'Cache-Control': 'public, max-age=600', ETag: '"a"' }, html);
  if (path === '/download') return send(200, { ...page, 'Content-Disposition': 'attachment; filename="page.html"' }, html);
  if (path === '/json') return send(200, { 'Content-Type': 'application/json', 'Set-Cookie': set }, JSON.stringify({ cookie: request.headers.cookie ?? '' }));
  if (path === '/echo' && request.method === 'POST') {
    let body = '';
    for await (const part of request) body += part;
    return send(200, { 'Content-Type': 'text/plain' }, body);
  }
  if (path !== '/stream') return send(404, page, html);
  response.writeHead(200, { ...page, 'Set-Cookie': set });
  for (const piece of html.match(/.{1,7}/gs)) response.write(piece);
  return response.end();
}).listen(0, '127.0.0.1');
await once(application, 'listening');

const folder = mkdtempSync(join(tmpdir(), 'abide-nginx-'));
for (const each of ['', 'body', 'proxy']) {
  mkdirSync(join(folder, each), { recursive: true });
  chmodSync(join(folder, each), 0o777);
}
writeFileSync(join(folder, 'nginx.conf'), `load_module ${resolve(module)}; daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
  events { } http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; abide ${resolve(policy)}; abide_on_error strict;
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${application.address().port}; proxy_set_header Host $http_host; } } }`);
const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' });
process.on('SIGTERM', () => nginx.kill('SIGTERM'));
const [code] = await once(nginx, 'exit');
rmSync(folder, { recursive: true });
process.exit(code ?? 0);
