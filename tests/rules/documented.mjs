// Every type, function and constant of a public header has a comment: above it, after it on the line, or above its
// group (declarations without an empty line between them).
//   node tests/rules/documented.mjs          prints each fault; exit status 1 if there is one
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const isDeclaration = /^(?:template|struct|class|enum|typedef|using|concept|inline|constexpr|\[\[nodiscard|ABIDE_API|ABIDE_C_API|visit |void |auto |config )/;
const isPrivate = /^namespace (?:\w+::)*(?:\w+_)?detail\b/;
const isForward = /^(?:class|struct|enum class) [\w: ]+;/;

/// The lines at namespace level, without private namespaces and bodies, in groups separated by empty lines.
function groupsOf(text) {
  const groups = [[]];
  let hidden = '';
  text.split('\n').forEach((line, index) => {
    if (hidden) {
      if (line.startsWith(hidden)) hidden = '';
    } else if (isPrivate.test(line) && !line.includes('}')) hidden = '}  // namespace';
    else if (line === '') groups.push([]);
    else groups.at(-1).push({ line, number: index + 1 });
  });
  return groups;
}

function faultsOf(file) {
  const faults = [];
  for (const group of groupsOf(readFileSync(join(root, file), 'utf8'))) {
    let isTold = false;
    for (const { line, number } of group) {
      isTold ||= /^\/\/\/|^\/\*|\/\/\/<|\/\*.*\*\/$/.test(line);
      if (isDeclaration.test(line) && !isForward.test(line) && !isTold) faults.push(`${file}:${number}: no comment: ${line}`);
    }
  }
  return faults;
}

const headers = ['sdk/include/abide', 'middleware/include/abide'].flatMap((folder) =>
  readdirSync(join(root, folder)).filter((name) => /\.(hpp|h)$/.test(name)).map((name) => `${folder}/${name}`));
const faults = headers.flatMap(faultsOf);
for (const fault of faults) console.log(fault);
console.log(`${headers.length} public headers: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`);
process.exit(faults.length === 0 ? 0 : 1);
