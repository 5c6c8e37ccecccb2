// Abide in the page: answers the notice without a reload, tells the server of a signal that only the browser shows,
// keeps tabs in step, and offers the decision to the page's own code. The decision itself and the script gate are
// gate.js's (window.abide). It starts by itself when a script tag of the page loads it; who imports it calls start().

if (!window.abide?.apply) await import('./gate.js');
const gate = window.abide;

const NOTICE = '[data-abide-notice]';
const FORM = 'form[data-abide-form]';
const TIMEOUT = 20_000; // of a server that does not answer, in milliseconds
const CATEGORIES = ['required', 'analytics', 'functional', 'targeting'];

const OWN_WORDS = CATEGORIES.map((name) => `:not([data-category="${name}"])`).join('');

// Parts that only some pages need, each with what it looks for, and when, in milliseconds: meanwhile the gate lets
// through the frames that are allowed.
const PARTS = [
  { file: './frames.mjs', wants: 'iframe[data-category][data-src]', after: 100 },
  { file: './dialects.mjs', wants: '[data-cookiecategory],[data-cookieconsent],[class*="optanon-category-"],' +
    `[data-cc],.ot-sdk-show-settings,:is(script[type="text/plain"],[data-src])[data-category]${OWN_WORDS}` },
];

const STARTED = Symbol.for('abide.started'); // also of another copy of this module

const server = {
  choose: (fields, path = '') => ask(path, { method: 'POST', body: fields, keepalive: true }),
  state: () => ask(`/state?lang=${language()}`, { cache: 'no-store' }),
};
let site = server; // or static.mjs
let channel = null;
let rules = null; // rules.mjs, once it has read the policy
let opener = null; // what had the focus before the notice
let opening = Promise.resolve(); // until it is known who decides
let choosing = opening; // one choice after the other
let waiting = 0, choices = 0;
let unrecorded = null; // fields of a refusal that nobody has recorded

export const { state, on } = gate;

/** Whether a category, a cookie or a URL may be used; for the latter two `false` until ready(). */
export function allows(what, shared) {
  if (CATEGORIES.includes(what)) return gate.allows(what, shared);
  if (!rules) ready().catch(() => {});
  return rules?.allows(what) ?? false;
}

/** Loads the site's policy, by which allows() answers for cookies and URLs. */
export async function ready() {
  await opening;
  const { load } = await import('./rules.mjs');
  rules = await load(site.policy);
}

/** Begins once; further calls give what began. */
export function start(options = {}) {
  if (document[STARTED]) return document[STARTED];
  document[STARTED] = api;
  document.addEventListener('submit', submitInPlace);
  document.addEventListener('click', obeyButton);
  document.addEventListener('focusin', rememberOpener);
  document.addEventListener('visibilitychange', () => {
    gate.apply(); // the signal may have changed meanwhile
    if (!document.hidden) refresh(); // and the choice, on a page that runs no script
  });
  addEventListener('pageshow', ({ persisted }) => { if (persisted) refresh(); });
  openChannel();
  on('consent', showDecision);
  on('change', ({ notice }) => { if (notice !== 'banner') closeNotice(); });
  const begin = () => {
    on('signal', ({ from }) => { if (from === 'page' && site === server) tellSignal(); });
    lookEverywhere();
  };
  if (document.getElementById('abide-state') && !options.policy) begin();
  else choosing = opening = openSite(options).catch(console.error).then(begin);
  return api;
}

// Choices: each resolves with the decision in force, and rejects when nothing was saved.

/** Everything, or these categories beside what is allowed already. */
export const accept = (categories) => (categories ? save(added(categories)) : choose({ choice: 'accept-all' }));
export const reject = () => choose({ choice: 'reject-all' });
/** Takes every grant back. */
export const withdraw = () => choose({ choice: 'withdraw' });

/** What is not named counts as refused; `exceptions` are told of and given although a signal denies them. */
export function save(choices, exceptions = []) {
  const of = (...wanted) => CATEGORIES.filter((name) => wanted.includes(choices[name]));
  return choose({ choice: 'save', grant: of(true), keep: of('keep'), exception: exceptions });
}

/** Shows the notice again, or where the page has none goes to the preference page. */
export function open() {
  if (site.open) return site.open();
  const notice = document.querySelector(NOTICE);
  if (!notice) return location.assign(`${state().path}?return=${encodeURIComponent(here())}`);
  notice.hidden = false;
  focusOn(notice);
}

/** Loads the core itself, see core.mjs. A page whose CSP forbids wasm asks for the twin: trying would be reported. */
export const core = async ({ twin = false } = {}) => {
  const { load, loadTwin } = await import('./core.mjs');
  return twin ? loadTwin() : load();
};

