// Elements that wait for a decision, under Abide's names and under those of other tools.
import assert from 'node:assert/strict';
import test from 'node:test';
import AxeBuilder from 'axe-core';
import { newVisitor, quiet } from './chromium.mjs';
import { eventually } from './evidence.mjs';
import { everything, files, openLab, strict, tag } from './lab.mjs';

const ran = (page) => page.evaluate(() => window.ran ?? []);
const allowing = (...names) => ({ ...strict, allowed: ['required', ...names], allowedShared: ['required', ...names] });
const apply = (page, state) => page.evaluate((given) => abide.apply(given), state);
const ranExactly = (page, names) => eventually(`${names} to run`, async () => `${(await ran(page)).toSorted()}` === `${names.toSorted()}`);

async function opened(t, options) {
  const lab = await openLab(t, options);
  const visitor = await newVisitor(t);
  await visitor.open(lab.url);
  return { lab, visitor, page: visitor.page };
}

test('if there are several categories, all must be allowed; an unknown category never is', async (t) => {
  const { page } = await opened(t, { state: allowing('analytics', 'functional'), body: tag('both', 'analytics functional') +
    tag('comma', 'analytics,functional') + tag('one of two', 'analytics targeting') + tag('unknown', 'analytics lamps') + tag('none', '') });
  await ranExactly(page, ['both', 'comma']);
});

test('an element marked with ! runs while its category is not allowed, also when that changes, before the page is reloaded', async (t) => {
  const { page } = await opened(t, { state: allowing('analytics'), body: tag('count', 'analytics') + tag('undo', '!analytics') + tag('plain', '!functional') +
    tag('odd', '!lamps') });
  await ranExactly(page, ['count', 'plain']);
  const undone = page.waitForFunction(() => window.ran?.includes('undo'), null, { polling: 5 });
  const begins = page.waitForEvent('load');
  await page.evaluate(() => new MutationObserver(() => sessionStorage.setItem('ran', window.ran)).observe(document, { childList: true, subtree: true }));
  await apply(page, strict);
  await begins;
  await undone.catch(() => {});
  assert.match(await page.evaluate(() => sessionStorage.getItem('ran')), /undo/);
});

test('an exempt service passes although its category is not allowed', async (t) => {
  const { page } = await opened(t, { state: { ...strict, allowedExempt: ['Tally House'] }, body: tag('exempt', 'analytics', 'data-service="Tally House"') +
    tag('other', 'analytics', 'data-service="Other"') + tag('nameless', 'analytics') });
  await ranExactly(page, ['exempt']);
});

test('tags of other tools run when all their categories are allowed, and not before', async (t) => {
  const text = (name, rest) => `<script type="text/plain" nonce="abc" ${rest}>(window.ran ??= []).push("${name}")</script>`;
  const { page } = await opened(t, { body: text('vanilla 2', 'data-cookiecategory="analytics"') + text('vanilla 3', 'data-category="marketing"') +
    text('Cookiebot', 'data-cookieconsent="statistics, preferences"') + text('OneTrust', 'class="optanon-category-C0002-C0004"') +
    text('OneTrust 2', 'class="x optanon-category-C0003"') + text('undo', 'data-category="!statistics"') + text('unknown', 'data-cookieconsent="lamps"') +
    '<iframe data-cookieconsent="marketing" data-cookieblock-src="/page/frame" title="Film"></iframe>' });
  await ranExactly(page, ['undo']);
  await apply(page, allowing('analytics'));
  await ranExactly(page, ['undo', 'vanilla 2']);
  await apply(page, everything);
  await ranExactly(page, ['undo', 'vanilla 2', 'vanilla 3', 'Cookiebot', 'OneTrust', 'OneTrust 2']);
  await eventually('the frame', () => page.evaluate(() => document.querySelector('iframe').src.endsWith('/page/frame')));
  await page.evaluate(() => {
    const late = Object.assign(document.createElement('script'), { type: 'text/plain', text: '(window.ran ??= []).push("late")', nonce: 'abc' });
    late.dataset.cookieconsent = 'marketing';
    document.body.append(late);
  });
  await eventually('the late one', async () => (await ran(page)).includes('late'));
});

test('usual words for a category stand for Abide\'s, on an element that otherwise uses Abide\'s attributes', async (t) => {
  const { page } = await opened(t, { state: everything, body: tag('ads', 'marketing') + '<img data-category="ads" alt="A page about ads" src="data:,">' });
  await ranExactly(page, ['ads']);
  assert.equal(await page.locator('img').getAttribute('data-category'), 'ads', 'what waits for nothing is left alone');
});

