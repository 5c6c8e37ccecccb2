// Abide around any application, like a proxy with the middleware: the sample server answers requests for Abide's own pages,
// and what it inserts into its own page is inserted into the application's, at the places that `abide insert` names.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './shop.mjs';

const bin = process.env.ABIDE_BIN ?? join(root, 'build/release/bin');
const BARE = /^<!doctype html><html lang=en><head><title>Hello<\/title>([^]*)<\/head><body>([^]*)<h1>Hello<\/h1>([^]*)<\/body><\/html>$/;
export const POLICY = { site: { name: 'Leaflet' }, cookies: [{ name: '_count', category: 'analytics' }, { name: '_ad', category: 'targeting' }] };

/** @param application the address of a server, or a function that returns (a promise of) [type, body] for a request, or null
    @param options inserts: whether Abide changes the response to a request */
export async function openAround(t, application, { policy = POLICY, inserts = () => true } = {}) {
  const abide = await openServer(t, policy);
  const requests = [];
  const serve = async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    requests.push({ method: request.method, url: request.url, headers: request.headers, body: `${body}` });
    if (/^\/(consent([/?]|$)|\.well-known\/gpc)/.test(request.url)) return write(response, await answerOf(abide, request, body));
    const found = typeof application === 'function' ? made(await application(request)) : await answerOf(application, request, body);
    if (inserts(request)) await insert(found, abide, request);
    write(response, found);
  };
  // A page may send one more request after the test, when Abide's server has stopped.
  const server = createServer((request, response) => serve(request, response).catch((error) => {
    console.error(error.message);
    response.destroy();
  }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.close(); server.closeAllConnections(); });
  const url = `http://localhost:${server.address().port}/`;
  return { url, requests, choices: () => requests.filter(({ method, url: path }) => method === 'POST' && path === '/consent') };
}

async function openServer(t, policy) {
  const folder = mkdtempSync(join(tmpdir(), 'abide-around-'));
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy));
  const server = spawn(join(bin, 'abide-server'), [join(folder, 'policy.json'), '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(async () => {
    server.kill();
    if (server.exitCode === null && server.signalCode === null) await once(server, 'close');
    rmSync(folder, { recursive: true });
  });
  const [line] = await once(server.stdout, 'data');
  return `${line}`.trim();
}

/** Inserts the fragments into a response that is a page. */
async function insert(found, abide, request) {
  const type = found.fields.find(([name]) => /^content-type$/i.test(name))?.[1] ?? '';
  const text = `${found.body}`;
  const headers = Object.entries(request.headers).filter(([name]) => /^(sec-fetch-.*|accept|hx-request|x-.*)$/.test(name));
  const { inserts } = JSON.parse(execFileSync(join(bin, 'abide'), ['insert'],
    { input: JSON.stringify({ body: text, content_type: type, status: found.status, headers }), encoding: 'utf8' }));
  if (!inserts.length) return;
  const own = await answerOf(abide, { method: 'GET', url: request.url, headers: request.headers });
  const parts = BARE.exec(`${own.body}`);
  assert.ok(parts, 'the page of the sample server');
  const bytes = { head: parts[1], notice: parts[2], end: parts[3] };
  for (const { at, what } of inserts.toSorted((a, b) => b.at - a.at))
    found.body = Buffer.concat([found.body.subarray(0, at), Buffer.from(bytes[what]), found.body.subarray(at)]);
  const ownField = ([name]) => /^(set-cookie|cache-control|vary)$/i.test(name);
  found.fields = [...found.fields.filter((field) => !/^(cache-control|etag|last-modified)$/i.test(field[0])),
    ...own.fields.filter(ownField).filter(([, value]) => !/^(cart|_ga|_fbp)=/.test(value))];
}

function answerOf(address, { method, url, headers }, body) {
  return new Promise((done) => {
    const onward = { ...headers, 'accept-encoding': 'identity', connection: 'close' };
    const asked = ask(new URL(url, address), { method, headers: onward, setHost: false }, async (answered) => {
      const raw = answered.rawHeaders, fields = raw.flatMap((_, i) => (i % 2 ? [] : [[raw[i], raw[i + 1]]]));
      done({ status: answered.statusCode, fields, body: Buffer.concat(await answered.toArray()) });
    });
    asked.on('error', () => done({ status: 502, fields: [], body: Buffer.from('') })); // it is being closed
    asked.end(body);
  });
}

const made = (answer) => (answer ? { status: 200, fields: [['Content-Type', answer[0]]], body: Buffer.from(answer[1]) }
  : { status: 404, fields: [], body: Buffer.from('') });

function write(response, { status, fields, body }) {
  const kept = fields.filter(([name]) => !/^(content-length|connection|transfer-encoding|keep-alive)$/i.test(name));
  response.writeHead(status, kept.flat());
  response.end(body);
}
