// The record in a cookie of the page, where no server keeps it. Nobody signs it: whoever can write the site's cookies
// can write it.

const DAYS_MAX = 400; // browsers keep no cookie longer

export const cookieName = ({ consent = {} }) =>
  (location.protocol === 'https:' ? '__Host-' : '') + (consent.cookie ?? 'abide');
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
