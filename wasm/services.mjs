// One service of a category, as the page shows it: what the visitor allowed by itself, from now on or this once, passes
// although its category does not. The gate lets pass what bears a name that the decision counts as exempt: so each such
// element gets a name of its own for as long as it may be used.

import { page } from './page.mjs';
import { load } from './rules.mjs';

const MARK = 'abide '; // before such a name

const asked = new Map(); // by element: a promise of its vendor
const vendors = new Map(); // by element: its vendor, where there is one
const passing = new Map(); // by element: its name, what it was called before, and whether that holds this once
let made = 0; // names so far
let heard = null; // the decision without those names, when it was looked at last

/** The vendor of an element: whom it names itself, else what its address is known for. Empty: none that policy or catalog
    know, so that nothing could be recorded of it. */
export function vendorOf(element, site) {
  if (!asked.has(element)) asked.set(element, find(element, site).catch(() => ''));
  return asked.get(element);
}

/** The policy alone is asked first; the core is loaded for what can be seen. */
async function find(element, { policy }) {
  const { abideService, service, abideSrc, src = abideSrc ?? element.getAttribute('src') } = element.dataset;
  const named = abideService ?? service;
  if (!named && !src) return '';
  const rules = await load(policy), { hostname: host } = new URL(src ?? '', page.baseURI);
  const declared = (rules.policy.cookies ?? []).filter((one) => (named ? same(one.vendor, named) : isOf(one.host, host)));
  const names = [...new Set(declared.map(({ vendor }) => vendor))];
  if (names.length === 1 && names[0]) return names[0];
  if (element.localName === 'iframe') await seen(element);
  await rules.whole();
  return named ? rules.core?.service(named) ?? '' : rules.url(src, { type: 'frame' }).vendor;
}

const isOf = (rule, host) => rule && (rule[0] === '.' ? `.${host}`.endsWith(rule) : host === rule);

const seen = (element) => new Promise((done) => {
  const observer = new IntersectionObserver((all) => {
    if (all.some(({ isIntersecting }) => isIntersecting)) done(observer.disconnect());
  });
  observer.observe(element);
});

const lower = (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const same = (one, other) => one !== undefined && lower(one) === lower(other);

/** What an element waits for. */
export const purposesOf = ({ dataset }) => (dataset.category.match(/\w+/g) ?? []).filter((name) => name !== 'required');

/** Whether a decision allows a service in every category that an element waits for. */
function covers({ services = [], gpc, optedOut, optedOutShared, allowed, allowedShared }, element, vendor) {
  const { shared } = element.dataset;
  return services.length > 0 && purposesOf(element).every((name) => {
    const isShared = shared === undefined ? name === 'targeting' : !/^false/.test(shared);
    if ((isShared ? allowedShared : allowed).includes(name)) return true;
    if (gpc && !(isShared ? optedOutShared : optedOut).includes(name)) return false; // also one that the server did not see
    return services.some((one) => same(one.service, vendor) && one.category === name && (one.shared || !isShared));
  });
}

function begin() {
  if (heard) return;
  heard = plain(window.abide.state());
  window.abide.on('change', look);
}

/** Lets an element pass while its service is allowed by itself. */
export async function follow(element, site) {
  begin();
  const vendor = await vendorOf(element, site);
  if (vendor) vendors.set(element, vendor);
  enforce();
  return vendor;
}

/** This element alone and this once: nothing is stored, and nobody is told. */
export function showOnce(element) {
  begin();
  pass(element, true);
  enforce();
}

/** From now on, on every page. Resolves when it is recorded, and says whether it counts.
    @param choose as abide.mjs sends what a visitor chose */
export async function allowService(element, service, choose) {
  const decision = await choose({ choice: 'allow-service', service, grant: purposesOf(element) });
  return covers(decision, element, service);
}

const plain = (state) => ({ ...state, allowedExempt: (state.allowedExempt ?? []).filter((name) => !name.startsWith(MARK)) });

/** Whether a decision takes back something that the one before let pass, or is a refusal of everything. */
const isStricter = (now, before) => Boolean(now.chosen && !now.granted && !(before.chosen && !before.granted)) ||
  ['allowed', 'allowedShared'].some((list) => before[list].some((name) => !now[list].includes(name)));

/** After every change of the decision, before the gate acts by it. */
function look() {
  const now = plain(window.abide.state()), ends = isStricter(now, heard);
  heard = now;
  for (const [element, { once }] of passing) if (once && ends) stop(element);
  enforce();
}

/** Gives and takes names, and tells the gate of them. */
function enforce() {
  const now = window.abide.state(), { allowedExempt, ...rest } = plain(now);
  for (const list of [asked, vendors, passing])
    for (const element of list.keys()) if (!element.isConnected) list.delete(element);
  for (const [element, vendor] of vendors) {
    if (covers(rest, element, vendor)) pass(element, false);
    else if (passing.get(element)?.once === false) stop(element);
  }
  const next = [...allowedExempt, ...[...passing.values()].map(({ name }) => name)];
  if (`${next}` !== `${now.allowedExempt ?? []}`) window.abide.apply({ ...now, allowedExempt: next });
}

function pass(element, once) {
  const before = passing.get(element);
  if (before) return void (before.once &&= once);
  const { service } = element.dataset, name = `${MARK}${++made}`;
  passing.set(element, { name, service, once });
  element.dataset.service = name;
}

function stop(element) {
  const { service } = passing.get(element);
  passing.delete(element);
  if (service === undefined) delete element.dataset.service;
  else element.dataset.service = service;
}
