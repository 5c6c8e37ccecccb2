// Abide in the page: answers the notice without a reload, tells the server of a signal that only the browser shows,
// keeps tabs in step, and offers the decision to the page's own code. The decision itself and the script gate are
// gate.js's (window.abide). It starts by itself when a script tag of the page loads it; who imports it calls start().

import { follow, gather } from './following.mjs';
import { bare, page, within } from './page.mjs';

const NOTICE = '[data-abide-notice]';
const FORM = 'form[data-abide-form]';
const CATEGORIES = ['required', 'analytics', 'functional', 'targeting'];

// What parts.mjs has parts for, roughly: most pages have none of it.
const SPECIAL = '[data-category]:not(script),[data-box],[data-abide-src],[data-cookiecategory],[data-cookieconsent],[data-cc],' +
  `[data-name],[class*="optanon-category-"],.ot-sdk-show-settings,dialog,[popover],script[data-category]:not(${
    CATEGORIES.map((name) => `[data-category=${name}]`)})`;

const STARTED = Symbol.for('abide.started'); // also of another copy of this module

const server = {
  choose: (fields, path = '') => ask(path, { method: 'POST', body: fields, keepalive: true }),
  state: () => ask(`/state?lang=${language()}${marks().abideQuiet ? '&old=1' : ''}`, { cache: 'no-store' }),
};
let site = server; // or static.mjs
let channel = null;
let rules = null; // rules.mjs, once it has read the policy
let opener = null; // what had the focus before the notice
let opening = Promise.resolve(); // until it is known who decides
let turn = opening; // one choice after the other
let choices = 0; // made, and answered, so far
const pending = []; // choices that are not answered yet, as forms; the first is under way
const unrecorded = []; // refusals that nobody has recorded, as forms: they hold in this page
let fading; // until the line of the choice goes
let isBarred; // the page's policy lets no script send
let spoken; // the language that the page went on to
const NEVER = new Promise(() => {});
const marks = () => page.documentElement.dataset; // abideQuiet: 1 where the gate found the page old; see shared.js

// Where there is no page, as on a server, and until the gate is there, the strictest decision holds.
const NONE = Object.freeze(['required']);
const STRICTEST = Object.freeze({ gpc: false, path: '/consent', allowed: NONE, allowedShared: NONE });
const needPage = () => { if (!page) throw new Error('abide: no page'); };
const gate = () => (page && window.abide?.apply ? window.abide : undefined);

const state = () => gate()?.state() ?? { ...STRICTEST };

/** Hears what was told before too; until the gate is there, what is told from then on. */
function on(name, listener) {
  if (!page) return () => {};
  if (gate()) return gate().on(name, listener);
  const hear = ({ detail }) => listener(detail);
  page.addEventListener(`abide:${name}`, hear);
  return () => page.removeEventListener(`abide:${name}`, hear);
}

/** Whether a category may be used. */
const allows = (category, shared) => category === 'required' ||
  CATEGORIES.includes(category) && Boolean(gate()?.allows(category, shared));

/** Whether a cookie or a storage key of that name, or a URL, may be used: `false` until ready(). */
const allowsCookie = (name, facts) => judged((of) => of.cookie(`${name}`, facts));
const allowsUrl = (url, facts) => judged((of) => of.url(`${url}`, facts));

function judged(classify) {
  if (!rules) ready().catch(() => {});
  return rules?.judge(classify(rules)) ?? false;
}

/** Loads what allowsCookie() and allowsUrl() answer by: the policy, and the core for what it does not name. */
async function ready() {
  needPage();
  await opening;
  const { load } = await import('./rules.mjs');
  rules = await load(site.policy);
  tellKnown();
}

/** Answers may differ now although the decision does not. `detail`: the decision, where it is what the server says now. */
const tellKnown = (detail) => page.dispatchEvent(new CustomEvent('abide:known', { detail }));

/** Begins once; further calls give what began. Where there is no page nothing begins. */
export function start(options = {}) {
  if (!page) return api;
  if (document[STARTED]) return document[STARTED];
  document[STARTED] = api;
  const { files } = options;
  if (files) page.documentElement.dataset.abideFiles = new URL(files, page.baseURI);
  on('run', beforeTags);
  const begun = gate() ? begin(options) : import('./gate.js').then(() => begin(options));
  if (begun) turn = opening = begun;
  for (const form of kept()) putInForce(form).catch(() => {}); // what the last page could not get recorded
  return api;
}

