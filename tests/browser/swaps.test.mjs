// Routers that replace the body, or a part of it, on a site whose own pages contain nothing of Abide: the pages that they
// fetch have no notice either.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { HEAD } from './static_site.mjs';
import { walk } from './walk.mjs';

const fileOf = (name) => readFileSync(join(import.meta.dirname, 'node_modules', name), 'utf8');

const routers = {
  Turbo: { script: fileOf('@hotwired/turbo/dist/turbo.es2017-umd.js') },
  htmx: { script: fileOf('htmx.org/dist/htmx.min.js'), body: 'hx-boost="true" hx-boost:inherited="true"' },
  'Swup, on the whole body': { script: `${fileOf('swup/dist/Swup.umd.js')};
    new Swup({ containers: ['#all'], animationSelector: false });`, body: 'id="all"' },
  'pjax, on the content of the body': { script: `${fileOf('pjax/pjax.min.js')};
    new Pjax({ elements: 'a', selectors: ['title', 'body'], switches: { body: Pjax.switches.innerHTML } });` },
  'pjax, on a part': { script: `${fileOf('pjax/pjax.min.js')}; new Pjax({ elements: 'nav a', selectors: ['title', '#part'] });` },
};

const BUTTONS = '<footer><button data-abide="open">Cookies</button><button data-abide="withdraw" data-abide-when="granted" hidden>Withdraw consent</button></footer>';

const pageOf = (name, body, isStatic) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${name}</title>${isStatic ? HEAD : ''}<script src="/router.js" defer></script></head>
<body ${body}><nav><a href="/">home</a> <a href="/about">about</a></nav><div id="part"><main><h1>${name}</h1></main>
<script type="text/plain" data-category="analytics">(window.ran ??= []).push('${name}')</script></div>${isStatic ? BUTTONS : ''}</body></html>`;

for (const [name, { script, body = '' }] of Object.entries(routers))
  for (const isStatic of [false, true])
    test(`${name}: ${isStatic ? 'the notice of a static site' : 'what Abide put into the first page'} stays on the next`, (t) => walk(t, ({ url }) => {
      const { pathname } = new URL(url, 'http://site');
      if (pathname === '/router.js') return ['text/javascript', script];
      return /^\/(about)?$/.test(pathname) ? ['text/html; charset=utf-8', pageOf(pathname === '/' ? 'home' : 'about', body, isStatic)] : null;
    }, { isStatic, inserts: ({ headers }) => headers['sec-fetch-mode'] === 'navigate' }));
