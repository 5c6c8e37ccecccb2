// The cost of /.well-known/gpc.json with nginx's own `return 200`, the nginx module, and Boost.Beast (abide-server): CPU
// time (user and system) of the server's process per request counted by wrk; all in one run, in turns.
//   node tests/bench/gpc.mjs BUILD [SECONDS [CONNECTIONS]]
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { free_port } from '../adapters/free_port.mjs';

const run = promisify(execFile);
const [build, seconds = '3', connections = '16'] = process.argv.slice(2);
if (!build) {
  console.error('usage: node tests/bench/gpc.mjs BUILD [SECONDS [CONNECTIONS]]');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'abide-bench-'));
const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });
const policy = join(folder, 'policy.json');
writeFileSync(policy, JSON.stringify({ site: { host: '127.0.0.1', gpc_updated: '2026-11-22' }, jurisdiction: { fixed: 'DE' } }));

async function nginx(name, load, body) {
  const port = await free_port(), file = name.replace(/\W+/g, '-'), conf = join(folder, `${file}.conf`);
  writeFileSync(conf, `${load} daemon off; master_process off; pid ${folder}/${file}.pid; error_log stderr crit; events { }
    http { access_log off; keepalive_requests 100000000; server { listen 127.0.0.1:${port}; ${body} } }`);
  return { name, port, made: spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', conf],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } }) };
}

async function beast() {
  const port = await free_port();
  return { name: 'Beast', port, made: spawn(resolve(build, 'bin/abide-server'), [policy, port], { stdio: ['ignore', 'ignore', 'inherit'] }) };
}

const path = '/.well-known/gpc.json';
const servers = [
  await nginx('nginx, return 200', '', `location = ${path} { default_type application/json; return 200 '{"gpc": true, "lastUpdate": "2026-11-22"}'; }`),
  await nginx('nginx with Abide', `load_module ${resolve(build, 'middleware/nginx/ngx_http_abide_module.so')};`, `abide ${policy}; root ${folder};`),
  await beast(),
];
const end = () => { for (const { made } of servers) made.kill('SIGTERM'); rmSync(folder, { recursive: true, force: true }); };
process.on('exit', end);

async function is_up({ name, port }) {
  for (let tries = 0; tries < 100; ++tries, await sleep(100)) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
    if (answer?.ok && (await answer.json()).gpc === true) return;
  }
  throw new Error(`${name} did not answer`);
}

const ticks = ({ pid }) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /, '').split(' ');
  return Number(fields[11]) + Number(fields[12]); // utime and stime, in ticks of 10 ms
};

/** Microseconds of CPU per request. */
async function cost({ made, port }) {
  const before = ticks(made);
  const { stdout } = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, `http://127.0.0.1:${port}${path}`]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
  return (ticks(made) - before) * 10_000 / Number(/(\d+) requests in/.exec(stdout)[1]);
}

for (const server of servers) await is_up(server);
const costs = servers.map(() => []);
for (let round = 0; round < 5; ++round) for (const [i, server] of servers.entries()) costs[i].push(await cost(server));
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
console.table(servers.map(({ name }, i) => ({ server: name, 'CPU microseconds a request': median(costs[i]).toFixed(2),
  'times nginx': (median(costs[i]) / median(costs[0])).toFixed(2) })));
process.exit();
