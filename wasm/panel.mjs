// The developer panel shows what was set, held back and released on this page, and why. It can try what the page does for another
// place, signal or choice. It is for developers of a site, not for visitors: nothing loads it by itself. It opens when a script
// tag loads it, or by open().

import { create } from './page/drawing.mjs';
import { page } from './page/page.mjs';
import { load, permits } from './verdict/rules.mjs';

const HELD = 'script[type="text/plain"][data-category],:is(iframe,img)[data-category][data-src]';
const GUARDED = Symbol.for('abide.guarded'); // guard.js writes it
const CATEGORIES = ['required', 'analytics', 'functional', 'targeting'];
const EVENTS_MAX = 50;
const events = []; // decisions and releases since the panel was opened, newest first
let panel = null;

/** The panel's contents as data. `policy`: where the policy is, if not beside this module. */
export const report = async (options = {}) => tell(await learn(options));

// Another place, signal or choice: the core decides in this page, and nothing is sent.

const TRIAL = 'abide.panel'; // key in this tab's storage, so that the trial also holds on the next page
const HEADERS = { browser: null, none: [], gpc: [['Sec-GPC', '1']], dnt: [['DNT', '1']] };
const CHOICES = ['none', 'accept-all', 'reject-all'];
const NEVER = new Promise(() => {}); // the page must not reload: it would begin with the real decision
let trial = null;
let real = null; // the decision without the trial
let isOurs = false;

/** Applies, in this tab, the decision for another place, signal or choice; null: ends the trial. */
export async function attempt(wanted, options = {}) {
  if (wanted) await begin(checked(wanted), options);
  else stop();
  return report(options);
}

function checked({ place = '', signal = 'browser', choice = 'none' }) {
  if (!Object.hasOwn(HEADERS, signal) || !CHOICES.includes(choice)) throw new TypeError('abide: no such signal or choice');
  return { place: place.trim().toUpperCase(), signal, choice };
}

async function begin(wanted, { policy }) {
  const rules = await load(policy);
  await rules.whole();
  if (!rules.core) throw new Error('abide: nothing can be tried without the core');
  real ??= window.abide.state();
  trial = { ...wanted, decision: decisionOf(rules.core, wanted) };
  remember(wanted);
  put();
}

function decisionOf(core, { place, signal, choice }) {
  const browser = navigator.globalPrivacyControl === true ? HEADERS.gpc : [];
  const visit = { headers: HEADERS[signal] ?? browser, location: place || null };
  const record = choice === 'none' ? null : core.choose({ ...visit, choice });
  return core.tell({ ...visit, record, visitor: { known: record !== null } }).state;
}

function put() {
  if (!trial) return;
  const { path, mode, lang, noticeVersion } = real;
  isOurs = true;
  window.abide.apply({ path, mode, lang, noticeVersion, status: null, ...trial.decision }, NEVER);
  isOurs = false;
  showNotice(trial.decision);
  note('trial', nameOf(trial));
}

function stop() {
  if (!trial) return;
  trial = null;
  remember(null);
  const decision = real;
  real = null;
  window.abide.apply(decision); // reloads the page if the trial released a script that is not allowed
  showNotice(decision);
}

/** Keeps a decision that arrives during the trial for later. */
function putAside() {
  if (isOurs || !trial) return;
  real = window.abide.state();
  queueMicrotask(put);
}

function showNotice({ notice }) {
  for (const element of page.querySelectorAll('[data-abide-notice]')) element.hidden = notice !== 'banner';
}

const nameOf = ({ place, signal, choice }) => `${place || 'place not known'}; signal: ${signal}; choice: ${choice}`;

function remember(wanted) {
  try {
    if (wanted) sessionStorage[TRIAL] = JSON.stringify(wanted);
    else delete sessionStorage[TRIAL];
  } catch {} // then the trial ends with this page
}

function remembered() {
  try {
    return checked(JSON.parse(sessionStorage[TRIAL]));
  } catch {
    return null;
  }
}

/** Adds an event of the gate, as `{ time, what, about }`. */
function note(what, about) {
  events.unshift({ time: Date.now(), what, about });
  events.length = Math.min(events.length, EVENTS_MAX);
}

