// Production builds of frameworks: each site is built here with the package in its bundle, has Abide around it, and is
// visited. Heavy, so only tests/run --long runs this; installed packages and builds are in build/frameworks.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { before, test } from 'node:test';
import { eventually } from '../evidence.mjs';
import { built } from '../lab.mjs';
import { root } from '../shop.mjs';
import { walk } from '../walk.mjs';

const sources = import.meta.dirname, home = join(root, 'build/frameworks'), modules = join(home, 'node_modules');
const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', NUXT_TELEMETRY_DISABLED: '1', ASTRO_TELEMETRY_DISABLED: '1' };
const node = (site, words) => execFileSync(process.execPath, words, { cwd: join(home, site), env, encoding: 'utf8', stdio: 'pipe', timeout: 900_000 });
const of = (name) => join(modules, name);

/** How each is built, and what then serves it: a command, or a folder. */
const frameworks = {
  'Next.js': { site: 'next', build: [of('next/dist/bin/next'), 'build'], serve: (port) => [of('next/dist/bin/next'), 'start', '-p', port] },
  Nuxt: { site: 'nuxt', build: [of('nuxt/bin/nuxt.mjs'), 'build'], serve: () => ['.output/server/index.mjs'] },
  SvelteKit: { site: 'sveltekit', build: [of('vite/bin/vite.js'), 'build'], serve: () => ['build/index.js'] },
  Astro: { site: 'astro', build: [of('astro/astro.js'), 'build'], folder: 'dist' },
};

before(() => {
  mkdirSync(home, { recursive: true });
  const lock = 'package-lock.json', installed = join(modules, '.package-lock.json');
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(join(sources, lock)).mtimeMs) {
    for (const name of ['package.json', lock, '.npmrc']) cpSync(join(sources, name), join(home, name));
    execFileSync('npm', ['ci', '--no-progress', '--loglevel=error'], { cwd: home, stdio: 'pipe' });
  }
  cpSync(built, of('@abide/browser'), { recursive: true, force: true });
});

async function openPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function serve(t, site, words) {
  const port = await openPort();
  const server = spawn(process.execPath, words(`${port}`), { cwd: join(home, site), env: { ...env, PORT: port, HOST: '127.0.0.1' }, stdio: 'ignore' });
  t.after(() => { server.kill(); });
  const url = `http://127.0.0.1:${port}/`;
  await eventually(`the server of ${site}`, () => fetch(url).then(({ ok }) => ok, () => false));
  return url;
}

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' };

const folderOf = (folder) => ({ url }) => {
  const path = join(folder, new URL(url, 'http://site').pathname);
  const file = [path, join(path, 'index.html')].find((one) => existsSync(one) && statSync(one).isFile());
  return file ? [types[extname(file)] ?? 'application/octet-stream', readFileSync(file)] : null;
};

for (const [name, { site, build, serve: words, folder }] of Object.entries(frameworks))
  test(`${name}: built for production, the site asks at first paint, releases and holds, on whatever page its router shows`, async (t) => {
    const made = join(home, site);
    rmSync(made, { recursive: true, force: true });
    cpSync(join(sources, site), made, { recursive: true });
    node(site, build);
    await walk(t, folder ? folderOf(join(made, folder)) : await serve(t, site, words));
  });

test('each framework has its folder', () => {
  const folders = readdirSync(sources, { withFileTypes: true }).filter((one) => one.isDirectory()).map((one) => one.name);
  assert.deepEqual(Object.values(frameworks).map(({ site }) => site).toSorted(), folders.toSorted());
});
