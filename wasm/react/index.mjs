'use client';
// The decision in React: a hook, and a component that waits. On a server, and while React takes over what the server drew,
// the strictest decision holds; then the one in force.

import { useSyncExternalStore } from 'react';
import { allowsCookie, on, open, state, strictest } from '../abide.mjs';

/** By a category or several, as an element with these attributes would wait; or by a cookie's name. */
const viewOf = (decision, passes, passesCookie) => Object.freeze({
  decision: Object.freeze(decision),
  allows: (wanted) => (wanted.cookie === undefined ? passes(datasetOf(wanted)) : passesCookie(wanted)),
  openSettings: () => open(), // not with a button's event
});

function datasetOf(wanted) {
  const { category, shared, service } = typeof wanted === 'string' || Array.isArray(wanted) ? { category: wanted } : wanted;
  return { category: [].concat(category).join(' '), shared: shared?.toString(), service };
}

const STRICT = viewOf(strictest, ({ category }) => category === 'required', () => false);

const listeners = new Set();
let version = 0; // of what is known of cookies, and of pages that come back
let listening = null;
let current = {};

/** The same object until an answer of it may differ. */
function now() {
  listening ??= on('known', () => {
    ++version;
    for (const listener of listeners) listener();
  });
  const decision = state(), text = version + JSON.stringify(decision);
  if (current.text !== text) current = { text, view: viewOf(decision, passesGate, passesRules) };
  return current.view;
}

const passesGate = (dataset) => window.abide?.passes({ dataset }) ?? STRICT.allows(dataset);

/** Nothing waits in observe mode, as the gate has it. */
const passesRules = ({ cookie, host }) => state().mode === 'observe' || allowsCookie(cookie, host && { host });

function subscribe(listener) {
  listeners.add(listener);
  const end = on('consent', listener);
  return () => {
    listeners.delete(listener);
    end();
  };
}

export const useAbide = () => useSyncExternalStore(subscribe, now, () => STRICT);

export function Gated({ children, fallback = null, ...wanted }) {
  return useAbide().allows(wanted) ? children : fallback;
}
