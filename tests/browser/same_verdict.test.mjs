// The guard lets the same cookies pass as the server behind it, before the core is loaded and after, by the state and the
// policy that the server wrote. tests/wasm/same_verdict.mjs compares static pages on random policies.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { built } from './lab.mjs';
import { openShop, root, shopPolicy } from './shop.mjs';

globalThis.location = new URL('https://www.firwick.example/');
globalThis.document = { baseURI: location.href, documentElement: { dataset: {} }, querySelector: () => null };
const { Rules, permits } = await import('../../wasm/verdict/rules.mjs');
const { load } = await import('../../wasm/core/core.mjs');

const COOKIES = [{ name: '_ga*', category: 'analytics', contract: 'processor', vendor: 'Counter' },
  { name: 'replay', category: 'analytics', shared: false, vendor: 'Replay' }, { name: '_ga', category: 'analytics' },
  { name: '_pin_unauth', category: 'functional' }, { name: 'theme', category: 'functional', shared: false },
  { name: 're*', category: 'targeting' }, { name: 'cart', category: 'required' }];
const NAMES = ['_ga_1', '_ga', 'replay', '_pin_unauth', 'theme', 'rest', 'cart', '_gid', '_pk_id.1', '_fbp', 'who_knows'];
const EXEMPT = ['GB:statistical:_ga_*'];
const bin = process.env.ABIDE_BIN ?? join(root, 'build/release/bin');
const policyFor = (exempt) => ({ ...shopPolicy(), cookies: COOKIES, exempt });

/** What `abide filter` lets pass for a visitor with that record. */
function passedBy(policy, headers, location, record) {
  const folder = mkdtempSync(join(tmpdir(), 'abide-same-')), file = join(folder, 'policy.json');
  try {
    writeFileSync(file, JSON.stringify(policy));
    const cookie = NAMES.map((name) => `${name}=1`).join('; ');
    const input = JSON.stringify({ location, record, visitor: { known: record !== null },
      request: { headers: [['Host', new URL(globalThis.location).hostname], ...headers, ['Cookie', cookie]] }, response: { headers: [] } });
    const { stdout, stderr } = spawnSync(join(bin, 'abide'), ['filter', '--policy', file], { input });
    assert.equal(String(stderr), '');
    const field = JSON.parse(stdout).request.headers.find(([name]) => name === 'Cookie')?.[1] ?? '';
    return field.split('; ').filter(Boolean).map((pair) => pair.split('=')[0]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const place of ['GB', 'DE', 'US-CA', 'IN'])
  test(`server, guard and command agree about every cookie: ${place}`, async (t) => {
    const policy = policyFor(EXEMPT), shop = await openShop(t, { location: place, change: () => policy });
    const core = await load(readFileSync(join(built, 'abide.wasm')));
    core.setPolicy(policy);
    for (const gpc of [false, true]) for (const choice of [null, 'accept-all', 'reject-all', 'object', 'save']) {
      const headers = gpc ? [['Sec-GPC', '1']] : [], ask = { Accept: 'application/json', ...Object.fromEntries(headers) };
      const grant = choice === 'save' ? ['analytics'] : [];
      let cookie = '', record = null;
      if (choice) {
        const body = new URLSearchParams([['choice', choice], ...grant.map((name) => ['grant', name])]);
        const answer = await fetch(`${shop.url}consent`, { method: 'POST', body, headers: { ...ask, 'Sec-Fetch-Site': 'same-origin' } });
        assert.equal(answer.status, 200);
        cookie = answer.headers.getSetCookie().map((field) => field.split(';')[0]).filter((pair) => /abide/.test(pair)).join('; ');
        record = core.choose({ headers, location: place, record: null, choice, grant, from: 'settings', visitor: {} });
      }
      const state = await (await fetch(`${shop.url}consent/state`, { headers: { ...ask, Cookie: cookie } })).json();
      const html = await (await fetch(shop.url, { headers: { Accept: 'text/html' } })).text();
      const [folder] = /\/consent\/v-[0-9a-f]{12}\//.exec(html);
      const served = await (await fetch(new URL(`${folder}policy.json`, shop.url))).json();
      const early = new Rules(served, served.cookies), late = new Rules(served);
      late.core = await load(readFileSync(join(built, 'abide.wasm')));
      late.core.setPolicy(served);
      const expected = passedBy(policy, headers, place, record), what = `${place}, ${gpc ? 'GPC, ' : ''}${choice}`;
      const allowed = (rules) => NAMES.filter((name) => rules.cookie(name) && permits(state, rules.cookie(name)));
      assert.deepEqual(allowed(late), expected, what);
      const known = NAMES.filter((name) => early.cookie(name));
      assert.deepEqual(allowed(early), expected.filter((name) => known.includes(name)), `${what}, before the core`);
      assert.ok(known.length >= 7 && known.length < NAMES.length);
    }
  });
