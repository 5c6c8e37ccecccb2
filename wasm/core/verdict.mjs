// Decisions of the core: which categories may be used, and why.

import { CATEGORIES, COLUMNS, NOTICES } from './numbers.mjs';
import { serviceName } from './service.mjs';

const [OWN, SHARED, EXEMPT] = COLUMNS.keys();

/** Writes an abide_decision. The context is the result of writeVisit(). */
export function writeDecision(memory, policy, signals, { location, now, record, visitor }) {
  const decision = memory.take(memory.size.decision);
  memory.c.abide_decide_at(policy, signals, memory.text(location), record, visitor, now, decision);
  return decision;
}

const every = (column) => CATEGORIES.map(() => column);

/** The place of the decision (jurisdiction and regime), and the notice that it requires. */
export function settingAt(memory, decision) {
  const { c, size } = memory, place = memory.take(2 * size.text);
  c.abide_decision_jurisdiction(decision, place, place + size.text);
  return { jurisdiction: memory.textAt(place), regime: memory.textAt(place + size.text),
    notice: NOTICES[c.abide_decision_notice(decision)] };
}

/** In a category for which the policy declares exemptions here, reports the answer for the exempt cookies. */
export function decisionAt(memory, policy, decision, { gpc, dnt }) {
  const { c } = memory, { jurisdiction, regime, notice } = settingAt(memory, decision);
  const caution = memory.constant(c.abide_decision_caution, decision), more = caution ? { caution } : {};
  const declared = c.abide_decision_declared_exempt(decision);
  const own = CATEGORIES.map((_, i) => (declared >> i & 1 ? EXEMPT : OWN));
  return {
    jurisdiction,
    regime,
    gpc,
    dnt,
    allowed: allowedIn(memory, decision, own),
    allowed_shared: allowedIn(memory, decision, every(SHARED)),
    reasons: reasonsIn(memory, decision, own, more),
    reasons_shared: reasonsIn(memory, decision, every(SHARED), more),
    notice,
    status: memory.constant(c.abide_decision_status_line, decision) || null,
    ...withServices(memory, policy, decision),
  };
}

/** The services that the visitor allowed individually and that count now; absent: none. */
export function withServices(memory, policy, decision) {
  const size = 8, list = memory.take(8 * size), count = memory.c.abide_decision_services(decision, list);
  const services = [...Array(count)].map((_, i) => list + i * size).map((at) => ({
    service: serviceName(memory, policy, memory.view.getUint32(at, true)), category: CATEGORIES[memory.bytes[at + 4]],
    shared: memory.bytes[at + 6] === 1 }));
  return count > 0 ? { services } : {};
}

/** The same without exemptions, for pages. */
export const pageVerdictAt = (memory, decision) => ({
  allowed: allowedIn(memory, decision, every(OWN)),
  allowedShared: allowedIn(memory, decision, every(SHARED)),
  reasons: reasonsIn(memory, decision, every(OWN)),
  reasonsShared: reasonsIn(memory, decision, every(SHARED)),
});

const allowedIn = (memory, decision, columns) =>
  CATEGORIES.filter((_, i) => memory.c.abide_decision_allows(decision, i, columns[i]) === 1);

function reasonsIn(memory, decision, columns, more = {}) {
  const { c } = memory;
  return Object.fromEntries(CATEGORIES.map((name, i) => [name, {
    rule: memory.constant(c.abide_rule_name, c.abide_decision_rule(decision, i, columns[i])),
    why: memory.constant(c.abide_decision_why, decision, i, columns[i]),
    law: memory.constant(c.abide_decision_law, decision, i, columns[i]),
    ...more,
  }]));
}

/** The reason of a rule that denies. The sentence depends on rule and outcome only, so any column that the rule denied has
    it. */
export function reasonOf(memory, decision, category, rule) {
  const { c } = memory;
  const column = [OWN, SHARED, EXEMPT].find((one) =>
    c.abide_decision_rule(decision, category, one) === rule && c.abide_decision_allows(decision, category, one) === 0);
  const why = memory.constant(c.abide_decision_why, decision, category, column);
  return `${memory.constant(c.abide_rule_name, rule)}: ${why}`;
}