test('buttons of vanilla-cookieconsent choose', async (t) => {
  const { lab, page } = await opened(t, { body: '<button data-cc="accept-all">Yes</button><button data-cc="accept-necessary">No</button>' });
  await page.locator('button[data-abide]').first().waitFor();
  await page.getByText('No', { exact: true }).click();
  await eventually('the choice', () => lab.posts().length === 1);
  assert.equal(lab.posts()[0].form.get('choice'), 'reject-all');
});

const film = '<p>Before</p><iframe data-category="functional" data-service="Reels" data-src="/page/film" title="How a shade is spun" width="560" height="315"></iframe><p id="after">After</p>';

test('a waiting frame says so in its own place, moves nothing, and loads after one press', async (t) => {
  const { lab, page, visitor } = await opened(t, { body: film });
  const place = () => page.evaluate(() => document.getElementById('after').offsetTop);
  const before = await place();
  const box = page.getByRole('group', { name: 'How a shade is spun' });
  await box.waitFor();
  assert.equal(await place(), before);
  const [is, frame] = [await box.boundingBox(), await page.locator('iframe').boundingBox()];
  assert.deepEqual(is, frame);
  assert.match(await box.innerText(), /Reels/);
  assert.match(await box.innerText(), /only if you allow this purpose: Preferences/);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Show once', 'the frame below is not reached');
  assert.equal(lab.of('/page/film').length, 0);
  await page.evaluate(() => document.body.prepend(Object.assign(document.createElement('div'), { style: 'height: 90px' })));
  await eventually('the box to follow its frame', async () => (await box.boundingBox()).y === (await page.locator('iframe').boundingBox()).y);

  await box.getByRole('button', { name: 'Allow and show' }).focus();
  await page.keyboard.press('Enter');
  await box.waitFor({ state: 'detached' });
  await eventually('the film', () => lab.of('/page/film').length > 0); // a browser may repeat a request whose connection was closed
  assert.deepEqual(lab.posts()[0].form.getAll('grant'), ['functional']);
  assert.equal(await page.evaluate(() => document.activeElement.localName), 'iframe');
  await visitor.page.evaluate(() => { window.samePage = true; });
  await apply(page, { ...strict, notice: 'none' });
  await box.waitFor();
  assert.equal(await page.evaluate(() => window.samePage && !document.querySelector('iframe').src), true, 'taken back without a new page');
  await page.waitForTimeout(1200);
  assert.equal(lab.of('/consent').filter(({ method }) => method !== 'POST').length, 0, 'the settings do not open by themselves');
});

