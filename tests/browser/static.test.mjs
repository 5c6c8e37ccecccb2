// A static site: without Abide's server, the policy in a file, the choice in a cookie that the page writes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import axe from 'axe-core';
import { newVisitor, noticeOf, buttonOf, setGpc } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { newFirefox } from './firefox.mjs';
import { openFront } from './front.mjs';
import { openLab, tag } from './lab.mjs';
import { root } from './shop.mjs';

const policy = { site: { name: 'Leaflet' }, cookies: [{ name: '_count', category: 'analytics', shared: false }, { name: '_ad', category: 'targeting' }, { name: 'cart', category: 'required' }] };
const tags = tag('stats', 'analytics') + tag('ads', 'targeting') + '<button data-abide="open">Cookies</button><p data-abide-status hidden><b data-abide-status-title></b> <span data-abide-status-text></span></p>';
const ran = (page) => page.evaluate(() => window.ran ?? []);

async function opened(t, { gpc = false, changes = {}, ...options } = {}) {
  const lab = await openLab(t, { state: null, module: '/abide/', body: tags, files: { '/abide/policy.json': JSON.stringify({ ...policy, ...changes }) }, ...options });
  const visitor = await newVisitor(t, { gpc });
  await visitor.open(lab.url);
  return { lab, visitor, page: visitor.page };
}

const record = async (visitor) => {
  const cookie = (await visitor.context.cookies()).find(({ name }) => name === 'abide');
  return cookie && JSON.parse(decodeURIComponent(cookie.value));
};

test('the page itself asks, without a ticked box, and runs nothing before the answer', async (t) => {
  const { lab, visitor, page } = await opened(t);
  await noticeOf(page).waitFor();
  assert.match(await noticeOf(page).innerText(), /Leaflet needs some cookies/);
  const [no, yes] = await Promise.all(['Reject all', 'Accept all'].map((name) => buttonOf(page, name).boundingBox()));
  assert.deepEqual([no.width, no.height], [yes.width, yes.height]);
  await buttonOf(page, 'Cookie settings').click();
  const switches = page.getByRole('switch');
  await switches.first().waitFor();
  assert.deepEqual(await switches.evaluateAll((all) => all.map(({ id, checked, disabled }) => [id, checked, disabled])),
    [['abide-required', true, true], ['abide-analytics', false, false], ['abide-targeting', false, false]], 'what the site uses, and no more');
  await page.addScriptTag({ content: axe.source });
  assert.deepEqual(await page.evaluate(async () => (await axe.run(document, { rules: { region: { enabled: false } } })).violations.map(({ id }) => id)), []);
  assert.deepEqual(await ran(page), []);
  assert.deepEqual(await visitor.cookies(), []);
  assert.deepEqual(lab.posts(), [], 'nothing is sent anywhere');
});

