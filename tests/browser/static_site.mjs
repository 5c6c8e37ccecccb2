// A site without Abide's server: its own pages, the package's files in /abide/ and a policy beside them.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { POLICY } from './around.mjs';
import { built } from './lab.mjs';

const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.wasm': 'application/wasm' };

/** The content of such a page's head. */
export const HEAD = `<link rel="stylesheet" href="/abide/notice.css"><script src="/abide/gate.js"></script>
<script type="module" src="/abide/abide.mjs"></script>`;

/** @param application a function, as for openAround */
export async function openStaticSite(t, application) {
  const server = createServer(async (request, response) => {
    const [type, body] = own(request.url) ?? await application(request) ?? [];
    if (!type) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': type }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.close(); server.closeAllConnections(); });
  return { url: `http://localhost:${server.address().port}/` };
}

function own(url) {
  const [, name] = /^\/abide\/([^?]*)/.exec(url) ?? [];
  if (!name) return null;
  if (name === 'policy.json') return [types['.json'], JSON.stringify(POLICY)];
  return existsSync(join(built, name)) ? [types[extname(name)], readFileSync(join(built, name))] : null;
}
