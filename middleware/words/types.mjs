// Makes TypeScript of the tables: a union for each set of words, the policy file, and the members of states and records.

const INDENT = '  ';

/** Turns a text into a documentation comment with lines of at most 120 characters. */
function comment(text, indent) {
  if (!text) return '';
  const lines = [`${indent}/**`];
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)} ${word}`;
    if (line.length > 117) lines.push(`${indent}    ${word}`);
    else lines[lines.length - 1] = line;
  }
  return `${lines.join('\n')} */\n`;
}

const member = (name, type, { absent, documentation, indent = INDENT }) =>
  `${comment(documentation, indent)}${indent}readonly ${/^\w+$/.test(name) ? name : `'${name}'`}${absent ? '?' : ''}: ${type};\n`;

const unionOf = ({ words, also, tsFrom = 0 }) =>
  [...words.filter(({ number }) => number >= tsFrom), ...also].map(({ text }) => `'${text}'`).join(' | ');
const typeOfSet = (set) => set.ts ?? unionOf(set);

function wrappedUnion(head, set) {
  const [first, ...rest] = unionOf(set).split(' | ');
  const lines = [`${head} ${first}`];
  for (const word of rest) {
    if (`${lines.at(-1)} | ${word};`.length > 120) lines.push(`${INDENT}| ${word}`);
    else lines[lines.length - 1] += ` | ${word}`;
  }
  return `${lines.join('\n')};\n`;
}

// States and records, from members.tsv.

const BASE = { flag: 'boolean', text: 'string', whole: 'number', time: 'Timestamp', one: '1' };

function typeOfMember(text, sets) {
  const [first, ...rest] = text.split(' '), inner = () => typeOfMember(rest.join(' '), sets);
  if (first === 'list') return `readonly ${inner()}[]`;
  if (first === 'each') return `{ readonly [category in Category]: ${inner()} }`;
  if (first === 'some') return `{ readonly [category in Category]?: ${inner()} }`;
  if (first === 'word') return typeOfSet(sets[rest[0]]);
  return first === 'shape' ? rest[0] : BASE[first];
}

const interfaceOf = (name, rows, sets) => `export interface ${name} {\n${rows.map((row) =>
  member(row.member, typeOfMember(row.type, sets) + (/null|both/.test(row.absent) ? ' | null' : ''),
    { absent: /yes|both/.test(row.absent), documentation: row.documentation })).join('')}}\n`;

// The policy, from keys.tsv.

const CUSTOM = { purpose: 'string | { readonly [language: string]: string }', gpc: "'honour' | 'honor'" };

function typeOfKey({ type, argument, set, nullable, key }, keys, indent) {
  const of = { word: () => typeOfSet(set), flag: () => 'boolean', whole: () => 'number',
    custom: () => CUSTOM[argument] ?? 'string', object: () => objectOf(key, keys, indent),
    list: () => (argument === 'cookie' ? `readonly PolicyCookie[]` : 'readonly string[]') }[type] ?? (() => 'string');
  return of() + (nullable ? ' | null' : '');
}

const membersOf = (group, keys, indent) => keys.filter((key) => key.group === group).map((key) =>
  member(key.name, typeOfKey(key, keys, indent), { absent: !key.needed, documentation: key.documentation, indent })).join('');

const objectOf = (group, keys, indent) => `{\n${membersOf(group, keys, indent + INDENT)}${indent}}`;

/** The whole file. `rows`: the rows of members.tsv. */
export function typesOf({ sets, keys, rows, made }) {
  const named = Object.values(sets).filter((set) => set.ts);
  const names = [...new Set(rows.map(({ shape }) => shape))];
  return `// ${made}
// The words of Abide, and what its JSON holds: a policy file, the state of a page, the record of a visitor.

/** An RFC 3339 date-time. */
export type Timestamp = string;
${named.map((set) => wrappedUnion(`export type ${set.ts} =`, set)).join('')}
${names.map((name) => interfaceOf(name, rows.filter(({ shape }) => shape === name), sets)).join('\n')}
/** A policy file. The core in the page reads what it decides by; the rest is for the server and the notice. */
export interface Policy {
${membersOf('', keys, INDENT)}}

/** One cookie, or all whose names match. */
export interface PolicyCookie {
${membersOf('cookies[]', keys, INDENT)}}
`;
}
