// What the site's policy says of a cookie, a storage key or a URL. What it does not name the core is asked, which is
// loaded for the first such question; until then there is no answer.

import { fileAt } from './place.mjs';

const CATEGORIES = ['required', 'analytics', 'functional', 'targeting'];
const STRICTEST = { category: 'targeting', shared: true, vendor: '', evidence: 'rule' };
const OWN = { category: 'required', shared: false, vendor: '', evidence: 'policy' };

const NAMED = Symbol.for('abide.policy'); // on the document: the policy that the page named, for other copies as well

const read = new Map(); // a Rules by its source

/** @param source URL of a policy file, or what it holds; by default what the page named before, else the file beside
    the modules. The event `abide:policy` tells of one that is named. */
export async function load(source) {
  const wanted = source ?? document[NAMED] ?? fileAt('policy.json');
  const named = typeof wanted === 'string' || wanted instanceof URL ? new URL(wanted, document.baseURI).href : wanted;
  if (!read.has(named)) read.set(named, policyOf(named).then((policy) => new Rules(policy)));
  read.get(named).catch(() => read.delete(named)); // asked again next time
  const rules = await read.get(named);
  if (source && document[NAMED] !== named) {
    document[NAMED] = named;
    document.dispatchEvent(new CustomEvent('abide:policy', { detail: rules }));
  }
  return rules;
}

const policyOf = async (named) => (typeof named === 'string' ? fetchPolicy(named) : named);

async function fetchPolicy(url) {
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(`abide: ${url}: HTTP status ${reply.status}`);
  return reply.json();
}

/** Whether a decision lets a thing of that kind be used; the browser's signal counts although no server saw it. */
export function permits(decision, { category, shared, vendor, evidence }) {
  if (category === 'required' && !shared) return true;
  if (evidence === 'policy' && vendor && decision.allowedExempt?.includes(vendor)) return true;
  const unseen = !decision.gpc && navigator.globalPrivacyControl === true;
  if (unseen && (category === 'targeting' || shared)) return false;
  return decision[shared ? 'allowedShared' : 'allowed'].includes(category);
}

export class Rules {
  #loading = null;

  constructor(policy) {
    this.policy = policy;
    this.core = null;
  }

  /** What a cookie, a storage key or a URL is; null: not known yet, see whole(). */
  classify(what) {
    const found = this.known(what);
    if (!found) this.whole();
    return found;
  }

  /** The same without loading anything. */
  known(what) {
    const name = String(what), url = readUrl(name);
    const found = url ? this.#ofUrl(url) : this.#ofName(name);
    if (found || this.core === undefined) return found ?? STRICTEST; // undefined: there is no core
    if (!this.core) return null;
    if (!url) return this.core.classify({ name, host: location.hostname });
    return this.core.classifyRequest({ url: url.href, site: location.hostname });
  }

  /** Whether the decision in force lets it be used; null: not known yet. */
  judge(what) {
    const found = this.classify(what);
    return found && permits(window.abide.state(), found);
  }

  /** `false` for what is not known yet. */
  allows(what) {
    return this.judge(what) === true;
  }

  /** Resolves once nothing is unknown: the core is there, or there is none and what the policy does not name counts as
      targeting. `<html data-abide-core="twin">` asks for the core in plain JavaScript, "none" for none. */
  whole() {
    const { abideCore } = document.documentElement.dataset;
    this.#loading ??= this.#loadCore(abideCore).catch(() => { this.core = undefined; });
    return this.#loading;
  }

  async #loadCore(kind) {
    if (kind === 'none') return void (this.core = undefined);
    const { load: loadCore, loadTwin } = await import('./core.mjs');
    const core = await (kind === 'twin' ? loadTwin() : loadCore());
    core.setPolicy(this.policy);
    this.core = core;
  }

  // An exact name before a pattern, a longer pattern before a shorter one, a rule with a host before one without.
  #ofName(name, host = location.hostname) {
    const { cookies = [], consent = {} } = this.policy;
    if (name.replace(/^__Host-/, '') === (consent.cookie ?? 'abide')) return OWN;
    const fits = cookies.filter((rule) => fitsName(rule.name, name) && fitsHost(rule.host, host));
    const weight = (rule) => (rule.name.includes('*') ? 0 : 1e6) + rule.name.length * 2 + (rule.host ? 1 : 0);
    const best = fits.reduce((found, rule) => (found && weight(found) >= weight(rule) ? found : rule), null);
    return best && kindOf(best);
  }

  // The site's own addresses are its own business; of another host its strictest cookie speaks for it.
  #ofUrl({ hostname, protocol }) {
    if (hostname === location.hostname || !/^(https?|wss?):$/.test(protocol)) return OWN;
    const rules = (this.policy.cookies ?? []).filter(({ host }) => host && fitsHost(host, hostname)).map(kindOf);
    return rules.length ? rules.reduce((a, b) => (strictness(a) >= strictness(b) ? a : b)) : null;
  }
}

const strictness = ({ category, shared }) => CATEGORIES.indexOf(category) * 2 + (shared ? 1 : 0);

const kindOf = ({ category, shared, contract, vendor = '' }) =>
  ({ category, vendor, evidence: 'policy', shared: shared ?? (contract !== 'processor' && category === 'targeting') });

function fitsName(pattern, name) {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === name;
  const [start, end] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
}

function fitsHost(pattern, host) {
  if (!pattern) return true;
  const wanted = pattern.toLowerCase();
  return wanted[0] === '.' ? `.${host}`.endsWith(wanted) : host === wanted;
}

function readUrl(what) {
  if (!/^([a-z][a-z0-9+.-]*:|\/)/i.test(what)) return null; // a cookie's name
  try {
    return new URL(what, location.href);
  } catch {
    return null;
  }
}
