// The core in JavaScript: loads abide.wasm and calls its C interface (sdk/include/abide/abide.h). Requests and answers
// have the fields and values of the `abide` command's JSON lines. The parts are in core/; the build joins them.

import { choose } from './choice.mjs';
import { classifyCookie, classifyUrl } from './classification.mjs';
import { filter } from './filtering.mjs';
import { InputError, readHeaders } from './input.mjs';
import { Memory } from './memory.mjs';
import { CATEGORIES } from './numbers.mjs';
import { readPolicy, settingsOf, writePolicy } from './policy.mjs';
import { readService, serviceName } from './service.mjs';
import { tell, tellPurpose } from './telling.mjs';
import { decisionAt, writeDecision } from './verdict.mjs';
import { signalsAt, writeSignals, writeVisit } from './visit.mjs';
import { fileAt } from '../page/place.mjs';

export { CATEGORIES, InputError };

// Node's fetch() cannot read files. In a page an element or a frame may be called `process`.
const files = Object.getOwnPropertyDescriptor(globalThis, 'process') && process.getBuiltinModule?.('node:fs');

// Loads the core from abide.wasm beside the modules, or from a URL, a Response, bytes or a compiled module. If `source` is
// not given and the page's CSP forbids wasm, loads its twin in plain JavaScript instead.
export async function load(source) {
  try {
    return new Core(await instantiate(source ?? fileAt('abide.wasm')));
  } catch (error) {
    const forbidden = typeof WebAssembly === 'undefined' || error instanceof WebAssembly.CompileError ||
      error instanceof EvalError; // the type depends on the engine
    if (source !== undefined || !forbidden) throw error;
    return loadTwin();
  }
}

/** The same core in plain JavaScript: larger and slower, but allowed by every CSP. */
export const loadTwin = async () => new Core(await import(fileAt('abide.twin.mjs')));

async function instantiate(source) {
  if (source instanceof WebAssembly.Module) return new WebAssembly.Instance(source).exports;
  if (files && /^file:/.test(source)) source = files.readFileSync(new URL(source));
  if (typeof source === 'string' || source instanceof URL) source = await fetch(`${source}`);
  if (source.arrayBuffer) { // a response; the page may have a class of its own that is called Response
    if (source.ok === false) throw new Error(`abide.wasm: HTTP status ${source.status}`);
    source = await source.arrayBuffer(); // not streaming, which requires a MIME type that not every server sends
  }
  return (await WebAssembly.instantiate(source)).instance.exports;
}

/** Whether a decision allows a category. By default, as in the script gate, only targeting counts as shared. */
export const allows = (decision, category, shared = category === 'targeting') =>
  (shared ? decision.allowed_shared : decision.allowed).includes(category);

export class Core {
  #memory; #site; // the policy in memory, and what was read from its file

  /** @param exports of abide.wasm or its twin */
  constructor(exports) {
    this.#memory = new Memory(exports);
    this.setPolicy({});
  }

  /** Sets the policy from a policy file's JSON, as text or parsed. Throws if it is invalid; the former policy then stays. */
  setPolicy(policy) {
    const rules = readPolicy(typeof policy === 'string' ? JSON.parse(policy) : policy);
    this.#site = { rules, policy: this.#memory.keep(() => writePolicy(this.#memory, rules)) };
  }

  /** @returns {{gpc: boolean, dnt: 0 | 1 | null}} */
  readSignals(headers) {
    const memory = this.#begin();
    return signalsAt(memory, this.#signals(readHeaders(headers, 'headers')));
  }

  /** The version of the jurisdiction data: date and checksum. */
  jurisdictionVersion() {
    const memory = this.#begin();
    return memory.constant(memory.c.abide_jurisdiction_version);
  }

  /** Answers a line of `abide decide`. */
  decide(request) {
    const { decision, signals } = this.#decide(request);
    return decisionAt(this.#memory, this.#site.policy, decision, signals);
  }

  /** The settings in force, including the defaults that the policy file leaves out. */
  settings() {
    return settingsOf(this.#begin(), this.#site.policy);
  }

  /** What a page says about a decision: the state that the server would print, without texts and path; the keys of the
      status line's texts; and what the notice asks for. Takes a request as decide() does. */
  tell(request) {
    const { decision, signals } = this.#decide(request);
    return tell(this.#memory, this.#site, decision, signals);
  }

  /** What a preference page shows for a category: its switch, the reason, and its cookies as the policy declares them. */
  tellPurpose(request, category) {
    const { decision, visit } = this.#decide(request);
    return tellPurpose(this.#memory, this.#site, decision, visit.record, category);
  }

  /** Answers a line of `abide filter`. */
  filter(line) {
    const request = readHeaders(line.request?.headers, 'request.headers');
    const response = readHeaders(line.response?.headers, 'response.headers');
    const { decision, visit } = this.#decide({ ...line, headers: request });
    return filter(this.#memory, this.#site, decision, visit.now, request, response);
  }

  /** Answers a line of `abide choose`: the next record. */
  choose(request) {
    const { decision, visit } = this.#decide(request);
    return choose(this.#memory, request, visit, this.#site.policy, decision);
  }

  /** Classifies a cookie; texts may be bytes. The host is expected in lower case. */
  classify(cookie) {
    return classifyCookie(this.#begin(), this.#site.policy, cookie);
  }

  /** Classifies a request by its URL; the site is the page's host, in lower case. */
  classifyRequest(request) {
    return classifyUrl(this.#begin(), this.#site.policy, request);
  }

  /** Looks up a service by name and returns it as the policy or the catalog spells it; empty: neither lists it. */
  service(name) {
    const memory = this.#begin(), known = serviceName(memory, this.#site.policy, readService(memory, name));
    return known.startsWith('#') ? '' : known;
  }

  /** Whether two hosts (lower case) have the same registrable domain, by the Public Suffix List. */
  ofOneSite(host, other) {
    const memory = this.#begin();
    return memory.c.abide_is_same_site(memory.text(host), memory.text(other)) === 1;
  }

  #begin() {
    this.#memory.begin();
    return this.#memory;
  }

  #signals(headers) {
    return writeSignals(this.#memory, headers, this.#site.rules.joined);
  }

  #decide(request) {
    const memory = this.#begin();
    const headers = readHeaders(request.headers, 'headers'), visit = writeVisit(memory, request);
    const signals = this.#signals(headers);
    const decision = writeDecision(memory, this.#site.policy, signals, visit);
    return { decision, signals: signalsAt(memory, signals), visit };
  }
}
