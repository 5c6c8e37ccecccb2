// The gate's rules, in a fake page with only what they need. Real browsers run it in tests/browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { built } from './built.mjs';
import { dispatchEvent } from './fake_document.mjs';

const script = readFileSync(built('gate.js'), 'utf8'); // as it is served
const ALL = ['required', 'analytics', 'functional', 'targeting'];
const open = { v: 1, allowed: ALL, allowedShared: ALL, optedOut: ALL.slice(0, 3), optedOutShared: ['required'], gpc: false, regime: 'opt_out', notice: 'none', path: '/consent', mode: 'enforce', noticeVersion: 1,
  now: '^(?!(.*; )?now_abide=)' };

class Detail extends Event {
  constructor(name, { detail }) { super(name); this.detail = detail; }
}

/** An image as the gate sees it. */
class Image {
  localName = 'img';
  isConnected = true;
  src = undefined;
  constructor(category, dataset) { this.dataset = { category, src: `/${category}`, ...dataset }; }
  getAttribute() { return this.src ?? null; }
  removeAttribute(name) { return name === 'src' ? delete this.src : delete this.dataset.src; }
  matches(wanted = '[data-src]') { return wanted !== 'script' && this.dataset.category !== undefined && (!wanted.includes('[data-src]') || this.dataset.src !== undefined); }
  querySelectorAll() { return []; }
  after(one) { one.moved = true; }
}
const image = (category, dataset = {}) => new Image(category, dataset);

/** A document whose window gets its events first. */
class Page extends EventTarget {
  querySelectorAll(wanted) { return this.elements.filter((element) => element.matches(wanted)); }
  dispatchEvent(event) {
    this.window.dispatchEvent(new Detail(event.type, event));
    return super.dispatchEvent(event);
  }
}

const idle = () => new Promise((resolve) => { setImmediate(resolve); }); // until promises are settled

/** A page whose tasks run when the test decides. */
function page({ state, signal, elements = [], readyState = 'complete', cookie = '', blocked = false }) {
  const tasks = [], heard = [], text = typeof state === 'string' ? state : JSON.stringify(state);
  const window = new EventTarget();
  const document = Object.assign(new Page(), { window, readyState, hidden: false, elements,
    cookie, documentElement: { dataset: {} }, scripts: { 'abide-state': state === undefined ? undefined : { text } } });
  const navigator = { globalPrivacyControl: signal };
  const made = { document, navigator, heard, reloads: 0, inserted: undefined };
  for (const name of ['consent', 'change', 'signal']) document.addEventListener(`abide:${name}`, ({ detail }) => heard.push([name, detail]));
  made.leave = () => window.dispatchEvent(new Event('pagehide'));
  const context = { document, dispatchEvent, navigator, CustomEvent: Detail, EventTarget, history: { state: null, replaceState: () => {} }, localStorage: null,
    addEventListener: window.addEventListener.bind(window), // Node accepts no boolean there
    removeEventListener: (name, hear, capture) => window.removeEventListener(name, hear, { capture }),
    setTimeout: (task) => tasks.push(task), requestAnimationFrame: (task) => tasks.push(task),
    location: { reload: () => { ++made.reloads; } },
    MutationObserver: class { constructor(see) { made.inserted = (node) => see([{ type: 'childList', addedNodes: [node] }]); } observe() {} } };
  if (blocked) Object.defineProperty(context, 'localStorage', { get: () => { throw new Error('SecurityError'); } });
  context.window = context;
  runInNewContext(script, context);
  made.abide = context.abide;
  made.settle = async () => {
    for (await idle(); tasks.length > 0; await idle()) tasks.shift()();
  };
  made.again = () => runInNewContext(script, context);
  return made;
}

const plain = (value) => JSON.parse(JSON.stringify(value)); // objects of the page have other prototypes

test('the gate is small enough to be printed into every page', () => {
  assert.ok(gzipSync(script, { level: 9 }).length <= 2048);
  assert.doesNotMatch(script, /<\/script|<!--/i); // it is printed between tags
});

