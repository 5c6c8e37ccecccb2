// Abide in the page: answers the notice without a reload, reports a signal that only the browser shows to the server, keeps
// tabs in step, and offers the decision to the page's own code. The decision itself and the script gate are in gate.js
// (window.abide). The module starts by itself when a script tag of the page loads it; code that imports it calls start().

import { eachNewRoot, eachRoot } from './page/roots.mjs';
import { greet, guardPresses, obeyButton, open, PRESSES } from './choice/presses.mjs';
import { gate, isOutdated, marks, state, STRICTEST } from './page/decision.mjs';
import { clearRefused, formOf, openChannel, openSite, putInForce, refresh, refuseAtOnce, site, tellKnown, waitFor } from './choice/choices.mjs';
import { language, noteBar, server, setLanguage } from './choice/server.mjs';
import { kept } from './choice/refusals.mjs';
import { follow, gather } from './notice/following.mjs';
import { bare, page, using, within } from './page/page.mjs';
import { closeIfAnswered, focusOn, settingsLink, settleNotice } from './notice/closing.mjs';

const CATEGORIES = ['required', 'analytics', 'functional', 'targeting'];

// Roughly what parts.mjs has parts for: most pages have none of it.
const SPECIAL = '[data-box],[data-cookiecategory],[data-cookieconsent],[data-cc],' +
  `[data-name],[videoid],.googlemapsembed,[class*=optanon],[class*=ot-sdk],dialog,[popover],[data-category]:not(${
    CATEGORIES.map((name) => `script[data-category=${name}]`)})`;

const STARTED = Symbol.for('abide.started'); // shared with other copies of this module

let rules; // the rules of rules.mjs, once the policy has been read
let opening = Promise.resolve(); // pending until it is known who decides, a server or this page
const needPage = () => { if (!page) throw Error('abide: no page'); };

/** Calls the listener for later events, and at once for the latest one if the gate has run. */
function on(name, listener) {
  if (!page) return () => {};
  if (gate() && name !== 'known') return gate().on(name, listener); // what the gate itself tells
  const heard = [`abide:${name}`, ({ detail }) => listener(detail)];
  HEARD.push(heard);
  addEventListener(...heard, true);
  return () => {
    removeEventListener(...heard, true);
    if (HEARD.includes(heard)) HEARD.splice(HEARD.indexOf(heard), 1);
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

/** Starts once; further calls return the same object. Without a page nothing starts. */
export function start(options = {}) {
  if (!page) return api;
  if (document[STARTED]) return document[STARTED];
  document[STARTED] = api;
  if (options.files) marks().abideFiles = new URL(options.files, page.baseURI);
  on('run', beforeTags);
  const begun = gate() ? begin(options) : import('./gate/gate.js').then(() => begin(options));
  if (begun) waitFor(opening = begun);
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
  try {
    guardPresses();
    eachNewRoot((root) => opening.then(() => enter(root))); // from now on: nobody finds a closed one later
  } catch {} // some pages freeze what is built in
  on('consent', showDecision);
  on('consent', clearRefused);
  on('change', closeIfAnswered);
  const go = () => {
    isOutdated() ? refresh() : settleNotice();
    on('signal', ({ from }) => { // one POST per page, so that the server can remember the signal; the gate obeys it anyway
      if (from === 'page' && site === server)
        putInForce(new URLSearchParams({ gpc: 1, lang: language() })).catch(() => {});
    });
    openChannel();
    enter(document);
    greet();
  };
  if (page.getElementById('abide-state') && !options.policy) return go();
  return openSite(options, api).catch(console.error).then(go);
}

// Listeners of the window.
const HEARD = [
  ...PRESSES, ['securitypolicyviolation', noteBar],
  ['visibilitychange', () => {
    gate().apply(); // the signal may have changed meanwhile
    if (!page.hidden) refresh(); // so may the choice, on a page without scripts
  }],
  ['pageshow', ({ persisted }) => { if (persisted) refresh(); }],
  ['storage', () => refuseAtOnce()]];

/** Adds each listener once, however often it is called. */
function listen() {
  for (const one of HEARD) addEventListener(...one, true);
}

// Choices. Each promise resolves with the decision in force and rejects if nothing was saved.

/** Accepts everything, or adds these categories to what is allowed when their turn comes. */
async function accept(categories) {
  if (categories === undefined) return choose({ choice: 'accept-all' });
  const wanted = [].concat(categories);
  if (!wanted.length || !wanted.every((name) => CATEGORIES.includes(name)))
    throw TypeError('abide: no category'); // for example an event, if accept itself is the listener
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

// The page

const entered = new WeakSet(); // the document and shadow roots

/** Looks at the document or a shadow root, and watches there for elements that are new or get a category or an
    address. */
function enter(root) {
  if (entered.has(root)) return;
  entered.add(root);
  if (root.host) root.addEventListener('click', obeyButton, true); // the window does not see into closed roots
  new MutationObserver((records) => {
    listen(); // document.open() removes the listeners
    for (const { attributeName: name, addedNodes, target } of records) {
      if (name === 'lang') changeLanguage();
      for (const node of name ? [target] : addedNodes) if (node.localName) look(node);
    }
    if (page.documentElement?.parentNode === root) follow(state().path);
  }).observe(root, { childList: true, subtree: true, attributeFilter: ['lang', 'data-category', 'data-src', 'data-abide-src'] });
  look(root);
}

/** Texts that Abide's scripts show follow the page's language. Texts that the server wrote change with the next page. */
function changeLanguage() {
  const { lang } = page.documentElement;
  if (lang !== language()) using(import('./page/words.mjs'), (one) => one.speak(setLanguage(lang), refresh));
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

// Not in a bundle of the site's own, which calls start() itself.
const isOwnTag = ({ src }) => src === import.meta.url && src.includes('/abide.mjs');
if (page && [...page.scripts].some(isOwnTag)) start();
