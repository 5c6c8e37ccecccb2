// The notice of a site without a server: the same words, classes and style sheet as the server's, built element by
// element. Below it, opened by its settings button, the choice by purpose.

import { create, styleSheet } from './drawing.mjs';
import { load } from './rules.mjs';
import { words } from './words.mjs';

const OPTIONAL = ['analytics', 'functional', 'targeting'];
let drawn = null;

/** Draws it once, hidden; again where that failed. */
export function draw(site, api) {
  drawn ??= make(site, api);
  drawn.catch(() => { drawn = null; });
  return drawn;
}

async function make(site, api) {
  const [say, policy] = await Promise.all([words(site.texts), policyOf(site)]);
  if (!say('notice.title')) throw new Error('abide: expected texts/en.json'); // buttons without words ask nothing
  await styleSheet('notice.css');
  const { notice, form, text, aside, purposes, problem, save, settings } = compose(say);
  document.body.prepend(notice); // as the server's: first in reading and for the keyboard
  let opener = null, mayLeave = false; // without a choice

  async function unfold(isOpen) {
    if (isOpen) {
      const { purposeList } = await import('./purposes.mjs');
      purposes.replaceChildren(await purposeList(declared(policy), policy, say, api.state()));
    }
    if (!mayLeave) settings.setAttribute('aria-expanded', String(isOpen));
    purposes.hidden = save.hidden = !isOpen;
  }
  function close() {
    notice.hidden = true;
    opener?.focus({ preventScroll: true });
  }
  settings.addEventListener('click', () => (mayLeave ? close() : unfold(purposes.hidden)));
  notice.addEventListener('keydown', ({ key }) => { if (key === 'Escape' && mayLeave) close(); });

  return {
    async show(byVisitor = false) {
      const state = api.state(), isDenied = state.gpc && !state.exception;
      mayLeave = byVisitor && state.notice !== undefined && state.notice !== 'banner';
      settings.textContent = say(mayLeave ? 'link.back' : 'link.settings');
      if (mayLeave) settings.removeAttribute('aria-expanded');
      if (byVisitor && !notice.contains(document.activeElement)) opener = document.activeElement;
      text.textContent = ask(policy, isDenied, say);
      await unfold(byVisitor);
      aside.hidden = !isDenied;
      problem.hidden = true;
      notice.hidden = false;
      if (byVisitor) form.querySelector('.abide-switch:enabled, button').focus();
    },
    fail() { notice.hidden = problem.hidden = false; },
  };
}

/** A policy that cannot be read still leaves the visitor a way to all choices; none of them is saved without it. */
const policyOf = (site) => load(site.policy).then(({ policy }) => policy, () => ({}));

/** What the site declares cookies for; all, where it declares none. */
function declared({ cookies = [] }) {
  const found = OPTIONAL.filter((category) => cookies.some((cookie) => cookie.category === category));
  return found.length ? found : OPTIONAL;
}

/** Nobody is asked for what the browser's signal denies in any case. */
function ask(policy, isDenied, say) {
  const site = policy.site?.name ?? say('site.unnamed');
  const mayBe = (category) => !isDenied || category !== 'targeting' && !isAllShared(policy, category);
  const open = [declared(policy), OPTIONAL].map((all) => all.filter(mayBe)).find((some) => some.length) ?? [];
  return say('notice.text', { site, purposes: listed(open.map((category) => say(`purpose.${category}`)), say) });
}

function isAllShared({ cookies = [] }, category) {
  const own = cookies.filter((cookie) => cookie.category === category);
  return own.length > 0 && own.every(({ shared }) => shared);
}

function compose(say) {
  const button = (value, key, more = '') =>
    create('button', { className: `abide-button ${more}`, name: 'choice', value, textContent: say(key) });
  const purposes = create('div', { hidden: true });
  const save = button('save', 'choice.save', 'abide-plain abide-save');
  const settings = create('button', { className: 'abide-link', type: 'button', textContent: say('link.settings') });
  const problem = create('p', { className: 'abide-aside', hidden: true,
    textContent: `${say('page.failed')} ${say('page.failed.text')}` });
  problem.setAttribute('role', 'alert');
  const text = create('p', { className: 'abide-text' });
  const aside = create('p', { className: 'abide-aside', textContent: say('notice.gpc') });
  const form = create('form', { className: 'abide-ask', method: 'post', action: '#' }, [
    create('div', { className: 'abide-words' }, [
      create('h2', { className: 'abide-title', id: 'abide-title', textContent: say('notice.title') }),
      text, aside, purposes, problem]),
    create('input', { type: 'hidden', name: 'from', value: 'banner' }),
    create('div', { className: 'abide-actions' }, [
      create('div', { className: 'abide-choices' }, [
        button('reject-all', 'choice.reject'), button('accept-all', 'choice.accept'), save]),
      settings])]);
  form.dataset.abideForm = '';
  const notice = create('section', { className: 'abide abide-notice', hidden: true, lang: say.lang,
    dir: say('direction') || 'ltr' }, [form]);
  notice.setAttribute('aria-labelledby', 'abide-title');
  notice.dataset.abideNotice = '';
  return { notice, form, text, aside, purposes, problem, save, settings };
}

function listed(names, say) {
  if (names.length < 2) return names.join('');
  return names.slice(0, -1).join(say('list.comma')) + say('list.and') + names.at(-1);
}