/** What late scripts need is loaded before the first of them runs, and they wait for it. */
function beforeTags(held) {
  const scripts = held.filter(({ localName }) => localName === 'script');
  if (scripts.length) held.push(import('./belated.mjs').then(({ standIn }) => standIn(scripts, held.nowhere)).catch(console.error));
}

function begin(options) {
  addEventListener('submit', submitInPlace, true); // before any router
  addEventListener('securitypolicyviolation', ({ blockedURI }) => { isBarred ||= blockedURI.startsWith(own('')); });
  addEventListener('click', leaveByLink, true);
  page.addEventListener('click', obeyButton);
  addEventListener('focusin', rememberOpener, true);
  for (const type of ['mousedown', 'touchstart', 'click']) addEventListener(type, shield, true);
  page.addEventListener('visibilitychange', () => {
    gate().apply(); // the signal may have changed meanwhile
    if (!page.hidden) refresh(); // and the choice, on a page that runs no script
  });
  addEventListener('pageshow', ({ persisted }) => { if (persisted) refresh(); });
  on('consent', showDecision);
  on('consent', clearRefused);
  on('change', ({ notice }) => { if (notice !== 'banner') closeNotice(); });
  const go = () => {
    if (marks().abideQuiet === '1') refresh();
    else if (marks().abideQuiet) settleNotice();
    on('signal', ({ from }) => { // one POST a page, so that the server can remember; the gate obeys the signal without it
      if (from === 'page' && site === server)
        putInForce(new URLSearchParams({ gpc: 1, lang: language() }), '/signal').catch(() => {});
    });
    openChannel();
    lookEverywhere();
    greet();
  };
  if (page.getElementById('abide-state') && !options.policy) return go();
  return openSite(options).catch(console.error).then(go);
}

// Choices: each resolves with the decision in force, and rejects when nothing was saved.

/** Everything, or these categories beside what is allowed when their turn comes. */
async function accept(categories) {
  if (categories === undefined) return choose({ choice: 'accept-all' });
  const wanted = [].concat(categories);
  if (!wanted.length || !wanted.every((name) => CATEGORIES.includes(name)))
    throw new TypeError('abide: no category'); // an event, where accept itself is a listener
  return choose({ choice: 'add', grant: wanted });
}

/** The second step of a grant after an opt-out, for which the first one asked. */
const confirm = () => choose({ choice: 'confirm' });
const reject = () => choose({ choice: 'reject-all' });
/** Takes every grant back. */
const withdraw = () => choose({ choice: 'withdraw' });
/** What is not named counts as refused; `exceptions` are told of and given although a signal denies them. */
function save(wishes, exception = []) {
  const of = (wanted) => CATEGORIES.filter((name) => wishes[name] === wanted);
  return choose({ choice: 'save', grant: of(true), keep: of('keep'), exception });
}

/** Shows the notice again, or where the page has none the settings. */
function open(opener) {
  if (site.open) return site.open();
  if (!reopen()) openSettings(opener);
}

/** As the page that they are; over this one where it asks for that, and it can be. */
function openSettings(link) {
  const url = own(`?${formOf({})}`);
  if (!marks().abideSettings) return location.assign(url);
  const busy = (is) => { if (link) link.ariaBusy = is; };
  busy(true);
  import('./settings.mjs').then((one) => (busy(null), one.show(url, link))).catch(() => {
    busy(null);
    return navigator.onLine ? location.assign(url) : say('failed'); // no page is lost to the browser's own
  });
}

function reopen() {
  const notice = page.querySelector(NOTICE);
  if (!notice) return;
  notice.hidden = false;
  delete marks().abideQuiet;
  focusOn(notice);
  notice.scrollIntoView({ block: 'nearest' });
  return true;
}

/** Loads the core itself, see core.mjs. A page whose CSP forbids wasm asks for the twin: trying would be reported. */
const core = async ({ twin = false } = {}) => {
  const made = await import('./core.mjs');
  return made[twin ? 'loadTwin' : 'load']();
};

