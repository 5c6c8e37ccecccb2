// The lifetime of cookies according to Chromium, Firefox and Abide: 2,000 odd Set-Cookie fields, sent by a local server.
//   WRITE_CASES=1 node --test set_cookie.test.mjs      keeps the browsers' answers in tests/cases/set_cookie_life.jsonl
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { jarOf, newVisitor } from './chromium.mjs';
import { newFirefox } from './firefox.mjs';
import { askBrowser, oddFields } from './set_cookie_oracle.mjs';
import { root } from './shop.mjs';

const command = join(process.env.ABIDE_BIN ?? join(root, 'build/release/bin'), 'abide');

async function chromium(t) {
  const visitor = await newVisitor(t);
  const jar = async () => {
    const held = await jarOf(visitor);
    await visitor.context.clearCookies();
    return held;
  };
  return { name: `Chromium ${visitor.context.browser().version()}`, ask: (fields) => askBrowser(visitor.page, jar, fields) };
}

async function firefox(t) {
  const { page } = await newFirefox(t);
  const browser = page.browser();
  const jar = async () => {
    const held = await browser.cookies();
    await browser.deleteCookie(...held);
    return held.map((cookie) => ({ ...cookie, expires: cookie.session ? -1 : cookie.expires }));
  };
  return { name: (await browser.version()).replace('/', ' '), ask: (fields) => askBrowser(page, jar, fields) };
}

/** What `abide filter` makes of each field if its cookie is refused; null: it is removed. */
function filtered(fields, now) {
  const lines = fields.map(({ field, date }) => JSON.stringify({
    request: { headers: [] }, location: 'DE', now: new Date(now * 1000).toISOString().replace('.000', ''),
    response: { headers: [['Set-Cookie', field], ...(date === null ? [] : [['Date', date]])] },
  }));
  const { stdout, status } = spawnSync(command, ['filter'], { input: `${lines.join('\n')}\n`, maxBuffer: 2 ** 28, encoding: 'utf8' });
  assert.equal(status, 0);
  return stdout.trim().split('\n').map((line) => {
    const passed = new Map(JSON.parse(line).response.headers);
    return passed.get('Set-Cookie') ?? null;
  });
}

test('a field that both browsers read as a deletion goes out as a deletion, other fields do not go out, and a value never does', async (t) => {
  const now = Math.floor(Date.now() / 1000);
  const fields = oddFields(2000, now);
  const browsers = [await chromium(t), await firefox(t)];
  const answers = [];
  for (const browser of browsers) answers.push(await browser.ask(fields));
  if (process.env.WRITE_CASES) writeCases(now, browsers, fields, answers);

  const left = filtered(fields, now);
  const deletions = [];
  fields.forEach(({ field, date }, at) => {
    const [one, other] = answers.map((each) => each[at]), told = `${field} | Date: ${date} | ${one} | ${other}`;
    if (one === 'deleted' && other === 'deleted') assert.notEqual(left[at], null, told);
    if (one !== 'deleted' && other !== 'deleted') assert.equal(left[at], null, told);
    if (left[at] === null) return;
    assert.match(left[at], /^c\d+=; Max-Age=0; Path=\/(; SameSite=Lax)?(; Secure)?(; HttpOnly)?$/, told);
    deletions.push({ field: left[at], date });
  });
  assert.ok(deletions.length > 500, `${deletions.length} deletions`);

  for (const { name, ask } of browsers) {
    const after = await ask(deletions);
    assert.deepEqual(deletions.filter((_, at) => after[at] !== 'deleted'), [], `${name} deletes what is sent in their place`);
  }
});

/** Writes a first line about their origin, then one line per case: the field, the Date of its response, and what becomes of
    the cookie in each browser. */
function writeCases(now, browsers, fields, answers) {
  const rows = fields.map(({ field, date }, at) => JSON.stringify([field, date, answers[0][at], answers[1][at]]));
  const head = { made_by: 'tests/browser/set_cookie.test.mjs', now, browsers: browsers.map(({ name }) => name) };
  writeFileSync(join(root, 'tests/cases/set_cookie_life.jsonl'), `${JSON.stringify(head)}\n${rows.join('\n')}\n`);
}
