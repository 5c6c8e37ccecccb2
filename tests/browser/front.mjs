// A server in front of the shop, as real sites have: TLS, other names than localhost, and changes that a test makes to the
// shop's pages. It records what each request contained.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';

/**
 * @param shop     the result of openShop
 * @param options  tls: with a self-signed certificate (visitors need ignoreHTTPSErrors)
 *                 change: gets a response { status, fields, body } and the request, and may alter the response
 *                 answer: gets (request, response, body) and returns true if it answered the request itself
 *                 hold: gets a request and how far it is ('asked', 'answered', 'begun': the browser has the header fields);
 *                       it goes on when what this returns resolves
 */
export async function openFront(t, shop, { tls = false, change, answer, hold } = {}) {
  const requests = [];
  const serve = async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    requests.push({ method: request.method, url: request.url, headers: request.headers, body: `${body}` });
    if (answer?.(request, response, `${body}`)) return;
    await hold?.(request, 'asked');
    pass(shop, request, body, response, { tls, change, hold });
  };
  const server = tls ? createSecureServer(certificate(), serve) : createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.close(); server.closeAllConnections(); });
  const { port } = server.address();
  return {
    requests,
    urlOf: (host) => `${tls ? 'https' : 'http'}://${host}:${port}/`,
    forget: () => { requests.length = 0; },
  };
}

function pass(shop, { method, url, headers }, body, response, { tls, change, hold }) {
  const request = { method, url, headers };
  const onward = { ...headers, 'x-forwarded-proto': tls ? 'https' : 'http', 'accept-encoding': 'identity', connection: 'close' };
  const asked = ask(new URL(url, shop.url), { method, headers: onward, setHost: false }, async (answered) => {
    const found = { status: answered.statusCode, fields: pairs(answered.rawHeaders), body: Buffer.concat(await answered.toArray()) };
    change?.(found, request);
    const fields = found.fields.filter(([name]) => !/^(content-length|connection|transfer-encoding|keep-alive)$/i.test(name));
    await hold?.(request, 'answered');
    response.writeHead(found.status, fields.flat()).flushHeaders();
    await hold?.(request, 'begun');
    response.end(found.body);
  });
  asked.on('error', () => response.destroy());
  asked.end(body);
}

const pairs = (raw) => raw.flatMap((_, i) => (i % 2 ? [] : [[raw[i], raw[i + 1]]]));

let made;

/** A key and a certificate for this run. */
function certificate() {
  if (made) return made;
  const folder = mkdtempSync(join(tmpdir(), 'abide-tls-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=firwick.example', '-addext', 'subjectAltName=DNS:firwick.example,DNS:*.firwick.example,DNS:localhost',
    '-keyout', key, '-out', cert], { stdio: 'ignore' });
  made = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return made;
}

/** Changes the HTML of a response; other responses stay as they are. */
export function changeHtml(found, alter) {
  const isHtml = found.fields.some(([name, value]) => /^content-type$/i.test(name) && value.startsWith('text/html'));
  if (isHtml) found.body = Buffer.from(alter(`${found.body}`));
}
