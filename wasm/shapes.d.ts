// Made by middleware/words/generate.mjs from the tables beside it: change those.
// The words of Abide, and what its JSON holds: a policy file, the state of a page, the record of a visitor.

/** An RFC 3339 date-time. */
export type Timestamp = string;
export type Category = 'required' | 'analytics' | 'functional' | 'targeting';
export type Choice = 'granted' | 'denied';
export type Source = 'banner' | 'settings' | 'gpc_header' | 'gpc_js' | 'dnt' | 'account' | 'api';
export type Evidence = 'policy' | 'catalog' | 'pattern' | 'host' | 'model' | 'rule';
export type Wish = 'reject-all' | 'accept-all' | 'save' | 'opt-out' | 'withdraw' | 'object' | 'undo' | 'signal' | 'add'
  | 'confirm' | 'allow-service' | 'withdraw-service';
export type Rule = 'D0' | 'D1' | 'D2' | 'D3a' | 'D3b' | 'D3c' | 'D4' | 'D5' | 'D6e' | 'D6' | 'D5s';
export type Notice = 'none' | 'banner' | 'status' | 'objection';
export type Regime = 'opt_in' | 'opt_out' | 'notice';
export type ExemptPurpose = 'statistical' | 'appearance' | 'emergency';
export type RequestType = 'other' | 'image' | 'script' | 'frame' | 'beacon' | 'fetch' | 'style' | 'font' | 'media'
  | 'img' | 'iframe' | 'sub_frame' | 'ping' | 'xhr' | 'xmlhttprequest' | 'stylesheet' | 'video';
export type Mode = 'enforce' | 'observe';
export type JoinedValues = 'any' | 'literal';
export type DntPolicy = 'as_objection' | 'as_gpc' | 'ignore';
export type ExceptionPolicy = 'informed' | 'never' | 'strict';
export type UnknownPolicy = 'targeting' | 'party';
export type Contract = 'none' | 'processor';
export type Caching = 'private' | 'shared';

export interface PageState {
  /** Version of this shape: 1. A state without it counts as the strictest decision. */
  readonly v?: 1;
  /** Categories whose cookies may be used when their vendor keeps what it learns to itself. */
  readonly allowed: readonly Category[];
  /** The same for vendors that sell or share what they learn. */
  readonly allowedShared: readonly Category[];
  /** What remains of `allowed` when the visitor opts out of sale and sharing, or when the browser shows a signal
      that this decision did not see. Absent: only what is required. */
  readonly optedOut?: readonly Category[];
  /** The same for `allowedShared`. */
  readonly optedOutShared?: readonly Category[];
  /** Services (the policy's `vendor`) that pass although their category does not: all their cookies are exempt here. */
  readonly allowedExempt?: readonly string[];
  /** Cookies that pass although their category does not, because they are exempt here: patterns of names by
      category. Shared cookies are never exempt. */
  readonly allowedNames?: { readonly [category in Category]?: readonly string[] };
  /** Services that the visitor allowed individually, whatever the decision about their category. */
  readonly services?: readonly AllowedService[];
  /** Whether Global Privacy Control was seen, by the server or in this page. */
  readonly gpc: boolean;
  readonly regime?: Regime;
  /** What the page should show. */
  readonly notice?: Notice;
  readonly noticeVersion?: number;
  /** Whether the visitor made a choice that still counts. */
  readonly chosen?: boolean;
  /** Whether that choice grants anything. */
  readonly granted?: boolean;
  /** Whether a choice sets the browser's signal aside. */
  readonly exception?: boolean;
  /** Whether a grant after an opt-out was asked for and waits to be confirmed: until then nothing of it is allowed. */
  readonly unconfirmed?: boolean;
  /** Whether cookies are in use that need no consent here. */
  readonly objectable?: boolean;
  /** Whether the status line mentions them. */
  readonly exempt?: boolean;
  /** The language of the texts that the server wrote into the page. */
  readonly lang?: string;
  /** The reasons for `allowed`. Not in a printed state. */
  readonly reasons?: { readonly [category in Category]: Reason };
  /** The reasons for `allowedShared`. Not in a printed state. */
  readonly reasonsShared?: { readonly [category in Category]: Reason };
  /** What the status line says, in the page's language; null: nothing. */
  readonly status?: StatusLine | null;
  /** Prefix of Abide's own pages: `/consent`. */
  readonly path: string;
  /** `observe` holds nothing back. */
  readonly mode?: Mode;
}

