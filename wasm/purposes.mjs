// The choice by purpose of a site without a server: what each category is for, its cookies, and a switch that nobody but
// the visitor turns on. The same parts, words and style sheet as on the server's preference page.

import { cookieName, lifetimeDays } from './choosing.mjs';
import { create, styleSheet } from './drawing.mjs';

/** The list for these categories, and for what is required. */
export async function purposeList(categories, policy, say, state) {
  await styleSheet('preferences.css');
  const declared = [consentCookie(policy, say), ...(policy.cookies ?? [])];
  return create('ul', { className: 'abide-purposes' }, ['required', ...categories].map((category) =>
    purpose(category, declared.filter((cookie) => cookie.category === category), say, state)));
}

const consentCookie = (policy, say) => ({ name: cookieName(policy), category: 'required', vendor: policy.site?.name,
  lifetime: `${lifetimeDays(policy)} days`, purpose: { [say.lang]: say('declaration.consent_cookie') } });

function purpose(category, cookies, say, state) {
  const about = create('p', { className: 'abide-what', id: `abide-${category}-about`, textContent: say(`${category}.about`) });
  const parts = [row(category, say, state), about];
  const reason = reasonOf(category, state);
  if (reason) parts.push(create('p', { className: 'abide-why', textContent: say(reason) }));
  if (cookies.length) parts.push(details(cookies, say));
  return create('li', { className: 'abide-purpose' }, parts);
}

// What is on by default is sent as `keep`: nobody turned it on. Where consent is asked for, no switch is on by itself.
function row(category, say, { allowed, regime }) {
  const isOn = allowed.includes(category), isFixed = category === 'required';
  const id = `abide-${category}`;
  const input = create('input', { className: 'abide-switch', type: 'checkbox', id, value: category, defaultChecked: isOn,
    disabled: isFixed, name: isFixed ? '' : isOn && regime !== 'opt_in' ? 'keep' : 'grant' });
  input.setAttribute('role', 'switch');
  input.setAttribute('aria-describedby', `${id}-about`);
  input.addEventListener('change', () => { if (input.checked) input.name = 'grant'; });
  const label = create('label', { htmlFor: id, textContent: say(`${category}.title`) });
  const states = isFixed ? [['', 'always']] : [['abide-on', 'on'], ['abide-off', 'off']];
  return create('div', { className: 'abide-row' }, [create('h3', { className: 'abide-name' }, [label]), input,
    ...states.map(([name, key]) =>
      create('span', { className: `abide-state ${name}`, ariaHidden: 'true', textContent: say(`switch.${key}`) }))]);
}

function reasonOf(category, { allowed, allowedShared, gpc, chosen, regime }) {
  if (category === 'required') return '';
  if (gpc && category === 'targeting' && !allowedShared.includes(category)) return 'reason.gpc';
  if (chosen) return '';
  if (allowed.includes(category)) return regime === 'opt_in' ? '' : 'reason.default_on';
  return 'reason.default_off';
}

const details = (cookies, say) => create('details', { className: 'abide-details' }, [
  create('summary', { textContent: say('cookies.count', { count: cookies.length }) }),
  create('ul', { className: 'abide-cookies' }, cookies.map((cookie) => cookieItem(cookie, say)))]);

function cookieItem({ name, vendor, lifetime, purpose: use, ...cookie }, say) {
  const lives = lifetimeText(lifetime, say);
  const parts = [create('code', { dir: 'ltr', textContent: name }),
    create('span', {}, [create('bdi', { textContent: vendor || say('cookies.vendor_unknown') }), lives && ` · ${lives}`])];
  const [lang, text] = inLanguage(use, say.lang);
  if (text) parts.push(create('span', { className: 'abide-use', lang, dir: 'auto', textContent: text }));
  if (isShared(cookie)) parts.push(create('span', { className: 'abide-mark', textContent: say('cookies.shared') }));
  return create('li', { className: 'abide-cookie' }, parts);
}

const isShared = ({ category, contract, shared = contract !== 'processor' && category === 'targeting' }) => shared;

/** `session`, or a number and a unit. */
function lifetimeText(lifetime, say) {
  if (lifetime === 'session') return say('lifetime.session');
  const [, count, unit] = /^(\d+) ([a-z]+?)s?$/.exec(lifetime) ?? [];
  return unit ? new Intl.NumberFormat(say.lang, { style: 'unit', unit, unitDisplay: 'long' }).format(count) : '';
}

/** One text, or one by language: that of the page, else the first. */
function inLanguage(texts, lang) {
  if (typeof texts !== 'object') return ['', texts];
  return texts[lang] ? [lang, texts[lang]] : Object.entries(texts)[0];
}
