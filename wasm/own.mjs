// For Abide's own pages, which also work without it. It keeps a press from ending at the browser's error page: it sends a choice
// from the page, and follows a link once the server answers. Otherwise the page stays as it is and says so; a refusal is kept in
// this browser, as abide.mjs keeps it, until a page gets it recorded.

const line = document.querySelector('[data-abide-said]');
let isUnderWay = false;

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

/** Keeps a refusal. What its form also grants is not kept, because it was not recorded. */
function keep(form) {
  try {
    if (isRefusal(form)) localStorage.abide = `${form}`.replace(/\b(grant|exception)=/g, 'keep=');
  } catch {} // the page may not store anything
}

function kept() {
  try {
    return (localStorage.abide ?? '').split('\n').filter(Boolean).map((form) => new URLSearchParams(form));
  } catch {
    return [];
  }
}

function forget() {
  try {
    delete localStorage.abide;
  } catch {}
}

/** Handles one press at a time: opens the page whose address `act` returns. */
async function press(what, act) {
  if (isUnderWay) return;
  isUnderWay = true;
  try {
    location.assign(await act());
  } catch {
    say(what);
    isUnderWay = false;
  }
}

addEventListener('submit', (event) => {
  event.preventDefault();
  const form = new URLSearchParams(new FormData(event.target)), button = event.submitter;
  if (button?.name) form.set(button.name, button.value);
  say('saving');
  press('failed', async () => {
    const before = kept();
    keep(form);
    for (const one of [...before, form]) await post(one);
    forget();
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

addEventListener('pageshow', () => { // also when the visitor comes back
  isUnderWay = false;
  line.hidden = true;
});

/** Sends what an earlier page could not get recorded, then reloads this page to show what holds now. */
async function sendKept() {
  const forms = kept();
  for (const form of forms) await post(form);
  if (!forms.length || isUnderWay) return;
  forget();
  location.replace(location.pathname + location.search);
}
sendKept().catch(() => {});
