// Texts for visitors that the page itself must show: the server's texts, one JSON file per language.

import { page } from './page.mjs';
import { fileAt, linkTo } from './place.mjs';

const ENGLISH = { 'frame.text': 'This content loads only if you allow this purpose: {purposes}.',
  'frame.once': 'Show once', 'frame.always': 'Always show {service}', 'frame.allow': 'Allow and show', 'link.settings': 'Cookie settings', 'page.failed': 'Your choice could not be saved.',
  'reason.gpc': 'Off: your browser sends Global Privacy Control.',
  'list.comma': ', ', 'analytics.title': 'Statistics', 'functional.title': 'Preferences',
  'targeting.title': 'Targeted ads' };

const read = {}; // by folder and language
let spoken = ''; // the language that the page changed to

/** Changes the language of the texts. */
export async function speak(tag, refresh) {
  spoken = tag;
  await refresh();
  page.dispatchEvent(new CustomEvent('abide:language', { detail: tag }));
}

/** Returns `say(key, values)` in the language of the server's texts or of the page, else in English; `say.lang` is its language.
    @param from the folder of the files */
export function words(from = fileAt('texts/')) {
  const folder = linkTo(from).href;
  const tag = spoken || window.abide.state().lang || page.documentElement.lang || 'en';
  const key = `${folder} ${tag}`;
  return read[key] ??= fetchTexts(folder, tag).then((found) => sayer(found ?? forget(key)));
}

/** No file could be read: the next call tries again. */
const forget = (key) => (delete read[key], ['en', {}]);

function sayer([lang, texts]) {
  const say = (key, values = {}) =>
    (texts[key] ?? ENGLISH[key] ?? '').replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  return Object.assign(say, { lang, list: (names) => listed(names, say), date: (time) => dateOf(time, say),
    lifetime: (text) => lifetimeOf(text, say) });
}

const listed = (names, say) => (names.length < 2 ? names.join('')
  : names.slice(0, -1).join(say('list.comma')) + say('list.and') + names.at(-1));

/** The day of a date-time, in UTC like the server's. */
function dateOf(time, say) {
  if (!time) return '';
  const [year, month, day] = new Date(time).toISOString().slice(0, 10).split('-');
  return say('date', { year, month: say('months').split('|')[month - 1], day: day === '01' ? say('date.first_day') : +day });
}

/** The text of a lifetime such as the policy's `13 months`, in the form that its number requires. The forms are in the order
    of Unicode's plural categories, without those that no whole number uses. */
function lifetimeOf(text, say) {
  const [, count, unit] = /^(\d+) ([a-z]+?)s?$/.exec(text) ?? [];
  if (!unit) return text === 'session' ? say('lifetime.session') : '';
  const forms = say(`lifetime.${unit}s`, { count }).split('|'), rule = new Intl.PluralRules(say.lang);
  const known = rule.resolvedOptions().pluralCategories;
  const order = ['zero', 'one', 'two', 'few', 'many', 'other'].filter((name) => known.includes(name));
  if (order.length > forms.length && order[0] === 'zero') order.shift();
  return forms[Math.min(Math.max(order.indexOf(rule.select(count)), 0), forms.length - 1)];
}

async function fetchTexts(from, tag) {
  for (const name of filesOf(tag)) {
    const texts = await fetchJson(`${from}${name}.json`);
    if (texts) return [name, texts];
  }
  return null;
}

/** null: there is no such file. Some hosts answer with 200 and an HTML page instead. */
async function fetchJson(url) {
  try {
    const reply = await fetch(url);
    return reply.ok ? await reply.json() : null;
  } catch {
    return null;
  }
}

/** For `de-AT`: `de-AT`, `de`, `en`. Chinese is written in two scripts: `zh-TW` stands for `zh-Hant`. Some pages print
    the name of a locale instead of a tag: `de_AT`, `de_AT.UTF-8`. */
function filesOf(tag) {
  const names = [];
  try {
    const locale = new Intl.Locale(tag.replace(/[.@].*/, '').replace(/_/g, '-'));
    const { baseName } = locale.language === 'zh' ? locale.maximize() : locale;
    for (let name = baseName; name; name = name.slice(0, Math.max(0, name.lastIndexOf('-')))) names.push(name);
    if (/^n[on]$/.test(locale.language)) names.push('nb');
  } catch {
    // not a language tag
  }
  return [...names, 'en'];
}
