// The cost of a request with `abide proxy` and with bare nginx as a proxy, in front of the same application (another nginx):
// CPU time (user and system) of the proxy's process per request counted by wrk; both in one run, in turns.
//   node tests/bench/proxy.mjs build/release/bin/abide [SECONDS [CONNECTIONS]]
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { free_port } from '../adapters/free_port.mjs';

const run = promisify(execFile);
const [abide, seconds = '4', connections = '32'] = process.argv.slice(2);
if (!abide) {
  console.error('usage: node tests/bench/proxy.mjs ABIDE [SECONDS [CONNECTIONS]]');
  process.exit(2);
}
const path = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
const folder = mkdtempSync(join(tmpdir(), 'abide-bench-'));
const running = [];
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

async function nginx(name, body) {
  const file = join(folder, `${name}.conf`);
  writeFileSync(file, `daemon off; master_process off; worker_processes 1; pid ${folder}/${name}.pid; error_log stderr crit;
    events { worker_connections 1024; } http { access_log off; keepalive_requests 100000000; ${body} }`);
  const made = spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', file], { stdio: 'inherit', env: path });
  running.push(made);
  return made.pid;
}

const ticks = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /, '').split(' ');
  return Number(fields[11]) + Number(fields[12]); // utime and stime, in ticks of 10 ms
};

/** Microseconds of CPU per request. */
async function cost({ pid, port }, url, words) {
  const before = ticks(pid);
  const { stdout } = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, ...words, `http://127.0.0.1:${port}${url}`]);
  const requests = Number(/(\d+) requests in/.exec(stdout)[1]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
  return (ticks(pid) - before) * 10_000 / requests;
}

const [inner, outer, ours] = [await free_port(), await free_port(), await free_port()];
const page = `<!doctype html><html><head><title>x</title></head><body>${'<p>paragraph of a page</p>'.repeat(380)}</body></html>`;
writeFileSync(join(folder, 'page.html'), page);
await nginx('inner', `server { listen 127.0.0.1:${inner};
  location /json { default_type application/json; return 200 '{"a":1}'; }
  location /cookies { default_type application/json; add_header Set-Cookie "sid=1; Path=/"; add_header Set-Cookie "_ga=1; Path=/"; return 200 '{"a":1}'; }
  location ~ html$ { root ${folder}; default_type text/html; } }`);
const peers = {
  nginx: { port: outer, pid: await nginx('outer', `upstream app { server 127.0.0.1:${inner}; keepalive 64; keepalive_requests 100000000; }
    server { listen 127.0.0.1:${outer}; location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; } }`) },
};
const mine = spawn(abide, ['proxy', '--to', `http://127.0.0.1:${inner}`, '--listen', String(ours)], { stdio: 'ignore' });
running.push(mine);
peers.abide = { port: ours, pid: mine.pid };
await sleep(500);

const visits = '-H|User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0|-H|Accept-Language: de,en;q=0.5|-H|Accept-Encoding: gzip, br|-H|Cookie: sid=1; _ga=GA1.1.2; theme=dark'.split('|');
const navigates = [...visits, '-H', 'Accept: text/html', '-H', 'Sec-Fetch-Mode: navigate', '-H', 'Sec-Fetch-Dest: document'];
// What the visitor gets: the page with the notice, for nginx to pass on.
const { port } = peers.abide;
const headers = Object.fromEntries(navigates.filter((word) => word !== '-H').map((word) => word.split(/: (.*)/)));
const finished = await fetch(`http://127.0.0.1:${port}/page.html`, { headers }).then((answer) => answer.text());
writeFileSync(join(folder, 'finished.html'), finished);

const cases = [['a small answer', '/json', visits], ['one with two cookies', '/cookies', visits],
  ['a page of 10 KB', '/page.html', navigates],
  [`the same; nginx passes the ${Math.round(finished.length / 1024)} KB that the visitor gets`, '/page.html', navigates, '/finished.html']];
try {
  for (const [what, url, words, of_nginx = url] of cases) {
    const told = { nginx: [], abide: [] };
    for (let round = 0; round < 3; ++round)
      for (const name of ['nginx', 'abide']) told[name].push(await cost(peers[name], name === 'nginx' ? of_nginx : url, words));
    const [bare, with_abide] = [told.nginx, told.abide].map((each) => each.sort((a, b) => a - b)[1]);
    console.log(`${what}: nginx ${bare.toFixed(1)} us, abide proxy ${with_abide.toFixed(1)} us of CPU a request; nginx / abide ${(bare / with_abide).toFixed(2)}`);
  }
} finally {
  running.forEach((each) => each.kill('SIGKILL'));
  rmSync(folder, { recursive: true });
}
