// The notice of a site without a server: the same words, classes and style sheet as the server's, built element by
// element. Below it, opened by its settings button, the choice by purpose.

import { create, styleSheet } from './drawing.mjs';
import { load } from './rules.mjs';
import { words } from './words.mjs';

const OPTIONAL = ['analytics', 'functional', 'targeting'];
let drawn = null;

/** Draws it once, hidden. */
export const draw = (site, api) => (drawn ??= make(site, api));

async function make(site, api) {
  const [say, { policy }] = [await words(site.texts), await load(site.policy)];
  if (!say('notice.title')) throw new Error('abide: expected texts/en.json'); // buttons without words ask nothing
  await styleSheet('notice.css');
  const { notice, form, aside, purposes, problem, save, settings } = compose(policy, say);
  document.body.append(notice);

  async function unfold(isOpen) {
    if (isOpen) {
      const { purposeList } = await import('./purposes.mjs');
      purposes.replaceChildren(await purposeList(asked(policy), policy, say, api.state()));
    }
    settings.setAttribute('aria-expanded', String(isOpen));
    purposes.hidden = save.hidden = !isOpen;
  }
  settings.addEventListener('click', () => unfold(purposes.hidden));

  return {
    async show(byVisitor = false) {
      await unfold(byVisitor);
      aside.hidden = navigator.globalPrivacyControl !== true;
      problem.hidden = true;
      notice.hidden = false;
      if (byVisitor) form.querySelector('.abide-switch:enabled, button').focus();
    },
    fail() { notice.hidden = problem.hidden = false; },
  };
}

/** What the site declares cookies for; all, where it declares none. */
function asked({ cookies = [] }) {
  const declared = OPTIONAL.filter((category) => cookies.some((cookie) => cookie.category === category));
  return declared.length ? declared : OPTIONAL;
}

function compose(policy, say) {
  const site = policy.site?.name ?? say('site.unnamed');
  const wanted = listed(asked(policy).map((category) => say(`purpose.${category}`)), say);
  const button = (value, key, more = '') =>
    create('button', { className: `abide-button ${more}`, name: 'choice', value, textContent: say(key) });
  const purposes = create('div', { hidden: true });
  const save = button('save', 'choice.save', 'abide-plain abide-save');
  const settings = create('button', { className: 'abide-link', type: 'button', textContent: say('link.settings') });
  const problem = create('p', { className: 'abide-aside', hidden: true,
    textContent: `${say('page.failed')} ${say('page.failed.text')}` });
  problem.setAttribute('role', 'alert');
  const aside = create('p', { className: 'abide-aside', textContent: say('notice.gpc') });
  const form = create('form', { className: 'abide-ask', method: 'post', action: '#' }, [
    create('div', { className: 'abide-words' }, [
      create('h2', { className: 'abide-title', id: 'abide-title', textContent: say('notice.title') }),
      create('p', { className: 'abide-text', textContent: say('notice.text', { site, purposes: wanted }) }),
      aside, purposes, problem]),
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
  return { notice, form, aside, purposes, problem, save, settings };
}

function listed(names, say) {
  if (names.length < 2) return names.join('');
  return names.slice(0, -1).join(say('list.comma')) + say('list.and') + names.at(-1);
}
