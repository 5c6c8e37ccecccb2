// What visitors read where the page itself has to say it: the server's texts, one JSON file a language.

const ENGLISH = { 'frame.text': 'This content loads only if you allow this purpose: {purposes}.',
  'frame.allow': 'Allow and show', 'link.settings': 'Cookie settings', 'page.failed': 'Your choice could not be saved.',
  'list.comma': ', ', 'analytics.title': 'Statistics', 'functional.title': 'Preferences',
  'targeting.title': 'Targeted ads' };

const read = new Map(); // by folder

/** Gives `say(key, values)`, in the language that the server wrote or the page's, else English; `say.lang` is which.
    @param from the folder of the files */
export function words(from = new URL('texts/', import.meta.url)) {
  const folder = `${new URL(from, document.baseURI)}`;
  const tag = window.abide.state().lang || document.documentElement.lang || 'en';
  if (!read.has(folder)) read.set(folder, fetchTexts(folder, tag).then(sayer));
  return read.get(folder);
}

const sayer = ([lang, texts]) => Object.assign((key, values = {}) =>
  (texts[key] ?? ENGLISH[key] ?? '').replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole), { lang });

async function fetchTexts(from, tag) {
  for (const name of filesOf(tag)) {
    const reply = await fetch(new URL(`${name}.json`, from)).catch(() => null);
    if (reply?.ok) return [name, await reply.json()];
  }
  return ['en', {}];
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
