// What a browser has stored and received, sorted by what the shop's policy declares.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { shopPolicy } from './shop.mjs';

export const optional = ['analytics', 'functional', 'targeting'];

const declared = shopPolicy().cookies;
const fits = (pattern, name) => {
  const [start, end] = pattern.split('*');
  return end === undefined ? name === pattern : name.startsWith(start) && name.endsWith(end);
};

/** The policy's declaration of a cookie. One that it does not name counts as targeting; Abide's own are required: the
    choice, a signal, and the answer that scripts read. */
export function declarationOf(name) {
  if (/^(__Host-)?((signal|now)_)?abide$/.test(name)) return { category: 'required', shared: false };
  const rule = declared.find((each) => fits(each.name, name)) ?? { category: 'targeting' };
  return { category: rule.category, shared: rule.shared ?? rule.category === 'targeting' };
}

/** Names sorted by category: { required: ['abide', 'cart'], analytics: [], ... } */
export function byCategory(names) {
  const sorted = { required: [], analytics: [], functional: [], targeting: [] };
  for (const name of [...new Set(names)].sort()) sorted[declarationOf(name).category].push(name);
  return sorted;
}

/** The names of those that are targeting, or whose vendor shares what it learns. */
export const targetingOrShared = (names) =>
  names.filter((name) => declarationOf(name).category === 'targeting' || declarationOf(name).shared);

export function assertOnlyRequired(names, where) {
  const { required, ...others } = byCategory(names);
  assert.deepEqual(others, { analytics: [], functional: [], targeting: [] }, `${where}: only required cookies`);
  return required;
}

/** A Set-Cookie field: the cookie's name, and whether the field deletes it. */
export function readSetCookie(field) {
  const [pair, ...attributes] = field.split(';').map((part) => part.trim());
  return { name: pair.slice(0, pair.indexOf('=')), deletes: attributes.some((each) => /^max-age=0$/i.test(each)) };
}

/** Waits until `ask` returns something true; fails after a while, with what was waited for. */
export async function eventually(what, ask, patience = 10_000) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > end) assert.fail(`waited in vain: ${what}`);
    await pause(50);
  }
}
