// The module's API in the page: what it returns, when it resolves, what it tells other tabs.
import assert from 'node:assert/strict';
import test from 'node:test';
import { newVisitor, quiet, setGpc } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { everything, files, openLab, strict, tag } from './lab.mjs';

/** Runs in the page with the module as `abide`. */
const inPage = (page, work, argument) => page.evaluate(async ([file, text, given]) => {
  const abide = await import(file);
  return (0, eval)(`(${text})`)(abide, given);
}, [`${files}abide.mjs`, `${work}`, argument]);

const ran = (page) => page.evaluate(() => window.ran ?? []);

test('the first decision is in force while the page is still parsed, without a request', async (t) => {
  const lab = await openLab(t, { state: { ...strict, allowed: ['required', 'analytics'] },
    body: '<script nonce="abc">window.early = ["analytics", "functional"].map((name) => abide.allows(name))</script>' });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  assert.deepEqual(await visitor.page.evaluate(() => window.early), [true, false]);
});

test('accept, reject, save and withdraw send one POST each and resolve with the decision in force', async (t) => {
  const lab = await openLab(t, { body: tag('stats', 'analytics') });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  const { allowed } = await inPage(visitor.page, (abide) => abide.accept());
  assert.deepEqual(allowed, everything.allowed);
  await eventually('the tag', async () => (await ran(visitor.page)).length === 1);
  const after = await inPage(visitor.page, (abide) => abide.save({ analytics: true, functional: true }));
  assert.deepEqual(after.allowed, ['required', 'analytics', 'functional']);
  const [first, second] = lab.posts().map(({ form }) => form);
  assert.equal(first.get('choice'), 'accept-all');
  assert.equal(first.get('return'), '/');
  assert.deepEqual(second.getAll('grant'), ['analytics', 'functional']);
  assert.equal(lab.posts().length, 2);
});

test('accepting one category keeps what was granted and refuses nothing else', async (t) => {
  const lab = await openLab(t, { state: { ...strict, allowed: ['required', 'analytics'] } });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  await inPage(visitor.page, (abide) => abide.accept(['functional']));
  const [{ form }] = lab.posts();
  assert.equal(form.get('choice'), 'add');
  assert.deepEqual(form.getAll('grant'), ['functional']);
});

test('a choice that was not saved is never reported as saved: the promise rejects and nothing new runs', async (t) => {
  const lab = await openLab(t, { body: tag('stats', 'analytics'), saves: false });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  const outcome = await inPage(visitor.page, (abide) => abide.accept().then(() => 'saved', ({ message }) => message));
  assert.equal(outcome, 'abide: not saved');
  assert.deepEqual(await ran(visitor.page), []);
});

test('the module gives up on a server after 20 seconds, and the next choice counts', async (t) => {
  const requests = [];
  const lab = await openLab(t, { files: { '/consent': (_, answer) => {
    requests.push(answer);
    if (requests.length > 1) answer.end(JSON.stringify({ ...strict, notice: 'none', chosen: true }));
  } } });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  const outcome = await inPage(visitor.page, async (abide) => {
    const patience = [], timeout = AbortSignal.timeout;
    AbortSignal.timeout = (ms) => { patience.push(ms); return timeout.call(AbortSignal, 50); };
    const said = await abide.accept().then(() => 'saved', ({ name }) => name);
    AbortSignal.timeout = timeout;
    return { said, patience: [...new Set(patience)], allowed: abide.state().allowed, chosen: (await abide.reject()).chosen };
  });
  assert.deepEqual(outcome, { said: 'TimeoutError', patience: [20_000], allowed: ['required'], chosen: true });
});

test('a refusal that is not recorded holds in the page, and is not reported as saved', async (t) => {
  const answers = { offline: null, fault: (_, answer) => answer.writeHead(500).end('no'), page: (_, answer) => answer.end('<h1>Log in</h1>'), other: (_, answer) => answer.end('{"v":2}') };
  for (const [name, answer] of Object.entries(answers))
    for (const choice of ['reject', 'withdraw', 'save']) {
      const lab = await openLab(t, { state: everything, body: tag('stats', 'analytics'), files: answer ? { '/consent': answer } : {} });
      const visitor = await newVisitor(t);
      await visitor.open(lab.url);
      if (!answer) await visitor.context.setOffline(true);
      const outcome = await inPage(visitor.page, (abide, what) => abide[what]({}).then(() => 'saved', () => 'not saved'), choice);
      assert.equal(outcome, 'not saved', `${name} ${choice}`);
      assert.deepEqual(await visitor.page.evaluate(() => ['analytics', 'functional', 'targeting'].filter((category) => abide.allows(category))), [], `${name} ${choice}`);
      if (!answer) await visitor.context.setOffline(false);
      await visitor.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange'))); // the server does not know of the refusal
      await quiet(visitor.page);
      assert.equal(await visitor.page.evaluate(() => abide.allows('analytics')), false, `${name} ${choice}, asked again`);
      assert.deepEqual(await ran(visitor.page), ['stats'], 'it was not loaded again, by which the refusal would be forgotten');
    }
});

