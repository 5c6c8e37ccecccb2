// Choices: each waits for the one before, a refusal holds at once, and tabs are kept in step.

import { gate, isOutdated, state } from '../page/decision.mjs';
import { here, language, server } from './server.mjs';
import { page } from '../page/page.mjs';
import { deliver, dropGrants, isRefusal, keep, kept, without } from './refusals.mjs';
import { closeFor, settleNotice } from '../notice/closing.mjs';

export let site = server; // or static.mjs
let channel;
let turn = Promise.resolve(); // one choice after the other
let choices = 0; // the number made, plus the number answered
const NEVER = new Promise(() => {});

export function formOf(fields) {
  const form = new URLSearchParams({ from: 'settings', return: here(), lang: language() });
  for (const [name, values] of Object.entries(fields)) for (const value of [].concat(values)) form.append(name, value);
  return form;
}

/** Without a printed state: asks the server that this file came from. If there is none, the page decides. */
export async function openSite(options, api) {
  if (!options.policy && await (await import('../page/provider.mjs')).askServer(apply)) return;
  site = (await import('../static/static.mjs')).openStatic(options, api);
  await site.begin();
}

/** Choices wait until it is known who decides. */
export const waitFor = (opening) => (turn = opening);

/** Resolves with the decision in force; rejects if nothing was saved. */
export function putInForce(form) {
  ++choices;
  const next = turn.then(() => decide(form));
  turn = next.catch(() => {});
  form.at ||= Date.now() + choices / 1e4; // no two have the same
  keep(form);
  refuseAtOnce(next.catch(() => NEVER));
  return next;
}

async function decide(form) {
  const clearing = isRefusal(form) && loadClearing(); // loads while the server answers
  try {
    const decision = await deliver(form, site.choose);
    ++choices; // earlier requests may still be answered, with the former decision
    const cleared = clearing && clearing.then((clear) => clear?.(decision)).catch(console.error);
    apply(decision, cleared); // at once; a reload waits for the clearing
    channel?.postMessage(decision);
    closeFor(form.get('choice'));
    await cleared;
    return state();
  } catch (error) {
    await refresh(); // a refusal may hold although it was not recorded
    dropGrants(form); // not before: requests fail also because the page is left
    refuseAtOnce();
    throw error;
  }
}

/** A decision without what was refused since, on this page or another. */
function unrefused(decision) {
  for (const form of kept()) decision = without(decision, form); // old libraries replace reduce()
  return decision;
}

/** Puts a decision in force, without what was refused since. While a refusal is not recorded the page is not reloaded: the
    next page would not know of it. */
function apply(decision, until) {
  gate().apply(unrefused(decision), kept().length ? NEVER : until);
  tellKnown(decision);
}

/** Tells listeners that answers may have changed although the decision has not. `detail`: the decision, if it is the
    server's present one. */
export const tellKnown = (detail) => page.dispatchEvent(new CustomEvent('abide:known', { detail }));

/** Puts a refusal in force as soon as it is made. */
export function refuseAtOnce(until = NEVER) {
  const now = state(), next = unrefused(now);
  if (JSON.stringify(next) !== JSON.stringify(now)) gate()?.apply(next, until);
}

/** Asks for the decision in force. Asks again if a choice was made or answered meanwhile: that answer is outdated. */
export function refresh() {
  const before = choices;
  return site.state().then((decision) => {
    if (choices !== before) return refresh(); // the older answer may have set the cookie
    const wasOutdated = isOutdated();
    apply(decision);
    settleNotice();
    if (wasOutdated) clearRefused(state());
  }, () => {});
}

/** A choice in one tab holds in all, and a refusal even before the server answers. A page in the browser's cache gets no
    messages; it asks when it comes back. */
export function openChannel() {
  try {
    channel = new BroadcastChannel('abide ' + (site.name ?? state().path)); // other sites may share the origin
    channel.onmessage = ({ data }) => {
      ++choices;
      const { lang, status } = state(); // the other tab may be in another language
      apply({ ...data, lang, status });
      if (!page.hidden) refresh();
    };
  } catch {} // there is none; in Firefox, for pages that may not store anything
}

// Clears what scripts stored for what was refused.

/** Loads what clears, if scripts have stored anything. Waits a second at most: a refusal must not be delayed for long. */
async function loadClearing() {
  try {
    if (page.cookie || localStorage.length || sessionStorage.length)
      return await Promise.race([
        import('../verdict/rules.mjs').then((one) => one.load(site.policy).then(one.clearing)),
        new Promise((go) => setTimeout(go, 1000)),
      ]);
  } catch {} // the page may not store anything, or the rules cannot be loaded
}

/** Clears what was refused on another page, by a signal, or by the law before an answer. It may still be in this browser,
    and servers cannot reach storage. */
export function clearRefused({ allowedShared, chosen, gpc, mode, regime }) {
  // Four: all categories, and what is allowed for shared cookies is allowed for others.
  if (allowedShared[3] || mode === 'observe' || isOutdated() || !(chosen || gpc || regime === 'opt_in')) return;
  // After the page's own work. on() calls it at once with what was told last: state() allows nothing until a page that comes
  // back from the browser's cache has an answer.
  setTimeout(() => loadClearing().then((clear) => clear && gate().on('consent', clear)()), 500);
}
