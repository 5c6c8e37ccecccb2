// The whole journey under a strict Content-Security-Policy; the browser itself reports each violation.
import assert from 'node:assert/strict';
import test from 'node:test';
import { answerNotice, newVisitor, quiet, submit } from './chromium.mjs';
import { assertOnlyRequired, byCategory, eventually } from './evidence.mjs';
import { changeHtml, openFront } from './front.mjs';
import { everything, openLab } from './lab.mjs';
import { openShop } from './shop.mjs';

const nonceOf = (policy) => /'nonce-([^']+)'/.exec(policy)?.[1];

/** A shop whose pages have `change(policy)`; `reports` receives the browser's reports of violations. */
async function openStrict(t, change = (policy) => policy, alter = (html) => html) {
  const reports = [];
  const shop = await openShop(t, { location: 'DE' });
  const front = await openFront(t, shop, {
    change: (found) => {
      const policy = found.fields.find(([name]) => name === 'Content-Security-Policy');
      if (!policy) return;
      const nonce = nonceOf(policy[1]);
      if (nonce) policy[1] = change(policy[1], nonce);
      policy[1] += '; report-uri /reports';
      changeHtml(found, (html) => alter(html, nonce));
    },
    answer: ({ url }, response, body) => {
      if (url !== '/reports') return false;
      const { 'violated-directive': what, 'blocked-uri': blocked, 'document-uri': page } = JSON.parse(body)['csp-report'];
      reports.push(`${what} ${blocked} on ${new URL(page).pathname}`);
      response.writeHead(204).end();
      return true;
    },
  });
  return { shop, reports, url: front.urlOf('localhost') };
}

/** Notice, "Accept all", pages with tags, preferences, save, withdrawal. */
async function journey(visitor, url) {
  const { page } = visitor;
  await visitor.open(`${url}journal/spinning-a-shade`);
  await answerNotice(page, 'Accept all');
  await page.waitForFunction(() => document.documentElement.dataset.brightreach && document.documentElement.dataset.tallyhouse);
  for (const path of ['product/nehalem', 'cart']) await visitor.open(url + path);
  await visitor.open(`${url}consent`);
  await page.getByRole('switch', { name: 'Targeted ads' }).uncheck();
  await submit(page, 'Save selection');
  await visitor.open(`${url}journal/spinning-a-shade`);
  assert.deepEqual(byCategory(await visitor.cookies()).targeting, []);
  await visitor.open(`${url}consent`);
  await submit(page, 'Reject all');
  await visitor.open(url);
  assertOnlyRequired(await visitor.cookies(), 'after the withdrawal');
}

test("the whole journey under default-src 'self' with a nonce: the browser reports no violation", async (t) => {
  const { reports, url } = await openStrict(t);
  const visitor = await newVisitor(t);
  await journey(visitor, url);
  assert.deepEqual(reports, []);
});

test("the whole journey where scripts run only by nonce and 'strict-dynamic': no violation", async (t) => {
  const strict = (policy, nonce) => policy.replace(/script-src[^;]*/, `script-src 'nonce-${nonce}' 'strict-dynamic'`);
  const { reports, url } = await openStrict(t, strict, (html, nonce) =>
    html.replaceAll('<script src="/static/', `<script nonce="${nonce}" src="/static/`)); // such a site adds the nonce to its own scripts
  const visitor = await newVisitor(t);
  await journey(visitor, url);
  assert.deepEqual(reports, []);
});

test("without a nonce the gate and the style are files, and the journey violates nothing", async (t) => {
  const { reports, url } = await openStrict(t, (policy) => policy);
  const visitor = await newVisitor(t);
  await visitor.open(`${url}consent`); // the preference page has a policy of its own, and no nonce
  await submit(visitor.page, 'Accept all');
  assert.deepEqual(reports, []);
});

const loadCore = (page, options) => page.evaluate(async (asked) => {
  const { core } = await import([...document.scripts].find(({ src }) => src.endsWith('/abide.mjs')).src);
  const loaded = await core(asked);
  return typeof loaded.classify;
}, options);