/** Notes the gate's events. Of those before the panel was opened, only the last of each kind is known. */
function watch(then) {
  const told = (what, write) => window.abide.on(what, (detail) => {
    note(what, write(detail));
    then();
  });
  told('consent', ({ allowed, allowedShared, chosen }) =>
    `allowed: ${allowed.join(', ')}; shared: ${allowedShared.join(', ')}${chosen ? '; chosen' : ''}`);
  told('signal', ({ from }) => `GPC, told by the ${from}`);
  told('run', (held) => held.filter((one) => one.dataset).map((one) => elementOf(one).name).join(', '));
}

/** Loads what stays valid until the next decision: the rules, and what the server stores. */
async function learn({ policy }) {
  const rules = await load(policy).catch(() => null);
  await rules?.whole();
  const state = window.abide.state();
  return { rules, reasons: await reasonsFor(state), record: await recordOf(rules, state) };
}

/** The present state of the page. */
function tell({ rules, reasons, record }) {
  const state = { ...window.abide.state(), ...reasons };
  const judge = (kind) => {
    if (!kind) return { category: 'unknown', by: '', rule: '', allowed: false };
    const { category, shared, vendor, evidence: by } = kind;
    const rule = reasonOf(state, category, shared)?.rule ?? '';
    return { category, shared, vendor, by, rule, allowed: permits(state, kind) };
  };
  const named = (names) => names.map((name) => ({ name, ...judge(rules?.cookie(name)) }));
  return {
    state,
    signal: { browser: navigator.globalPrivacyControl === true, decision: state.gpc },
    elements: [...page.querySelectorAll(':is(script,iframe,img)[data-category]')].map(elementOf),
    cookies: named(cookieNames()),
    storage: named([...Object.keys(localStorage), ...Object.keys(sessionStorage)]),
    requests: hosts().map((host) => ({ name: host, ...judge(rules?.url(`${location.protocol}//${host}/`)) })),
    guard: [...(document[GUARDED] ?? [])],
    events: [...events],
    trial: trial && { place: trial.place, signal: trial.signal, choice: trial.choice },
    record,
  };
}

/** A printed state has no reasons; the server returns them on request, for its own last decision. */
async function reasonsFor({ path, reasons, reasonsShared }) {
  if (reasons) return { reasons, reasonsShared };
  const reply = await fetch(`${path}/state?reasons=1`).catch(() => null);
  const told = reply?.ok ? await reply.json() : {};
  return { reasons: told.reasons, reasonsShared: told.reasonsShared };
}

const reasonOf = ({ reasons, reasonsShared }, category, shared) => (shared ? reasonsShared : reasons)?.[category];

function elementOf(element) {
  const { category, service = '', src } = element.dataset;
  const name = src ?? element.getAttribute('src') ?? 'inline';
  const held = element.matches(HELD) && element.getAttribute('src') !== src;
  return { name, element: element.localName, category, service, held };
}

const cookieNames = () => page.cookie.split('; ').map((pair) => pair.split('=')[0]).filter(Boolean);

function hosts() {
  const all = performance.getEntriesByType('resource').map(({ name }) => new URL(name).host);
  return [...new Set(all)].filter((host) => host && host !== location.host);
}

/** The record in a static site's cookie, or else the server's receipt, if the server stores records. */
async function recordOf(rules, { path }) {
  if (!page.getElementById('abide-state')) {
    const { readRecord, settingsOf } = await import('./static/record.mjs'); // a server does not serve it
    return rules?.core ? readRecord(settingsOf(rules)) : null;
  }
  const reply = await fetch(`${path}/receipt`).catch(() => null);
  return reply?.ok ? reply.json() : null;
}

/** Opens the panel, or brings it up to date. */
export async function open(options = {}) {
  const before = panel ? null : remembered();
  panel ??= make(options);
  if (before) await begin(before, options).catch(console.error);
  await panel.draw();
  panel.show(true);
}

export function close() {
  panel?.show(false);
}

