// Finds the files that the modules fetch (policy, texts, style sheets, core), and whether a server provides them. A bundle
// contains only the scripts.

import { page } from './page.mjs';

/** The address of a file: in the folder that start({ files }) names, else beside this module. In a bundle: beside the page's
    own abide.mjs, else beside the bundle. */
export function fileAt(name) {
  const said = page?.documentElement.dataset?.abideFiles, here = import.meta.url;
  if (!said && /^http.*\/place\.mjs\b/.test(here)) return new URL(name, here); // webpack writes file:
  const own = page?.querySelector('script[type="module"][src$="/abide.mjs"]')?.src;
  return new URL(name, said ?? own ?? here ?? page.baseURI); // a classic script does not know its own address
}

/** Puts the decision of the server that this file came from in force. Returns false if it did not come from a server of
    Abide. */
export async function askServer() {
  const [path] = /^.*(?=\/v-[0-9a-f]{12}\/)/.exec(fileAt('').pathname) ?? [];
  if (!path) return false;
  if (page.prerendering) await new Promise((resolve) => page.addEventListener('prerenderingchange', resolve));
  const reply = await fetch(`${path}/state?at=${Date.now()}`);
  window.abide.apply(await reply.json());
  return true;
}
