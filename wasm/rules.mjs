// What a cookie, a storage key or a URL is, and whether a decision lets it be used. The core says what it is. Before the
// core is there, or where it is never loaded, names are read from the list that Abide's server wrote; else nothing is
// known.

import { page } from './page.mjs';
import { fileAt } from './place.mjs';

export { clearing } from './withdrawal.mjs';

const STRICTEST = { category: 'targeting', shared: true, vendor: '', evidence: 'rule' };
const SERVED = /\/v-[0-9a-f]{12}\/policy\.json$/; // by Abide's server, which writes its rules in order, none left open

const OWN = 'abide'; // abide.mjs keeps refusals under that key until they are recorded
const NAMED = Symbol.for('abide.policy'); // on the document: the policy that the page named, for other copies as well

const read = new Map(); // a Rules by its source

/** @param source URL of a policy file, or what it holds; by default what the page named before, else the file beside
    the modules. The event `abide:policy` tells of one that is named. */
export async function load(source) {
  const wanted = source ?? document[NAMED] ?? fileAt('policy.json');
  const named = typeof wanted === 'string' || wanted instanceof URL ? new URL(wanted, page.baseURI).href : wanted;
  if (!read.has(named)) read.set(named, rulesOf(named));
  read.get(named).catch(() => read.delete(named)); // asked again next time
  const rules = await read.get(named);
  if (source && document[NAMED] !== named) {
    document[NAMED] = named;
    page.dispatchEvent(new CustomEvent('abide:policy', { detail: rules }));
  }
  return rules;
}

async function rulesOf(named) {
  if (typeof named !== 'string') return new Rules(named);
  const reply = await fetch(named);
  if (!reply.ok) throw new Error(`abide: ${named}: HTTP status ${reply.status}`);
  const policy = await reply.json();
  return new Rules(policy, SERVED.test(new URL(named).pathname) ? policy.cookies : []);
}

/** Whether a decision lets a thing of that kind be used: by its category, or as exempt where the visitor is. */
export function permits(decision, { category, shared, name, vendor, evidence }) {
  if (decision[shared ? 'allowedShared' : 'allowed'].includes(category)) return true;
  const { allowedNames = {}, allowedExempt = [], services = [] } = decision, isThis = vendor && vendor.toLowerCase();
  if (services.some((one) => one.service.toLowerCase() === isThis && one.category === category && (one.shared || !shared))) return true;
  if (name === undefined) return evidence === 'policy' && allowedExempt.includes(vendor); // an address
  return !shared && (allowedNames[category] ?? []).some((pattern) => fitsName(pattern, name));
}

export class Rules {
  #loading = null; #written;

  /** @param written the policy's cookies as the server writes them: the first that fits counts */
  constructor(policy, written = []) {
    this.policy = policy;
    this.core = null; // undefined: there is none
    this.#written = written;
  }

  /** What a cookie or a storage key is; null: not known yet, see whole(). Loads nothing. */
  cookie(name, { host = location.hostname } = {}) {
    if (name === OWN) return { category: 'required', shared: false, vendor: '', evidence: 'policy', name };
    const found = this.core ? this.core.classify({ name, host }) : this.#find(name, host);
    return found && { ...found, name };
  }

  /** What a URL is, in the same way. */
  url(address, { type } = {}) {
    const { href } = new URL(address, page.baseURI);
    return this.core ? this.core.classifyRequest({ url: href, type, site: location.hostname }) : this.#nothing();
  }

  /** Whether a decision, by default the one in force, lets it be used: `is` is what cookie() or url() gives; null: not known yet. */
  judge(is, decision = window.abide.state()) {
    if (!is) this.whole();
    return is && permits(decision, is);
  }

  /** Resolves once nothing is unknown: the core is there, or there is none and what the server does not name counts as
      targeting. `<html data-abide-core="twin">` asks for the core in plain JavaScript, "none" for none. */
  whole() {
    const { abideCore } = page.documentElement.dataset;
    this.#loading ??= this.#loadCore(abideCore).catch(() => { this.core = undefined; })
      .then(() => page.dispatchEvent(new Event('abide:known')));
    return this.#loading;
  }

  async #loadCore(kind) {
    if (kind === 'none') return void (this.core = undefined);
    const { load: loadCore, loadTwin } = await import('./core.mjs');
    const core = await (kind === 'twin' ? loadTwin() : loadCore());
    core.setPolicy(this.policy);
    this.core = core;
  }

  #nothing() { return this.core === undefined ? STRICTEST : null; }

  #find(name, host) {
    const rule = this.#written.find((one) => fitsName(one.name, name) && fitsHost(one.host, host));
    if (!rule) return this.#nothing();
    return { category: rule.category, shared: rule.shared, vendor: rule.vendor ?? '', evidence: 'policy' };
  }
}

// The policy's patterns: one `*` at most in a name, a dot before a domain.

function fitsName(pattern, name) {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === name;
  const [start, end] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
}

const fitsHost = (pattern, host) =>
  !pattern || (pattern[0] === '.' ? `.${host}`.endsWith(pattern.toLowerCase()) : host === pattern.toLowerCase());
