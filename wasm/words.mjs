// What visitors read where the page itself has to say it: the server's texts, one JSON file a language.

const ENGLISH = { 'frame.text': 'This content comes from {vendor} and needs your permission for: {purposes}.', 'frame.allow': 'Allow and show',
  'link.settings': 'Cookie settings', 'page.failed': 'Your choice could not be saved.', 'list.and': ' and ',
  'purpose.analytics': 'statistics', 'purpose.functional': 'preferences', 'purpose.targeting': 'targeted ads' };

const read = new Map(); // by folder

/** Gives `say(key, values)`, in the page's language, else English. `from`: the folder of the files. */
export function words(from = new URL('texts/', import.meta.url)) {
  const folder = `${from}`;
  if (!read.has(folder)) read.set(folder, fetchTexts(new URL(folder, document.baseURI), document.documentElement.lang || 'en').then(sayer));
  return read.get(folder);
}

const sayer = (texts) => (key, values = {}) =>
  (texts[key] ?? ENGLISH[key] ?? '').replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** Of `de-AT` that file, else `de`. */
async function fetchTexts(from, tag) {
  for (let name = tag; name; name = name.slice(0, Math.max(0, name.lastIndexOf('-')))) {
    const reply = await fetch(new URL(`${name}.json`, from)).catch(() => null);
    if (reply?.ok) return reply.json();
  }
  return {};
}
