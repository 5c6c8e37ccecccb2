// For Abide's own pages, which also work without it. It keeps a press from ending at the browser's error page: it sends a choice
// from the page, and follows a link once the server answers. Otherwise the page stays as it is and says so; refusals.mjs keeps
// a refusal in this browser until a page gets it recorded.

import { keep, kept, withoutGrants } from './refusals.mjs';

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

const unlike = (form) => kept().filter((one) => withoutGrants(one) !== withoutGrants(form));

/** Sends what is kept, except one. Returns how many there were. */
async function sendKept(except) {
  const forms = except ? unlike(except) : kept();
  for (const one of forms) {
    await post(one);
    keep(unlike(one));
  }
  return forms.length;
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
  else if (!form.has('choice')) form.set('choice', 'save'); // Enter on a switch
  const text = `${form}`;
  if (pending.has(text)) return; // pressed twice
  pending.add(text);
  form.at = Date.now();
  keep([...unlike(form), form]); // at once: an earlier choice may still be on its way
  say('saving');
  press('failed', async () => {
    try {
      await sendKept(form);
      await post(form);
      keep(unlike(form));
    } catch (error) {
      await new Promise((go) => setTimeout(go, 50)); // requests fail also because the page is left
      keep([...unlike(form), new URLSearchParams(withoutGrants(form))]);
      throw error;
    } finally {
      pending.delete(text);
    }
    return `${line.dataset.path}?${new URLSearchParams({ saved: 1, return: form.get('return'), lang: form.get('lang') })}${location.hash}`;
  });
});

addEventListener('click', (event) => {
  const link = event.target.closest('a[href]:not([download],[target])');
  if (!link || link.origin !== location.origin || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  press('failedLink', async () => {
    await send(`${line.dataset.path}/state`, { method: 'HEAD' });
    return withHash(link);
  });
});

/** The hash of the page that the visitor came from goes with them to Abide's pages and back. The server never gets it. */
function withHash(link) {
  const url = new URL(link.href), isOwn = `${url.pathname}/`.startsWith(`${line.dataset.path}/`);
  if (isOwn || link.matches('.abide-back,.abide-saved a')) url.hash ||= location.hash;
  return url;
}

addEventListener('pageshow', ({ persisted }) => { // the visitor comes back
  if (persisted) line.hidden = true;
});

// What an earlier page could not get recorded is sent first. This page is then reloaded, to show what holds now.
let turn = sendKept().then((count) => {
  if (!count || presses) return;
  history.replaceState(null, ''); // loads it by its address, also if it answered a form
  location.reload();
}).catch(() => {});
