// middleware/policy.schema.json, evaluated by ajv, and the loader give every policy the same verdict.
//   ABIDE_BIN=build/release/bin node --test tests/policy/schema.test.mjs       (first: tests/node_packages tests/policy)
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2020.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const bin = process.env.ABIDE_BIN ?? join(root, 'build/release/bin');
const schema = JSON.parse(readFileSync(join(root, 'middleware/policy.schema.json'), 'utf8'));
// Strict: a keyword that ajv does not know is an error. A date's pattern cannot say whether the date exists.
const accepts = new Ajv({ strict: true, strictTypes: false, strictRequired: false, formats: { date: true } }).compile(schema);

const loads = policies => execFileSync(join(bin, 'policy_verdicts'), [join(root, 'policy.json')],
  { input: policies.map(each => `${JSON.stringify(each)}\n`).join(''), encoding: 'utf8' }).trim().split('\n').map(each => each === '1');

// A schema cannot say whether a folder exists.
const namesNoFolder = policy => typeof policy?.notice?.texts === 'string' && policy.notice.texts !== full.notice.texts;

function agree(policies) {
  const verdicts = loads(policies);
  policies.forEach((policy, i) => assert.equal(verdicts[i], accepts(policy) && !namesNoFolder(policy), JSON.stringify(policy)));
  return verdicts;
}

// Every key of the format, with values that both accept.
const full = JSON.parse(`{
  "caching": "private",
  "$schema": "policy.schema.json",
  "site": {"name": "Example Shop", "host": "shop.example", "hosts": [".shop.de"],
    "origin": "https://www.shop.example:8443/shop", "contact": "privacy@shop.example", "gpc_updated": "2026-11-22"},
  "mode": "enforce",
  "jurisdiction": {"from": "cloudflare", "trusted_proxies": ["127.0.0.1/32", "cloudflare"], "fixed": "US-CA", "maxmind": "geo.mmdb"},
  "signals": {"gpc": "honour", "gpc_exception": "informed", "dnt": "as_objection", "joined_values": "any"},
  "notice": {"version": 1, "languages": ["en"], "insert": true, "layout": "top", "policy_url": "/privacy", "theme": "/static/theme.css",
               "texts": "tests/policy/texts"},
  "cookies": [{"name": "_ga*", "host": ".ads.example", "category": "analytics", "vendor": "Someone", "shared": false,
                 "contract": "processor", "programme": "loyalty", "purpose": {"en": "Counts visits."}, "lifetime": "13 months",
                 "vendor_policy": "https://vendor.example/privacy"}],
  "exempt": ["GB:statistical:_ga*"],
  "unknown": "targeting",
  "consent": {"path": "/consent", "cookie": "abide", "lifetime_days": 180, "choices_per_minute": 60, "keys": "env:ABIDE_KEYS", "keys_retired": "file:old.keys", "domain": "shop.example"},
  "records": {"heads": "file:/var/log/abide-heads", "retain_days": 1825, "store": "sqlite:abide.db"}
}`);

// Values that fit some places and not others.
const probes = JSON.parse(String.raw`[
    null, true, false, 0, 1, 1.0, 1.5, -1, 400, 401, 999999999, 1000000000, 1e300, "", " ", "x", "X-y", "a*b", "a*b*", "*",
    "a b", "a=b", "a;b", "tab\there", "enforce", "observe", "Enforce", "required", "targeting", "party", "marketing",
    "honour", "honor", "ignore", "as_gpc", "informed", "never", "strict", "any", "literal", "fixed", "maxmind", "akamai",
    "processor", "none", "/consent", "/consent/", "/", "//", "/a/b", "/.well-known", "/a b", "consent", "shop.example",
    ".shop.example", "..shop", "HTTP://Shop.example:8080/A/b", "https://shop.example:0", "https://shop.example:123456", "https://shop.example/", "loopback", "Cloudflare", "shop.example.", "https://shop.example", "shop.example:8080", "127.0.0.1/32", "127.0.0.1",
    "127.0.0.1/33", "256.0.0.1/8", "01.0.0.1/8", "10.0.0.0/8", "::1/128", "::1/129", "fe80::/10", "DE", "de", "D", "DEU",
    "US-CA", "US-", "US-CALI", "ZZ", "en", "pt-BR", "english", "en-", "e", "2026-11-22", "2026-13-01", "2026-1-1",
    "2026-11-22T00:00:00Z", "env:KEYS", "env:", "file:/etc/keys", "file:", "plain", "GB:statistical:x", "GB:appearance:x*",
    "GB:emergency:a:b", "FR:statistical:x", "FR:appearance:x", "DE:statistical:x", "QQ:statistical:x", "GB:statistical:",
    "GB:statistical:a*b*", "gb:statistical:x", "GB:other:x", "GB:x", "GB", [], ["x"], [1], [null], ["en", "de"],
    ["127.0.0.1/32"], ["private"], ["akamai"], [".shop.example"], ["GB:statistical:x", "FR:statistical:y"], {}, {"x": 1}, {"name": "x"}, {"category": "required"}, {"en": "x"}, {"en": ""}, {"e": "x"}, {"en": 1},
    "session", "1 day", "13 months", "0 days", "12345 days", "1  day", "1 dayz", "days", "1.5 days", "https://", "https://x.example",
    "https://x.example/a?b=c#d", "http://x.example/", "https://x.example/\"", "https://x y/", "https://x.example:1/", "https://u@x/",
    {"name": "x", "category": "required"}, [{"name": "x", "category": "required"}], [{"name": "x"}], [{}]
]`);