test('everything that a page loads by itself is 10 KB at most, compressed, and 19.5 KB if a frame waits', () => {
  const size = (...files) => files.reduce((sum, name) => sum + gzipSync(readFileSync(built(name)), { level: 9 }).length, 0);
  const page = size('gate.js', 'beside.js', 'abide.mjs', 'notice.css', 'over.css');
  assert.ok(page <= 10 * 1024, `${page}`);
  const frames = size('parts.mjs', 'frames.mjs', 'services.mjs', 'rules.mjs', 'words.mjs', 'place.mjs');
  assert.ok(page + frames <= 19.5 * 1024, `${page} and ${frames}`);
});

test('a state that is missing, broken or of another version counts as the strictest', () => {
  for (const state of [undefined, '', '{', 'null', '[]', '"x"', { ...open, v: 2 }, { ...open, allowed: 'all', allowedShared: null }]) {
    const { abide } = page({ state });
    assert.deepEqual(ALL.filter((category) => abide.allows(category)), ['required'], JSON.stringify(state));
    assert.deepEqual(ALL.filter((category) => abide.allows(category, true)), ['required'], JSON.stringify(state));
  }
});

test('a page that was printed for the present answer is obeyed unchanged', () => {
  const none = open.now, answered = '^(?!(.*; )?now_abide=(?!ff0030-1-1\\.))(.*; )?now_abide=';
  for (const [now, cookie] of [[none, ''], [none, 'a=1; not_now_abide=x'], [answered, 'now_abide=ff0030-1-1.20785'],
    [answered, 'a=b; now_abide=ff0030-1-1.20785; c=d'], ['', 'a=1']]) {
    const { abide, document } = page({ state: { ...open, now }, cookie });
    assert.ok(abide.allows('targeting'), `${now} and ${cookie}`);
    assert.deepEqual(document.documentElement.dataset, {});
  }
});

test('a page that was printed for another answer lets nothing pass until the server has been asked', async () => {
  const none = open.now, answered = '^(?!(.*; )?now_abide=(?!ff0030-1-1\\.))(.*; )?now_abide=';
  for (const [now, cookie] of [[answered, ''], [answered, 'now_abide=110010-1-1.20785'], [none, 'now_abide=110010-1-1.20785'],
    [none, 'a=1; now_abide=110010-1-1.20785'], [answered, 'now_abide=ff0030-1-2.20785'], ['(?!)', ''],
    [answered, 'now_abide=ff0030-1-1.20785; now_abide=110010-1-1.20785'], [answered, 'now_abide=110010-1-1.20785; now_abide=ff0030-1-1.20785']]) {
    const element = image('analytics');
    const { abide, document, settle } = page({ state: { ...open, now }, cookie, elements: [element] });
    await settle();
    assert.deepEqual(ALL.filter((category) => abide.allows(category)), ['required'], `${now} and ${cookie}`);
    assert.equal(element.src, undefined);
    assert.equal(document.documentElement.dataset.abideQuiet, 1, 'the module asks, and nothing is asked of the visitor');
    abide.apply(open);
    await settle();
    assert.equal(element.src, '/analytics');
  }
});

test('if the visitor blocks cookies, and with them the storage, only what is required passes', () => {
  const off = page({ state: open, blocked: true });
  assert.deepEqual(ALL.filter((category) => off.abide.allows(category)), ['required']);
  assert.equal(off.abide.state().path, '/consent');
});

test('targeting counts as shared and the others do not, unless the caller says otherwise', () => {
  const { abide } = page({ state: { ...open, allowed: ALL, allowedShared: ['required', 'analytics'] } });
  assert.deepEqual(ALL.filter((category) => abide.allows(category)), ['required', 'analytics', 'functional']);
  assert.equal(abide.allows('targeting', false), true);
  assert.equal(abide.allows('functional', true), false);
  assert.equal(abide.allows('marketing'), false);
});

