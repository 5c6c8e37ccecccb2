// Where links to Abide's own pages lead, and where those lead back to, whatever the page does to addresses: hashes, long
// addresses, plain http without a referrer, and frames there.
import assert from 'node:assert/strict';
import test from 'node:test';
import { newVisitor, noticeOf } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { changeHtml, openFront } from './front.mjs';
import { openShop } from './shop.mjs';

/** The shop with changed pages that have no Content-Security-Policy. */
async function changed(t, change, more = {}) {
  const shop = await openShop(t, { location: 'DE' });
  return openFront(t, shop, { change: (found, { url }) => {
    if (url.startsWith('/consent')) return;
    found.fields = [...found.fields.filter(([name]) => !/^(content-security-policy|referrer-policy)$/i.test(name)), ...(more.fields ?? [])];
    changeHtml(found, change);
  } });
}

test('a visitor who comes back from the settings is at the same place of the page, including the hash', async (t) => {
  const front = await changed(t, (html) => html);
  const { page } = await newVisitor(t, { expectsFaults: true });
  await page.goto(`${front.urlOf('localhost')}collection?x=1`);
  await noticeOf(page).waitFor();
  await page.evaluate(() => { location.hash = '#/lamps/3'; }); // as hash routers do
  await page.route('**/settings.mjs', (route) => route.abort()); // they open in place otherwise
  await noticeOf(page).getByRole('link', { name: 'Cookie settings' }).click();
  await page.getByRole('link', { name: 'Back to the page' }).first().click();
  await page.waitForURL((url) => url.pathname === '/collection');
  assert.equal(new URL(page.url()).search + new URL(page.url()).hash, '?x=1#/lamps/3');
});

test('the hash of a page, which may be a secret, is in no request, and in the address after a choice on the preference page', async (t) => {
  const front = await changed(t, (html) => html);
  const { page } = await newVisitor(t, { expectsFaults: true });
  await page.route('**/settings.mjs', (route) => route.abort());
  await page.goto(`${front.urlOf('localhost')}collection?x=1#key=secret`);
  await noticeOf(page).getByRole('button', { name: 'Accept all' }).click();
  await noticeOf(page).waitFor({ state: 'hidden' });
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await page.locator('.abide-footer a[href^="/consent"]').first().click();
  await page.waitForURL((url) => url.pathname === '/consent');
  await page.locator('.abide-languages a').first().click();
  await page.waitForURL((url) => url.searchParams.get('lang') !== 'en');
  await page.locator('[value="reject-all"]').first().click();
  await page.waitForURL((url) => url.searchParams.has('saved'));
  await page.locator('.abide-saved a').click();
  await page.waitForURL((url) => url.pathname === '/collection');
  assert.equal(new URL(page.url()).search + new URL(page.url()).hash, '?x=1#key=secret');
  assert.deepEqual(front.requests.filter((request) => JSON.stringify(request).includes('secret')), []);
});

test('over plain http, a page that frames another page of the site asks once', async (t) => {
  const front = await changed(t, (html) => html.replace('</main>', '<iframe src="/contact" width="600" height="400" title="Contact"></iframe></main>'));
  const { page } = await newVisitor(t, { expectsFaults: true });
  await page.goto(front.urlOf('www.firwick.example')); // no Fetch Metadata here
  await noticeOf(page).waitFor();
  await eventually('the frame', () => page.frames()[1]?.evaluate(() => document.readyState === 'complete' && window.abide?.state().v));
  await page.waitForTimeout(1000);
  assert.equal(await page.frames()[1].locator('[data-abide-notice]:visible').count(), 0);
  await noticeOf(page).getByRole('button', { name: 'Reject all' }).click();
  await noticeOf(page).waitFor({ state: 'hidden' });
});

test('over plain http, from a page that hides its address, a choice without scripts leads to the settings, where it can be made', async (t) => {
  const front = await changed(t, (html) => html, { fields: [['Referrer-Policy', 'no-referrer']] });
  const { page, context } = await newVisitor(t, { javaScriptEnabled: false });
  await page.goto(front.urlOf('www.firwick.example'));
  await noticeOf(page).getByRole('button', { name: 'Reject all' }).click();
  await page.waitForURL(({ pathname }) => pathname === '/consent');
  await page.getByRole('button', { name: 'Reject all' }).first().click();
  await page.waitForURL(({ searchParams }) => searchParams.has('saved'));
  assert.ok((await context.cookies()).some(({ name }) => name === 'abide'));
});
