// The notice of a site without a server, built from the server's template. Its settings button opens the choice by purpose
// below it.

import { makeRoom, sheetsOf, styleSheet } from '../page/drawing.mjs';
import { build, fill } from '../page/fill.mjs';
import { page } from '../page/page.mjs';
import { words } from '../page/words.mjs';

const OPTIONAL = ['analytics', 'functional', 'targeting'];
let drawn = null;

/** Makes the notice once, hidden. Tries again if that failed. */
export function draw(site, api) {
  drawn ??= make(site, api);
  drawn.catch(() => { drawn = null; });
  return drawn;
}

async function make(site, api) {
  let say = await words(site.texts);
  if (!say('notice.title')) throw new Error('abide: expected texts/en.json'); // a notice without texts would ask nothing
  await Promise.all(sheetsOf(layoutOf(await site.tell([]))).map(styleSheet));
  let notice = null, opener = null, mayLeave = false; // without a choice
  let isOpened = false; // by the visitor; the page's own show() does not fold it again
  const part = (find) => notice.querySelector(find);

  function renew(told) {
    const before = notice;
    const made = build(fill('notice.html', say, valuesOf(told, say, mayLeave)).trim()).firstElementChild;
    notice = made.firstElementChild;
    const post = fill('post.html', say, { lang: say.lang, from: 'banner', page: true }); // the form of the button that objects
    if (before) before.replaceWith(notice);
    else place(made, build(post));
    part('.abide-actions > .abide-link').addEventListener('click', () =>
      (mayLeave ? close() : unfold(part('[data-abide-purposes]').hidden)));
  }

  async function unfold(isOpen) {
    const list = part('[data-abide-purposes]');
    if (isOpen) {
      const { purposeList } = await import('./purposes.mjs');
      list.replaceChildren(build(await purposeList(await site.tell(['required', ...OPTIONAL]), say)));
    }
    if (!mayLeave) part('.abide-actions > .abide-link').setAttribute('aria-expanded', String(isOpen));
    list.hidden = part('.abide-save').hidden = !isOpen;
  }

  function close() {
    notice.hidden = true;
    isOpened = false;
    opener?.focus({ preventScroll: true });
  }

  addEventListener('keydown', ({ key, target }) => { // of the window: presses.mjs hides keys from the rest
    if (key === 'Escape' && mayLeave && notice?.contains(target)) close();
  }, true);

  page.addEventListener('abide:language', async () => {
    say = await words(site.texts);
    if (!notice || notice.hidden) return;
    const isOpen = !part('[data-abide-purposes]').hidden;
    renew(await site.tell([]));
    await unfold(isOpen);
    notice.hidden = false;
  });

  return {
    async show(byVisitor = false) {
      isOpened ||= byVisitor;
      const told = await site.tell([]), asks = api.state().notice;
      if (isOpened && !byVisitor) return;
      mayLeave = byVisitor && asks !== undefined && asks !== 'banner';
      if (byVisitor && !notice?.contains(page.activeElement)) opener = page.activeElement;
      renew(told);
      await unfold(byVisitor);
      notice.hidden = false;
      if (byVisitor) part('.abide-switch:enabled, button').focus();
    },
  };
}

/** Puts the notice beside the body, as beside.js does with the server's. */
function place(made, post) {
  makeRoom(made);
  page.documentElement.append(page.createComment('/$'), made, post);
}

/** The number of vendors, other than the site itself, that set optional cookies. */
const vendors = ({ cookies = [], site }) => new Set(cookies.filter(({ category, vendor }) =>
  category !== 'required' && vendor && vendor !== site?.name).map(({ vendor }) => vendor)).size;

/** Goes before paths, which a <base> may lead to another host. Documents without an address have none. */
const originOf = ({ origin, protocol }) => (/^http/.test(protocol) ? origin : '');

const layoutOf = (told) => told?.policy?.notice?.layout ?? 'bar';

/** `told` is null if there is no core. */
function valuesOf(told, say, mayLeave) {
  const { state = {}, signal = false, askedFor = OPTIONAL, policy = {} } = told ?? {};
  const layout = layoutOf(told), { policy_url: privacy = '' } = policy.notice ?? {};
  return { over: layout === 'top' ? '' : layout, privacy: privacy.replace(/^(?=\/)/, originOf(location)), count: vendors(policy), lang: say.lang,
    site: policy.site?.name ?? say('site.unnamed'),
    purposes: say.list((askedFor.length ? askedFor : OPTIONAL).map((name) => say(`purpose.${name}`))),
    settings: say(mayLeave ? 'link.back' : 'link.settings'), folds: !mayLeave,
    gpc: signal && state.gpc, dnt: signal && !state.gpc,
    exempt: state.objectable && say(state.allowedNames?.functional ? 'notice.exempt_any' : 'notice.exempt'), unconfirmed: state.unconfirmed };
}