export interface AllowedService {
  /** The vendor's name. */
  readonly service: string;
  readonly category: Category;
  /** Whether this includes what the vendor sells or shares. */
  readonly shared: boolean;
}

export interface Reason {
  /** The rule that decided: the first one that matches. */
  readonly rule: Rule;
  /** A sentence in English. */
  readonly why: string;
  /** The clause that the rule implements. */
  readonly law: string;
  /** A caution, if the place's row rests on weak sources. Not in a state. */
  readonly caution?: string;
}

export interface StatusLine {
  /** It may be empty. */
  readonly title: string;
  readonly text: string;
}

export interface ConsentRecord {
  readonly choices?: { readonly [category in Category]?: Choice };
  /** When the visitor chose. */
  readonly time?: Timestamp;
  /** The version of the notice that was shown. */
  readonly notice?: number;
  /** Who decided. */
  readonly source?: Source;
  /** When an opt-out began that a later grant may lift. */
  readonly sticky_since?: Timestamp | null;
  readonly exception?: InformedException | null;
  /** A grant after an opt-out. */
  readonly opt_in?: OptIn | null;
  /** Services that were allowed individually, whatever the choices say: at most eight. */
  readonly services?: readonly ServiceGrant[] | null;
}

export interface ServiceGrant {
  /** The vendor's name. */
  readonly service: string;
  readonly category: Category;
  readonly time: Timestamp;
  /** The version of the notice at that time. */
  readonly notice: number;
}

export interface InformedException {
  /** The categories that are allowed although the browser's signal denies them. */
  readonly purposes: readonly Category[];
  readonly time: Timestamp;
}

export interface OptIn {
  /** The categories that were opted out and that the visitor wants to allow again. */
  readonly purposes: readonly Category[];
  /** The time of the request; after the confirmation, the time of that. */
  readonly time: Timestamp;
  /** Whether it was confirmed in a separate step; until then it allows nothing. */
  readonly confirmed?: boolean;
}

