// Finds the files that the modules fetch (policy, texts, style sheets, core). A bundle contains only the scripts.

import { page } from './page.mjs';

/** An address and its parts, relative to the page's. Pages call things of their own URL. */
export const linkTo = (address) => Object.assign(page.createElement('a'), { href: address });

/** The address of a file: in the folder that start({ files }) names, else beside this module. In a bundle: beside the page's
    own abide.mjs, else beside the bundle. */
export function fileAt(name) {
  const here = import.meta.url, own = page?.querySelector('script[src$="/abide.mjs"]')?.src;
  return `${page?.documentElement.dataset?.abideFiles ??
    /^http.*\/place.mjs.*/.exec(here) ?? // webpack gives modules a file: address
    own ?? here ?? page.baseURI}`.replace(/[^/?#]*([?#].*)?$/, name); // a classic script does not know its own address
}
