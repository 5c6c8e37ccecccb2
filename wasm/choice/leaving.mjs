// Opens one of Abide's own pages, by a link or by a form. Loaded when the visitor goes there.

import { send } from '../page/answer.mjs';
import { linkTo } from '../page/place.mjs';
import { globalOf } from '../page/page.mjs';

/** Shows the settings over this page, or goes to another address if they have none or cannot be shown. Leaves only once the
    server answers, or `needBar` resolves; otherwise the browser's error page would replace this page.
    @param settings the address of the settings; false: the visitor leaves */
export async function open(address, settings, link, needBar) {
  if (settings) try {
    return await import('./settings.mjs').then((one) => one.show(settings, link));
  } catch {}
  await send(`${address}`, { method: 'HEAD', redirect: 'manual' }).catch(needBar);
  return go(address);
}

/** Goes to one of Abide's pages. Resolves once this page is left: loading the other may take as long as asking for it. A router
    that uses the Navigation API would show a view of its own instead. */
function go(address) {
  const url = linkTo(address);
  if (window !== top) return leaveFrame(url);
  leadBack(url, location);
  const isLeft = new Promise((resolve) => addEventListener('pagehide', resolve));
  const routed = globalOf('NavigateEvent')?.prototype, { intercept } = routed ?? {};
  if (routed) Reflect.set(routed, 'intercept', () => {});
  location.assign(url);
  if (routed) Reflect.set(routed, 'intercept', intercept);
  return isLeft;
}

/** Submits the form as the browser would without scripts; calls `otherwise` if the page's policy forbids that. What else the page
    violates meanwhile does not count: the answer may be on its way. */
export function submit(button, otherwise) {
  delete button.form.dataset.abideForm;
  addEventListener('securitypolicyviolation', ({ effectiveDirective, disposition }) => {
    if (effectiveDirective === 'form-action' && disposition === 'enforce') otherwise();
  });
  button.click();
}

/** Abide's pages refuse to be framed: they take the place of the whole page, or, on a page of another site, a tab of their own. */
function leaveFrame(url) {
  try {
    leadBack(url, top.location);
  } catch {
    return void window.open(url);
  }
  top.location.assign(url);
}

/** Makes the page lead back to where the visitor is now: a router may have changed the address. The hash goes there without the
    server, see own.mjs. */
function leadBack(url, { pathname, search, hash }) {
  const back = encodeURIComponent(search.length > 800 ? pathname : pathname + search); // as here() does
  url.search = url.search.replace(/([?&]return=)[^&]*/, (_, name) => name + back);
  url.hash = hash;
}
