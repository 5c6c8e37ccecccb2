// The core in JavaScript: loads abide.wasm and speaks its C interface (sdk/include/abide/abide.h).
// Requests and answers have the shapes and words of the `abide` command's JSON lines.

import { fileAt } from './place.mjs';

// Words by their number in the core.
// words: begin lists, from middleware/words
export const CATEGORIES = Object.freeze(['required', 'analytics', 'functional', 'targeting']);
const CHOICES = ['none', 'granted', 'denied'];
const SOURCES = ['none', 'banner', 'settings', 'gpc_header', 'gpc_js', 'dnt', 'account', 'api'];
const EVIDENCE = ['policy', 'catalog', 'pattern', 'host', 'model', 'rule'];
const WISHES = ['reject-all', 'accept-all', 'save', 'opt-out', 'withdraw', 'object', 'undo', 'signal'];
const NOTICES = ['none', 'banner', 'status', 'objection'];
const PURPOSES = { __proto__: null, statistical: 1, appearance: 2, emergency: 4 };
const REQUEST_TYPES = { __proto__: null, other: 0, image: 1, script: 2, frame: 3, beacon: 4, fetch: 5, style: 6,
  font: 7, media: 8, img: 1, iframe: 3, sub_frame: 3, ping: 4, xhr: 5,
  xmlhttprequest: 5, stylesheet: 6, video: 8 };
const OPTIONS = ['mode', 'joined', 'dnt', 'exception', 'unknown', 'notice_version', 'lifetime_days'];
const MODES = ['enforce', 'observe'];
const JOINED = ['any', 'literal'];
const DNT = ['as_objection', 'as_gpc', 'ignore'];
const EXCEPTIONS = { __proto__: null, informed: 0, never: 1, strict: 1 };
const UNKNOWN = ['targeting', 'party'];
const MOST = { 'notice.version': 999999999, 'consent.lifetime_days': 400 };
// words: end
const CHOICE_WORDS = [undefined, ...CHOICES.slice(1)];
const FIELDS = ['', 'grant', 'keep', 'exception'];
const OWN = 0, SHARED = 1, EXEMPT = 2;
const AS_DELETION = 2; // of abide_filter_may_set

// Sizes of the C structs in bytes: memory.cpp asserts those whose members are read here, and tells the opaque ones.
const SIZE = { text: 8, signals: 2, record: 40, visitor: 16, indication: 6, classification: 12, finding: 24,
  settings: 20, told: 24, toldPurpose: 40 };
const OPAQUE = ['rule', 'exemption', 'policy', 'decision', 'filter'];

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A request or policy that has not the expected shape; the message names the place. */
export class InputError extends TypeError {}

const refuse = (place, expected) => { throw new InputError(`${place}: expected ${expected}`); };
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isWhole = (value, last) => Number.isInteger(value) && value >= 0 && value <= last;
const lower = (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()); // ASCII only, as the core

// Loads the core: from abide.wasm beside the modules, or a URL, a Response, the bytes or a compiled module. Where the
// page's CSP forbids wasm, its twin in plain JavaScript is loaded instead.
export async function load(source) {
  try {
    return new Core(await instantiate(source ?? fileAt('abide.wasm')));
  } catch (error) {
    const forbidden = typeof WebAssembly === 'undefined' || error instanceof WebAssembly.CompileError ||
      error instanceof EvalError; // as the engine names it
    if (source !== undefined || !forbidden) throw error;
    return loadTwin();
  }
}

/** The same core in plain JavaScript: larger and slower, but allowed by every CSP. */
export const loadTwin = async () => new Core(await import(fileAt('abide.twin.mjs')));

async function instantiate(source) {
  if (source instanceof WebAssembly.Module) return new WebAssembly.Instance(source).exports;
  if (typeof source === 'string' || source instanceof URL) source = await fetch(source);
  if (source instanceof Response) {
    if (!source.ok) throw new Error(`abide.wasm: HTTP status ${source.status}`);
    source = await source.arrayBuffer(); // not streaming: that asks for a MIME type which not every server sends
  }
  return (await WebAssembly.instantiate(source)).instance.exports;
}

