// A press while the site cannot be reached: the browser's error page replaces no page, Abide's own pages included.
import assert from 'node:assert/strict';
import test from 'node:test';
import { axeFindings } from './axe.mjs';
import { answerNotice, atPreferences, buttonOf, newVisitor, noticeOf, preferencesOf, quiet, settingsOf } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';
import { openShop } from './shop.mjs';

const link = (page) => noticeOf(page).getByRole('link', { name: 'Cookie settings' });
const lineOf = (page) => page.locator('.abide-said');
const believesOnline = (page) => page.evaluate(() => navigator.onLine);
const toPage = (page) => page.evaluate(() => delete document.documentElement.dataset.abideSettings);

async function typing(t, { inPlace, ...options } = {}) {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, options);
  await visitor.open(`${shop.url}contact`);
  await visitor.page.getByLabel('Your name').fill('Robin');
  if (!inPlace) await toPage(visitor.page);
  return { shop, visitor, page: visitor.page };
}

async function keptPage(page, url) {
  await eventually('the line', async () => (await lineOf(page).innerText()).includes('This site cannot be reached. Please try again in a moment.'));
  assert.equal(await lineOf(page).getByRole('alert').count(), 1);
  assert.equal(page.url(), url);
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Robin');
  assert.equal(await page.locator('[aria-busy]').count(), 0);
}

const FAULTS = {
  'no network': [({ context }) => context.setOffline(true), ({ context }) => context.setOffline(false)],
  'no server': [({ context }) => context.route('**/*', (route) => route.abort('connectionrefused')), ({ context }) => context.unrouteAll()],
};

for (const [what, [fail, mend]] of Object.entries(FAULTS))
  for (const inPlace of [true, false])
    test(`with ${what} a press on the link to the ${inPlace ? 'settings in place' : 'preference page'} keeps the page and what was typed, and works once the server can be reached`, async (t) => {
      const { shop, visitor, page } = await typing(t, { inPlace });
      await fail(visitor);
      await link(page).click();
      await keptPage(page, `${shop.url}contact`);
      assert.equal(await believesOnline(page), what !== 'no network');
      await mend(visitor);
      await link(page).click();
      if (!inPlace) return atPreferences(page);
      await settingsOf(page).getByRole('button', { name: 'Save selection' }).waitFor();
      assert.equal(await page.getByLabel('Your name').inputValue(), 'Robin');
    });

test('once the server is gone, neither a press on the link nor one on a button loses the page', async (t) => {
  const { shop, page } = await typing(t);
  const url = page.url();
  await shop.close();
  await link(page).click();
  await keptPage(page, url);
  assert.deepEqual(await axeFindings(page), []);
  await noticeOf(page).getByRole('button', { name: 'Reject all' }).click();
  await eventually('the line', async () => (await lineOf(page).innerText()).includes('could not be saved'));
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Robin');
  assert.match(await page.evaluate(() => localStorage.abide), /choice=reject-all/);
});

test('the same in Firefox', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const { page, open, visible } = await newFirefox(t);
  await open(`${shop.url}contact`);
  await toPage(page);
  await page.type('main input', 'Robin');
  await shop.close();
  await page.click('[data-abide-notice] .abide-actions a');
  await eventually('the line', () => visible('.abide-said [role=alert]'));
  assert.equal(await page.$eval('main input', ({ value }) => value), 'Robin');
});

test('while the server is slow the link is busy until the page has loaded, and no longer when the visitor comes back', async (t) => {
  const { visitor, page } = await typing(t);
  let answer;
  await visitor.context.route('**/consent?*', (route) => { answer = () => route.continue(); }, { times: 1 });
  const waited = await link(page).evaluate((element) => {
    addEventListener('pagehide', () => { sessionStorage.left = element.ariaBusy; });
    element.click();
    return [element.ariaBusy, getComputedStyle(element).cursor];
  });
  assert.deepEqual(waited, ['true', 'progress']);
  await eventually('the request', () => Boolean(answer));
  await answer();
  await atPreferences(page);
  assert.equal(await page.evaluate(() => sessionStorage.left), 'true', 'while the page itself is under way');
  await page.goBack();
  await quiet(page);
  assert.equal(await page.locator('[aria-busy]').count(), 0);
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Robin');
});

test('a page whose policy blocks requests of scripts still leads to the preference page', async (t) => {
  const shop = await openShop(t, { location: 'DE' });
  const { context, page, open } = await newVisitor(t, { expectsFaults: true });
  await context.route(shop.url, async (route) => {
    const answer = await route.fetch();
    const policy = answer.headers()['content-security-policy'].replace(/connect-src[^;]*/, "connect-src 'none'");
    await route.fulfill({ response: answer, headers: { ...answer.headers(), 'content-security-policy': policy } });
  });
  await open(shop.url);
  await toPage(page);
  await link(page).click();
  await atPreferences(page);
});

