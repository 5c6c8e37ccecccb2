// The dependencies between the rooms of the house, read from the #include and import lines. They may go down a floor, never
// up, and no files may form a cycle. Private headers declare in abide::detail.
//   node tests/rules/arrows.mjs          prints each fault; exit status 1 if there is one
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

// Each room, and the rooms that its files may include besides its own.
const rooms = {
  sdk: [],
  base: ['sdk'],
  words: [],
  policy: ['words', 'base', 'sdk'],
  place: ['words', 'policy', 'base', 'sdk'],
  html: ['base', 'sdk'],
  pages: ['html', 'words', 'policy', 'base', 'sdk'],
  log: ['sdk'],
  records: ['log', 'words', 'policy', 'base', 'sdk'],
  site: ['pages', 'html', 'place', 'policy', 'log', 'base', 'sdk'],
  start: ['site', 'records', 'pages', 'html', 'place', 'policy', 'log', 'base', 'sdk'],
  beast: ['start', 'site', 'log', 'policy', 'base', 'sdk'],
  httplib: ['start', 'site', 'log', 'policy', 'base', 'sdk'],
  apache: ['c', 'start', 'site', 'log', 'policy', 'base', 'sdk'],
  nginx: ['c', 'start', 'site', 'log', 'policy', 'base', 'sdk'],
  proxy: ['start', 'site', 'pages', 'records', 'place', 'log', 'policy', 'base', 'sdk'],
  c: ['start', 'site', 'records', 'log', 'policy', 'base', 'sdk'],
  tools: ['words', 'records', 'log', 'pages', 'policy', 'base', 'sdk'],
  cli: ['proxy', 'start', 'tools', 'records', 'log', 'pages', 'html', 'place', 'policy', 'base', 'sdk'],
  'wasm/gate': [],
  'wasm/page': [],
  'wasm/core': ['wasm/page', 'sdk'],
  'wasm/verdict': ['wasm/core', 'wasm/page'],
  'wasm/choice': ['wasm/static', 'wasm/verdict', 'wasm/notice', 'wasm/page'],
  'wasm/notice': ['wasm/page'],
  'wasm/gated': ['wasm/verdict', 'wasm/page'],
  'wasm/static': ['wasm/verdict', 'wasm/page'],
  'wasm/cmake': [],
  wasm: ['wasm/static', 'wasm/gated', 'wasm/notice', 'wasm/choice', 'wasm/verdict', 'wasm/core', 'wasm/page', 'wasm/gate'],
  'wasm/react': ['wasm'],
  samples: ['beast', 'httplib', 'c', 'start', 'site', 'log', 'policy', 'base', 'sdk'],
};

// Headers of a room that other rooms may include although they may not include the rest.
const doors = { 'middleware/src/records/receipt.hpp': ['site'] };

// Public headers share one folder, but each belongs to a room.
const publicHeaders = { 'headers.hpp': 'base', 'config.hpp': 'policy', 'event.hpp': 'log', 'log.hpp': 'log', 'records.hpp': 'records', 'effect.hpp': 'site', 'site.hpp': 'site', 'carry.hpp': 'start', 'live_site.hpp': 'start', 'site.h': 'c',
  'httplib.hpp': 'httplib', 'beast.hpp': 'beast', 'beast_async.hpp': 'beast', 'beast_body.hpp': 'beast', 'beast_fields.hpp': 'beast', 'beast_stream.hpp': 'beast' };

const folders = ['sdk/include', 'sdk/src', 'sdk/src/c', 'sdk/data', 'middleware/include', 'middleware/src', 'middleware'];

function roomOf(file) {
  const [, publicHeader] = file.match(/^middleware\/include\/abide\/(.+)$/) ?? [];
  if (publicHeader) return publicHeaders[publicHeader];
  const [, room] = file.match(/^middleware\/(?:src\/)?([a-z_]+)\//) ?? file.match(/^(wasm\/[a-z]+)\//) ?? [];
  return room ?? file.split('/')[0];
}

function sourcesBelow(folder) {
  const found = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'build') continue;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...sourcesBelow(path));
    else if (/\.(c|h|cpp|hpp|js|mjs)$/.test(entry.name)) found.push(path);
  }
  return found;
}

/// The file of the tree that an include or import names; undefined if it is not one of ours.
function included(from, name) {
  for (const folder of [dirname(from), ...folders]) {
    const path = normalize(`${folder}/${name}`);
    if (existsSync(join(root, path))) return path;
  }
  return undefined;
}

const INCLUDE = /^\s*#\s*include\s+["<]([^">]+)[">]/gm;
const IMPORT = /\b(?:from |import\()'(\.[^']+)'/g;

const faults = [];
const edges = new Map(); // between units: a header and its source are one unit
const unit = file => file.replace(/\.(c|h|cpp|hpp)$/, '');

function look(file) {
  const room = roomOf(file);
  if (!rooms[room]) return faults.push(`${file} lies in no room`);
  const text = readFileSync(join(root, file), 'utf8');
  for (const [, name] of text.matchAll(/\.m?js$/.test(file) ? IMPORT : INCLUDE)) {
    const target = included(file, name);
    if (!target) {
      if (/^abide\/|tests\//.test(name)) faults.push(`${file} includes ${name}, which is not there`);
      continue;
    }
    const to = roomOf(target);
    if (to !== room && !rooms[room].includes(to) && !doors[target]?.includes(room))
      faults.push(`${file} (${room}) uses ${target} (${to}), which no arrow allows`);
    if (unit(file) !== unit(target)) edges.set(unit(file), (edges.get(unit(file)) ?? new Set()).add(unit(target)));
  }
}

/// A cycle through `start`, as the path that closes it; empty if there is none.
function circleFrom(start, path = [start], seen = new Set()) {
  for (const next of edges.get(path.at(-1)) ?? []) {
    if (next === start) return [...path, start];
    if (seen.has(next)) continue;
    seen.add(next);
    const found = circleFrom(start, [...path, next], seen);
    if (found.length) return found;
  }
  return [];
}

// Private names are in abide::detail: apart from the headers in an include/ folder, a header may open namespace abide
// only to forward-declare types.
function lookForPrivateNames(file) {
  if (!file.endsWith('.hpp') || file.includes('/include/') || !/^(sdk|middleware)\//.test(file)) return;
  const text = readFileSync(join(root, file), 'utf8').replace(/^namespace abide \{\n((struct|class) \w+;\n)+\}/gm, '');
  for (const [, name] of text.matchAll(/^\s*(?:inline\s+)?namespace\s+(abide[\w:]*)\s*\{/gm))
    if (!/^abide::detail(::|$)/.test(name)) faults.push(`${file} is private and declares in ${name}, not in abide::detail`);
}

const sources = ['sdk', 'middleware', 'wasm', 'samples'].flatMap(sourcesBelow);
for (const file of sources) if (/\.(c|h|cpp|hpp)$/.test(file) || /^wasm\/.*\.m?js$/.test(file)) look(file);
sources.forEach(lookForPrivateNames);
const told = new Set();
for (const start of edges.keys()) {
  const circle = circleFrom(start);
  if (!circle.length || circle.some(each => told.has(each))) continue;
  circle.forEach(each => told.add(each));
  faults.push(`a circle: ${circle.join(' -> ')}`);
}
for (const fault of faults) console.log(fault);
console.log(`${sources.length} files of ${new Set(sources.map(roomOf)).size} rooms in ${relative(process.cwd(), root) || '.'}: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`);
process.exit(faults.length ? 1 : 0);
