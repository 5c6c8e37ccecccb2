// The settings over the page: the server's own form in a dialog. The page keeps its scroll position and what was typed into
// it.

import { create, wear, wearAgain, wearFiles } from '../page/drawing.mjs';
import { page } from '../page/page.mjs';

// In the same layer as notice.css. preferences.css styles the content of the dialog.
const FRAME = `@layer abide { .abide-settings { --ab-focus: var(--ab-accent) !important; color: var(--ab-text) !important;
    background: var(--abide-ground, Canvas) !important; font-family: var(--abide-font, system-ui, sans-serif) !important;
    inline-size: min(44em, 100vw - 1em) !important; max-inline-size: none !important; max-block-size: calc(100dvh - 1em - 2 * max(env(safe-area-inset-top), env(safe-area-inset-bottom))) !important;
    padding: 0 1.25em !important; border: 1px solid var(--ab-line) !important; border-radius: var(--ab-radius) !important;
    box-shadow: var(--ab-shadow) !important; overscroll-behavior: contain !important; }
  .abide-settings::backdrop { all: revert !important; background: #0008 !important; } }`;
let frame, dressed, shown;

/** Resolves once the form is shown; rejects if there is none. `opener` gets the focus back, if it is an element. */
export async function show(url, opener) {
  if (opener) opener.ariaBusy = null; // presses.mjs set it
  if (shown?.open) return;
  shown?.remove();
  const sheets = dress();
  const title = create('h2', { className: 'abide-title', textContent: opener.textContent?.trim() ?? '' });
  const dialog = shown = create('dialog', { className: 'abide abide-settings' }, [title]);
  dialog.setAttribute('aria-busy', 'true');
  page.documentElement.append(dialog); // beside the body, like the notice
  opener.focus?.({ preventScroll: true }); // some browsers do not focus a pressed button
  dialog.showModal(); // gives the focus back when it closes
  listen(dialog);
  try {
    const [settings] = await Promise.all([read(url), sheets]);
    if (dialog.open) put(dialog, settings);
  } catch (error) {
    dialog.close();
    throw error;
  }
}

function listen(dialog) {
  let isSaving = false;
  const leave = () => { page.activeElement?.blur(); dialog.close(); }; // no focus returns into the dialog
  dialog.addEventListener('cancel', leave);
  dialog.addEventListener('click', ({ target }) => { if (target.closest('.abide-close')) leave(); });
  dialog.addEventListener('formdata', () => { // presses.mjs is sending it
    isSaving = true;
    leave();
    watch(dialog);
  });
  dialog.addEventListener('close', () => { if (!isSaving) dialog.remove(); });
}

/** Reopens the dialog as it was if the choice could not be saved. The status line says so, see say() in message.mjs. */
function watch(dialog) {
  const line = page.querySelector('.abide-said');
  if (!line) return dialog.remove();
  const observer = new MutationObserver(() => {
    const text = line.querySelector('span').textContent, isFailed = text.startsWith(line.dataset.failed);
    if (text.startsWith(line.dataset.saving)) return;
    observer.disconnect();
    if (!isFailed || shown !== dialog) return dialog.remove();
    dialog.querySelector('.abide-failed')?.remove();
    dialog.querySelector('form').before(create('p', { className: 'abide-saved abide-failed', role: 'alert', textContent: text }));
    dialog.showModal();
  });
  observer.observe(line, { childList: true, subtree: true });
}

/** Loads a document, not text: a page that requires trusted types cannot turn text into HTML. */
function read(url) {
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest();
    Object.assign(asked, { onload: () => resolve(asked.response), onerror: reject, timeout: 20_000, ontimeout: reject });
    asked.open('GET', `${url}`);
    asked.responseType = 'document';
    asked.setRequestHeader('Accept', 'text/html');
    asked.send();
  });
}

function put(dialog, settings) {
  if (!settings?.querySelector('form[data-abide-form]')) throw new Error('abide: expected the settings');
  for (const found of ['.abide-back', '.abide-saved', '.abide-languages', '[data-abide-status]', '#abide-post'])
    for (const element of settings.querySelectorAll(found)) element.remove(); // the page has its own
  const { lang, dir } = settings.documentElement, heading = settings.querySelector('h1');
  heading.id = 'abide-settings';
  dialog.setAttribute('aria-labelledby', heading.id);
  settings.querySelector('.abide-site').replaceWith(heading);
  settings.querySelector('.abide-close').hidden = false;
  dialog.removeAttribute('aria-busy');
  Object.assign(dialog, { lang, dir });
  dialog.replaceChildren(...['.abide-header', '.abide-main', '.abide-about'].map((found) => apart(settings.querySelector(found))));
  dialog.querySelector('.abide-close').focus();
}

/** Turns a landmark into a div: a dialog has no page landmarks. */
const apart = ({ className, childNodes }) => create('div', { className }, [...childNodes]);

function dress() {
  wearAgain(frame ??= wear(FRAME));
  dressed ??= wearFiles('preferences.css');
  return dressed.then(wearAgain);
}