test('a refusal takes effect at once, even if the server is slow', async (t) => {
  const lab = await openLab(t, { state: everything, body: tag('stats', 'analytics') });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  lab.delay = 1500;
  const loaded = visitor.page.waitForEvent('load');
  await inPage(visitor.page, (abide) => { abide.reject(); });
  await eventually('the refusal to be sent', () => lab.posts().length === 1);
  assert.equal(await inPage(visitor.page, (abide) => abide.allows('analytics')), false);
  await loaded; // the page is reloaded once the choice is recorded, because a script ran
  assert.equal(lab.posts().length, 1);
  assert.deepEqual(await ran(visitor.page), []);
});

const notice = `<section data-abide-notice><form method="post" action="/consent" data-abide-form>
  <button name="choice" value="reject-all">No</button><button name="choice" value="accept-all">Yes</button></form></section>`;
const choicesOf = (lab) => lab.posts().map(({ form }) => form.get('choice') ?? 'signal');

test('a refusal pressed while the acceptance is still being sent counts, and nothing runs in between', async (t) => {
  const lab = await openLab(t, { body: notice + tag('stats', 'analytics') });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(lab.url);
  lab.delay = 700;
  await page.getByRole('button', { name: 'Yes' }).click();
  await page.evaluate(() => document.querySelector('[value=reject-all]').click()); // the notice is closed; this is a button of the page
  await eventually('both answers', async () => lab.posts().length === 2 && page.evaluate(() => abide.state().chosen));
  assert.deepEqual(choicesOf(lab), ['accept-all', 'reject-all']);
  await quiet(page);
  assert.deepEqual(await ran(page), []);
  assert.deepEqual(await page.evaluate(() => abide.state().allowed), ['required']);
});

test('a signal that the page reports does not answer the notice, and delays no press on it', async (t) => {
  const lab = await openLab(t, { body: notice });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(lab.url);
  await page.getByRole('button', { name: 'No' }).focus();
  await setGpc(true);
  await page.evaluate(() => abide.apply());
  await eventually('the signal to be answered', () => page.evaluate(() => abide.state().status));
  assert.ok(await page.getByRole('button', { name: 'No' }).isVisible());
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'No');

  const slow = await newVisitor(t);
  await slow.open(lab.url);
  lab.delay = 700;
  await setGpc(true);
  await slow.page.evaluate(() => abide.apply());
  await slow.page.getByRole('button', { name: 'No' }).click();
  await eventually('the refusal', () => choicesOf(lab).includes('reject-all'));
  await slow.page.getByRole('button', { name: 'No' }).waitFor({ state: 'hidden' });
});

test('two categories that are accepted at the same time are both kept', async (t) => {
  const lab = await openLab(t);
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  const allowed = await inPage(visitor.page, async ({ accept, state }) => {
    await Promise.all([accept('analytics'), accept('functional')]);
    return state().allowed;
  });
  assert.deepEqual(allowed, ['required', 'analytics', 'functional']);
});

test('an acceptance after an unrecorded refusal lets elements run again', async (t) => {
  const lab = await openLab(t, { state: everything, body: tag('stats', 'analytics'), saves: false });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  await inPage(visitor.page, (abide) => abide.reject().catch(() => {}));
  lab.saves = true;
  await inPage(visitor.page, (abide) => abide.accept());
  await visitor.page.evaluate(() => {
    const late = Object.assign(document.createElement('script'), { type: 'text/plain', nonce: 'abc', text: 'window.ran.push("late")' });
    late.dataset.category = 'targeting';
    document.body.append(late);
  });
  await eventually('the tag', async () => (await ran(visitor.page)).includes('late'));
});

test('a withdrawal reloads the page once, not twice', async (t) => {
  for (const delay of [0, 300]) {
    const lab = await openLab(t, { state: everything, body: tag('stats', 'analytics') });
    const visitor = await newVisitor(t);
    await visitor.open(lab.url);
    lab.delay = delay;
    await inPage(visitor.page, (abide) => { abide.withdraw(); });
    await visitor.page.waitForEvent('load');
    await quiet(visitor.page);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal(lab.of('/').length, 2, `${delay} ms late`);
  }
});

