// Clears what a new decision no longer allows, as far as scripts can: cookies that the policy names, on every parent domain
// and path, and keys of both storages. The server's answer to the choice deletes the rest, above all HttpOnly cookies.

import { page, setOfPage } from '../page/page.mjs';
import { permits } from './permission.mjs';

/** Returns a function that clears what a decision does not allow, by these rules. */
export const clearing = (rules) => (decision) => clear(rules, decision);

function clear(rules, decision) {
  if (decision.mode === 'observe') return;
  const isRefused = decision.chosen || decision.gpc; // else only what the policy or the catalog names: the policy may have forgotten a cookie
  const goes = (name) => {
    const kind = rules.cookie(name);
    return kind !== null && !permits(decision, kind) && (isRefused || !/rule|model/.test(kind.evidence));
  };
  for (const name of cookieNames()) if (goes(name)) expire(name);
  for (const storage of ['localStorage', 'sessionStorage']) clearStorage(storage, goes);
}

/** A browser may forbid a storage, or have none. */
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
      if (secure) setOfPage('cookie', `${field}; SameSite=None; Partitioned`); // partitioned cookies are stored separately
    }
}

/** For `a.b.example`: `a.b.example`, `b.example`. Browsers refuse domains that are public suffixes. */
function parentDomains() {
  const labels = location.hostname.split('.');
  return labels.slice(0, -1).map((_, i) => labels.slice(i).join('.'));
}

/** For `/a/b`: `/`, `/a`, `/a/`, `/a/b`, `/a/b/`. */
function paths() {
  const parts = location.pathname.split('/').filter(Boolean);
  const longer = parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`);
  return ['/', ...longer.flatMap((path) => [path, `${path}/`])];
}
