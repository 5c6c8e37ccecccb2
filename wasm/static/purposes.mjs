// The choice by purpose of a site without a server: the rows of the server's preference page, from the same templates.

import { styleSheet } from '../page/drawing.mjs';
import { fill } from '../page/fill.mjs';

const UNKNOWN = { reason: 'reason.default_off', field: 'grant', cookies: [] }; // used if there is no core
const NOTHING = { policy: {}, settings: {}, purposes: [['required', { ...UNKNOWN, always: true, on: true, field: '' }],
  ...['analytics', 'functional', 'targeting'].map((name) => [name, UNKNOWN])] };

// Enter on a switch presses the first button of its form; see preferences.html.
const SAVE = '<button class="abide-unseen" tabindex="-1" aria-hidden="true"></button>';

/** Returns HTML: the required category and those with declared cookies; all categories if no cookies are declared. */
export async function purposeList(told, say) {
  await styleSheet('preferences.css');
  const page = told ?? NOTHING;
  const declared = page.purposes.filter(([, { always, cookies }]) => always || cookies.length);
  const rows = declared.length > 1 ? declared : page.purposes;
  return `${SAVE}<ul class="abide-purposes">${rows.map(([name, purpose]) => row(page, name, purpose, say)).join('')}</ul>`;
}

function row({ policy, settings, cookie }, name, purpose, say) {
  const site = policy.site?.name ?? say('site.unnamed');
  const { on, always, field, reason, time, partly, others, exception } = purpose;
  const own = always && cookie ? [{ cookie, vendor: site, lifetime: say.lifetime(`${settings.cookieDays} days`),
    use: say('declaration.consent_cookie') }] : [];
  const cookies = [...purpose.cookies.map((one) => cookieValues(policy, one, site, say)), ...own];
  return fill('purpose.html', say, { level: 3, name, site, title: say(`${name}.title`), purpose: say(`${name}.title`),
    about: say(`${name}.about`), on, always, field, fixed: !field, keep: !field && !always, others, exception,
    unlisted: name === 'targeting' && settings.unknown === 'targeting' && say('targeting.unlisted'),
    reason: reason && say(reason, { date: say.date(time) }), partly: partly && say(partly, { mark: say('cookies.shared') }),
    count: cookies.length, cookies: cookies.map((values) => fill('cookie.html', say, values)).join('') });
}

function cookieValues({ cookies }, { index, name, vendor, shared, exempt }, site, say) {
  const { lifetime, purpose, vendor_policy: link } = cookies[index], [lang, use] = inLanguage(purpose, say.lang);
  return { cookie: name, vendor: vendor || (shared ? say('cookies.vendor_unknown') : site),
    vendor_policy: /^https:\/\//.test(link) ? link : '', lifetime: say.lifetime(lifetime), use, shared, exempt,
    use_lang: lang.split('-')[0] === say.lang.split('-')[0] ? '' : lang };
}

/** Chooses from one text, or from texts by language: the page's language, its shorter tag, or else the first. */
function inLanguage(texts, lang) {
  if (typeof texts !== 'object' || !texts) return ['', texts];
  const found = [lang, lang.split('-')[0]].find((tag) => texts[tag]) ?? Object.keys(texts)[0];
  return [found ?? '', texts[found]];
}
