// Classifies cookies, storage keys and URLs, and judges whether a decision permits them. The core classifies. Until it is
// loaded, or if it never is, cookies are looked up in the list that Abide's server wrote; everything else is unknown.

import { page } from '../page/page.mjs';
import { fileAt, linkTo } from '../page/place.mjs';
import { fitsHost, fitsName, permits } from './permission.mjs';

export { clearing } from './withdrawal.mjs';
export { fitsHost, linkTo, permits };

const STRICTEST = { category: 'targeting', shared: true, vendor: '', evidence: 'rule' };
const SERVED = /\/v-[0-9a-f]{12}\/policy\.json$/; // Abide's server writes its rules in order and in full

const OWN = /^abide(\.panel)?$/; // refusals.mjs keeps refusals under this key until they are recorded, panel.mjs what it tries
const NAMED = Symbol.for('abide.policy'); // on the document, shared with other copies of this module: the policy that the page named

const read = new Map(); // a Rules by its source

/** @param source URL of a policy file, or its content; by default the policy that the page named before, or else the
    file beside the modules. Naming a policy fires the event `abide:policy`. */
export async function load(source) {
  const wanted = source ?? document[NAMED] ?? fileAt('policy.json');
  const named = typeof wanted === 'string' || wanted.href ? linkTo(wanted).href : wanted;
  if (!read.has(named)) read.set(named, rulesOf(named));
  read.get(named).catch(() => read.delete(named)); // the next call tries again
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
  if (!reply.ok) throw Error(`abide: ${named}: HTTP status ${reply.status}`);
  const policy = await reply.json();
  return new Rules(policy, SERVED.test(linkTo(named).pathname) ? policy.cookies : []);
}

export class Rules {
  #loading = null; #written;

  /** @param written the policy's cookies as the server writes them: the first match counts */
  constructor(policy, written = []) {
    this.policy = policy;
    this.core = null; // undefined: there is none
    this.#written = written;
  }

  /** Classifies a cookie or a storage key; null: not known yet, see whole(). Loads nothing. */
  cookie(name, { host = location.hostname } = {}) {
    if (OWN.test(name)) return { category: 'required', shared: false, vendor: '', evidence: 'policy', name };
    const found = this.core ? this.core.classify({ name, host }) : this.#find(name, host);
    return found && { ...found, name };
  }

  /** Classifies a URL in the same way. */
  url(address, { type } = {}) {
    const { href } = linkTo(address);
    return this.core ? this.core.classifyRequest({ url: href, type, site: location.hostname }) : this.#nothing();
  }

  /** Whether a decision, by default the one in force, permits `is`, the result of cookie() or url(); null: not known yet. */
  judge(is, decision = window.abide.state()) {
    if (!is) this.whole();
    return is && permits(decision, is);
  }

  /** Resolves once everything can be classified: the core is loaded, or there is none and what the server does not name
      counts as targeting. `<html data-abide-core="twin">` selects the core in plain JavaScript, "none" disables it. */
  whole() {
    const { abideCore } = page.documentElement.dataset;
    this.#loading ??= this.#loadCore(abideCore).catch(() => { this.core = undefined; })
      .then(() => page.dispatchEvent(new CustomEvent('abide:known')));
    return this.#loading;
  }

  async #loadCore(kind) {
    if (kind === 'none') return void (this.core = undefined);
    const { load: loadCore, loadTwin } = await import('../core/core.mjs');
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
