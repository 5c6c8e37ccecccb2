// Types of abide.mjs, and of window.abide, which gate.js makes.

import type { Category, PageState, Policy, RequestType } from './shapes.js';

export type { Category, Mode, Notice, PageState, Policy, Reason, Regime, StatusLine } from './shapes.js';

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
  /** The decision is the same, but other answers may differ: the policy or the core has been read, or the page came back
      from the browser's cache. */
  known: undefined;
}

/** What gate.js offers as `window.abide`, before any module has been loaded. */
export interface Gate {
  /** The decision in force now, tightened by the browser's signal. */
  state(): PageState;
  /** Whether a category may be used; `shared` defaults to true for targeting and to false otherwise. */
  allows(category: Category, shared?: boolean): boolean;
  /** Whether an element with `data-category` may load now: `!`, `data-shared` and `data-service` as the gate reads them. */
  passes(element: Pick<HTMLElement, 'dataset'>): boolean;
  /** Calls the listener at each event, and at once when one of that name has been; returns what ends it. */
  on<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void;
  /** Puts a newer decision of the server in force; without one, the same under the browser's signal of now. A page that
      has to be loaded again for it waits for `until`. */
  apply(decision?: PageState, until?: Promise<unknown>): void;
}

/** What of each optional category is wished; one that is not named is refused. `keep`: as the law has it by default. */
export type Choices = { readonly [Name in Exclude<Category, 'required'>]?: boolean | 'keep' };

export interface Options {
  /** The site has no server of Abide's: this policy decides, and the choice lies in a cookie that the page writes. */
  policy?: string | URL | Policy;
  /** Folder of what the module fetches (policy, texts, style sheets, core): for a bundle, which holds the scripts alone. By
      default that of the page's own abide.mjs, else of the module. */
  files?: string | URL;
  /** Folder of the texts without a server: `en.json` and so on; by default the one of the module. */
  texts?: string | URL;
  /** Without a server: `none` shows no notice, the page has its own. */
  notice?: 'none';
}

/** Every choice resolves with the decision in force once the server has recorded it, and rejects when it has not: then
    nothing new is allowed. A signal may deny what was accepted; the state says so. */
export interface Abide extends Pick<Gate, 'state' | 'on'> {
  /** Whether a category may be used; `shared` defaults to true for targeting and to false otherwise. */
  allows(category: Category, shared?: boolean): boolean;
  /** Whether a cookie or a storage key of that name may be used. `host`: of the server that sets it, in lower case; by
      default the page's. `false` until ready(), and while the core is being loaded for a name. */
  allowsCookie(name: string, facts?: { host?: string }): boolean;
  /** Whether a URL may be asked for; `type`: what asks for it. `false` until the core is loaded. */
  allowsUrl(url: string | URL, facts?: { type?: RequestType }): boolean;
  /** Loads what allowsCookie() and allowsUrl() need: the policy. The core is loaded for the first question that needs it. */
  ready(): Promise<void>;
  /** What the notice names; or these categories, beside what is allowed already. Where visitors opt out, what was opted
      out stays off and the state says `unconfirmed`: see confirm(). */
  accept(categories?: Exclude<Category, 'required'> | readonly Exclude<Category, 'required'>[]): Promise<PageState>;
  /** The second step of a grant after an opt-out: call it for a press of its own, after the visitor was told. */
  confirm(): Promise<PageState>;
  reject(): Promise<PageState>;
  /** `exceptions`: categories allowed although the browser's signal denies them, by a visitor who was told of it. */
  save(choices: Choices, exceptions?: readonly Category[]): Promise<PageState>;
  /** Takes every grant back and clears what is cleared by it. */
  withdraw(): Promise<PageState>;
  /** Shows the notice again, or where the page has none goes to the preference page. */
  open(): void;
  /** Loads the core: abide.wasm, or its twin in plain JavaScript. Where the page's CSP forbids wasm the twin comes by
      itself, but browsers report the attempt: such a page asks for it. */
  core(options?: { twin?: boolean }): Promise<import('./core.mjs').Core>;
}

/** Answers the notice in place, obeys buttons, keeps tabs in step, tells the server of a signal that only the page
    shows. A page without a printed state is a static site: see Options. Begins once; returns the functions below. Where there
    is no page, as on a server, nothing begins and choices reject. */
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

/** What holds where there is no page, and until a decision is known. */
export const strictest: Readonly<PageState>;

declare global {
  interface Window {
    readonly abide?: Gate;
  }
  interface DocumentEventMap {
    'abide:consent': CustomEvent<PageState>;
    'abide:change': CustomEvent<PageState>;
    'abide:signal': CustomEvent<SignalSeen>;
    'abide:known': Event;
  }
  interface Navigator {
    readonly globalPrivacyControl?: boolean;
  }
}