// GPC-11: only `true` is the signal. GPC-13: it tightens a decision whose server saw no signal, and never loosens one.
test('the browser\'s signal tightens a decision that did not see it', () => {
  for (const signal of [undefined, false, null, 1, '1', 'true'])
    assert.deepEqual(plain(page({ state: open, signal }).abide.state()), open, String(signal));
  const { abide } = page({ state: open, signal: true });
  const { allowed, allowedShared, gpc } = plain(abide.state());
  assert.deepEqual({ allowed, allowedShared, gpc }, { allowed: ALL.slice(0, 3), allowedShared: ['required'], gpc: true });
  assert.equal(abide.allows('targeting', false), false);
  const old = page({ state: { ...open, optedOut: undefined, optedOutShared: undefined }, signal: true }).abide.state();
  assert.deepEqual(plain([old.allowed, old.allowedShared]), [['required'], ['required']], 'a state that does not say what stays');
  const strict = { ...open, allowed: ['required'], allowedShared: ['required'] };
  assert.deepEqual(plain(page({ state: strict, signal: true }).abide.state().allowed), ['required']);
});

test('a signal that the server saw is already in its decision, including informed exceptions', () => {
  const { abide, heard } = page({ state: { ...open, gpc: true }, signal: true });
  assert.equal(abide.allows('targeting'), true);
  assert.deepEqual(plain(heard.at(-1)), ['signal', { gpc: true, from: 'server' }]);
});

// GPC-12: browsers change the preference while a page is open.
test('a signal that is switched on later counts at once', () => {
  const { abide, navigator, heard } = page({ state: open });
  navigator.globalPrivacyControl = true;
  assert.equal(abide.allows('targeting'), false);
  abide.apply();
  assert.deepEqual(heard.map(([name]) => name), ['consent', 'consent', 'change', 'signal']);
});

test('the gate releases what is allowed, once, in order, one element per task', async () => {
  const elements = ['analytics', 'targeting', 'functional'].map((category) => image(category));
  const shared = image('analytics', { shared: 'true' }), own = image('targeting', { shared: 'false' });
  const { settle } = page({ state: { ...open, allowedShared: ['required'] }, elements: [...elements, shared, own] });
  assert.deepEqual(elements.map(({ src }) => src), [undefined, undefined, undefined]); // nothing before the next frame
  await settle();
  assert.deepEqual([...elements, shared, own].map(({ src }) => src), ['/analytics', undefined, '/functional', undefined, '/targeting']);
});

test('a placeholder is replaced by what waited; an element that has its address already is not loaded again', async () => {
  const lazy = Object.assign(image('analytics'), { src: 'data:,' }), loaded = image('functional');
  Object.defineProperty(loaded, 'src', { get: () => '/functional', set: () => { assert.fail('loaded again'); } });
  await page({ state: open, elements: [lazy, loaded] }).settle();
  assert.deepEqual([lazy.src, lazy.dataset.src, loaded.dataset.src], ['/analytics', undefined, undefined]);
});

test('elements that are inserted later are released', async () => {
  const { inserted, settle } = page({ state: open, signal: true });
  const late = [image('analytics'), image('targeting')];
  late.forEach((element) => inserted(element));
  inserted({ nodeType: 3 }); // a text node
  await settle();
  assert.deepEqual(late.map(({ src }) => src), ['/analytics', undefined]);
});

test('a signal that is switched on without an event counts for later elements, and is announced', async () => {
  const one = page({ state: open });
  one.navigator.globalPrivacyControl = true;
  const late = image('targeting');
  one.inserted(late);
  await one.settle();
  assert.equal(late.src, undefined);
  assert.deepEqual(one.heard.filter(([name]) => name === 'signal').length, 1);
});

test('callers cannot change the decision through its lists', () => {
  const { abide } = page({ state: { ...open, allowed: ['required'], allowedShared: ['required'], allowedExempt: [] } });
  for (const list of ['allowed', 'allowedShared', 'allowedExempt']) assert.throws(() => abide.state()[list].push('analytics'));
  assert.equal(abide.allows('analytics'), false);
});

test('passes() answers for any element', () => {
  const { abide } = page({ state: { ...open, allowed: ['required', 'analytics'], allowedShared: ['required'], allowedExempt: ['Tally'] } });
  assert.deepEqual([image('analytics'), image('analytics '), image('!analytics'), image('targeting', { service: 'Tally' }), image('functional')]
    .map(abide.passes), [true, true, false, true, false]);
});