test('a link that opens elsewhere, or is clicked with a key held, is left to the browser', async (t) => {
  const { shop, visitor, page } = await typing(t);
  await page.evaluate(() => document.querySelector('main').insertAdjacentHTML('beforeend', '<a id="elsewhere" target="_blank" href="/consent">Cookies</a>'));
  for (const options of [{}, { modifiers: ['Control'] }]) {
    const opened = visitor.context.waitForEvent('page');
    await page.locator(options.modifiers ? '.abide-footer a, [data-abide-notice] .abide-actions a' : '#elsewhere').first().click(options);
    await atPreferences(await opened);
    assert.equal(page.url(), `${shop.url}contact`);
  }
});

// The preference page works without scripts; own.mjs keeps it when a press fails.

const said = (page) => page.locator('[data-abide-said]');
const isPost = (request) => request.method() === 'POST' && new URL(request.url()).pathname === '/consent';
const keptOf = (page) => page.evaluate(() => localStorage.abide);

async function atSettings(t, path = 'consent?return=/cart&lang=en', options = {}) {
  const shop = await openShop(t, { location: 'DE' });
  const visitor = await newVisitor(t, options);
  await visitor.open(shop.url + path);
  return { shop, visitor, page: visitor.page };
}

/** Something else answers in place of the server. */
const answeredBy = (answer) => [({ context }) => context.route('**/consent', (route) =>
  (isPost(route.request()) ? route.fulfill(answer) : route.continue())), FAULTS['no server'][1]];

for (const [what, [fail, mend]] of Object.entries({ ...FAULTS,
  'a server that fails': answeredBy({ status: 503, body: 'no' }),
  'a log-in page': answeredBy({ status: 200, contentType: 'text/html', body: '<form>Log in' }),
  'a network that answers itself': answeredBy({ status: 200, json: { success: true } }) }))
  test(`with ${what} a press on the preference page leaves it as it is, says so in view, and works once the server can be reached`, async (t) => {
    const { shop, visitor, page } = await atSettings(t);
    const url = page.url();
    await page.getByRole('switch', { name: 'Statistics' }).check();
    await fail(visitor);
    await buttonOf(page, 'Save selection').click();
    const alert = page.getByRole('alert').filter({ hasText: 'Your choice could not be saved.' });
    await alert.waitFor();
    const { y, height } = await alert.boundingBox();
    assert.ok(y >= 0 && y + height <= page.viewportSize().height, 'in view');
    assert.equal(page.url(), url);
    assert.ok(await page.getByRole('switch', { name: 'Statistics' }).isChecked());
    assert.match(await keptOf(page), /choice=save/);
    assert.doesNotMatch(await keptOf(page), /grant=/);
    assert.deepEqual(await axeFindings(page), []);
    await mend(visitor);
    await buttonOf(page, 'Save selection').click();
    await page.getByRole('status').filter({ hasText: 'Your choice is saved.' }).waitFor();
    assert.equal(await keptOf(page), undefined);
    assert.ok(await page.getByRole('switch', { name: 'Statistics' }).isChecked());
    await page.getByRole('link', { name: 'Back to the page' }).first().click();
    await page.waitForURL(`${shop.url}cart`);
    assert.deepEqual(await page.evaluate(() => window.abide.state().allowed), ['required', 'analytics']);
  });

for (const [what, [fail, mend]] of Object.entries(FAULTS))
  test(`with ${what} the links of Abide's own pages keep the page, and say so`, async (t) => {
    const { shop, visitor, page } = await atSettings(t);
    for (const path of ['consent?return=/cart', 'consent/nothing-there']) {
      await page.goto(shop.url + path);
      await fail(visitor);
      await page.locator('.abide-back').click();
      await said(page).filter({ hasText: 'This site cannot be reached.' }).waitFor();
      assert.equal(page.url(), shop.url + path);
      await mend(visitor);
    }
    await page.locator('.abide-back').click();
    await page.waitForURL(shop.url);
  });

test('a refusal that could not be recorded on the preference page holds on the next page, and is sent from there', async (t) => {
  const { shop, visitor, page } = await atSettings(t, '', { expectsFaults: true });
  await answerNotice(page, 'Accept all');
  await page.goto(preferencesOf(shop));
  await visitor.context.route('**/consent', (route) => (isPost(route.request()) ? route.abort('connectionrefused') : route.continue()));
  await buttonOf(page, 'Reject all').click();
  await page.getByRole('alert').filter({ hasText: 'could not be saved' }).waitFor();
  await visitor.open(shop.url);
  assert.deepEqual(await page.evaluate(() => window.abide.state().allowed), ['required']);
  await visitor.context.unrouteAll();
  await visitor.open(`${shop.url}cart`);
  await eventually('it to be recorded', () => keptOf(page).then((kept) => kept === undefined, () => false));
  await quiet(page);
  assert.deepEqual(await page.evaluate(() => window.abide.state().allowed), ['required']);
});

