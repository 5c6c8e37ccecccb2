// The choice by purpose of a site without a server: what each category is for, why it is on or off, its cookies, and a
// switch that nobody but the visitor turns on. The same parts, words, fields and style sheet as on the server's
// preference page.

import { create, styleSheet } from './drawing.mjs';
import { cookieName, lifetimeDays, readRecord } from './record.mjs';

/** The list for these categories, and for what is required. */
export async function purposeList(categories, policy, say, state) {
  await styleSheet('preferences.css');
  const page = { policy, say, state, record: readRecord(policy) };
  const declared = [consentCookie(policy, say), ...(policy.cookies ?? [])];
  return create('ul', { className: 'abide-purposes' }, ['required', ...categories].map((category) =>
    purpose(page, category, declared.filter((cookie) => cookie.category === category))));
}

const consentCookie = (policy, say) => ({ name: cookieName(policy), category: 'required', vendor: policy.site?.name,
  lifetime: `${lifetimeDays(policy)} days`, purpose: { [say.lang]: say('declaration.consent_cookie') } });

function purpose(page, category, cookies) {
  const { say } = page;
  const verdict = verdictOf(page.state, category, cookies);
  const about = create('p', { className: 'abide-what', id: `abide-${category}-about`,
    textContent: say(`${category}.about`) });
  const parts = [row(page, category, verdict), about];
  const reason = reasonOf(page, category, verdict), partly = partlyOff(page, category, verdict, cookies);
  if (reason) parts.push(create('p', { className: 'abide-why', id: `abide-${category}-why` }, [
    create('span', { className: 'abide-reason', textContent: reason }),
    create('span', { className: 'abide-changed', textContent: say('switch.changed') })]));
  if (partly) parts.push(create('p', { className: 'abide-why', textContent: partly }));
  if (verdict.isFixed) parts.push(create('input', { type: 'hidden', name: 'keep', value: category }));
  if (mayExcept(page, verdict)) parts.push(exception(page, category));
  if (cookies.length) parts.push(details(cookies, say));
  return create('li', { className: 'abide-purpose' }, parts);
}

/** What the switch stands for: the shared cookies where there are no others. What a signal denies no switch turns on,
    whatever was chosen before. */
function verdictOf({ allowed, allowedShared, reasons, reasonsShared, gpc }, category, cookies) {
  const shared = cookies.length > 0 && cookies.every(isShared);
  const isOn = category === 'required' || (shared ? allowedShared : allowed).includes(category);
  const found = (shared ? reasonsShared : reasons)?.[category]?.rule ?? '';
  const isSignal = gpc && !isOn && found !== 'D1' && (shared || category === 'targeting');
  const rule = isSignal ? 'D3c' : found;
  return { isOn, rule, isFixed: rule === 'D1' || rule === 'D3c' };
}

// What is on by default is sent as `keep`: nobody turned it on. What a choice cannot change now has no field.
function row({ say }, category, { isOn, rule, isFixed }) {
  const isRequired = category === 'required', id = `abide-${category}`;
  const field = rule === 'D3a' ? 'exception' : isOn && /^D(3b|6e?)$/.test(rule) ? 'keep' : 'grant';
  const input = create('input', { className: 'abide-switch', type: 'checkbox', id, value: category,
    defaultChecked: isOn, disabled: isRequired || isFixed, name: isRequired || isFixed ? '' : field });
  input.setAttribute('role', 'switch');
  input.setAttribute('aria-describedby', `${id}-about${isRequired ? '' : ` ${id}-why`}`);
  if (field === 'keep') input.addEventListener('change', () => { if (input.checked) input.name = 'grant'; });
  const label = create('label', { htmlFor: id, textContent: say(`${category}.title`) });
  const states = isRequired ? [['', 'always']] : [['abide-on', 'on'], ['abide-off', 'off']];
  return create('div', { className: 'abide-row' }, [create('h3', { className: 'abide-name' }, [label]), input,
    ...states.map(([name, key]) =>
      create('span', { className: `abide-state ${name}`, ariaHidden: 'true', textContent: say(`switch.${key}`) }))]);
}

// Why: by the rule that decided.

const REASONS = {
  D1: () => ['reason.age'],
  D2: ({ record }) => ['reason.refused', latest(record)],
  D3a: ({ record }) => ['reason.exception', record?.exception?.time ?? record?.time],
  D3b: () => ['reason.incentive'],
  D3c: ({ state }) => [`reason.${state.gpc ? 'gpc' : 'dnt'}`],
  D4: ({ record }) => (record?.sticky_since ? ['reason.opted_out.date', record.sticky_since] : ['reason.opted_out']),
  D5: ({ record }) => ['reason.granted', record?.time],
};

function reasonOf(page, category, { isOn, rule }) {
  if (category === 'required') return '';
  const [key, time] = REASONS[rule]?.(page) ?? [isOn ? 'reason.default_on' : 'reason.default_off'];
  return page.say(key, { date: time ? dateText(time, page.say.lang) : '' });
}

/** Why the shared cookies of a category that is on stay off. */
function partlyOff({ state, say }, category, { isOn }, cookies) {
  const shared = cookies.filter(isShared).length, rule = state.reasonsShared?.[category]?.rule;
  if (!isOn || !shared || shared === cookies.length || state.allowedShared.includes(category)) return '';
  const why = { D3c: state.gpc ? 'gpc' : 'dnt', D4: 'opted_out' }[rule];
  return why ? say(`reason.shared.${why}`, { mark: say('cookies.shared') }) : '';
}

const latest = (record) => [record?.time, record?.sticky_since].filter(Boolean).sort().at(-1);

const dateText = (time, lang) => new Intl.DateTimeFormat(lang, { dateStyle: 'long' }).format(new Date(time));

// The exception: for visitors who were told of the signal before, by an earlier page or by the notice they answered.

function mayExcept({ policy, record }, { rule }) {
  const { gpc_exception: allows = 'informed' } = policy.signals ?? {};
  if (rule !== 'D3c' || allows !== 'informed' || !record?.sticky_since) return false;
  return Boolean(record.time) || Date.parse(record.sticky_since) + 1000 < performance.timeOrigin;
}

function exception({ policy, say }, category) {
  const box = create('input', { className: 'abide-box', type: 'checkbox', name: 'exception', value: category });
  const words = { site: policy.site?.name ?? say('site.unnamed'), purpose: say(`${category}.title`) };
  return create('details', { className: 'abide-details' }, [
    create('summary', { textContent: say('exception.summary') }),
    create('p', { className: 'abide-small', textContent: say('exception.text', words) }),
    create('label', { className: 'abide-tick' }, [box, ` ${say('exception.label', words)}`])]);
}

// Its cookies

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
