// Random policies and requests, as awkward as those from the network; the same for the same seed.

const NOW = ['2026-11-22T00:00:00Z', '2026-11-22T00:00:00Z', '2026-11-22T10:20:30.5+02:00', '2023-01-01T00:00:00Z',
  '2030-06-30t23:59:60z', '1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59'];
const BAD_TIMES = ['', 'now', '2026-11-22', '2026-02-30T00:00:00Z', '2026-11-22T24:00:00Z', '2026-11-22T00:00:00', ' 2026-11-22T00:00:00Z',
  '2026-11-22T00:00:00Z\u0000', 0, null, true];
const PLACES = ['DE', 'FR', 'GB', 'UK', 'uk', 'US-CA', 'us-ca', 'US-CO', 'US-CT', 'US-MD', 'US-NY', 'US-VA', 'US-PR', 'US', 'US-ZZ', 'IN', 'ES', 'CA-QC', 'BR', 'JP', 'XX', 'T1', 'ZZ', '', 'D', 'DE ',
  'US_CA', 'Kalifornien', 'é', '\u0000'];
const CATEGORIES = ['required', 'analytics', 'functional', 'targeting'];
const SOURCES = ['banner', 'settings', 'gpc_header', 'gpc_js', 'dnt', 'account', 'api'];
const WISHES = ['accept-all', 'reject-all', 'save', 'opt-out', 'withdraw', 'object', 'undo', 'signal', 'add'];
const GPC = ['1', '1', '1', '0', ' 1\t', '1, 0', '0,1', '0, 0', ',', '1,', '?1', '1;x', 'true', '', '\u00a01', '１', '1\u0000x', '"1"', '11'];
const DNT = ['1', '0', '1x', '', ' 1', 'null', '2', '\t0'];
const HOSTS = ['shop.example', 'SHOP.example:8080', 'www.shop.example', 'cdn.ads.example', '[2001:DB8::1]:443', '[::1', '', ':80', 'ÉCLAIR.example',
  'İ.example', '127.0.0.1:8080', 'a b'];
const ATTRIBUTES = ['Path=/', 'path=/x', 'Secure', 'HttpOnly', 'SameSite=Lax', 'SameSite=None', 'Domain=.shop.example', 'Domain=ads.example',
  'Max-Age=0', 'Max-Age=-1', 'Max-Age=3600', 'Max-Age=99999999999999999999', 'max-age=1x', 'Max-Age=', 'Expires=Thu, 01 Jan 1970 00:00:00 GMT',
  'Expires=Wed, 21 Oct 2037 07:28:00 GMT', 'Expires=Sun, 22-Nov-2026 00:00:00', 'Expires=soon', 'Partitioned', '=', '', ' ', 'é'];
const NUMBERS = ['15', '15.0', '1.5e1', '1500e-2', '-0', '0', '150', '151', '150.5', '-1', '4294967295', '4294967296', '18446744073709551616',
  '1e3', '1e-999', '0.9999999999999999999999'];
const FAR_NUMBERS = ['1e999', '-1e400', `1${'0'.repeat(400)}`, '123456e400'];
const AWKWARD = ['\u0000', '\u0001', '\t', '\n', '\r', '"', '\\', ';', '=', ',', ' ', '  ', '\u007f', '\u0080', 'é', 'ß', '\u2028', '\ufeff', '漢', '😀',
  '\ufffd', '\uffff', 'K'];

