// Writes every list of words, keys, defaults and shapes from the tables in this folder, and compares hand-written lists with
// them: the core's enums, and lists of words in the browser's modules.
//   node middleware/words/generate.mjs            writes the files and blocks named in `targets`
//   node middleware/words/generate.mjs --check    only reports which of them differ; exit status 1 if one does
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { typesOf } from './types.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const MADE = 'Made by middleware/words/generate.mjs from the tables beside it: change those.';

const textOf = file => readFileSync(join(root, file), 'utf8');
const faults = [];
const fault = what => faults.push(what);

// ---- The tables ----------------------------------------------------------------------------------------------------

const linesOf = file => textOf(file).split('\n').filter(line => line !== '' && !/^#( |$)/.test(line));

function readTable(file) {
  const [header, ...rows] = linesOf(file).map(line => line.split('\t'));
  for (const row of rows) if (row.length !== header.length) throw new Error(`${file}: ${row[0]}: expected ${header.length} fields`);
  return rows.map(row => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}

/// Sets by name: { name, enum, c, js, ts, tsFrom, sdk, middleware, bits, words, also }, each word { number, text, means }.
function readSets() {
  const sets = {};
  let set;
  for (const line of linesOf('middleware/words/words.tsv')) {
    const head = line.match(/^\[(\w+)\] (.*)$/);
    if (head) {
      set = sets[head[1]] = { name: head[1], words: [], also: [] };
      for (const fact of head[2].split('; ')) {
        const [name, value = true, , from] = fact.split(' ');
        set[name] = value;
        if (from) set[`${name}From`] = Number(from);
      }
      continue;
    }
    const [number, text, means] = line.split('\t');
    const known = set.words.some(word => word.number === Number(number));
    (known ? set.also : set.words).push({ number: Number(number), text, means });
  }
  return sets;
}

const places = readTable('middleware/words/places.tsv');
const networks = readTable('middleware/words/networks.tsv');
const shapes = Object.fromEntries(readTable('middleware/words/shapes.tsv').map(shape => [shape.name, shape]));
const sets = readSets();
sets.geo_source = { name: 'geo_source', enum: 'middleware/include/abide/config.hpp', middleware: true, also: [],
  words: places.map(({ word, explain }, number) => ({ number, text: word, means: explain })) };

for (const { name, words, bits } of Object.values(sets))
  words.forEach(({ number }, i) => {
    if (number !== (bits ? 1 << i : i)) fault(`words.tsv: [${name}]: expected numbers in order, without gaps, found ${number}`);
  });

const wordsText = ({ words }) => words.filter(word => word.means).map(word => `${word.text}: ${word.means}.`).join(' ');

function readKey(row) {
  const [, type, argument = '', mark = ''] = row.type.match(/^(\w+)(?:;? ([^?!]*?))? ?([?!]?)$/) ?? fault(`keys.tsv: ${row.key}: unknown type ${row.type}`);
  const key = { ...row, type, argument, nullable: mark === '?', needed: mark === '!' };
  if (type === 'word') {
    key.set = sets[argument];
    key.documentation = row.documentation.replace('{WORDS}', wordsText(key.set));
  }
  key.documentation = key.documentation.replace('{NETWORKS}', networks.map(({ name, means }) => `${name}: ${means}`).join('; '));
  const at = row.key.lastIndexOf('.');
  return { ...key, group: at < 0 ? '' : row.key.slice(0, at), name: row.key.slice(at + 1) };
}
const keys = readTable('middleware/words/keys.tsv').map(readKey);
const keysOf = group => keys.filter(key => key.group === group);
const objects = keys.filter(key => key.type === 'object');

// ---- C++ and C -----------------------------------------------------------------------------------------------------

const quoted = text => JSON.stringify(text);
const identifier = text => text.toLowerCase().replaceAll('-', '_');

const cppArray = (name, texts) =>
  `inline constexpr std::array<std::string_view, ${texts.length}> ${name}{\n    ${texts.map(quoted).join(', ')}};\n`;
const cppAlso = ({ name, also }) => `inline constexpr std::array<spelling, ${also.length}> ${name}_also{{\n    ${
  also.map(({ text, number }) => `{${quoted(text)}, ${number}}`).join(', ')}}};\n`;
const cppSet = set => cppArray(set.name, set.words.map(word => word.text)) + (set.also.length ? cppAlso(set) : '');

const cppWords = (who, further = '') => `#pragma once
// ${MADE}
// The words of each enum by their number (of exempt_purpose by the number of the bit), and other spellings of them.
// clang-format off
#include <array>
#include <cstddef>
#include <string_view>

namespace abide::detail::words {

struct spelling {
  std::string_view text;
  std::size_t number;
};

${Object.values(sets).filter(set => set[who]).map(cppSet).join('')}${further}
}  // namespace abide::detail::words
// clang-format on
`;

function headerField(text) {
  const [field, member = ''] = text.split(' ');
  return `{${quoted(field)}, ${quoted(member)}}`;
}
const cppPlaces = () => `
/// A header field of a provider, and the key of its value in it; empty: the whole field.
struct place_field {
  std::string_view name, key;
};
struct place_source {
  place_field country, region;  ///< names are empty where the source sends no headers
  std::string_view explained;
};
/// By geo_source.
inline constexpr std::array<place_source, ${places.length}> place_sources{{
${places.map(place => `    {${headerField(place.country)}, ${headerField(place.region)}, ${quoted(place.explain)}},`).join('\n')}
}};
`;

const cppKeys = () => `
/// Every key of a policy file outside of its lists.
${cppArray('key_paths', keys.filter(({ group }) => group !== 'cookies[]').map(({ key }) => `/${key.replaceAll('.', '/')}`))}`;

const cppNetworks = () => `
/// A network that trusted_proxies may name.
struct network {
  std::string_view name, ranges;  ///< ranges: in CIDR notation, a space between them
};
inline constexpr std::array<network, ${networks.length}> networks{{
${networks.map(({ name, ranges }) => `    {${quoted(name)}, ${quoted(ranges)}},`).join('\n')}
}};
`;

function wrapped(text, start, width = 120) {
  const lines = [];
  let line = start;
  for (const word of text.split(' ')) {
    if (`${line} ${word}`.length > width) {
      lines.push(line);
      line = start;
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}

const cppType = ({ type, set }) => ({ word: set?.enum ? `abide::${set.name}` : 'bool', flag: 'bool', whole: 'unsigned', list: 'std::vector<std::string>' })[type] ?? 'std::string';

function cppDefault({ type, set, default: given }) {
  const value = given === '' ? null : JSON.parse(given);
  if (type === 'whole') return ` = ${value ?? 0}`;
  if (value === null || value?.length === 0) return '';
  if (type === 'word') return ` = ${set.enum ? `abide::${set.name}::${identifier(value)}` : value !== set.words[0].text}`;
  if (type === 'list') return `{${value.map(quoted).join(', ')}}`;
  return ` = ${given}`;
}

const configFields = () => keys
  .filter(({ field, group }) => /^\w+$/.test(field) && group !== 'cookies[]')
  .map(key => `${wrapped(`\`${key.key}\`: ${key.documentation}`, '  ///')}\n  ${cppType(key)} ${key.field}${cppDefault(key)};\n`).join('');

const geoEnum = () => `/// Where geo headers come from (policy \`jurisdiction.from\`).
enum class geo_source {
${places.map(({ word, explain }) => `  ${`${word},`.padEnd(Math.max(...places.map(each => each.word.length)) + 1)}  ///< ${explain}\n`).join('')}};
`;

// The constants of abide.h: one paragraph per set, one line per word.
const cConstants = () => Object.values(sets).filter(set => set.c).map(({ name, c, words }) => `/* ${name} */\nenum {\n${
  words.map(({ text, number, means }, i) =>
    `  ${c}${identifier(text).toUpperCase()} = ${number}${i < words.length - 1 ? ',' : ''}${means ? ` /* ${means} */` : ''}\n`).join('')}};\n`).join('');

// Functions that give the words of a set by their number, for the modules in C.
const cWords = () => Object.values(sets).filter(set => set.modules).map(({ name, words }) =>
  `static inline const char* abide_${name}_word(unsigned number) {
  static const char* const words[] = {${words.map(({ text }) => quoted(text)).join(', ')}};
  return words[number];
}
`).join('\n');

// The lists of the browser's core: words by number; numbers by word if a word is a bit or has several spellings.
const jsList = ({ words, also, bits }) => (bits || also.length
  ? `{ __proto__: null, ${[...words, ...also].map(({ text, number }) => `${text}: ${number}`).join(', ').replace(/(.{60,75},) /g, '$1\n  ')} }`
  : `[${words.map(({ text }) => `'${text}'`).join(', ')}]`);
const jsMost = () => ['notice.version', 'consent.lifetime_days'].map(name =>
  `'${name}': ${keys.find(({ key }) => key === name).argument.split('..')[1]}`).join(', ');
const jsLists = () => `// ${MADE}
// The words of the core by their numbers, and the largest numbers that a policy may hold.
${Object.values(sets).filter(set => set.js && set.js !== 'RULES').map(set =>
    `export const ${set.js} = Object.freeze(${jsList(set)});\n`).join('')}export const MOST = Object.freeze({ ${jsMost()} });
`;

// The table of an object's members: how each value is read.
function cppReader(key) {
  const { type, argument, field, set, nullable } = key;
  const at = key.group === 'cookies[]' ? `into.${field}` : `into.made.${field}`;
  const found = set && `read_word<${set.enum ? `abide::${set.name}` : 'bool'}>(from, words::${set.name}${set.also.length ? `, words::${set.name}_also` : ''})`;
  const read = {
    object: () => {
      const [, needed, other, word] = argument.match(/^(\w+) if (\w+) = (\w+)$/) ?? [];
      const need = needed ? ` need_if(from, ${quoted(needed)}, ${quoted(other)}, ${quoted(word)});` : '';
      return `read_object<policy_draft>(from, ${key.name}_members, into);${need}`;
    },
    word: () => `${at} = ${found};`,
    flag: () => `${at} = from.flag();`,
    whole: () => `read_whole(from, ${argument.replace('..', ', ')}, ${at});`,
    list: () => {
      const [shape, least = '0'] = argument.split(' ');
      return shapes[shape]?.test ? `read_list(from, ${shape}_shape, ${least}, ${at});` : `from.each([&](const setting& item) { read_${shape}(item, into); });`;
    },
    custom: () => `read_${argument}(from, into);`,
  }[type] ?? (() => (field === '-' ? `read_text(from, ${type}_shape);` : `put(${at}, read_text(from, ${type}_shape), into);`));
  return `    {${quoted(key.name)}, [](const setting& from, ${key.group === 'cookies[]' ? 'cookie_draft' : 'policy_draft'}& into) { ${
    nullable ? 'if (!from.is_null()) ' : ''}${read()} }${key.needed ? ', true' : ''}},`;
}

const cppMembers = (name, target, members) =>
  `inline constexpr member<${target}> ${name}_members[]{\n${members.map(cppReader).join('\n').replaceAll('policy_draft& into) { read_text', 'policy_draft&) { read_text')}\n};\n`;

const customReaders = () => [...new Set(keys.flatMap(({ type, argument, group }) => {
  const target = group === 'cookies[]' ? 'cookie_draft' : 'policy_draft';
  const [shape] = argument.split(' ');
  if (type === 'custom' || (type === 'list' && !shapes[shape]?.test)) return [`void read_${shape}(const setting&, ${target}&);\n`];
  return [];
}))].join('');

const policyDefaults = () => keys.filter(({ field, default: given }) => field.startsWith('policy.') && given !== '').map(key => {
  const value = JSON.parse(key.default);
  const wanted = key.type === 'word' ? `abide::${key.set.name}::${identifier(value)}` : value === null ? '0' : key.default;
  return `static_assert(policy{}.${key.field.slice(7)} == ${wanted});\n`;
}).join('');

const members = () => `#pragma once
// ${MADE}
// How each key of a policy file is read.
// clang-format off
#include "policy/reading.hpp"
#include "policy/shapes.hpp"
#include "words/words.hpp"

namespace abide::detail {

${Object.values(shapes).filter(shape => shape.test).map(({ name, test, expected, most }) =>
    `inline constexpr shape ${name}_shape{${test.split(' ')[0]}, ${quoted(expected)}, ${test.endsWith(' lower')}, ${!test.endsWith(' secret')}, ${most}};\n`).join('')}inline constexpr std::size_t most_of_exemption = ${shapes.exemption.most};

// Defined in config.cpp.
${customReaders()}
${objects.map(({ name }) => cppMembers(name, 'policy_draft', keysOf(name))).join('')}${cppMembers('cookie', 'cookie_draft', keysOf('cookies[]'))}${cppMembers('policy', 'policy_draft', keysOf(''))}
// The defaults that the core has too.
${policyDefaults()}
}  // namespace abide::detail
// clang-format on
`;

// What a policy holds, key by key, as text.
const cppValue = ({ key, field, set }) => {
  const word = set && `words::${set.name}[static_cast<std::size_t>(from.${field})]`;
  return `    {${quoted(`/${key.replaceAll('.', '/')}`)}, [](const config& from) { return text_of(${word ?? `from.${field}`}); }},`;
};
const keyValues = () => `#pragma once
// ${MADE}
// The values of a policy's keys, to be compared and shown.
// clang-format off
#include <string>
#include <string_view>
#include <vector>

#include "abide/config.hpp"
#include "words/words.hpp"

namespace abide::detail {

inline std::string text_of(std::string_view text) { return std::string(text); }
inline std::string text_of(bool flag) { return flag ? "true" : "false"; }
inline std::string text_of(std::uint32_t number) { return std::to_string(number); }
inline std::string text_of(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& each : list) text += (text.empty() ? "" : ", ") + each;
  return text;
}

struct key_value {
  std::string_view path;
  std::string (*value)(const config&);  ///< empty, or 0, where it is not given
};
inline constexpr key_value key_values[]{
${keys.filter(({ field, group }) => field && field !== '-' && group !== 'cookies[]').map(cppValue).join('\n')}
};

}  // namespace abide::detail
// clang-format on
`;

// ---- The schema ----------------------------------------------------------------------------------------------------

const namePattern = shapes.name_pattern.pattern.slice('^(?=.)'.length, -1);

/// `((ES|FR):statistical|GB:appearance)`: the jurisdictions that know each purpose.
function exemptionPattern() {
  const rows = readTable('sdk/data/jurisdictions.tsv');
  const each = sets.exempt_purpose.words.map(({ text }) => {
    const codes = [...new Set(rows.filter(row => row.exempt.split(',').includes(text)).map(row => row.code))].sort();
    return `${codes.length > 1 ? `(${codes.join('|')})` : codes}:${text}`;
  });
  return `^(${each.join('|')}):(?=.)${namePattern}$`;
}

const units = sets.lifetime_unit.words.slice(2).map(({ text }) => text.slice(0, -1)).join('|');
const patternOf = name => (name === 'exemption' ? exemptionPattern() : shapes[name].pattern.replace('{UNIT}', units).replace('{NETWORK}', networks.map(each => each.name).join('|')));

const shapeOf = name => ({ pattern: patternOf(name), maxLength: Number(shapes[name].most) });

const isShared = name => shapes[name].documentation !== '' ||
  keys.filter(key => !key.nullable && (key.type === name || key.argument.split(' ')[0] === name)).length > 1;

function shapeSchema(name, nullable = false) {
  if (!nullable && isShared(name)) return { $ref: `#/$defs/${name}` };
  return { type: nullable ? ['string', 'null'] : 'string', ...(name === 'date' ? { format: 'date' } : {}), ...shapeOf(name) };
}

const custom = {
  gpc: () => ({ enum: [...sets.gpc.words, ...sets.gpc.also].map(word => word.text) }),
  own_texts: () => ({ type: 'string', minLength: 1, maxLength: Number(shapes.text.most) }),
  cookie_lifetime: () => shapeSchema('cookie_lifetime'),
  purpose: () => ({ anyOf: [shapeSchema('text'), { type: 'object', propertyNames: shapeOf('language'),
    additionalProperties: shapeSchema('text'), minProperties: 1 }] }),
};

function typeSchema({ type, argument, set, nullable, name }) {
  if (type === 'word') return { enum: [...set.words, ...set.also].map(word => word.text) };
  if (type === 'flag') return { type: 'boolean' };
  if (type === 'custom') return custom[argument]();
  if (type === 'object') return { ...objectSchema(keysOf(name)), ...conditionSchema(argument) };
  if (type === 'whole') {
    const [minimum, maximum] = argument.split('..').map(Number);
    return { type: nullable ? ['integer', 'null'] : 'integer', minimum, maximum };
  }
  if (type !== 'list') return shapeSchema(type, nullable);
  const [shape, least] = argument.split(' ');
  return { type: 'array', items: shape === 'cookie' ? { $ref: '#/$defs/cookie' } : shapeSchema(shape), ...(least ? { minItems: Number(least) } : {}) };
}

function conditionSchema(argument) {
  const [, needed, other, word] = argument.match(/^(\w+) if (\w+) = (\w+)$/) ?? [];
  if (!needed) return {};
  return { if: { properties: { [other]: { const: word } }, required: [other] }, then: { properties: { [needed]: { type: 'string' } }, required: [needed] } };
}

function objectSchema(members) {
  const required = members.filter(key => key.needed).map(key => key.name);
  return { type: 'object', additionalProperties: false, ...(required.length ? { required } : {}),
    properties: Object.fromEntries(members.map(key => [key.name, {
      ...(key.documentation ? { description: key.documentation } : {}), ...typeSchema(key),
      ...(key.default ? { default: JSON.parse(key.default) } : {}), ...(key.examples ? { examples: JSON.parse(key.examples) } : {}) }])) };
}

function schema() {
  const shared = Object.values(shapes).filter(shape => isShared(shape.name)).map(({ name, documentation }) =>
    [name, { ...(documentation ? { description: documentation } : {}), type: 'string', ...shapeOf(name) }]);
  return `${printed({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $comment: MADE,
    title: 'Abide policy',
    description: "What a web site says of its cookies and of its visitors' consent. Every key may be left out: {} is a valid, strict policy.",
    ...objectSchema(keysOf('')),
    $defs: { ...Object.fromEntries(shared), cookie: { description: 'One cookie, or all whose names match.', ...objectSchema(keysOf('cookies[]')) } },
  })}\n`;
}

/// Prints JSON as one writes it by hand: a short value without a description is on one line.
function printed(value, indent = '') {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const items = Object.entries(value).map(([key, each]) => [isList ? '' : `${JSON.stringify(key)}: `, each]);
  const line = items.map(([key, each]) => key + printed(each, indent)).join(', ');
  if (!value.description && line.length + indent.length < 100 && !line.includes('\n')) return isList ? `[${line}]` : `{${line}}`;
  const lines = items.map(([key, each]) => `${indent}  ${key}${printed(each, `${indent}  `)}`).join(',\n');
  return isList ? `[\n${lines}\n${indent}]` : `{\n${lines}\n${indent}}`;
}

// ---- Comparing hand-written lists --------------------------------------------------------------------------------------

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const namesOf = ({ words, also = [] }) => [...words, ...also].map(word => word.text);

/// Compares the enumerators of each set with the words: each needs the other.
function checkEnums() {
  for (const set of Object.values(sets)) {
    if (!set.enum) continue;
    const body = textOf(set.enum).match(new RegExp(`enum class (?:\\w+ )?${set.name}\\b[^{]*\\{([^}]*)\\}`))?.[1] ?? '';
    const declared = body.replace(/\/\/[^\n]*/g, '').split(',').map(each => each.replace(/=.*/s, '').trim()).filter(Boolean);
    const wanted = set.words.map(({ text }) => identifier(text));
    if (!same(declared, wanted)) fault(`${set.enum}: enum ${set.name} has ${declared.join(', ')}; words.tsv has ${wanted.join(', ')}`);
  }
}

/// Compares the lists of words in the browser's modules by their names, such as `const NOTICES = [...]`.
function checkJavaScript() {
  for (const file of ['wasm/cases.mjs']) {
    const text = textOf(file);
    for (const set of Object.values(sets).filter(set => set.js)) {
      const [, list] = text.match(new RegExp(`const ${set.js} = (?:Object\\.freeze\\()?([[{][^\\]}]*[\\]}])`)) ?? [];
      if (list && !isListOf(set, list)) fault(`${file}: ${set.js} is ${list}; words.tsv has ${namesOf(set).join(', ')}`);
    }
  }
}

/// Compares the lists of categories in the browser's modules: all, or all optional ones, in order.
function checkCategories() {
  const all = namesOf(sets.category), isListed = words => same(words, all) || same(words, all.slice(1));
  for (const name of readdirSync(join(root, 'wasm'), { recursive: true }).filter(name => /^(?!core\/).*\.m?js$/.test(name)))
    for (const [list] of textOf(`wasm/${name}`).matchAll(/\[('\w+', )+'\w+'\]|\((\w+\|)+\w+\)/g)) {
      const words = list.match(/\w+/g);
      if (words.some(word => all.includes(word)) && !isListed(words)) fault(`wasm/${name}: ${list}; words.tsv has ${all.join(', ')}`);
    }
}

// The list is by number (its first word may be undefined, other spellings may follow), or an object of numbers by word, or
// of words by spelling.
function isListOf(set, list) {
  const spellings = [...list.matchAll(/(\w+): '([^']*)'/g)];
  const numberOf = text => [...set.words, ...set.also].find(word => word.text === text)?.number ?? NaN;
  if (spellings.length) return spellings.every(([, text, word]) => numberOf(text) === numberOf(word));
  if (list.startsWith('{')) {
    const given = [...list.matchAll(/(\w+): (\d+)/g)].map(([, text, number]) => [text.replace(/[A-Z]/g, each => `_${each.toLowerCase()}`), Number(number)]);
    return same(given, [...set.words, ...set.also].slice(0, given.length).map(({ text, number }) => [text, number])) && given.length >= set.words.length;
  }
  const texts = [...list.matchAll(/'([^']*)'|undefined/g)].map(([, text]) => text);
  return texts.length >= set.words.length && texts.every((text, i) => text === namesOf(set)[i] || (i === 0 && text === undefined));
}

// ---- Writing and checking ------------------------------------------------------------------------------------------

// A target is a whole file, or the lines between `words: begin NAME` and `words: end` in a hand-written file.
const targets = [
  { file: 'sdk/src/words.hpp', make: () => cppWords('sdk') },
  { file: 'sdk/include/abide/abide.h', block: 'numbers', make: cConstants },
  { file: 'middleware/c/module.h', block: 'words', make: cWords },
  { file: 'wasm/core/numbers.mjs', make: jsLists },
  { file: 'wasm/shapes.d.ts', make: () => typesOf({ sets, keys, rows: readTable('middleware/words/members.tsv'), made: MADE }) },
  { file: 'middleware/src/words/words.hpp', make: () => cppWords('middleware', cppPlaces() + cppNetworks() + cppKeys()) },
  { file: 'middleware/src/policy/members.hpp', make: members },
  { file: 'middleware/src/policy/key_values.hpp', make: keyValues },
  { file: 'middleware/policy.schema.json', make: schema },
  { file: 'middleware/include/abide/config.hpp', block: 'geo', make: geoEnum },
  { file: 'middleware/include/abide/config.hpp', block: 'keys', make: configFields },
];

function withBlock(text, { file, block, make }) {
  const mark = new RegExp(`^([^\\n]*words: begin ${block}\\b[^\\n]*\\n)[^]*?^([^\\n]*words: end)`, 'm');
  if (!mark.test(text)) throw new Error(`${file}: expected the lines "words: begin ${block}" and "words: end"`);
  return text.replace(mark, (_, begin, end) => begin + make() + end);
}

/// Checks what keys.tsv says about `abide policy explain` and about warnings.
function checkSentences() {
  const explained = ['explain', 'explain_place', 'places_table'].map(name => textOf(`middleware/tools/${name}.cpp`)).join('');
  const folder = 'middleware/tools/warnings';
  const warnings = readdirSync(join(root, folder)).map(file => textOf(`${folder}/${file}`)).join('');
  for (const { key, type, explain, warns } of keys) {
    if (explain && !explained.includes(explain)) fault(`keys.tsv: ${key}: explain: no such sentence: ${explain}`);
    if ((warns !== '') !== new RegExp(`[(]"/${key.replaceAll('.', '/').replace('$', '[$]')}${type === 'object' ? '"' : '["/]'}`).test(warnings)) fault(`keys.tsv: ${key}: warns: does not match ${folder}`);
  }
}

const check = process.argv[2] === '--check';
const made = new Map();
for (const target of targets) {
  const path = join(root, target.file);
  const before = made.get(target.file) ?? (existsSync(path) ? readFileSync(path, 'utf8') : '');
  made.set(target.file, target.block ? withBlock(before, target) : target.make());
}
for (const [file, text] of made) {
  const path = join(root, file);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (before === text) continue;
  if (!check) {
    writeFileSync(path, text);
    console.log(`${file}: written`);
    continue;
  }
  const lines = before.split('\n');
  const at = text.split('\n').findIndex((line, i) => line !== lines[i]);
  fault(`${file}:${at + 1}: does not match the tables; run node middleware/words/generate.mjs`);
}
checkEnums();
checkJavaScript();
checkCategories();
checkSentences();
for (const each of faults) console.error(each);
process.exit(faults.length ? 1 : 0);
