// A site without a server of Abide's: the policy is a JSON file, the choice lies in a cookie that the page writes, and
// the core decides in the page. Until it is there the strictest decision holds.

import { fileAt } from './place.mjs';
import { cookieName, readRecord, writeRecord } from './record.mjs';
import { load } from './rules.mjs';
import { words } from './words.mjs';

const CATEGORIES = ['required', 'analytics', 'functional', 'targeting'];
const STRICTEST = { v: 1, allowed: ['required'], allowedShared: ['required'], regime: 'opt_in', notice: 'banner' };

/** What abide.mjs asks in place of a server. */
export function openStatic({ policy, texts, notice }, api) {
  const source = policy ?? fileAt('policy.json');
  const site = { policy: typeof source === 'string' ? new URL(source, document.baseURI) : source, texts };
  const drawn = () => import('./notice.mjs').then(({ draw }) => draw(site, api));
  const show = notice === 'none' ? () => Promise.resolve() : () => drawn().then((one) => one.show());
  let decision = null;

  async function decide(rules) {
    await rules.whole();
    const record = recordOf(rules);
    decision = rules.core && rules.core.decide(visitOf(rules.policy, record));
    return stateOf(rules.policy, decision, record, await words(texts));
  }

  async function begin() {
    const rules = await load(site.policy);
    site.name = cookieName(rules.policy); // by which its tabs know each other
    if (mayAskAtOnce(rules.policy)) show().catch(console.error);
    const state = await decide(rules);
    remember(rules, state);
    window.abide.apply(state);
    if (state.notice === 'banner') await show();
  }

  async function choose(fields) {
    const rules = await load(site.policy);
    await rules.whole();
    if (!rules.core) throw new Error('abide: there is no core');
    change(rules, indicationOf(fields));
    return decide(rules);
  }

  return Object.assign(site, { begin, choose, state: async () => decide(await load(site.policy)),
    open: () => void drawn().then((one) => one.show(true)), fail: () => void drawn().then((one) => one.fail()) });
}

const signals = () => (navigator.globalPrivacyControl === true ? [['Sec-GPC', '1']] : []);
const dnt = () => (navigator.doNotTrack === '1' ? [['DNT', '1']] : []);

/** Nobody was asked yet, and the place asks for consent or is not known. */
const mayAskAtOnce = (policy) => !readRecord(policy) && !placeOf(policy);

/** A page does not know where its visitor is: the strictest rules, unless the policy names one place for all. */
const placeOf = ({ jurisdiction: { from = 'fixed', fixed = null } = {} }) => (from === 'fixed' ? fixed : null);

/** The record of the cookie; null: none, or one that the core cannot read. */
function recordOf({ core, policy }) {
  const record = readRecord(policy);
  try {
    core?.decide({ headers: [], record });
    return record;
  } catch {
    return null;
  }
}

const visitOf = (policy, record) =>
  ({ headers: [...signals(), ...dnt()], location: placeOf(policy), record, visitor: { known: record !== null } });

const change = (rules, indication) =>
  writeRecord(rules.policy, rules.core.choose({ ...visitOf(rules.policy, recordOf(rules)), ...indication }));

/** What the fields of a form say, read as the server reads them. */
function indicationOf(fields) {
  const categories = (name) => fields.getAll(name).filter((value) => CATEGORIES.includes(value));
  return {
    choice: fields.getAll('choice').at(-1) ?? (fields.get('gpc') === '1' ? 'signal' : undefined),
    grant: categories('grant'), keep: categories('keep'), exception: categories('exception'),
    from: fields.get('from') === 'banner' ? 'banner' : 'settings',
  };
}

function remember(rules, { gpc, mode }) {
  if (!gpc || !rules.core || mode === 'observe' || recordOf(rules)?.sticky_since) return;
  change(rules, { choice: 'signal' });
}

function stateOf(policy, decision, record, say) {
  const { notice: { version = 1 } = {}, consent: { path = '/consent' } = {}, mode = 'enforce' } = policy;
  const common = { path, mode, noticeVersion: version, lang: document.documentElement.lang };
  if (!decision) return { ...STRICTEST, ...common, gpc: signals().length > 0, chosen: false, status: null };
  const { allowed, allowed_shared: allowedShared, gpc, regime, notice, reasons, reasons_shared: reasonsShared } = decision;
  const rules = [...Object.values(reasons), ...Object.values(reasonsShared)].map(({ rule }) => rule);
  const honored = rules.includes('D3c'), exception = rules.includes('D3a');
  const granted = Object.values(record?.choices ?? {}).includes('granted');
  return { v: 1, allowed, allowedShared, gpc, regime, notice, ...common, exception, granted, reasons, reasonsShared,
    chosen: Boolean(record?.time) && notice !== 'banner',
    status: honored ? { title: say('status.honored'), text: say('status.gpc') } : null };
}
