// What a choice makes of the visitor's record, where no server keeps it: the rules of the server's form, and the record
// in a cookie of the page. Nobody signs it; whoever can write the site's cookies can write it.

const OPTIONAL = ['analytics', 'functional', 'targeting'];
const DAYS_MAX = 400; // browsers keep no cookie longer

const seconds = (time) => (time ? Date.parse(time) / 1000 : 0);
const text = (time) => new Date(time * 1000).toISOString().replace('.000Z', 'Z');
const choices = (of) => Object.fromEntries(OPTIONAL.map((name) => [name, of(name)]).filter(([, choice]) => choice));

/** The record after the fields of a form (`choice`, `grant`, `keep`, `exception`). */
export function afterChoice(form, before, { notice, signal }) {
  const later = (former) => (former ? seconds(former) + 1 : 0); // two choices in one second keep their order
  const now = Math.max(Math.floor(Date.now() / 1000), later(before?.time), later(before?.sticky_since));
  const time = text(now), source = form.get('from') === 'banner' ? 'banner' : 'settings';
  if (form.get('gpc')) return afterSignal(before, time);
  const next = { ...before, choices: { ...before?.choices }, exception: null, source, time, notice };
  const made = CHOICES[form.get('choice')];
  if (!made) throw new TypeError('abide: expected a choice');
  const record = made(next, before, form);
  return signal ? { ...record, sticky_since: record.exception?.time ?? time } : record;
}

const refused = (next) => ({ ...next, choices: choices(() => 'denied') });
const CHOICES = {
  'accept-all': (next, before) =>
    ({ ...next, choices: choices(() => 'granted'), exception: before?.exception ?? null }),
  'reject-all': refused,
  withdraw: refused,
  save: saved,
};

// `keep` is no choice: a box nobody ticked neither renews a grant nor lifts an opt-out.
function saved(next, before, form) {
  const has = (field, name) => form.getAll(field).includes(name);
  const excepted = OPTIONAL.filter((name) => has('exception', name));
  const given = (name) => has('grant', name) || excepted.includes(name);
  const isNew = excepted.some((name) => !before?.exception?.purposes.includes(name));
  return { ...next, choices: choices((name) => (given(name) ? 'granted' : !has('keep', name) && 'denied')),
    exception: excepted.length ? { purposes: excepted, time: isNew ? next.time : before.exception.time } : null };
}

/** A signal that was seen once goes on holding when it is no longer sent. */
export const afterSignal = (before, time = text(Math.floor(Date.now() / 1000))) =>
  ({ source: 'gpc_js', ...before, sticky_since: time, exception: null });

export const cookieName = ({ consent = {} }) => (location.protocol === 'https:' ? '__Host-' : '') + (consent.cookie ?? 'abide');
export const lifetimeDays = ({ consent = {} }) => Math.min(consent.lifetime_days ?? DAYS_MAX, DAYS_MAX);

/** The record of the cookie; null: none, or one that cannot be read. */
export function readRecord(policy) {
  const start = `${cookieName(policy)}=`;
  const field = document.cookie.split('; ').find((pair) => pair.startsWith(start));
  try {
    const record = JSON.parse(decodeURIComponent(field.slice(start.length)));
    return typeof record === 'object' ? record : null;
  } catch {
    return null;
  }
}

/** Throws when the browser does not keep it: then nothing is saved. */
export function writeRecord(policy, record) {
  const name = cookieName(policy), age = lifetimeDays(policy) * 86400;
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  const value = encodeURIComponent(JSON.stringify(record));
  document.cookie = `${name}=${value}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  if (!document.cookie.split('; ').includes(`${name}=${value}`)) throw new Error('abide: not saved');
}
