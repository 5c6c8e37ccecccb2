// The server. Each of its answers is its new decision.

import { decisionIn, send } from '../page/answer.mjs';
import { page } from '../page/page.mjs';
import { isOutdated, state } from '../page/decision.mjs';

let isBarred; // the page's policy blocks requests of scripts to Abide
let spoken; // the language that the page changed to

export const server = {
  choose: (fields) => ask(fields.has('gpc') ? '/signal' : '', { method: 'POST', body: fields, keepalive: true }),
  state: () => ask(`/state?lang=${language()}${isOutdated() ? '&old=1' : ''}&at=${Date.now()}`), // workers may keep what they know
};

const ask = (path, request) =>
  send(own(path), { ...request, headers: { Accept: 'application/json' } }).then((reply) => decisionIn(reply, !!request));

/** Resolves if the page's policy forbade the request, else rejects. Browsers report the violation a little later. */
export const needBar = () => new Promise((go, fail) => setTimeout(() => (isBarred ? go : fail)(), 50));

/** Listens for violations of the page's policy. */
export function noteBar({ blockedURI }) {
  isBarred ||= blockedURI.startsWith(own(''));
}

/** An address of Abide's, independent of the page's <base>. */
export const own = (rest) => location.origin + state().path + rest;

export const language = () => spoken ?? state().lang ?? page.documentElement.lang;
export const setLanguage = (lang) => (spoken = lang);

/** The page's path, without the query if it is too long for the form. The hash may be a secret, such as a key: it stays in the
    browser, see leaving.mjs. */
export function here() {
  const { pathname, search } = location;
  return search.length > 800 ? pathname : pathname + search;
}
