// DokuWiki: flat files, locks and previews by XHR.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { newVisitor } from '../browser/chromium.mjs';
import { start } from './application.mjs';
import { png } from './picture.mjs';
import { testsOfStates } from './states.mjs';

let wiki;
before(async () => { wiki = await start('dokuwiki'); });
testsOfStates(() => wiki, 'doku.php?id=start');

test('an editor signs in, previews, saves and uploads without having consented to anything', async (t) => {
  const { page, cookies, open } = await newVisitor(t);
  const at = (query) => `${wiki.url}doku.php?${query}`;
  await open(at('id=start&do=login'));
  await page.fill('input[name=u]', 'admin');
  await page.fill('input[name=p]', 'correct horse');
  await page.check('input[name=r]');
  await page.click('#dw__login button[type=submit]');
  await page.getByText('Logged in as').waitFor();
  assert.ok((await cookies()).some((name) => /^DW[0-9a-f]{32}$/.test(name)), 'the log-in is kept');

  await open(at('id=lamps&do=edit'));
  const draft = page.waitForResponse((answer) => answer.url().includes('/lib/exe/ajax.php') && /call=lock/.test(answer.request().postData() ?? ''), { timeout: 60_000 });
  await page.fill('#wiki__text', '====== Lamps of oak ======\n\nBy hand.');
  await page.locator('#wiki__text').press('End');
  // DokuWiki renews its lock while a user types, at most once in half the lock's time: requested at once here.
  await page.evaluate(() => { globalThis.dw_locktimer.lasttime = new Date(0); globalThis.dw_locktimer.refresh(); });
  assert.equal((await draft).status(), 200);
  assert.doesNotMatch(await (await draft).text(), /abide/i, 'an answer to a script is no page');
  await page.click('button[name="do[preview]"]');
  await page.locator('.preview').getByText('Lamps of oak').first().waitFor();
  await page.click('button[name="do[save]"]');
  await page.getByRole('heading', { name: 'Lamps of oak' }).waitFor();

  await open(at('id=start&do=media&ns='));
  await page.getByRole('link', { name: 'Upload' }).first().click();
  await page.locator('input[type=file]').first().setInputFiles({ name: 'oak.png', mimeType: 'image/png', buffer: png });
  await page.locator('#mediamanager__upload_button, button:has-text("Upload")').first().click();
  await page.getByText('Upload successful').or(page.getByText('oak.png')).first().waitFor();
  const picture = await page.request.get(`${wiki.url}lib/exe/fetch.php?media=oak.png`);
  assert.deepEqual(await picture.body(), png);

  await open(at('id=lamps'));
  await page.getByRole('link', { name: 'Log Out' }).click();
  await page.getByRole('link', { name: 'Log In' }).waitFor();
});

