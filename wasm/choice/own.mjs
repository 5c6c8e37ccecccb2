// For Abide's own pages, which also work without it. It keeps a press from ending at the browser's error page: it sends a choice
// from the page, and follows a link once the server answers. Otherwise the page stays as it is and says so; refusals.mjs keeps
// a refusal in this browser until a page gets it recorded.

import { decisionIn, send } from '../page/answer.mjs';
import { deliver, dropGrants, keep, kept } from './refusals.mjs';

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

const ask = (path, request) => send(path, { ...request, headers: { Accept: 'application/json' } });

const post = (form) => ask(line.dataset.path, { method: 'POST', body: form }).then((reply) => decisionIn(reply, true));

/** Sends what is kept. Returns how many there were. */
async function sendKept() {
  const forms = kept();
  for (const form of forms) await deliver(form, post);
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
  keep(form); // at once: an earlier choice may still be on its way
  say('saving');
  press('failed', async () => {
    try {
      await deliver(form, post);
    } catch (error) {
      await new Promise((go) => setTimeout(go, 50)); // requests fail also because the page is left
      dropGrants(form);
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
    const { ok } = await ask(`${line.dataset.path}/state`, { method: 'HEAD' });
    if (!ok) throw Error('abide: no answer');
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
