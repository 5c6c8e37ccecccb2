// Messages of programs and of the library avoid the phrases of messages.tsv. Reads the texts in double quotes of C and
// C++ files, without comments.
//   node tests/rules/messages.mjs          prints each fault; exit status 1 if there is one
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url)), root = join(here, '../..');
const rows = readFileSync(join(here, 'messages.tsv'), 'utf8').trim().split('\n').filter((line) => !line.startsWith('#')).slice(1);
const phrases = rows.map((row) => row.split('\t')).map(([phrase, instead]) => ({ phrase: new RegExp(phrase, 'i'), instead }));

// A comment, a character, a raw string or a text. Only texts match the second group.
const piece = /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:\\.|[^'\\\n])+'|R"(\w*)\([^]*?\)\1"|"((?:\\.|[^"\\\n])*)"/g;

/** The texts of a file. Adjacent literals are one text, as in C. */
function textsOf(source) {
  const texts = [];
  let end = -1;
  for (const { 0: all, 2: text, index } of source.matchAll(piece)) {
    if (text === undefined) continue;
    const follows = end >= 0 && source.slice(end, index).trim() === '';
    if (follows) texts.at(-1).text += text;
    else texts.push({ text, line: source.slice(0, index).split('\n').length });
    end = index + all.length;
  }
  return texts;
}

function faultsOf(file) {
  const found = [];
  for (const { text, line } of textsOf(readFileSync(join(root, file), 'utf8')))
    for (const { phrase, instead } of phrases)
      if (phrase.test(text)) found.push(`${file}:${line}: "${text.match(phrase)[0]}" in a message; say: ${instead}`);
  return found;
}

const listed = execFileSync('find', ['middleware', 'samples', 'sdk', '-name', '*.[ch]', '-o', '-name', '*.[ch]pp'], { cwd: root, encoding: 'utf8' });
const files = listed.trim().split('\n').sort();
const readByPrograms = ['middleware/src/start/metrics.cpp']; // the lines of /metrics
const faults = files.filter((file) => !readByPrograms.includes(file)).flatMap(faultsOf);
for (const fault of faults) console.log(fault);
console.log(`${files.length} files: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`);
process.exit(faults.length === 0 && files.length > 100 ? 0 : 1);