const api = Object.freeze({ state, on, allows, ready, accept, reject, save, withdraw, open, core });

// A box that nobody ticked is kept as it is: it neither becomes consent nor a refusal. Where consent is asked for, what
// was given is given again, for all the rest would lapse.
function added(categories) {
  const { allowed, chosen, regime } = state();
  const before = (name) => (allowed.includes(name) ? (regime === 'opt_in' || 'keep') : !chosen && 'keep');
  const wished = (name) => [].concat(categories).includes(name) || before(name);
  return Object.fromEntries(CATEGORIES.slice(1).map((name) => [name, wished(name)]));
}

function choose(fields) {
  const body = commonFields();
  for (const [name, values] of Object.entries(fields)) for (const value of [].concat(values)) body.append(name, value);
  return putInForce(body);
}

const commonFields = () => new URLSearchParams({ from: 'settings', return: here(), lang: language() });

function putInForce(fields, path) {
  ++waiting, ++choices;
  const next = choosing.then(() => decide(fields, path)).finally(() => --waiting);
  choosing = next.catch(() => {});
  return next;
}

async function decide(fields, path) {
  const clearing = mayTakeAway(fields) ? loadClearing() : null; // under way while the server answers
  let leave;
  const left = new Promise((resolve) => { leave = resolve; });
  try {
    const answer = site.choose(fields, path);
    hold(fields, left);
    const decision = await answer;
    unrecorded = null;
    const cleared = clearing?.then((clear) => clear?.(decision)).catch(console.error);
    gate.apply(decision, cleared); // at once; a page that is loaded again waits for the clearing
    channel?.postMessage(decision);
    if (fields.get('choice') !== 'object') closeNotice(); // an objection answers only a part of it
    await cleared;
    leave();
    return state();
  } catch (error) {
    hold(unrecorded = fields);
    await refresh(); // a refusal may hold although it was not recorded
    throw error;
  }
}

/** A refusal is in force from the press on. Where nobody answers it stays so in this page, which is not loaded again:
    another would know nothing of it. */
function hold(fields, left = new Promise(() => {})) {
  const choice = fields.get('choice'), { allowed, allowedShared, ...rest } = state();
  if (!/^(reject-all|withdraw|opt-out|save)$/.test(choice)) return;
  const wished = ['required', ...fields.getAll('grant'), ...fields.getAll('keep'), ...fields.getAll('exception')];
  const stays = (name) => (choice === 'opt-out' ? name !== 'targeting' : wished.includes(name));
  const sold = (name) => (choice === 'opt-out' ? name === 'required' : stays(name));
  if (allowed.every(stays) && allowedShared.every(sold)) return;
  gate.apply({ ...rest, allowed: allowed.filter(stays), allowedShared: allowedShared.filter(sold) }, left);
}

function mayTakeAway(fields) {
  try {
    return fields.get('choice') !== 'accept-all' && (document.cookie || localStorage.length || sessionStorage.length);
  } catch {
    return false; // a page that may not store anything
  }
}

/** Never holds up a refusal for long: what it needs is asked for side by side. */
function loadClearing() {
  const rules = import('./rules.mjs').then(({ load }) => load(site.policy));
  return Promise.race([
    import('./withdrawal.mjs').then(async ({ clearing }) => clearing(await rules)),
    new Promise((resolve) => setTimeout(resolve, 1000)),
  ]).catch(() => null);
}

// The server: every answer is its new decision.

const here = () => location.pathname + location.search;
const language = () => state().lang ?? document.documentElement.lang;

async function ask(path, request) {
  const signal = AbortSignal.timeout?.(TIMEOUT);
  const reply = await fetch(state().path + path, { ...request, signal, headers: { Accept: 'application/json' } });
  const decision = await reply.json();
  if (!reply.ok || decision.v !== 1) throw new Error('abide: not saved');
  return decision;
}

/** An answer that a choice has overtaken says nothing any more. */
function refresh() {
  const before = choices;
  return site.state().then((decision) => {
    if (choices !== before) return;
    gate.apply(decision);
    if (unrecorded) hold(unrecorded);
  }, () => {});
}

/** One POST a page, so that the server can remember; the gate obeys the signal without it. */
function tellSignal() {
  putInForce(new URLSearchParams({ gpc: 1, lang: language() }), '/signal').catch(() => {});
}