test('axe-core finds no violation in the box of a frame, with a poster and in a small frame', async (t) => {
  const { page } = await opened(t, { body: film.replace('<iframe', '<iframe data-poster="/poster.svg"') + film.replace('560', '280').replace('315', '150').replace('spun', 'bent').replace('id="after"', ''),
    files: { '/poster.svg': '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 5"><path fill="#345" d="M0 0h8v5H0z"/></svg>' } });
  await page.getByRole('group').nth(1).waitFor();
  await page.addScriptTag({ content: AxeBuilder.source });
  const faults = await page.evaluate(async () => (await axe.run(document, { rules: { region: { enabled: false } } })).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
  assert.deepEqual(faults, []);
});

const filmOf = (attributes) => `<iframe title="A film" width="560" height="315" ${attributes}></iframe>`;
const boxOf = (page) => page.getByRole('group');

test('a frame that has its address already does not wait, and one that gets it is uncovered and can be used', async (t) => {
  const { page } = await opened(t, { body: filmOf('data-category="functional" data-src="/film.html" src="/film.html"') +
    filmOf('id="late" data-category="functional" data-src="/film.html"'), files: { '/film.html': '<p>A film' } });
  await boxOf(page).waitFor();
  assert.equal(await boxOf(page).count(), 1);
  assert.deepEqual(await page.locator('iframe').evaluateAll((all) => all.map(({ inert }) => inert)), [false, true]);
  await page.locator('#late').evaluate((frame) => { frame.src = frame.dataset.src; });
  await boxOf(page).waitFor({ state: 'detached' });
  assert.equal(await page.locator('#late').evaluate(({ inert }) => inert), false);
});

test('a lazy image\'s placeholder, or an empty page in a frame, is replaced by what waited', async (t) => {
  const empty = ['about:blank', 'data:text/html,', 'javascript:false']; // as lazy loaders write it
  const { lab, page } = await opened(t, { body: '<img data-category="analytics" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" data-src="/page/pixel">' +
    empty.map((address) => filmOf(`data-category="functional" src="${address}" data-src="/page/film"`)).join('') });
  await eventually('a box for each', async () => (await boxOf(page).count()) === 3);
  await apply(page, everything);
  await eventually('all', () => lab.of('/page/pixel').length > 0 && lab.of('/page/film').length === 3);
  await eventually('no box', async () => (await boxOf(page).count()) === 0);
});

test('a frame that waits for a refusal has no box: the visitor is not asked about it', async (t) => {
  const { page } = await opened(t, { state: allowing('analytics'), body: filmOf('data-category="!analytics" data-src="/page/film"') +
    filmOf('data-category="functional" data-src="/page/film"') });
  await boxOf(page).waitFor();
  assert.equal(await boxOf(page).count(), 1);
  assert.match(await boxOf(page).innerText(), /Preferences/);
});

test('a frame with an invalid address has its box, and one with an unknown category has no button to allow it', async (t) => {
  const { page } = await opened(t, { body: filmOf('data-category="functional" data-src="https://"') + filmOf('data-category="lamps" data-src="/page/film"') });
  await boxOf(page).nth(1).waitFor();
  const buttons = (n) => boxOf(page).nth(n).getByRole('button').allInnerTexts();
  assert.deepEqual(await buttons(0), ['Show once', 'Allow and show', 'Cookie settings']);
  assert.deepEqual(await buttons(1), ['Cookie settings']);
  assert.match(await boxOf(page).nth(1).innerText(), /this purpose: lamps\./);
});

test('the box follows its frame wherever it is moved', async (t) => {
  const { page } = await opened(t, { body: `<div id="from">${filmOf('data-category="functional" data-src="/page/film"')}</div><div id="to"></div>` });
  await boxOf(page).waitFor();
  await page.evaluate(() => {
    document.getElementById('to').append(document.querySelector('iframe'));
    document.getElementById('from').style.display = 'none';
  });
  await eventually('the box to be over its frame', async () => {
    const [box, frame] = [await boxOf(page).boundingBox(), await page.locator('iframe').boundingBox()];
    return `${Object.values(box ?? {})}` === `${Object.values(frame)}`;
  });
});

test('under the signal a frame says that the signal blocks it, and can be shown once', async (t) => {
  const { lab, page } = await opened(t, { state: { ...strict, gpc: true }, body: filmOf('data-category="functional" data-shared="true" data-src="/page/film"') +
    filmOf('data-category="functional" data-shared="false" data-src="/page/film"') + '<section data-abide-notice hidden tabindex="-1">Settings</section>' });
  await boxOf(page).nth(1).waitFor();
  const [shared, own] = [boxOf(page).first(), boxOf(page).nth(1)];
  assert.match(await shared.innerText(), /Off: your browser sends Global Privacy Control/);
  assert.deepEqual(await shared.getByRole('button').allInnerTexts(), ['Show once', 'Cookie settings']);
  assert.deepEqual(await own.getByRole('button').allInnerTexts(), ['Show once', 'Allow and show', 'Cookie settings'], 'what is not shared is no matter of the signal');
  await shared.getByRole('button', { name: 'Cookie settings' }).click();
  await page.getByText('Settings', { exact: true }).waitFor();
  assert.deepEqual(lab.posts(), []);
  await apply(page, strict);
  await eventually('both to ask', async () => (await page.getByText('Allow and show').count()) === 2);
});

test('a frame of klaro waits for the purposes of its service, which is offered under the catalog\'s name', async (t) => {
  const { lab, page } = await opened(t, { head: '<script>window.klaroConfig = { services: [{ name: "youtube", purposes: ["marketing"] }] }</script>',
    body: filmOf('data-name="youtube" data-src="/page/film"') + filmOf('data-name="unknown" data-src="/page/other"') });
  await boxOf(page).getByRole('button', { name: 'Always show YouTube' }).waitFor();
  assert.equal(await boxOf(page).count(), 1);
  assert.match(await boxOf(page).innerText(), /A film \(youtube\)[^]*Targeted ads/);
  assert.equal(lab.of('/page/film').length, 0);
  await apply(page, everything);
  await eventually('the film', () => lab.of('/page/film').length > 0);
  assert.equal(lab.of('/page/other').length, 0);
});

test('the host of a frame\'s address identifies its service, and an unknown service is not offered', async (t) => {
  const { page } = await opened(t, { body: filmOf('data-category="targeting" data-src="https://www.youtube.com/embed/x"') +
    filmOf('data-category="targeting" data-service="Reels" data-src="https://www.youtube.com/embed/y"') });
  await boxOf(page).first().getByRole('button', { name: 'Always show YouTube' }).waitFor();
  await page.waitForTimeout(500); // the test is that none appears
  assert.deepEqual(await boxOf(page).nth(1).getByRole('button').allInnerTexts(), ['Show once', 'Allow and show', 'Cookie settings']);
});

test('what tarteaucitron calls a service is offered by the name that the catalog has for it, and recorded under that', async (t) => {
  const { lab, page } = await opened(t, { body: filmOf('data-category="targeting" data-abide-service="YoutubePlaylist" data-src="/page/film"') });
  await boxOf(page).getByRole('button', { name: 'Always show YouTube' }).click();
  await eventually('the choice', () => lab.posts().length > 0);
  assert.equal(lab.posts()[0].form.get('service'), 'YouTube');
});

test('the buttons of a small frame are completely visible', async (t) => {
  const sizes = [[120, 90], [150, 60], [200, 200], [280, 100], [300, 150], [300, 170, '/p.svg'], [120, 90, '/p.svg']];
  const { page } = await opened(t, { body: sizes.map(([width, height, poster = '']) =>
    filmOf(`data-category="functional" data-src="/page/film" data-poster="${poster}"`).replace('560', width).replace('315', height)).join('') });
  await boxOf(page).nth(6).waitFor();
  for (const box of await boxOf(page).all()) {
    const [button, whole] = [await box.getByText('Show once').boundingBox(), await box.boundingBox()];
    assert.ok(button.y >= whole.y && button.y + button.height <= whole.y + whole.height && button.x >= whole.x && button.x + button.width <= whole.x + whole.width,
      JSON.stringify({ button, whole }));
    assert.equal(await box.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight), 0, JSON.stringify(whole));
    assert.equal(await box.getByText(/only if you allow/).count(), 1, 'the reason is read out and shown as a hint');
  }
});

