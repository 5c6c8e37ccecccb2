// Bundles a tool that is published as modules, as a site's own build would.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export async function bundle(tool, folder) {
  mkdirSync(folder, { recursive: true });
  const resolveDir = fileURLToPath(new URL('.', import.meta.url));
  const options = { bundle: true, minify: true, format: 'esm', target: 'es2022', logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' } };
  const script = join(folder, `${tool.name}.js`), styles = join(folder, 'styles.css');
  await build({ ...options, entryPoints: [tool.bundle], outfile: script });
  const stdin = { contents: '@import "@c15t/react/styles.css";', resolveDir, loader: 'css' };
  await build({ ...options, stdin, outfile: styles });
  tool.files = { [`${tool.name}.js`]: script, 'styles.css': styles };
}
