// What an engineer would write by hand: cookies that no rule allows are hidden from the application and taken out of its
// answers. No catalog, places, records, notice or proof.
const exact = new Set(['PHPSESSID', 'csrftoken', 'session_id', 'cart', '__cf_bm']);
const prefixes = ['shop_'];
const mayBeUsed = (name) => exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
const nameOf = (pair) => pair.slice(0, pair.indexOf('=')).trim();
const deletes = (field) => /;\s*max-age=0\s*(;|$)/i.test(field);

/** The request's Cookie field without the cookies that may not be used. */
export const keptCookies = (field) => field.split(';').filter((pair) => mayBeUsed(nameOf(pair))).join(';').trim();
/** The Set-Cookie fields of a response that may pass. */
export const keptSetCookies = (fields) => [fields].flat().filter((field) => mayBeUsed(nameOf(field)) || deletes(field));
export const marks = { 'Vary': 'Sec-GPC, DNT', 'Cache-Control': 'private' };
