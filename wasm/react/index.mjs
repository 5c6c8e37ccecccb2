'use client';
// The decision in React: a hook, and a component that waits. On a server and during hydration the strictest decision holds;
// then the one in force.

import { useSyncExternalStore } from 'react';
import { allowsCookie, on, open, state, strictest } from '../abide.mjs';

/** What a component sees of a decision. Asks by one or several categories, like an element with these attributes, or by a
    cookie's name. */
const viewOf = (decision, passes, passesCookie) => Object.freeze({
  decision: Object.freeze(decision),
  allows: (wanted) => (wanted.cookie === undefined ? passes(datasetOf(wanted)) : passesCookie(wanted)),
  openSettings: () => open(), // without the event, if it is a button's listener
});

function datasetOf(wanted) {
  const { category, shared, service } = typeof wanted === 'string' || Array.isArray(wanted) ? { category: wanted } : wanted;
  return { category: [].concat(category).join(' '), shared: shared?.toString(), service };
}

const STRICT = viewOf(strictest, ({ category }) => category === 'required', () => false);

const listeners = new Set();
let version = 0; // incremented when answers about cookies may differ, or the page came back
let listening = null;
let current = {};

/** Returns the same object until one of its answers may differ. */
function now() {
  listening ??= on('known', () => {
    ++version;
    for (const listener of listeners) listener();
  });
  const decision = state(), text = version + JSON.stringify(decision);
  if (current.text !== text) current = { text, view: viewOf(decision, passesGate, passesRules) };
  return current.view;
}

/** Before the gate has run, an element or a frame may have its name. */
const gate = () => (Object.isFrozen(window.abide) ? window.abide : undefined);
const passesGate = (dataset) => gate()?.passes({ dataset }) ?? STRICT.allows(dataset);

/** In observe mode nothing waits, as in the gate. */
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