/** Without a printed state: asks the server whose file this is, or where there is none decides here. */
async function openSite(options) {
  const [path] = /^.*(?=\/v-[0-9a-f]{12}\/)/.exec(new URL(import.meta.url).pathname) ?? [];
  if (!options.policy && path) {
    if (document.prerendering) await new Promise((resolve) => document.addEventListener('prerenderingchange', resolve));
    const reply = await fetch(`${path}/state`, { cache: 'no-store' });
    return gate.apply(await reply.json());
  }
  const { openStatic } = await import('./static.mjs');
  site = openStatic(options, api);
  await site.begin();
}

// Tabs: a choice in one is in force in all. A page in the browser's cache hears nothing; it asks when it comes back.

function openChannel() {
  if (typeof BroadcastChannel === 'undefined') return;
  channel = new BroadcastChannel('abide');
  channel.onmessage = ({ data }) => (++choices, unrecorded = null, gate.apply(data));
}

// The page

function lookEverywhere() {
  look(document);
  new MutationObserver((records) => {
    for (const { addedNodes } of records) for (const node of addedNodes) if (node.nodeType === 1) look(node);
  }).observe(document, { childList: true, subtree: true });
}

function look(root) {
  for (const { file, wants, after } of PARTS) {
    const wanted = () => root.matches?.(wants) || root.querySelector(wants);
    if (wanted()) setTimeout(() => wanted() && import(file).then((part) => part.look(root, api, site)), after);
  }
}

function showDecision(decision) {
  for (const element of document.querySelectorAll('[data-abide-when]')) {
    const hadFocus = element.contains(document.activeElement);
    element.hidden = !decision[element.dataset.abideWhen];
    if (hadFocus && element.hidden) focusOn(contents());
  }
  const { status } = decision;
  if (status === undefined) return;
  for (const line of document.querySelectorAll('[data-abide-status]')) {
    line.hidden = !status;
    for (const part of ['title', 'text']) {
      const place = line.querySelector(`[data-abide-status-${part}]`);
      if (place) place.textContent = status?.[part] ?? '';
    }
  }
}

function submitInPlace(event) {
  const form = event.target, button = event.submitter;
  if (event.defaultPrevented || !form.matches(FORM)) return;
  event.preventDefault();
  if (waiting) return; // pressed twice
  const fields = new FormData(form);
  if (button?.name) fields.set(button.name, button.value);
  if (fields.has('return')) fields.set('return', here()); // the page may have gone on without a load
  sendOrSubmit(form.getAttribute('action'), new URLSearchParams(fields));
}

/** In place, or when that fails in whatever way, as if there were no script. */
async function sendOrSubmit(action, fields) {
  try {
    await putInForce(fields);
  } catch {
    (site.fail ?? submitPlainly)(action, fields);
  }
}

function submitPlainly(action, fields) {
  const form = document.createElement('form');
  Object.assign(form, { method: 'post', action, hidden: true });
  for (const [name, value] of fields)
    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
  document.body.append(form);
  form.submit();
}

function obeyButton(event) {
  const button = event.target.closest?.('[data-abide]');
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!button) return followHere(event);
  const wish = button.dataset.abide;
  if (!/^(accept-all|reject-all|withdraw|open)$/.test(wish)) return;
  event.preventDefault(); // it may be a link to the preference page
  if (wish === 'open') open();
  else if (!waiting) {
    const fields = commonFields();
    fields.set('choice', wish);
    sendOrSubmit(state().path, fields);
  }
}

/** A link to the preference page leads back to where the visitor is now. */
function followHere({ target }) {
  const link = target.closest?.('a[href*="return="]');
  if (link?.pathname !== state().path) return;
  const query = new URLSearchParams(link.search);
  query.set('return', here());
  link.search = query;
}

function rememberOpener({ target, relatedTarget }) {
  if (target.closest(NOTICE) && relatedTarget && !relatedTarget.closest(NOTICE)) opener = relatedTarget;
}

/** Hides the notice and gives the focus back to where it came from, or to the beginning of the content. */
function closeNotice() {
  for (const notice of document.querySelectorAll(NOTICE)) {
    const hadFocus = notice.contains(document.activeElement);
    notice.hidden = true;
    if (hadFocus) focusOn(opener?.isConnected ? opener : contents());
  }
}

const contents = () => document.querySelector('main') ?? document.body;

function focusOn(element) {
  element.focus({ preventScroll: true });
  if (document.activeElement === element && element !== document.body) return;
  element.tabIndex = -1; // cannot have the focus by itself: for this once
  element.addEventListener('blur', () => element.removeAttribute('tabindex'), { once: true });
  element.focus({ preventScroll: true });
}

if ([...document.scripts].some(({ src }) => src === import.meta.url)) start();
