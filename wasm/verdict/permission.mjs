// What a decision permits, of what has been classified.

/** Whether a decision permits an item: by its category, as an allowed service, or because it is exempt where the visitor is. */
export function permits(decision, { category, shared, name, vendor, evidence }) {
  if (decision[shared ? 'allowedShared' : 'allowed'].includes(category)) return true;
  const { allowedNames = {}, allowedExempt = [], services = [] } = decision, isThis = vendor && vendor.toLowerCase();
  if (services.some((one) => one.service.toLowerCase() === isThis && one.category === category && (one.shared || !shared))) return true;
  if (name === undefined) return evidence === 'policy' && allowedExempt.includes(vendor); // an address
  return !shared && (allowedNames[category] ?? []).some((pattern) => fitsName(pattern, name));
}

// The policy's patterns: a name has at most one `*`; a leading dot stands for a domain and its subdomains.

export function fitsName(pattern, name) {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === name;
  const [start, end] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
}

export const fitsHost = (pattern, host) =>
  !pattern || (pattern[0] === '.' ? `.${host}`.endsWith(pattern.toLowerCase()) : host === pattern.toLowerCase());
