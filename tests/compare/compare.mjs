// Runs the comparison. The tools take turns within a round, so that other load on the machine affects all of them
// alike.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { slow, viewport } from './browser.mjs';
import { bundle } from './bundle.mjs';
import { countsInstructions, press, slowLoad, work } from './measures.mjs';
import { answersOf } from './questions.mjs';
import { openSite, packedSize, root, sizes } from './site.mjs';
import { answerTable, goalTable, loadTable, pressTable, summary } from './table.mjs';
import { tools } from './tools.mjs';

const { values: options } = parseArgs({ options: {
  runs: { type: 'string', default: '5' },
  only: { type: 'string' },
  large: { type: 'boolean' },
  'no-clicks': { type: 'boolean' },
  'no-questions': { type: 'boolean' },
} });
const runs = Number(options.runs);
const wanted = options.only?.split(',');
const chosen = tools.filter(({ name }) => !wanted || wanted.includes(name));
if (!(runs >= 1) || wanted?.some((name) => !tools.some((tool) => tool.name === name))) {
  console.error(`compare: --runs N, --large, --only ${tools.map(({ name }) => name).join()}`);
  process.exit(2);
}
const size = options.large ? sizes.large : sizes.small;
const folder = join(root, 'build', options.large ? 'compare-large' : 'compare');
mkdirSync(folder, { recursive: true });
const counted = countsInstructions();
let failures = 0;
const say = (text) => process.stderr.write(`${text}\n`);

/** Retries once if the browser did not start; a figure that is still missing is reported as missing. */
async function twice(what, measure) {
  for (const then of ['once more', 'left out']) {
    try {
      return await measure();
    } catch (error) {
      say(`${what}: ${error.message.split('\n')[0]}; ${then}`);
    }
  }
  ++failures;
  return null;
}

const keep = (list, figure) => figure && list.push(figure);

async function prepare(tool) {
  if (tool.bundle) await bundle(tool, join(folder, tool.name));
  return { tool, site: await openSite(tool, size), loads: [], works: [], presses: [], slowPresses: [] };
}

async function round(number, results) {
  for (const { tool, site, loads, works, presses, slowPresses } of results) {
    say(`round ${number} of ${runs}: ${tool.title}`);
    const picture = number === 1 ? join(folder, `${tool.name}.png`) : undefined;
    keep(loads, await twice(tool.name, () => slowLoad(tool, site, picture)));
    keep(works, await twice(tool.name, () => work(tool, site, counted)));
    if (!tool.accept || options['no-clicks']) continue;
    keep(presses, await twice(tool.name, () => press(tool, site, { cpu: 1 })));
    keep(slowPresses, await twice(tool.name, () => press(tool, site, slow)));
  }
}

/** What the first decision costs: the gate and the state in Abide's page, by themselves. */
async function firstDecision(site) {
  const page = await (await fetch(`http://127.0.0.1:${new URL(site.url).port}/`)).text();
  const state = /<script type="application\/json" id="abide-state">[^<]*<\/script>/.exec(page)?.[0] ?? '';
  const rest = page.slice(page.indexOf(state) + state.length);
  const gate = /<script( nonce="[^"]*")?>[^]*?<\/script>/.exec(rest)?.[0] ?? '';
  return { bytes: await packedSize(state + gate), inline: Boolean(state && gate) };
}

const results = [];
for (const tool of chosen) results.push(await prepare(tool));
await slowLoad(results[0].tool, results[0].site); // the first browser must be read from the disk
for (let number = 1; number <= runs; ++number) await round(number, results);
if (!options['no-questions'])
  for (const result of results) {
    if (!result.tool.accept) continue;
    say(`questions: ${result.tool.title}`);
    result.answers = await twice(result.tool.name, () => answersOf(result.tool, result.site));
  }
const abide = results.find(({ tool }) => tool.name === 'abide');
const first = abide && await firstDecision(abide.site);
for (const { site } of results) await site.close();

const bare = results.find(({ tool }) => tool.name === 'bare');
const told = results.map(({ tool: { name, title, version }, site, ...rest }) =>
  ({ name, title, version, ...rest, summary: summary(rest, bare) }));
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const quietly = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
const browser = execFileSync(chromium, ['--version'], quietly).trim();
const date = new Date().toISOString();
const conditions = { size, browser, cpus: cpus().length, runs, slow, viewport, instructions: counted, date };
const write = (name, value) => writeFileSync(join(folder, name), JSON.stringify({ conditions, ...value }, null, 1));
write('compare.json', { first, results: told });
for (const result of told) write(`${result.name}.json`, result);

const text = [
  `${browser}, ${viewport.width} x ${viewport.height}, ${cpus().length} processors.`,
  `A page with ${size.tags} gated tags and ${size.elements} elements besides its own.`,
  `Median of ${runs} cold loads, the tools in turn within a round. Figures that could not be had: ${failures}.`,
  `Slow: CPU ${slow.cpu} times slower, ${slow.latency} ms for each request, ${slow.bitsPerSecond / 1e6} Mbit/s.`,
  counted ? 'Instructions: counted by perf, over the bare page, not throttled.'
    : 'Instructions: this machine cannot count them; CPU time of the renderer over the bare page, not throttled.',
  '', '### A cold load', '', loadTable(told, counted),
];
const add = (title, table) => text.push('', `### ${title}`, '', table);
if (!options['no-clicks']) add('A press of Accept with a tag of 250 ms in the page', pressTable(told));
if (!options['no-questions']) add('What holds', answerTable(told));
if (abide && bare) add('Goals', goalTable(told.find(({ name }) => name === 'abide'), first));
console.log(text.join('\n'));
writeFileSync(join(folder, 'compare.md'), text.join('\n') + '\n');