test('a button of another tool that has no meaning here stays as it is', async (t) => {
  const { page } = await opened(t, { body: '<button data-cc="accept-all">Yes</button><button data-cc="lamps">Lamps</button>' });
  await page.locator('button[data-abide]').waitFor();
  assert.equal(await page.getByText('Lamps').getAttribute('data-abide'), null);
});

test('elements that a script adds later wait as well', async (t) => {
  const { lab, page } = await opened(t, { state: allowing('analytics'), files: { '/p.gif': 'x', '/q.gif': 'x' } });
  await page.evaluate(() => {
    for (const [category, src] of [['analytics', '/p.gif'], ['targeting', '/q.gif']]) {
      const image = new Image();
      Object.assign(image.dataset, { category, src });
      const wrap = document.createElement('div');
      wrap.append(image);
      document.body.append(wrap);
    }
  });
  await eventually('the allowed one', () => lab.of('/p.gif').length === 1);
  await quiet(page);
  assert.equal(lab.of('/q.gif').length, 0);
});

test('withdrawal clears the policy\'s cookies at every path and storage keys, and asks the server once', async (t) => {
  const policy = { cookies: [{ name: '_ga*', category: 'analytics', shared: false }, { name: 'cart', category: 'required' }, { name: 'ad_key', category: 'targeting' }] };
  const lab = await openLab(t, { state: everything, policy });
  const visitor = await newVisitor(t);
  await visitor.open(`${lab.url}page/deep/er`);
  const { page } = visitor;
  await page.evaluate(() => {
    for (const path of ['/', '/page', '/page/deep/er']) document.cookie = `_ga=1; Path=${path}`;
    document.cookie = 'cart=1; Path=/';
    document.cookie = 'nobody_knows=1; Path=/';
    localStorage.ad_key = localStorage.cart = sessionStorage._ga_x = '1';
  });
  await page.evaluate(async (file) => (await import(file)).withdraw(), '/consent/v-0123456789ab/abide.mjs');
  assert.deepEqual((await visitor.cookies()), ['cart', 'nobody_knows', 'now_abide'], 'the server answers for what no policy names');
  assert.deepEqual(await page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage)]), [['cart'], []]);
  assert.deepEqual(lab.posts().map(({ form }) => form.get('choice')), ['withdraw']);
});

test('under a strict policy with a nonce and trusted types everything works without violations', async (t) => {
  const csp = "default-src 'self'; script-src 'self' 'nonce-abc'; style-src 'self'; require-trusted-types-for 'script'; trusted-types abide";
  const { page } = await opened(t, { csp, state: everything, body: tag('inline', 'analytics') +
    '<script type="text/plain" data-category="analytics" data-src="/linked.js"></script>' + film.replace('functional', 'lamps'),
    files: { '/linked.js': '(window.ran ??= []).push("linked")' } });
  await ranExactly(page, ['inline', 'linked']);
  await page.getByRole('group').waitFor();
});

