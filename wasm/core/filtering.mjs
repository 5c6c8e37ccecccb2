// Removes the cookies that a decision does not allow from the fields of a request and of its response.

import { lower } from './input.mjs';
import { CATEGORIES } from './numbers.mjs';
import { reasonOf } from './verdict.mjs';

const AS_DELETION = 2; // a result of abide_filter_set_cookie

/** `request` and `response` are lists of fields. */
export function filter(memory, { policy, rules }, decision, now, request, response) {
  const room = Math.max(1, ...request.map((field) => (isCookie(field) ? countCookies(field[1]) : 0)));
  const run = { memory, decision, removed: [], filter: memory.take(memory.size.filter), findings: newFindings(memory, room) };
  memory.c.abide_filter_at(run.filter, policy, decision, memory.text(hostOf(request) ?? rules.host), now, run.findings);
  for (const [name, value] of response)
    if (lower(name) === 'date') memory.c.abide_filter_date(run.filter, memory.text(value));
  return {
    request: { headers: request.map((field) => filterRequest(run, field)).filter(Boolean) },
    response: { headers: response.map((field) => filterResponse(run, field)).filter(Boolean) },
    removed: run.removed,
  };
}

const isCookie = ([name]) => lower(name) === 'cookie';

function countCookies(field) {
  let count = 1;
  for (let at = field.indexOf(';'); at >= 0; at = field.indexOf(';', at + 1)) ++count;
  return count;
}

/** The host that a request names, without its port; undefined: none. */
function hostOf(headers) {
  const field = headers.find(([name]) => lower(name) === 'host');
  if (!field) return undefined;
  const host = lower(field[1]);
  return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.split(':')[0];
}

/** Allocates an abide_findings (memory.cpp): count, capacity, and the findings. */
function newFindings(memory, room) {
  const findings = memory.take(8 + room * memory.size.finding);
  memory.view.setUint32(findings + 4, room, true);
  return findings;
}

function filterRequest(run, field) {
  if (!isCookie(field)) return field;
  const { memory } = run;
  return memory.borrow(() => {
    const text = memory.text(field[1]);
    const out = memory.take(memory.sizeOf(text) * 2 + 2), count = memory.take(4);
    memory.view.setUint32(run.findings, 0, true);
    const written = memory.c.abide_filter_cookies(run.filter, text, out, count);
    const removed = memory.view.getUint32(count, true);
    report(run, 'request');
    if (removed === 0) return field;
    return written === 0 ? null : [field[0], memory.stringAt(out, written)];
  });
}

function filterResponse(run, field) {
  if (lower(field[0]) !== 'set-cookie') return field;
  const { memory } = run;
  return memory.borrow(() => {
    const text = memory.text(field[1]);
    memory.view.setUint32(run.findings, 0, true);
    const passes = memory.c.abide_filter_set_cookie(run.filter, text);
    report(run, 'response');
    if (passes === AS_DELETION) return [field[0], deletionOf(memory, text)];
    return passes === 0 ? null : field;
  });
}

function deletionOf(memory, text) {
  const out = memory.take(memory.sizeOf(text) + 80);
  return memory.stringAt(out, memory.c.abide_deletion_write(text, out));
}

/** Adds the findings of the last field that are not allowed, including those that observe mode left in place. */
function report({ memory, findings, decision, removed }, from) {
  const count = memory.view.getUint32(findings, true);
  for (let i = 0; i < count; ++i) {
    const at = findings + 8 + i * memory.size.finding;
    if (memory.bytes[at + 21] === 1) continue;
    const category = memory.bytes[at + 16], rule = memory.bytes[at + 22];
    removed.push({ from, name: memory.textAt(at), category: CATEGORIES[category],
      reason: reasonOf(memory, decision, category, rule) });
  }
}
