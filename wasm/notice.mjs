// The notice of a site without a server: the same words, classes and style sheet as the server's, built element by
// element. Below it, opened by its settings button, the choice by purpose.

import { load } from './rules.mjs';
import { words } from './words.mjs';

const OPTIONAL = ['analytics', 'functional', 'targeting'];
let drawn = null;

const BOXES = `
  .abide-boxes { display: grid; margin-block-start: 0.5em; }
  .abide-boxes[hidden] { display: none; }
  .abide-boxes label { display: flex; gap: 0.75em; padding-block: 0.625em; cursor: pointer; }
  .abide-boxes input { inline-size: 1.375em; block-size: 1.375em; margin: 0; accent-color: var(--accent); }`;

/** Draws it once, hidden. */
export const draw = (site, api) => (drawn ??= make(site, api));

async function make(site, api) {
  const [say, { policy }] = [await words(site.texts), await load(site.policy)];
  if (!say('notice.title')) throw new Error('abide: expected texts/en.json'); // buttons without words ask nothing
  await styleSheet();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(BOXES);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const name = policy.site?.name ?? say('site.unnamed');
  const declared = OPTIONAL.filter((category) => (policy.cookies ?? []).some((cookie) => cookie.category === category));
  const asked = declared.length ? declared : OPTIONAL;
  const purposes = listed(asked.map((category) => say(`purpose.${category}`)), say);
  const button = (value, key, className = 'abide-button') =>
    create('button', { className, name: 'choice', value, textContent: say(key) });
  const settings = create('button', { className: 'abide-link', type: 'button', textContent: say('link.settings') });
  settings.setAttribute('aria-expanded', 'false');
  const boxes = create('div', { className: 'abide-boxes', hidden: true });
  const failed = `${say('page.failed')} ${say('page.failed.text')}`;
  const problem = create('p', { className: 'abide-aside', hidden: true, textContent: failed });
  problem.setAttribute('role', 'alert');
  const aside = create('p', { className: 'abide-aside', textContent: say('notice.gpc') });
  const form = create('form', { className: 'abide-ask', method: 'post', action: '#' }, [
    create('div', { className: 'abide-words' }, [
      create('h2', { className: 'abide-title', id: 'abide-title', textContent: say('notice.title') }),
      create('p', { className: 'abide-text', textContent: say('notice.text', { site: name, purposes }) }),
      aside, boxes, problem]),
    create('input', { type: 'hidden', name: 'from', value: 'banner' }),
    create('div', { className: 'abide-actions' }, [
      create('div', { className: 'abide-choices' }, [
        button('reject-all', 'choice.reject'), button('accept-all', 'choice.accept')]),
      settings])]);
  form.dataset.abideForm = '';
  const notice = create('section', { className: 'abide abide-notice', hidden: true, lang: say.lang }, [form]);
  notice.dir = say('direction') || 'ltr';
  notice.setAttribute('aria-labelledby', 'abide-title');
  notice.dataset.abideNotice = '';
  document.body.append(notice);

  function openBoxes(opened) {
    settings.setAttribute('aria-expanded', String(opened));
    boxes.hidden = !opened;
    if (!opened) return;
    const rows = asked.map((category) => row(category, say, api.state()));
    boxes.replaceChildren(...rows, button('save', 'choice.save', 'abide-button abide-plain'));
  }
  settings.addEventListener('click', () => openBoxes(boxes.hidden));

  return {
    show(byVisitor = false) {
      aside.hidden = navigator.globalPrivacyControl !== true;
      problem.hidden = true;
      notice.hidden = false;
      openBoxes(byVisitor);
      if (byVisitor) form.querySelector('input[type=checkbox], button').focus();
    },
    fail() { notice.hidden = problem.hidden = false; },
  };
}

// What is on by default is sent as `keep`: nobody ticked it. Where consent is asked for, no box is ticked by itself.
function row(category, say, { allowed, regime }) {
  const on = allowed.includes(category);
  const name = on && regime !== 'opt_in' ? 'keep' : 'grant';
  const box = create('input', { type: 'checkbox', name, value: category, defaultChecked: on });
  box.addEventListener('change', () => { if (box.checked) box.name = 'grant'; });
  return create('label', {}, [box, create('span', { textContent: say(`${category}.title`) })]);
}

function create(name, properties, children = []) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function listed(names, say) {
  if (names.length < 2) return names.join('');
  return names.slice(0, -1).join(say('list.comma')) + say('list.and') + names.at(-1);
}

/** The page's own link to it, or one beside this module; shown only once it is there. */
function styleSheet() {
  if (document.querySelector('link[rel~="stylesheet"][href*="notice.css"]')) return Promise.resolve();
  return new Promise((resolve) => {
    const href = new URL('notice.css', import.meta.url);
    document.head.append(create('link', { rel: 'stylesheet', href, onload: resolve, onerror: resolve }));
  });
}
