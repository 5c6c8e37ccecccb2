// A visitor of a server that has Abide as a module: sends requests, and checks what came back.
import assert from 'node:assert/strict';
import { Agent, request as ask } from 'node:http';
import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

export const navigation = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
export const form = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };
const decoders = { gzip: gunzipSync, br: brotliDecompressSync };

async function read(answer, interim) {
  const parts = [];
  for await (const part of answer) parts.push(part);
  const bytes = Buffer.concat(parts), { statusCode: status, headers } = answer, coded = headers['content-encoding'];
  const body = String(coded && bytes.length ? decoders[coded](bytes) : bytes);
  return { interim, status, headers, set: headers['set-cookie'] ?? [], body, coded };
}

/** A visitor of the server at `port` of 127.0.0.1. `by: false` opens a connection for one request. */
export function makeVisitor(port) {
  const agent = new Agent({ keepAlive: true });
  const get = (path, headers = {}, { method = 'GET', body, by = agent } = {}) => new Promise((resolve, reject) => {
    const interim = [];
    const asked = ask({ host: '127.0.0.1', port, path, method, agent: by, headers }, (answer) => { read(answer, interim).then(resolve, reject); });
    asked.on('information', (early) => interim.push(early));
    asked.on('error', reject);
    asked.end(body);
  });
  return {
    get,
    /// Asks for a page.
    visit: (path, headers = {}) => get(path, { ...navigation, ...headers }),
    choose: (choice, headers = {}, by = agent) => get('/consent', { ...form, ...headers }, { method: 'POST', body: `choice=${choice}&from=banner`, by }),
    /// Sends one Cookie field for each of `cookies`.
    getWith: (...cookies) => get('/json', ['Host', '127.0.0.1', 'Connection', 'close', ...cookies.flatMap((each) => ['Cookie', each])], { by: false }),
    /// A request for a page on its own connection; the caller reads the answer.
    open: (path, options = {}) => ask({ host: '127.0.0.1', port, path, headers: navigation, agent: false, ...options }),
    /// Sends these bytes, and resolves to all that comes back.
    send: (bytes) => new Promise((resolve, reject) => {
      let got = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (more) => { got += more; }).on('close', () => resolve(got)).on('error', reject);
    }),
    leave: () => agent.destroy(),
  };
}

/** The Cookie field of a visitor who received this answer. */
export const jarOf = ({ set }) => set.map((field) => field.split(';')[0]).join('; ');

/** No field sets a tracking cookie; a field that expires one is allowed. */
export function assertFiltered({ set }, path = '') {
  for (const field of set) if (/^(_ga|_fbp)=/.test(field)) assert.match(field, /^\w+=;.*Max-Age=0/, `${path}: ${field}`);
}

/** The page has the notice, once. */
export function assertNotice({ body }, path = '') {
  assert.equal(body.split('data-abide-notice').length - 1, 1, `${path}: ${body.slice(0, 300)}`);
}

/** The application's own cookie `_ga` arrives. */
export const assertUnfiltered = ({ set }, path) => assert.ok(set.some((field) => field.startsWith('_ga=GA')), path);
