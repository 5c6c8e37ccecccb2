// The folder of the built browser files: build/release/wasm, or ABIDE_WASM.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = process.env.ABIDE_WASM ?? fileURLToPath(new URL('../../build/release/wasm', import.meta.url));

export const built = (name) => join(folder, name);
export const builtUrl = (name) => pathToFileURL(built(name)).href;
export const wasmBytes = () => readFileSync(built('abide.wasm'));