for (const wasm of [true, false])
  test(`${wasm ? 'with' : 'without'} 'wasm-unsafe-eval' the core is loaded as ${wasm ? 'wasm' : 'its twin'}`, async (t) => {
    const { reports, url } = await openStrict(t, (policy) => (wasm ? policy : policy.replace(" 'wasm-unsafe-eval'", '')));
    const visitor = await newVisitor(t);
    const loaded = [];
    visitor.page.on('response', (answer) => loaded.push(new URL(answer.url()).pathname.split('/').at(-1)));
    await visitor.open(url);
    assert.equal(await loadCore(visitor.page, { twin: !wasm }), 'function');
    assert.equal(loaded.includes('abide.wasm'), wasm);
    assert.equal(loaded.includes('abide.twin.mjs'), !wasm);
    assert.deepEqual(reports, []);
  });

test('the browser does report a script without a nonce on the page', async (t) => {
  const { reports, url } = await openStrict(t, undefined, (html) => html.replace('</body>', '<script>1</script></body>'));
  const visitor = await newVisitor(t, { expectsFaults: true });
  await visitor.open(url);
  await eventually('the report', () => reports.length > 0);
  assert.match(reports[0], /^script-src-elem inline/);
});

/** A journey under trusted types, without the shop's own panel, which writes HTML. */
async function journeyWith(t, types, visits = journey) {
  const { reports, url } = await openStrict(t, (policy) => `${policy}; ${types}`,
    (html) => html.replace(/<script src="\/static\/shop.js"[^>]*><\/script>/, ''));
  const visitor = await newVisitor(t, { expectsFaults: true });
  await visits(visitor, url);
  return reports;
}

const required = "require-trusted-types-for 'script'";

for (const types of [`${required}; trusted-types abide`, 'trusted-types abide', required])
  test(`under ${types} the journey needs only the gate's own policy`, async (t) => {
    assert.deepEqual(await journeyWith(t, types), []);
  });

test("under trusted-types 'none' alone what was allowed runs, and the browser reports the forbidden policy once per page", async (t) => {
  const reports = await journeyWith(t, "trusted-types 'none'");
  assert.deepEqual(reports.filter((each) => !each.startsWith('trusted-types trusted-types-policy')), []);
  const pages = reports.map((each) => each.split(' on ')[1]);
  assert.ok(reports.length > 0 && reports.length <= 4, `${pages}`);
});

const script = (rest, text = '') => `<script type="text/plain" data-category="analytics" nonce="abc" ${rest}>${text}</script>`;

/** A page with one script of each kind, and its reports of violations. */
async function kinds(t, types) {
  const lab = await openLab(t, { state: { ...everything }, csp: `default-src 'self'; script-src 'self' 'nonce-abc'; ${types}`,
    body: script('', 'ran("parsed")') + script('async', 'ran("async")') + script('async data-src="/ran.js"') +
      '<iframe data-category="analytics" data-src="/frame.html"></iframe>',
    head: `<script nonce="abc">
      const seen = (window.seen = { ran: [], violated: [] }), ran = (what) => seen.ran.push(what);
      addEventListener('securitypolicyviolation', ({ violatedDirective, sourceFile }) => seen.violated.push(violatedDirective));
      addEventListener('DOMContentLoaded', () => {
        const made = document.createElement('script');
        Object.assign(made, { type: 'text/plain' });
        Object.assign(made.dataset, { category: 'analytics', src: '/made.js' });
        document.body.append(made);
      });</script>`,
    files: { '/ran.js': 'ran("linked")', '/made.js': 'ran("made")', '/frame.html': 'frame' } });
  const { page } = await newVisitor(t, { expectsFaults: true });
  await page.goto(lab.url);
  await quiet(page);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return page.evaluate(() => ({ ...window.seen, ran: window.seen.ran.toSorted(), frames: frames.length }));
}

for (const types of [`${required}; trusted-types abide`, required, 'trusted-types abide', 'trusted-types *'])
  test(`every kind of script runs, and nothing is violated, under ${types}`, async (t) => {
    assert.deepEqual(await kinds(t, types), { ran: ['async', 'linked', 'made', 'parsed'], violated: [], frames: 1 });
  });

test("under trusted-types 'none' alone every kind of script runs, and one violation is reported, for the policy", async (t) => {
  assert.deepEqual(await kinds(t, "trusted-types 'none'"), { ran: ['async', 'linked', 'made', 'parsed'], violated: ['trusted-types'], frames: 1 });
});

test("where trusted types are required and none may be made, linked scripts stay held, and scripts that need none run", async (t) => {
  const { ran, frames } = await kinds(t, `${required}; trusted-types 'none'`);
  assert.deepEqual({ ran, frames }, { ran: ['async', 'parsed'], frames: 1 });
});