/** Whether a decision allows a category, by default for cookies as the script gate counts them. */
export const allows = (decision, category, shared = category === 'targeting') =>
  (shared ? decision.allowed_shared : decision.allowed).includes(category);

export class Core {
  #c; #size; #bytes; #view; #start; #base; #top; #policy; #rules; #known = new Map();

  /** @param exports of abide.wasm or its twin */
  constructor(exports) {
    this.#c = exports;
    exports._initialize?.();
    this.#size = Object.fromEntries(OPAQUE.map((name, i) => [name, exports.abide_size(i)]));
    this.#start = this.#top = exports.abide_memory();
    this.#look();
    this.setPolicy({});
  }

  /** Takes a policy file's JSON, as text or parsed. A policy that is refused leaves the former one in force. */
  setPolicy(policy) {
    const rules = readPolicy(typeof policy === 'string' ? JSON.parse(policy) : policy);
    const former = this.#start === this.#base ? null : this.#bytes.slice(this.#start, this.#base);
    this.#top = this.#start;
    try {
      this.#policy = this.#writePolicy(rules);
      this.#base = this.#top;
      this.#rules = rules;
    } catch (error) {
      if (former) this.#bytes.set(former, this.#start);
      throw error;
    }
  }

  /** @returns {{gpc: boolean, dnt: 0 | 1 | null}} */
  readSignals(headers) {
    this.#begin();
    return this.#signalsAt(this.#writeSignals(readHeaders(headers, 'headers')));
  }

  /** The name of the laws' data: day and checksum. */
  jurisdictionVersion() {
    this.#begin();
    return this.#constant(this.#c.abide_jurisdiction_version);
  }

  /** Answers a line of `abide decide`. */
  decide(request) {
    this.#begin();
    const headers = readHeaders(request.headers, 'headers');
    const given = this.#readVisit(request);
    const signals = this.#writeSignals(headers);
    return this.#decisionAt(this.#decide(signals, given), this.#signalsAt(signals));
  }

