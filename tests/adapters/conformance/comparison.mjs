// The two servers of the conformance test, and what is compared.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { free_port, start } from '../started.mjs';

const { ABIDE_REFERENCE: reference } = process.env;
const [program, ...words] = JSON.parse(process.env.ABIDE_PROGRAM);
const folder = mkdtempSync(join(tmpdir(), 'abide-conformance-'));
after(() => rmSync(folder, { recursive: true }));

/// A test may change it before the servers start.
export const policy = {
  site: { name: 'Shop', host: 'www.shop.example' }, jurisdiction: { fixed: 'DE' }, consent: { keys: `file:${folder}/key` },
  cookies: [{ name: 'cart', category: 'required' }],
};
/// Of the server with Boost.Beast, and of the other one.
export const ports = [];
before(async () => {
  chmodSync(folder, 0o755); // nginx's workers run as another user
  writeFileSync(join(folder, 'key'), `${'0123456789abcdef'.repeat(4)}\n`, { mode: 0o644 });
  const file = join(folder, 'policy.json');
  writeFileSync(file, JSON.stringify(policy));
  ports.push(await free_port(), await free_port());
  await start(reference, [file, ports[0]], { port: ports[0], folder: '.' });
  await start(program, [...words, file, ports[1]], { port: ports[1], folder: '.' });
});

/// Leaves out what depends on the library, the second, the thread or the connection: order and letter case of fields,
/// dates, lengths, how the members of Vary are spread over fields, and on pages the deletions of cookies, which a
/// thread of the server sends a visitor only once.
const silent = new Set(['date', 'server', 'connection', 'keep-alive', 'content-length', 'transfer-encoding', 'accept-ranges', 'via']);
const reminds = /^set-cookie: [^=]*=; Max-Age=0;/;
function told(reply, body, method) {
  const fields = [];
  for (let i = 0; i < reply.rawHeaders.length; i += 2) {
    const name = reply.rawHeaders[i].toLowerCase();
    const value = reply.rawHeaders[i + 1].replace(/(abide=1\.\w+)\.[^;]*/, '$1...').replace(/kept\?[^#]*/, 'kept?...');
    if (!silent.has(name)) fields.push(...(name === 'vary' ? value.split(/, */) : [value]).map((each) => `${name}: ${each}`));
  }
  return { status: reply.statusCode, fields: fields.filter((field) => method === 'POST' || !reminds.test(field)).sort(), body };
}

/// Of an object, Node would join several Cookie fields to one. From a list, it sends each field as it is.
const each_field = (headers) => Object.values(headers).some(Array.isArray)
  ? Object.entries(headers).flatMap(([name, values]) => [values].flat().flatMap((value) => [name, value])) : headers;

function get(port, { method = 'GET', path, headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const asked = ask({ host: '127.0.0.1', port, path, method, agent: false, headers: each_field({ host: 'www.shop.example', ...headers }) }, async (reply) => {
      const parts = [];
      try { for await (const part of reply) parts.push(part); } catch (error) { return reject(error); }
      return resolve({ reply, said: told(reply, Buffer.concat(parts).toString('latin1'), method) });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/// Asserts that both servers send the same response, and returns it.
export async function same(request) {
  const [one, other] = await Promise.all(ports.map((port) => get(port, request)));
  const { body: expected, ...head } = one.said, { body, ...other_head } = other.said;
  const which = JSON.stringify(request).slice(0, 300);
  assert.deepEqual(other_head, head, which);
  let at = 0;
  while (at < expected.length && expected[at] === body[at]) ++at;
  assert.ok(body === expected, `${which}: bodies of ${expected.length} and ${body.length} bytes differ from byte ${at}: ...${expected.slice(at, at + 80)}... and ...${body.slice(at, at + 80)}...`);
  return one;
}

/// The path of a response with this status, fields and body. One character is one byte.
export const any_of = (status, fields, body) => `/any/${Buffer.from(`${status} ${fields.join('\n')}\n\n${body}`, 'latin1').toString('hex')}`;

/// Both servers' response with these fields and this body.
export const any = (fields, body, { status = 200, ...headers } = {}) => same({
  path: any_of(status, ['Content-Type: text/html', ...fields], body),
  headers: { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', accept: 'text/html', ...headers },
});