/** A small generator (mulberry32): the same numbers on every machine. */
function randomFrom(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Requests {
  constructor(seed, catalog) {
    this.random = randomFrom(seed);
    this.catalog = catalog; // [name, host] pairs
    this.rules = {};
  }

  below(n) { return Math.floor(this.random() * n); }
  chance(p) { return this.random() < p; }
  pick(list) { return list[this.below(list.length)]; }
  many(most, make) { return Array.from({ length: this.below(most + 1) }, make); }

  /** The bytes of an input with `count` lines, under these rules. */
  input(command, count, rules) {
    this.rules = rules;
    const lines = command === 'classify' ? [this.headerRow()] : [];
    for (let i = 0; i < count; ++i) lines.push(command === 'classify' ? this.row() : this.line(command));
    const end = this.chance(0.5) ? [Buffer.from('\n')] : [];
    return Buffer.concat([...lines.flatMap((line, i) => (i === 0 ? [line] : [Buffer.from('\n'), line])), ...end]);
  }

  // Policies that the native loader accepts.

  policy() {
    const maybe = (value) => (this.chance(0.6) ? value() : undefined);
    return {
      site: maybe(() => ({ host: this.pick(['shop.example', 'Shop.Example', 'www.shop.example']) })),
      mode: maybe(() => this.pick(['enforce', 'enforce', 'observe'])),
      signals: maybe(() => ({ gpc: 'honour', gpc_exception: this.pick(['informed', 'never', 'strict']),
        dnt: this.pick(['as_objection', 'as_gpc', 'ignore']), joined_values: this.pick(['any', 'literal']) })),
      notice: maybe(() => ({ version: 1 + this.below(3) })),
      cookies: maybe(() => this.many(12, () => this.declaredCookie())),
      exempt: maybe(() => this.many(4, () => this.pick(['GB:statistical:_ga*', 'GB:statistical:*', 'GB:appearance:theme', 'FR:statistical:_pk*']))),
      unknown: maybe(() => this.pick(['targeting', 'party'])),
      consent: maybe(() => ({ cookie: this.pick(['abide', 'consent', 'my-consent']), lifetime_days: this.pick([null, 1, 180, 400]) })),
    };
  }

  declaredCookie() {
    const name = this.pick(['cart', '_ga*', 'theme', 'u*d', '*', 'sid', 'abide', '_fbp', this.pick(this.catalog)[0]]);
    return {
      name: name.split('*').length > 2 ? 'x*' : name,
      host: this.chance(0.3) ? this.pick(['.ads.example', 'ads.example', '.Shop.Example', 'localhost']) : undefined,
      category: this.pick(CATEGORIES),
      programme: this.chance(0.2) ? this.pick(['loyalty', 'coupons', '漢字']) : undefined,
      vendor: this.chance(0.3) ? this.pick(['Häagen', 'A "B"', '漢字']) : undefined,
      shared: this.chance(0.2) ? this.chance(0.5) : undefined,
      contract: this.chance(0.2) ? this.pick(['processor', 'none']) : undefined,
    };
  }

  // Lines of JSON.

  line(command) {
    const kind = this.random();
    if (kind < 0.03) return this.noJson();
    const text = this.written(this.request(command));
    if (kind < 0.06 && command !== 'choose') return this.damaged(Buffer.from(text));
    return Buffer.from(text);
  }

  request(command) {
    if (command === 'signals') return { headers: this.odd(() => this.headers()) };
    const visit = { peer: this.chance(0.1) ? this.odd(() => this.pick([null, '10.0.0.1', '::1', ''])) : undefined, location: this.maybe(() => this.location()), now: this.odd(() => this.time()), record: this.maybe(() => this.odd(() => this.record())),
      visitor: this.maybe(() => this.odd(() => this.visitor())), extra: this.chance(0.05) ? this.anything() : undefined };
    if (command === 'decide') return { headers: this.odd(() => this.headers()), ...visit };
    if (command === 'choose') return { headers: this.odd(() => this.headers()), ...visit, now: visit.now ?? NOW[0], // the clock would differ
      ...this.indication() };
    return { request: this.odd(() => ({ headers: this.odd(() => this.headers()) })),
      response: this.odd(() => ({ headers: this.odd(() => this.answerHeaders()) })), ...visit };
  }

  maybe(make) { return this.chance(0.3) ? this.pick([undefined, null]) : make(); }

  indication() {
    const categories = () => this.maybe(() => this.odd(() => this.many(3, () => this.odd(() => this.pick(CATEGORIES)))));
    return {
      choice: this.odd(() => this.pick(['save', ...WISHES])), grant: categories(), keep: categories(), exception: categories(),
      from: this.maybe(() => this.odd(() => this.pick(['banner', 'settings']))),
      source: this.maybe(() => this.odd(() => this.pick(SOURCES))),
    };
  }

  /** Sometimes replaces the value by one of the wrong type. */
  odd(make) { return this.chance(0.006) ? this.anything() : make(); }

  anything() {
    return this.pick([undefined, null, true, 0, '', 'x', [], {}, [[]], [['a']], [['a', 'b', 'c']], [['a', 1]], [null], { a: 1 }, 'number', this.text()]);
  }

  headers() {
    return this.many(8, () => {
      const kind = this.below(8);
      if (kind < 3) return [this.cased('Cookie'), this.cookies()];
      if (kind === 3) return [this.cased('Sec-GPC'), this.pick(GPC)];
      if (kind === 4) return [this.cased('DNT'), this.pick(DNT)];
      if (kind === 5) return [this.cased('Host'), this.pick(HOSTS)];
      return [this.pick(['Accept', 'Cookie2', 'Set-Cookie', '', 'Sec-GPC ', this.text()]), this.text()];
    });
  }

  answerHeaders() {
    return this.many(8, () => (this.chance(0.8) ? [this.cased('Set-Cookie'), this.setCookie()]
      : [this.pick(['Location', 'Cookie', 'Set-Cookie2', this.text()]), this.text()]));
  }

  cased(name) { return this.pick([name, name, name.toLowerCase(), name.toUpperCase()]); }

  cookies() {
    if (this.chance(0.1)) return this.text();
    const pieces = this.many(this.chance(0.05) ? 200 : 12, () => (this.chance(0.9) ? `${this.name()}=${this.value()}` : this.text()));
    return pieces.join(this.pick(['; ', '; ', '; ', ';', ' ;\t', ';;']));
  }

  setCookie() {
    if (this.chance(0.05)) return this.text();
    const parts = [`${this.name()}=${this.value()}`, ...this.many(4, () => this.pick(ATTRIBUTES))];
    return parts.join(this.pick(['; ', ';', ' ; ']));
  }

  name() {
    const kind = this.random();
    const filled = (pattern) => pattern.replace('*', () => this.word());
    if (kind < 0.4) return filled(this.pick(this.catalog)[0]);
    if (kind < 0.7 && this.rules.cookies?.length > 0) return filled(this.pick(this.rules.cookies).name);
    if (kind < 0.8) return this.pick(['abide', '__Host-abide', '__host-abide', 'consent', '__Host-consent', '_ga', 'theme', '_pk_id.1', '']);
    return kind < 0.95 ? this.word() : this.text();
  }

  value() { return this.chance(0.9) ? this.word() : this.text(); }

  word() {
    return Array.from({ length: 1 + this.below(this.chance(0.03) ? 300 : 8) }, () => this.pick('abcdefghijklmnopqrstuvwxyzABC0123456789_-.')).join('');
  }

  text() { return Array.from({ length: this.below(6) }, () => (this.chance(0.5) ? this.pick(AWKWARD) : this.word())).join(''); }

  location() { return this.chance(0.02) ? this.anything() : this.pick(PLACES); }
  time() { return this.chance(0.03) ? this.pick(BAD_TIMES) : this.pick(NOW); }

  recentTime() {
    const seconds = Date.UTC(2026, 10, 22) / 1000 - this.below(this.chance(0.5) ? 86400 * 30 : 86400 * 900) + (this.chance(0.1) ? 86400 * 2 : 0);
    return this.chance(0.9) ? new Date(seconds * 1000).toISOString() : this.time();
  }

  record() {
    return {
      choices: this.odd(() => Object.fromEntries(CATEGORIES.filter(() => this.chance(0.6)).map((name) => [name,
        this.chance(0.01) ? this.anything() : this.pick(['granted', 'denied'])]))),
      time: this.odd(() => (this.chance(0.05) ? undefined : this.recentTime())),
      notice: this.odd(() => this.pick([1, 1, 1, 2, 3, undefined, 'number'])),
      source: this.odd(() => this.pick([...SOURCES, undefined, this.chance(0.05) ? 'none' : 'api'])),
      sticky_since: this.odd(() => this.pick([undefined, null, this.recentTime()])),
      exception: this.odd(() => this.pick([undefined, null, { purposes: this.odd(() => this.many(3, () => this.odd(() => this.pick(CATEGORIES)))),
        time: this.odd(() => this.recentTime()) }])),
    };
  }

  visitor() {
    const flag = () => this.odd(() => this.pick([undefined, true, false]));
    return {
      known: flag(),
      opted_out: this.chance(0.8) ? undefined : flag(),
      age: this.odd(() => this.pick([undefined, null, 8, 13, 15, 17, 40, 'number'])),
      incentive: this.odd(() => this.pick([undefined, null, { asked: flag(), withdrew: flag(),
        programme: this.odd(() => this.pick([undefined, null, '', 'loyalty', 'coupons', this.text()])) }])),
    };
  }

  /** The JSON text in one of many equivalent forms; 'number' stands for a number in an unusual form. */
  written(value) {
    let text = JSON.stringify(value, null, this.chance(0.1) ? this.pick([' ', '\t']) : '').replaceAll('\n', this.pick([' ', '\r', '\t']));
    text = text.replaceAll('"number"', () => (this.chance(0.02) ? this.pick(FAR_NUMBERS) : this.pick(NUMBERS)));
    if (this.chance(0.1)) text = text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    if (this.chance(0.02)) text = text.replace('{', () => `{${this.hidden()},`);
    if (this.chance(0.02)) text += this.pick(['\r', ' ', '\t', '\u00a0', ',', '}', '\u0000', '\u0000x']);
    return text.replace(/,(?=})/, '');
  }

  /** A member before the others, which a later one of the same name may replace. */
  hidden() {
    const name = this.pick(['headers', 'location', 'now', 'extra', 'request', '__proto__', 'constructor', '\\ud83d\\ude00', '\\ud800']);
    const value = this.pick(['null', '[]', '{"headers":[]}', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\udc00\\ud800"', '"\\\\ud800"', '1e999', '[1e308]', '"1e999"',
      '-0', '"\\u0000"', `${'['.repeat(3000)}${']'.repeat(3000)}`]);
    return `"${name}":${value}`;
  }

  noJson() {
    const text = this.pick(['', ' ', 'null', 'true', '1', '"x"', '[]', '[{}]', '{}', '{', '}', '{"headers":[]', "{'headers':[]}", '{"headers":[],}', 'NaN',
      '{"headers":[]} {}', '\ufeff{"headers":[]}', '{"headers":[["a","\t"]]}', '{"headers":[["a","\\x"]]}', '{"headers":01}', '// {}', '{"headers":[["a","\u0000"]]}',
      '\u0000', '{}\u0000', '{"headers":[["a","\\ud800"]]}', '{"headers":[["\\udfff","b"]]}', '\r', '{"headers":[]}\u000b', '+1', '.5', '{"a":1.}', '{"a":-}']);
    return Buffer.from(text);
  }

  /** Changes, drops or inserts bytes; never a line feed. */
  damaged(bytes) {
    let damaged = bytes;
    for (let i = 0; i <= this.below(3); ++i) {
      const at = this.below(damaged.length + 1);
      const put = Buffer.from(this.many(2, () => this.pick([0x80, 0xff, 0xc0, 0xed, 0xf5, 0x00, 0x22, 0x5c, 0x7b, 0x2c, 0x31, 0xe2])));
      damaged = Buffer.concat([damaged.subarray(0, at), put, damaged.subarray(at + this.below(3))]);
    }
    return damaged;
  }

  // Rows of the classify table.

  headerRow() {
    if (this.chance(0.25)) this.columns = this.chance(0.5) ? ['url', 'type', 'site'] : ['site', 'name', 'url'];
    else this.columns = ['name', 'host', 'site', 'party', 'session', 'max_age', 'http_only', 'secure', 'same_site', 'colour']
      .filter((name) => name === 'name' || this.chance(0.8))
      .map((name) => [this.random(), name]).sort(([a], [b]) => a - b).map(([, name]) => name);
    if (this.chance(0.2)) this.columns.push('host');
    return Buffer.from((this.chance(0.2) ? '\ufeff' : '') + this.columns.join('\t') + (this.chance(0.3) ? '\r' : ''));
  }

  url(host) {
    const path = () => this.pick(['', '/', '/tr?id=1', '/b/ss/x/1', '/gtag/js?l=d&id=AW-1', '/usersync?p=1', '?', '#x', '/\u00e9', `/${'a'.repeat(70000)}`]);
    return this.pick(['data:image/gif;base64,R0lGOD', 'blob:https://shop.example/1', 'about:blank', '', '/', 'app.js', '../x', `//${host()}${path()}`]
      .concat(['https', 'HTTP', 'ws', 'wss', 'ftp', 'javascript'].map((scheme) => `${scheme}://${host()}${path()}`)));
  }

  row() {
    const [, catalogHost] = this.pick(this.catalog);
    const host = () => this.pick(['', '', 'shop.example', '.Shop.Example', 'ads.example', 'x.ads.example', '127.0.0.1', '0.0.1', '::1', 'ÉÀ.example', '.', '..a', 'example',
      catalogHost, `www${catalogHost}`, 'cdn.shop.example', 'shop.example:443', 'shop.example.', 'https://u:p@Shop.Example:8443/x?y#z', ' shop.example ',
      'a.shop.co.uk', 'shop.co.uk', 'b.co.uk', 'a.github.io', 'b.github.io', '[::1]:80', 'a:b:c', '://', '@', ':', 'shop.example:x', 'm\u00fcnchen.example', 'x..example']);
    const cell = { name: () => this.name(), host, site: host, url: () => this.url(host),
      party: () => this.pick(['', '', 'first', 'third', 'Third', ' FIRST', '3rd party', 'x']),
      type: () => this.pick(['', 'image', 'IMG', 'iframe', 'xhr', 'font', 'Media', 'constructor', 'document']) };
    const cells = this.columns.map((column) => (cell[column] ? cell[column]() : this.pick(['', '0', '1', '3600', 'Lax'])));
    const text = cells.slice(0, this.chance(0.05) ? this.below(cells.length + 1) : undefined).join('\t') + (this.chance(0.1) ? '\t' : '') +
      (this.chance(0.1) ? '\r' : '');
    const bytes = Buffer.from(text.replaceAll('\n', ''));
    return this.chance(0.05) ? this.damaged(bytes) : bytes;
  }
}
