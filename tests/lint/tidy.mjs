// clang-tidy on every core:  node tests/lint/tidy.mjs [--long] [FILE ...]
// Over sdk/src and middleware/src; with --long also over the adapters, the tools and the command.
// Needs a finished build in build/release. A clean file is checked again only if it, a header of this project that it
// includes, its compiler command or .clang-tidy has changed; build/lint stores that.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');
const build = join(root, 'build/release');
const remembered = join(root, 'build/lint/tidy');
mkdirSync(remembered, { recursive: true });

const version = execFileSync('clang-tidy', ['--version'], { encoding: 'utf8' });
const checks = readFileSync(join(root, '.clang-tidy'));
const named = process.argv.slice(2).filter((word) => word !== '--long');
const rooms = process.argv.includes('--long') || named.length ? /^(sdk\/src|middleware)\// : /^(sdk|middleware)\/src\//;

// `object: #deps 3, ...` followed by a line for each file that the compiler read.
const readFor = new Map(execFileSync('ninja', ['-C', build, '-t', 'deps'], { encoding: 'utf8', maxBuffer: 1 << 28 })
  .split('\n\n').map((part) => {
    const [head, ...files] = part.split('\n');
    const paths = files.map((file) => file.trim()).map((file) => (isAbsolute(file) ? file : join(build, file)));
    return [head.slice(0, head.indexOf(':')), paths.filter((file) => file.startsWith(root + '/'))];
  }));

const hashes = new Map();
const hashOf = (file) => {
  if (!hashes.has(file)) hashes.set(file, createHash('sha256').update(readFileSync(file)).digest('hex'));
  return hashes.get(file);
};

const keyOf = ({ command, file, output }) => {
  const files = readFor.get(output);
  const key = createHash('sha256').update(version).update(checks).update(command);
  for (const each of [file, ...files]) key.update(hashOf(each));
  return join(remembered, key.digest('hex'));
};

const isOurs = (file) => rooms.test(file) && (!named.length || named.includes(file));
const outputOf = ({ command }) => / -o (\S+)/.exec(command)[1];
const commands = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8'))
  .map((each) => ({ ...each, output: each.output ?? outputOf(each) })).filter(({ file }) => isOurs(relative(root, file)));
// Some targets are built only on demand; other targets compile the same files.
const built = commands.filter(({ output }) => readFor.has(output)), builtFiles = new Set(built.map(({ file }) => file));
for (const { file } of commands)
  if (!builtFiles.has(file)) throw new Error(`${file}: not built yet; run cmake --build --preset release`);
const all = built.map((each) => ({ file: each.file, key: keyOf(each) }));
if (!all.length) throw new Error('found no files to check');

const changed = all.filter(({ key }) => !existsSync(key));
const count = changed.length;
let faulty = 0;

async function look() {
  for (let each = changed.shift(); each; each = changed.shift()) {
    const { file, key } = each;
    const found = await new Promise((told) => {
      execFile('clang-tidy', ['-p', build, '--quiet', file], (error, out) => told(error ? out || String(error) : ''));
    });
    if (!found) writeFileSync(key, '');
    else ++faulty;
    process.stdout.write(found);
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, look));
console.log(`clang-tidy: ${all.length} files, ${count} of them checked, ${faulty} with findings`);
process.exitCode = faulty ? 1 : 0;
