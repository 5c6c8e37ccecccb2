// The typical request of the budgets, read from where it is defined: typical.hpp.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const source = readFileSync(join(import.meta.dirname, 'typical.hpp'), 'utf8');
const textOf = (part) => [...part.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, words]) => words);
const between = (begin, end) => source.slice(source.indexOf(begin), source.indexOf(end, source.indexOf(begin)));

export const cookies = textOf(between('cookies =', ';\nstatic_assert')).join('');
export const setCookies = textOf(between('set_cookies{', '};'));
/** The other fields of the request, without a signal: those of most visitors. */
export const fields = {};
const words = textOf(between('headers{{', '{"Cookie"'));
for (let i = 0; i < words.length; i += 2) if (words[i] !== 'Sec-GPC') fields[words[i]] = words[i + 1];