function make(options) {
  const host = create('div', { className: 'abide-panel' });
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const body = create('div', { className: 'body', tabIndex: 0, role: 'region', ariaLabel: 'Abide on this page' });
  const shut = create('button', { type: 'button', textContent: 'Close' });
  const header = create('header', {}, [create('h2', { textContent: 'Abide' }), shut]);
  const form = trialForm(options);
  const box = create('section', { ariaLabel: 'Abide panel' }, [header, form, body]);
  const toggle = create('button', { className: 'toggle', type: 'button', textContent: 'Abide' });
  root.append(box, toggle);
  page.body.append(host);

  const show = (shown) => {
    box.hidden = !shown;
    toggle.setAttribute('aria-expanded', String(shown));
  };
  let learned = null; // loaded once per decision, however much happens on the page
  const draw = async () => {
    const drawn = sections(tell(await (learned ??= learn(options))));
    const { scrollTop } = body;
    body.replaceChildren(...drawn);
    body.scrollTop = scrollTop;
  };
  const leave = () => {
    show(false);
    toggle.focus();
  };
  shut.addEventListener('click', leave);
  box.addEventListener('keydown', ({ key }) => { if (key === 'Escape') leave(); });
  toggle.addEventListener('click', async () => {
    if (!box.hidden) return show(false);
    await draw();
    show(true);
    body.focus();
  });

  let due = 0; // changes are drawn at most every half second
  const again = () => { if (!box.hidden) due ||= setTimeout(() => { due = 0; draw(); }, 500); };
  show(false); // until there is something to see
  window.abide.on('consent', () => { learned = null; });
  window.abide.on('consent', putAside);
  watch(again);
  page.addEventListener('abide:guard', again);
  new MutationObserver(again).observe(page.body, { childList: true, subtree: true });
  return { draw, show };
}

/** The form is not redrawn with the rest, so that what is chosen in it stays. */
function trialForm(options) {
  const { place, signal, choice } = trial ?? remembered() ?? { place: '', signal: 'browser', choice: 'none' };
  const field = (label, name, control) => create('label', {}, [label, Object.assign(control, { name })]);
  const select = (words, chosen) => create('select', {}, words.map((value) =>
    create('option', { value, textContent: value.replaceAll('-', ' '), selected: value === chosen })));
  const said = create('output', { textContent: trialText() });
  const quit = create('button', { type: 'button', textContent: 'Stop' });
  const form = create('form', { className: 'trial', ariaLabel: 'Try' }, [
    field('Place', 'place', create('input', { value: place, placeholder: 'DE, US-CA', size: 8, autocomplete: 'off', spellcheck: false })),
    field('Signal', 'signal', select(Object.keys(HEADERS), signal)),
    field('Choice', 'choice', select(CHOICES, choice)),
    create('button', { textContent: 'Try' }), quit, said]);
  const act = (wanted) => attempt(wanted, options).then(() => { said.textContent = trialText(); })
    .catch(({ message }) => { said.textContent = message; });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    act(Object.fromEntries(new FormData(form)));
  });
  quit.addEventListener('click', () => act(null));
  return form;
}

const trialText = () => (trial ? 'Tried in this tab only. Nothing is sent or recorded.' : 'As it is.');

const yes = (value) => (value ? 'yes' : 'no');
const outcome = (held) => (held ? 'held back' : 'let through');

function sections({ state, signal, elements, cookies, storage, requests, guard, record, events: all }) {
  const written = record ? JSON.stringify(record, null, 2) : 'none that this page can see';
  return [
    table('Decision', [], facts(state, signal)),
    table('Categories', ['Category', 'Vendor', 'Why', 'Now'], CATEGORIES.flatMap((name) => [
      [name, 'keeps it', reasonText(state, name, false), allowedText(state.allowed.includes(name))],
      [name, 'sells or shares it', reasonText(state, name, true), allowedText(state.allowedShared.includes(name))]])),
    table('Elements', ['Element', 'Source', 'Category', 'Service', 'Now'],
      elements.map((one) => [one.element, one.name, one.category, one.service, outcome(one.held)])),
    things('Cookies that scripts see', cookies),
    things('Storage keys', storage),
    things('Requests to other hosts', requests),
    table('Guard', ['Kind', 'What', 'Outcome'],
      guard.map(({ kind, what, verdict }) => [kind, what, verdict === null ? 'waits' : outcome(!verdict)])),
    table('Events, newest first', ['Time', 'Event', 'About'], all.map(({ time, what, about }) => [new Date(time).toLocaleTimeString(), what, about])),
    create('h3', { textContent: 'Record of the visitor' }),
    create('pre', { textContent: written }),
  ];
}

