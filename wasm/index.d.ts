// Types of abide.mjs, and of window.abide, which gate.js defines.

import type { Category, PageState, Policy, RequestType } from './shapes.js';

export type { Category, Mode, Notice, PageState, Policy, Reason, Regime, StatusLine } from './shapes.js';

/** Global Privacy Control was seen. `page`: only the browser's script interface shows it. */
export interface SignalSeen {
  readonly gpc: true;
  readonly from: 'server' | 'page';
}

/** Events by name. `document` gets them as CustomEvents named `abide:consent` and so on. */
export interface Events {
  /** The decision in force: fired when it is first known, and whenever it changes. */
  consent: PageState;
  /** The decision has changed in this page. */
  change: PageState;
  signal: SignalSeen;
  /** Answers may differ although the decision is the same: the policy or the core has been read, or the page came back from
      the browser's cache. The decision, if the server has just sent it. */
  known: PageState | null;
}

/** What gate.js provides as `window.abide`, before any module has been loaded. */
export interface Gate {
  /** The decision in force now, tightened by the browser's signal. */
  state(): PageState;
  /** Whether a category may be used; `shared` defaults to true for targeting and to false otherwise. */
  allows(category: Category, shared?: boolean): boolean;
  /** Whether an element with `data-category` may load now. Reads `!`, `data-shared` and `data-service` as the gate does. */
  passes(element: Pick<HTMLElement, 'dataset'>): boolean;
  /** Calls the listener for each event, and at once for the latest one if there was any. Returns a function that removes the
      listener. `known` is an event of the module: see Abide. */
  on<Name extends Exclude<keyof Events, 'known'>>(name: Name, listener: (detail: Events[Name]) => void): () => void;
  /** Puts a newer decision of the server in force; without one, the same decision under the present signal. If the page must
      be reloaded for it, the reload waits for `until`. */
  apply(decision?: PageState, until?: Promise<unknown>): void;
}

/** The visitor's wish for each optional category; one that is not named is refused. `keep`: the default of the law. */
export type Choices = { readonly [Name in Exclude<Category, 'required'>]?: boolean | 'keep' };

export interface Options {
  /** For a site without Abide's server: the policy that decides. The choice is stored in a cookie that the page writes. */
  policy?: string | URL | Policy;
  /** Folder of the files that the module fetches (policy, texts, style sheets, core), for a bundle, which contains only the
      scripts. Default: the folder of the page's own abide.mjs, or else of the module. */
  files?: string | URL;
  /** Without a server: the folder of the texts (`en.json` and so on). Default: the one of the module. */
  texts?: string | URL;
  /** Without a server: `none` shows no notice, because the page has its own. */
  notice?: 'none';
}

/** Each choice resolves with the decision in force once the server has recorded it. It rejects if the server has not; then
    nothing new is allowed. A signal may deny what was accepted; the state says so. */
export interface Abide extends Pick<Gate, 'state'> {
  /** As the gate's, and for `known`, of which the latest event is not repeated. */
  on<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void;
  /** Whether a category may be used; `shared` defaults to true for targeting and to false otherwise. */
  allows(category: Category, shared?: boolean): boolean;
  /** Whether a cookie or a storage key of that name may be used. `host`: the server that sets it, in lower case; default:
      the page's host. `false` until ready() has resolved, and while the core is being loaded for a name. */
  allowsCookie(name: string, facts?: { host?: string }): boolean;
  /** Whether a URL may be requested; `type`: what requests it. `false` until the core is loaded. */
  allowsUrl(url: string | URL, facts?: { type?: RequestType }): boolean;
  /** Loads what allowsCookie() and allowsUrl() need: the policy. The core is loaded for the first question that needs it. */
  ready(): Promise<void>;
  /** Accepts what the notice names, or adds these categories to what is allowed. Where visitors opt out, what was opted out
      stays off and the state says `unconfirmed`: see confirm(). */
  accept(categories?: Exclude<Category, 'required'> | readonly Exclude<Category, 'required'>[]): Promise<PageState>;
  /** The second step of a grant after an opt-out. Call it for a separate press, after the visitor was told. */
  confirm(): Promise<PageState>;
  reject(): Promise<PageState>;
  /** Refuses what is not named. `exceptions`: categories that a visitor who was told of the browser's signal allows although
      it denies them. */
  save(choices: Choices, exceptions?: readonly Category[]): Promise<PageState>;
  /** Withdraws every grant and clears the cookies and storage keys that are then no longer allowed. */
  withdraw(): Promise<PageState>;
  /** Shows the notice again, or the settings if the page has no notice. */
  open(): void;
  /** Loads the core: abide.wasm, or its twin in plain JavaScript. If the page's CSP forbids wasm, the twin is loaded
      instead, but browsers report the attempt: such a page should ask for the twin. */
  core(options?: { twin?: boolean }): Promise<import('./core.mjs').Core>;
}

/** Answers the notice in place, obeys buttons, keeps tabs in step, and reports a signal that only the page shows to the
    server. A page without a printed state is a static site, see Options. Starts once; returns the functions below. Without a
    page, as on a server, nothing starts and choices reject. */
export function start(options?: Options): Abide;

export const state: Abide['state'];
export const on: Abide['on'];
export const allows: Abide['allows'];
export const allowsCookie: Abide['allowsCookie'];
export const allowsUrl: Abide['allowsUrl'];
export const ready: Abide['ready'];
export const accept: Abide['accept'];
export const confirm: Abide['confirm'];
export const reject: Abide['reject'];
export const save: Abide['save'];
export const withdraw: Abide['withdraw'];
export const open: Abide['open'];
export const core: Abide['core'];

/** The decision that holds without a page, and until a decision is known. */
export const strictest: Readonly<PageState>;

declare global {
  interface Window {
    readonly abide?: Gate;
  }
  interface DocumentEventMap {
    'abide:consent': CustomEvent<PageState>;
    'abide:change': CustomEvent<PageState>;
    'abide:signal': CustomEvent<SignalSeen>;
    'abide:known': CustomEvent<PageState | null>;
  }
  interface Navigator {
    readonly globalPrivacyControl?: boolean;
  }
}
