// One service of a category: a vendor by its name, which the core knows by a number.

/** The number of a service that is named, or of one that nobody knows any more (`#0a1b2c3d`); 0: it is no name. */
export const readService = (memory, name) =>
  (typeof name === 'string' ? memory.c.abide_service_id(memory.text(name)) >>> 0 : 0);

/** The name of a service as readService() takes it. */
export function serviceName(memory, policy, id) {
  const text = memory.take(memory.size.text);
  memory.c.abide_service_name(policy, id, text);
  return memory.textAt(text) || `#${id.toString(16).padStart(8, '0')}`;
}
