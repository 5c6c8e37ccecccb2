// Checks a caller's input and names the place of an error.

import { CATEGORIES, SOURCES } from './numbers.mjs';

/** Thrown for a request or policy without the expected shape; the message names the place. */
export class InputError extends TypeError {}

export const refuse = (place, expected) => { throw new InputError(`${place}: expected ${expected}`); };
export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
export const isWhole = (value, last) => Number.isInteger(value) && value >= 0 && value <= last;

/** Lowers ASCII letters only, as the core does. */
export const lower = (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

const isField = (field) => Array.isArray(field) && field.length === 2 && field.every((text) => typeof text === 'string');

export function readHeaders(value, place) {
  if (!Array.isArray(value) || !value.every(isField)) refuse(place, 'an array of [name, value] pairs');
  return value;
}

export function readSource(value, place) {
  if (!(SOURCES.indexOf(value) > 0)) refuse(place, 'a source name');
  return SOURCES.indexOf(value);
}

/** Categories as bits. */
export function readCategories(list, place, expected = 'an array of categories') {
  if (!Array.isArray(list) || !list.every((name) => CATEGORIES.includes(name))) refuse(place, expected);
  let bits = 0;
  for (const name of list) bits |= 1 << CATEGORIES.indexOf(name);
  return bits;
}

/** The categories of bits. */
export const categoriesOf = (bits) => CATEGORIES.filter((_, i) => bits >> i & 1);