test('a frame that trusted types keep from its document stops nothing else, neither what is allowed nor what is refused', async (t) => {
  const csp = "default-src 'self'; script-src 'self' 'nonce-abc'; require-trusted-types-for 'script'; trusted-types abide";
  const lab = await openLab(t, { csp, state: everything, body: '<iframe data-category="analytics" data-abide-srcdoc="<p>Text"></iframe>' +
    '<img data-category="analytics" data-abide-src="/picture.gif" alt="">', files: { '/picture.gif': 'GIF89a' } });
  const { page } = await newVisitor(t, { expectsFaults: true });
  await page.goto(lab.url);
  const picture = () => page.evaluate(() => document.querySelector('img').getAttribute('src'));
  await eventually('the picture', async () => (await picture()) === '/picture.gif');
  for (const [state, shown] of [[strict, null], [everything, '/picture.gif'], [strict, null]]) {
    await apply(page, state);
    await eventually(`${shown}`, async () => (await picture()) === shown);
  }
});

test('a heavy tag does not delay the frame that answers the click, and no tag delays those after it', async (t) => {
  const heavy = (name) => `<script type="text/plain" data-category="analytics" nonce="abc">order.push("${name}"); setTimeout(() => order.push("after ${name}"));
    { const end = performance.now() + 250; while (performance.now() < end); }</script>`;
  const { page } = await opened(t, { body: `<form method="post" action="/consent" data-abide-form data-abide-notice><button name="choice" value="accept-all">Yes</button></form>${heavy('one')}${heavy('two')}` });
  await page.evaluate(() => {
    window.order = [];
    abide.on('change', () => {
      window.order.push('decision');
      requestAnimationFrame(() => window.order.push(`frame, notice ${document.querySelector('form').hidden ? 'gone' : 'there'}`));
    });
  });
  await page.getByRole('button', { name: 'Yes' }).click();
  await eventually('both tags', () => page.evaluate(() => window.order.includes('after two')));
  assert.deepEqual(await page.evaluate(() => window.order), ['decision', 'frame, notice gone', 'one', 'after one', 'two', 'after two']);
});

test('a tag\'s own load handler runs, and the tag still delays those after it', async (t) => {
  const { page } = await opened(t, { state: allowing('analytics'), files: { '/tag.js': '(window.ran ??= []).push("file")' }, body:
    '<script type="text/plain" data-category="analytics" data-src="/tag.js" onload="ran.push(\'onload\')"></script>' + tag('next', 'analytics') });
  await eventually('all three', async () => `${await ran(page)}` === 'file,onload,next');
});

test('a frame whose address is a script stays held, whatever is allowed', async (t) => {
  const { page } = await opened(t, { state: everything, body: tag('last', 'required') +
    ['javascript:parent.ran.push(1)', ' Java&#10;script:parent.ran.push(2)', '&#1;javascript:parent.ran.push(3)'].map((address) => `<iframe data-category="required" data-src="${address}"></iframe>`).join('') });
  await ranExactly(page, ['last']);
  assert.equal(await page.locator('iframe[src]').count(), 0);
});

const places = {
  'in a scaled part of the page': '<div style="transform: scale(0.5); transform-origin: 0 0">FILM</div>',
  'in a zoomed part of the page': '<div style="zoom: 1.5">FILM</div>',
  'in vertical text': '<div style="writing-mode: vertical-rl">FILM</div>',
  'in text from right to left': '<div dir="rtl">FILM</div>',
  'that stays in the window': '<style>iframe { position: fixed; right: 10px; bottom: 10px }</style>FILM',
  'that sticks to the edge of the window': '<style>iframe { position: sticky; top: 0 }</style>FILM',
};
for (const [what, around] of Object.entries(places))
  test(`the box is over a frame ${what}`, async (t) => {
    const { page } = await opened(t, { body: around.replace('FILM', filmOf('data-category="functional" data-src="/page/film"')) + '<p>word</p>'.repeat(100) });
    await boxOf(page).waitFor();
    for (const y of [0, 150]) {
      await page.evaluate((top) => scrollTo(0, top), y);
      await eventually('the same place and size', async () => {
        const [box, frame] = [await boxOf(page).boundingBox(), await page.locator('iframe').boundingBox()];
        return Object.keys(frame).every((key) => Math.abs(box[key] - frame[key]) < 0.1);
      });
    }
  });

