// Where the files lie that the modules fetch: policy, texts, style sheets and the core. A bundle holds the scripts alone.

/** The address of one: where start({ files }) says, else beside the page's own abide.mjs, else beside this module. */
export function fileAt(name) {
  const page = globalThis.document;
  const said = page?.documentElement.dataset?.abideFiles;
  const own = page?.querySelector('script[type="module"][src$="/abide.mjs"]')?.src;
  return new URL(name, said ?? own ?? import.meta.url ?? page.baseURI); // in a script that is no module nobody knows its own
}
