// The record in a cookie of the page, for sites without a server. It is not signed: any code that can write the site's
// cookies can write it. The core determines the cookie's name and lifetime; with `consent.domain`, the site's sub-domains share
// it, as behind a server.

import { page, setOfPage } from '../page/page.mjs';

let unkept = null; // if the browser does not store cookies: the choice holds while the page is open

/** The core's settings, and the cookie's domain; empty: the page's host alone. */
export function settingsOf({ core, policy }) {
  const domain = `${policy.consent?.domain ?? ''}`.replace(/^\./, '').toLowerCase();
  return { ...core.settings(), domain: domain && `.${location.hostname}`.endsWith(`.${domain}`) ? domain : '' };
}

export const cookieName = ({ cookie, domain }) =>
  (location.protocol !== 'https:' ? '' : domain ? '__Secure-' : '__Host-') + cookie;

/** Drops a record that the browser did not store. Returns whether there was one. */
export function forgetUnkept() {
  const had = unkept !== null;
  unkept = null;
  return had;
}

/** The record in the cookie; null: there is none, or it cannot be read. */
export function readRecord(settings) {
  if (unkept) return unkept;
  const start = `${cookieName(settings)}=`;
  const field = page.cookie.split('; ').find((pair) => pair.startsWith(start));
  try {
    const record = JSON.parse(decodeURIComponent(field.slice(start.length)));
    return typeof record === 'object' ? record : null;
  } catch {
    return null;
  }
}

/** Old libraries write lists as texts, by a toJSON() of all arrays. */
function plain(key, value) {
  return Array.isArray(this[key]) ? Object.setPrototypeOf([...this[key]], null) : value;
}

/** Writes the cookie. If the browser does not store it, the record holds for this page until forgetUnkept(). */
export function writeRecord(settings, record) {
  const name = cookieName(settings), age = settings.cookieDays * 86400;
  const secure = location.protocol === 'https:' ? '; Secure' : '', domain = settings.domain && `; Domain=${settings.domain}`;
  const value = encodeURIComponent(JSON.stringify(record, plain));
  if (domain) setOfPage('cookie', `${name}=; Path=/; Max-Age=0`); // this host's own, from before: it would hide the other
  setOfPage('cookie', `${name}=${value}; Path=/; Max-Age=${age}; SameSite=Lax${secure}${domain}`);
  unkept = page.cookie.split('; ').includes(`${name}=${value}`) ? null : record;
}
