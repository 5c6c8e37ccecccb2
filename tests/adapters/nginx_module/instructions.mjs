// Instructions and malloc calls of nginx for one proxied request, without Abide and with it, by callgrind:
//   node tests/adapters/nginx_module/instructions.mjs MODULE [REQUESTS]
// One worker. The difference of two runs of different length removes start-up and shutdown.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { profileOf, totalOf } from '../../bench/callgrind.mjs';
import { cookies, fields, setCookies } from '../../bench/typical.mjs';
import { free_port } from '../free_port.mjs';

const module = resolve(process.argv[2]), count = Number(process.argv[3] ?? 1000);
const page = `<!doctype html><html lang="en"><head><title>Shop</title></head><body>${'<p>Everything must go.</p>'.repeat(400)}</body></html>`;
const application = createServer((request, response) => {
  const isPage = request.url === '/page', body = isPage ? page : '{"a":1}';
  response.writeHead(200, { 'Content-Type': isPage ? 'text/html' : 'application/json', 'Content-Length': body.length, 'Set-Cookie': setCookies });
  response.end(body);
}).listen(0, '127.0.0.1');
await once(application, 'listening');

/** How often a function was called, from callgrind's file, which writes a name once and its number from then on. */
function callsOf(name, text) {
  const number = new RegExp(`fn=\\((\\d+)\\) ${name}$`, 'm').exec(text)?.[1];
  const calls = text.matchAll(new RegExp(`^cfn=\\(${number}\\).*\\n(?:c.*\\n)*?calls=(\\d+)`, 'gm'));
  return [...calls].reduce((sum, [, count]) => sum + Number(count), 0);
}

async function costs(directive, requests, path, headers) {
  const folder = mkdtempSync(join(tmpdir(), 'abide-callgrind-')), port = await free_port();
  for (const each of ['body', 'proxy']) mkdirSync(join(folder, each));
  writeFileSync(join(folder, 'policy.json'), JSON.stringify({ site: { host: 'www.shop.example' }, jurisdiction: { fixed: 'DE' } }));
  writeFileSync(join(folder, 'nginx.conf'), `load_module ${module}; daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
    events { } http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; ${directive} keepalive_requests 1000000;
    upstream app { server 127.0.0.1:${application.address().port}; keepalive 4; keepalive_requests 1000000; }
    server { listen 127.0.0.1:${port}; location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; } } }`);
  const text = await profileOf(['nginx', '-p', folder, '-c', join(folder, 'nginx.conf')], { port, path, headers, requests });
  rmSync(folder, { recursive: true });
  return [totalOf(text), callsOf('malloc', text)];
}

async function each(directive, path, headers) {
  const [few, many] = [await costs(directive, count, path, headers), await costs(directive, count * 2, path, headers)];
  return many.map((total, i) => (total - few[i]) / count);
}

const rows = [];
for (const [name, path, headers] of [
  ['JSON, 20 cookies, 5 Set-Cookie', '/json', { ...fields, Cookie: cookies }],
  ['JSON, no cookies', '/json', fields],
  ['page of 10 KB, 20 cookies', '/page', { ...fields, Cookie: cookies }],
]) {
  const bare = await each('', path, headers), with_abide = await each('abide policy.json;', path, headers);
  rows.push({ request: name, 'nginx bare': Math.round(bare[0]), 'Abide adds': Math.round(with_abide[0] - bare[0]),
    'malloc bare': bare[1].toFixed(1), 'Abide calls it': (with_abide[1] - bare[1]).toFixed(1) });
}
console.table(rows);
application.close();
application.closeAllConnections();
