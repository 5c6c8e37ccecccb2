// abide catalog import: lists of cookies as consent tools export them and as spreadsheets save them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'abide-lists-'));
after(() => rmSync(folder, { recursive: true }));

/// The categories, or another member, of the cookies by name.
function imported(list, member = 'category') {
  const file = join(folder, 'list');
  writeFileSync(file, typeof list === 'string' || Buffer.isBuffer(list) ? list : JSON.stringify(list));
  const { stdout, stderr, status } = spawnSync(process.env.ABIDE, ['catalog', 'import', file, '--policy', '--all'], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return Object.fromEntries(JSON.parse(stdout).cookies.map(each => [each.name, each[member]]));
}

const told = list => {
  const file = join(folder, 'list');
  writeFileSync(file, JSON.stringify(list));
  return spawnSync(process.env.ABIDE, ['catalog', 'import', file, '--policy', '--all'], { encoding: 'utf8' }).stderr;
};

const both = { zz_count: 'analytics', zz_ads: 'targeting' };
const rows = (headings, ...lines) => `${[headings, ...lines].join('\n')}\n`;
const english = rows('Name;Category', 'zz_count;Statistics', 'zz_ads;Marketing');
const [high, low] = [Buffer.from('fffe', 'hex'), Buffer.from(english, 'utf16le')];

const saved = {
  'a comma, a semicolon, a tab or a bar': [';', ',', '\t', '|'].map(mark => english.replaceAll(';', mark)),
  'the mark in a line of its own, a title or a remark before the headings': [`sep=;\r\n${english}`, `Cookies of shop.example\n\n${english}`, `# exported\n${english}`],
  'line ends of each kind': [english.replaceAll('\n', '\r\n'), english.replaceAll('\n', '\r'), english.trimEnd()],
  'a byte order mark, and UTF-16 in both orders': [`\ufeff${english}`, Buffer.concat([high, low]), Buffer.concat([high, low]).swap16()],
  'blanks around cells': [rows(' Name ; Category ', ' zz_count ; Statistics ', 'zz_ads; MARKETING ')],
};
for (const [how, lists] of Object.entries(saved))
  test(`a spreadsheet: ${how}`, () => { for (const list of lists) assert.deepEqual(imported(list), both); });

test('a list in Windows-1252, as spreadsheets save it, and letters in any case', () => {
  const german = rows('Name;Kategorie', 'zz_pref;Präferenzen', 'zz_choice;PRÄFERENZEN');
  for (const coding of ['latin1', 'utf8']) assert.deepEqual(imported(Buffer.from(german, coding)), { zz_pref: 'functional', zz_choice: 'functional' });
});

const languages = {
  German: ['Name;Anbieter;Zweck;Ablauf;Typ;Kategorie', 'Statistiken'],
  French: ['Nom;Fournisseur;Finalité;Expiration;Type;Catégorie', 'Statistiques'],
  Spanish: ['Nombre;Proveedor;Propósito;Caducidad;Tipo;Categoría', 'Estadística'],
  Italian: ['Nome;Fornitore;Scopo;Scadenza;Tipo;Categoria', 'Statistiche'],
  Dutch: ['Naam;Aanbieder;Doel;Vervaldatum;Type;Categorie', 'Statistieken'],
  Polish: ['Nazwa;Dostawca;Cel;Ważność;Typ;Kategoria', 'Statystyka'],
};
for (const [language, [headings, counts]] of Object.entries(languages))
  test(`headings in ${language}`, () => {
    const list = rows(headings, `zz_count;Zz Count;x;1;HTTP;${counts}`, 'zz_ads;Zz Ads;x;1;HTTP;Marketing');
    assert.deepEqual(imported(list), both);
    assert.equal(imported(list, 'vendor').zz_count, 'Zz Count');
  });

const cookie = (members, more = {}) => ({ ...members, ...more });
const exports = {
  'Cookiebot, its report': [rows('"Cookie name","Provider","Type","Category","Description","Expiry"', '"zz_count","Zz Count","HTTP","Statistics","Counts, visits","1 year"', '"zz_ads","Zz Ads","HTTP","Marketing","x","1 year"')],
  'Cookiebot, its tables': [{ cookieTableStatistics: [['zz_count', 'shop.example', 'counts', '1 year']], cookieTableAdvertising: [['zz_ads', 'ads.example', 'ads', '1 year']] }],
  OneTrust: [{ Groups: [
    { OptanonGroupId: 'C0002', GroupName: 'Zz Group', FirstPartyCookies: [{ id: '1', Name: 'zz_count', Host: 'shop.example' }], Hosts: [] },
    { OptanonGroupId: 'C0004', GroupName: 'Targeting Cookies', FirstPartyCookies: [], Hosts: [{ HostName: 'ads.example', Cookies: [{ id: '2', Name: 'zz_ads', Host: 'ads.example' }] }] }] }, { zz_ads: 'ads.example' }],
  'OneTrust, its report': [rows('Domain,Cookie Name,Category Name,Lifespan', 'shop.example,zz_count,Performance Cookies,730 Days', 'ads.example,zz_ads,Targeting Cookies,90 Days')],
  Usercentrics: [{ services: [['Zz Count', 'statistics', 'zz_count'], ['Zz Ads', 'marketing', 'zz_ads']].map(([name, categorySlug, identifier]) =>
    ({ name, categorySlug, deviceStorage: { disclosures: [{ identifier, type: 'cookie', domain: '*' }] } })) }, { zz_count: 'Zz Count' }],
  CookieYes: [[['analytics', 'Zählung', 'zz_count'], ['advertisement', 'Werbung', 'zz_ads']].map(([slug, en, cookie_id]) => ({ slug, name: { en }, cookies: [{ cookie_id, duration: { en: '1 year' }, domain: 'shop.example' }] }))],
  'CookieYes, its table': [rows('Cookie ID,Duration,Description,Category', 'zz_count,1 year,x,Analytics', 'zz_ads,1 year,x,Advertisement')],
  Complianz: [{ cookies: [cookie({ name: 'zz_count', service: 'Zz Count', purpose: 'Statistics' }), cookie({ name: 'zz_ads', service: 'Zz Ads', purpose: 'Marketing' })] }, { zz_count: 'Zz Count' }],
  Termly: [{ essential: [], analytics: [{ name: 'zz_count', domain: 'shop.example', service: 'Zz Count' }], advertising: [{ name: 'zz_ads', domain: 'shop.example', service: 'Zz Ads' }] }, { zz_ads: 'Zz Ads' }],
  Klaro: [{ services: [{ name: 'a', title: 'Zz Count', purposes: ['analytics'], cookies: [['zz_count', '/', '.shop.example']] }, { name: 'b', title: 'Zz Ads', purposes: ['marketing'], cookies: ['zz_ads'] }] }, { zz_count: 'Zz Count' }],
  Borlabs: [{ cookies: [{ cookieGroup: 'statistics', name: 'Zz Count', provider: 'Zz', cookieName: 'zz_count' }, { cookieGroup: 'marketing', name: 'Zz Ads', cookieName: 'zz_ads' }] }],
  iubenda: [{ purposes: { 4: { name: 'Measurement', services: [{ name: 'Zz Count', cookies: [{ name: 'zz_count' }] }] }, 5: { name: 'Marketing', services: [{ name: 'Zz Ads', cookies: [{ name: 'zz_ads' }] }] } } }, { zz_ads: 'Zz Ads' }],
  'JSON Lines': ['{"name":"zz_count","category":"Statistics"}\n{"name":"zz_ads","category":"Marketing"}\n'],
};
for (const [tool, [list, vendors = {}]] of Object.entries(exports))
  test(`an export of ${tool}`, () => {
    assert.deepEqual(imported(list), both);
    const found = imported(list, 'vendor');
    for (const [name, vendor] of Object.entries(vendors)) assert.equal(found[name], vendor);
    for (const vendor of Object.values(found)) assert.doesNotMatch(vendor ?? '', /cookies|hosts|services|table/i);
  });

test('a host is read out of its cell, and a cookie of a host that is not ASCII is left out by name', () => {
  const hosts = {
    'https://www.shop.example:8443/path': '.shop.example', '*.shop.example': '.shop.example', '.Shop.Example.': '.shop.example',
    'für alle (shop.example)': '.shop.example', '192.0.2.7': '192.0.2.7', localhost: undefined, 'xn--bcher-kva.example': '.xn--bcher-kva.example',
  };
  const list = [...Object.keys(hosts), 'BÜCHER.example'].map((host, i) => ({ name: `zz_${i}`, category: 'Necessary', host }));
  assert.deepEqual(imported(list, 'host'), Object.fromEntries(Object.values(hosts).map((host, i) => [`zz_${i}`, host])));
  assert.match(told(list), /left out: a host that is not ASCII, write it as xn--...: 1 \(zz_7: BÜCHER\.example\)/);
});

test('a lifetime is read in the languages of the headings, in parts, and as tools shorten it', () => {
  const lifetimes = {
    '13 Monate': '13 months', '2 Jahre': '2 years', Sitzung: 'session', '1 an': '1 year', '6 mois': '6 months', 'sesión': 'session',
    '3 meses': '3 months', '1 ora': '1 hour', '30 dagen': '30 days', '1 år': '1 year', '2 lata': '2 years', '730 Days': '730 days',
    '13mo': '13 months', '1 Year': '1 year', '1 year 1 month 4 days': '400 days', '1 hour, 30 minutes': '90 minutes', '1,5 years': '548 days',
    '31536000 seconds': '365 days', '1 Jahr und 1 Monat': '396 days', '2 years (maximum)': '2 years',
  };
  const unread = ['Persistent', 'past', '365', '0 days', '-1 day', '1 year after the last visit', '2 moons'];
  const list = [...Object.keys(lifetimes), ...unread].map((duration, i) => ({ name: `zz_${i}`, category: 'Statistics', duration }));
  assert.deepEqual(Object.values(imported(list, 'lifetime')), [...Object.values(lifetimes), ...unread.map(() => undefined)]);
});

test('a name that would match every cookie, or that is cut short, is not a pattern', () => {
  for (const name of ['/^', '/^/', '/^$/', '/^.*/', '/^.*$/i', '/', '#', '{id}', 'xxx'])
    assert.deepEqual(Object.keys(imported([{ name, category: 'Necessary' }, { name: 'zz_a', category: 'Statistics' }])), [name, 'zz_a']);
});

test('an expression becomes its literal beginning, or each of its alternatives, and * if more may come', () => {
  const made = {
    '/^zz_a_[A-Z0-9]+$/': ['zz_a_*'], '^zz_b_.*$': ['zz_b_*'], '/^zz_c\\d+/': ['zz_c*'], '/^zz\\.d$/i': ['zz.d'], '/^zz_ex?$/': ['zz_e*'],
    '/^(zz_f|zz_g)$/': ['zz_f', 'zz_g'], '/^(?:zz_h|zz_i)_/': ['zz_h_*', 'zz_i_*'], '/^zz_j|^zz_k$/': ['zz_j*', 'zz_k'],
    '/^zz_l[a-f]{4,8}$/': ['zz_l*'], '/^zz_m(id|ses)\\./': ['zz_m*'], '/^zz_n+/': ['zz_n*'], '/^zz_o(?=x)/': ['zz_o*'],
  };
  for (const [name, names] of Object.entries(made)) assert.deepEqual(Object.keys(imported([{ name, category: 'Statistics' }])), names, name);
});

test('the expression of a cookie in Klaro\'s own form is read', () => {
  const cookies = [{ pattern: '^zz_a_.*$', path: '/', domain: 'shop.example' }, 'zz_b'];
  assert.deepEqual(imported([{ name: 'Zz', purposes: ['analytics'], cookies }]), { 'zz_a_*': 'analytics', zz_b: 'analytics' });
});

test('several names in a cell are several cookies, and a placeholder for any text makes a pattern', () => {
  const category = 'Statistics';
  const names = ['zz_a, zz_b', '/^zz_c/', '/^zz_d$/', 'zz_e_#', 'zz_f-XXXXXX', 'zz_g_<id>'];
  assert.deepEqual(Object.keys(imported(names.map(name => ({ name, category })))), ['zz_a', 'zz_b', 'zz_c*', 'zz_d', 'zz_e_*', 'zz_f-*', 'zz_g_*']);
});

test('letters and brackets that stand for no text are part of the name', () => {
  const category = 'Statistics';
  const made = {
    zz_maxxxim: 'zz_maxxxim', zz_MAXXX: 'zz_MAXXX', zzxxxx: 'zzxxxx', 'zz_xxxl': 'zz_xxxl', 'zz<a': 'zz<a', 'zz{a': 'zz{a',
    'zz_UA-XXXXX-1': 'zz_UA-*', ZZxxxxxx: 'ZZ*', zz_idXXXX: 'zz_id*', 'zz.xxx.b': 'zz.*', 'zz{id}b': 'zz*',
  };
  assert.deepEqual(Object.keys(imported(Object.keys(made).map(name => ({ name, category })))), Object.values(made));
});

test('of two entries of one name the stricter category counts, and shared if either is; the difference is told', () => {
  const entry = (category, shared) => ({ name: 'zz_a', category, ...(shared === undefined ? {} : { shared }) });
  const made = [
    [entry('Statistics', 'no'), entry('Statistics', 'yes'), true], [entry('Statistics', 'yes'), entry('Statistics', 'no'), true],
    [entry('Statistics', 'yes'), entry('Marketing', 'no'), true], [entry('Marketing', 'no'), entry('Statistics', 'yes'), true],
    [entry('Statistics'), entry('Statistics', 'yes'), true], [entry('Statistics', 'no'), entry('Statistics'), false],
  ];
  for (const [first, second, shared] of made) assert.deepEqual(imported([first, second], 'shared'), { zz_a: shared });
  for (const [first, second] of made.slice(0, 4)) assert.match(told([first, second]), / 0 duplicate, 1 contradictory /);
  for (const [first, second] of made.slice(4)) assert.match(told([first, second]), / 1 duplicate, 0 contradictory /);
});

test('a quote opens a cell only at its start; one that nothing closes is an error with its line', () => {
  const inches = rows('Name;Description;Category', 'zz_count;Shown in a 3" banner;Statistics', 'zz_ads;"a 4"" one; or more";Marketing');
  assert.deepEqual(imported(inches), both);
  assert.equal(imported(inches, 'purpose').zz_ads, 'a 4" one; or more');
  const file = join(folder, 'list');
  writeFileSync(file, rows('Name;Description;Category', 'zz_a;"two', 'lines";Statistics', 'zz_count;"Counts;Statistics', 'zz_ads;Ads;Marketing'));
  const { stderr, status } = spawnSync(process.env.ABIDE, ['catalog', 'import', file], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /list:4: a quote opens a cell here, but none closes it/);
});

test('whether a cookie is shared is read in words, and what is not understood is told', () => {
  const words = { yes: true, Yes: true, Sold: true, 1: true, no: false, FALSE: false, perhaps: undefined };
  const list = Object.keys(words).map(shared => ({ name: `zz_${shared}`, category: 'Statistics', shared }));
  assert.deepEqual(imported(list, 'shared'), Object.fromEntries(Object.entries(words).map(([word, is]) => [`zz_${word}`, is])));
  assert.match(told(list), /not understood: whether these are shared; write true or false: 1 \(zz_perhaps: perhaps\)/);
});

test('of several purposes of a service the strictest counts', () => {
  assert.deepEqual(imported([{ name: 'Zz', purposes: ['analytics', 'marketing'], cookies: ['zz_a'] }]), { zz_a: 'targeting' });
});

test('a lifetime that may mean two things is not guessed', () => {
  const list = ['30m', 'Session, then 2 years'].map((duration, i) => ({ name: `zz_${i}`, category: 'Statistics', duration }));
  assert.deepEqual(Object.values(imported(list, 'lifetime')), [undefined, undefined]);
  assert.match(told(list), /lifetimes that could not be read: 2 /);
});
