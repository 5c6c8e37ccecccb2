// Single services: a waiting frame is shown once, or always with all frames of its service, and what the service's own
// server receives.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test from 'node:test';
import { openAround } from './around.mjs';
import { newVisitor, noticeOf, quiet } from './chromium.mjs';
import { eventually } from './evidence.mjs';

const POLICY = { site: { name: 'Lamps' }, cookies: [
  { name: 'reel', host: 'films.firwick.example', category: 'targeting', vendor: 'Firwick Films', shared: true },
  { name: 'map', host: 'maps.firwick.example', category: 'targeting', vendor: 'Firwick Maps', shared: true }] };

/** The services' server: it records which of its pages were requested. */
async function openVendors(t) {
  const asked = [];
  const server = createServer((request, answer) => {
    if (request.url !== '/favicon.ico') asked.push(request.url);
    answer.setHeader('Content-Type', 'text/html');
    answer.end('<!doctype html><title>Film</title><p>A film');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.close(); server.closeAllConnections(); });
  return { asked, at: (host) => `http://${host}.firwick.example:${server.address().port}` };
}

async function opened(t, { gpc = false, location = 'DE', attributes = '', hosts, core = '' } = {}) {
  const vendors = await openVendors(t);
  const frame = (name, host) => `<iframe data-category="targeting" data-src="${vendors.at(host)}/${name}" title="${name}" width="560" height="360" ${attributes}></iframe>`;
  const body = `<p style="height: 300px">Read on</p>${frame('first', 'films')}${frame('second', 'films')}${frame('map', 'maps')}`;
  const site = await openAround(t, () => ['text/html; charset=utf-8', `<!doctype html><html lang="en" data-abide-core="${core}"><head><title>Lamps</title></head><body><main>${body}</main></body></html>`],
    { policy: { ...POLICY, cookies: POLICY.cookies.map((one, at) => ({ ...one, host: hosts?.[at] ?? one.host })), jurisdiction: { from: 'fixed', fixed: location } } });
  const visitor = await newVisitor(t, { gpc });
  await visitor.open(site.url);
  return { vendors, site, visitor, page: visitor.page };
}

const boxOf = (page, name) => page.getByRole('group', { name, exact: true });
const press = (page, name, button) => boxOf(page, name).getByRole('button', { name: button }).click();
const shows = (page, name) => page.frameLocator(`iframe[title="${name}"]`).getByText('A film').waitFor();

test('a frame that is shown once stores nothing and sends nothing, and waits again on the next page', async (t) => {
  const { vendors, site, visitor, page } = await opened(t);
  await boxOf(page, 'first').waitFor();
  assert.deepEqual(vendors.asked, [], 'before');
  await press(page, 'first', 'Show once');
  await shows(page, 'first');
  await quiet(page);
  assert.deepEqual(vendors.asked, ['/first'], 'this one alone');
  assert.equal(site.choices().length, 0);
  assert.deepEqual((await visitor.cookies()).filter((name) => /abide/.test(name)), []);
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  await visitor.open(site.url);
  await boxOf(page, 'first').waitFor();
  assert.deepEqual(vendors.asked, ['/first'], 'after');
});

test('"always show" shows all frames of the service, here, in other tabs and on the next page, until the category is refused', async (t) => {
  const { vendors, site, visitor, page } = await opened(t);
  const other = await visitor.context.newPage();
  await other.goto(site.url);
  await boxOf(other, 'second').waitFor();
  await page.bringToFront();
  await page.evaluate(() => { window.samePage = true; });
  await boxOf(page, 'first').scrollIntoViewIfNeeded();
  const scrolled = await page.evaluate(() => scrollY);
  await press(page, 'first', 'Always show Firwick Films');
  for (const tab of [page, other]) for (const name of ['first', 'second']) await shows(tab, name);
  assert.deepEqual(vendors.asked.toSorted(), ['/first', '/first', '/second', '/second'], 'and nothing of another service');
  assert.equal(await page.evaluate(() => window.samePage), true);
  assert.equal(await page.evaluate(() => scrollY), scrolled);
  assert.ok(await noticeOf(page).isVisible(), 'the notice was not answered');
  assert.ok(await boxOf(page, 'map').isVisible());
  const { body } = site.choices()[0];
  assert.match(body, /choice=allow-service&service=Firwick\+Films.*&grant=targeting/);

  await visitor.open(site.url);
  for (const name of ['first', 'second']) await shows(page, name);
  await boxOf(page, 'map').waitFor();

  await noticeOf(page).getByRole('button', { name: 'Reject all' }).click();
  await boxOf(page, 'first').waitFor();
  await eventually('the other tab to take its frames back', async () => await other.locator('iframe[src]').count() === 0);
  const before = vendors.asked.length;
  await visitor.open(site.url);
  await boxOf(page, 'first').waitFor();
  await quiet(page);
  assert.equal(vendors.asked.length, before, 'after the refusal the service hears nothing');

  await press(page, 'second', 'Always show Firwick Films');
  await shows(page, 'first');
  assert.ok(await noticeOf(page).isHidden(), 'nobody is asked again');
});

test('under the signal a frame can be shown once, and says why not always', async (t) => {
  const { vendors, page } = await opened(t, { gpc: true });
  await boxOf(page, 'first').waitFor();
  assert.match(await boxOf(page, 'first').innerText(), /Global Privacy Control/);
  assert.deepEqual(await boxOf(page, 'first').getByRole('button').allInnerTexts(), ['Show once', 'Cookie settings']);
  await press(page, 'first', 'Show once');
  await shows(page, 'first');
  assert.deepEqual(vendors.asked, ['/first']);
});

test('if the choice cannot be saved the frame keeps waiting and says so', async (t) => {
  const { vendors, page } = await opened(t);
  await boxOf(page, 'first').getByRole('button', { name: /Always/ }).waitFor();
  await page.route('**/consent', (route) => route.abort());
  await press(page, 'first', /Always/);
  await boxOf(page, 'first').getByText('Your choice could not be saved.').waitFor();
  assert.deepEqual(vendors.asked, []);
});

test('the policy may write a service\'s host in any letter case, as the server reads it, also where the core is not there', async (t) => {
  const { page } = await opened(t, { core: 'none', hosts: ['.Films.FIRWICK.example', 'Maps.Firwick.Example'] });
  for (const [name, service] of [['first', 'Firwick Films'], ['map', 'Firwick Maps']])
    await boxOf(page, name).getByRole('button', { name: service }).waitFor();
});