  /** What of the policy holds, also where its file says nothing. */
  settings() {
    this.#begin();
    const at = this.#take(SIZE.settings);
    this.#c.abide_settings_of(this.#policy, at);
    return { cookie: this.#textAt(at), noticeVersion: this.#view.getUint32(at + 8, true),
      cookieDays: this.#view.getUint32(at + 12, true), mode: MODES[this.#bytes[at + 16]],
      unknown: UNKNOWN[this.#bytes[at + 17]] };
  }

  /** What a page tells of a decision: the state that the server would print, without words and path; the keys of the
      status line's texts; and what its notice asks for. The request is that of decide(). */
  tell(request) {
    this.#begin();
    const { decision, signals } = this.#decisionOf(request);
    const at = this.#take(SIZE.told);
    this.#c.abide_tell(this.#policy, decision, at);
    const [askedFor, chosen, granted, exception, exempt, objectable, signal] = this.#bytes.subarray(at + 16, at + 23);
    const { regime, gpc, notice } = this.#decisionAt(decision, signals);
    const own = CATEGORIES.map(() => OWN), shared = CATEGORIES.map(() => SHARED);
    return {
      state: { v: 1, allowed: this.#allowed(decision, own), allowedShared: this.#allowed(decision, shared), gpc,
        regime, notice, chosen: chosen === 1, granted: granted === 1,
        exception: exception === 1, exempt: exempt === 1, objectable: objectable === 1,
        reasons: this.#reasons(decision, own), reasonsShared: this.#reasons(decision, shared), ...this.#exempted(decision) },
      status: this.#textAt(at + 8) && { title: this.#textAt(at), text: this.#textAt(at + 8) },
      askedFor: CATEGORIES.filter((_, i) => askedFor >> i & 1),
      signal: signal === 1,
    };
  }

  /** What a page of choices tells of a category: its switch, why, and its cookies as the policy declares them. */
  tellPurpose(request, category) {
    this.#begin();
    const { decision, record } = this.#decisionOf(request);
    const at = this.#take(SIZE.toldPurpose);
    this.#c.abide_tell_purpose(this.#policy, decision, record, CATEGORIES.indexOf(category), at);
    const [field, on, always, others, exception] = this.#bytes.subarray(at + 28, at + 33);
    const time = this.#view.getFloat64(at + 16, true);
    return { reason: this.#textAt(at), partly: this.#textAt(at + 8), time: time ? timestamp(time) : null,
      field: FIELDS[field], on: on === 1, always: always === 1, others: others === 1, exception: exception === 1,
      cookies: this.#rules.cookies.map((_, i) => i).filter((i) => CATEGORIES[this.#rules.cookies[i].category] === category)
        .map((i) => this.#declared(decision, i)) };
  }

  /** Answers a line of `abide filter`. */
  filter(request) {
    this.#begin();
    const asked = readHeaders(request.request?.headers, 'request.headers');
    const answered = readHeaders(request.response?.headers, 'response.headers');
    const given = this.#readVisit(request);
    const decision = this.#decide(this.#writeSignals(asked), given);
    const room = asked.reduce((most, field) => (isCookie(field) ? Math.max(most, countCookies(field[1])) : most), 1);
    const findings = this.#take(8 + room * SIZE.finding);
    this.#view.setUint32(findings + 4, room, true);
    const filter = this.#take(this.#size.filter);
    const host = this.#text(hostOf(asked) ?? this.#rules.host);
    this.#c.abide_filter_at(filter, this.#policy, decision, host, given.now, findings);
    const removed = [];
    const run = { filter, decision, findings, removed };
    for (const [name, value] of answered) if (lower(name) === 'date') this.#c.abide_filter_date(filter, this.#text(value));
    return {
      request: { headers: asked.map((field) => this.#filterRequest(run, field)).filter(Boolean) },
      response: { headers: answered.map((field) => this.#filterResponse(run, field)).filter(Boolean) },
      removed,
    };
  }

  /** Answers a line of `abide choose`: the next record. */
  choose(request) {
    this.#begin();
    const headers = readHeaders(request.headers, 'headers');
    const given = this.#readVisit(request);
    const decision = this.#decide(this.#writeSignals(headers), given);
    const wish = this.#writeIndication(request, this.#c.abide_decision_exempt_in_use(decision));
    const source = readSource(request.source ?? 'gpc_js', 'source');
    const c = this.#c, { record, now } = given, next = this.#take(SIZE.record);
    if (request.choice === 'signal') c.abide_record_after_signal_at(record, source, now, next);
    else c.abide_record_after_wish_at(wish, record, this.#noticeVersion(), c.abide_decision_signal_active(decision), now, next);
    return this.#recordAt(next);
  }

  /** Classifies a cookie; texts may be bytes. The host is expected in lower case. */
  classify({ name, host = '', thirdParty = false }) {
    this.#begin();
    return this.#classify(this.#policy, name, host, thirdParty);
  }

  /** Classifies a request by its URL; the site is the page's host, in lower case. */
  classifyRequest({ url, type = 'other', site = '' }) {
    this.#begin();
    const at = this.#take(SIZE.classification);
    this.#c.abide_classify_request(this.#policy, this.#text(url), REQUEST_TYPES[type] ?? 0, this.#text(site), at);
    return this.#classificationAt(at);
  }

  /** Whether two hosts (lower case) belong to one site, by the Public Suffix List. */
  ofOneSite(host, other) {
    this.#begin();
    return this.#c.abide_of_one_site(this.#text(host), this.#text(other)) === 1;
  }

  // Memory: the policy lies at its start and stays; everything else is forgotten when the next request begins.

  #begin() { this.#top = this.#base; }

  #look() {
    this.#bytes = new Uint8Array(this.#c.memory.buffer);
    this.#view = new DataView(this.#c.memory.buffer);
  }

  #take(size) {
    const at = Math.ceil(this.#top / 8) * 8;
    if (at + size > this.#bytes.length) this.#grow(at + size);
    this.#top = at + size;
    return at;
  }

  #grow(end) {
    try {
      this.#c.memory.grow(Math.ceil((end - this.#bytes.length) / 65536));
    } catch { // said below: the twin does not throw
    }
    this.#look();
    if (end > this.#bytes.length) throw new RangeError('abide: the text is too large');
  }

  #zeroed(size) {
    const at = this.#take(size);
    this.#bytes.fill(0, at, at + size);
    return at;
  }

  /** An abide_text of a string or of bytes. */
  #text(value) {
    const text = this.#take(SIZE.text);
    const at = this.#take(typeof value === 'string' ? value.length * 3 : value.length);
    const size = typeof value === 'string' ? encoder.encodeInto(value, this.#bytes.subarray(at)).written : value.length;
    if (typeof value !== 'string') this.#bytes.set(value, at);
    this.#top = at + size;
    this.#view.setUint32(text, at, true);
    this.#view.setUint32(text + 4, size, true);
    return text;
  }

  #textAt(text) {
    const at = this.#view.getUint32(text, true);
    return decoder.decode(this.#bytes.subarray(at, at + this.#view.getUint32(text + 4, true)));
  }

  /** The text that a function writes as its last argument, when it is one of the core's own that live for ever. */
  #constant(write, ...args) {
    const text = this.#take(SIZE.text);
    write(...args, text);
    const at = this.#view.getUint32(text, true), size = this.#view.getUint32(text + 4, true);
    const key = at * 65536 + size;
    if (!this.#known.has(key)) this.#known.set(key, this.#textAt(text));
    return this.#known.get(key);
  }

  #setTime(at, seconds) { // an int64 in two halves: the twin has no 64-bit numbers
    this.#view.setUint32(at, seconds >>> 0, true);
    this.#view.setInt32(at + 4, Math.floor(seconds / 2 ** 32), true);
  }

  #readTime(value, place, expected = 'an RFC 3339 date-time') {
    const seconds = this.#take(8);
    const valid = typeof value === 'string' && this.#c.abide_read_timestamp(this.#text(value), seconds);
    if (!valid) refuse(place, expected);
    return this.#timeAt(seconds);
  }

  #timeAt(at) { return this.#view.getInt32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true); }

  // Into the core

  #writePolicy(rules) {
    const c = this.#c;
    const policy = this.#take(this.#size.policy);
    c.abide_policy_init(policy);
    for (const [number, option] of OPTIONS.entries())
      if (rules[option] !== undefined && c.abide_policy_set(policy, number, rules[option]) !== 1)
        refuse(option, 'a value that the core knows');
    c.abide_policy_host(policy, this.#text(rules.host));
    if (rules.consentCookie !== undefined) c.abide_policy_consent_cookie(policy, this.#text(rules.consentCookie));
    const cookies = this.#take(rules.cookies.length * this.#size.rule);
    rules.cookies.forEach((rule, i) => {
      const shared = rule.shared ?? this.#sharedByDefault(rule);
      c.abide_cookie_rule_init(cookies + i * this.#size.rule, this.#text(rule.name), this.#text(rule.host),
        this.#text(rule.vendor), rule.category, shared ? 1 : 0);
      c.abide_cookie_rule_programme(cookies + i * this.#size.rule, this.#text(rule.programme));
    });
    c.abide_policy_cookies(policy, cookies, rules.cookies.length);
    const exempt = this.#take(rules.exempt.length * this.#size.exemption);
    rules.exempt.forEach(({ jurisdiction, purpose, name }, i) =>
      c.abide_exemption_init(exempt + i * this.#size.exemption, this.#text(jurisdiction), purpose, this.#text(name)));
    c.abide_policy_exemptions(policy, exempt, rules.exempt.length);
    return policy;
  }

  /** What a policy that says nothing of sharing means; of a pattern one of its names is asked for. */
  #sharedByDefault({ name, host, category }) {
    const member = this.#text(name.replace('*', ''));
    return this.#c.abide_shares(member, this.#text(host.replace(/^\./, '')), category) === 1;
  }

  #writeSignals(headers) {
    const signals = this.#zeroed(SIZE.signals);
    const mark = this.#top;
    for (const [name, value] of headers) {
      this.#c.abide_signals_read(signals, this.#text(name), this.#text(value), this.#rules.joined);
      this.#top = mark;
    }
    return signals;
  }

  #readVisit({ location, now, record, visitor, peer }) {
    if (location != null && typeof location !== 'string') refuse('location', 'a string or null');
    const visit = {
      location: location ?? '',
      now: now === undefined ? Math.floor(Date.now() / 1000) : this.#readTime(now, 'now'),
      record: record == null ? 0 : this.#writeRecord(record),
      visitor: this.#writeVisitor(visitor ?? {}),
    };
    if (peer != null && typeof peer !== 'string') refuse('peer', 'a string or null'); // of the server: a browser has none
    return visit;
  }

  #writeRecord(record) {
    if (!isObject(record)) refuse('record', 'an object or null');
    const { choices = {}, time, notice = 0, source, sticky_since, exception } = record;
    const at = this.#zeroed(SIZE.record);
    this.#writeChoices(at + 28, choices);
    if (time !== undefined) this.#setTime(at, this.#readTime(time, 'record.time'));
    if (!isWhole(notice, 4294967295)) refuse('record.notice', 'a whole number');
    this.#view.setUint32(at + 24, notice, true);
    this.#bytes[at + 32] = source === undefined ? 0 : readSource(source, 'record.source');
    if (sticky_since != null) {
      const since = this.#readTime(sticky_since, 'record.sticky_since', 'an RFC 3339 date-time or null');
      this.#setTime(at + 8, since || 1); // 0 stands for none
    }
    if (exception != null) this.#writeException(at, exception);
    return at;
  }

  #writeChoices(at, choices) {
    const wrong = () => refuse('record.choices', 'categories with granted or denied');
    if (!isObject(choices)) wrong();
    for (const [category, choice] of Object.entries(choices)) {
      const index = CATEGORIES.indexOf(category);
      const value = CHOICE_WORDS.indexOf(choice);
      if (index < 0 || value < 1) wrong();
      this.#bytes[at + index] = value;
    }
  }

  #writeException(at, exception) {
    const expected = 'purposes and time';
    const { purposes, time } = exception;
    if (!isObject(exception)) refuse('record.exception', expected);
    this.#bytes[at + 33] = readCategories(purposes, 'record.exception', expected);
    this.#setTime(at + 16, this.#readTime(time, 'record.exception', expected) || 1);
  }

  #writeVisitor(visitor) {
    if (!isObject(visitor)) refuse('visitor', 'an object or null');
    const { known = false, opted_out = false, age, incentive } = visitor;
    if (typeof known !== 'boolean') refuse('visitor.known', 'true or false');
    if (typeof opted_out !== 'boolean') refuse('visitor.opted_out', 'true or false');
    if (age != null && !isWhole(age, 150)) refuse('visitor.age', 'a whole number or null');
    const { asked = false, withdrew = false, programme } = incentive ?? {};
    const wrong = incentive != null && !isObject(incentive);
    if (wrong || typeof asked !== 'boolean' || typeof withdrew !== 'boolean')
      refuse('visitor.incentive', 'asked and withdrew');
    if (programme != null && typeof programme !== 'string') refuse('visitor.incentive.programme', 'a string or null');
    const text = this.#text(programme ?? '');
    const at = this.#take(SIZE.visitor);
    this.#view.setInt32(at, age == null ? 0 : Math.max(1, age), true); // 0: unknown
    this.#bytes.set([known, opted_out, asked, asked && !withdrew], at + 4);
    this.#bytes.copyWithin(at + 8, text, text + SIZE.text);
    return at;
  }

  #writeIndication({ choice, grant, keep, exception, from }, objected) {
    if (!WISHES.includes(choice)) refuse('choice', 'a choice');
    const sets = Object.entries({ grant, keep, exception }).map(([name, list]) => readCategories(list ?? [], name));
    if (from != null && from !== 'banner' && from !== 'settings') refuse('from', 'banner or settings');
    const at = this.#take(SIZE.indication);
    this.#bytes.set([WISHES.indexOf(choice), ...sets, objected, from === 'banner'], at);
    return at;
  }

  // Out of the core

  /** What is absent is none. */
  #recordAt(at) {
    const made = [...this.#bytes.subarray(at + 28, at + 32)].map((choice, i) => [CATEGORIES[i], CHOICE_WORDS[choice]]);
    const record = { choices: Object.fromEntries(made.filter(([, choice]) => choice)) };
    const notice = this.#view.getUint32(at + 24, true), source = this.#bytes[at + 32], bits = this.#bytes[at + 33];
    const [time, since, exceptionTime] = [0, 8, 16].map((offset) => this.#timeAt(at + offset));
    if (time) record.time = timestamp(time);
    if (notice) record.notice = notice;
    if (source) record.source = SOURCES[source];
    if (since) record.sticky_since = timestamp(since);
    const purposes = CATEGORIES.filter((_, i) => bits >> i & 1);
    if (exceptionTime) record.exception = { purposes, time: timestamp(exceptionTime) };
    return record;
  }

  #signalsAt(at) {
    const dnt = this.#bytes[at + 1];
    return { gpc: this.#bytes[at] === 1, dnt: dnt === 0 ? null : dnt - 1 };
  }

  #decisionOf(request) {
    const headers = readHeaders(request.headers, 'headers'), given = this.#readVisit(request);
    const signals = this.#writeSignals(headers);
    return { decision: this.#decide(signals, given), signals: this.#signalsAt(signals), record: given.record };
  }

  /** The services and the patterns of names that are exempt here and may be used; absent: none. */
  #exempted(decision) {
    const c = this.#c, { cookies, exempt } = this.#rules;
    const vendors = [...new Set(cookies.map(({ vendor }) => vendor))]
      .filter((vendor) => c.abide_exempts_vendor(this.#policy, decision, this.#text(vendor)) === 1);
    const names = {};
    exempt.forEach(({ name }, i) => {
      const category = CATEGORIES[c.abide_exempts(this.#policy, decision, i)];
      if (category) (names[category] ??= []).push(name);
    });
    return { ...(vendors.length > 0 && { allowedExempt: vendors }),
      ...(Object.keys(names).length > 0 && { allowedNames: names }) };
  }

  #noticeVersion() {
    const at = this.#take(SIZE.settings);
    this.#c.abide_settings_of(this.#policy, at);
    return this.#view.getUint32(at + 8, true);
  }

  /** A cookie of the policy by its place there. */
  #declared(decision, index) {
    const { name } = this.#rules.cookies[index], vendor = this.#take(SIZE.text);
    const bits = this.#c.abide_declared(this.#policy, decision, index, this.#text(name.replace('*', '')), vendor);
    return { index, name, vendor: this.#textAt(vendor), shared: (bits & 1) === 1, exempt: (bits & 2) === 2 };
  }

  #decide(signals, { location, now, record, visitor }) {
    const decision = this.#take(this.#size.decision);
    this.#c.abide_decide_at(this.#policy, signals, this.#text(location), record, visitor, now, decision);
    return decision;
  }

  /** Of a category in which the policy declares exemptions here, the answer for these. */
  #decisionAt(decision, { gpc, dnt }) {
    const c = this.#c;
    const place = this.#take(2 * SIZE.text);
    c.abide_decision_jurisdiction(decision, place, place + SIZE.text);
    const caution = this.#constant(c.abide_decision_caution, decision);
    const declared = c.abide_decision_declared_exempt(decision);
    const own = CATEGORIES.map((_, i) => (declared >> i & 1 ? EXEMPT : OWN));
    const shared = CATEGORIES.map(() => SHARED);
    const reasons = (columns) => this.#reasons(decision, columns, caution ? { caution } : {});
    return {
      jurisdiction: this.#textAt(place),
      regime: this.#textAt(place + SIZE.text),
      gpc,
      dnt,
      allowed: this.#allowed(decision, own),
      allowed_shared: this.#allowed(decision, shared),
      reasons: reasons(own),
      reasons_shared: reasons(shared),
      notice: NOTICES[c.abide_decision_notice(decision)],
      status: this.#constant(c.abide_decision_status_line, decision) || null,
    };
  }

  #allowed(decision, columns) {
    return CATEGORIES.filter((_, i) => this.#c.abide_decision_allows(decision, i, columns[i]) === 1);
  }

  #reasons(decision, columns, more = {}) {
    const c = this.#c;
    return Object.fromEntries(CATEGORIES.map((name, i) => [name, {
      rule: this.#constant(c.abide_rule_name, c.abide_decision_rule(decision, i, columns[i])),
      why: this.#constant(c.abide_decision_why, decision, i, columns[i]),
      law: this.#constant(c.abide_decision_law, decision, i, columns[i]),
      ...more,
    }]));
  }

  #filterRequest(run, field) {
    if (!isCookie(field)) return field;
    const mark = this.#top;
    const text = this.#text(field[1]);
    const size = this.#view.getUint32(text + 4, true);
    const out = this.#take(size * 2 + 2), count = this.#take(4);
    this.#view.setUint32(run.findings, 0, true);
    const written = this.#c.abide_filter_cookies(run.filter, text, out, count);
    const removed = this.#view.getUint32(count, true);
    this.#report(run, 'request');
    const left = removed === 0 ? field[1] : decoder.decode(this.#bytes.subarray(out, out + written));
    this.#top = mark;
    return written === 0 && removed > 0 ? null : [field[0], left];
  }

  #filterResponse(run, field) {
    if (lower(field[0]) !== 'set-cookie') return field;
    const mark = this.#top;
    const text = this.#text(field[1]);
    this.#view.setUint32(run.findings, 0, true);
    const passes = this.#c.abide_filter_may_set(run.filter, text);
    this.#report(run, 'response');
    const left = passes === AS_DELETION ? [field[0], this.#deletionOf(text)] : passes === 0 ? null : field;
    this.#top = mark;
    return left;
  }

  #deletionOf(text) {
    const out = this.#take(this.#view.getUint32(text + 4, true) + 80);
    const size = this.#c.abide_deletion_write(text, out);
    return decoder.decode(this.#bytes.subarray(out, out + size));
  }

  /** Adds the findings of the last field that are not allowed, also those that observe mode left in place. */
  #report({ findings, decision, removed }, from) {
    const count = this.#view.getUint32(findings, true);
    for (let i = 0; i < count; ++i) {
      const at = findings + 8 + i * SIZE.finding;
      if (this.#bytes[at + 21] === 1) continue;
      const category = this.#bytes[at + 16], rule = this.#bytes[at + 22];
      const reason = this.#reason(decision, category, rule);
      removed.push({ from, name: this.#textAt(at), category: CATEGORIES[category], reason });
    }
  }

  /** A sentence belongs to a rule and its outcome: any column that was denied by the same rule tells it. */
  #reason(decision, category, rule) {
    const c = this.#c;
    const column = [OWN, SHARED, EXEMPT].find((one) =>
      c.abide_decision_rule(decision, category, one) === rule && c.abide_decision_allows(decision, category, one) === 0);
    return `${this.#constant(c.abide_rule_name, rule)}: ${this.#constant(c.abide_decision_why, decision, category, column)}`;
  }

  #classify(policy, name, host, thirdParty) {
    const at = this.#take(SIZE.classification);
    this.#c.abide_classify(policy, this.#text(name), this.#text(host), thirdParty ? 1 : 0, at);
    return this.#classificationAt(at);
  }

  #classificationAt(at) {
    const [category, shared, confidence, evidence] = this.#bytes.subarray(at + 8, at + 12);
    return { category: CATEGORIES[category], confidence: confidence / 100, evidence: EVIDENCE[evidence],
      vendor: this.#textAt(at), shared: shared === 1 };
  }
}

// Requests

function readHeaders(value, place) {
  const isField = (field) => Array.isArray(field) && field.length === 2 && field.every((text) => typeof text === 'string');
  if (!Array.isArray(value) || !value.every(isField)) refuse(place, 'an array of [name, value] pairs');
  return value;
}

function readSource(value, place) {
  if (!(SOURCES.indexOf(value) > 0)) refuse(place, 'a source name');
  return SOURCES.indexOf(value);
}

/** As bits. */
function readCategories(list, place, expected = 'an array of categories') {
  if (!Array.isArray(list) || !list.every((name) => CATEGORIES.includes(name))) refuse(place, expected);
  return list.reduce((bits, name) => bits | 1 << CATEGORIES.indexOf(name), 0);
}

const LAST_SECOND = 253402300799; // of the year 9999

/** RFC 3339, of the nearest second that text can say: 0 stands for none. */
const timestamp = (seconds) =>
  new Date(Math.min(Math.max(seconds, 1), LAST_SECOND) * 1000).toISOString().replace('.000Z', 'Z');

const isCookie = ([name]) => lower(name) === 'cookie';

function countCookies(field) {
  let count = 1;
  for (let at = field.indexOf(';'); at >= 0; at = field.indexOf(';', at + 1)) ++count;
  return count;
}

/** The host a request names, without its port; undefined when it names none. */
function hostOf(headers) {
  const field = headers.find(([name]) => lower(name) === 'host');
  if (!field) return undefined;
  const host = lower(field[1]);
  return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.split(':')[0];
}

// The policy file: what of it the core needs. The server checks the file in full; here only what is read is checked.

function readPolicy(policy) {
  if (!isObject(policy)) refuse('policy', 'an object');
  const { site = {}, mode, signals = {}, notice = {}, cookies = [], exempt = [], unknown, consent = {} } = policy;
  return {
    mode: indexOf(MODES, mode, '/mode'),
    joined: indexOf(JOINED, signals.joined_values, '/signals/joined_values'),
    dnt: indexOf(DNT, signals.dnt, '/signals/dnt'),
    exception: indexOf(Object.keys(EXCEPTIONS), signals.gpc_exception, '/signals/gpc_exception', EXCEPTIONS),
    unknown: indexOf(UNKNOWN, unknown, '/unknown'),
    notice_version: notice.version === undefined ? undefined : readWhole(notice.version, MOST['notice.version'],
      '/notice/version'),
    lifetime_days: consent.lifetime_days == null ? 0 : readWhole(consent.lifetime_days, MOST['consent.lifetime_days'],
      '/consent/lifetime_days'),
    host: lower(readText(site.host ?? '', '/site/host')),
    consentCookie: consent.cookie === undefined ? undefined : readText(consent.cookie, '/consent/cookie'),
    cookies: readList(cookies, '/cookies').map((cookie, i) => readCookie(cookie, `/cookies/${i}`)),
    exempt: readList(exempt, '/exempt').map((text, i) => readExemption(readText(text, `/exempt/${i}`), `/exempt/${i}`)),
  };
}

function readCookie(cookie, place) {
  if (!isObject(cookie)) refuse(place, 'an object');
  const { name, host = '', vendor = '', category, shared, contract, programme = '' } = cookie;
  if (!CATEGORIES.includes(category)) refuse(`${place}/category`, `one of ${CATEGORIES.join(', ')}`);
  if (shared !== undefined && typeof shared !== 'boolean') refuse(`${place}/shared`, 'true or false');
  return {
    name: readText(name, `${place}/name`),
    host: lower(readText(host, `${place}/host`)),
    vendor: readText(vendor, `${place}/vendor`),
    category: CATEGORIES.indexOf(category),
    shared: shared ?? (contract === 'processor' ? false : undefined),
    programme: readText(programme, `${place}/programme`),
  };
}

/** ROW:PURPOSE:NAME; the name may hold colons. */
function readExemption(text, place) {
  const [, jurisdiction, purpose, name] = /^([^:]*):([^:]*):(.*)$/s.exec(text) ?? [];
  if (!PURPOSES[purpose]) refuse(place, '"ROW:PURPOSE:NAME", such as "GB:statistical:_ga*"');
  return { jurisdiction, purpose: PURPOSES[purpose], name };
}

function indexOf(words, word, place, numbers) {
  const index = word === undefined ? 0 : words.indexOf(word);
  if (index < 0) refuse(place, `one of ${words.join(', ')}`);
  return numbers ? numbers[words[index]] : index;
}

function readText(value, place) {
  if (typeof value !== 'string') refuse(place, 'a string');
  return value;
}

function readWhole(value, last, place) {
  if (!isWhole(value, last) || value === 0) refuse(place, `a whole number from 1 to ${last}`);
  return value;
}

function readList(value, place) {
  if (!Array.isArray(value)) refuse(place, 'a list');
  return value;
}