const stored = (page) => page.evaluate(() => [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter(Boolean));
const policy = { cookies: [{ name: '_ad', category: 'targeting' }, { name: 'cart', category: 'required' }] };

test('the next page clears what was refused elsewhere or by the signal, in both storages too', async (t) => {
  for (const state of [{ ...strict, notice: 'none', chosen: true }, { ...everything, gpc: true, allowedShared: ['required'], chosen: false }]) {
    const lab = await openLab(t, { state, policy });
    const visitor = await newVisitor(t);
    await visitor.context.addInitScript(() => {
      for (const name of ['_ad', 'cart']) {
        document.cookie = `${name}=1; Path=/`;
        localStorage[name] = sessionStorage[name] = 1;
      }
    });
    await visitor.open(lab.url);
    await eventually('only what is required', async () => `${await stored(visitor.page)}` === 'cart=1,cart,cart');
  }
});

test('a page that comes back from the cache clears nothing that is allowed before the server has answered', async (t) => {
  let send;
  const lab = await openLab(t, { state: { ...strict, allowed: ['required', 'analytics'], notice: 'none', chosen: true },
    files: { [`${files}policy.json`]: (request, answer) => {
      send = () => answer.setHeader('Content-Type', 'application/json').end(JSON.stringify({ cookies: [
        { name: '_count', category: 'analytics', shared: false }, { name: '_ad', category: 'targeting' }] }));
    } } });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await page.addInitScript(() => { document.cookie = '_count=1; Path=/'; document.cookie = '_ad=1; Path=/'; });
  await page.goto(lab.url);
  await eventually('the policy to be asked for', () => send);
  lab.delay = 1500; // the server's word for the page takes a while
  await page.evaluate(() => {
    for (const name of ['pagehide', 'pageshow']) window.dispatchEvent(new PageTransitionEvent(name, { persisted: true }));
  });
  assert.equal(await page.evaluate(() => abide.allows('analytics')), false);
  send();
  await eventually('what is refused to be cleared', async () => !/_ad/.test(await stored(page)));
  assert.deepEqual(await stored(page), ['_count=1']);
});

test('a withdrawal in one tab clears the session of the other, which keeps its language', async (t) => {
  const lab = await openLab(t, { state: { ...everything, lang: 'de' }, policy });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(lab.url);
  await page.evaluate(() => sessionStorage.setItem('_ad', '1'));
  lab.state = { ...everything, lang: 'en' };
  const other = await visitor.context.newPage();
  await other.goto(lab.url);
  await inPage(other, (abide) => abide.withdraw());
  await eventually('the session', async () => (await page.evaluate(() => sessionStorage.length)) === 0);
  assert.equal(await page.evaluate(() => abide.state().lang), 'de');
});

test('accept as a listener, or with an unknown name, rejects instead of saving nothing', async (t) => {
  const lab = await openLab(t);
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  const said = await inPage(visitor.page, ({ accept }) =>
    Promise.all([new Event('click'), [], ['lamps'], null].map((wrong) => accept(wrong).catch(({ name }) => name))));
  assert.deepEqual(said, ['TypeError', 'TypeError', 'TypeError', 'TypeError']);
  assert.deepEqual(lab.posts(), []);
});

test('a second copy of the module works through the one that started', async (t) => {
  const lab = await openLab(t, { state: null, module: '/abide/', files: { '/abide/policy.json': JSON.stringify(policy) } });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  const allowed = await visitor.page.evaluate(async () => (await (await import('/abide/abide.mjs?copy')).accept()).allowed.length);
  assert.equal(allowed, 2, 'the site declares one purpose');
  assert.deepEqual(lab.posts(), [], 'a static site asks no server');
});

test('a response that is not JSON is reported as not saved', async (t) => {
  const lab = await openLab(t, { files: { '/consent': '<h1>502</h1>' } });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  assert.equal(await inPage(visitor.page, (abide) => abide.accept().catch(({ message }) => message)), 'abide: not saved');
});

test('late listeners get the earlier decision and signal', async (t) => {
  const lab = await openLab(t, { state: { ...everything, gpc: true } });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  const heard = await inPage(visitor.page, ({ on }) => {
    const heard = [];
    for (const name of ['consent', 'change', 'signal']) on(name, () => heard.push(name));
    return heard;
  });
  assert.deepEqual(heard, ['consent', 'signal']);
});

test('a choice in one tab applies in the other', async (t) => {
  const lab = await openLab(t, { body: tag('stats', 'analytics') });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  const other = await visitor.context.newPage();
  await other.goto(lab.url);
  await quiet(other);
  await inPage(other, (abide) => abide.accept());
  await eventually('the tag in the first tab', async () => (await ran(visitor.page)).length === 1);
  await visitor.page.evaluate(() => { window.samePage = true; });
  await inPage(other, (abide) => { abide.reject().catch(() => {}); });
  await eventually('the first tab to begin again', () => visitor.page.evaluate(() => !window.samePage).catch(() => false));
  await quiet(visitor.page);
  assert.deepEqual(await ran(visitor.page), []);
});

test('a page that comes back from the browser\'s cache asks for the present decision', async (t) => {
  const lab = await openLab(t, { state: everything });
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  lab.state = { ...strict, notice: 'none' };
  const allowed = await visitor.page.evaluate(() => {
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })); // headless browsers under test have no such cache
    return new Promise((resolve) => { abide.on('change', ({ allowed }) => resolve(allowed)); });
  });
  assert.deepEqual(allowed, ['required']);
});