const allowedText = (allowed) => (allowed ? 'allowed' : 'not allowed');

function reasonText(state, category, shared) {
  const reason = reasonOf(state, category, shared);
  return reason ? `${reason.rule}: ${reason.why} (${reason.law})` : 'not known';
}

const facts = ({ mode, regime, notice, chosen, status }, signal) => [
  ['Mode', mode], ['Rules', regime ?? 'not known'], ['Notice', notice ?? 'not known'], ['Chosen', yes(chosen)],
  ['Signal of the browser', yes(signal.browser)], ['Signal in the decision', yes(signal.decision)],
  ['Status line', status?.title ?? 'none'],
];

const things = (title, rows) => table(title, ['Name', 'Category', 'Vendor', 'Known by', 'Decision'],
  rows.map(({ name, category, shared, vendor, by, rule, allowed }) =>
    [name, category + (shared ? ', shared' : ''), vendor, by, allowedText(allowed) + (rule && `, ${rule}`)]));

function table(title, columns, rows) {
  const line = (name, texts) => create('tr', {}, texts.map((text) => create(name, { textContent: text ?? '' })));
  const body = rows.map((texts) => line('td', texts));
  rows.forEach((texts, i) => { body[i].className = /^(held back|not allowed)/.test(texts.at(-1)) ? 'off' : ''; });
  const head = columns.length && rows.length ? [create('thead', {}, [line('th', columns)])] : [];
  const caption = create('caption', { textContent: title });
  return create('table', {}, [caption, ...head, create('tbody', {}, body.length ? body : [line('td', ['none'])])]);
}

const STYLE = `
  :host { all: initial; position: fixed; z-index: 2147483647; inset-block-end: 8px; inset-inline-end: 8px;
    font: 13px/1.45 system-ui, sans-serif; color-scheme: light dark; color: CanvasText; }
  section { display: flex; flex-direction: column; inline-size: min(640px, calc(100vw - 16px));
    max-block-size: min(70vh, 640px); margin-block-end: 8px; background: Canvas; border: 1px solid GrayText;
    border-radius: 10px; box-shadow: 0 8px 40px #0004; }
  section[hidden] { display: none; }
  header { display: flex; justify-content: space-between; align-items: center; padding: 6px 12px;
    border-block-end: 1px solid GrayText; }
  h2, h3 { margin: 0; font-size: 14px; }
  h3, caption { margin-block: 12px 4px; font-weight: 650; text-align: start; }
  .trial { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; padding: 8px 12px;
    border-block-end: 1px solid #8883; }
  label { display: inline-flex; gap: 4px; align-items: center; }
  input, select { min-block-size: 32px; padding: 2px 6px; font: inherit; color: inherit; background: Canvas;
    border: 1px solid GrayText; border-radius: 8px; }
  output { flex-basis: 100%; }
  .body { overflow: auto; padding: 0 12px 12px; }
  table { inline-size: 100%; border-collapse: collapse; }
  td, th { padding: 3px 8px 3px 0; text-align: start; vertical-align: top; border-block-start: 1px solid #8883; }
  td:nth-child(-n + 2) { overflow-wrap: anywhere; }
  table:not(:has(thead)) td:first-child { inline-size: 12em; }
  th { font-weight: 500; white-space: nowrap; }
  .off td:last-child { font-weight: 650; white-space: nowrap; }
  pre { overflow: auto; margin: 0; }
  button { min-block-size: 32px; padding: 4px 12px; font: inherit; color: inherit; background: Canvas;
    border: 1px solid GrayText; border-radius: 8px; cursor: pointer; }
  .toggle { display: block; margin-inline-start: auto; }
  :focus-visible { outline: 3px solid Highlight; outline-offset: 1px; }`;

// Not in a bundle of the site's own, which calls open() itself.
const isOwnTag = ({ src }) => src === import.meta.url && new URL(src).pathname.endsWith('/panel.mjs');
if (typeof document !== 'undefined' && [...page.scripts].some(isOwnTag)) open();
