// Reads the parts of a policy file that the core needs and writes them for the core. Only these parts are checked; the
// server checks the whole file.

import { isObject, isWhole, lower, refuse } from './input.mjs';
import { CATEGORIES, DNT, EXCEPTIONS, JOINED, MODES, MOST, OPTIONS, PURPOSES, UNKNOWN } from './numbers.mjs';

/** Reads a policy file's JSON: its options by name, its cookies and its exemptions. */
export function readPolicy(policy) {
  if (!isObject(policy)) refuse('policy', 'an object');
  const { site = {}, mode, signals = {}, notice = {}, cookies = [], exempt = [], unknown, consent = {} } = policy;
  return {
    mode: indexOf(MODES, mode, '/mode'),
    joined: indexOf(JOINED, signals.joined_values, '/signals/joined_values'),
    dnt: indexOf(DNT, signals.dnt, '/signals/dnt'),
    exception: indexOf(Object.keys(EXCEPTIONS), signals.gpc_exception, '/signals/gpc_exception', EXCEPTIONS),
    unknown: indexOf(UNKNOWN, unknown, '/unknown'),
    notice_version: notice.version === undefined ? undefined : readWhole(notice.version, MOST['notice.version'],
      '/notice/version'),
    lifetime_days: consent.lifetime_days == null ? 0 : readWhole(consent.lifetime_days, MOST['consent.lifetime_days'],
      '/consent/lifetime_days'),
    host: lower(readText(site.host ?? '', '/site/host')),
    consentCookie: consent.cookie === undefined ? undefined : readText(consent.cookie, '/consent/cookie'),
    cookies: readList(cookies, '/cookies').map((cookie, i) => readCookie(cookie, `/cookies/${i}`)),
    exempt: readList(exempt, '/exempt').map((text, i) => readExemption(readText(text, `/exempt/${i}`), `/exempt/${i}`)),
  };
}

// Whether a cookie is shared if the policy names only its contract.
const SHARED_UNDER = { none: true, processor: false };

function readCookie(cookie, place) {
  if (!isObject(cookie)) refuse(place, 'an object');
  const { name, host = '', vendor = '', category, shared, contract, programme = '' } = cookie;
  if (!CATEGORIES.includes(category)) refuse(`${place}/category`, `one of ${CATEGORIES.join(', ')}`);
  if (shared !== undefined && typeof shared !== 'boolean') refuse(`${place}/shared`, 'true or false');
  return {
    name: readText(name, `${place}/name`),
    host: lower(readText(host, `${place}/host`)),
    vendor: readText(vendor, `${place}/vendor`),
    category: CATEGORIES.indexOf(category),
    shared: shared ?? SHARED_UNDER[contract],
    programme: readText(programme, `${place}/programme`),
  };
}

/** ROW:PURPOSE:NAME; the name may hold colons. */
function readExemption(text, place) {
  const [, jurisdiction, purpose, name] = /^([^:]*):([^:]*):(.*)$/s.exec(text) ?? [];
  if (!PURPOSES[purpose]) refuse(place, '"ROW:PURPOSE:NAME", such as "GB:statistical:_ga*"');
  return { jurisdiction, purpose: PURPOSES[purpose], name };
}

function indexOf(words, word, place, numbers) {
  const index = word === undefined ? 0 : words.indexOf(word);
  if (index < 0) refuse(place, `one of ${words.join(', ')}`);
  return numbers ? numbers[words[index]] : index;
}

function readText(value, place) {
  if (typeof value !== 'string') refuse(place, 'a string');
  return value;
}

function readWhole(value, last, place) {
  if (!isWhole(value, last) || value === 0) refuse(place, `a whole number from 1 to ${last}`);
  return value;
}

function readList(value, place) {
  if (!Array.isArray(value)) refuse(place, 'a list');
  return value;
}

/** Writes an abide_policy from the result of readPolicy(). */
export function writePolicy(memory, rules) {
  const { c, size } = memory;
  const policy = memory.take(size.policy);
  c.abide_policy_init(policy);
  OPTIONS.forEach((option, number) => {
    if (rules[option] !== undefined && c.abide_policy_set(policy, number, rules[option]) !== 1)
      refuse(option, 'a value that the core knows');
  });
  c.abide_policy_host(policy, memory.text(rules.host));
  if (rules.consentCookie !== undefined) c.abide_policy_consent_cookie(policy, memory.text(rules.consentCookie));
  c.abide_policy_cookies(policy, writeCookies(memory, rules.cookies), rules.cookies.length);
  c.abide_policy_exemptions(policy, writeExemptions(memory, rules.exempt), rules.exempt.length);
  return policy;
}

function writeCookies(memory, cookies) {
  const { c, size } = memory;
  const at = memory.take(cookies.length * size.rule);
  cookies.forEach((rule, i) => {
    const { name, host, vendor, category, shared = sharedByDefault(memory, rule), programme } = rule;
    c.abide_cookie_rule_init(at + i * size.rule, memory.text(name), memory.text(host), memory.text(vendor), category,
      shared ? 1 : 0);
    c.abide_cookie_rule_programme(at + i * size.rule, memory.text(programme));
  });
  return at;
}

function writeExemptions(memory, exempt) {
  const { c, size } = memory;
  const at = memory.take(exempt.length * size.exemption);
  exempt.forEach(({ jurisdiction, purpose, name }, i) =>
    c.abide_exemption_init(at + i * size.exemption, memory.text(jurisdiction), purpose, memory.text(name)));
  return at;
}

/** A name that a pattern matches. */
export const memberOf = (pattern) => pattern.replace('*', '');

/** The default of `shared` for a rule that does not say. For a pattern, looks up one name that it matches. */
function sharedByDefault(memory, { name, host, category }) {
  const member = memory.text(memberOf(name));
  return memory.c.abide_shares(member, memory.text(host.replace(/^\./, '')), category) === 1;
}

/** The settings in force, including the defaults that the policy file leaves out. */
export function settingsOf(memory, policy) {
  const at = memory.take(memory.size.settings), { view, bytes } = memory;
  memory.c.abide_settings_of(policy, at);
  return { cookie: memory.textAt(at), noticeVersion: view.getUint32(at + 8, true),
    cookieDays: view.getUint32(at + 12, true), mode: MODES[bytes[at + 16]], unknown: UNKNOWN[bytes[at + 17]] };
}
