// For Abide's own pages, which also work without it. It keeps a press from ending at the browser's error page: it sends a choice
// from the page, and follows a link once the server answers. Otherwise the page stays as it is and says so; a refusal is kept in
// this browser, as abide.mjs keeps it, until a page gets it recorded.

const line = document.querySelector('[data-abide-said]');
let presses = 0;
const pending = new Set(); // forms that are being sent, or wait for that, as text

function say(what) {
  const text = document.createElement('span');
  text.textContent = line.dataset[what];
  line.role = what === 'saving' ? 'status' : 'alert';
  line.classList.toggle('abide-failed', what !== 'saving');
  line.replaceChildren(text);
  line.hidden = false;
  line.scrollIntoView({ block: 'nearest' }); // in a small window it may be out of view
}

/** Rejects if the server does not answer or does not accept the request. */
async function send(path, request) {
  const reply = await fetch(path, { ...request, signal: AbortSignal.timeout?.(20_000), headers: { Accept: 'application/json' } });
  if (!reply.ok) throw new Error(`abide: HTTP status ${reply.status}`);
}

const post = (form) => send(line.dataset.path, { method: 'POST', body: form });
const isRefusal = (form) => /^(reject-all|withdraw|opt-out|save)$/.test(form.get('choice'));

/** The refusal in a form, as text that is kept; empty: there is none. What the form also grants is left out, because it was not
    recorded. */
const refusalOf = (form) => (isRefusal(form) ? `${form}`.replace(/\b(grant|exception)=/g, 'keep=') : '');

/** The refusals that are not recorded yet, oldest first. */
function kept() {
  try {
    return (localStorage.abide ?? '').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

function store(refusals) {
  try {
    if (refusals.length) localStorage.abide = refusals.join('\n');
    else delete localStorage.abide;
  } catch {} // the page may not store anything
}

const without = (refusal) => kept().filter((one) => one !== refusal);

/** Sends what is kept, except one. Returns how many there were. */
async function sendKept(except) {
  const refusals = without(except);
  for (const one of refusals) {
    await post(new URLSearchParams(one));
    store(without(one));
  }
  return refusals.length;
}

/** Handles presses one after another. The latest one opens the page whose address `act` returns. */
function press(what, act) {
  const mine = ++presses;
  turn = turn.then(act).then((address) => { if (mine === presses) location.assign(address); }).catch(() => say(what));
}

addEventListener('submit', (event) => {
  event.preventDefault();
  const form = new URLSearchParams(new FormData(event.target)), button = event.submitter;
  if (button?.name) form.set(button.name, button.value);
  const text = `${form}`, refusal = refusalOf(form);
  if (pending.has(text)) return; // pressed twice
  pending.add(text);
  if (refusal) store([...without(refusal), refusal]); // at once: an earlier choice may still be on its way
  say('saving');
  press('failed', async () => {
    try {
      await sendKept(refusal);
      await post(form);
      store(without(refusal));
    } finally {
      pending.delete(text);
    }
    return `${line.dataset.path}?${new URLSearchParams({ saved: 1, return: form.get('return'), lang: form.get('lang') })}`;
  });
});

addEventListener('click', (event) => {
  const link = event.target.closest('a[href]:not([download],[target])');
  if (!link || link.origin !== location.origin || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  press('failedLink', async () => {
    await send(`${line.dataset.path}/state`, { method: 'HEAD' });
    return link;
  });
});

addEventListener('pageshow', ({ persisted }) => { // the visitor comes back
  if (persisted) line.hidden = true;
});

// What an earlier page could not get recorded is sent first. This page is then reloaded, to show what holds now.
let turn = sendKept().then((count) => {
  if (count && !presses) location.replace(location.pathname + location.search);
}).catch(() => {});