const scrollers = {
  'a row of slides': ['.part { width: 320px; overflow: hidden } .row { display: flex } iframe { flex: none; width: 320px; height: 240px; border: 0 }', { left: 320 }],
  'a list that scrolls': ['.part { width: 340px; height: 250px; overflow: auto; border: 3px solid } .row { height: 900px } iframe { display: block; width: 320px; height: 240px; margin-top: 30px }', { top: 400 }],
  'a scaled list': ['main { scale: 0.5; transform-origin: 0 0 } .part { width: 340px; height: 250px; overflow: auto } .row { height: 900px } iframe { display: block; width: 320px; height: 240px }', { top: 400 }],
};
for (const [what, [rules, to]] of Object.entries(scrollers))
  test(`${what} hides of the boxes what it hides of their frames`, async (t) => {
    const frame = (name) => filmOf(`data-category="functional" data-src="/page/film" id="${name}"`);
    const { page } = await opened(t, { head: `<style>${rules}</style>`, body: `<div class="part"><div class="row">${frame('one')}${frame('two')}</div></div><p>word</p>` });
    await boxOf(page).nth(1).waitFor();
    // At points of each box and around it: a box is met where its frame would be.
    const differences = () => page.evaluate(() => [...document.querySelectorAll('iframe')].flatMap((frame) => {
      const box = frame.nextElementSibling, { left, top, width, height } = frame.getBoundingClientRect();
      const part = document.querySelector('.part'), is = part.getBoundingClientRect(), scale = is.width / part.offsetWidth;
      const isWithin = (at, from, length) => at > from && at < from + length * scale; // without borders and scroll bars
      return [0.02, 0.5, 0.98].flatMap((x) => [0.02, 0.5, 0.98].map((y) => [left + x * width, top + y * height])).filter(([x, y]) => {
        const isIn = isWithin(x, is.left + part.clientLeft * scale, part.clientWidth) && isWithin(y, is.top + part.clientTop * scale, part.clientHeight);
        return isIn !== box.contains(document.elementFromPoint(x, y));
      }).map((point) => `${frame.id} ${point}`);
    }));
    await eventually('nothing of a box outside', async () => !(await differences()).length).catch(() => {});
    assert.deepEqual(await differences(), []);
    await page.locator('.part').evaluate((part, options) => part.scrollTo(options), to);
    await eventually('the same after scrolling', async () => !(await differences()).length).catch(() => {});
    assert.deepEqual(await differences(), []);
  });

test('the box is above a frame that the page lifts, and its presses are not the page\'s', async (t) => { // as a frame keeps them
  const { lab, page } = await opened(t, { body: `<style>iframe { position: absolute; z-index: 5; background: #000 }</style>
    <div style="position: relative; height: 400px" onclick="ran.push('click')" onkeydown="ran.push('key')" onpointerdown="ran.push('pointer')">${filmOf('data-category="functional" data-src="/page/film"')}</div>` });
  await page.evaluate(() => { window.ran = []; });
  await boxOf(page).waitFor();
  assert.equal(await boxOf(page).evaluate((box) => getComputedStyle(box).zIndex), '5');
  await boxOf(page).getByText('Show once').focus();
  await page.keyboard.press('ArrowRight');
  await boxOf(page).getByText('Show once').click();
  await eventually('the film', () => lab.of('/page/film').length > 0);
  assert.deepEqual(await ran(page), []);
});

test('a page that replaces the list of its constructed sheets leaves the box as it is', async (t) => { // bvaughn/react-resizable-panels#617
  const { page } = await opened(t, { body: filmOf('data-category="functional" data-src="/page/film"') });
  await boxOf(page).waitFor();
  const look = () => boxOf(page).evaluate((box) => [getComputedStyle(box).position, getComputedStyle(box).display]);
  const before = await look();
  await page.evaluate(() => {
    document.adoptedStyleSheets = [new CSSStyleSheet()];
    document.querySelector('iframe').width = 500;
  });
  await eventually('its look', async () => `${await look()}` === `${before}`);
});