const api = Object.freeze({ state, on, allows, allowsCookie, allowsUrl, ready, accept, confirm, reject, save, withdraw, open: () => open(), core });

// Of several copies of this module in a page the first that starts does the work for all.
const [theState, theOn, theAllows, theAllowsCookie, theAllowsUrl, theReady, theAccept, theConfirm, theReject, theSave,
  theWithdraw, theOpen, theCore] =
  Object.keys(api).map((name) => (...given) => ((page && document[STARTED]) || api)[name](...given));
export { theState as state, theOn as on, theAllows as allows, theAllowsCookie as allowsCookie,
  theAllowsUrl as allowsUrl, theReady as ready, theAccept as accept,
  theConfirm as confirm, theReject as reject, theSave as save, theWithdraw as withdraw, theOpen as open, theCore as core,
  STRICTEST as strictest };

async function choose(fields) {
  needPage();
  return putInForce(formOf(fields));
}

function formOf(fields) {
  const form = new URLSearchParams({ from: 'settings', return: here(), lang: language() });
  for (const [name, values] of Object.entries(fields)) for (const value of [].concat(values)) form.append(name, value);
  return form;
}

function putInForce(form, path) {
  ++choices;
  const next = turn.then(() => decide(form, path));
  turn = next.catch(() => {});
  pending.push(form);
  keep();
  refuseAtOnce(next.catch(() => NEVER));
  return next;
}

async function decide(form, path) {
  // What nobody recorded as refused is told again, by naming only what is added to it.
  if (unrecorded.length && form.get('choice') === 'add') form.set('choice', 'save');
  const clearing = mayTakeAway(form) ? loadClearing() : null; // under way while the server answers
  try {
    const decision = await site.choose(form, path);
    ++choices; // what was asked before may be answered later, and says what was before
    drop(form);
    if (form.has('choice')) unrecorded.length = 0;
    keep();
    const cleared = clearing?.then((clear) => clear?.(decision)).catch(console.error);
    apply(decision, cleared); // at once; a page that is loaded again waits for the clearing
    channel?.postMessage(decision);
    // A signal is no answer to the notice, and an objection or a service answers only a part of it.
    if (form.has('choice') && !/^object|service$/.test(form.get('choice'))) closeNotice();
    await cleared;
    return state();
  } catch (error) {
    drop(form);
    if (isRefusal(form)) unrecorded.push(form);
    refuseAtOnce(NEVER);
    await refresh(); // a refusal may hold although it was not recorded
    throw error;
  }
}

const drop = (form) => pending.includes(form) && pending.splice(pending.indexOf(form), 1);

/** What nobody has recorded yet, as forms, in order. What other pages wait for counts as well. */
const unsaved = () => [...kept(), ...unrecorded, ...pending];

/** Refusals stay in the browser until somebody recorded them: the gate of the next page lets nothing run, and the page sends
    them again. What was granted beside them was not saved: it stays as it was. */
function keep() {
  const left = [...unrecorded, ...pending].filter(isRefusal);
  try {
    if (left.length) localStorage.abide = left.join('\n').replace(/\b(grant|exception)=/g, 'keep=');
    else delete localStorage.abide;
  } catch {}
}

function kept() {
  try {
    return (localStorage.abide ?? '').split('\n').filter(Boolean).map((form) => new URLSearchParams(form));
  } catch {
    return [];
  }
}

/** Puts a decision in force, without what was refused since. A refusal that nobody recorded keeps the page from being
    loaded again: the next one would know nothing of it. */
function apply(decision, until) {
  gate().apply(unsaved().reduce(without, decision), unrecorded.length ? NEVER : until);
  tellKnown(decision);
}

/** A refusal is in force from the press on. */
function refuseAtOnce(until) {
  const now = state(), next = unsaved().reduce(without, now);
  if (JSON.stringify(next) !== JSON.stringify(now)) gate()?.apply(next, until);
}

const isRefusal = (form) => /^(reject-all|withdraw|opt-out|save)$/.test(form.get('choice'));

