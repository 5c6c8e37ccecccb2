// Pages whose script submits their own form, as in logins (SAML, OpenID) and at banks (3-D Secure): the first form of the document
// is the page's, although the notice, which is also a form, comes first in the HTML.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openAround } from './around.mjs';
import { newVisitor } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';

const FORM = '<form method="post" action="/answer"><input type="hidden" name="SAMLResponse" value="x"></form>';
const bodies = {
  'onload': `<body onload="document.forms[0].submit()">${FORM}</body>`,
  'a script behind the form': `<body>${FORM}<script>document.forms[0].submit()</script></body>`,
  'a body without its tag': `${FORM}<script>document.forms[0].submit()</script>`,
  'DOMContentLoaded': `<body><script>addEventListener("DOMContentLoaded", () => document.forms[0].submit())</script>${FORM}</body>`,
  'querySelector': `<body>${FORM}<script>document.querySelector("form").submit()</script></body>`,
};
const visitors = {
  Chromium: async (t) => (await newVisitor(t)).page,
  Firefox: async (t) => (await newFirefox(t)).page,
};

for (const [browser, open] of Object.entries(visitors))
  test(`${browser}: a page that submits document.forms[0] submits its own form, not Abide's`, async (t) => {
    const site = await openAround(t, ({ url }) => {
      if (url === '/answer') return ['text/html', '<!doctype html><title>Done</title>'];
      const body = Object.values(bodies)[url.slice(1)];
      return body && ['text/html', `<!doctype html><html lang="en"><head><title>Login</title></head>${body}</html>`];
    }, { inserts: ({ url }) => url !== '/answer' });
    const page = await open(t);
    for (const [at, what] of Object.keys(bodies).entries()) {
      site.requests.length = 0;
      await page.goto(`${site.url}${at}`).catch(() => {}); // it navigates away at once
      const sent = () => site.requests.filter(({ method }) => method === 'POST').map(({ url, body }) => [url, body]);
      await eventually(what, () => sent().length);
      assert.deepEqual(sent(), [['/answer', 'SAMLResponse=x']], what);
    }
  });