test('the elements that tarteaucitron fills with a frame are filled, and their frames wait', async (t) => { // AmauriC/tarteaucitron.js#13, #322
  const { page } = await opened(t, { body: `<div class="youtube_player" videoID="Ij9EkAQzVvM" title="A film" width="560" height="315" rel="0" autoplay="1"></div>
    <div class="vimeo_player" videoID="76979871" width="560" height="315"></div><div class="dailymotion_player" videoID="x8/../?" width="560" height="315"></div>
    <div class="googlemapsembed" data-url="https://www.google.com/maps/embed?pb=!1m18" width="400" height="300"></div>
    <div class="googlemapsembed" data-url="https://elsewhere.example/maps/embed" width="400" height="300"></div><div class="youtube_player"></div>` });
  await boxOf(page).nth(3).waitFor();
  assert.deepEqual(await page.locator('iframe').evaluateAll((all) => all.map(({ dataset, title, width, parentNode }) => [parentNode.className, dataset.category, dataset.src, title, width])), [
    ['youtube_player', 'functional', 'https://www.youtube-nocookie.com/embed/Ij9EkAQzVvM?autoplay=1&rel=0', 'A film', '560'],
    ['vimeo_player', 'functional', 'https://player.vimeo.com/video/76979871', '', '560'],
    ['dailymotion_player', 'targeting', 'https://www.dailymotion.com/embed/video/x8%2F..%2F%3F', '', '560'],
    ['googlemapsembed', 'functional', 'https://www.google.com/maps/embed?pb=!1m18', '', '400']]);
  await boxOf(page).first().getByRole('button', { name: 'Always show YouTube' }).waitFor();
  await page.evaluate(() => document.querySelector('main').insertAdjacentHTML('beforeend', '<div class="vimeo_player" videoID="1" width="560" height="315"></div>'));
  await boxOf(page).nth(4).waitFor();
});

test('the box goes with a slide that moves without an event', async (t) => {
  const { page } = await opened(t, { body: `<div style="overflow: hidden; width: 600px"><div id="track">${filmOf('data-category="functional" data-src="/page/film"')}</div></div>` });
  await boxOf(page).waitFor();
  await page.evaluate(() => { document.getElementById('track').style.marginLeft = '-200px'; });
  assert.deepEqual(await boxOf(page).boundingBox(), await page.locator('iframe').boundingBox());
});

test('the box goes with a frame that is moved and scaled itself, at once or slowly', async (t) => { // AOS, WOW
  const { page } = await opened(t, { head: '<style>.slow { transition: .3s } .moved { transform: translate(60px, 20px) scale(.5) }</style>',
    body: filmOf('data-category="functional" data-src="/page/film"') });
  await boxOf(page).waitFor();
  for (const name of ['moved', '', 'slow moved', 'slow']) {
    await page.locator('iframe').evaluate((frame, now) => { frame.className = now; }, name);
    await page.waitForTimeout(350); // the transition
    await eventually(name, async () => `${Object.values(await boxOf(page).boundingBox())}` === `${Object.values(await page.locator('iframe').boundingBox())}`);
  }
});

test('the box goes with a frame that what is beside it pushes, in a flex box', async (t) => {
  const { page } = await opened(t, { body: `<div style="display: flex; flex-direction: column; justify-content: center; min-height: 800px"><p id="late"></p>${filmOf('data-category="functional" data-src="/page/film"')}</div>` });
  await boxOf(page).waitFor();
  await page.evaluate(() => { document.getElementById('late').style.height = '150px'; });
  await eventually('the same place', async () => `${Object.values(await boxOf(page).boundingBox())}` === `${Object.values(await page.locator('iframe').boundingBox())}`);
});

test('a box in a shadow root can be pressed on a page that takes all events first', async (t) => {
  const { page } = await opened(t, { head: `<script nonce="abc">for (const type of ['click', 'pointerdown', 'mousedown'])
    addEventListener(type, (event) => { event.preventDefault(); event.stopImmediatePropagation(); }, true);</script>`, body: `<div><template shadowrootmode="open">${filmOf('data-category="functional" data-abide-src="/page/film"')}</template></div>` });
  await boxOf(page).getByText('Show once').click();
  await eventually('the film', () => page.frames().some((frame) => frame.url().endsWith('/page/film')));
});

test('an image and a frame keep their addresses over several refusals, and load when they are allowed again', async (t) => {
  const lab = await openLab(t, { body: '<img alt="" data-category="analytics" data-src="/one.svg"><iframe title="Two" data-category="analytics" data-src="/page/two"></iframe>',
    files: { '/one.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>' } });
  const { page } = await newVisitor(t);
  await page.goto(lab.url);
  const choose = (name) => page.evaluate(async ([file, what]) => { await (await import(file))[what](); }, [`${files}abide.mjs`, name]);
  for (const round of [1, 2]) {
    await choose('accept');
    await eventually(`both, round ${round}`, () => page.evaluate(() => ['img', 'iframe'].every((name) => /(one.svg|two)$/.test(document.querySelector(name).src))));
    for (const name of ['withdraw', 'reject']) await choose(name);
    assert.equal(await page.locator('main [src]').count(), 0);
  }
});

