// What visitors press: Abide's buttons, forms and links, also in the page's own elements. Listeners of the window are called
// before those of routers; the page can neither cancel nor take what happens in Abide's elements.

import { fade, say, session } from './message.mjs';
import { formOf, putInForce, site } from './choices.mjs';
import { marks, state } from '../page/decision.mjs';
import { NOTICE } from '../notice/following.mjs';
import { closeFor, comeFrom, focusOn, reopen, settingsLink } from '../notice/closing.mjs';
import { here, needBar, own } from './server.mjs';
import { bare, isIn, page } from '../page/page.mjs';
import { isRefusal } from './refusals.mjs';

const pending = new Set(); // presses that are not answered yet, as forms in text
const ANY_EVENT = page && Object.getPrototypeOf(UIEvent.prototype); // not Event, which old libraries replace

export const PRESSES = [
  ...['click', 'pointerdown', 'focusin', 'mousedown', 'keypress', 'keydown', 'keyup', 'touchend'].map((type) => [type, hide]),
  ['submit', submitInPlace], ['click', leaveByLink], ['click', obeyButton]];

/** The page can neither cancel nor take a press, a key, the wheel or a form of Abide's elements. */
export function guardPresses() {
  for (const name of ['stopPropagation', 'stopImmediatePropagation', 'preventDefault'])
    UIEvent.prototype[name] = SubmitEvent.prototype[name] = function () {
      isIn(this.composedPath()[0] ?? page, '.abide') || ANY_EVENT[name].call(this);
    };
}

/** Sends a form of Abide's from this page. */
function submitInPlace(event) {
  const { target: form, submitter: button } = event;
  if (!isIn(form, '[data-abide-form]')) return;
  take(event);
  (form.return ?? {}).value = here(); // a router may have changed the address; a form of the site may have no such field
  const fields = new URLSearchParams(new FormData(form));
  if (button?.name) fields.set(button.name, button.value);
  else if (!fields.has('choice')) fields.set('choice', 'save'); // Enter on a switch
  press(fields, button);
}

/** The pressed element, or the nearest one around it, that matches; also in open shadow roots. None if a key is held. */
const pressed = (event, selector) => (event.ctrlKey || event.metaKey || event.shiftKey ? null
  : event.composedPath().slice(0, -2).find((node) => bare(node).matches?.(selector)));

/** Hides what happens in Abide's elements from the page, whose handlers may refuse keys, disable the button before the press
    counts, close a menu, or take the focus back into a dialog. Clicks that are no choice have listeners of their own there. */
function hide(event) {
  if (!isIn(event.target, event.type === 'click' ? '.abide [name=choice]' : '.abide')) return;
  event.cancelBubble = true;
  comeFrom(event);
}

/** Shows the result of a choice that led to this page. Its frames have no line for it, and leave it to the page. */
export function greet() {
  const line = page.querySelector('.abide-said:not([hidden])'), word = line && session();
  if (!line) return;
  fade(line);
  if (!word) return;
  say(word);
  focusOn(settingsLink());
}

/** Keeps an event from the browser and from the page. */
function take(event) {
  event.returnValue = false;
  ANY_EVENT.stopImmediatePropagation.call(event);
}

/** Shows at once that the press counts: the notice closes, and a line says what becomes of the choice. If the page's policy
    blocks the request, the browser submits the form as it would without scripts; if it blocks that, too, the settings open. */
async function press(fields, button) {
  const text = `${fields}`;
  if (pending.has(text)) return; // pressed twice
  pending.add(text);
  const choice = fields.get('choice'), asked = page.querySelector(`${NOTICE}:not([hidden])`);
  closeFor(choice);
  // The second press of a double click would meet what was below the notice.
  addEventListener('click', (later) => later.detail > 1 && take(later), { capture: true, once: true });
  say('saving');
  const isWithdrawn = choice === 'withdraw';
  if (isWithdrawn) session('withdrawn');
  try {
    const { status, unconfirmed } = await putInForce(fields);
    say(isWithdrawn ? 'withdrawn' : 'saved', status?.title && status.text); // says what a signal keeps off
    if (unconfirmed) site.open?.(); // a static site has no status line: its notice explains the second step
  } catch {
    needBar().then(() => import('./leaving.mjs')).then((one) => one.submit(button, openSettings)).catch(() => {
      say('failed');
      if (!isRefusal(fields) && asked) reopen();
    });
  }
  pending.delete(text);
}

/** Buttons and links of the page's own, with `data-abide`. Before the page's listeners: a menu may stop the event, a scroller of
    `#` links or a router cancel it. */
export function obeyButton(event) {
  const button = pressed(event, '[data-abide]'), wish = button?.dataset.abide;
  if (event.defaultPrevented || !/^(accept-all|confirm|reject-all|withdraw|open)$/.test(wish)) return;
  event.returnValue = false; // it may be a link to the preference page
  if (wish === 'open') open(button);
  else press(formOf({ choice: wish }));
}

/** Keeps routers from handling a link to Abide's own pages, which are whole pages. The settings may open over this page. */
function leaveByLink(event) {
  const link = pressed(event, 'a[href]:not([data-abide],[download],[target]:not([target=_self]))');
  if (!(link?.origin + link?.pathname + '/').startsWith(own('/'))) return;
  take(event);
  openSettings(link, link);
}

/** Shows the notice again, or the settings if the page has no notice. */
export function open(opener) {
  site.open ? site.open() : reopen() || openSettings(opener);
}

/** Shows the settings over this page, if the page asks for that or a worker may answer each navigation with the application's
    page; else goes to one of Abide's pages. */
async function openSettings(link = {}, to) {
  const url = own('?' + formOf({})), isOver = marks().abideSettings || navigator.serviceWorker?.controller;
  link.ariaBusy = true;
  await import('./leaving.mjs').then((one) =>
    one.open(to ?? url, isOver && (!to || to.pathname === state().path) && url, link, needBar)).catch(() => say('failedLink'));
  link.ariaBusy = null;
}