/** A decision without what the form refuses: what an opt-out takes away, else what the form does not name. */
function without(before, form) {
  if (!isRefusal(form)) return before;
  const decision = { ...before, notice: before.notice === 'banner' ? 'none' : before.notice }; // it is answered
  const { allowed, allowedShared, optedOut, optedOutShared, allowedNames, services } = decision;
  const only = (own, shared, kept) => Object.assign(decision, { allowed: allowed.filter((name) => own?.includes(name)),
    allowedShared: allowedShared.filter((name) => shared?.includes(name)), services: services?.filter(kept) });
  if (form.get('choice') === 'opt-out') return only(optedOut, optedOutShared, () => false);
  const named = ['required', ...['grant', 'keep', 'exception'].flatMap((field) => form.getAll(field))];
  for (const name in allowedNames) if (!named.includes(name)) {
    decision.allowedExempt = [];
    decision.allowedNames = Object.fromEntries(Object.entries(allowedNames).filter(([one]) => named.includes(one)));
  }
  return only(named, named, ({ category }) => named.includes(category));
}

// What was refused goes: that a script stored.

const mayTakeAway = (form) => !/^(accept-all|add|confirm|allow-service)$/.test(form.get('choice')) && storesAny();

function storesAny() {
  try {
    return page.cookie || localStorage.length || sessionStorage.length;
  } catch {
    return false; // a page that may not store anything
  }
}

/** Never holds up a refusal for long. */
function loadClearing() {
  return Promise.race([
    import('./rules.mjs').then(({ load, clearing }) => load(site.policy).then(clearing)),
    new Promise((resolve) => setTimeout(resolve, 1000)),
  ]).catch(() => null);
}

/** What was refused elsewhere, by a signal, or by the law before an answer, may still lie in this browser: in storage no server
    reaches it. */
function clearRefused({ allowed, allowedShared, chosen, gpc, mode, regime }) {
  const isAll = [allowed, allowedShared].every((list) => list.length === CATEGORIES.length);
  if (isAll || mode === 'observe' || !(chosen || gpc || regime === 'opt_in') || !storesAny()) return;
  setTimeout(() => loadClearing().then((clear) => clear?.(state())), 500); // not beside the page's own work
}

// The server: every answer is its new decision.

/** Without query and hash where a form has no room for them. */
function here() {
  const { pathname, search, hash } = location, whole = pathname + search + hash;
  return whole.length <= 1000 ? whole : pathname;
}
const own = (rest) => new URL(state().path + rest, location); // whatever <base> the page has
const language = () => spoken ?? state().lang ?? page.documentElement.lang;

async function ask(path, request) {
  const signal = AbortSignal.timeout?.(20_000); // of a server that does not answer
  const reply = await fetch(own(path), { ...request, signal, headers: { Accept: 'application/json' } });
  const decision = reply.ok && await reply.json().catch(() => null);
  if (decision?.v !== 1) throw new Error('abide: not saved');
  return decision;
}

/** An answer that a choice has overtaken says nothing any more. */
function refresh() {
  const before = choices;
  return site.state().then((decision) => {
    if (choices !== before) return refresh(); // the cookie may say the older answer now
    apply(decision);
    settleNotice();
  }, () => {});
}

/** Without a printed state: asks the server whose file this is, or where there is none decides here. */
async function openSite(options) {
  const { askServer } = await import('./place.mjs');
  if (!options.policy && await askServer()) return;
  const { openStatic } = await import('./static.mjs');
  site = openStatic(options, api);
  await site.begin();
}

// Tabs: a choice in one is in force in all, a refusal before the server answers. A page in the browser's cache hears nothing; it asks when it comes back.

function openChannel() {
  addEventListener('storage', ({ key, newValue }) => { if (key === 'abide' && newValue) refuseAtOnce(NEVER); });
  try {
    channel = new BroadcastChannel(`abide ${site.name ?? own('').pathname}`); // other sites may share the origin
  } catch {
    return; // none, or, in Firefox, not for pages that may keep nothing
  }
  channel.onmessage = ({ data }) => {
    ++choices;
    unrecorded.length = 0;
    const { lang, status } = state(); // the other tab may speak another language
    apply({ ...data, lang, status });
    if (!page.hidden) refresh();
  };
}

// The page

