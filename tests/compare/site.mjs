// The page with one of the tools in it, behind the same front: equal compression, connections and fields for every
// tool.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const host = 'www.compare.localhost', domain = 'compare.localhost';

const compress = promisify(gzip);
const squeeze = promisify(brotliCompress);
const page = (name) => readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8');
const types = { '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml' };

// On the start page the tags are files; on the checkout one analytics tag is inline and busy for 250 ms.
const files = (name, count) => Array.from({ length: count }, (_, number) => ({ src: `/static/${name}.js?${number}` }));
const busy = { text: page('busy.js').trim() };
const tagsOf = (size) => ({
  '/': { analytics: files('analytics', size.tags / 2), targeting: files('targeting', size.tags / 2) },
  '/checkout': { analytics: [busy, ...files('analytics', size.tags / 2 - 1)], targeting: files('targeting', size.tags / 2) },
});

/** How large the page is: gated tags, and elements besides its own. */
export const sizes = { small: { tags: 2, elements: 0 }, large: { tags: 200, elements: 20_000 } };

/** Articles of five elements each. */
const articles = ({ elements }) => Array.from({ length: elements / 5 }, (_, number) =>
  `<article><h2>Bowl <i>${number}</i></h2><p>Thrown on the wheel.</p><b>${10 + number % 80} €</b></article>\n`).join('');

const fill = (template, parts) =>
  template.replace(/ *<!-- (head|more|tags|foot) -->\n/g, (_, name) => (parts[name] ? parts[name] + '\n' : ''));

// Cookies that a page's server typically sets: two of them are HttpOnly. Abide's shop sets the same.
const cookies = ['cart=empty', 'chat_id=c1', '_shop_visit=v1; Max-Age=2592000', 'br_aud=a1; Max-Age=15552000']
  .map((cookie) => `${cookie}; Path=/; HttpOnly; SameSite=Lax`);

/** A web site of static files, with a tool that consists only of files. */
function staticSite(tool, size) {
  const template = page('page.html'), more = articles(size);
  const files = new Map(Object.entries(tool.files).map(([name, file]) => [`/tool/${name}`, file]));
  const pages = new Map(Object.entries(tagsOf(size)).map(([path, tags]) =>
    [path, fill(template, { more, ...tool.page(tags) })]));
  return async ({ url }) => {
    const { pathname } = new URL(url, `http://${host}`);
    if (pages.has(pathname)) return html(pages.get(pathname), cookies);
    if (pathname === '/blank') return html('<!doctype html><title>Blank</title>');
    const file = files.get(pathname) ?? new URL(`page/${pathname.replace('/static/', '')}`, import.meta.url);
    const fields = { 'content-type': types[extname(pathname)], 'cache-control': 'public, max-age=3600' };
    try {
      return { status: 200, fields, body: readFileSync(file) };
    } catch {
      return { status: 404, fields: { 'content-type': 'text/plain' }, body: Buffer.from('Not found\n') };
    }
  };
}

const html = (text, set = []) => ({
  status: 200,
  fields: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'private, no-cache', 'set-cookie': set },
  body: Buffer.from(text),
});