/// Each place in a policy as its path of keys, the policy itself included.
function* placesOf(value, at = []) {
  yield at;
  if (typeof value === 'object' && value !== null)
    for (const key of Object.keys(value)) yield* placesOf(value[key], [...at, key]);
}
const valueAt = (policy, at) => at.reduce((value, key) => value[key], policy);

function changed(at, value) {
  if (at.length === 0) return value;
  const policy = structuredClone(full);
  valueAt(policy, at.slice(0, -1))[at.at(-1)] = value;
  return policy;
}

test('Schema and loader accept the full policy and the empty one', () => {
  assert.deepEqual(agree([full, {}]), [true, true]);
});

test('The full policy has every key of the schema', () => {
  const check = (described, used) => assert.deepEqual(Object.keys(used).sort(), Object.keys(described).sort());
  check(schema.properties, full);
  for (const [key, { properties }] of Object.entries(schema.properties)) if (properties) check(properties, full[key]);
  check(schema.$defs.cookie.properties, full.cookies[0]);
});

test('Schema and loader give each changed policy the same verdict', () => {
  const policies = [...placesOf(full)].flatMap(at => probes.map(probe => changed(at, probe)));
  assert.ok(policies.length > 6000, `${policies.length}`);
  agree(policies);
});

test('Schema and loader give a policy with one key less or one key more the same verdict', () => {
  const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);
  const less = [...placesOf(full)].filter(at => at.length > 0 && isObject(valueAt(full, at.slice(0, -1)))).map(at => {
    const policy = structuredClone(full);
    delete valueAt(policy, at.slice(0, -1))[at.at(-1)];
    return policy;
  });
  agree(less);
  const more = [...placesOf(full)].filter(at => isObject(valueAt(full, at)) && at.at(-1) !== 'purpose') // by language
    .map(at => changed(at, { ...valueAt(full, at), extra: 1 }));
  assert.ok(agree(more).every(verdict => !verdict));
});

test('Every text of a policy has a greatest length, at which schema and loader take it, and above which both refuse it', () => {
  const texts = [], isText = ({ type }) => [].concat(type).includes('string');
  const collect = (at, described) => {
    if (isText(described)) texts.push([at, described.maxLength]);
    for (const [key, each] of Object.entries(described)) if (typeof each === 'object' && each !== null) collect(`${at}/${key}`, each);
  };
  collect('', { ...schema, $defs: { ...schema.$defs } });
  assert.ok(texts.length > 20, `${texts.length}`);
  for (const [at, most] of texts.filter(([at]) => !at.includes('/then/'))) assert.ok(most > 0 && most <= 4000, `${at}: ${most}`);

  const longer = new Map([['mode', 0]]); // by place: what both took at most
  for (const at of [...placesOf(full)].filter(at => typeof valueAt(full, at) === 'string' && at[0] !== '$schema')) {
    const text = valueAt(full, at), grown = length => changed(at, text + 'é'.repeat(length - text.length));
    const ascii = length => changed(at, text + 'a'.repeat(length - text.length));
    for (const make of [grown, ascii]) {
      const verdicts = agree([35, 36, 50, 51, 200, 201, 250, 251, 253, 254, 255, 1000, 1001, 2000, 2001, 4000, 4001]
        .filter(length => length > text.length).map(make));
      assert.equal(verdicts.at(-1), false, at.join('.'));
      longer.set(at.join('.'), Math.max(longer.get(at.join('.')) ?? 0, verdicts.filter(Boolean).length));
    }
  }
  assert.ok([...longer.values()].filter(count => count > 0).length > 10, 'texts of the greatest length are taken');
  assert.deepEqual(agree([{ site: { name: 'x'.repeat(3 << 20) } }]), [false]);
});