function lookEverywhere() {
  seeRoots();
  look(document);
  seeNew(document);
  new MutationObserver(changeLanguage).observe(page.documentElement, { attributeFilter: ['lang'] });
}

/** New elements below the document or a shadow root. */
function seeNew(root) {
  new MutationObserver((records) => {
    for (const { addedNodes } of records) for (const node of addedNodes) if (node instanceof Element) look(node);
    if (root === document) follow(state().path);
  }).observe(root, { childList: true, subtree: true });
}

const shadows = new WeakSet();

/** Looks into open shadow roots, and into closed ones that are attached from now on. A walker takes a third of the time of a
    selector for all elements. A form's field named `shadowRoot` has no host. */
function lookWithin(root) {
  const walker = page.createTreeWalker(root, 1 /* elements */);
  for (let node = root; node; node = walker.nextNode()) if (node.shadowRoot?.host) enter(node.shadowRoot);
}

function enter(root) {
  if (shadows.has(root)) return;
  shadows.add(root);
  root.addEventListener('click', obeyButton);
  seeNew(root);
  look(root);
}

/** An element that is defined late attaches its root without a change of the document. */
function seeRoots() {
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (init) {
    const root = attachShadow.call(this, init);
    if (!init.abide) queueMicrotask(() => enter(root));
    return root;
  };
}

/** What a script of Abide's says follows the page; what the server wrote is the next page's. */
function changeLanguage() {
  const { lang } = page.documentElement;
  if (lang !== language()) import('./words.mjs').then(({ speak }) => speak(spoken = lang, refresh));
}

function look(root) {
  if (bare(root).getRootNode() === document) gather(root, site.open ? undefined : state().notice);
  else import('./sources.mjs').then((one) => one.look(root, api)); // the gate does not look there
  lookWithin(root);
  if (state().v === 1) showDecision(state(), root);
  if (within(root, SPECIAL).length)
    import('./parts.mjs').then(({ look: lookFor }) => lookFor(root, api, site, choose)).catch(console.warn);
}

function showDecision(decision, root = document) {
  for (const element of within(root, '[data-abide-when]')) {
    const hadFocus = element.contains(page.activeElement);
    if ((element.hidden = !decision[element.dataset.abideWhen]) && hadFocus) focusOn(settingsLink());
  }
  delete marks().abideIs;
  const { status } = decision;
  if (status === undefined) return;
  delete marks().abideTold;
  for (const line of within(root, '[data-abide-status]')) {
    line.hidden = !status;
    if (status && line.parentNode === page.documentElement) page.body.append(line);
    for (const part of ['title', 'text'])
      for (const place of within(line, `[data-abide-status-${part}]`)) place.textContent = status?.[part] ?? '';
  }
}

function submitInPlace(event) {
  const form = event.target, button = event.submitter;
  if (!bare(form).matches(FORM)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const fields = new FormData(form);
  if (button?.name) fields.set(button.name, button.value);
  if (fields.has('return')) fields.set('return', here()); // the page may have gone on without a load
  press(new URLSearchParams(fields), button);
}

/** Shows at once that the press counts: the notice goes, and a line says what becomes of the choice. Whoever may not send
    from here at all sends as if there were no script. */
async function press(fields, button) {
  if (pending.map(String).includes(`${fields}`)) return; // pressed twice
  const choice = fields.get('choice'), asked = page.querySelector(`${NOTICE}:not([hidden])`);
  if (!/^object|service$/.test(choice)) closeNotice();
  say('saving');
  if (choice === 'withdraw') session('withdrawn');
  try {
    const { status, unconfirmed } = await putInForce(fields);
    say(choice === 'withdraw' ? 'withdrawn' : 'saved', status?.title && status.text); // what a signal keeps off
    if (unconfirmed) site.open?.(); // a static site has no status line: its notice tells of the second step
  } catch {
    await new Promise((go) => setTimeout(go, 50)); // browsers tell of a policy's no a little later
    if (isBarred && button) {
      removeEventListener('submit', submitInPlace, true);
      return button.click();
    }
    say('failed');
    if (asked && !isRefusal(fields)) reopen();
  }
}

/** What the page that is loaded again after a withdrawal is to say. */
function session(word) {
  try {
    const said = sessionStorage.abide;
    delete sessionStorage.abide;
    if (word) sessionStorage.abide = word;
    return said;
  } catch {}
}

/** The page comes from a choice. */
function greet() {
  const line = page.querySelector('.abide-said:not([hidden])'), word = session();
  if (!line) return;
  fade(line);
  if (!word) return;
  say(word);
  focusOn(settingsLink());
}

/** In the line that the server wrote for it; a site without one says it itself. It goes by itself, but not with the focus in
    it, and not while something went wrong. */
function say(what, more) {
  const line = page.querySelector('.abide-said');
  if (!line) return;
  line.hidden = false;
  const place = line.querySelector('span');
  place.role = what === 'failed' ? 'alert' : 'status';
  setTimeout(() => { place.textContent = `${line.dataset[what]} ${more || ''}`; }); // readers know it by now
  clearTimeout(fading);
  if (!/ing|failed/.test(what)) fade(line);
}

function fade(line) {
  fading = setTimeout(() => { line.hidden = !line.contains(page.activeElement) || fade(line); }, 8000);
}

/** What was pressed, and what it lies in: through open shadow roots. */
const pressed = (event, selector) => event.composedPath().slice(0, -2).find((node) => bare(node).matches?.(selector));
const isOrdinary = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey);