test('its settings list the use of each purpose, and its cookies with vendor, lifetime and use, in the page\'s language', async (t) => {
  const cookies = [{ name: '_count', category: 'analytics', shared: false, vendor: 'Own count', lifetime: '1 year', purpose: { en: 'Counts.', fr: 'Compte.' } },
    { name: '_ad<b>', category: 'targeting', lifetime: 'session', purpose: 'Shows ads.' }];
  const contents = async (page, settings) => {
    await buttonOf(page, settings).click();
    await page.getByRole('switch').first().waitFor();
    await page.locator('summary').evaluateAll((all) => all.forEach((one) => one.click()));
    return (await page.locator('.abide-cookie').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
  };
  const { page } = await opened(t, { changes: { cookies } });
  assert.deepEqual(await contents(page, 'Cookie settings'), ['abide Leaflet · 395 days Keeps your choice on this site, and an opt-out that your browser sent.',
    '_count Own count · 1 year Counts.', '_ad<b> Vendor not named · until you close the browser Shows ads. Data sold or shared']);
  assert.match(await noticeOf(page).innerText(), /Counts visits and shows which pages are used.*Off until you allow it/s);
  const french = await opened(t, { changes: { cookies }, head: '<script nonce="abc">document.documentElement.lang = "fr"</script>' });
  assert.match((await contents(french.page, 'Paramètres des cookies'))[1], /Own count · 1 an Compte\./);
});

test('Enter on a switch saves what the switches show', async (t) => { // it presses the form's first button
  const { page, visitor } = await opened(t);
  await buttonOf(page, 'Cookie settings').click();
  await page.getByRole('switch', { name: 'Statistics' }).focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await eventually('the tag', async () => (await ran(page)).includes('stats'));
  assert.deepEqual((await record(visitor)).choices, { analytics: 'granted', functional: 'denied', targeting: 'denied' });
});

test('an answer is stored in a cookie for every page, and can be changed with a button of the page', async (t) => {
  const { lab, visitor, page } = await opened(t);
  await buttonOf(page, 'Accept all').click();
  await eventually('both tags', async () => (await ran(page)).length === 2);
  assert.ok(await noticeOf(page).isHidden());
  assert.deepEqual((await record(visitor)).choices, { analytics: 'granted', targeting: 'granted' }, 'what the notice named');
  const [cookie] = (await visitor.context.cookies()).filter(({ name }) => name === 'abide');
  assert.equal(cookie.sameSite, 'Lax');

  await visitor.open(`${lab.url}page/2`);
  await eventually('both tags again', async () => (await ran(page)).length === 2);
  assert.equal(await noticeOf(page).filter({ visible: true }).count(), 0);
  await page.evaluate(() => { document.cookie = '_ad=1; Path=/'; document.cookie = 'cart=1; Path=/'; });
  await buttonOf(page, 'Cookies').click();
  await page.getByLabel('Targeted ads').uncheck();
  const begins = page.waitForEvent('load');
  await buttonOf(page, 'Save selection').click();
  await begins; // what ran cannot be undone
  await eventually('only the allowed tag', async () => `${await ran(page)}` === 'stats');
  assert.deepEqual(await visitor.cookies(), ['abide', 'cart']);
  assert.equal((await record(visitor)).choices.targeting, 'denied');
});

test('whatever the page\'s language, the notice has texts, and declares their language', async (t) => {
  for (const [lang, expected] of [['sw', 'en'], ['zh-CN', 'zh-Hans'], ['zh-TW', 'zh-Hant'], ['zh', 'zh-Hans'], ['no', 'nb'], ['nn', 'nb'], ['DE', 'de'], ['pt-BR', 'pt'], ['iw', 'he'], ['fr_FR', 'fr'], ['de_AT.UTF-8', 'de'], ['de_DE@euro', 'de'], ['../x', 'en'], ['', 'en']]) {
    const { page } = await opened(t, { files: { '/abide/policy.json': JSON.stringify(policy), '/': `<!doctype html><html lang="${lang}"><title>Lab</title>
      <script src="/abide/gate.js"></script><script type="module" src="/abide/abide.mjs"></script><main><h1>Lab</h1></main></html>` } });
    await noticeOf(page).waitFor();
    assert.equal(await noticeOf(page).getAttribute('lang'), expected, lang);
    for (const button of await noticeOf(page).locator('button:visible').all()) assert.notEqual(await button.innerText(), '', lang);
  }
});

test('on a host that answers 200 with a page for missing files, the notice has its texts', async (t) => {
  const html = '<!doctype html><title>Home</title>';
  const { visitor, page } = await opened(t, { head: '<script nonce="abc">document.documentElement.lang = "de-AT"</script>',
    files: { '/abide/policy.json': JSON.stringify(policy), '/abide/texts/de-AT.json': html } });
  await noticeOf(page).waitFor();
  assert.equal(await noticeOf(page).getAttribute('lang'), 'de');
  await buttonOf(page, 'Alle ablehnen').click();
  await eventually('the record', async () => (await record(visitor))?.choices.targeting === 'denied');
});

for (const [what, domain, isShared] of [['with consent.domain', '.Firwick.example', true], ['with the domain of another site', 'other.example', false], ['without', undefined, false]])
  test(`${what}, ${isShared ? 'one choice holds on all hosts of the site, and is withdrawn on all' : 'each host has its own choice'}`, async (t) => {
    const { lab, page } = await opened(t, { changes: { consent: { domain } } });
    const open = async (host) => {
      await page.goto(lab.at(`${host}.firwick.example`));
      await eventually('a decision', () => page.evaluate(() => window.abide.state().regime));
    };
    const answer = async (name) => {
      await buttonOf(page, name).click();
      await eventually('the answer', () => page.evaluate(() => window.abide.state().chosen));
    };
    const asks = () => page.evaluate(() => !window.abide.state().chosen);
    await open('www');
    await page.evaluate(() => { document.cookie = 'abide=old; Path=/'; }); // from before the domain was set
    await answer('Accept all');
    await open('blog');
    assert.equal(await asks(), !isShared);
    if (!isShared) return;
    assert.ok(await page.evaluate(() => window.abide.allows('targeting')));
    await page.getByRole('button', { name: 'Cookies', exact: true }).click();
    await answer('Reject all');
    await open('www');
    assert.deepEqual(await page.evaluate(() => window.abide.state().allowed), ['required']);
  });

test('two sites on one origin with different cookies share no decision', async (t) => {
  const page = (name) => `<!doctype html><html lang="en"><title>${name}</title><script src="/abide/gate.js"></script>
    <script type="module">import { start } from '/abide/abide.mjs'; start({ policy: '/${name}.json' });</script>
    <main><h1>${name}</h1>${tag('stats', 'analytics')}</main></html>`;
  const policyOf = (name) => JSON.stringify({ ...policy, consent: { cookie: `consent_${name}` } });
  const lab = await openLab(t, { state: null, files: { '/a.html': page('a'), '/b.html': page('b'), '/a.json': policyOf('a'), '/b.json': policyOf('b') } });
  const visitor = await newVisitor(t);
  await visitor.open(`${lab.url}a.html`);
  const other = await visitor.context.newPage();
  await other.goto(`${lab.url}b.html`);
  await noticeOf(other).waitFor();
  await buttonOf(visitor.page, 'Accept all').click();
  await eventually('the tag', async () => (await ran(visitor.page)).length === 1);
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.deepEqual(await ran(other), []);
  assert.ok(await noticeOf(other).isVisible());
  assert.deepEqual(await visitor.cookies(), ['consent_a']);
});

test('a rejection is stored too, and the page does not ask twice', async (t) => {
  const { lab, visitor, page } = await opened(t);
  await buttonOf(page, 'Reject all').click();
  await noticeOf(page).waitFor({ state: 'hidden' });
  await visitor.open(`${lab.url}page/2`);
  await page.waitForFunction(() => window.abide.state().chosen);
  assert.equal(await noticeOf(page).filter({ visible: true }).count(), 0);
  assert.deepEqual(await ran(page), []);
});

test('Global Privacy Control is honoured in the page, announced, and still honoured when it is gone', async (t) => {
  const { lab, visitor, page } = await opened(t, { gpc: true, changes: { jurisdiction: { fixed: 'US-CA' } } });
  await eventually('what is not concerned', async () => `${await ran(page)}` === 'stats');
  assert.ok(await page.getByText('Opt-out request honored').isVisible());
  assert.deepEqual(lab.posts(), []);
  await eventually('the record', async () => (await record(visitor))?.sticky_since);
  await setGpc(false);
  await visitor.open(`${lab.url}page/2`);
  await eventually('a decision', async () => (await ran(page)).length === 1);
  assert.deepEqual(await ran(page), ['stats']);
});

test('Do Not Track is remembered if the policy makes it a signal, as on a server', async (t) => {
  for (const dnt of ['as_gpc', 'ignore']) {
    const changed = { ...policy, jurisdiction: { fixed: 'US-CA' }, signals: { dnt } };
    const lab = await openLab(t, { state: null, module: '/abide/', body: tags, files: { '/abide/policy.json': JSON.stringify(changed) } });
    const visitor = await newVisitor(t);
    await visitor.context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' }));
    await visitor.open(lab.url);
    await eventually('the decision', () => visitor.page.evaluate(() => window.abide.allows('analytics')));
    const { source, sticky_since } = (await record(visitor)) ?? {};
    assert.deepEqual([source, Boolean(sticky_since)], dnt === 'as_gpc' ? ['dnt', true] : [undefined, false]);
  }
});

test('under the signal the page does not ask for targeted ads, and the settings say why they are off', async (t) => {
  const { visitor, page } = await opened(t, { gpc: true });
  await noticeOf(page).waitFor();
  assert.match(await noticeOf(page).innerText(), /uses cookies for statistics\..*stay off in any case/s);
  await buttonOf(page, 'Cookie settings').click();
  const ads = page.getByLabel('Targeted ads');
  await ads.waitFor();
  assert.ok(await ads.isDisabled());
  assert.match(await page.locator('.abide-purpose').last().innerText(), /Off: your browser sends Global Privacy Control/);
  assert.equal(await page.getByText('Allow it on this site all the same').count(), 0, 'nobody who hears of the signal for the first time');
  await page.getByLabel('Statistics').check();
  await buttonOf(page, 'Save selection').click();
  await eventually('the tag', async () => `${await ran(page)}` === 'stats');
  assert.deepEqual((await record(visitor)).choices, { analytics: 'granted', functional: 'denied' });
});

test('a visitor who was told of the signal can override it for one purpose, and undo that', async (t) => {
  const { lab, page } = await opened(t, { gpc: true });
  await noticeOf(page).waitFor();
  await page.goto(`${lab.url}page/2`); // a visitor who is told of the signal for the first time is offered none
  await buttonOf(page, 'Cookies').click();
  await page.getByText('Allow it on this site all the same').click();
  assert.match(await noticeOf(page).innerText(), /Leaflet may do so for this purpose until you undo it here/);
  await page.addScriptTag({ content: axe.source });
  assert.deepEqual(await page.evaluate(async () => (await axe.run(document, { rules: { region: { enabled: false } } })).violations.map(({ id }) => id)), []);
  await page.getByLabel('Allow “Targeted ads” on this site despite the signal').check();
  await buttonOf(page, 'Save selection').click();
  await eventually('the ads', async () => `${await ran(page)}` === 'ads');
  await page.goto(`${lab.url}page/2`);
  await eventually('the ads again', async () => `${await ran(page)}` === 'ads');
  await buttonOf(page, 'Cookies').click();
  assert.match(await page.locator('.abide-purpose').last().innerText(), /On: your choice of \w+ \d+, \d+, although your browser’s signal says otherwise/);
  const begins = page.waitForEvent('load');
  await page.getByLabel('Targeted ads').uncheck();
  await buttonOf(page, 'Save selection').click();
  await begins;
  await page.waitForFunction(() => window.abide.state().chosen);
  assert.deepEqual(await ran(page), []);
});

test('a frame that the signal blocks leads to the exception, and is shown once it is made', async (t) => {
  const cookies = [{ name: 'film', host: 'films.localhost', category: 'functional', shared: true, vendor: 'Reels' }];
  const { lab, page } = await opened(t, { gpc: true, changes: { cookies },
    body: '<iframe title="A film" width="560" height="315" data-category="functional" data-shared="true" data-src="/page/film"></iframe>' });
  await noticeOf(page).waitFor();
  await page.goto(`${lab.url}page/2`);
  const box = page.getByRole('group', { name: 'A film' });
  assert.match(await box.innerText(), /Off: your browser sends Global Privacy Control/);
  await buttonOf(box, 'Cookie settings').click();
  await page.getByText('Allow it on this site all the same').click();
  await page.getByLabel('Allow “Preferences” on this site despite the signal').check();
  assert.equal(lab.of('/page/film').length, 0);
  await buttonOf(page, 'Save selection').click();
  await box.waitFor({ state: 'detached' });
  await eventually('the film', () => lab.of('/page/film').length > 0);
});

test('if the policy says never, nothing overrides the signal', async (t) => {
  const { page } = await opened(t, { gpc: true, changes: { signals: { gpc_exception: 'never' } } });
  await buttonOf(page, 'Reject all').click();
  await noticeOf(page).waitFor({ state: 'hidden' });
  await buttonOf(page, 'Cookies').click();
  await page.getByLabel('Targeted ads').waitFor();
  assert.equal(await page.locator('[name="exception"]').count(), 0);
});

test('reopened settings can be left without a choice, by a button or Escape; the first question cannot', async (t) => {
  const { lab, visitor, page } = await opened(t);
  await noticeOf(page).waitFor();
  await buttonOf(page, 'Cookies').click();
  await page.keyboard.press('Escape');
  assert.ok(await noticeOf(page).isVisible());
  assert.equal(await buttonOf(page, 'Back to the page').count(), 0);
  await buttonOf(page, 'Reject all').click();
  await noticeOf(page).waitFor({ state: 'hidden' });
  const before = await record(visitor);
  for (const leave of [() => page.keyboard.press('Escape'), () => buttonOf(page, 'Back to the page').click()]) {
    await buttonOf(page, 'Cookies').click();
    await page.getByLabel('Statistics').check();
    await leave();
    await noticeOf(page).waitFor({ state: 'hidden' });
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Cookies');
  }
  await buttonOf(page, 'Cookies').click();
  await noticeOf(page).waitFor();
  assert.ok(!await page.getByLabel('Statistics').isChecked(), 'what was left is not kept');
  assert.deepEqual(await record(visitor), before);
  assert.deepEqual(lab.posts(), []);
});

test('the notice comes first for keyboards and screen readers', async (t) => {
  const { page } = await opened(t, { body: '<a href="#x">A link of the page</a>' });
  await noticeOf(page).waitFor();
  await page.keyboard.press('Tab');
  assert.ok(await noticeOf(page).evaluate((notice) => notice.contains(document.activeElement)));
});

test('a page whose policy is missing still opens its settings, saves nothing and says so', async (t) => {
  const { page } = await opened(t, { files: {}, expectsFaults: true });
  await buttonOf(page, 'Cookies').click();
  await page.getByLabel('Targeted ads').waitFor();
  await noticeOf(page).getByRole('button', { name: 'Accept all' }).click();
  await page.getByRole('alert').waitFor();
  assert.deepEqual(await ran(page), []);
});

test('the notice and the box of a frame are dark if the page is, and light on a page that has no dark scheme', async (t) => {
  const frame = '<iframe title="A film" width="560" height="315" data-category="analytics" data-src="/page/film"></iframe>';
  const darkOf = async (colorScheme, head) => {
    const lab = await openLab(t, { state: null, module: '/abide/', head, body: frame, files: { '/abide/policy.json': JSON.stringify(policy) } });
    const { page, open, close } = await newVisitor(t, { colorScheme });
    await open(lab.url);
    await noticeOf(page).waitFor();
    const grounds = await Promise.all([noticeOf(page), page.getByRole('group')].map((part) => part.evaluate((one) => getComputedStyle(one).backgroundColor)));
    await close();
    return grounds.map((color) => color.match(/\d+/g).every((part) => part < 60));
  };
  const meta = (content) => `<meta name="color-scheme" content="${content}">`;
  assert.deepEqual(await darkOf('dark', ''), [false, false], 'nothing declared');
  assert.deepEqual(await darkOf('dark', meta('light')), [false, false], 'light declared');
  assert.deepEqual(await darkOf('dark', meta('light dark')), [true, true], 'both, and the visitor wants dark');
  assert.deepEqual(await darkOf('light', meta('light dark')), [false, false], 'both, and the visitor wants light');
  assert.deepEqual(await darkOf('light', meta('dark')), [true, true], 'dark alone');
});

test('on a low screen the buttons scroll with the settings, so that all of these can be read', async (t) => {
  const lab = await openLab(t, { state: null, module: '/abide/', body: tags, files: { '/abide/policy.json': JSON.stringify(policy) } });
  const { page, open } = await newVisitor(t, { viewport: { width: 667, height: 320 } });
  await open(lab.url);
  await buttonOf(page, 'Cookie settings').click();
  await page.getByRole('switch').first().waitFor();
  const boxes = await Promise.all(['Reject all', 'Accept all', 'Save selection'].map((name) => buttonOf(page, name).boundingBox()));
  const [top, lists] = await Promise.all([boxes[0].y, page.locator('.abide-purposes').boundingBox()]);
  assert.ok(top >= lists.y + lists.height, 'the buttons come after the list, not over it');
  assert.ok(Math.abs(boxes[0].width + boxes[1].width - boxes[2].width) < 20, `the three are one block: ${boxes.map(({ width }) => width)}`);
});

test('an invalid cookie counts as none', async (t) => {
  for (const value of ['x', '%', encodeURIComponent('{"choices":{"targeting":"yes"}}'), encodeURIComponent('[1]')]) {
    const { lab, visitor, page } = await opened(t);
    await visitor.context.addCookies([{ name: 'abide', value, url: lab.url }]);
    await visitor.open(lab.url);
    await noticeOf(page).waitFor();
    assert.deepEqual(await ran(page), []);
    await buttonOf(page, 'Accept all').click();
    const all = { analytics: 'granted', targeting: 'granted' };
    await eventually('the answer', async () => (await record(visitor).catch(() => null))?.time);
    assert.deepEqual({ ...await record(visitor), time: 0 }, { choices: all, time: 0, notice: 1, source: 'banner' });
  }
});

test('under a policy that forbids wasm the core in plain JavaScript decides, without violations', async (t) => {
  const { page } = await opened(t, { csp: "default-src 'self'; script-src 'self' 'nonce-abc'", head: '<script nonce="abc">document.documentElement.dataset.abideCore = "twin"</script>' });
  await buttonOf(page, 'Accept all').click();
  await eventually('both tags', async () => (await ran(page)).length === 2);
});

test('if cookies are blocked the choice is not reported as saved and nothing runs', async (t) => {
  const { page } = await opened(t, { head: '<script nonce="abc">Object.defineProperty(Document.prototype, "cookie", { get: () => "", set() {} })</script>' });
  await buttonOf(page, 'Accept all').click();
  await page.getByRole('alert').waitFor();
  assert.deepEqual(await ran(page), []);
});

test('a policy given by name or in the page works as well; a page may have its own notice', async (t) => {
  const { page } = await opened(t, { module: null, head: `<script type="module" nonce="abc">import { start } from '/abide/abide.mjs';
    window.api = start({ policy: '/my-policy.json', notice: 'none' });
    window.chosen = window.api.accept(); // before anything is loaded</script>`, files: { '/my-policy.json': JSON.stringify(policy) } });
  assert.deepEqual((await page.evaluate(() => window.chosen)).allowed, ['required', 'analytics', 'targeting'], 'what the policy declares');
  await eventually('both tags', async () => (await ran(page)).length === 2);
  assert.equal(await noticeOf(page).count(), 0);
});

test('links and settings work as before after a page puts in a <base> that leads to another host', async (t) => {
  const { lab, page } = await opened(t, { changes: { notice: { policy_url: '/privacy' } } });
  await noticeOf(page).waitFor();
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.evaluate(() => { document.head.append(Object.assign(document.createElement('base'), { href: 'https://cdn.example/app/' })); });
  assert.equal(await noticeOf(page).locator('a[href*="privacy"]').evaluate(({ href }) => href), new URL('/privacy', lab.url).href);
  await buttonOf(page, 'Cookies').click();
  await page.getByRole('switch').first().waitFor();
  assert.deepEqual(asked.filter((url) => !url.startsWith(lab.url)), []);
});

test('the sample site works unchanged, in a browser with German as its language', async (t) => {
  const sample = (name) => readFileSync(join(root, 'samples/static', name), 'utf8');
  const { page } = await opened(t, { files: { '/': sample('index.html').replace('lang="en"', 'lang="de"').replace(/<meta http-equiv[^>]+>/, ''),
    '/count.js': sample('count.js'), '/style.css': sample('style.css'), '/abide/policy.json': sample('policy.json') } });
  await noticeOf(page).waitFor();
  assert.equal(await page.getByRole('group', { name: 'How a leaf falls' }).count(), 1);
  await buttonOf(page, 'Alle ablehnen').click();
  await noticeOf(page).waitFor({ state: 'hidden' });
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  await buttonOf(page, 'Cookie settings').click();
  await page.getByLabel('Statistik').check();
  await buttonOf(page, 'Auswahl speichern').click();
  await eventually('the count', () => page.evaluate(() => document.documentElement.dataset.counted === '1'));
});

test('on HTTPS the choice is in a __Host- cookie, Secure and Lax, which outlives the grant, as on a server', async (t) => {
  const lab = await openLab(t, { state: null, module: '/abide/', body: tags,
    files: { '/abide/policy.json': JSON.stringify({ ...policy, consent: { lifetime_days: 90 } }) } });
  const front = await openFront(t, lab, { tls: true });
  const visitor = await newVisitor(t, { ignoreHTTPSErrors: true });
  await visitor.open(front.urlOf('localhost'));
  const before = Date.now() / 1000;
  await buttonOf(visitor.page, 'Accept all').click();
  await eventually('both tags', async () => (await ran(visitor.page)).length === 2);
  const [cookie] = await visitor.context.cookies();
  const chosen = cookie.expires - 395 * 86400;
  assert.deepEqual([cookie.name, cookie.secure, cookie.sameSite, cookie.path, cookie.httpOnly], ['__Host-abide', true, 'Lax', '/', false]);
  assert.ok(before - 1 <= chosen && chosen <= Date.now() / 1000 + 1, 'it lives 395 days from the choice on');
});

test('Firefox: the page asks, stores the answer and runs only the allowed tag', async (t) => {
  const lab = await openLab(t, { state: null, module: '/abide/', body: tags, files: { '/abide/policy.json': JSON.stringify(policy) } });
  const { page, open, cookies } = await newFirefox(t);
  await open(lab.url);
  await page.waitForSelector('[data-abide-notice] button[aria-expanded]', { visible: true });
  await page.click('[data-abide-notice] button[aria-expanded]');
  await page.waitForSelector('.abide-switch', { visible: true });
  await page.click('.abide-switch[value="analytics"]');
  await page.click('.abide-save');
  await page.waitForFunction(() => window.ran?.length === 1);
  assert.deepEqual(await cookies(), ['abide']);
  await open(`${lab.url}page/2`);
  await page.waitForFunction(() => window.ran?.length === 1);
  assert.deepEqual(await page.evaluate(() => window.ran), ['stats']);
});
