// Types of abide.mjs, and of window.abide, which gate.js makes.

export type Category = 'required' | 'analytics' | 'functional' | 'targeting';
export type Regime = 'opt_in' | 'opt_out' | 'notice';
export type Notice = 'none' | 'banner' | 'status' | 'objection';
export type Choice = 'accept-all' | 'reject-all';

/** A decision as the server prints it into the page and answers it to a choice. */
export interface PageState {
  /** Version of this shape: 1. A state without it counts as the strictest decision. */
  readonly v?: 1;
  /** Categories whose cookies may be used when their vendor keeps what it learns to itself. */
  readonly allowed: readonly Category[];
  /** The same for vendors that sell or share what they learn. */
  readonly allowedShared: readonly Category[];
  /** Whether Global Privacy Control was seen, by the server or in this page. */
  readonly gpc: boolean;
  readonly regime?: Regime;
  readonly notice?: Notice;
  readonly noticeVersion?: number;
  /** Prefix of Abide's own pages: `/consent`. */
  readonly path: string;
  /** `observe` holds nothing back. */
  readonly mode?: 'enforce' | 'observe';
}

/** Global Privacy Control was seen: `page` when only the browser's script interface shows it. */
export interface SignalSeen {
  readonly gpc: true;
  readonly from: 'server' | 'page';
}

/** What is told, by name; on `document` as CustomEvents named `abide:consent` and so on. */
export interface Events {
  /** The decision in force: when it is first known, and whenever it differs. */
  consent: PageState;
  /** The decision differs from the one before it in this page. */
  change: PageState;
  signal: SignalSeen;
}

/** What gate.js offers as `window.abide`, before any module has been loaded. */
export interface Gate {
  /** The decision in force now, tightened by the browser's signal. */
  state(): PageState;
  /** Whether a category may be used; `shared` defaults to true for targeting and to false otherwise. */
  allows(category: Category, shared?: boolean): boolean;
  /** Calls the listener at each event, and at once when one of that name has been; returns what ends it. */
  on<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void;
  /** Puts a newer decision of the server in force; without one, the same under the browser's signal of now. */
  apply(decision?: PageState): void;
}

export const state: Gate['state'];
export const allows: Gate['allows'];
export const on: Gate['on'];

/** Answers the notice in place, obeys `data-abide` buttons, tells the server of a signal that only the page shows. */
export function start(): void;
/** Sends a choice as the notice's buttons do; resolves once it is in force. */
export function choose(choice: Choice): Promise<void>;
/** Shows the notice again, or where the page has none goes to the preference page. */
export function open(): void;
/** Loads the core: abide.wasm, or its twin in plain JavaScript. Where the page's CSP forbids wasm the twin comes by
    itself, but browsers report the attempt: such a page asks for it. */
export function core(options?: { twin?: boolean }): Promise<import('./core.mjs').Core>;

declare global {
  interface Window {
    readonly abide?: Gate;
  }
  interface DocumentEventMap {
    'abide:consent': CustomEvent<PageState>;
    'abide:change': CustomEvent<PageState>;
    'abide:signal': CustomEvent<SignalSeen>;
  }
  interface Navigator {
    readonly globalPrivacyControl?: boolean;
  }
}
