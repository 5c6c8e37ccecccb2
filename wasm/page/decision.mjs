// The decision in force. The gate keeps it (window.abide, gate.js).

import { page } from './page.mjs';

// Without a page, as on a server, and until the gate has run, the strictest decision holds.
const NONE = Object.freeze(['required']);
export const STRICTEST = Object.freeze({ gpc: false, path: '/consent', allowed: NONE, allowedShared: NONE });

export const gate = () => (page && Object.isFrozen(window.abide) ? window.abide : null); // elements and frames are not frozen

export const state = () => gate()?.state() ?? { ...STRICTEST };

/** Attributes of the document. abideQuiet: 1 if the gate found the page outdated; see shared.js */
export const marks = () => page.documentElement?.dataset || {};

/** Whether the decision only takes the server's place until it has been asked: it says nothing of what the visitor refused. */
export const isOutdated = () => marks().abideQuiet > 0;
