// Abide in the page: answers the notice without a reload, tells the server of a signal that only the browser shows, and
// offers the decision to the page's own code. The decision itself and the script gate are gate.js's (window.abide).
// It starts by itself when a script tag of the page loads it; who imports it calls start().

if (!window.abide?.apply) await import('./gate.js');
const gate = window.abide;

const NOTICE = '[data-abide-notice]';
const FORM = `${NOTICE} form[data-abide-form], form${NOTICE}[data-abide-form]`;
const CHOICES = ['accept-all', 'reject-all'];

export const { state, allows, on } = gate;

const STARTED = Symbol.for('abide.started'); // also of another copy of this module

let sending = false;
let opener = null; // what had the focus before the notice

/** Begins once; further calls change nothing. */
export function start() {
  if (document[STARTED]) return;
  document[STARTED] = true;
  document.addEventListener('submit', submitInPlace);
  document.addEventListener('click', obeyButton);
  document.addEventListener('focusin', rememberOpener);
  document.addEventListener('visibilitychange', () => gate.apply()); // the signal may have changed meanwhile
  on('signal', ({ from }) => { if (from === 'page') tellSignal(); });
}

/** Sends a choice (`accept-all` or `reject-all`) as the notice's buttons do; resolves once it is in force. */
export async function choose(choice) {
  if (!CHOICES.includes(choice)) throw new TypeError(`choose: expected one of ${CHOICES.join(', ')}`);
  await sendOrSubmit(state().path, new URLSearchParams({ choice, from: 'settings', return: here() }));
}

/** Shows the notice again, or where the page has none goes to the preference page. */
export function open() {
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

// The server: every answer is its new decision.

const here = () => location.pathname + location.search;

async function send(url, body) {
  const reply = await fetch(url, { method: 'POST', body, headers: { Accept: 'application/json' }, keepalive: true });
  const decision = await reply.json();
  if (!reply.ok || decision.v !== 1) throw new Error('no decision');
  gate.apply(decision);
}

/** One POST a page, so that the server can remember; the gate obeys the signal without it. */
function tellSignal() {
  send(`${state().path}/signal`, new URLSearchParams({ gpc: 1 })).catch(() => {});
}

/** In place, or when that fails in whatever way, as if there were no script. */
async function sendOrSubmit(action, fields) {
  if (sending) return; // pressed twice
  sending = true;
  try {
    await send(action, fields);
    closeNotice();
  } catch {
    submitPlainly(action, fields);
  }
  sending = false;
}

function submitPlainly(action, fields) {
  const form = document.createElement('form');
  Object.assign(form, { method: 'post', action, hidden: true });
  for (const [name, value] of fields)
    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
  document.body.append(form);
  form.submit();
}

// The notice

function submitInPlace(event) {
  const form = event.target, button = event.submitter;
  if (event.defaultPrevented || !form.matches(FORM)) return;
  event.preventDefault();
  const fields = new FormData(form);
  if (button?.name) fields.set(button.name, button.value);
  sendOrSubmit(form.getAttribute('action'), new URLSearchParams(fields));
}

function obeyButton(event) {
  const button = event.target.closest?.('[data-abide]');
  if (!button || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const wish = button.dataset.abide;
  if (wish !== 'open' && !CHOICES.includes(wish)) return;
  event.preventDefault(); // it may be a link to the preference page
  if (wish === 'open') open();
  else choose(wish);
}

function rememberOpener({ target, relatedTarget }) {
  if (target.closest(NOTICE) && relatedTarget && !relatedTarget.closest(NOTICE)) opener = relatedTarget;
}

/** Hides the notice and gives the focus back to where it came from, or to the beginning of the content. */
function closeNotice() {
  for (const notice of document.querySelectorAll(NOTICE)) {
    const hadFocus = notice.contains(document.activeElement);
    notice.hidden = true;
    if (hadFocus) focusOn(opener?.isConnected ? opener : document.querySelector('main') ?? document.body);
  }
}

function focusOn(element) {
  element.focus({ preventScroll: true });
  if (document.activeElement === element && element !== document.body) return;
  element.tabIndex = -1; // cannot have the focus by itself: for this once
  element.addEventListener('blur', () => element.removeAttribute('tabindex'), { once: true });
  element.focus({ preventScroll: true });
}

if ([...document.scripts].some(({ src }) => src === import.meta.url)) start();
