// Abide in the page: answers the notice without a reload, reports a signal that only the browser shows to the server, keeps
// tabs in step, and offers the decision to the page's own code. The decision itself and the script gate are in gate.js
// (window.abide). The module starts by itself when a script tag of the page loads it; code that imports it calls start().

import { follow, gather, NOTICE } from './notice/following.mjs';
import { fade, say, session } from './choice/message.mjs';
import { bare, page, using, within } from './page/page.mjs';
import { isRefusal, keep, kept, without } from './choice/refusals.mjs';
import { eachNewRoot, eachRoot } from './page/roots.mjs';

const FORM = 'form[data-abide-form]';
const CATEGORIES = ['required', 'analytics', 'functional', 'targeting'];

// Roughly what parts.mjs has parts for: most pages have none of it.
const SPECIAL = '[data-box],[data-cookiecategory],[data-cookieconsent],[data-cc],' +
  `[data-name],[videoid],.googlemapsembed,[class*=optanon],[class*=ot-sdk],dialog,[popover],[data-category]:not(${
    CATEGORIES.map((name) => `script[data-category=${name}]`)})`;

const STARTED = Symbol.for('abide.started'); // shared with other copies of this module

const server = {
  choose: (fields, path = '') => ask(path, { method: 'POST', body: fields, keepalive: true }),
  state: () => ask(`/state?lang=${language()}${marks().abideQuiet ? '&old=1' : ''}&at=${Date.now()}`), // workers may keep what they know
};
let site = server; // or static.mjs
let channel = null;
let rules = null; // the rules of rules.mjs, once the policy has been read
let opener = null; // the element that had the focus before the notice
let opening = Promise.resolve(); // pending until it is known who decides, a server or this page
let turn = opening; // one choice after the other
let choices = 0; // the number made, plus the number answered
const pending = new Set(); // choices that are not answered yet, as forms; the first is being sent
const unrecorded = []; // refusals that could not be recorded, as forms: they hold in this page
let isBarred; // the page's policy blocks requests of scripts to Abide
let spoken; // the language that the page changed to
const ANY_EVENT = page && Object.getPrototypeOf(UIEvent.prototype); // not Event, which old libraries replace
const NEVER = new Promise(() => {});
const marks = () => page.documentElement?.dataset || {}; // abideQuiet: 1 if the gate found the page outdated; see shared.js

// Without a page, as on a server, and until the gate has run, the strictest decision holds.
const NONE = Object.freeze(['required']);
const STRICTEST = Object.freeze({ gpc: false, path: '/consent', allowed: NONE, allowedShared: NONE });
const needPage = () => { if (!page) throw new Error('abide: no page'); };
const gate = () => (page && Object.isFrozen(window.abide) ? window.abide : undefined); // elements and frames are not frozen

const state = () => gate()?.state() ?? { ...STRICTEST };

/** Calls the listener for later events, and at once for the latest one if the gate has run. */
function on(name, listener) {
  if (!page) return () => {};
  if (gate() && name !== 'known') return gate().on(name, listener); // what the gate itself tells
  const heard = [`abide:${name}`, ({ detail }) => listener(detail)];
  HEARD.push(heard);
  addEventListener(...heard, true);
  return () => {
    removeEventListener(...heard, true);
    heard[1] = null;
  };
}

/** Whether a category may be used. */
const allows = (category, shared) => category === 'required' || !!gate()?.allows(category, shared);

/** Whether a cookie or a storage key of that name, or a URL, may be used. `false` until ready() has resolved. */
const allowsCookie = (name, facts) => judged((of) => of.cookie(`${name}`, facts));
const allowsUrl = (url, facts) => judged((of) => of.url(`${url}`, facts));

function judged(classify) {
  if (!rules) ready().catch(() => {});
  return rules?.judge(classify(rules)) ?? false;
}

/** Loads what allowsCookie() and allowsUrl() need: the policy. The core is loaded for the first question that needs it. */
async function ready() {
  needPage();
  await opening;
  rules = await (await import('./verdict/rules.mjs')).load(site.policy);
  tellKnown();
}

/** Tells listeners that answers may have changed although the decision has not. `detail`: the decision, if it is the
    server's present one. */
const tellKnown = (detail) => page.dispatchEvent(new CustomEvent('abide:known', { detail }));