test('the preference page first sends what an earlier page could not record, then what is chosen there, and shows the choice in force', async (t) => {
  const { shop, visitor, page } = await atSettings(t, '', { expectsFaults: true });
  await answerNotice(page, 'Accept all');
  await page.evaluate(() => { localStorage.abide = 'choice=reject-all&from=settings'; });
  await page.goto(`${shop.url}consent?return=/cart`);
  await page.locator('#abide-analytics:not(:checked)').waitFor();
  await quiet(page);
  assert.equal(await keptOf(page), undefined);
  const posts = [];
  await visitor.context.route('**/consent', (route) => {
    if (!isPost(route.request())) return route.continue();
    posts.push(new URLSearchParams(route.request().postData()).get('choice'));
    return posts.length < 3 ? route.abort('connectionrefused') : route.continue();
  });
  await buttonOf(page, 'Reject all').click();
  await page.getByRole('alert').filter({ hasText: 'could not be saved' }).waitFor();
  await buttonOf(page, 'Accept all').click();
  await eventually('the second press', () => posts.length === 2);
  await page.getByRole('alert').filter({ hasText: 'could not be saved' }).waitFor();
  await buttonOf(page, 'Accept all').click();
  await page.getByRole('status').filter({ hasText: 'Your choice is saved.' }).waitFor();
  assert.deepEqual(posts, ['reject-all', 'reject-all', 'reject-all', 'accept-all']);
  assert.ok(await page.getByRole('switch', { name: 'Statistics' }).isChecked());
});

test('on the preference page what is pressed while a choice is being sent is done next: a refusal is kept at once, a link is followed', async (t) => {
  const { shop, visitor, page } = await atSettings(t);
  const held = [];
  await visitor.context.route('**/consent', (route) => (isPost(route.request()) ? held.push(route) : route.continue()));
  await buttonOf(page, 'Accept all').click();
  await eventually('the first request', () => held.length === 1);
  await buttonOf(page, 'Reject all').click();
  await eventually('the refusal to be kept', async () => /choice=reject-all/.test(await keptOf(page)));
  await page.locator('.abide-back').click();
  await held[0].continue();
  await eventually('the second request', () => held.length === 2);
  await held[1].continue();
  await page.waitForURL(`${shop.url}cart`);
  assert.equal(await keptOf(page), undefined);
  assert.deepEqual(await page.evaluate(() => window.abide.state().allowed), ['required']);
});

test('on the preference page a refusal that cannot be recorded does not replace an earlier one', async (t) => {
  const { visitor, page } = await atSettings(t);
  await visitor.context.route('**/consent', (route) => (isPost(route.request()) ? route.abort('connectionrefused') : route.continue()));
  await page.evaluate(() => { localStorage.abide = 'choice=reject-all&from=settings'; });
  await buttonOf(page, 'Save selection').click();
  await page.getByRole('alert').filter({ hasText: 'could not be saved' }).waitFor();
  const choices = (await keptOf(page)).split('\n').map((form) => new URLSearchParams(form).get('choice'));
  assert.deepEqual(choices, ['reject-all', 'save']);
});

test('on the preference page a press shows at once that the choice is being saved', async (t) => {
  const { visitor, page } = await atSettings(t);
  let answer;
  await visitor.context.route('**/consent', (route) => { answer = () => route.continue(); });
  await buttonOf(page, 'Reject all').click();
  await page.getByRole('status').filter({ hasText: 'Saving' }).waitFor();
  await eventually('the request', () => Boolean(answer));
  await answer();
  await page.getByRole('status').filter({ hasText: 'Your choice is saved.' }).waitFor();
});

test('in small windows too the whole message is in view and does not touch the edges', async (t) => {
  for (const viewport of [{ width: 320, height: 240 }, { width: 320, height: 568 }, { width: 1280, height: 300 }]) {
    const { shop, visitor, page } = await atSettings(t, 'consent?lang=en', { viewport });
    const isWhole = async (line, words) => {
      await line.filter({ hasText: words }).waitFor();
      const box = await line.boundingBox(), text = await line.locator('span').first().evaluate((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return range.getBoundingClientRect();
      });
      assert.ok(box.y >= 4 && box.y + box.height <= viewport.height, `in view at ${viewport.width}x${viewport.height}: ${JSON.stringify(box)}`);
      assert.ok(text.y - box.y >= 6 && box.y + box.height - text.y - text.height >= 6, `room around it: ${JSON.stringify([box, text])}`);
    };
    await visitor.context.route('**/consent', (route) => (isPost(route.request()) ? route.abort('connectionrefused') : route.continue()));
    await buttonOf(page, 'Save selection').click();
    await isWhole(said(page), 'could not be saved');
    await page.goto(`${shop.url}contact`);
    await page.evaluate(() => document.querySelector('[data-abide-notice] [value=reject-all]').click());
    await isWhole(lineOf(page), 'could not be saved');
    await visitor.close();
  }
});
