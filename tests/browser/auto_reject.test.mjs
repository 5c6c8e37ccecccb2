// Extensions that answer notices for the visitor: DuckDuckGo's autoconsent, with the rule that the package includes.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { newVisitor } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { built, openLab } from './lab.mjs';
import { root } from './shop.mjs';

const rule = JSON.parse(readFileSync(join(built, 'autoconsent.json'), 'utf8'));
const script = readFileSync(join(import.meta.dirname, 'node_modules/@duckduckgo/autoconsent/dist/autoconsent.playwright.js'), 'utf8');
const languages = readdirSync(join(root, 'middleware/texts')).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));

/** What autoconsent reports for a page in that language, and what is then allowed. */
async function rejected(t, lab, language) {
  const { page, context, close } = await newVisitor(t), told = [];
  await context.exposeBinding('autoconsentSendMessage', async ({ frame }, message) => {
    told.push(message);
    const config = { enabled: true, autoAction: 'optOut', disabledCmps: [], enablePrehide: false, enableCosmeticRules: false, detectRetries: 20 };
    const reply = { type: 'initResp', config, rules: { autoconsent: [rule] } };
    if (message.type === 'init') await frame.evaluate(`autoconsentReceiveMessage(${JSON.stringify(reply)})`);
  });
  await context.addInitScript(script);
  await page.route(lab.url, async (route) => {
    const reply = await route.fetch();
    await route.fulfill({ response: reply, body: (await reply.text()).replace('lang="en"', `lang="${language}"`) });
  });
  await page.goto(lab.url);
  await eventually('the choice', () => page.evaluate(() => window.abide.state().chosen));
  const spoken = await page.locator('[data-abide-notice]').getAttribute('lang');
  const allowed = await page.evaluate(() => window.abide.state().allowed.join());
  await eventually('its word', () => told.some(({ type }) => type === 'optOutResult'));
  await close();
  return { spoken, allowed, result: told.find(({ type }) => type === 'optOutResult').result };
}

test(`autoconsent rejects the notice in all ${languages.length} languages`, async (t) => {
  const policy = { site: { name: 'Leaflet' }, cookies: [{ name: '_count', category: 'analytics' }] };
  const lab = await openLab(t, { state: null, module: '/abide/', files: { '/abide/policy.json': JSON.stringify(policy) } });
  for (let from = 0; from < languages.length; from += 5) // five at a time: it mostly waits
    await Promise.all(languages.slice(from, from + 5).map(async (language) =>
      assert.deepEqual(await rejected(t, lab, language), { spoken: language, allowed: 'required', result: true }, language)));
});
