// Types of panel.mjs, the developer panel.
import type { Category, PageState } from './index.js';
import type { Classification, ConsentRecord, Policy } from './core.mjs';

export interface Judged {
  name: string;
  category: Category | 'unknown';
  shared?: boolean;
  vendor?: string;
  by: Classification['evidence'] | '';
  /** The rule that decided: `D0` to `D6`; empty: not known. */
  rule: string;
  allowed: boolean;
}

export interface Report {
  state: PageState;
  signal: { browser: boolean; decision: boolean };
  elements: { element: string; name: string; category: string; service: string; held: boolean }[];
  cookies: Judged[];
  storage: Judged[];
  /** Other hosts that this page sent requests to. */
  requests: Judged[];
  /** What guard.js judged; `verdict` null: it waits. */
  guard: { kind: string; what: string; verdict: boolean | null; time: number }[];
  /** Newest first, at most 50, since the panel was opened. `time` is in milliseconds, as Date.now() returns it. */
  events: { time: number; what: 'consent' | 'signal' | 'run' | 'trial'; about: string }[];
  /** The trial in this tab; null: there is none. */
  trial: Required<Trial> | null;
  /** On a static site the record itself, otherwise the server's receipt; null: there is none that a page can see. */
  record: ConsentRecord | object | null;
}

/** A trial: another place, signal or choice. */
export interface Trial {
  /** `DE`, `US-CA`; empty: not known, the strictest rules. */
  place?: string;
  /** `browser`: the browser's own. A signal that the browser sends always counts. */
  signal?: 'browser' | 'none' | 'gpc' | 'dnt';
  choice?: 'none' | 'accept-all' | 'reject-all';
}

export interface PanelOptions {
  /** The policy, if it is not beside the module. */
  policy?: string | URL | Policy;
}

/** The panel's contents as data. */
export function report(options?: PanelOptions): Promise<Report>;
/** Applies the core's decision for another place, signal or choice, in this tab until called with null. Nothing is sent or
    recorded. Needs the core. What ran stays; what is no longer allowed is held back from then on, and its storage cleared. */
export function attempt(trial: Trial | null, options?: PanelOptions): Promise<Report>;
/** Opens the panel, or brings it up to date. */
export function open(options?: PanelOptions): Promise<void>;
export function close(): void;