/** Abide's own pages are whole pages: no router takes a link to them. The settings may open in place. */
function leaveByLink(event) {
  const link = pressed(event, 'a[href]'), { path } = state();
  if (!isOrdinary(event) || link?.origin !== location.origin || link.matches('[data-abide]')) return;
  if (!`${link.pathname}/`.startsWith(`${path}/`)) return;
  event.stopImmediatePropagation();
  if (/return=/.test(link.search)) link.search = link.search.replace(/return=[^&]*/, `return=${encodeURIComponent(here())}`); // to where the visitor is now
  if (!marks().abideSettings || link.pathname !== path) return;
  event.preventDefault();
  openSettings(link);
}

function obeyButton(event) {
  const button = pressed(event, '[data-abide]');
  if (event.defaultPrevented || !isOrdinary(event) || !button) return;
  const wish = button.dataset.abide;
  if (!/^(accept-all|confirm|reject-all|withdraw|open)$/.test(wish)) return;
  event.preventDefault(); // it may be a link to the preference page
  if (wish === 'open') open(button);
  else press(formOf({ choice: wish }));
}

/** A focus trap of the page's own does not take the notice for something that lies outside its dialog. */
function rememberOpener(event) {
  const { target, relatedTarget } = event;
  if (!bare(target).closest?.(NOTICE)) return;
  event.stopPropagation();
  if (relatedTarget && !bare(relatedTarget).closest(NOTICE)) opener = relatedTarget;
}

/** Nor does it refuse a press there. */
function shield(event) {
  if (bare(event.target).closest?.(NOTICE)) event.preventDefault = event.stopImmediatePropagation = () => {};
}

/** The page was marked so that no notice shows: from now on it tells itself whether it does. */
function settleNotice() {
  if (state().notice !== 'banner') closeNotice();
  delete marks().abideQuiet;
}

/** Hides the notice and gives the focus back to where it came from, or to the beginning of the content. */
function closeNotice() {
  for (const notice of page.querySelectorAll(NOTICE)) {
    const hadFocus = notice.contains(page.activeElement);
    notice.hidden = true;
    if (hadFocus) focusOn(opener?.isConnected ? opener : contents());
  }
}

const settingsLink = () => [...page.querySelectorAll(`body a[href^="${state().path}"]`)].pop() ?? contents();
const contents = () => page.querySelector('main') ?? page.body;

function focusOn(element) {
  element.focus({ preventScroll: true });
  if (page.activeElement === element && element !== page.body) return;
  element.tabIndex = -1; // cannot have the focus by itself: for this once
  element.addEventListener('blur', () => element.removeAttribute('tabindex'), { once: true });
  element.focus({ preventScroll: true });
}

// Not in a bundle of the site's own, which calls start() itself.
const isOwnTag = ({ src }) => src === import.meta.url && new URL(src).pathname.endsWith('/abide.mjs');
if (page && [...page.scripts].some(isOwnTag)) start();
