// Turns a visitor's choice into the next record.

import { readCategories, readSource, refuse } from './input.mjs';
import { WISHES } from './numbers.mjs';
import { recordAt } from './record.mjs';
import { readService } from './service.mjs';

/** Returns the next record. The context is the result of writeVisit(). */
export function choose(memory, request, { record, now }, policy, decision) {
  const { c } = memory, next = memory.take(memory.size.record);
  const wish = writeIndication(memory, request);
  c.abide_indication_complete(wish, decision);
  const source = readSource(request.source ?? 'gpc_js', 'source');
  if (request.choice === 'signal') c.abide_record_apply_signal_at(record, source, now, next);
  else c.abide_record_apply_wish_at(policy, decision, wish, record, now, next);
  return recordAt(memory, policy, next);
}

function writeIndication(memory, { choice, grant, keep, exception, from, service }) {
  if (!WISHES.includes(choice)) refuse('choice', 'a choice');
  const sets = Object.entries({ grant, keep, exception }).map(([name, list]) => readCategories(list ?? [], name));
  if (from != null && from !== 'banner' && from !== 'settings') refuse('from', 'banner or settings');
  const id = readService(memory, service);
  if (service != null && id === 0) refuse('service', 'the name of a service');
  const at = memory.take(memory.size.indication);
  memory.bytes.set([WISHES.indexOf(choice), ...sets, 0, from === 'banner'], at);
  memory.view.setUint32(at + 8, id, true);
  return at;
}
