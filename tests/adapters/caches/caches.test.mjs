// Real caches in front of a site: no visitor gets a response that was made for another, and shared pages are hits.
// Prints a table.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { free_port } from '../free_port.mjs';

const here = import.meta.dirname;
const { ABIDE_CACHE_ORIGIN: program, ABIDE_WASM: files, REQUESTS: requests = '2000' } = process.env;
const count = Number(requests);
const table = [];

const CACHES = {
  nginx: { file: 'nginx.conf', start: (conf, folder) => ['nginx', '-p', folder, '-c', conf] },
  varnish: { file: 'varnish.vcl', start: (conf, folder, port) => ['varnishd', '-F', '-n', join(folder, 'varnish'), '-a', `127.0.0.1:${port}`, '-f', conf, '-s', 'malloc,64m'] },
  squid: { file: 'squid.conf', setsRegime: true, settles: 3000, // it stores nothing while it rebuilds its index
    start: (conf) => ['squid', '-N', '-f', conf] },
};
const REGIMES = { DE: 'opt_in', US: 'opt_out', JP: 'notice' };

function run(t, [command, ...given]) {
  const child = spawn(command, given, { stdio: ['pipe', 'pipe', 'pipe'] });
  const said = [];
  child.stderr.on('data', (text) => said.push(text));
  child.on('error', (error) => said.push(`${error}`));
  t.after(async () => {
    if (child.exitCode !== null || child.pid === undefined) return;
    child.kill();
    await Promise.race([once(child, 'exit'), pause(3000)]);
    child.kill('SIGKILL');
  });
  return Object.assign(child, { said });
}

async function openOrigin(t, caching) {
  const site = run(t, [program, caching, files]);
  const [line] = await once(site.stdout, 'data');
  origin = Number(line);
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 }); // to the caches: the site serves one connection at a time
let origin = 0;

function get(port, path, headers = {}, { method = 'GET', body } = {}) {
  return new Promise((resolve, reject) => {
    const asked = ask({ host: '127.0.0.1', port, path, method, agent: port !== origin && agent, headers: { Host: 'www.shop.example', ...(port === origin && { Connection: 'close' }), ...headers } }, async (answer) => {
      const parts = [];
      for await (const part of answer) parts.push(part);
      resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts).toString() });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

async function openCache(t, name, caching) {
  const folder = mkdtempSync(join(tmpdir(), 'abide-cache-')), port = await free_port(), { file, start, settles } = CACHES[name];
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o777);
  for (const each of ['body', 'proxy', 'cache']) mkdirSync(join(folder, each));
  const values = { FOLDER: folder, LISTEN: port, ORIGIN: origin, COOKIES: caching === 'shared' ? 'unset req.http.Cookie;' : '' };
  const conf = join(folder, file);
  writeFileSync(conf, readFileSync(join(here, file), 'utf8').replace(/@([A-Z]+)@/g, (_, key) => values[key]));
  const child = run(t, start(conf, folder, port));
  for (let tries = 0; tries < 150; ++tries) {
    const answers = await get(port, '/count').then(({ status }) => status === 200, () => false);
    await pause(answers ? settles ?? 0 : 200);
    if (answers) return port;
  }
  throw new Error(`${name} does not answer: ${child.said.join('')}`);
}

const cookiesOf = ({ headers }) => (headers['set-cookie'] ?? []).filter((field) => !/Max-Age=0/.test(field)).map((field) => field.split(';')[0]);
const namesOf = (answer) => cookiesOf(answer).map((pair) => pair.split('=')[0]).sort().join(' ');

/** Visitors of three regimes, half of them under GPC: without cookies, after "Accept all", after "Reject all". */
async function visitorsOf() {
  const visitors = [];
  for (const [country, regime] of Object.entries(REGIMES))
    for (const gpc of [false, true])
      for (const choice of ['', 'accept-all', 'reject-all']) {
        const headers = { 'CF-IPCountry': country, 'Abide-Regime': regime, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document',
          Accept: 'text/html', ...(gpc && { 'Sec-GPC': '1' }) };
        if (choice) {
          const answer = await get(origin, '/consent', { ...headers, 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'same-origin' },
            { method: 'POST', body: `choice=${choice}&from=banner` });
          assert.equal(answer.status, 303);
          headers.Cookie = cookiesOf(answer).join('; ');
        }
        visitors.push({ headers });
      }
  return visitors;
}

const PAGES = 5;

async function measure(t, name, caching) {
  await openOrigin(t, caching);
  const port = await openCache(t, name, caching), visitors = await visitorsOf();
  for (const visitor of visitors) {
    visitor.own = [];
    for (let page = 0; page < PAGES; ++page) visitor.own.push(await get(origin, `/page${page}`, visitor.headers));
  }
  const asked = async () => Number((await get(origin, '/count')).body);
  const before = await asked();
  let others = 0, seed = 1;
  const one = async () => {
    seed = (seed * 48271) % 2147483647;
    const { headers, own } = visitors[seed % visitors.length], page = (seed >> 8) % PAGES;
    const sent = { ...headers };
    if (!CACHES[name].setsRegime) delete sent['Abide-Regime'];
    const got = await get(port, `/page${page}`, sent), wanted = own[page];
    assert.equal(got.status, 200);
    if (got.body !== wanted.body || namesOf(got) !== namesOf(wanted)) ++others;
  };
  for (let done = 0; done < count; done += 8) await Promise.all(Array.from({ length: 8 }, one));
  const hits = 100 * (1 - (await asked() - before) / count);
  table.push({ cache: name, caching, requests: count, 'hits %': hits.toFixed(2), "another visitor's": others });
  return { hits, others };
}

for (const name of Object.keys(CACHES)) {
  test(`${name}: one visitor's own page never reaches another visitor`, async (t) => {
    const { hits, others } = await measure(t, name, 'private');
    assert.equal(others, 0);
    assert.equal(hits, 0);
  });

  test(`${name}: shared pages are hits for every visitor, and everyone gets the copy of their regime`, async (t) => {
    const { hits, others } = await measure(t, name, 'shared');
    assert.equal(others, 0);
    assert.ok(hits >= 95, `${hits} %`);
  });
}

after(() => {
  agent.destroy();
  console.table(table);
});
