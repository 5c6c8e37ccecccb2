// Made by middleware/words/generate.mjs from the tables beside it: change those.
// The words of the core by their numbers, and the largest numbers that a policy may hold.
export const CATEGORIES = Object.freeze(['required', 'analytics', 'functional', 'targeting']);
export const COLUMNS = Object.freeze(['own', 'shared', 'exempt']);
export const CHOICES = Object.freeze(['none', 'granted', 'denied']);
export const SOURCES = Object.freeze(['none', 'banner', 'settings', 'gpc_header', 'gpc_js', 'dnt', 'account', 'api']);
export const EVIDENCE = Object.freeze(['policy', 'catalog', 'pattern', 'host', 'model', 'rule']);
export const WISHES = Object.freeze(['reject-all', 'accept-all', 'save', 'opt-out', 'withdraw', 'object', 'undo', 'signal', 'add', 'confirm', 'allow-service', 'withdraw-service']);
export const NOTICES = Object.freeze(['none', 'banner', 'status', 'objection']);
export const PURPOSES = Object.freeze({ __proto__: null, statistical: 1, appearance: 2, emergency: 4 });
export const REQUEST_TYPES = Object.freeze({ __proto__: null, other: 0, image: 1, script: 2, frame: 3, beacon: 4, fetch: 5, style: 6,
  font: 7, media: 8, img: 1, iframe: 3, sub_frame: 3, ping: 4, xhr: 5,
  xmlhttprequest: 5, stylesheet: 6, video: 8 });
export const OPTIONS = Object.freeze(['mode', 'joined', 'dnt', 'exception', 'unknown', 'notice_version', 'lifetime_days']);
export const MODES = Object.freeze(['enforce', 'observe']);
export const JOINED = Object.freeze(['any', 'literal']);
export const DNT = Object.freeze(['as_objection', 'as_gpc', 'ignore']);
export const EXCEPTIONS = Object.freeze({ __proto__: null, informed: 0, never: 1, strict: 1 });
export const UNKNOWN = Object.freeze(['targeting', 'party']);
export const MOST = Object.freeze({ 'notice.version': 999999999, 'consent.lifetime_days': 400 });
