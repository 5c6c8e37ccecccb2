// What visitors read where the page itself has to say it: the server's texts, one JSON file a language.

import { fileAt } from './place.mjs';

const ENGLISH = { 'frame.text': 'This content loads only if you allow this purpose: {purposes}.',
  'frame.allow': 'Allow and show', 'link.settings': 'Cookie settings', 'page.failed': 'Your choice could not be saved.',
  'reason.gpc': 'Off: your browser sends Global Privacy Control.',
  'list.comma': ', ', 'analytics.title': 'Statistics', 'functional.title': 'Preferences',
  'targeting.title': 'Targeted ads' };

const read = new Map(); // by folder

/** Gives `say(key, values)`, in the language that the server wrote or the page's, else English; `say.lang` is which.
    @param from the folder of the files */
export function words(from = fileAt('texts/')) {
  const folder = `${new URL(from, document.baseURI)}`;
  const tag = window.abide.state().lang || document.documentElement.lang || 'en';
  if (!read.has(folder)) read.set(folder, fetchTexts(folder, tag).then((found) => sayer(found ?? forget(folder))));
  return read.get(folder);
}

/** No file could be read: asked again next time. */
const forget = (folder) => (read.delete(folder), ['en', {}]);

const sayer = ([lang, texts]) => Object.assign((key, values = {}) =>
  (texts[key] ?? ENGLISH[key] ?? '').replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole), { lang });

async function fetchTexts(from, tag) {
  for (const name of filesOf(tag)) {
    const texts = await fetchJson(new URL(`${name}.json`, from));
    if (texts) return [name, texts];
  }
  return null;
}

/** null: there is none. Some hosts answer for a file that they do not have with 200 and a page of HTML. */
async function fetchJson(url) {
  try {
    const reply = await fetch(url);
    return reply.ok ? await reply.json() : null;
  } catch {
    return null;
  }
}

/** Of `de-AT` that file, else `de`, else `en`. Chinese is written in two scripts: `zh-TW` stands for `zh-Hant`. */
function filesOf(tag) {
  const names = [];
  try {
    const locale = new Intl.Locale(tag);
    const { baseName } = locale.language === 'zh' ? locale.maximize() : locale;
    for (let name = baseName; name; name = name.slice(0, Math.max(0, name.lastIndexOf('-')))) names.push(name);
    if (/^n[on]$/.test(locale.language)) names.push('nb');
  } catch {
    // no language
  }
  return [...names, 'en'];
}
