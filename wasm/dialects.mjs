// Translates the tags and buttons of other consent tools into Abide's own, so that a site that moves over need not change
// its pages. The words are data. An element with a word that is not listed here stays held.

import { globalOf } from './page.mjs';

const CATEGORY = {
  required: 'necessary essential strictly-necessary c0001',
  analytics: 'statistics statistic performance measurement c0002',
  functional: 'preferences preference functionality personalization experience c0003',
  targeting: 'marketing advertising advertisement ads social c0004 c0005',
};
const WORDS = new Map(Object.entries(CATEGORY).flatMap(([name, words]) =>
  [name, ...words.split(' ')].map((word) => [word, name])));

// vanilla-cookieconsent 2 and 3, and OneTrust's class
const BUTTONS = { 'accept-all': 'accept-all', 'accept-necessary': 'reject-all', 'accept-custom': 'open',
  'accept-selection': 'open', 'show-preferencesModal': 'open', 'show-consentModal': 'open', 'c-settings': 'open' };

// What each tool writes on an element. All categories that it names must be allowed.
const TAGS = [
  { of: 'klaro', find: '[data-name]:not([data-category])', words: ({ dataset }) => klaro(dataset.name).purposes.join(' '),
    service: ({ dataset }) => dataset.name },
  { of: 'vanilla-cookieconsent 2', find: '[data-cookiecategory]', words: ({ dataset }) => dataset.cookiecategory },
  { of: 'vanilla-cookieconsent 3, c15t', find: '[data-category]', words: ({ dataset }) => dataset.category },
  { of: 'Cookiebot', find: '[data-cookieconsent]:not([data-cookieconsent="ignore"])',
    words: ({ dataset }) => dataset.cookieconsent },
  { of: 'OneTrust', find: '[class*="optanon-category-"]',
    words: ({ className }) => /(?:^|\s)optanon-category-(C\S*)/.exec(className)?.[1].replaceAll('-', ' ') ?? '' },
];
/** What the site's configuration of klaro says about a service: klaro's tags contain only its name. */
const klaro = (name) => ({ purposes: [], ...globalOf('klaroConfig')?.services?.find((one) => one.name === name) });

const ELEMENT = 'script[type="text/plain"],:is(iframe,img):is([data-src],[data-cookieblock-src])';

/** Translates an element and its descendants. */
export function look(root, ...others) {
  const all = (find) => [...(root.matches?.(find) ? [root] : []), ...root.querySelectorAll(find)];
  for (const { find, words, service } of TAGS)
    for (const element of all(find)) if (element.matches(ELEMENT)) translate(element, words(element), service?.(element));
  for (const { dataset } of all('[data-cc]')) if (BUTTONS[dataset.cc]) dataset.abide ??= BUTTONS[dataset.cc];
  for (const button of all('.ot-sdk-show-settings')) button.dataset.abide ??= 'open';
  window.abide.apply(); // the gate looks again
  if (all('iframe[data-category]').length) import('./frames.mjs').then((one) => one.look(root, ...others)).catch(console.warn);
}

function translate(element, text, service) {
  const { dataset } = element;
  const words = text.toLowerCase().match(/[^\s,!]+/g) ?? [];
  const names = new Set(words.map((word) => WORDS.get(word)));
  if (!names.size || names.has(undefined)) return;
  const undo = text.includes('!') || dataset.service?.startsWith('!') ? '!' : '';
  if (dataset.cookieblockSrc) dataset.src ??= dataset.cookieblockSrc;
  const category = undo + [...names].join(' ');
  if (service) dataset.abideService ??= service;
  if (dataset.category !== category) dataset.category = category;
}
