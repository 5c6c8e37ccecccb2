// Writes suffixes.txt from the Public Suffix List in the Debian package `publicsuffix`.
//   node sdk/data/suffixes.mjs [public_suffix_list.dat] > sdk/data/suffixes.txt
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { domainToASCII } from 'node:url';

const list = process.argv[2] ?? '/usr/share/publicsuffix/public_suffix_list.dat';
const version = execFileSync('dpkg-query', ['-W', '-f', '${Version}', 'publicsuffix'], { encoding: 'utf8' });

// Leaves out rules of one label: without a rule, the last label is a public suffix anyway.
const rules = readFileSync(list, 'utf8').split('\n').map(line => line.trim()).filter(line => line && !line.startsWith('//'))
  .filter(rule => rule.includes('.'))
  .map(rule => rule.replace(/^([!]|[*][.])?(.*)$/, (_, mark = '', name) => mark + domainToASCII(name)));

console.log(`# Made by sdk/data/suffixes.mjs from the Public Suffix List, Debian package publicsuffix ${version}: change that.
# This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0. If a copy of the MPL was not
# distributed with this file, You can obtain one at https://mozilla.org/MPL/2.0/.
# version ${version.split('-')[0]}
# One rule a line, in ASCII; *.NAME: every label below NAME; !NAME: not that one. Rules of one label are left out.
${[...new Set(rules)].sort().join('\n')}`);
