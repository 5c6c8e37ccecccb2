// Compares the native command with the browser's core on every name of the catalog, of the open cookie database if it is
// beside the project, and on random names: all answers must be equal, byte for byte.
//   node tests/wasm/names.mjs [--count 100000] [--seed 1] [--abide FILE] [--wasm FILE]
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    abide: { type: 'string', default: join(root, 'build/release/bin/abide') },
    wasm: { type: 'string', default: join(root, 'build/release/wasm/abide.wasm') },
  },
});

let state = Number(options.seed) >>> 0;
function random(below) { // xorshift: the same numbers on every machine
  state = (state ^ (state << 13)) >>> 0;
  state = (state ^ (state >>> 17)) >>> 0;
  state = (state ^ (state << 5)) >>> 0;
  return state % below;
}

const column = (file, mark) => readFileSync(file, 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  .slice(1).map((line) => line.split(mark)[0]);
const database = join(root, '../shared/reference/cookies/open-cookie-database.csv');
const known = [...column(join(root, 'sdk/data/catalog.tsv'), '\t'), ...(existsSync(database) ? column(database, ',') : [])];
const hosts = column(join(root, 'sdk/data/hosts.tsv'), '\t');
const bytes = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.%!*#<>{}[]:~+ \u00e9\u00ff';

const text = (size) => Array.from({ length: size }, () => bytes[random(bytes.length)]).join('');

// Half are random; half are variants of known names: cut, prefixed, escaped, in another case, with a suffix.
function name() {
  if (random(2) === 0) return text(1 + random(40));
  const from = known[random(known.length)].replace('*', text(random(12)));
  const bent = [
    () => from.toUpperCase(), () => from.toLowerCase(), () => `__Secure-${from}`, () => `__Host-${from}`,
    () => from + text(1 + random(20)), () => `${from}_${random(2 ** 31).toString(16)}`, () => from.slice(0, random(from.length + 1)),
    () => encodeURIComponent(from), () => text(random(4)) + from, () => from + 'x'.repeat(random(260)),
  ];
  return bent[random(bent.length)]();
}

function line(name) {
  const host = random(3) === 0 ? hosts[random(hosts.length)] : random(2) === 0 ? `${text(3)}.shop.example` : '';
  return `${name}\t${host}\tshop.example\t${['', 'first', 'third'][random(3)]}\n`;
}

const names = [...known.flatMap((each) => [each, each.replace('*', '0a9z')]), ...Array.from({ length: Number(options.count) }, name)];
const input = Buffer.from(`name\thost\tsite\tparty\n${names.map(line).join('')}`, 'latin1');
const answers = [[options.abide, ['classify']], [process.execPath, [join(root, 'wasm/cases.mjs'), 'classify', '--wasm', options.wasm]]]
  .map(([program, args]) => spawnSync(program, args, { input, maxBuffer: 2 ** 30 }).stdout.toString('latin1').split('\n'));
const asked = input.toString('latin1').split('\n').slice(1);
const different = asked.flatMap((each, i) => (answers[0][i] === answers[1][i] ? [] : [i]));
for (const i of different.slice(0, 5)) console.error(`asked   ${asked[i]}\n  native  ${answers[0][i]}\n  browser ${answers[1][i]}`);
const sources = new Map();
for (const answer of answers[0].slice(0, -1)) sources.set(answer.split('\t')[2], (sources.get(answer.split('\t')[2]) ?? 0) + 1);
console.log(`${answers[0].length - 1} names, ${different.length} different; ${[...sources].map(([from, count]) => `${from} ${count}`).join(', ')}`);
process.exitCode = different.length > 0 || answers[0].length - 1 !== names.length ? 1 : 0;
