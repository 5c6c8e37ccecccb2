// Mixed visitors for ten minutes against nginx with Abide, which reloads every five seconds:
//   node tests/adapters/nginx_module/soak.mjs MODULE ABIDE [SECONDS]
// No request may fail, no refused cookie may pass, the workers' memory may not grow, and the records must pass verification.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { free_port } from '../free_port.mjs';

const [module, abide] = process.argv.slice(2, 4).map((each) => resolve(each)), seconds = Number(process.argv[4] ?? 600);
const folder = mkdtempSync(join(tmpdir(), 'abide-nginx-')), store = `sqlite:${folder}/records/abide.db`, port = await free_port();
const page = `<!doctype html><html lang="en"><head><title>Shop</title></head><body>${'<p>Everything must go.</p>'.repeat(400)}</body></html>`;
const application = createServer((request, response) => {
  response.writeHead(200, { 'Content-Type': request.url === '/json' ? 'application/json' : 'text/html', 'Set-Cookie': ['basket=1', '_ga=GA1.1.5; Max-Age=99'] });
  response.end(request.url === '/json' ? '{}' : page);
}).listen(0, '127.0.0.1');
await once(application, 'listening');

for (const each of ['', 'body', 'proxy', 'records']) {
  mkdirSync(join(folder, each), { recursive: true });
  chmodSync(join(folder, each), 0o777);
}
writeFileSync(join(folder, 'key'), `${'0123456789abcdef'.repeat(4)}\n`);
const policy = { site: { host: '127.0.0.1' }, jurisdiction: { fixed: 'DE' }, consent: { choices_per_minute: 1000000, keys: `file:${folder}/key` }, records: { store } };
writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy));
writeFileSync(join(folder, 'nginx.conf'), `load_module ${module}; daemon off; worker_processes 2; pid ${folder}/pid; error_log ${folder}/error.log warn;
  events { worker_connections 1024; } http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; abide policy.json; abide_on_error strict;
  upstream app { server 127.0.0.1:${application.address().port}; keepalive 16; }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; } } }`);
const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' });
await pause(1000);

const workers = () => spawnSync('pgrep', ['-P', nginx.pid], { encoding: 'utf8' }).stdout.trim().split('\n');
const memory = (process) => {
  try { return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${process}/status`, 'utf8'))?.[1] ?? 0); } catch { return 0; }
};
const load = spawn('wrk', ['-t2', '-c16', `-d${seconds}s`, '--timeout', '10s', '-s', join(import.meta.dirname, 'visitors.lua'), `http://127.0.0.1:${port}/`], { stdio: ['ignore', 'pipe', 'inherit'] });
let told = '', running = true, reloads = 0;
load.stdout.on('data', (text) => { told += text; });
const ended = once(load, 'exit').then(() => { running = false; });
const largest = [];
while (running) {
  await Promise.race([pause(5000), ended]);
  if (!running) break;
  largest.push(Math.max(...workers().map(memory)), memory(nginx.pid));
  nginx.kill('SIGHUP');
  ++reloads;
}
const tenth = Math.ceil(largest.length / 20) * 2, of = (from, which) => Math.max(...from.filter((_, i) => i % 2 === which));
const rows = { 'worker, first tenth': of(largest.slice(0, tenth), 0), 'worker, last tenth': of(largest.slice(-tenth), 0), 'master, first tenth': of(largest.slice(0, tenth), 1), 'master, last tenth': of(largest.slice(-tenth), 1) };
nginx.kill('SIGQUIT');
await once(nginx, 'exit');
application.close();
application.closeAllConnections();
const verified = spawnSync(abide, ['records', 'verify', store, '--policy', join(folder, 'policy.json')], { encoding: 'utf8', maxBuffer: 1e9 });
const faults = readFileSync(join(folder, 'error.log'), 'utf8').split('\n').filter((line) => /\[(error|crit|alert|emerg)\]/.test(line));
console.log(told);
console.log(`${reloads} reloads; largest memory in kB:`);
console.table(rows);
console.log(verified.stdout.split('\n')[0], `(verify: ${verified.status})`, `${faults.length} lines of errors`, faults[0] ?? '');
rmSync(folder, { recursive: true });
assert.doesNotMatch(told, /Socket errors|Non-2xx/);
assert.deepEqual(faults, []);
assert.equal(verified.status, 0, verified.stderr);
assert.ok(rows['worker, last tenth'] < rows['worker, first tenth'] * 1.2 + 2000);
