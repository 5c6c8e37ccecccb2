// Compares the native command with the browser's core on random requests, byte for byte.
//   node tests/wasm/equal.mjs [--count 10000] [--seed 1] [--abide FILE] [--wasm FILE] [command...]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Requests } from './requests.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const COMMANDS = ['signals', 'decide', 'choose', 'filter', 'classify'];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    abide: { type: 'string', default: join(root, 'build/release/bin/abide') },
    wasm: { type: 'string', default: join(root, 'build/release/wasm/abide.wasm') },
  },
});

function run(program, args, input) {
  const { stdout, stderr, status, error } = spawnSync(program, args, { input, maxBuffer: 2 ** 30 });
  if (error && error.code !== 'EPIPE') throw error; // EPIPE: it stopped reading, and its messages say why
  if (status !== 0 && status !== 1) throw new Error(`${program} ${args.join(' ')}: exit status ${status}\n${stderr}`);
  return { stdout, status };
}

function lines(bytes) {
  const list = bytes.toString('latin1').split('\n');
  return list.at(-1) === '' ? list.slice(0, -1) : list;
}

/** Shows where two outputs differ; returns how many lines differ. */
function differences(command, input, native, browser) {
  const [asked, a, b] = [input, native, browser].map(lines);
  const skipped = command === 'classify' ? 1 : 0; // the header row has no answer
  let count = Math.abs(a.length - b.length);
  if (count > 0) console.error(`${command}: ${a.length} lines from the command, ${b.length} from the browser's core`);
  for (let i = 0; i < Math.min(a.length, b.length); ++i) {
    if (a[i] === b[i]) continue;
    if (++count <= 5) console.error(`${command}, line ${i + 1}\n  asked   ${asked[i + skipped]}\n  native  ${a[i]}\n  browser ${b[i]}`);
  }
  return count;
}

function compare(command, policy, input) {
  const policyArgs = policy === undefined ? [] : ['--policy', policy];
  const native = run(options.abide, [command, ...policyArgs], input);
  const browser = run(process.execPath, [join(root, 'wasm/cases.mjs'), command, '--wasm', options.wasm, ...policyArgs], input);
  if (native.status !== browser.status) {
    console.error(`${command}: exit status ${native.status} from the command, ${browser.status} from the browser's core`);
    return { answered: 0, different: 1 };
  }
  const errors = lines(native.stdout).filter((line) => line.startsWith('{"error"')).length;
  return { answered: lines(native.stdout).length, errors, different: native.stdout.equals(browser.stdout) ? 0
    : Math.max(1, differences(command, input, native.stdout, browser.stdout)) };
}

const catalog = readFileSync(join(root, 'sdk/data/catalog.tsv'), 'utf8').split('\n')
  .filter((line) => line !== '' && !line.startsWith('#')).slice(1).map((line) => line.split('\t').slice(0, 2));
const folder = mkdtempSync(join(tmpdir(), 'abide-equal-'));
const POLICIES = 8;
let failed = false;

try {
  for (const command of positionals.length > 0 ? positionals : COMMANDS) {
    const requests = new Requests(Number(options.seed), catalog);
    const sum = { answered: 0, errors: 0, different: 0 };
    for (let i = 0; i < POLICIES; ++i) {
      const policy = i === 0 ? undefined : join(folder, `${command}-${i}.json`);
      const rules = requests.policy();
      if (policy) writeFileSync(policy, JSON.stringify(rules));
      const input = requests.input(command, Math.ceil(Number(options.count) / POLICIES), rules);
      for (const [name, value] of Object.entries(compare(command, policy, input))) sum[name] += value;
    }
    console.log(`${command}: ${sum.answered} answers, ${sum.errors} of them errors, ${sum.different} different`);
    failed ||= sum.different > 0;
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