test('A MaxMind source without its database is refused', () => {
  assert.deepEqual(agree([{ jurisdiction: { from: 'maxmind' } }, { jurisdiction: { from: 'maxmind', maxmind: null } },
    { jurisdiction: { from: 'maxmind', maxmind: 'geo.mmdb' } }]), [false, false, true]);
});

test('The schema has the exemptions of the table of jurisdictions', () => {
  const codes = readFileSync(join(root, 'sdk/data/jurisdictions.tsv'), 'utf8').split('\n')
    .filter(line => /^[A-Z]{2}/.test(line)).map(line => line.split('\t')[0]);
  assert.ok(codes.length > 50);
  const verdicts = agree(codes.flatMap(code => ['statistical', 'appearance', 'emergency'].map(purpose => ({ exempt: [`${code}:${purpose}:x`] }))));
  assert.ok(verdicts.includes(true) && verdicts.includes(false));
});

test('Both accept every sample policy', () => {
  const files = readdirSync(join(root, 'samples/policies')).filter(name => name.endsWith('.json')).map(name => `samples/policies/${name}`);
  for (const file of [...files, 'samples/shop/policy.json']) {
    assert.ok(accepts(JSON.parse(readFileSync(join(root, file), 'utf8'))), `${file}: ${JSON.stringify(accepts.errors)}`);
    assert.equal(spawnSync(join(bin, 'abide'), ['policy', 'check', '--elsewhere', join(root, file)]).status, 0, file);
  }
});

const wrong = [
  [], 'policy', null, { sight: {} }, { site: [] }, { site: { name: '' } }, { site: { host: 'https://shop.example' } },
  { site: { host: 'shop.example:8080' } }, { site: { gpc_updated: '2026-13-01' } }, { mode: 'Enforce' }, { mode: null },
  { jurisdiction: { from: 'nowhere' } }, { jurisdiction: { from: 'maxmind' } }, { jurisdiction: { fixed: 'Germany' } },
  { jurisdiction: { trusted_proxies: ['10.0.0.1'] } }, { jurisdiction: { trusted_proxies: ['akamai'] } },
  { site: { hosts: ['https://shop.example'] } }, { site: { origin: 'shop.example' } }, { site: { origin: 'https://shop.example/' } }, { jurisdiction: { trusted_proxies: '10.0.0.0/8' } },
  { signals: { gpc: 'ignore' } }, { signals: { dnt: true } }, { signals: { joined_values: 'all' } }, { notice: { version: 0 } },
  { notice: { version: 1.5 } }, { notice: { languages: [] } }, { notice: { languages: ['english'] } }, { notice: { insert: 1 } },
  { notice: { theme: 'theme.css' } }, { cookies: [{ name: 'a' }] }, { cookies: [{ category: 'required' }] },
  { cookies: [{ name: 'a*b*', category: 'required' }] }, { cookies: [{ name: 'a', category: 'marketing' }] },
  { cookies: [{ name: 'a', category: 'required', lifetime: '0 days' }] }, { exempt: ['DE:statistical:_ga'] },
  { unknown: 'required' }, { consent: { path: '/consent/' } }, { consent: { cookie: 'a b' } },
  { consent: { lifetime_days: 401 } }, { consent: { keys: 'secret' } }, { records: { retain_days: 0 } },
];

test(`ajv and abide policy check refuse ${wrong.length} wrong policies`, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'abide-policy-')), file = join(folder, 'policy.json');
  t.after(() => rmSync(folder, { recursive: true }));
  for (const policy of wrong) {
    const text = JSON.stringify(policy);
    assert.equal(accepts(policy), false, text);
    writeFileSync(file, text);
    const checked = spawnSync(join(bin, 'abide'), ['policy', 'check', file], { encoding: 'utf8' });
    assert.equal(checked.status, 2, text);
    assert.match(checked.stderr, /policy\.json: /, text);
  }
});
