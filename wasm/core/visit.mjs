// Writes a request's context for the core: its signals, place and time, the visitor and the record.

import { isObject, isWhole, refuse } from './input.mjs';
import { writeRecord } from './record.mjs';
import { readTime } from './time.mjs';

/** Writes an abide_signals from header fields. */
export function writeSignals(memory, headers, joined) {
  const signals = memory.zeroed(memory.size.signals);
  for (const [name, value] of headers)
    memory.borrow(() => memory.c.abide_signals_read(signals, memory.text(name), memory.text(value), joined));
  return signals;
}

export function signalsAt(memory, at) {
  const [gpc, dnt] = memory.bytes.subarray(at, at + 2);
  return { gpc: gpc === 1, dnt: dnt === 0 ? null : dnt - 1 };
}

/** Everything but the headers. */
export function writeVisit(memory, { location, now, record, visitor, peer }) {
  if (location != null && typeof location !== 'string') refuse('location', 'a string or null');
  const visit = {
    location: location ?? '',
    now: now === undefined ? Math.floor(Date.now() / 1000) : readTime(memory, now, 'now'),
    record: record == null ? 0 : writeRecord(memory, record),
    visitor: writeVisitor(memory, visitor ?? {}),
  };
  if (peer != null && typeof peer !== 'string') refuse('peer', 'a string or null'); // used by the server only
  return visit;
}

function writeVisitor(memory, visitor) {
  if (!isObject(visitor)) refuse('visitor', 'an object or null');
  const { known = false, opted_out = false, age, incentive } = visitor;
  if (typeof known !== 'boolean') refuse('visitor.known', 'true or false');
  if (typeof opted_out !== 'boolean') refuse('visitor.opted_out', 'true or false');
  if (age != null && !isWhole(age, 150)) refuse('visitor.age', 'a whole number or null');
  const { asked, withdrew, programme } = readIncentive(incentive);
  const text = memory.text(programme);
  const at = memory.take(memory.size.visitor);
  memory.view.setInt32(at, age == null ? 0 : Math.max(1, age), true); // 0: unknown
  memory.bytes.set([known, opted_out, asked, asked && !withdrew], at + 4);
  memory.bytes.copyWithin(at + 8, text, text + memory.size.text);
  return at;
}

function readIncentive(incentive) {
  const { asked = false, withdrew = false, programme } = incentive ?? {};
  const wrong = incentive != null && !isObject(incentive);
  if (wrong || typeof asked !== 'boolean' || typeof withdrew !== 'boolean')
    refuse('visitor.incentive', 'asked and withdrew');
  if (programme != null && typeof programme !== 'string') refuse('visitor.incentive.programme', 'a string or null');
  return { asked, withdrew, programme: programme ?? '' };
}