/** The sample shop's program, with Abide's middleware, serving the same page. */
async function shopSite(tool, size) {
  const folder = mkdtempSync(join(tmpdir(), 'abide-compare-'));
  writeShop(folder, tool, size);
  const bin = process.env.ABIDE_BIN ?? join(root, 'build/release/bin');
  const words = ['--port', '0', '--root', folder, '--policy', join(folder, 'policy.json'), '--records', 'none'];
  if (process.env.ABIDE_BROWSER) words.push('--browser', process.env.ABIDE_BROWSER);
  const shop = spawn(join(bin, 'abide-shop'), words, { stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => shop.kill()); // also when a measurement fails
  const said = [];
  shop.stderr.on('data', (bytes) => said.push(`${bytes}`));
  const port = await new Promise((resolve, reject) => {
    shop.once('error', reject);
    shop.once('close', () => reject(new Error(`abide-shop did not open: ${said.join('')}`)));
    createInterface(shop.stdout).on('line', (line) => {
      const [address] = /http:\/\/\S+/.exec(line) ?? [];
      if (address) resolve(new URL(address).port);
    });
  });
  const agent = new Agent({ keepAlive: true });
  return {
    answer: async ({ url, method, headers }, body) => url === '/blank' ? html('<!doctype html><title>Blank</title>')
      : forward({ agent, host: '127.0.0.1', port, method, path: url, headers }, body),
    close: () => {
      shop.kill();
      agent.destroy();
      rmSync(folder, { recursive: true });
    },
  };
}

function writeShop(folder, tool, size) {
  const tags = tagsOf(size);
  for (const name of ['pages', 'static/art', 'texts', 'vendors']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['page.css', 'kiln.svg', 'analytics.js', 'targeting.js'])
    cpSync(new URL(`page/${name}`, import.meta.url), join(folder, 'static', name));
  writeFileSync(join(folder, 'pages/layout.html'), fill(page('page.html'), { more: articles(size), tags: '{{>page}}' }));
  writeFileSync(join(folder, 'pages/home.html'), tool.page(tags['/']).tags);
  writeFileSync(join(folder, 'pages/checkout.html'), tool.page(tags['/checkout']).tags);
  for (const name of ['en', 'de']) writeFileSync(join(folder, `texts/${name}.json`), JSON.stringify({ title: {} }));
  for (const name of ['ads', 'metrics']) writeFileSync(join(folder, `vendors/${name}.js`), '');
  writeFileSync(join(folder, 'products.json'), JSON.stringify({ kinds: [], finishes: {}, products: [] }));
  writeFileSync(join(folder, 'policy.json'), page('policy.json'));
}

function forward(options, body) {
  return new Promise((resolve, reject) => {
    const sent = ask(options, (reply) => {
      const parts = [];
      reply.on('data', (part) => parts.push(part));
      reply.on('end', () => resolve({ status: reply.statusCode, fields: reply.headers, body: Buffer.concat(parts) }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

// None of the other tools would pass the shop's Content-Security-Policy, so no site sends one.
const dropped = new Set(['connection', 'keep-alive', 'content-length', 'transfer-encoding', 'content-security-policy']);

/** One tool's web site. Its log records each request: path, and bytes of the body as sent. */
export async function openSite(tool, size = sizes.small) {
  const origin = tool.name === 'abide' ? await shopSite(tool, size) : { answer: staticSite(tool, size), close() {} };
  const log = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const { status, fields, body } = await origin.answer(request, Buffer.concat(parts))
      .catch((error) => ({ status: 502, fields: {}, body: Buffer.from(error.message) }));
    for (const [name, value] of Object.entries(fields))
      if (!dropped.has(name) && value) response.setHeader(name, value);
    const [coding, packed] = await packedBody(request, fields, body);
    if (coding) response.setHeader('content-encoding', coding);
    response.setHeader('content-length', packed.length);
    log.push({ path: request.url, method: request.method, status, bytes: packed.length, plain: body.length });
    response.writeHead(status).end(packed);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    log,
    url: `http://${host}:${server.address().port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      origin.close();
    },
  };
}

async function packedBody(request, fields, body) {
  const type = fields['content-type'] ?? '', accepted = request.headers['accept-encoding'] ?? '';
  const isText = /^(text\/|image\/svg|application\/(json|javascript|wasm))/.test(type);
  if (!isText || body.length <= 200 || fields['content-encoding']) return [undefined, body];
  if (/\bbr\b/.test(accepted) && !type.startsWith('text/html')) return ['br', await squeezed(body)];
  return /\bgzip\b/.test(accepted) ? ['gzip', await compress(body, { level: 6 })] : [undefined, body];
}

const compressed = new Map(); // by the bytes

async function squeezed(body) {
  const key = body.toString('latin1');
  if (!compressed.has(key)) compressed.set(key, await squeeze(body, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }));
  return compressed.get(key);
}

/** The gzip size of a text. */
export const packedSize = async (text) => (await compress(Buffer.from(text), { level: 6 })).length;
