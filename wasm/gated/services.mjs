// Single services: elements of a service that the visitor allowed, permanently or once, pass although their category does
// not. The gate lets elements pass whose service name the decision lists as exempt. So each such element gets a unique name
// for as long as it may be used.

import { fitsHost, linkTo, load } from '../verdict/rules.mjs';

const MARK = 'abide '; // prefix of these names

const asked = new Map(); // by element: a promise of its vendor
const vendors = new Map(); // by element: its vendor, if known
const passing = new Map(); // by element: what passes, see pass()
const gone = new Set(); // scripts that passed and have left the page since: they may have run
let made = 0; // number of names so far
let heard = null; // the last decision seen, without these names

/** The vendor of an element: the one it names, or else the one its address belongs to. Empty: neither the policy nor the
    catalog lists it, so a choice about it could not be recorded. */
export function vendorOf(element, site) {
  if (!asked.has(element)) asked.set(element, find(element, site).catch(() => ''));
  return asked.get(element);
}

/** Asks the policy first. For frames, the core is loaded only once they are visible. */
async function find(element, { policy }) {
  const { abideService, service, abideSrc, src = abideSrc ?? element.getAttribute('src') } = element.dataset;
  const named = abideService ?? service;
  if (!named && !src) return '';
  const rules = await load(policy), { hostname: host } = linkTo(src ?? '');
  const declared = (rules.policy.cookies ?? []).filter((one) => (named ? same(one.vendor, named) : one.host && fitsHost(one.host, host)));
  const [name, ...others] = new Set(declared.map(({ vendor }) => vendor));
  if (name && !others.length) return name;
  if (element.localName === 'iframe') await seen(element);
  await rules.whole();
  if (!named) return rules.url(src, { type: 'frame' }).vendor;
  const known = (name) => (name && rules.core?.service(name)) || '';
  return known(named) || known((await import('./aliases.mjs')).vendorCalled(named));
}

const seen = (element) => new Promise((done) => {
  new IntersectionObserver((all, watch) => {
    if (all.some(({ isIntersecting }) => isIntersecting)) done(watch.disconnect());
  }).observe(element);
});

const lower = (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const same = (one, other) => one !== undefined && lower(one) === lower(other);

/** The categories an element waits for. */
export const purposesOf = ({ dataset }) => (dataset.category?.match(/\w+/g) ?? []).filter((name) => name !== 'required');

/** What an element waits for. */
const waitsFor = (element) => ({ purposes: purposesOf(element), shared: element.dataset.shared });

/** Whether a decision allows a service in every category that an element of it waits for. */
function covers({ services = [], gpc, optedOut, optedOutShared, allowed, allowedShared }, { purposes, shared }, vendor) {
  return services[0] && purposes.every((name) => {
    const isShared = !/^false/.test(shared ?? name === 'targeting');
    if ((isShared ? allowedShared : allowed).includes(name)) return true;
    if (gpc && !(isShared ? optedOutShared : optedOut).includes(name)) return false; // even if the server did not see the signal
    return services.some((one) => same(one.service, vendor) && one.category === name && (one.shared || !isShared));
  });
}

function begin() {
  if (heard) return;
  heard = plain(window.abide.state());
  window.abide.on('change', look);
}

/** Lets an element pass while its service is allowed. Resolves to its vendor. */
export async function follow(element, site) {
  begin();
  const vendor = await vendorOf(element, site);
  if (vendor) vendors.set(element, vendor);
  enforce();
  return vendor;
}

/** Lets only this element pass, and only once: nothing is stored or sent. */
export function showOnce(element) {
  begin();
  window.abide.apply(); // the signal may have changed meanwhile
  pass(element);
  enforce();
}

/** Allows a service permanently, on every page. Resolves when this is recorded, to whether the element may pass now.
    @param choose abide.mjs's function that sends a choice */
export async function allowService(element, service, choose) {
  const decision = await choose({ choice: 'allow-service', service, grant: purposesOf(element) });
  return covers(decision, waitsFor(element), service);
}

const plain = (state) => ({ ...state, allowedExempt: (state.allowedExempt ?? []).filter((name) => !name.startsWith(MARK)) });

/** Whether a decision denies something that the one before allowed, or newly refuses everything. */
const isStricter = (now, before) => now.chosen && !now.granted && !(before.chosen && !before.granted) ||
  ['allowed', 'allowedShared'].some((list) => before[list].some((name) => !now[list].includes(name)));

/** Called after every change of the decision, before the gate applies it. */
function look() {
  const now = plain(window.abide.state()), ends = isStricter(now, heard);
  heard = now;
  if (ends) {
    for (const [element, { vendor }] of passing) if (!vendor) stop(element);
    for (const one of gone) if (!one.vendor) gone.delete(one);
  }
  enforce();
}

/** Gives elements their names or removes them, and passes the names to the gate. Not while the page is in the browser's cache:
    the gate then has no decision that could be passed back to it. */
function enforce() {
  const now = window.abide.state(), rest = plain(now);
  if (JSON.stringify(rest) !== JSON.stringify(heard)) return;
  for (const list of [asked, vendors, passing])
    for (const element of list.keys()) if (!element.isConnected) forget(element);
  for (const [element, vendor] of vendors) {
    const known = passing.get(element);
    if (covers(rest, known ?? waitsFor(element), vendor)) pass(element, vendor);
    else if (known?.vendor) stop(element);
  }
  for (const one of gone) if (one.vendor && !covers(rest, one, one.vendor)) gone.delete(one);
  const next = [...rest.allowedExempt, ...[...passing.values(), ...gone].map(({ name }) => name)];
  if (`${next}` !== `${now.allowedExempt ?? []}`) window.abide.apply({ ...now, allowedExempt: next });
}

/** Lets an element pass under a name of its own, as what it is now: a script may change once it has run.
    @param vendor the service that the visitor allows; none: the element passes only once */
function pass(element, vendor) {
  const known = passing.get(element);
  if (known) return void (known.vendor ??= vendor);
  const one = { ...waitsFor(element), name: MARK + ++made, service: element.dataset.service, was: askedOf(element), vendor,
    watch: new MutationObserver(() => nameAgain(element)) };
  passing.set(element, one);
  element.dataset.service = one.name;
  one.watch.observe(element, { attributeFilter: ['data-service'] });
}

/** What the visitor was asked about. */
const askedOf = (element) => {
  const { category, shared, src, abideSrc } = element.dataset;
  return [category, shared, src ?? abideSrc ?? element.getAttribute('src')].join('\n');
};

/** Tools that write the page's markup over the document take away what the gate and this module changed, and the element
    waits again. It is let through again, unless it has become another one. */
function nameAgain(element) {
  const { name, service, was } = passing.get(element);
  if (element.dataset.service === name) return;
  if (element.dataset.service !== service || askedOf(element) !== was) return forget(element);
  element.dataset.service = name;
  window.abide.add(element);
}

/** A script that ran is judged by its name for as long as the page is open, whatever becomes of its node. */
function forget(element) {
  const one = passing.get(element);
  if (one && element.localName === 'script') gone.add(one);
  one?.watch.disconnect();
  for (const list of [asked, vendors, passing]) list.delete(element);
}

function stop(element) {
  const { service, watch } = passing.get(element);
  watch.disconnect();
  passing.delete(element);
  if (service === undefined) delete element.dataset.service;
  else element.dataset.service = service;
}