test('a page in the browser\'s cache lets nothing pass until it has a new decision', async () => {
  const one = page({ state: open });
  one.leave();
  const late = image('analytics');
  one.document.elements.push(late);
  one.inserted(late);
  one.abide.apply();
  await one.settle();
  assert.equal(late.src, undefined);
  assert.equal(one.abide.allows('analytics'), false);
  assert.deepEqual(plain(one.abide.state().allowed), ['required']);
  one.abide.apply(open);
  await one.settle();
  assert.equal(late.src, '/analytics');
});

test('an element whose category was refused while it waited stays as it is', async () => {
  const element = image('analytics');
  const made = page({ state: open, elements: [element] });
  made.abide.apply({ ...open, allowed: ['required'], allowedShared: ['required'] });
  await made.settle();
  assert.equal(element.src, undefined);
  assert.equal(made.reloads, 0);
});

test('a choice releases in place, and its withdrawal does not reload the page for an image', async () => {
  const element = image('analytics');
  const strict = { ...open, allowed: ['required'], allowedShared: ['required'], notice: 'banner' };
  const made = page({ state: strict, elements: [element] });
  await made.settle();
  assert.equal(element.src, undefined);
  made.abide.apply(open);
  await made.settle();
  assert.equal(element.src, '/analytics');
  made.abide.apply(strict);
  await made.settle();
  assert.equal(made.reloads, 0);
  assert.deepEqual([element.src, element.dataset.src, element.moved], [undefined, '/analytics', true], 'it waits again');
});

test('an image that was released is left alone once the page has taken its category away', async () => {
  const element = image('analytics');
  const made = page({ state: open, elements: [element] });
  await made.settle();
  delete element.dataset.category;
  made.abide.apply({ ...open, allowed: ['required'], allowedShared: ['required'] });
  await made.settle();
  assert.deepEqual([element.src, made.reloads], ['/analytics', 0]);
});

test('if there are several categories, all must be allowed; ! inverts the answer; other names never pass', async () => {
  const state = { ...open, allowed: ['required', 'analytics', 'functional'], allowedShared: ['required'] };
  const names = ['analytics functional', 'analytics,functional', 'analytics targeting', '!targeting', '! targeting', '!analytics', '!lamps', 'lamps', 'analytics lamps', '', '!', 'analyticsfunctional'];
  const elements = names.map((name) => image(name));
  await page({ state, elements }).settle();
  assert.deepEqual(names.filter((_, i) => elements[i].src), ['analytics functional', 'analytics,functional', '!targeting', '! targeting']);
});

test('an exempt service passes, whatever its category', async () => {
  const elements = [image('analytics', { service: 'Own count' }), image('analytics', { service: 'Other' }), image('!analytics', { service: 'Own count' })];
  await page({ state: { ...open, allowed: ['required'], allowedShared: ['required'], allowedExempt: ['Own count'] }, elements }).settle();
  assert.deepEqual(elements.map(({ src }) => src), ['/analytics', undefined, undefined]);
});

test('observe mode holds nothing back and still announces the decision', async () => {
  const element = image('targeting');
  const { abide, settle } = page({ state: { ...open, mode: 'observe', allowedShared: ['required'] }, elements: [element] });
  await settle();
  assert.equal(element.src, '/targeting');
  assert.equal(abide.allows('targeting'), false);
});

test('listeners get earlier events, until they are removed', () => {
  const { abide } = page({ state: open });
  const heard = [];
  const end = abide.on('consent', ({ allowed }) => heard.push(allowed.length));
  abide.on('change', () => heard.push('change'));
  abide.apply({ ...open, allowed: ['required'] });
  end();
  abide.apply(open);
  assert.deepEqual(heard, [4, 1, 'change', 'change']);
});

test('a state after the gate is read once the page is parsed', async () => {
  const made = page({ state: undefined, readyState: 'loading', elements: [image('analytics')] });
  assert.equal(made.abide.allows('analytics'), false);
  made.document.scripts['abide-state'] = { text: JSON.stringify(open) };
  made.document.dispatchEvent(new Event('DOMContentLoaded'));
  await made.settle();
  assert.equal(made.document.elements[0].src, '/analytics');
});

test('if the gate is both printed and linked, the second one changes nothing', () => {
  const made = page({ state: open });
  const { abide, heard } = made;
  made.again();
  assert.equal(made.abide, abide);
  assert.equal(heard.length, 1);
});
