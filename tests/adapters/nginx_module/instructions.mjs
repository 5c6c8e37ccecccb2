// Instructions and malloc calls of nginx for one proxied request, without Abide and with it, by callgrind:
//   node tests/adapters/nginx_module/instructions.mjs MODULE [REQUESTS]
// One worker. The difference of two runs of different length removes start-up and shutdown.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { free_port } from '../free_port.mjs';

const module = resolve(process.argv[2]), count = Number(process.argv[3] ?? 1000);
// The typical request of the budgets, read from where it is defined.
const source = readFileSync(join(import.meta.dirname, '../../bench/typical.hpp'), 'utf8');
const textOf = (part) => [...part.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, words]) => words);
const between = (begin, end) => source.slice(source.indexOf(begin), source.indexOf(end, source.indexOf(begin)));
const cookies = textOf(between('cookies =', ';\nstatic_assert')).join('');
const setCookies = textOf(between('set_cookies{', '};'));
const fields = {};
const words = textOf(between('headers{{', '{"Cookie"'));
for (let i = 0; i < words.length; i += 2) fields[words[i]] = words[i + 1];
delete fields['Sec-GPC']; // the request of most visitors; the one with GPC follows below

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
  const out = join(folder, 'out');
  // A `rep movsb` is one instruction of the processor, but valgrind counts each byte: see tests/bench/measure.
  const env = { ...process.env, GLIBC_TUNABLES: 'glibc.cpu.x86_rep_movsb_threshold=1000000000:glibc.cpu.x86_rep_stosb_threshold=1000000000' };
  const child = spawn('valgrind', ['--tool=callgrind', `--callgrind-out-file=${out}`, 'nginx', '-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore', env });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const get = () => new Promise((done, fail) => ask({ host: '127.0.0.1', port, path, agent, headers }, (reply) => reply.resume().on('end', done)).on('error', fail).end());
  for (let tries = 0; ; ++tries) {
    if (await get().then(() => true, () => false)) break;
    if (tries > 300) throw new Error(readFileSync(join(folder, 'error.log'), 'utf8'));
    await pause(200);
  }
  for (let i = 0; i < requests; ++i) await get();
  agent.destroy();
  child.kill('SIGTERM');
  await once(child, 'exit');
  const text = readFileSync(out, 'utf8');
  if (process.env.KEEP) writeFileSync(process.env.KEEP, text);
  rmSync(folder, { recursive: true });
  return [Number(/^(?:totals|summary): (\d+)/m.exec(text)[1]), callsOf('malloc', text)];
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
