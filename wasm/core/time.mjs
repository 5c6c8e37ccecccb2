// Times in requests and records: RFC 3339. The core counts seconds; 0 means none.

import { refuse } from './input.mjs';

const LAST_SECOND = 253402300799; // of the year 9999

/** The nearest time that the text form can express. */
export const timestamp = (seconds) =>
  new Date(Math.min(Math.max(seconds, 1), LAST_SECOND) * 1000).toISOString().replace('.000Z', 'Z');

export function readTime(memory, value, place, expected = 'an RFC 3339 date-time') {
  const seconds = memory.take(8);
  const valid = typeof value === 'string' && memory.c.abide_timestamp_read(memory.text(value), seconds);
  if (!valid) refuse(place, expected);
  return memory.timeAt(seconds);
}
