// The settings over the page: the server's own form in a dialog. The page, where it is scrolled to and what was typed into it
// stay as they are.

import { create } from './drawing.mjs';
import { page, setOfPage } from './page.mjs';
import { fileAt } from './place.mjs';

// Beside notice.css, in its layer. What stands in the dialog is styled by preferences.css.
const FRAME = `@layer abide { .abide-settings { --focus: var(--accent) !important; color: var(--text) !important;
    background: var(--abide-ground, Canvas) !important; font-family: var(--abide-font, system-ui, sans-serif) !important;
    inline-size: min(44em, 100vw - 1em) !important; max-inline-size: none !important; max-block-size: calc(100dvh - 1em) !important;
    padding: 0 1.25em !important; border: 1px solid var(--line) !important; border-radius: var(--radius) !important;
    box-shadow: var(--shadow) !important; overscroll-behavior: contain !important; }
  .abide-settings::backdrop { background: #0008 !important; } }`;
let dressed, shown;

/** Resolves once the form is there; rejects where there is none. `opener`: what gets the focus back. */
export async function show(url, opener) {
  if (shown?.open) return;
  shown?.remove();
  const sheets = dress();
  const title = create('h2', { className: 'abide-title', textContent: opener?.textContent.trim() ?? '' });
  const dialog = shown = create('dialog', { className: 'abide abide-settings' }, [title]);
  dialog.setAttribute('aria-busy', 'true');
  page.documentElement.append(dialog); // beside the body, as the notice
  opener?.focus({ preventScroll: true }); // some browsers focus nothing that is pressed
  dialog.showModal(); // and gives the focus back
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
  const leave = () => { page.activeElement?.blur(); dialog.close(); }; // the dialog is nothing to come back to
  dialog.addEventListener('cancel', (event) => { event.preventDefault(); leave(); });
  dialog.addEventListener('click', ({ target }) => { if (target.closest('.abide-close')) leave(); });
  dialog.addEventListener('formdata', () => { // abide.mjs is sending it
    isSaving = true;
    leave();
    watch(dialog);
  });
  dialog.addEventListener('close', () => { if (!isSaving) dialog.remove(); });
}

/** What could not be saved comes back as it was left. The line tells of the choice, see say() in abide.mjs. */
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

/** Not as text, which is no HTML where a page asks for trusted types. */
function read(url) {
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest();
    Object.assign(asked, { onload: () => resolve(asked.response), onerror: reject, timeout: 20_000, ontimeout: reject });
    asked.open('GET', url);
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

/** A landmark of a page is none in a dialog. */
const apart = ({ className, childNodes }) => create('div', { className }, [...childNodes]);

/** As sheets, which no content security policy of the page forbids. */
function dress() {
  if (!dressed) wear(FRAME);
  return dressed ??= fetch(fileAt('preferences.css')).then((reply) => reply.text()).then(wear);
}

function wear(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  setOfPage('adoptedStyleSheets', [...page.adoptedStyleSheets, sheet]);
}
