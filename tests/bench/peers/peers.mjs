// Instructions that a filter of cookies adds to a request, by callgrind, all in one run: the module in nginx and the proxy
// beside nginx, and a filter written by hand in Node, fastify and Express. (Boost.Beast without sockets: tests/bench/measure.)
//   npm ci && node peers.mjs BUILD [REQUESTS]
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { free_port } from '../../adapters/free_port.mjs';
import { profileOf, totalOf } from '../callgrind.mjs';
import { cookies, fields, setCookies } from '../typical.mjs';

const build = resolve(process.argv[2]), count = Number(process.argv[3] ?? 3000);
const headers = { ...fields, Cookie: cookies };
const folder = mkdtempSync(join(tmpdir(), 'abide-peers-'));
chmodSync(folder, 0o755);
for (const each of ['body', 'proxy']) mkdirSync(join(folder, each));
writeFileSync(join(folder, 'policy.json'), JSON.stringify({ site: { host: 'www.shop.example' }, jurisdiction: { fixed: 'DE' } }));
const application = createServer((request, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 7, 'Set-Cookie': setCookies }).end('{"a":1}');
}).listen(0, '127.0.0.1');
await once(application, 'listening');
const to = `127.0.0.1:${application.address().port}`;

/** A request's instructions: the difference of a long and a short run. */
async function cost(commandAt) {
  const totals = [];
  for (const requests of [count, count * 2]) {
    const port = await free_port();
    totals.push(totalOf(await profileOf(commandAt(port), { port, path: '/json', headers, requests })));
  }
  return Math.round((totals[1] - totals[0]) / count);
}

const server = (kind, filter) => (port) => [process.execPath, join(import.meta.dirname, 'server.mjs'), kind, filter, String(port)];
const nginx = (load, directive) => (port) => {
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, `${load} daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
    events { } http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; ${directive} keepalive_requests 1000000;
    upstream app { server ${to}; keepalive 4; keepalive_requests 1000000; }
    server { listen 127.0.0.1:${port}; location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; } } }`);
  return ['nginx', '-p', folder, '-c', file];
};
const module = `load_module ${build}/middleware/nginx/ngx_http_abide_module.so;`;
const proxy = (port) => [join(build, 'bin/abide'), 'proxy', '--to', `http://${to}`, '--listen', String(port), '--policy', join(folder, 'policy.json')];

const rows = [];
for (const [name, bare, filtered] of [
  ['nginx as a proxy, the module', nginx('', ''), nginx(module, 'abide policy.json;')],
  ['abide proxy instead of nginx', nginx('', ''), proxy],
  ['Node, by hand', server('node', 'bare'), server('node', 'filtered')],
  ['fastify, by hand', server('fastify', 'bare'), server('fastify', 'filtered')],
  ['Express, by hand', server('express', 'bare'), server('express', 'filtered')],
]) {
  const [without, with_filter] = [await cost(bare), await cost(filtered)];
  rows.push({ server: name, without, with: with_filter, added: with_filter - without, ratio: (with_filter / without).toFixed(2) });
}
console.table(rows);
application.close();
application.closeAllConnections();
rmSync(folder, { recursive: true });
