// Types of core.mjs, the core itself. Requests and answers are those of the `abide` command.
import type { AllowedService, Category, ConsentRecord, Evidence, Mode, Notice, PageState, Policy, Reason, Regime, RequestType, Source,
  StatusLine, Timestamp, UnknownPolicy, Wish } from './shapes.js';

export type { Category, ConsentRecord, Evidence, Mode, Notice, Policy, Reason, Regime, RequestType, Rule, Source, Timestamp,
  UnknownPolicy, Wish } from './shapes.js';
export type Header = readonly [name: string, value: string];
export type Headers = readonly Header[];

export const CATEGORIES: readonly Category[];

/** Thrown for a request or policy without the expected shape; the message names the place. */
export class InputError extends TypeError {}

export interface Signals {
  gpc: boolean;
  dnt: 0 | 1 | null;
}

export interface Visitor {
  known?: boolean;
  opted_out?: boolean;
  age?: number | null;
  /** `programme`: its name in the policy's cookies; absent or null: any. */
  incentive?: { asked?: boolean; withdrew?: boolean; programme?: string | null } | null;
}

/** The circumstances of a request besides its headers. */
export interface Visit {
  /** Such as `DE` or `US-CA`; absent or null: unknown, which gets the strictest rules. */
  location?: string | null;
  /** Absent: the system clock. */
  now?: Timestamp;
  record?: ConsentRecord | null;
  visitor?: Visitor | null;
}

export interface DecideRequest extends Visit {
  headers: Headers;
}

export interface FilterRequest extends Visit {
  request: { headers: Headers };
  response: { headers: Headers };
}

/** A visitor's choice, with the fields of the form. */
export interface ChooseRequest extends DecideRequest {
  choice: Wish;
  /** For `save`: categories in none of the three lists are refused. */
  grant?: readonly Category[] | null;
  keep?: readonly Category[] | null;
  exception?: readonly Category[] | null;
  from?: 'banner' | 'settings' | null;
  /** For a choice about one service: the vendor's name. Its categories are in `grant`. */
  service?: string | null;
  /** For `signal`; absent: `gpc_js`. */
  source?: Source | null;
}

export type Reasons = { readonly [category in Category]: Reason };

export interface Decision extends Signals {
  jurisdiction: string;
  regime: Regime;
  allowed: Category[];
  allowed_shared: Category[];
  reasons: Reasons;
  reasons_shared: Reasons;
  notice: Notice;
  status: string | null;
  /** Services that the visitor allowed individually and that count now. `shared`: includes what the vendor sells or shares.
      Absent: none. */
  services?: AllowedService[];
}

export interface Removed {
  from: 'request' | 'response';
  name: string;
  category: Category;
  reason: string;
}

export interface Filtered {
  request: { headers: Header[] };
  response: { headers: Header[] };
  /** Every cookie that the decision does not allow. In observe mode they are reported but left in place. */
  removed: Removed[];
}

export interface RequestFacts {
  /** Absolute; without a host, a URL of the site itself. */
  url: string;
  type?: RequestType;
  /** The page's host or registrable domain, in lower case. */
  site?: string;
}

export interface CookieFacts {
  name: string | Uint8Array;
  /** In lower case. */
  host?: string | Uint8Array;
  thirdParty?: boolean;
}

export interface Classification {
  category: Category;
  /** 0 to 1. */
  confidence: number;
  evidence: Evidence;
  /** Empty: unknown. */
  vendor: string;
  shared: boolean;
}

/** The settings in force, including the defaults that the policy file leaves out. */
export interface Settings {
  /** The consent cookie's name, and its lifetime in days. */
  cookie: string;
  cookieDays: number;
  noticeVersion: number;
  mode: Mode;
  unknown: UnknownPolicy;
}

/** What a page says about a decision. Texts are given by their keys in `texts/en.json`. */
export interface Told {
  /** The state as the server prints it, without path, mode, language and texts. */
  state: Omit<PageState, 'path' | 'mode' | 'lang' | 'status'>;
  /** The texts of the status line; the title may be empty. */
  status: StatusLine | '';
  /** The categories that the notice asks for. */
  askedFor: Category[];
  /** Whether something is off because of the browser's signal and not because of a choice. */
  signal: boolean;
  /** Whether the signal should be recorded, by the choice `signal`. */
  remember: boolean;
}

/** What a preference page says about a category. */
export interface ToldPurpose {
  on: boolean;
  /** Required. */
  always: boolean;
  /** The form field of the switch; empty: a choice cannot change it now. */
  field: '' | 'grant' | 'keep' | 'exception';
  /** Keys of texts, or empty. `reason`: why it is on or off; `partly`: why its shared cookies stay off although it is on. */
  reason: string;
  partly: string;
  /** The time that the reason mentions. */
  time: Timestamp | null;
  /** Whether a separate box is offered: `others` for its cookies that are not exempt, `exception` to override the signal. */
  others: boolean;
  exception: boolean;
  /** `index`: the cookie's position in the policy. An empty `vendor`: unknown. */
  cookies: { index: number; name: string; vendor: string; shared: boolean; exempt: boolean }[];
}

/** Whether a decision allows a category; `shared` defaults to true for targeting and to false otherwise. */
export function allows(decision: Decision, category: Category, shared?: boolean): boolean;

/** Loads the core from abide.wasm beside the module, or from a URL, a Response, bytes or a compiled module. */
export function load(source?: string | URL | Response | BufferSource | WebAssembly.Module): Promise<Core>;
/** The same in plain JavaScript: larger and slower, but allowed by every CSP. */
export function loadTwin(): Promise<Core>;

/** One instance of the core with one policy, at first the strict policy `{}`. Throws RangeError for texts beyond some
    megabytes. */
export class Core {
  /** @param exports of abide.wasm or its twin in plain JavaScript. */
  constructor(exports: object);
  /** Sets the policy from a policy file's JSON, as text or parsed. Throws if it is invalid; the former policy then stays. */
  setPolicy(policy: string | Policy): void;
  /** The version of the jurisdiction data, such as `2026-11-22.9a3f0c1b`. */
  jurisdictionVersion(): string;
  readSignals(headers: Headers): Signals;
  decide(request: DecideRequest): Decision;
  settings(): Settings;
  tell(request: DecideRequest): Told;
  tellPurpose(request: DecideRequest, category: Category): ToldPurpose;
  filter(request: FilterRequest): Filtered;
  /** The record after a choice, or after a signal that is recorded. */
  choose(request: ChooseRequest): ConsentRecord;
  classify(cookie: CookieFacts): Classification;
  /** Classifies a request by its URL. */
  classifyRequest(request: RequestFacts): Classification;
  /** Looks up a service by name and returns it as the policy or the catalog spells it; empty: neither lists it. */
  service(name: string): string;
  /** Whether two hosts (lower case) have the same registrable domain, by the Public Suffix List. */
  ofOneSite(host: string | Uint8Array, other: string | Uint8Array): boolean;
}