/** A policy file. The core in the page reads what it decides by; the rest is for the server and the notice. */
export interface Policy {
  /** Where this schema lies, for editors; the policy itself does not depend on it. */
  readonly '$schema'?: string;
  /** The site that the policy is for. */
  readonly site?: {
    /** The name by which visitors know the site; the notice shows it. */
    readonly name?: string;
    /** The site's own host, without scheme and port: shop.example. It replaces the host of a request that has none
        or only a backend's name: an address, a name without a domain, or another site's host in a request from a
        trusted proxy. */
    readonly host?: string;
    /** All hosts of this site besides site.host; a leading dot means the domain and its sub-domains. If given,
        requests for other hosts get 421. Left out: every host is answered. */
    readonly hosts?: readonly string[];
    /** The origin by which visitors know the site, if no proxy states it: scheme and host, the port if it is not the
        default, and the path prefix that a proxy removes. */
    readonly origin?: string;
    /** Where visitors reach the person or office responsible for privacy: an address or a URL. */
    readonly contact?: string;
    /** The day the site last changed its statement about Global Privacy Control (YYYY-MM-DD): lastUpdate in
        /.well-known/gpc.json. Left out: no lastUpdate. */
    readonly gpc_updated?: string;
  };
  /** enforce: cookies that may not be used are removed from requests and responses. observe: nothing is removed; the
      site reports what enforce would remove. Start in observe. */
  readonly mode?: Mode;
  /** Whether caches between the site and its visitors may store pages. private: caches must revalidate every page
      that depends on one visitor. shared: pages are the same for all visitors of a regime, and shared caches may
      store them as the application allows. For shared, a cache in front sets the request field Abide-Regime to
      opt_in, opt_out or notice by the visitor's country and removes any other; without the field every visitor gets
      the strictest copy. */
  readonly caching?: Caching;
  /** How the site knows where a visitor is. An unknown place counts as the strictest. */
  readonly jurisdiction?: {
    /** fixed: the place in "fixed". maxmind: the visitor's address in the database in "maxmind". Others: header
        fields of that provider, trusted only from trusted_proxies. */
    readonly from?: 'fixed' | 'cloudflare' | 'cloudfront' | 'vercel' | 'fastly' | 'akamai' | 'appengine' | 'google_lb' | 'maxmind';
    /** The networks of the proxies whose statements about a request are trusted: X-Forwarded-For, -Proto, -Host,
        -Port and -Prefix, Forwarded, and the header fields for the place. Address ranges (CIDR), or names: loopback:
        this machine; link_local: the same link; private: private networks; cloudflare: Cloudflare; fastly: Fastly;
        google_lb: the load balancers of Google Cloud. Empty: none is trusted. */
    readonly trusted_proxies?: readonly string[];
    /** The place of every visitor when "from" is fixed: a country (DE) or a country and region (US-CA). null:
        unknown, the strictest. */
    readonly fixed?: string | null;
    /** The path of a MaxMind database (.mmdb); needed when "from" is maxmind. It is read into memory when the site
        opens: a new file counts after a reload. */
    readonly maxmind?: string | null;
  };
  /** What the browser's signals do. */
  readonly signals?: {
    /** Global Privacy Control is always honoured; this key only states it for readers. */
    readonly gpc?: 'honour' | 'honor';
    /** informed: a visitor who was told of the signal may still allow a category. never: nothing the visitor chooses
        on this site overrides the signal. strict is a synonym of never. */
    readonly gpc_exception?: ExceptionPolicy;
    /** What DNT: 1 does. as_objection: it counts where the law provides for objection by automated means (GDPR Art.
        21(5)). as_gpc: it counts as Global Privacy Control everywhere. ignore: it has no effect. DNT: 0 is never
        consent. */
    readonly dnt?: DntPolicy;
    /** How to read a Sec-GPC field that an intermediary combined (0, 1). any: one member equal to 1 is enough.
        literal: the whole value must be 1. */
    readonly joined_values?: JoinedValues;
  };
  /** The text that asks for consent. */
  readonly notice?: {
    /** Increase it when the text changes in substance: consent to an earlier version then no longer counts. */
    readonly version?: number;
    /** Language tags. The first is for visitors whose languages are not listed. */
    readonly languages?: readonly string[];
    /** Folder with the site's own texts: de.json replaces some German texts, tlh.json adds a whole language. */
    readonly texts?: string;
    /** Whether the notice is inserted into HTML pages; false: the pages place it themselves. */
    readonly insert?: boolean;
    /** Where the notice is. bar: at the lower edge, above the page. top: at the upper edge, in the flow of the page:
        it covers nothing. card-start: a card at the lower edge, where lines begin. card-end: a card at the lower
        edge, where lines end. On a site without a server, top moves the page when the notice appears, because the
        page is painted before. */
    readonly layout?: 'bar' | 'top' | 'card-start' | 'card-end';
    /** The site's privacy policy; the notice links to it. */
    readonly policy_url?: string;
    /** Path of the site's own style sheet for the preference page; it sets the --abide-* properties. */
    readonly theme?: string;
  };
  /** The cookies that the site sets or lets others set. They take precedence over the catalog. If several match a
      cookie, one counts: the one with the exact name, else the longer pattern, else the exact host, else the longer
      domain, else the stricter category. */
  readonly cookies?: readonly PolicyCookie[];
  /** Cookies that the site declares exempt from consent: "ROW:PURPOSE:NAME". ROW is a jurisdiction with the
      exemption, NAME a pattern as in cookies. Shared cookies are never exempt; visitors are informed and may object. */
  readonly exempt?: readonly string[];
  /** How to classify a cookie that is neither in this policy nor in the catalog. targeting: the strict answer.
      party: third-party cookies are targeting, first-party cookies are required. */
  readonly unknown?: UnknownPolicy;
  /** How the visitor's choice is made and stored. */
  readonly consent?: {
    /** The prefix of the consent pages, without a trailing slash. */
    readonly path?: string;
    /** The name of the cookie that carries the choice; on HTTPS it gets the prefix __Host-, or __Secure- with
        consent.domain. */
    readonly cookie?: string;
    /** How long consent lasts. null: as long as the visitor's jurisdiction says. Browsers keep no cookie longer than
        400 days. */
    readonly lifetime_days?: number | null;
    /** How many choices and receipts per minute one visitor or one address may request; all together a hundred times
        as many. Further choices are not recorded: a refusal still applies, a grant must be repeated. */
    readonly choices_per_minute?: number;
    /** Where the site's secret keys are, newest first: env:NAME or file:PATH. The first one signs, all of them
        verify. Left out: a random key, so that a restart forgets every choice. */
    readonly keys?: string;
    /** Where keys are that are no longer in use or that leaked: env:NAME or file:PATH. They find accounts and verify
        records that they signed. If one of them signed the choice in a cookie, only its refusals count. */
    readonly keys_retired?: string;
    /** One choice for a site and its sub-domains: their common domain, such as shop.example. The cookie then belongs
        to this domain, and every host of the domain can overwrite it or add another; see SECURITY.md. Left out: each
        host has its own choice. */
    readonly domain?: string;
  };
  /** Where records of consent are stored. */
  readonly records?: {
    /** The store, such as sqlite:abide.db. Left out: no records are kept. */
    readonly store?: string;
    /** How many days a record is kept after its validity ended. Records are deleted from the start of a chain, so
        one may stay until older ones are deleted. null: forever. */
    readonly retain_days?: number | null;
    /** Where the server writes the heads of the log every hour: file:PATH or syslog, preferably on another machine.
        They show what was later removed from the end of the log (abide records verify --heads). Left out: nowhere. */
    readonly heads?: string;
  };
}

