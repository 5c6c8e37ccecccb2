// MediaWiki, with its own Content-Security-Policy: previews, the visual editor and its API by XHR, uploads.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { answerNotice, newVisitor } from '../browser/chromium.mjs';
import { start } from './application.mjs';
import { png } from './picture.mjs';
import { testsOfStates } from './states.mjs';

let wiki;
before(async () => { wiki = await start('mediawiki'); });
testsOfStates(() => wiki, 'index.php?title=Main_Page');

const at = (query) => `${wiki.url}index.php?${query}`;

async function signIn({ page, open }) {
  await open(at('title=Special:UserLogin'));
  await page.fill('#wpName1', 'Admin');
  await page.fill('#wpPassword1', 'correct horse');
  await page.click('#wpLoginAttempt');
  await page.locator('#pt-logout').waitFor();
}

/** The visual editor covers the page with a greeting when a user edits for the first time. */
const passGreeting = ({ page }) => page.getByRole('button', { name: 'Start editing' }).click({ timeout: 8000 }).catch(() => {});

test('an editor signs in, previews, saves and uploads after a refusal', async (t) => {
  const visitor = await newVisitor(t);
  const { page, cookies, open } = visitor;
  const answer = await open(at('title=Main_Page'));
  assert.match(answer.headers()['content-security-policy'], /script-src [^;]*'nonce-/, 'the policy is the strict one of MediaWiki');
  await answerNotice(page, 'Reject all');
  await signIn(visitor);
  for (const name of ['my_wiki_session', 'my_wikiUserID', 'my_wikiUserName']) assert.ok((await cookies()).includes(name), name);

  await open(at('title=Lamps_of_oak&action=edit'));
  await passGreeting(visitor);
  await page.fill('#wpTextbox1', '== Lamps of oak ==\n\nBy hand.');
  await page.click('#wpPreview');
  await page.locator('#wikiPreview').getByText('Lamps of oak').first().waitFor();
  await page.click('#wpSave');
  await page.locator('#mw-content-text').getByText('By hand.').waitFor();
  assert.match(page.url(), /title=Lamps_of_oak/);

  // By the API, as gadgets and editors do, with the session's token.
  await page.waitForFunction(() => globalThis.mw?.loader?.using);
  const edited = await page.evaluate(async () => {
    await globalThis.mw.loader.using('mediawiki.api');
    return new globalThis.mw.Api().postWithToken('csrf', { action: 'edit', title: 'Lamps of oak', appendtext: '\n\nAnd by script.' });
  });
  assert.equal(edited.edit.result, 'Success');

  await open(at('title=Special:Upload'));
  await page.setInputFiles('#wpUploadFile', { name: 'Oak.png', mimeType: 'image/png', buffer: png });
  await page.fill('#wpUploadDescription', 'A very small oak.');
  await page.check('#wpIgnoreWarning').catch(() => {});
  await page.click('input[name=wpUpload]');
  await page.locator('#file img').waitFor();
  assert.deepEqual(await (await page.request.get(await page.locator('#file a').first().evaluate((link) => link.href))).body(), png);
});

test('the visual editor opens a page and saves it', async (t) => {
  const visitor = await newVisitor(t);
  await signIn(visitor);
  await answerNotice(visitor.page, 'Accept all');
  const { page, open } = visitor;
  await open(at('title=Main_Page&veaction=edit'));
  const surface = page.locator('.ve-ui-surface:visible .ve-ce-documentNode').first();
  await passGreeting(visitor);
  await surface.click({ timeout: 60_000 });
  await page.keyboard.type('Lamps everywhere. ');
  await page.getByRole('button', { name: /^Save changes/ }).or(page.locator('.ve-ui-toolbar-saveButton a')).first().click();
  await page.locator('.ve-ui-mwSaveDialog .oo-ui-processDialog-actions-primary a').click();
  await page.locator('#mw-content-text').getByText('Lamps everywhere.').waitFor();
});
