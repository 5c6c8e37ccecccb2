// WordPress: the block editor over REST, its frames, uploads, comments.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { answerNotice, newVisitor, noticeOf } from '../browser/chromium.mjs';
import { start } from './application.mjs';
import { png } from './picture.mjs';
import { testsOfStates } from './states.mjs';

let blog;
before(async () => { blog = await start('wordpress'); });
testsOfStates(() => blog, '');

async function signIn({ page, open }) {
  await open(`${blog.url}wp-login.php`);
  await page.fill('#user_login', 'admin');
  await page.fill('#user_pass', 'correct horse');
  await page.click('#wp-submit');
  await page.locator('#wpadminbar').waitFor();
}

test('an author signs in, writes in the block editor, uploads and publishes after a refusal', async (t) => {
  const visitor = await newVisitor(t);
  const { page, cookies, open } = visitor;
  await open(blog.url);
  await answerNotice(page, 'Reject all');
  await signIn(visitor);
  const kept = await cookies();
  for (const name of [/^wordpress_logged_in_/, /^wordpress_[0-9a-f]{32}$/]) assert.ok(kept.some((each) => name.test(each)), `${name} of ${kept}`);

  await open(`${blog.url}wp-admin/post-new.php`);
  await page.keyboard.press('Escape'); // the tour
  await page.getByRole('button', { name: 'Close', exact: true }).first().click({ timeout: 3000 }).catch(() => {});
  const title = page.getByRole('textbox', { name: 'Add title' });
  await title.click();
  await page.keyboard.type('Lamps of oak');
  await page.keyboard.press('Enter');
  await page.keyboard.type('By hand.');
  const saved = page.waitForResponse((answer) => answer.request().method() !== 'GET' && /wp-json|rest_route/.test(answer.url()) && answer.status() < 300);
  await page.getByRole('button', { name: 'Publish', exact: true }).first().click();
  await page.locator('.editor-post-publish-panel__header-publish-button button').click();
  assert.equal((await (await saved).json()).title.raw, 'Lamps of oak');
  await page.locator('.post-publish-panel__postpublish').getByText('is now live').waitFor();

  const uploaded = await page.evaluate(async (bytes) => {
    const body = new FormData();
    body.append('file', new File([new Uint8Array(bytes)], 'oak.png', { type: 'image/png' }));
    return globalThis.wp.apiFetch({ path: '/wp/v2/media', method: 'POST', body });
  }, [...png]);
  assert.deepEqual(await (await page.request.get(uploaded.source_url)).body(), png);

  await open(`${blog.url}?s=oak`);
  await page.getByRole('link', { name: 'Lamps of oak' }).first().waitFor();
});

test("the site editor's frame shows the page without a second notice", async (t) => {
  const visitor = await newVisitor(t);
  await signIn(visitor);
  await answerNotice(visitor.page, 'Accept all');
  await visitor.open(`${blog.url}wp-admin/site-editor.php`);
  const canvas = visitor.page.frameLocator('iframe[name="editor-canvas"]');
  await canvas.getByText('Mindblown').first().waitFor({ timeout: 60_000 });
  assert.equal(await canvas.locator('[data-abide-notice]').count(), 0);
});

test('a reader comments, and the name is remembered only after consent', async (t) => {
  const comment = async ({ page, open }, text) => {
    await open(`${blog.url}?p=1`);
    await page.fill('#comment', text);
    await page.fill('#author', 'Ada');
    await page.fill('#email', 'ada@wiki.example');
    await page.check('#wp-comment-cookies-consent');
    await page.click('#submit');
    await page.waitForURL(/#comment-\d+$/);
  };
  const authors = async ({ cookies }) => (await cookies()).filter((name) => name.startsWith('comment_author_')).length;
  const refuses = await newVisitor(t);
  await refuses.open(blog.url);
  await answerNotice(refuses.page, 'Reject all');
  await comment(refuses, 'Without a trace.');
  assert.equal(await authors(refuses), 0);
  await refuses.page.waitForTimeout(16_000); // WordPress accepts one comment every 15 seconds
  const allows = await newVisitor(t);
  await allows.open(blog.url);
  await answerNotice(allows.page, 'Accept all');
  await comment(allows, 'With my name.');
  assert.equal(await authors(allows), 2, 'name and address');
  assert.equal(await noticeOf(allows.page).isVisible(), false);
});
