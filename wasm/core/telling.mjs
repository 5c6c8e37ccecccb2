// What pages say about a decision (abide/describing.hpp): the state that the server would print, the status line, and what
// a preference page says about a category. Texts are given by their keys.

import { categoriesOf } from './input.mjs';
import { CATEGORIES } from './numbers.mjs';
import { memberOf } from './policy.mjs';
import { timestamp } from './time.mjs';
import { pageVerdictAt, settingAt, withServices } from './verdict.mjs';

const FIELDS = ['', 'grant', 'keep', 'exception']; // the form field that a switch is sent as

/** `policy` is an abide_policy, and `rules` the result of readPolicy() for it. */
export function tell(memory, { policy, rules }, decision, signals) {
  const at = memory.take(memory.size.told);
  memory.c.abide_tell(policy, decision, at);
  const [askedFor, chosen, granted, exception, exempt, objectable, signal, left, leftShared, unconfirmed] =
    memory.bytes.subarray(at + 16, at + 26);
  const { regime, notice } = settingAt(memory, decision);
  const { allowed, allowedShared, ...reasons } = pageVerdictAt(memory, decision);
  return {
    state: { v: 1, allowed, allowedShared, optedOut: categoriesOf(left), optedOutShared: categoriesOf(leftShared),
      gpc: signals.gpc, regime, notice, chosen: chosen === 1, granted: granted === 1, exception: exception === 1,
      unconfirmed: unconfirmed === 1, exempt: exempt === 1, objectable: objectable === 1, ...reasons,
      ...exempted(memory, policy, rules, decision), ...withServices(memory, policy, decision) },
    status: memory.textAt(at + 8) && { title: memory.textAt(at), text: memory.textAt(at + 8) },
    askedFor: categoriesOf(askedFor),
    signal: signal === 1,
    remember: memory.c.abide_decision_remember(decision) === 1,
  };
}

/** The exempt vendors and name patterns that may be used here; fields without entries are absent. */
function exempted(memory, policy, { cookies, exempt }, decision) {
  const { c } = memory;
  const vendors = [...new Set(cookies.map(({ vendor }) => vendor))]
    .filter((vendor) => c.abide_exempts_vendor(policy, decision, memory.text(vendor)) === 1);
  const names = {};
  exempt.forEach(({ name }, i) => {
    const category = CATEGORIES[c.abide_exempts(policy, decision, i)];
    if (category) (names[category] ??= []).push(name);
  });
  return { ...(vendors.length > 0 && { allowedExempt: vendors }),
    ...(Object.keys(names).length > 0 && { allowedNames: names }) };
}

/** `record` is an abide_record; 0: none. */
export function tellPurpose(memory, { policy, rules }, decision, record, category) {
  const at = memory.take(memory.size.toldPurpose), number = CATEGORIES.indexOf(category);
  memory.c.abide_tell_purpose(policy, decision, record, number, at);
  const [field, on, always, others, exception] = memory.bytes.subarray(at + 28, at + 33);
  const time = memory.view.getFloat64(at + 16, true);
  const cookies = rules.cookies.flatMap((cookie, i) =>
    (cookie.category === number ? [declared(memory, policy, decision, cookie, i)] : []));
  return { reason: memory.textAt(at), partly: memory.textAt(at + 8), time: time ? timestamp(time) : null,
    field: FIELDS[field], on: on === 1, always: always === 1, others: others === 1, exception: exception === 1,
    cookies };
}

/** Describes a cookie of the policy, by its index there. */
function declared(memory, policy, decision, { name }, index) {
  const vendor = memory.take(memory.size.text);
  const bits = memory.c.abide_declared(policy, decision, index, memory.text(memberOf(name)), vendor);
  return { index, name, vendor: memory.textAt(vendor), shared: (bits & 1) === 1, exempt: (bits & 2) === 2 };
}