test('without the style sheet of the notice a box has the theme\'s or the browser\'s colors, whatever the page calls --text and --accent', async (t) => {
  const colors = [];
  for (const rules of ['', '--surface: #123; --text: #f5f5f5; --line: #456; --accent: #9ff; --on-accent: #fff', '--abide-text: #010203; --text: #f5f5f5']) {
    const lab = await openLab(t, { head: `<style nonce="abc">:root { ${rules} }</style>`,
      body: '<iframe data-category="functional" data-src="/film" title="Film" width="500" height="300"></iframe>' });
    const { page } = await newVisitor(t);
    await page.goto(lab.url);
    await page.locator('.abide-frame-once').waitFor();
    colors.push(await page.locator('.abide-frame, .abide-frame *').evaluateAll((all) => all.flatMap((one) => {
      const { color, backgroundColor, borderTopColor } = getComputedStyle(one);
      return [color, backgroundColor, borderTopColor];
    })));
  }
  assert.deepEqual(colors[1], colors[0]);
  assert.ok(colors[2].includes('rgb(1, 2, 3)') && !colors[0].includes('rgb(1, 2, 3)'));
});

test('in forced colors the link of a box has no border, which its transparent one would be', async (t) => {
  const lab = await openLab(t, { body: '<iframe data-category="functional" data-src="/film" title="Film" width="500" height="300"></iframe>' });
  const { page } = await newVisitor(t, { forcedColors: 'active' });
  await page.goto(lab.url);
  assert.equal(await page.locator('.abide-frame-settings').evaluate((link) => getComputedStyle(link).borderBlockWidth), '0px');
  assert.equal(await page.locator('.abide-frame-once').evaluate((button) => getComputedStyle(button).borderBlockWidth), '2px');
});

test('the box is printed without its buttons', async (t) => {
  const { page } = await opened(t, { body: filmOf('data-category="functional" data-src="/page/film"') });
  await boxOf(page).waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.equal(await boxOf(page).locator('button:visible').count(), 0);
  assert.ok(await boxOf(page).locator('p').isVisible());
});

test('a copy of a slide has a box of its own, which works, and no dead one', async (t) => { // slick, Owl and Swiper copy slides
  const { lab, page } = await opened(t, { body: `<div id="slide">${filmOf('data-category="functional" data-src="/page/film"')}</div>` });
  await boxOf(page).waitFor();
  await page.evaluate(() => {
    document.querySelector('[role=group]').dataset.first = '';
    document.querySelector('main').append(document.getElementById('slide').cloneNode(true));
  });
  const copy = page.locator('#slide').nth(1);
  await eventually('a box of its own', async () => (await copy.locator('[role=group]:not([data-first])').count()) === 1 && (await boxOf(page).count()) === 2);
  await copy.getByText('Show once').click();
  await eventually('the film', () => lab.of('/page/film').length > 0);
  assert.deepEqual(await page.locator('iframe').evaluateAll((all) => all.map(({ inert }) => inert)), [true, false]);
});

test('a press in a box that is in a link does not follow the link', async (t) => {
  const { lab, page } = await opened(t, { body: `<a href="/page/elsewhere">${filmOf('data-category="functional" data-src="/page/film"')}</a>` });
  await boxOf(page).waitFor();
  const { url } = lab;
  await boxOf(page).getByText('Show once').click();
  await eventually('the film', () => lab.of('/page/film').length > 0);
  await page.waitForTimeout(300);
  assert.equal(page.url(), url);
});

test('a frame of one pixel or none, which only counts visits, has no box, until it is larger', async (t) => {
  const sizes = ['width="1" height="1"', 'width="0" height="0"', 'style="width: 1px; height: 1px; border: 0"', 'width="560" height="315"'];
  const { page } = await opened(t, { body: sizes.map((size, i) => `<p><iframe id="f${i}" data-category="functional" data-src="/page/x" title="X" ${size}></iframe></p>`).join('') });
  const visible = () => page.locator('.abide-frame').evaluateAll((all) => all.filter((box) => box.checkVisibility()).map((box) => box.previousElementSibling.id));
  await eventually('a box', async () => (await visible()).includes('f3'));
  assert.deepEqual(await visible(), ['f3']);
  await page.evaluate(() => Object.assign(document.querySelector('#f0'), { width: 560, height: 315 }));
  await eventually('a box', async () => (await visible()).includes('f0'));
});
