// The parts that only some pages need, with the elements that each is for. `after`: a delay in milliseconds, in which the
// gate releases the frames that are allowed.

import { within } from './page/page.mjs';

const OWN_WORDS = ':not([data-category=required],[data-category=analytics],[data-category=functional],[data-category=targeting])';

const PARTS = [
  { part: () => import('./gated/frames.mjs'), after: 100, wants: '.abide-frame,iframe[data-category]:is([data-src],[data-abide-src],[data-srcdoc],' +
    '[data-abide-srcdoc]),script[type="text/plain"][data-category][data-box]' },
  { part: () => import('./gated/sources.mjs'), wants: '[data-category]:is(video,audio,source,track,embed,object,link,[data-abide-let],[data-srcset],' +
    '[data-srcdoc],[data-abide-src],[data-abide-srcset],[data-abide-href],[data-abide-data],[data-abide-poster],[data-abide-srcdoc])' },
  { part: () => import('./notice/dialogs.mjs'), wants: 'dialog:not(.abide),[popover]' },
  { part: () => import('./gated/dialects.mjs'), wants: '[data-cookiecategory],[data-cookieconsent],[class*="optanon-category-"],' +
    '[data-cc],[data-name]:is([data-src],[type="text/plain"]),.ot-sdk-show-settings,[videoid],.googlemapsembed,' +
    `:is(script[type="text/plain"],[data-src])[data-category]${OWN_WORDS}` },
];

/** Loads the parts that an element or the document needs, and lets each look there. */
export function look(root, ...given) {
  for (const { part, wants, after } of PARTS) {
    const wanted = () => within(root, wants).length;
    if (wanted()) setTimeout(() => wanted() && part().then((one) => one.look(root, ...given)).catch(console.warn), after);
  }
}
