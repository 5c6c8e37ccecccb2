// Starts `abide proxy`, and talks to it, with curl or byte by byte.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { application } from './backend.mjs';

const running = [];
after(() => running.forEach((each) => each.kill('SIGKILL')));

/** Resolves when it listens: { port, url, told(), process, ended }. */
export async function proxy(...words) {
  if (!words.includes('--listen')) words.push('--listen', '127.0.0.1:0');
  const child = spawn(process.env.ABIDE, ['proxy', ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
  running.push(child);
  let told = '';
  const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  const url = await new Promise((resolve, reject) => {
    child.stderr.on('data', (bytes) => {
      told += bytes;
      const found = told.match(/(\S+:\/\/\S+|unix:\S+) is now in front of/);
      if (found) resolve(found[1]);
    });
    ended.then(() => reject(new Error(`abide proxy ended: ${told}`)));
  });
  return { url: url.replace(/\/$/, ''), port: Number(url.match(/:(\d+)\/$/)?.[1] ?? 0), told: () => told, process: child, ended,
    hears: async (words_told) => { for (let i = 0; i < 100 && !told.includes(words_told); ++i) await sleep(50); return told.includes(words_told); } };
}

/** An application behind a proxy with a policy that stores records, for all tests of a file: { app, front, policy, folder }. */
export async function open_shop() {
  const folder = mkdtempSync(join(tmpdir(), 'abide-proxy-')), policy = join(folder, 'policy.json');
  writeFileSync(policy, JSON.stringify({ site: { name: 'Shop' }, records: { store: `sqlite:${join(folder, 'records.db')}` } }));
  const app = await application();
  after(async () => { await app.close(); rmSync(folder, { recursive: true, force: true }); });
  return { app, front: await proxy('--to', app.url, '--policy', policy), policy, folder };
}

/** What curl prints. */
export const curl = async (...words) =>
  (await promisify(execFile)('curl', ['-sS', '--max-time', '20', ...words], { maxBuffer: 1 << 28 })).stdout;

/** Of a request for a page, for curl. */
export const navigates = ['-H', 'Sec-Fetch-Mode: navigate', '-H', 'Sec-Fetch-Dest: document', '-H', 'Accept: text/html'];

export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Sends bytes and collects the answer until the connection ends, `ms` pass, or `until` is found. */
export function talk(where, bytes, { ms = 3000, until, secure = false } = {}) {
  return new Promise((resolve) => {
    const to = typeof where === 'number' ? { port: where, host: '127.0.0.1' } : { path: where };
    const socket = secure ? tls.connect({ ...to, rejectUnauthorized: false }) : net.connect(to);
    let got = '';
    const done = () => { clearTimeout(timer); socket.destroy(); resolve(got); };
    const timer = setTimeout(done, ms);
    socket.on(secure ? 'secureConnect' : 'connect', () => socket.write(Buffer.from(bytes, 'latin1')));
    socket.on('data', (more) => { got += more.toString('latin1'); if (until && got.includes(until)) done(); });
    socket.on('end', done);
    socket.on('error', done);
  });
}

export const status_of = (answer) => Number(answer.match(/^HTTP\/1\.1 (\d+)/)?.[1] ?? 0);
