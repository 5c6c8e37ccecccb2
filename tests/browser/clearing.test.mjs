// An application that clears the browser's cookies at log-out: what each engine keeps after that.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { newVisitor } from './chromium.mjs';
import { newFirefox } from './firefox.mjs';
import { root } from './shop.mjs';

const abide = join(process.env.ABIDE_BIN ?? join(root, 'build/release/bin'), 'abide');
const policy = {
  site: { name: 'Firwick', host: 'localhost' }, jurisdiction: { from: 'fixed', fixed: 'US-CO' },
  cookies: [{ name: 'session', category: 'required' }, { name: 'ads', category: 'targeting', shared: true }],
};

/** Sets both cookies with its first page. /out redirects to the home page, /gone is a page; both clear the browser's
    data. */
async function openApplication(t) {
  const seen = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url, cookie: request.headers.cookie ?? '' });
    const clears = request.url === '/out' || request.url === '/gone';
    const fields = clears ? { 'Clear-Site-Data': '"cache", "cookies", "storage"' }
      : request.url === '/' ? { 'Set-Cookie': ['session=1; Path=/; HttpOnly', 'ads=1; Path=/'] } : {};
    const status = request.url === '/out' ? 303 : 200;
    response.writeHead(status, { 'Content-Type': 'text/html', ...(status === 303 && { Location: '/#hello' }), ...fields });
    response.end('<!doctype html><html lang="en"><head><title>Firwick</title></head><body><h1>Firwick</h1></body></html>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'abide-clearing-')), file = join(folder, 'policy.json');
  writeFileSync(file, JSON.stringify(policy));
  const child = spawn(abide, ['proxy', '--policy', file, '--to', `http://127.0.0.1:${server.address().port}`, '--listen', '127.0.0.1:0'],
    { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(async () => {
    child.kill('SIGKILL');
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  });
  const port = await new Promise((resolve, reject) => {
    let told = '';
    child.stderr.on('data', (bytes) => {
      told += bytes;
      const found = told.match(/:(\d+)\/? is now in front of/);
      if (found) resolve(found[1]);
    });
    child.on('exit', () => reject(new Error(told)));
  });
  return { url: `http://localhost:${port}`, seen };
}

const engines = {
  chromium: async (t) => {
    const { page, context } = await newVisitor(t);
    return { page, names: async () => (await context.cookies()).map(({ name }) => name).sort(), idle: () => page.waitForLoadState('networkidle') };
  },
  firefox: async (t) => {
    const { page, cookies } = await newFirefox(t);
    return { page, names: cookies, idle: () => page.waitForNetworkIdle() };
  },
};

for (const [engine, open] of Object.entries(engines)) {
  for (const way of ['/out', '/gone']) {
    test(`${engine}: a refusal outlives ${way}, which clears the cookies, and still applies`, async (t) => {
      const site = await openApplication(t);
      const { page, names, idle } = await open(t);
      await page.goto(site.url);
      await idle();
      assert.ok((await names()).includes('ads'), 'where nobody refused');
      await page.goto(`${site.url}/consent`);
      const saved = page.waitForResponse((answer) => answer.request().method() === 'POST');
      await page.click('button[value=opt-out]');
      await saved;
      await idle();
      await page.goto(site.url);
      await idle();
      const refused = await names();
      assert.deepEqual(refused.filter((name) => !name.includes('abide')), ['session']);

      await page.goto(site.url + way);
      await idle();
      if (way === '/out') assert.equal(page.url(), `${site.url}/#hello`);
      else assert.ok(!(await names()).includes('session'), 'the browser obeyed');
      await page.goto(site.url);
      await idle();
      assert.deepEqual(await names(), refused);
      assert.equal(await page.$('[data-abide-notice]:not([hidden])'), null, 'nobody is asked again');
    });
  }
}
