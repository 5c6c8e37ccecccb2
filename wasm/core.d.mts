// Types of core.mjs: the core itself, with the requests and answers of the `abide` command.
import type { AllowedService, Category, ConsentRecord, Evidence, Mode, Notice, PageState, Policy, Reason, Regime, RequestType, Source,
  StatusLine, Timestamp, UnknownPolicy, Wish } from './shapes.js';

export type { Category, ConsentRecord, Evidence, Mode, Notice, Policy, Reason, Regime, RequestType, Rule, Source, Timestamp,
  UnknownPolicy, Wish } from './shapes.js';
export type Header = readonly [name: string, value: string];
export type Headers = readonly Header[];

export const CATEGORIES: readonly Category[];

/** A request or policy that has not the expected shape; the message names the place. */
export class InputError extends TypeError {}

export interface Signals {
  gpc: boolean;
  dnt: 0 | 1 | null;
}

export interface Visitor {
  known?: boolean;
  opted_out?: boolean;
  age?: number | null;
  /** `programme` as the policy's cookies name theirs; absent or null: any. */
  incentive?: { asked?: boolean; withdrew?: boolean; programme?: string | null } | null;
}

/** The circumstances of a request besides its headers. */
export interface Visit {
  /** `DE`, `US-CA`; absent or null: unknown, the strictest row. */
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

/** What a visitor chose: the fields of the form. */
export interface ChooseRequest extends DecideRequest {
  choice: Wish;
  /** Of `save`; a category in none of the three is refused. */
  grant?: readonly Category[] | null;
  keep?: readonly Category[] | null;
  exception?: readonly Category[] | null;
  from?: 'banner' | 'settings' | null;
  /** Of a choice about one: the vendor's name; its categories stand in `grant`. */
  service?: string | null;
  /** Of `signal`; absent: `gpc_js`. */
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
  /** What the visitor allowed by itself, as far as that counts now; `shared`: also what it sells or shares. Absent:
      nothing. */
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
  /** Every cookie that the decision does not allow; in observe mode they are told but left in place. */
  removed: Removed[];
}

export interface RequestFacts {
  /** Absolute, or without a host: the site's own. */
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

/** What of a policy holds, also where its file says nothing. */
export interface Settings {
  /** The consent cookie's name, and how many days it lives. */
  cookie: string;
  cookieDays: number;
  noticeVersion: number;
  mode: Mode;
  unknown: UnknownPolicy;
}

/** What a page tells of a decision. Texts are named by their keys in `texts/en.json`. */
export interface Told {
  /** As the server prints it, without path, mode, language and words. */
  state: Omit<PageState, 'path' | 'mode' | 'lang' | 'status'>;
  /** Of the status line; the title may be empty. */
  status: StatusLine | '';
  /** What the notice asks for. */
  askedFor: Category[];
  /** Whether the browser's signal, and not a choice, is why something is off. */
  signal: boolean;
  /** Whether the signal is to be remembered: the choice `signal`. */
  remember: boolean;
}

/** What a page of choices tells of a category. */
export interface ToldPurpose {
  on: boolean;
  /** Required. */
  always: boolean;
  /** As what the switch is sent; empty: a choice cannot change it now. */
  field: '' | 'grant' | 'keep' | 'exception';
  /** Keys of texts, or empty: why it is on or off; why its shared cookies stay off although it is on. */
  reason: string;
  partly: string;
  /** What stands in the reason. */
  time: Timestamp | null;
  /** Whether a box of its own is offered: for its cookies that are not exempt; to set the signal aside. */
  others: boolean;
  exception: boolean;
  /** `index`: in the policy. An empty vendor is unknown. */
  cookies: { index: number; name: string; vendor: string; shared: boolean; exempt: boolean }[];
}

/** Whether a decision allows a category; `shared` defaults to true for targeting and to false otherwise. */
export function allows(decision: Decision, category: Category, shared?: boolean): boolean;

/** Loads the core from abide.wasm beside the module, or from a URL, a Response, the bytes or a compiled module. */
export function load(source?: string | URL | Response | BufferSource | WebAssembly.Module): Promise<Core>;
/** The same in plain JavaScript: larger and slower, but allowed by every CSP. */
export function loadTwin(): Promise<Core>;

/** One instance of the core under one policy; begins with the strict policy of `{}`. Texts beyond some megabytes give a
    RangeError. */
export class Core {
  /** @param exports of abide.wasm, or of its twin in plain JavaScript. */
  constructor(exports: object);
  /** Takes a policy file's JSON, as text or parsed. One that is refused leaves the former in force. */
  setPolicy(policy: string | Policy): void;
  /** Names the data of the laws: `2026-11-22.9a3f0c1b`. */
  jurisdictionVersion(): string;
  readSignals(headers: Headers): Signals;
  decide(request: DecideRequest): Decision;
  settings(): Settings;
  tell(request: DecideRequest): Told;
  tellPurpose(request: DecideRequest, category: Category): ToldPurpose;
  filter(request: FilterRequest): Filtered;
  /** The record after a choice, or after a signal that is to be remembered. */
  choose(request: ChooseRequest): ConsentRecord;
  classify(cookie: CookieFacts): Classification;
  /** Classifies a request by its URL. */
  classifyRequest(request: RequestFacts): Classification;
  /** A service by its name, as policy and catalog spell it; empty: neither knows it. */
  service(name: string): string;
  /** Whether two hosts (lower case) belong to one site, by the Public Suffix List. */
  ofOneSite(host: string | Uint8Array, other: string | Uint8Array): boolean;
}