/** Starts once; further calls return the same object. Without a page nothing starts. */
export function start(options = {}) {
  if (!page) return api;
  if (document[STARTED]) return document[STARTED];
  document[STARTED] = api;
  if (options.files) marks().abideFiles = new URL(options.files, page.baseURI);
  on('run', beforeTags);
  const begun = gate() ? begin(options) : import('./gate/gate.js').then(() => begin(options));
  if (begun) turn = opening = begun;
  for (const form of kept()) putInForce(form).catch(() => {}); // what earlier pages could not record
  return api;
}

/** Loads what late scripts need before the first of them runs; they wait for it. */
function beforeTags(held) {
  const scripts = held.filter(({ localName }) => localName === 'script');
  if (scripts.length) held.push(using(import('./gated/belated.mjs'), (one) => one.standIn(scripts, held.nowhere)));
}

function begin(options) {
  listen();
  // The page can neither cancel nor take a press, a key, the wheel or a form of Abide's elements.
  for (const name of ['stopPropagation', 'stopImmediatePropagation', 'preventDefault'])
    UIEvent.prototype[name] = SubmitEvent.prototype[name] = function () {
      isIn(this.composedPath()[0] ?? page, '.abide') || ANY_EVENT[name].call(this);
    };
  on('consent', showDecision);
  on('consent', clearRefused);
  on('change', closeIfAnswered);
  const go = () => {
    if (marks().abideQuiet > 0) refresh();
    else if (marks().abideQuiet) settleNotice();
    on('signal', ({ from }) => { // one POST per page, so that the server can remember the signal; the gate obeys it anyway
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

// Listeners of the window: they are called before those of routers.
const HEARD = [
  ...['click', 'pointerdown', 'focusin', 'mousedown', 'keypress', 'keydown', 'keyup', 'touchend'].map((type) => [type, hide]),
  ['submit', submitInPlace], ['click', leaveByLink],
  ['securitypolicyviolation', ({ blockedURI }) => { isBarred ||= blockedURI.startsWith(own('')); }],
  ['visibilitychange', () => {
    gate().apply(); // the signal may have changed meanwhile
    if (!page.hidden) refresh(); // so may the choice, on a page without scripts
  }],
  ['pageshow', ({ persisted }) => { if (persisted) refresh(); }],
  ['storage', ({ key }) => key === 'abide' && refuseAtOnce(NEVER)]];

/** Adds each listener once, however often it is called. */
function listen() {
  for (const one of HEARD) addEventListener(...one, true);
  page.addEventListener('click', obeyButton);
}

// Choices. Each promise resolves with the decision in force and rejects if nothing was saved.

/** Accepts everything, or adds these categories to what is allowed when their turn comes. */
async function accept(categories) {
  if (categories === undefined) return choose({ choice: 'accept-all' });
  const wanted = [].concat(categories);
  if (!wanted.length || !wanted.every((name) => CATEGORIES.includes(name)))
    throw new TypeError('abide: no category'); // for example an event, if accept itself is the listener
  return choose({ choice: 'add', grant: wanted });
}

/** The second step of a grant after an opt-out. */
const confirm = () => choose({ choice: 'confirm' });
const reject = () => choose({ choice: 'reject-all' });
/** Takes every grant back. */
const withdraw = () => choose({ choice: 'withdraw' });
/** Refuses what is not named. `exception`: categories to allow although a signal denies them; the visitor was told so. */
function save(wishes, exception = []) {
  const of = (wanted) => CATEGORIES.filter((name) => wishes[name] === wanted);
  return choose({ choice: 'save', grant: of(true), keep: of('keep'), exception });
}

/** Shows the notice again, or the settings if the page has no notice. */
function open(opener) {
  site.open ? site.open() : reopen() || openSettings(opener);
}

async function openSettings(link = {}, to) {
  link.ariaBusy = true;
  await leaveFor(link, to).catch(() => say('failedLink'));
  link.ariaBusy = null;
}

/** Goes to one of Abide's pages, or shows the settings over this page if the page asks for that and they can be loaded. Leaves
    only once the server answers; otherwise the browser's error page would replace this page. */
async function leaveFor(link, to) {
  const settings = own('?' + formOf({})), wanted = to || settings;
  if (wanted.pathname === own('').pathname) try { // a worker may answer each navigation with the application's page
    if (marks().abideSettings || navigator.serviceWorker?.controller) return await import('./choice/settings.mjs').then((one) => one.show(settings, link));
  } catch {}
  await send(wanted, { method: 'HEAD', redirect: 'manual' }).catch(needBar);
  location.assign(wanted);
  return new Promise((go) => addEventListener('pagehide', go)); // loading the page may take as long again
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

/** Loads the core itself, see core.mjs. A page whose CSP forbids wasm should ask for the twin: browsers report the attempt
    to load wasm. */
const core = ({ twin } = {}) => import('./core/core.mjs').then((one) => one[twin ? 'loadTwin' : 'load']());

const api = Object.freeze({ state, on, allows, allowsCookie, allowsUrl, ready, accept, confirm, reject, save, withdraw, open: () => open(), core });

// If a page has several copies of this module, the first that starts does the work for all.
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
  pending.add(form);
  keep([...unrecorded, ...pending]);
  refuseAtOnce(next.catch(() => NEVER));
  return next;
}

async function decide(form, path) {
  // Adding to a choice would not record an earlier refusal that failed. Saving does: it refuses what it does not name.
  if (unrecorded.length && form.get('choice') === 'add') form.set('choice', 'save');
  const clearing = mayTakeAway(form) ? loadClearing() : null; // loads while the server answers
  try {
    const decision = await site.choose(form, path);
    ++choices; // earlier requests may still be answered, with the former decision
    pending.delete(form);
    if (form.has('choice')) unrecorded.length = 0;
    keep([...unrecorded, ...pending]);
    const cleared = clearing?.then((clear) => clear?.(decision)).catch(console.error);
    apply(decision, cleared); // at once; a reload waits for the clearing
    channel?.postMessage(decision);
    closeFor(form.get('choice'));
    await cleared;
    return state();
  } catch (error) {
    pending.delete(form);
    if (isRefusal(form)) unrecorded.push(form);
    refuseAtOnce(NEVER);
    await refresh(); // a refusal may hold although it was not recorded
    throw error;
  }
}

/** The choices that are not recorded yet, as forms, in order. Those of other pages count as well. */
const unsaved = () => [...kept(), ...unrecorded, ...pending];

/** A decision without what was refused since. */
function unrefused(decision) {
  for (const form of unsaved()) decision = without(decision, form);
  return decision;
}

/** Puts a decision in force, without what was refused since. While a refusal is not recorded the page is not reloaded: the
    next page would not know of it. */
function apply(decision, until) {
  gate().apply(unrefused(decision), unrecorded.length ? NEVER : until);
  tellKnown(decision);
}

/** Puts a refusal in force as soon as it is made. */
function refuseAtOnce(until) {
  const now = state(), next = unrefused(now);
  if (JSON.stringify(next) !== JSON.stringify(now)) gate()?.apply(next, until);
}

// Clears what scripts stored for what was refused.

const mayTakeAway = (form) => !/^(a|confirm)/.test(form.get('choice')) && storesAny(); // not accept-all, add, allow-service

function storesAny() {
  try {
    return page.cookie || localStorage.length || sessionStorage.length;
  } catch {
    return false; // the page may not store anything
  }
}

/** Waits a second at most: a refusal must not be delayed for long. */
function loadClearing() {
  return Promise.race([
    import('./verdict/rules.mjs').then((one) => one.load(site.policy).then(one.clearing)),
    new Promise((go) => setTimeout(go, 1000)),
  ]).catch(() => {});
}

/** Clears what was refused on another page, by a signal, or by the law before an answer. It may still be in this browser,
    and servers cannot reach storage. */
function clearRefused({ allowedShared, chosen, gpc, mode, regime }) {
  const isAll = allowedShared[3]; // all four categories, and what is allowed for shared cookies is allowed for others
  if (isAll || mode === 'observe' || !(chosen || gpc || regime === 'opt_in') || !storesAny()) return;
  setTimeout(() => loadClearing().then((clear) => clear?.(state())), 500); // after the page's own work
}

// The server. Each of its answers is its new decision.

/** The page's path, without query and hash if they are too long for the form. */
function here() {
  const { pathname, search, hash } = location, whole = pathname + search + hash;
  return whole.length <= 1000 ? whole : pathname;
}
const own = (rest) => new URL(state().path + rest, location); // independent of the page's <base>
const language = () => spoken ?? state().lang ?? page.documentElement.lang;

/** Fails if the server does not answer in time. */
const send = (url, request) => fetch(`${url}`, { ...request, signal: AbortSignal.timeout?.(20_000) });

/** Resolves if the page's policy forbade the request, else rejects. Browsers report the violation a little later. */
const needBar = () => new Promise((go, fail) => setTimeout(() => (isBarred ? go : fail)(), 50));

async function ask(path, request) {
  const reply = await send(own(path), { ...request, headers: { Accept: 'application/json' } });
  const decision = reply.ok && await reply.json().catch(() => {});
  if (decision?.v !== 1) throw new Error('abide: not saved');
  return decision;
}

/** Asks for the decision in force. Asks again if a choice was made or answered meanwhile: that answer is outdated. */
function refresh() {
  const before = choices;
  return site.state().then((decision) => {
    if (choices !== before) return refresh(); // the older answer may have set the cookie
    apply(decision);
    settleNotice();
  }, () => {});
}

/** Without a printed state: asks the server that this file came from. If there is none, the page decides. */
async function openSite(options) {
  if (!options.policy && await (await import('./page/place.mjs')).askServer()) return;
  site = (await import('./static/static.mjs')).openStatic(options, api);
  await site.begin();
}

// Tabs: a choice in one holds in all, and a refusal even before the server answers. A page in the browser's cache gets no
// messages; it asks when it comes back.

function openChannel() {
  try {
    channel = new BroadcastChannel(`abide ${site.name ?? own('').pathname}`); // other sites may share the origin
  } catch {
    return; // there is none; in Firefox, for pages that may not store anything
  }
  channel.onmessage = ({ data }) => {
    ++choices;
    unrecorded.length = 0;
    const { lang, status } = state(); // the other tab may be in another language
    apply({ ...data, lang, status });
    if (!page.hidden) refresh();
  };
}

// The page

function lookEverywhere() {
  eachNewRoot(enter);
  look(document);
  seeNew(document);
  new MutationObserver(changeLanguage).observe(document, { subtree: true, attributeFilter: ['lang'] });
}

/** Watches for new elements below the document or a shadow root. */
function seeNew(root) {
  new MutationObserver((records) => {
    listen(); // document.open() removes the listeners
    for (const { addedNodes } of records) for (const node of addedNodes) if (node.localName) look(node);
    if (page.documentElement?.parentNode === root) follow(state().path);
  }).observe(root, { childList: true, subtree: true });
}

const shadows = new WeakSet();

function enter(root) {
  root.addEventListener('click', obeyButton);
  if (shadows.has(root)) return;
  shadows.add(root);
  seeNew(root);
  look(root);
}

/** Texts that Abide's scripts show follow the page's language. Texts that the server wrote change with the next page. */
function changeLanguage() {
  const { lang } = page.documentElement;
  if (lang !== language()) using(import('./page/words.mjs'), (one) => one.speak(spoken = lang, refresh));
}

function look(root) {
  if (bare(root).getRootNode() === document) gather(root, site.open ? undefined : state().notice);
  else using(import('./gated/sources.mjs'), (one) => one.look(root, api)); // the gate does not look there
  eachRoot(root, enter);
  if (state().v) showDecision(state(), root);
  if (within(root, SPECIAL).length)
    using(import('./parts.mjs'), (one) => one.look(root, api, site, choose));
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
    for (const part in status)
      for (const place of within(line, `[data-abide-status-${part}]`)) place.textContent = status[part];
  }
}

function submitInPlace(event) {
  const form = event.target, button = event.submitter;
  if (!isIn(form, FORM)) return;
  take(event);
  const fields = new URLSearchParams(new FormData(form));
  if (button?.name) fields.set(button.name, button.value);
  fields.set('return', here()); // a router may have changed the address
  press(fields, button);
}

/** Shows at once that the press counts: the notice closes, and a line says what becomes of the choice. If the page's policy
    blocks the request, the browser submits the form as it would without scripts. */
async function press(fields, button) {
  if ([...pending].map(String).includes(`${fields}`)) return; // pressed twice
  const choice = fields.get('choice'), asked = page.querySelector(`${NOTICE}:not([hidden])`);
  closeFor(choice);
  say('saving');
  const isWithdrawn = choice === 'withdraw';
  if (isWithdrawn) session('withdrawn');
  try {
    const { status, unconfirmed } = await putInForce(fields);
    say(isWithdrawn ? 'withdrawn' : 'saved', status?.title && status.text); // says what a signal keeps off
    if (unconfirmed) site.open?.(); // a static site has no status line: its notice explains the second step
  } catch {
    needBar().then(() => {
      delete button.form.dataset.abideForm;
      button.click();
    }).catch(() => {
      say('failed');
      if (!isRefusal(fields) && asked) reopen();
    });
  }
}

/** Shows the result of a choice that led to this page. */
function greet() {
  const line = page.querySelector('.abide-said:not([hidden])'), word = session();
  if (!line) return;
  fade(line);
  if (!word) return;
  say(word);
  focusOn(settingsLink());
}

/** Hides what happens in Abide's elements from the page, whose handlers may refuse keys, disable the button before the press
    counts, close a menu, or take the focus back into a dialog. Clicks that are no choice have listeners of their own there. */
function hide(event) {
  const { relatedTarget } = event;
  if (!isIn(event.target, event.type === 'click' ? '.abide [name=choice]' : '.abide')) return;
  event.cancelBubble = true;
  if (relatedTarget && !isIn(relatedTarget, NOTICE)) opener = relatedTarget;
}

/** Keeps an event from the browser and from the page. */
function take(event) {
  event.returnValue = false;
  ANY_EVENT.stopImmediatePropagation.call(event);
}

const isIn = (node, what) => bare(node).closest?.(what);

/** The pressed element, or the nearest one around it, that matches; also in open shadow roots. None if a key is held. */
const pressed = (event, selector) => (!event.ctrlKey && !event.metaKey && !event.shiftKey
  ? event.composedPath().slice(0, -2).find((node) => bare(node).matches?.(selector)) : null);

/** Keeps routers from handling a link to Abide's own pages, which are whole pages. The settings may open over this page. */
function leaveByLink(event) {
  const link = pressed(event, 'a[href]:not([data-abide],[download],[target]:not([target=_self]))');
  if (!(link?.origin + link?.pathname + '/').startsWith(own('/'))) return;
  take(event);
  openSettings(link, new URL(link.href.replace(/return=[^&#]*/, `return=${encodeURIComponent(here())}`))); // where the visitor is now
}

function obeyButton(event) {
  const button = pressed(event, '[data-abide]'), wish = button?.dataset.abide;
  if (event.defaultPrevented || !/^(accept-all|confirm|reject-all|withdraw|open)$/.test(wish)) return;
  event.returnValue = false; // it may be a link to the preference page
  if (wish === 'open') open(button);
  else press(formOf({ choice: wish }));
}

/** Removes the mark that hid the notice: from now on its own `hidden` counts. */
function settleNotice() {
  closeIfAnswered(state());
  delete marks().abideQuiet;
}

/** A signal does not answer the notice; an objection or a choice about a service answers only a part of it. */
const closeFor = (choice) => choice && !/^object|service$/.test(choice) && closeNotice();

const closeIfAnswered = ({ notice }) => notice === 'banner' || closeNotice();

/** Returns the focus to where it came from, or to the beginning of the content, and hides the notice. In this order, because
    a change of the focus makes the browser lay out a page that has changed. */
function closeNotice() {
  for (const notice of page.querySelectorAll(NOTICE)) {
    if (notice.contains(page.activeElement)) focusOn(opener?.isConnected ? opener : contents());
    notice.hidden = true;
  }
}

const settingsLink = () => [...page.querySelectorAll(`body a[href^="${state().path}"]`)].pop() ?? contents();
const contents = () => page.querySelector('main') ?? page.body;

function focusOn(element) {
  element.focus({ preventScroll: true });
  if (page.activeElement === element && element !== page.body) return;
  element.tabIndex = -1; // makes it focusable this once
  element.addEventListener('blur', () => element.removeAttribute('tabindex'), { once: true });
  element.focus({ preventScroll: true });
}

// Not in a bundle of the site's own, which calls start() itself.
const isOwnTag = ({ src }) => src === import.meta.url && new URL(src).pathname.endsWith('/abide.mjs');
if (page && [...page.scripts].some(isOwnTag)) start();
