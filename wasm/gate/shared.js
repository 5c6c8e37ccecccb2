// Runs before the gate in a page that is the same for all visitors (`caching: shared`). Turns the printed state into this
// visitor's, by the cookie that the server sets beside the signed one. A cookie that does not fit the page is left to the
// gate, which then treats the page as outdated. Marks <html> for notice.css, so that nothing moves when the body is parsed.
(() => {
  const CATEGORIES = ['required', 'analytics', 'functional', 'targeting'];
  const NOTICES = ['none', 'banner', 'status', 'objection'];
  const FLAGS = ['chosen', 'granted', 'exception', 'exempt', 'objectable', 'signal'];
  const element = document.scripts['abide-state'], { dataset } = document.documentElement;
  if (document.prerendering) { // as without a printed state: nothing passes, and the server is asked once somebody sees the page
    dataset.abideQuiet = 0;
    return element.remove();
  }
  const NONE = ['required'];
  const { shared, ...page } = { allowed: NONE, allowedShared: NONE, optedOut: NONE, optedOutShared: NONE,
    ...JSON.parse(element.text) };
  const named = (hex, names) => names.filter((_, at) => parseInt(hex, 16) >> at & 1);

  const answer = () => {
    let cookie = '';
    try {
      ({ cookie } = document);
    } catch {} // the gate will notice
    const [, said, another] = `; ${cookie}`.split(`; ${shared.cookie}=`);
    if (said === undefined) return { now: '' };
    if (another !== undefined) return {}; // set for another domain or path: the server knows which one counts
    const [, own, others, exempt, flags, notice, key, day] = /^(\w)(\w)(\w)(\w\w)(\d)-([\d-]+)\.(\d+)/.exec(said) ?? [];
    if (key !== shared.key || day * 864e5 < Date.now()) return {};
    const kept = named(exempt, CATEGORIES), names = Object.entries(page.allowedNames ?? {});
    const left = names.filter(([category]) => kept.includes(category));
    return { now: '', allowed: named(own, CATEGORIES), allowedShared: named(others, CATEGORIES),
      notice: NOTICES[notice], allowedNames: Object.fromEntries(left),
      allowedExempt: left.length < names.length ? [] : page.allowedExempt ?? [], flags: named(flags, FLAGS) };
  };

  const { flags = [], ...said } = answer(), has = (flag) => flags.includes(flag);
  const gpc = navigator.globalPrivacyControl === true, dnt = shared.dnt && navigator.doNotTrack === '1';
  const made = { ...page, ...said };
  for (const flag of FLAGS.slice(0, 5)) if (has(flag)) made[flag] = true;
  if (has('signal')) made.gpc = gpc; // the answer includes it, with the visitor's exceptions
  else if (dnt) for (const [list, left] of [['allowed', 'optedOut'], ['allowedShared', 'optedOutShared']])
    made[list] = made[list].filter((name) => made[left].includes(name));
  // Defines a property that replaces the element's text, because trusted types may forbid changing that.
  Object.defineProperty(element, 'text', { value: JSON.stringify(made) });

  const told = has('exception') ? 'exception' : gpc ? 'gpc' : dnt ? 'dnt' : has('exempt') && 'exempt';
  if (told) dataset.abideTold = told;
  if (flags.length) dataset.abideIs = flags.join(' ');
  if (made.notice !== 'banner') dataset.abideQuiet = 0;
})();
