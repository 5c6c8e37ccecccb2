// The package in other tools: imported outside a page, and built into a site by each bundler.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { rollup } from 'rollup';
import webpack from 'webpack';
import { buttonOf, newVisitor, noticeOf } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { built, openLab, tag } from './lab.mjs';

const SITE = `import { start } from '@abide/browser';
window.api = start({ files: '/abide/', policy: '/site-policy.json' });`;

/** A folder with a site's script and the package, where the tools write their output. */
function workshop(t) {
  const home = mkdtempSync(join(tmpdir(), 'abide-package-'));
  t.after(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, 'node_modules/@abide'), { recursive: true });
  symlinkSync(built, join(home, 'node_modules/@abide/browser'));
  writeFileSync(join(home, 'package.json'), '{"type": "module"}');
  writeFileSync(join(home, 'site.js'), SITE);
  return home;
}

const esbuild = (format, target) => (home) => {
  execFileSync('esbuild', ['site.js', '--bundle', `--format=${format}`, `--target=${target}`, '--outfile=out/app.js', '--log-level=error'],
    { cwd: home });
};

const vite = (name) => async (home) => {
  const { build, version } = await import(name);
  assert.equal(version[0], /\d/.exec(name)?.[0] ?? '6');
  await build({ root: home, logLevel: 'error', configFile: false,
    build: { outDir: 'out', modulePreload: false, rollupOptions: { input: join(home, 'site.js'), output: { entryFileNames: 'app.js' } } } });
};

/** How each bundler builds out/app.js and its further files. */
const tools = {
  'esbuild, iife': esbuild('iife', 'es2020'),
  'esbuild, cjs': esbuild('cjs', 'es2020'),
  'esbuild, esm': esbuild('esm', 'es2022'),
  'Vite 5': vite('vite-5'),
  'Vite 6': vite('vite'),
  'Vite 7': vite('vite-7'),
  rollup: async (home) => {
    const file = { name: 'package', resolveId: (id) => (id === '@abide/browser' ? join(built, 'abide.mjs') : null) };
    const made = await rollup({ input: join(home, 'site.js'), plugins: [file], onwarn: (warning) => assert.fail(warning.message) });
    await made.write({ dir: join(home, 'out'), entryFileNames: 'app.js', format: 'es' });
  },
  webpack: (home) => new Promise((done, fail) => {
    webpack({ context: home, mode: 'production', entry: './site.js', output: { path: join(home, 'out'), filename: 'app.js', publicPath: '/assets/' },
      resolve: { symlinks: false } }, (error, told) => {
      if (error) return fail(error);
      const { errors } = told.toJson({ all: false, errors: true });
      return errors.length ? fail(new Error(errors[0].message)) : done();
    });
  }),
};

for (const [name, build] of Object.entries(tools))
  test(`${name}: a site's own bundle asks, saves and releases`, async (t) => {
    const home = workshop(t);
    await build(home);
    const isModule = !/iife|cjs|webpack/.test(name);
    const lab = await openLab(t, { state: null, module: null, body: tag('stats', 'analytics'),
      head: `<script ${isModule ? 'type="module"' : 'defer'} src="/assets/app.js"></script>`,
      files: new Proxy({ '/site-policy.json': JSON.stringify({ site: { name: 'Leaflet' }, cookies: [{ name: '_count', category: 'analytics' }] }) },
        { get: (files, path) => files[path] ?? (`${path}`.startsWith('/assets/') ? readFileSync(join(home, 'out', path.slice(8)), 'utf8') : undefined) }) });
    const { page } = await newVisitor(t);
    await page.goto(lab.url);
    await noticeOf(page).waitFor();
    await buttonOf(page, 'Accept all').click();
    await eventually('the tag', () => page.evaluate(() => window.ran?.length === 1));
  });

test('one line of package.json copies the files that pages fetch, and the site works with the copies', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'abide-placed-'));
  t.after(() => rmSync(home, { recursive: true }));
  const npm = (...words) => execFileSync('npm', words, { cwd: home, encoding: 'utf8', env: { ...process.env, HOME: home } });
  const [{ filename }] = JSON.parse(npm('pack', built, '--json', '--pack-destination', home));
  writeFileSync(join(home, 'package.json'), '{"private": true, "scripts": {"prebuild": "abide-files public/abide", "build": "node --version"}}');
  npm('install', '--offline', '--no-audit', '--no-fund', join(home, filename.replace('@', '').replace('/', '-')));
  npm('run', 'build');
  const placed = join(home, 'public/abide'), names = readdirSync(placed);
  for (const name of ['gate.js', 'guard.js', 'abide.mjs', 'abide.wasm', 'notice.css', 'texts']) assert.ok(names.includes(name), name);
  assert.deepEqual(names.filter((name) => /\.(d\.m?ts|json|md)$|^(copy\.mjs|react)$/.test(name)), [], 'nothing that no page fetches');

  const files = new Proxy({ '/placed/policy.json': JSON.stringify({ cookies: [{ name: '_count', category: 'analytics' }] }) },
    { get: (own, path) => own[path] ?? (`${path}`.startsWith('/placed/') && existsSync(join(placed, path.slice(8))) ? readFileSync(join(placed, path.slice(8))) : undefined) });
  const lab = await openLab(t, { state: null, module: null, files, body: tag('stats', 'analytics'), head: `<link rel="stylesheet" href="/placed/notice.css">
    <script src="/placed/gate.js"></script><script type="module" src="/placed/abide.mjs"></script>` });
  const { page } = await newVisitor(t);
  const lost = [];
  page.on('response', (answer) => { if (answer.status() >= 400) lost.push(answer.url()); });
  await page.goto(lab.url);
  await noticeOf(page).waitFor();
  await buttonOf(page, 'Cookie settings').click();
  await page.getByRole('switch').first().waitFor(); // their style sheet and templates
  await page.keyboard.press('Escape');
  await buttonOf(page, 'Accept all').click();
  await eventually('the tag', () => page.evaluate(() => window.ran?.length === 1));
  assert.deepEqual(lost.filter((url) => !url.endsWith('favicon.ico')), []);
  assert.throws(() => execFileSync(process.execPath, [join(home, 'node_modules/@abide/browser/copy.mjs')], { stdio: 'pipe' }), /usage: abide-files FOLDER/);
  assert.throws(() => execFileSync(process.execPath, [join(home, 'node_modules/@abide/browser/copy.mjs'), '--help'], { cwd: home, stdio: 'pipe' }), /usage: abide-files FOLDER/);
  const command = join(home, 'node_modules/@abide/browser/copy.mjs');
  const refused = spawnSync(process.execPath, [command, command], { encoding: 'utf8' });
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /^abide-files: cannot write to .*copy\.mjs: .*\n$/);
});

test('the package can be imported outside a page: the strictest decision holds, and nothing is saved', async () => {
  const abide = await import(pathToFileURL(join(built, 'abide.mjs')));
  assert.equal(typeof document, 'undefined');
  assert.deepEqual(abide.state().allowed, ['required']);
  assert.deepEqual([abide.allows('required'), abide.allows('analytics'), abide.allowsCookie('_ga')], [true, false, false]);
  assert.equal(abide.start().state, abide.start().state);
  abide.on('consent', () => assert.fail('nothing is told'))();
  for (const act of [abide.accept, abide.reject, abide.withdraw, abide.ready]) await assert.rejects(act(), /no page/);
  assert.equal(typeof (await import(pathToFileURL(join(built, 'panel.mjs')))).open, 'function');
});