test('buttons choose, several presses at once send one choice, and elements for visitors who chose appear', async (t) => {
  const lab = await openLab(t, { body: `<form id="all" method="post" action="/consent" data-abide-form></form>
    <button form="all" name="choice" value="accept-all">Yes</button><button data-abide="reject-all">No</button>
    <button data-abide-when="chosen" data-abide="withdraw" hidden>Withdraw</button>
    <p data-abide-status hidden><b data-abide-status-title></b><span data-abide-status-text></span></p>` });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(lab.url);
  lab.delay = 200;
  await page.evaluate(() => { for (let i = 0; i < 3; ++i) document.querySelector('[data-abide="reject-all"]').click(); });
  await page.locator('[data-abide="withdraw"]').waitFor();
  assert.deepEqual(lab.posts().map(({ form }) => form.get('choice')), ['reject-all']);
  await page.evaluate(() => { for (let i = 0; i < 3; ++i) document.querySelector('[form=all]').click(); });
  await eventually('the answer', () => page.evaluate(() => abide.allows('targeting')));
  assert.deepEqual(lab.posts().map(({ form }) => form.get('choice')), ['reject-all', 'accept-all']);
  assert.ok(await page.locator('[data-abide-status]').isHidden());
  await page.evaluate(() => abide.apply({ ...abide.state(), status: { title: 'A<b>', text: 'told' } }));
  assert.equal(await page.locator('[data-abide-status-title]').innerText(), 'A<b>');
});

test('the return path follows the address that a script changed', async (t) => {
  const lab = await openLab(t, { body: `<form method="post" action="/consent" data-abide-form><input type="hidden" name="from" value="banner">
    <input type="hidden" name="return" value="/"><button name="choice" value="reject-all">No</button></form>
    <a href="/consent?return=%2F&amp;lang=en">Settings</a>`, files: { '/consent': (request, answer) => answer.end('preferences') } });
  const visitor = await newVisitor(t);
  const { page } = visitor;
  await visitor.open(lab.url);
  await page.evaluate(() => history.pushState(null, '', '/page/2?x=1'));
  await page.getByRole('link').click();
  await page.waitForURL('**/consent?*');
  assert.equal(new URL(page.url()).searchParams.get('return'), '/page/2?x=1');
});

test('listeners of known are called on a page that document.open() restarted, and not after they were removed', async (t) => {
  const lab = await openLab(t, {});
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  const told = await inPage(visitor.page, async (abide) => {
    const calls = [];
    abide.on('known', () => calls.push('stays'));
    const end = abide.on('known', () => calls.push('removed'));
    document.open();
    document.write('<!doctype html><title>New</title><p>New');
    document.close();
    await new Promise((done) => setTimeout(done, 200));
    end();
    document.body.append(document.createElement('p'));
    await new Promise((done) => setTimeout(done, 200));
    await abide.accept();
    return calls;
  });
  assert.ok(told.includes('stays'), `${told}`);
  assert.ok(!told.includes('removed'), `${told}`);
});

test('a listener that was taken back is not kept', async (t) => { // pages of one document live for hours
  const lab = await openLab(t, { state: everything });
  const { page, context } = await newVisitor(t);
  await page.goto(lab.url);
  await inPage(page, (abide) => {
    const hear = () => {};
    abide.on('known', hear)();
    window.dropped = new WeakRef(hear);
  });
  await page.waitForTimeout(100);
  const session = await context.newCDPSession(page);
  await eventually('nothing', async () => {
    await session.send('HeapProfiler.collectGarbage');
    return page.evaluate(() => !window.dropped.deref());
  });
});
