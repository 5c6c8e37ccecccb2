#!/usr/bin/env node
// Copies the files that pages fetch to a folder that the site serves:   abide-files public/abide
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const served = /^(texts|.*\.(css|js|mjs|wasm))$/;
const [, , folder] = argv;

if (!folder || folder.startsWith('-')) {
  console.error('usage: abide-files FOLDER   such as public/abide');
  exit(2);
}
try {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(here))
    if (served.test(name) && name !== 'copy.mjs') cpSync(join(here, name), join(folder, name), { recursive: true });
} catch ({ message }) {
  console.error(`abide-files: cannot write to ${folder}: ${message}`);
  exit(1);
}
