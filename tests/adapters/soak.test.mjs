// The sample server under all kinds of visitors for ten minutes: pages, choices, receipts, signals, requests that end
// half-way, connections that stay open. Its memory and its descriptors must level off.
//   ABIDE_SERVER=build/release/bin/abide-server ABIDE_SCRATCH=FOLDER [ABIDE_SOAK=SECONDS] node --test soak.test.mjs
import assert from 'node:assert';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { before, test } from 'node:test';
import { request } from './beast/wire.mjs';
import { free_port, start } from './started.mjs';

const { ABIDE_SERVER: server, ABIDE_SCRATCH: scratch, ABIDE_SOAK: seconds = '600' } = process.env;
const lines = 16, pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
let port, pid;

before(async () => {
  port = await free_port();
  writeFileSync(`${scratch}/policy.json`, JSON.stringify({
    site: { name: 'Shop' }, jurisdiction: { fixed: 'US-CA' }, consent: { keys: 'env:SOAK_KEYS' },
    records: { store: `sqlite:${scratch}/soak.db` }, cookies: [{ name: 'cart', category: 'required' }],
  }));
  process.env.SOAK_KEYS = 'f0e1d2c3b4a5968778695a4b3c2d1e0f';
  ({ pid } = await start(server, ['policy.json', String(port)], { port, folder: scratch }));
});

const memory = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
const descriptors = () => readdirSync(`/proc/${pid}/fd`).length;

/** One connection: writes `bytes`, and resolves to what came back until the server closed it or `wait` ms passed. */
const talk = (bytes, wait = 5000) => new Promise((resolve) => {
  const socket = net.connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => { answer += chunk; });
  socket.on('error', () => {});
  socket.on('close', () => resolve(answer));
  setTimeout(() => socket.destroy(), wait).unref();
  socket.write(bytes);
});

const post = { 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'same-origin', Connection: 'close' };
const page = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document', Accept: 'text/html', Connection: 'close' };
let number = 0;
const visitors = [
  () => talk(request('GET', `/p${++number}`, page)),
  () => talk(request('GET', '/', { ...page, 'Sec-GPC': '1', Cookie: `a${++number}=1; _ga=x; session=y` })),
  async () => {
    const saved = await talk(request('POST', '/consent', post, `choice=${++number % 2 ? 'reject-all' : 'accept-all'}`));
    const cookie = [...saved.matchAll(/^set-cookie: ([^;]+)/gim)].map(([, pair]) => pair).join('; ');
    await talk(request('GET', '/consent/receipt', { ...page, Cookie: cookie }));
    await talk(request('GET', '/', { ...page, Cookie: `${cookie}; _fbp=fb.1.${number}` }));
  },
  () => talk(request('GET', '/', { ...page, Cookie: `x${++number}=${'y'.repeat(3000)}` })),
  () => talk('GET / HTTP/1.1\r\nHost: shop', 200),
  () => talk('POST /consent HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 1000\r\n\r\nchoice=', 200),
  () => talk('\x16\x03\x01nonsense\r\n\r\n', 200),
];

test(`after ${seconds} seconds of visitors the server holds no more memory and descriptors than after a tenth of the time`, async (t) => {
  const end = Date.now() + Number(seconds) * 1000, warm = Date.now() + Number(seconds) * 100;
  let asked = 0, is_over = false;
  const line = async (at) => {
    for (let i = at; !is_over; ++i) {
      await visitors[i % visitors.length]();
      ++asked;
    }
  };
  const idle = descriptors();
  const all = Array.from({ length: lines }, (_, at) => line(at));
  const seen = [];
  while (Date.now() < end) {
    await pause(Math.min(5000, Number(seconds) * 20));
    seen.push({ warm: Date.now() > warm, memory: memory(), descriptors: descriptors() });
  }
  is_over = true;
  await Promise.all(all);
  await pause(1000);
  const most = (list) => Math.max(...list.map((each) => each.memory));
  const first = seen.filter((each) => each.warm).slice(0, 10), last = seen.slice(-10);
  t.diagnostic(`${asked} visits: memory ${most(first)} KB when warm, ${most(last)} KB at the end; descriptors ${idle} idle, `
    + `${Math.max(...seen.map((each) => each.descriptors))} at most, ${descriptors()} afterwards`);
  assert.ok(asked > Number(seconds));
  assert.ok(most(last) < 1.15 * most(first) + 2048, 'memory comes to rest');
  assert.ok(descriptors() <= idle + 4, 'no descriptor is left open');
  assert.equal((await talk(request('GET', '/', page))).slice(0, 15), 'HTTP/1.1 200 OK');
});
