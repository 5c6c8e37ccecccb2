// Where the files lie that the modules fetch: policy, texts, style sheets and the core; and whether a server has them. A bundle
// holds the scripts alone.

import { page } from './page.mjs';

/** The address of one: where start({ files }) says, else beside the page's own abide.mjs, else beside this module. */
export function fileAt(name) {
  const said = page?.documentElement.dataset?.abideFiles;
  const own = page?.querySelector('script[type="module"][src$="/abide.mjs"]')?.src;
  return new URL(name, said ?? own ?? import.meta.url ?? page.baseURI); // in a script that is no module nobody knows its own
}

/** Puts the decision of the server in force whose file this is; false: it is no server's. */
export async function askServer() {
  const [path] = /^.*(?=\/v-[0-9a-f]{12}\/)/.exec(fileAt('').pathname) ?? [];
  if (!path) return false;
  if (page.prerendering) await new Promise((resolve) => page.addEventListener('prerenderingchange', resolve));
  const reply = await fetch(`${path}/state`, { cache: 'no-store' });
  window.abide.apply(await reply.json());
  return true;
}
