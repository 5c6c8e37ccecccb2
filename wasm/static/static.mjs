// A site without Abide's server: the policy is a JSON file, the page stores the choice in a cookie, and the core decides
// in the page. The strictest decision applies until the core is loaded.

import { page } from '../page/page.mjs';
import { fileAt, linkTo } from '../page/place.mjs';
import { shown } from '../page/provider.mjs';
import { cookieName, forgetUnkept, readRecord, settingsOf, writeRecord } from './record.mjs';
import { load } from '../verdict/rules.mjs';
import { words } from '../page/words.mjs';

const STRICTEST = { v: 1, allowed: ['required'], allowedShared: ['required'], regime: 'opt_in', notice: 'banner',
  chosen: false };

/** What abide.mjs calls instead of a server. */
export function openStatic({ policy, texts, notice: wanted }, api) {
  const notice = isWithin() ? 'none' : wanted;
  const source = policy ?? fileAt('policy.json');
  const site = { policy: typeof source === 'string' ? linkTo(source).href : source, texts };
  const drawn = () => import('./notice.mjs').then(({ draw }) => draw(site, api));
  const show = notice === 'none' ? () => Promise.resolve() : () => drawn().then((one) => one.show());
  let met = null; // the record from before this page remembered the signal; only visitors told earlier are offered an exception

  async function begin() {
    if (notice !== 'none' && !page.cookie) drawn().catch(() => {}); // loads its files in parallel with the core
    const rules = await load(site.policy);
    await rules.whole();
    await shown();
    if (rules.core) site.name = cookieName(settingsOf(rules)); // identifies the site's tabs to each other
    const state = await stateOf(rules, texts);
    if (rules.core) remember(rules);
    window.abide.apply(state);
    if (state.notice === 'banner') await show();
  }

  /** Records the signal once: later pages find it in the record. */
  function remember(rules) {
    const record = recordOf(rules), told = rules.core.tell(visitOf(rules, record));
    if (!told.remember || rules.core.settings().mode === 'observe') return;
    met = { record };
    change(rules, { choice: 'signal', source: told.state.gpc ? 'gpc_js' : 'dnt' });
  }

  async function choose(fields) {
    const rules = await load(site.policy);
    await rules.whole();
    if (!rules.core) throw new Error('abide: there is no core');
    change(rules, indicationOf(fields));
    met = null;
    const state = await stateOf(rules, texts);
    if ((state.granted || state.services) && forgetUnkept()) throw new Error('abide: not saved'); // a refusal needs no cookie
    return state;
  }

  async function state() {
    const rules = await load(site.policy);
    await rules.whole();
    return stateOf(rules, texts);
  }

  /** What the notice and its settings show; null: there is no core. */
  async function tell(categories) {
    const rules = await load(site.policy).catch(() => null);
    await rules?.whole();
    if (!rules?.core) return null;
    const visit = visitOf(rules, met ? met.record : recordOf(rules));
    return { ...rules.core.tell(visit), policy: rules.policy, settings: rules.core.settings(),
      cookie: cookieName(settingsOf(rules)),
      purposes: categories.map((name) => [name, rules.core.tellPurpose(visit, name)]) };
  }

  return Object.assign(site, { begin, choose, state, tell,
    open: () => void drawn().then((one) => one.show(true)) });
}

/** Whether the page is in a frame of a page that runs Abide: its choice applies here too. */
function isWithin() {
  try {
    const { abide } = window.parent; // or an element of that name
    return window !== window.parent && Boolean(abide) && Object.isFrozen(abide);
  } catch {
    return false; // the parent is of another origin
  }
}

const signals = () => (navigator.globalPrivacyControl === true ? [['Sec-GPC', '1']] : []);
const dnt = () => (navigator.doNotTrack === '1' ? [['DNT', '1']] : []);

/** A page does not know where its visitor is: the strictest rules apply unless the policy fixes one place for all. */
const placeOf = ({ jurisdiction: { from = 'fixed', fixed = null } = {} }) => (from === 'fixed' ? fixed : null);

/** The record in the cookie; null: there is none, or the core cannot read it. */
function recordOf(rules) {
  const record = readRecord(settingsOf(rules));
  try {
    rules.core.decide({ headers: [], record });
    return record;
  } catch {
    return null;
  }
}

const visitOf = ({ policy }, record) =>
  ({ headers: [...signals(), ...dnt()], location: placeOf(policy), record, visitor: { known: record !== null } });

const change = (rules, indication) => writeRecord(settingsOf(rules),
  rules.core.choose({ ...visitOf(rules, recordOf(rules)), ...indication }));

/** The choice that a form's fields express; the core checks their values. */
function indicationOf(fields) {
  return {
    choice: fields.getAll('choice').at(-1) ?? (fields.get('gpc') === '1' ? 'signal' : undefined),
    grant: fields.getAll('grant'), keep: fields.getAll('keep'), exception: fields.getAll('exception'),
    from: fields.get('from') === 'banner' ? 'banner' : 'settings', service: fields.get('service') || undefined,
  };
}

/** The state as the server prints it. */
async function stateOf({ core, policy }, texts) {
  const { path } = policy.consent ?? {}, lang = page.documentElement.lang;
  if (!core) return { ...STRICTEST, lang, gpc: signals().length > 0, status: null };
  const record = recordOf({ core, policy }), { state, status } = core.tell(visitOf({ policy }, record));
  const say = await words(texts), { mode } = core.settings();
  return { ...state, ...(path && { path }), mode, lang, status: status && statusText(status, record, say) };
}

function statusText({ title, text }, record, say) {
  const { purposes = [], time } = record?.exception ?? {};
  const values = { purposes: say.list(purposes.map((name) => say(`purpose.${name}`))), date: say.date(time) };
  return { title: say(title), text: say(text, values) };
}