/** One cookie, or all whose names match. */
export interface PolicyCookie {
  readonly name: string;
  /** Only cookies of this host; a leading dot means the domain and its sub-domains: .ads.example. Left out: any
      host. */
  readonly host?: string;
  /** What the cookie is for. required: the service the visitor asked for. analytics: how the site is used.
      functional: conveniences that the visitor can do without. targeting: advertising. */
  readonly category: Category;
  /** Who receives what the cookie learns. */
  readonly vendor?: string;
  /** Whether the vendor sells or shares what it learns, or uses it for its own purposes. Left out: false with a
      processor contract, true with contract none, else as in the catalog, else true only for targeting. */
  readonly shared?: boolean;
  /** processor: a contract binds the vendor to the site's purposes. none: no contract does, so the cookie counts as
      shared unless shared is false. */
  readonly contract?: Contract;
  /** The financial-incentive programme that needs the cookie, such as loyalty. If any cookie names a programme, a
      member who was asked and stayed keeps only the cookies of that programme under Global Privacy Control (11 CCR
      7025(c)(4)). */
  readonly programme?: string;
  /** What the cookie does, in a sentence for visitors: one text, or one for each language tag. The cookie
      declaration shows it. */
  readonly purpose?: string | { readonly [language: string]: string };
  /** How long the cookie lives: session, or a number and a unit. */
  readonly lifetime?: string;
  /** Where the vendor says what it does with the data; the cookie declaration links to it. */
  readonly vendor_policy?: string;
}
