// The package in a site's own bundle: it starts when the site calls it, finds its files, and loads its parts.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { buttonOf, newVisitor, noticeOf } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { built, everything, openLab, strict, tag } from './lab.mjs';

/** One file that holds the site's script and the module. */
function bundle(t, script) {
  const home = mkdtempSync(join(tmpdir(), 'abide-bundle-'));
  t.after(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, 'node_modules/@abide'), { recursive: true });
  symlinkSync(built, join(home, 'node_modules/@abide/browser'));
  writeFileSync(join(home, 'site.js'), script);
  execFileSync('esbuild', ['site.js', '--bundle', '--format=esm', '--outfile=app.js', '--log-level=error'], { cwd: home });
  return readFileSync(join(home, 'app.js'), 'utf8');
}

const policy = { site: { name: 'Leaflet' }, cookies: [{ name: '_count', category: 'analytics' }] };
const film = '<iframe data-category="functional" data-src="/page/film" title="Film" width="400" height="300"></iframe>';

test('without a server: notice, waiting frame, tags, cookies by the policy', async (t) => {
  const app = bundle(t, `import { start } from '@abide/browser';
    window.api = start({ files: '/abide/', policy: '/site-policy.json' });`);
  const lab = await openLab(t, { state: null, module: null, head: '<script type="module" src="/assets/app.js"></script>',
    body: tag('stats', 'analytics') + film, files: { '/assets/app.js': app, '/site-policy.json': JSON.stringify(policy) } });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(lab.url);
  await noticeOf(page).waitFor();
  await page.getByRole('group', { name: 'Film' }).waitFor();
  await page.evaluate(() => { document.cookie = '_count=1; Path=/'; });
  await buttonOf(page, 'Accept all').click();
  await eventually('the tag', () => page.evaluate(() => window.ran?.length === 1));
  await page.evaluate(() => window.api.ready());
  assert.equal(await page.evaluate(() => window.api.allowsCookie('_count')), true);
  const begins = page.waitForEvent('load');
  await page.evaluate(() => { window.api.withdraw(); });
  await begins;
  assert.deepEqual(await visitor.cookies(), ['abide']);
  assert.deepEqual(lab.asked.filter(({ path }) => path.startsWith('/assets/') && !path.endsWith('app.js')), [], 'nothing is sought beside the bundle');
});

test('behind a server, the bundle uses the module that the page already has, and finds the policy beside it', async (t) => {
  const app = bundle(t, `import { allowsCookie, ready, start, withdraw } from '@abide/browser';
    Object.assign(window, { api: start(), allowsCookie, ready, withdraw });`);
  for (const state of [everything, { ...strict, chosen: true, notice: 'none' }]) {
    const lab = await openLab(t, { state, policy, head: '<script type="module" src="/assets/app.js"></script>', files: { '/assets/app.js': app } });
    const visitor = await newVisitor(t);
    await visitor.open(lab.url);
    await visitor.page.evaluate(() => window.ready());
    assert.equal(await visitor.page.evaluate(() => window.allowsCookie('_count')), state === everything);
    await visitor.page.evaluate(() => { window.withdraw(); });
    await eventually('the withdrawal', () => lab.posts().length === 1);
  }
});

test('the panel opens when it is called, not merely because a bundle contains it', async (t) => {
  const app = bundle(t, `import { report } from '@abide/browser/panel'; window.report = report;`);
  const lab = await openLab(t, { policy, files: { '/assets/app.js': app } });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  await visitor.page.addScriptTag({ url: '/assets/app.js', type: 'module' });
  assert.equal(await visitor.page.evaluate(async () => (await window.report()).state.path), '/consent');
  assert.equal(await visitor.page.locator('.abide-panel').count(), 0);
});
