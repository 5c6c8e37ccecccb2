// Services: the core identifies a vendor by a number.

/** The number of a service given by its name, or by the form of a service that is no longer listed (`#0a1b2c3d`); 0: not a
    name. */
export const readService = (memory, name) =>
  (typeof name === 'string' ? memory.c.abide_service_id(memory.text(name)) >>> 0 : 0);

/** The name of a service, in the form that readService() accepts. */
export function serviceName(memory, policy, id) {
  const text = memory.take(memory.size.text);
  memory.c.abide_service_name(policy, id, text);
  return memory.textAt(text) || `#${id.toString(16).padStart(8, '0')}`;
}
