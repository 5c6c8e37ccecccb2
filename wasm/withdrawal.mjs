// Clears what a script can clear of what a new decision no longer allows: cookies the policy names, at every parent
// domain and path, and keys of both storages. The rest, HttpOnly cookies first of all, goes in the server's answer to
// the choice.

import { page, setOfPage } from './page.mjs';
import { permits } from './rules.mjs';

/** What clears under a decision, by these rules. */
export const clearing = (rules) => (decision) => clear(rules, decision);

function clear(rules, decision) {
  if (decision.mode === 'observe') return;
  const isRefused = decision.chosen || decision.gpc; // else only what somebody named goes: the policy may have forgotten one
  const goes = (name) => {
    const kind = rules.cookie(name);
    return kind !== null && !permits(decision, kind) && (isRefused || !/rule|model/.test(kind.evidence));
  };
  for (const name of cookieNames()) if (goes(name)) expire(name);
  for (const storage of ['localStorage', 'sessionStorage']) clearStorage(storage, goes);
}

/** A browser may forbid one, or have none. */
function clearStorage(name, goes) {
  try {
    for (const key of Object.keys(window[name] ?? {})) if (goes(key)) window[name].removeItem(key);
  } catch {}
}

const cookieNames = () => `${page.cookie}`.split('; ').map((pair) => pair.split('=')[0]).filter(Boolean);

function expire(name) {
  const secure = location.protocol === 'https:' || /^__(Host|Secure)-/.test(name) ? '; Secure' : '';
  for (const domain of name.startsWith('__Host-') ? [''] : ['', ...parentDomains()])
    for (const path of name.startsWith('__Host-') ? ['/'] : paths()) {
      const field = `${name}=; Max-Age=0; Path=${path}${domain && `; Domain=${domain}`}${secure}`;
      setOfPage('cookie', field);
      if (secure) setOfPage('cookie', `${field}; SameSite=None; Partitioned`); // a jar of their own
    }
}

/** Of `a.b.example`: that, `b.example`. Those that are no site's own the browser refuses. */
function parentDomains() {
  const labels = location.hostname.split('.');
  return labels.slice(0, -1).map((_, i) => labels.slice(i).join('.'));
}

/** Of `/a/b`: `/`, `/a`, `/a/`, `/a/b`, `/a/b/`. */
function paths() {
  const parts = location.pathname.split('/').filter(Boolean);
  const longer = parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`);
  return ['/', ...longer.flatMap((path) => [path, `${path}/`])];
}
