// The record in a cookie of the page, where no server keeps it. Nobody signs it: whoever can write the site's cookies
// can write it. How the cookie is called and how long it lives the core says (settings()).

import { page, setOfPage } from './page.mjs';

let unkept = null; // where the browser keeps no cookie: the choice holds while the page is open

export const cookieName = ({ cookie }) => (location.protocol === 'https:' ? '__Host-' : '') + cookie;

/** Whether the record is one that the browser did not keep; then it is none any more. */
export function forgetUnkept() {
  const had = unkept !== null;
  unkept = null;
  return had;
}

/** The record of the cookie; null: none, or one that cannot be read. */
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

/** What the browser does not keep holds for this page alone, until it is forgotten. */
export function writeRecord(settings, record) {
  const name = cookieName(settings), age = settings.cookieDays * 86400;
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  const value = encodeURIComponent(JSON.stringify(record));
  setOfPage('cookie', `${name}=${value}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`);
  unkept = page.cookie.split('; ').includes(`${name}=${value}`) ? null : record;
}
