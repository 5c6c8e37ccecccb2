// Answers the `abide` command's JSON lines with the browser's core. Tests compare both: the verdicts must be the same.
//   node wasm/cases.mjs signals|decide|choose|classify|filter [--policy FILE] [--wasm FILE]
import { readFileSync } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { load, InputError } from './core/core.mjs';

const BUILT = new URL('../build/release/wasm/abide.wasm', import.meta.url);
const NEWLINE = 10, TAB = 9, RETURN = 13;

const answers = {
  signals: (core, line) => core.readSignals(line.headers),
  decide: (core, line) => core.decide(line),
  choose: (core, line) => core.choose(line),
  filter: (core, line) => core.filter(line),
};

function fail(message) {
  process.stderr.write(`cases: ${message}\n`);
  process.exit(2);
}

function readArguments([command, ...rest]) {
  const options = { command, policy: undefined, wasm: BUILT };
  if (command !== 'classify' && !Object.hasOwn(answers, command ?? '')) fail('expected signals, decide, choose, classify or filter');
  while (rest.length > 0) {
    const [, option, joined] = /^--(policy|wasm)(?:=(.*))?$/s.exec(rest[0]) ?? [];
    if (!option) fail(`unexpected "${rest[0]}"`);
    rest.shift();
    options[option] = joined ?? rest.shift();
    if (options[option] === undefined) fail(`--${option}: expected a value`);
  }
  return options;
}

/** The input's lines as bytes, in batches as they arrive. The last line needs no newline. */
async function* batchesOfLines(input) {
  let rest = Buffer.alloc(0);
  for await (const chunk of input) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const lines = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      lines.push(bytes.subarray(start, end));
      start = end + 1;
    }
    rest = bytes.subarray(start);
    yield lines;
  }
  if (rest.length > 0) yield [rest];
}

// JSON, checked as strictly as by the native reader: no lone surrogates and no numbers beyond a double, not even in a member
// that a later one of the same name replaces.

const suspicious = /\\u[dD]|\d[eE]\+?\d{2}|\d{300}/;
const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

function isPortable(text) {
  if (!suspicious.test(text)) return true;
  return text.match(token).every((found) => {
    const value = JSON.parse(found);
    return typeof value === 'string' ? value.isWellFormed() : Number.isFinite(value);
  });
}

function parseLine(bytes) {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8'); // keeps a byte order mark, which then makes the JSON invalid
  try {
    const value = JSON.parse(text);
    return isPortable(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

function answerLine(answer, core, bytes) {
  const line = parseLine(bytes);
  if (line === undefined) return { error: 'not JSON' };
  if (typeof line !== 'object' || line === null || Array.isArray(line)) return { error: 'expected an object' };
  try {
    return answer(core, line);
  } catch (error) {
    if (error instanceof InputError || error instanceof RangeError) return { error: error.message };
    throw error;
  }
}

function answerLines(command, core) {
  return (bytes) => {
    const answer = answerLine(answers[command], core, bytes);
    if (answer.error !== undefined) process.exitCode = 1;
    return `${JSON.stringify(answer)}\n`;
  };
}

// Tab-separated values, in bytes: a cookie's name need not be UTF-8.

function splitAtTabs(bytes) {
  const end = bytes.at(-1) === RETURN ? bytes.length - 1 : bytes.length;
  const cells = [];
  let start = 0;
  for (let tab = bytes.indexOf(TAB); tab >= 0 && tab < end; tab = bytes.indexOf(TAB, start)) {
    cells.push(bytes.subarray(start, tab));
    start = tab + 1;
  }
  cells.push(bytes.subarray(start, end));
  return cells;
}

const latin = (bytes) => bytes.toString('latin1');
const lower = (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const REQUEST_TYPES = { img: 'image', iframe: 'frame', sub_frame: 'frame', ping: 'beacon', xhr: 'fetch', xmlhttprequest: 'fetch',
  stylesheet: 'style', video: 'media' };

/** The host in the forms that lists and crawlers use: `.Shop.example`, `shop.example:443`, `https://shop.example/`. */
function hostOf(cell) {
  const text = latin(cell).replace(/^ +/, '').replace(/^[^]*?:\/\//, '').replace(/[/?# ][^]*$/, '').replace(/^[^]*@/, '');
  return Buffer.from(lower(text.replace(/^([^:]*):[0-9]*$/, '$1').replace(/\.$/, '').replace(/^\./, '')), 'latin1');
}

function isThirdParty(core, party, host, site) {
  const word = lower(party.replace(/^ +/, ''));
  if (/^(third|3rd)/.test(word)) return true;
  if (/^(first|1st)/.test(word)) return false;
  return host.length > 0 && site.length > 0 && !core.ofOneSite(host, site);
}

function readHeaderRow(cells) {
  const columns = new Map(cells.map((cell, i) => [latin(cell).replace(i === 0 ? /^\xef\xbb\xbf/ : '', ''), i]));
  if (!columns.has('name') && !columns.has('url')) fail('standard input:1: expected a column "name" or "url" in the header row');
  return columns;
}

function classifyCookie(core, cell) {
  const host = hostOf(cell('host'));
  return core.classify({ name: cell('name'), host, thirdParty: isThirdParty(core, latin(cell('party')), host, hostOf(cell('site'))) });
}

function classifyRequest(core, cell) {
  const type = lower(latin(cell('type')));
  return core.classifyRequest({ url: cell('url'), type: REQUEST_TYPES[type] ?? type, site: hostOf(cell('site')) });
}

function answerTable(core) {
  let columns;
  const nothing = Buffer.alloc(0);
  return (bytes) => {
    const cells = splitAtTabs(bytes);
    if (!columns) {
      columns = readHeaderRow(cells);
      return '';
    }
    const cell = (name) => cells[columns.get(name) ?? -1] ?? nothing;
    const is = columns.has('url') ? classifyRequest(core, cell) : classifyCookie(core, cell);
    return `${is.category}\t${is.confidence.toFixed(2)}\t${is.evidence}\t${is.vendor}\n`;
  };
}

function takePolicy(core, { command, policy }) {
  try {
    if (policy !== undefined) core.setPolicy(readFileSync(policy, 'utf8'));
    else if (command === 'classify') core.setPolicy({ unknown: 'party' }); // the command returns a best guess and enforces nothing
  } catch (error) {
    fail(`${policy}: ${error.message}`);
  }
}

async function main() {
  const options = readArguments(process.argv.slice(2));
  const core = await load(readFileSync(options.wasm));
  takePolicy(core, options);
  const answer = options.command === 'classify' ? answerTable(core) : answerLines(options.command, core);
  for await (const lines of batchesOfLines(process.stdin))
    if (!process.stdout.write(lines.map(answer).join(''))) await once(process.stdout, 'drain');
}

await main();
