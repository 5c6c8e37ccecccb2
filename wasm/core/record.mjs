// Converts a visitor's record to an abide_record and back.

import { categoriesOf, isObject, isWhole, readCategories, readSource, refuse } from './input.mjs';
import { CATEGORIES, CHOICES, SOURCES } from './numbers.mjs';
import { readService, serviceName } from './service.mjs';
import { readTime, timestamp } from './time.mjs';

// Offsets of the members.
const TIME = 0, STICKY_SINCE = 8, EXCEPTION_TIME = 16, NOTICE = 24, CHOSEN = 28, SOURCE = 32, EXCEPTED = 33,
  OPTED_IN = 34, CONFIRMED = 35, OPT_IN_TIME = 40,
  SERVICES = 48, SERVICE_COUNT = 240, MOST_SERVICES = 8;
// Offsets of the members of each service.
const GRANT = { size: 24, time: 0, service: 8, notice: 12, category: 16 };

export function writeRecord(memory, record) {
  if (!isObject(record)) refuse('record', 'an object or null');
  const { choices = {}, time, notice = 0, source, sticky_since, exception, opt_in: optIn, services } = record;
  const at = memory.zeroed(memory.size.record);
  writeChoices(memory, at + CHOSEN, choices);
  if (time !== undefined) memory.setTime(at + TIME, readTime(memory, time, 'record.time'));
  if (!isWhole(notice, 4294967295)) refuse('record.notice', 'a whole number');
  memory.view.setUint32(at + NOTICE, notice, true);
  memory.bytes[at + SOURCE] = source === undefined ? 0 : readSource(source, 'record.source');
  if (sticky_since != null) {
    const since = readTime(memory, sticky_since, 'record.sticky_since', 'an RFC 3339 date-time or null');
    memory.setTime(at + STICKY_SINCE, since || 1); // 0 stands for none
  }
  if (exception != null)
    writePurposes(memory, at + EXCEPTED, at + EXCEPTION_TIME, exception, 'record.exception', 'purposes and time');
  if (optIn != null) writeOptIn(memory, at, optIn);
  if (services != null) writeServices(memory, at, services);
  return at;
}

function writeOptIn(memory, at, optIn) {
  const place = 'record.opt_in', expected = 'purposes, time and confirmed';
  writePurposes(memory, at + OPTED_IN, at + OPT_IN_TIME, optIn, place, expected);
  const { confirmed = false } = optIn;
  if (typeof confirmed !== 'boolean') refuse(place, expected);
  memory.bytes[at + CONFIRMED] = confirmed;
}

function writeServices(memory, at, services) {
  const wrong = () => refuse('record.services', `at most ${MOST_SERVICES} of service, category, time and notice`);
  if (!Array.isArray(services) || services.length > MOST_SERVICES) wrong();
  services.forEach((grant, i) => {
    if (!isObject(grant)) wrong();
    const { category, time, notice } = grant, to = at + SERVICES + i * GRANT.size;
    const number = CATEGORIES.indexOf(category), seconds = memory.take(8);
    const valid = typeof time === 'string' && memory.c.abide_timestamp_read(memory.text(time), seconds) === 1;
    const service = readService(memory, grant.service);
    if (!service || number < 1 || !valid || !isWhole(notice, 4294967295)) wrong();
    memory.setTime(to + GRANT.time, memory.timeAt(seconds) || 1);
    memory.view.setUint32(to + GRANT.service, service, true);
    memory.view.setUint32(to + GRANT.notice, notice, true);
    memory.bytes[to + GRANT.category] = number;
  });
  memory.bytes[at + SERVICE_COUNT] = services.length;
}

function writeChoices(memory, at, choices) {
  const wrong = () => refuse('record.choices', 'categories with granted or denied');
  if (!isObject(choices)) wrong();
  for (const [category, choice] of Object.entries(choices)) {
    const index = CATEGORIES.indexOf(category), value = CHOICES.indexOf(choice);
    if (index < 0 || value < 1) wrong();
    memory.bytes[at + index] = value;
  }
}

function writePurposes(memory, at, timeAt, given, place, expected) {
  if (!isObject(given)) refuse(place, expected);
  memory.bytes[at] = readCategories(given.purposes, place, expected);
  memory.setTime(timeAt, readTime(memory, given.time, place, expected) || 1);
}

const servicesAt = (memory, policy, at) => [...Array(memory.bytes[at + SERVICE_COUNT])].map((_, i) => {
  const from = at + SERVICES + i * GRANT.size;
  return { service: serviceName(memory, policy, memory.view.getUint32(from + GRANT.service, true)),
    category: CATEGORIES[memory.bytes[from + GRANT.category]], time: timestamp(memory.timeAt(from + GRANT.time)),
    notice: memory.view.getUint32(from + GRANT.notice, true) };
});

/** Converts an abide_record; absent members mean none. */
export function recordAt(memory, policy, at) {
  const made = CATEGORIES.map((name, i) => [name, memory.bytes[at + CHOSEN + i]]).filter(([, choice]) => choice);
  const record = { choices: Object.fromEntries(made.map(([name, choice]) => [name, CHOICES[choice]])) };
  const notice = memory.view.getUint32(at + NOTICE, true), source = memory.bytes[at + SOURCE];
  const [time, since, exceptionTime, optInTime] = [TIME, STICKY_SINCE, EXCEPTION_TIME, OPT_IN_TIME]
    .map((offset) => memory.timeAt(at + offset));
  if (time) record.time = timestamp(time);
  if (notice) record.notice = notice;
  if (source) record.source = SOURCES[source];
  if (since) record.sticky_since = timestamp(since);
  if (exceptionTime)
    record.exception = { purposes: categoriesOf(memory.bytes[at + EXCEPTED]), time: timestamp(exceptionTime) };
  if (optInTime) record.opt_in = { purposes: categoriesOf(memory.bytes[at + OPTED_IN]), time: timestamp(optInTime),
    confirmed: memory.bytes[at + CONFIRMED] === 1 };
  if (memory.bytes[at + SERVICE_COUNT]) record.services = servicesAt(memory, policy, at);
  return record;
}
