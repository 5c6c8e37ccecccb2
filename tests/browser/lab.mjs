// A page for one test: a small server that prints a decision into it like the middleware, serves the browser files and a
// policy, answers choices by the module's contract, and records every request.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { root } from './shop.mjs';

export const built = process.env.ABIDE_WASM ?? join(root, 'build/release/wasm');
const sources = join(built, 'modules.in'); // as written, not minified
const texts = join(root, 'middleware/texts');
const ALL = ['required', 'analytics', 'functional', 'targeting'];
const types = { mjs: 'text/javascript', js: 'text/javascript', json: 'application/json', wasm: 'application/wasm', css: 'text/css',
  gif: 'image/gif', svg: 'image/svg+xml', html: 'text/html; charset=utf-8' };

export const files = '/consent/v-0123456789ab/';
export const strict = { v: 1, allowed: ['required'], allowedShared: ['required'],
  optedOut: ALL.slice(0, 3), optedOutShared: ['required'], gpc: false, regime: 'opt_in', notice: 'banner',
  path: '/consent', mode: 'enforce', noticeVersion: 1, chosen: false, status: null, now: '' };
export const everything = { ...strict, allowed: ALL, allowedShared: ALL, notice: 'none', chosen: true };

/** A gated inline script that adds its name to window.ran when it runs. */
export const tag = (name, category, rest = '') =>
  `<script type="text/plain" data-category="${category}" nonce="abc" ${rest}>(window.ran ??= []).push("${name}")</script>`;

/**
 * @param options state: as printed, null: none; head, body: HTML; csp: the page's policy; policy: policy.json;
 *                files: more files by path, texts or functions (request, answer); saves: false if the store is down;
 *                module: the folder of the browser files, null: the page itself loads none
 */
export async function openLab(t, { state = strict, head = '', body = '', csp, policy = {}, files: more = {}, module = files, saves = true } = {}) {
  const lab = { asked: [], state, saves, delay: 0 };
  const gate = readFileSync(join(built, 'gate.js'), 'utf8'); // as it is served
  const page = () => `<!doctype html><html lang="en"><head><title>Lab</title>` +
    (lab.state ? `<script type="application/json" id="abide-state">${JSON.stringify(lab.state)}</script>` : '') +
    (module ? `${head}<script nonce="abc">${gate}</script><script type="module" src="${module}abide.mjs"></script>` : head) +
    `</head><body><main><h1>Lab</h1>${body}</main></body></html>`;
  const server = createServer(async (request, answer) => {
    const url = new URL(request.url, 'http://lab');
    const form = new URLSearchParams(await text(request));
    lab.asked.push({ method: request.method, path: url.pathname, host: request.headers.host, form, query: url.searchParams });
    await new Promise((resolve) => setTimeout(resolve, lab.delay));
    reply(request, answer, url, form);
  });

  function reply(request, answer, url, form) {
    const own = more[url.pathname];
    if (typeof own === 'function') return own(request, answer);
    if (own !== undefined) return send(answer, url.pathname === '/' ? '.html' : url.pathname, own);
    if (url.pathname === '/consent/state')
      return send(answer, '.json', JSON.stringify({ ...lab.state, lang: url.searchParams.get('lang') ?? lab.state.lang }));
    if (request.method === 'POST' && /^\/consent(\/signal)?$/.test(url.pathname)) return choose(answer, form);
    if (url.pathname === `${files}policy.json`) return send(answer, '.json', JSON.stringify(written(policy)));
    if (/^\/(consent\/v-0123456789ab|abide)\//.test(url.pathname)) return sendFile(answer, url.pathname.replace(/^.*?\/(v-0123456789ab|abide)\//, ''));
    if (url.pathname === '/' || url.pathname.startsWith('/page')) {
      if (csp) answer.setHeader('Content-Security-Policy', csp);
      return send(answer, '.html', page());
    }
    answer.writeHead(404).end();
  }

  function choose(answer, form) {
    if (!lab.saves) return answer.writeHead(503).end('{"error":"not saved"}');
    lab.state = decided(lab.state, form);
    answer.setHeader('Set-Cookie', `now_abide=${lab.asked.length}; Path=/`);
    send(answer, '.json', JSON.stringify(lab.state));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.close(); server.closeAllConnections(); });
  const { port } = server.address();
  const of = (path) => lab.asked.filter((one) => one.path === path);
  return Object.assign(lab, { port, url: `http://localhost:${port}/`, at: (host) => `http://${host}:${port}`, of,
    posts: () => lab.asked.filter(({ method }) => method === 'POST') });
}

/** A policy as the server writes it: rules in order of precedence, each with `shared`. */
function written({ cookies = [], ...rest }) {
  const weight = ({ name, host }) => (name.includes('*') ? 0 : 1e6) + name.length * 2 + (host ? 1 : 0);
  return { ...rest, cookies: cookies.map((one) => ({ shared: one.category === 'targeting', ...one }))
    .toSorted((a, b) => weight(b) - weight(a)) };
}

function decided(before, form) {
  const choice = form.get('choice');
  if (form.get('gpc')) return { ...before, gpc: true, allowed: before.allowed.filter((name) => name !== 'targeting'), allowedShared: ['required'],
    status: { title: 'Honored', text: 'The signal counts.' } };
  if (choice === 'accept-all') return { ...everything, regime: before.regime, granted: true };
  if (choice === 'add') return { ...before, chosen: true, notice: 'none', allowed: ALL.filter((name) => before.allowed.includes(name) || form.getAll('grant').includes(name)) };
  const granted = choice === 'save' ? ['required', ...form.getAll('grant')] : ['required'];
  return { ...strict, regime: before.regime, notice: 'none', chosen: true, allowed: granted, allowedShared: granted };
}

async function text(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

function send(answer, path, body) {
  answer.setHeader('Content-Type', types[path.split('.').at(-1)] ?? 'text/plain');
  answer.end(body);
}

function sendFile(answer, name) {
  for (const folder of [sources, built, texts])
    if (existsSync(join(folder, name))) return send(answer, name, readFileSync(join(folder, name)));
  answer.writeHead(404).end();
}
