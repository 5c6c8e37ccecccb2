// Translates the tags and buttons of other consent tools into Abide's own, so that a site that moves over need not change
// its pages. The words are data. An element with a word that is not listed here stays held.

import { linkTo } from '../page/place.mjs';
import { globalOf, page } from '../page/page.mjs';

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

// The elements that tarteaucitron fills with a frame: the attribute that has what it adds to the address, and what the catalog
// says of the service. Not those with any address: text that a visitor wrote could then contain frames of any site.
const PLAYERS = [
  { find: '.youtube_player', from: 'videoid', address: 'https://www.youtube-nocookie.com/embed/', service: 'youtube', category: 'functional', shared: true },
  { find: '.vimeo_player', from: 'videoid', address: 'https://player.vimeo.com/video/', service: 'vimeo', category: 'functional', shared: false },
  { find: '.dailymotion_player', from: 'videoid', address: 'https://www.dailymotion.com/embed/video/', service: 'dailymotion', category: 'targeting', shared: true },
  { find: '.googlemapsembed', from: 'data-url', address: 'https://www.google.com/maps/embed', service: 'googlemaps', category: 'functional', shared: true },
];
const OPTIONS = ['autoplay', 'controls', 'loop', 'mute', 'muted', 'rel'];

const ELEMENT = 'script[type="text/plain"],:is(iframe,img):is([data-src],[data-cookieblock-src])';

/** Translates an element and its descendants. */
export function look(root, ...others) {
  const all = (find) => [...(root.matches?.(find) ? [root] : []), ...root.querySelectorAll(find)];
  for (const { find, words, service } of TAGS)
    for (const element of all(find)) if (element.matches(ELEMENT)) translate(element, words(element), service?.(element));
  for (const { dataset } of all('[data-cc]')) if (BUTTONS[dataset.cc]) dataset.abide ??= BUTTONS[dataset.cc];
  for (const button of all('.ot-sdk-show-settings')) button.dataset.abide ??= 'open';
  for (const player of PLAYERS) for (const element of all(player.find)) fill(element, player);
  window.abide.apply(); // the gate looks again
  if (all('iframe[data-category]').length) import('./frames.mjs').then((one) => one.look(root, ...others)).catch(console.warn);
}

function fill(element, { from, address, service, category, shared }) {
  const given = element.getAttribute(from) ?? '', options = OPTIONS.filter((name) => element.hasAttribute(name));
  const rest = given.startsWith(address) ? given.slice(address.length) : from === 'videoid' && encodeURIComponent(given);
  if (!rest || element.querySelector('iframe')) return;
  const frame = page.createElement('iframe'), src = linkTo(address + rest), query = new URLSearchParams(src.search);
  for (const name of options) query.set(name, element.getAttribute(name));
  if (options.length) src.search = query;
  for (const name of ['title', 'width', 'height']) if (element.hasAttribute(name)) frame.setAttribute(name, element.getAttribute(name));
  frame.allowFullscreen = element.getAttribute('allowfullscreen') !== '0';
  Object.assign(frame.dataset, { src, category, shared, abideService: service });
  element.append(frame);
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
