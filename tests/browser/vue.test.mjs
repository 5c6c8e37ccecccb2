// A site that Vue 3 renders on a server and hydrates in the browser.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { built } from './lab.mjs';
import { walk } from './walk.mjs';

const APP = `import { createSSRApp, h, onMounted, onUnmounted, ref } from 'vue';
import { allows, on, start, strictest } from '@abide/browser';
start();
const nameOf = (path) => (path === '/' ? 'home' : 'about');
const tag = (name) => h('script', { key: name, type: 'text/plain', 'data-category': 'analytics', innerHTML: "(window.ran ??= []).push('" + name + "')" });
export const appOf = (path) => createSSRApp({
  setup() {
    const page = ref(nameOf(path)), answer = ref(strictest.allowed.includes('analytics'));
    const settle = () => { page.value = nameOf(location.pathname); };
    const go = (event) => { event.preventDefault(); history.pushState({}, '', event.target.href); settle(); };
    onMounted(() => {
      addEventListener('popstate', settle);
      onUnmounted(on('consent', () => { answer.value = allows('analytics'); }));
    });
    return () => [h('nav', [h('a', { href: '/', onClick: go }, 'home'), ' ', h('a', { href: '/about', onClick: go }, 'about')]),
      h('main', [h('h1', page.value), tag(page.value)]), h('output', answer.value ? 'yes' : 'no')];
  },
});`;
const CLIENT = `import { appOf } from './app.mjs';
appOf(location.pathname).mount('#app');`;
const SERVER = `import { renderToString } from 'vue/server-renderer';
import { appOf } from './app.mjs';
export const draw = (path) => renderToString(appOf(path));`;

/** The function that renders pages, and the script that hydrates them; Vue's development build reports mismatches. */
function bundled(t) {
  const folder = mkdtempSync(join(tmpdir(), 'abide-vue-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(built, join(folder, 'node_modules/@abide/browser'), { recursive: true });
  for (const [name, text] of [['app.mjs', APP], ['client.mjs', CLIENT], ['server.mjs', SERVER]]) writeFileSync(join(folder, name), text);
  const make = (entry, out, ...more) => execFileSync('esbuild', [entry, '--bundle', `--outfile=${out}`, '--log-level=error',
    '--define:process.env.NODE_ENV="development"', '--define:__VUE_OPTIONS_API__=true', '--define:__VUE_PROD_DEVTOOLS__=false',
    '--define:__VUE_PROD_HYDRATION_MISMATCH_DETAILS__=true', ...more],
  { cwd: folder, env: { ...process.env, NODE_PATH: join(import.meta.dirname, 'node_modules') } });
  make('client.mjs', 'client.js');
  make('server.mjs', 'server.cjs', '--platform=node', '--format=cjs');
  return { draw: createRequire(import.meta.url)(join(folder, 'server.cjs')).draw, script: readFileSync(join(folder, 'client.js'), 'utf8') };
}

test('Vue 3 hydrates what a server rendered without a mismatch; the notice, the tags and the choice work on every page', async (t) => {
  const { draw, script } = bundled(t);
  const pages = Object.fromEntries(await Promise.all(['/', '/about'].map(async (path) => [path, `<!doctype html><html lang="en"><head><meta charset="utf-8">
    <title>Vue</title><script src="/app.js" defer></script></head><body><div id="app">${await draw(path)}</div></body></html>`])));
  await walk(t, ({ url }) => (url === '/app.js' ? ['text/javascript', script] : pages[url] ? ['text/html; charset=utf-8', pages[url]] : null),
    { opened: (page) => page.waitForFunction(() => document.querySelector('#app').__vue_app__) });
});
