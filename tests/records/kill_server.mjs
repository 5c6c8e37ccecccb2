// Kills the shop's server under load, at random moments, and restarts it on the same records.
//   node tests/records/kill_server.mjs [--kills 200] [--store sqlite:FILE|postgres://...] [--bin build/release/bin]
// Every choice reported as saved (a 303) must be in the log, the log must verify, and the server must start.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values: wanted } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, store: { type: 'string' }, bin: { type: 'string', default: 'build/release/bin' } },
});
const kills = Number(wanted.kills);
const bin = resolve(wanted.bin);
const folder = mkdtempSync(join(tmpdir(), 'abide-kill-'));
const store = wanted.store ?? `sqlite:${folder}/abide.db`;
const env = { ...process.env, ABIDE_KEYS: 'the-key-of-the-kill-test-32-bytes-or-more' };
const clients = 16;

function start() {
  return new Promise((ready, failed) => {
    const server = spawn(join(bin, 'abide-shop'), ['--port', '0', '--location', 'DE', '--records', store], { env });
    let told = '', wrong = '';
    server.stderr.on('data', (text) => { wrong += text; });
    server.stdout.on('data', (text) => {
      told += text;
      const port = told.match(/open: +http:\/\/localhost:(\d+)/)?.[1];
      if (port && told.includes('Ctrl-C')) ready({ server, port: Number(port) });
    });
    server.on('exit', () => failed(new Error(`the server did not start: ${wrong}`)));
  });
}

// The subject in a new visitor's consent cookie, or null if the answer did not say "saved".
function save(port, agent, choice) {
  return new Promise((done) => {
    const body = `choice=${choice}&from=banner`;
    const asked = request({ port, agent, method: 'POST', path: '/consent',
      headers: { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': body.length } },
    (answer) => {
      answer.resume();
      answer.on('end', () => done(answer.statusCode === 303
        ? (answer.headers['set-cookie'] ?? []).map((each) => each.match(/^abide=[^~]*~([^~]+)~/)?.[1]).find(Boolean) ?? null
        : null));
      answer.on('error', () => done(null));
    });
    asked.on('error', () => done(null));
    asked.end(body);
  });
}

async function visitUntilKilled(port, stop, saved) {
  const agent = new Agent({ keepAlive: true });
  for (let i = 0; !stop.now; ++i) {
    const subject = await save(port, agent, i % 2 ? 'accept-all' : 'reject-all');
    if (subject) saved.add(subject);
  }
  agent.destroy();
}

const run = (...words) => execFileSync(join(bin, 'abide'), ['records', ...words, store], { env, encoding: 'utf8', maxBuffer: 1 << 30 });

const saved = new Set();
let verified = 0;
for (let kill = 1; kill <= kills; ++kill) {
  const { server, port } = await start();
  server.removeAllListeners('exit');
  const stop = { now: false };
  const visits = Array.from({ length: clients }, () => visitUntilKilled(port, stop, saved));
  await new Promise((later) => setTimeout(later, 20 + Math.random() * 280));
  const gone = new Promise((exit) => server.on('exit', exit));
  server.kill('SIGKILL');
  stop.now = true;
  await Promise.all([gone, ...visits]);
  if (kill % 20 === 0 || kill === kills) verified += run('verify').includes('intact: all hashes') ? 1 : 0;
}
const { server } = await start();
server.removeAllListeners('exit');
server.kill();

const logged = new Set(run('export', '--format', 'csv').split('\n').map((line) => line.split(',')[8]));
const lost = [...saved].filter((subject) => !logged.has(subject));
const checks = Math.ceil(kills / 20);
console.log(`${kills} kills, ${saved.size} visitors told "saved", ${logged.size - 2} in the log, ${lost.length} lost; `
  + `verified ${verified} times of ${checks}; the server started ${kills + 1} times`);
rmSync(folder, { recursive: true, force: true });
process.exitCode = lost.length === 0 && verified === checks && saved.size > 0 ? 0 : 1;
