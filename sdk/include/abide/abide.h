/* The core in C, for nginx modules, WebAssembly and other languages. Same results as abide.hpp.

   Texts are pointer and length; they are never owned and need not be NUL-terminated. Nothing allocates, blocks or
   throws. Objects are plain memory of the caller, who may place them anywhere and copy them. An object that was given a
   text (a rule, a policy, a filter) only views it: keep its bytes alive. Texts that functions write into an abide_text*
   have static lifetime, unless their comment says otherwise.

   Zero an object before its first use (`abide_visitor v = {0};`). Zero is the strict value everywhere, also in opaque
   objects. A minor version may add members at the end, whose zero keeps the earlier behaviour; the library's SOVERSION
   changes with it.

   Functions that take one of the numbers below and return int return 1, or 0 for an unknown number. In that case an
   object to be written gets its strict value, and an object to be changed stays unchanged.

   Threads: there is no global state. Any thread may call any function, but no thread may use an object while another
   thread writes it. Any number of threads may read a finished policy. */
#ifndef ABIDE_H
#define ABIDE_H

#include <stddef.h>
#include <stdint.h>

#include "abide/api.h"
#include "abide/version.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A view of bytes; does not own them. */
typedef struct abide_text {
  const char* data;
  size_t size;
} abide_text;

/* The numbers of the functions and structs: the values of the C++ enums of the same name. */

/* clang-format off */
/* words: begin numbers, from middleware/words/words.tsv */
/* category */
enum {
  ABIDE_REQUIRED = 0, /* the service the visitor asked for */
  ABIDE_ANALYTICS = 1, /* how the site is used */
  ABIDE_FUNCTIONAL = 2, /* conveniences that the visitor can do without */
  ABIDE_TARGETING = 3 /* advertising */
};
/* column */
enum {
  ABIDE_OWN = 0, /* cookies whose vendor keeps what it learns to itself */
  ABIDE_SHARED = 1, /* cookies whose vendor sells or shares what it learns */
  ABIDE_EXEMPT = 2 /* cookies that the policy declares exempt here */
};
/* choice */
enum {
  ABIDE_CHOICE_NONE = 0, /* none was made */
  ABIDE_CHOICE_GRANTED = 1,
  ABIDE_CHOICE_DENIED = 2
};
/* source */
enum {
  ABIDE_SOURCE_NONE = 0, /* no decision */
  ABIDE_SOURCE_BANNER = 1, /* the visitor, in the notice */
  ABIDE_SOURCE_SETTINGS = 2, /* the visitor, on the preference page */
  ABIDE_SOURCE_GPC_HEADER = 3, /* Sec-GPC */
  ABIDE_SOURCE_GPC_JS = 4, /* Global Privacy Control, shown to scripts only */
  ABIDE_SOURCE_DNT = 5, /* Do Not Track */
  ABIDE_SOURCE_ACCOUNT = 6, /* the visitor's account */
  ABIDE_SOURCE_API = 7 /* the application */
};
/* evidence */
enum {
  ABIDE_EVIDENCE_POLICY = 0, /* the site's policy */
  ABIDE_EVIDENCE_CATALOG = 1, /* an exact name of the catalog */
  ABIDE_EVIDENCE_PATTERN = 2, /* a pattern of the catalog */
  ABIDE_EVIDENCE_HOST = 3, /* the host */
  ABIDE_EVIDENCE_MODEL = 4, /* a model of names */
  ABIDE_EVIDENCE_RULE = 5 /* none of these: the rule for unknown cookies */
};
/* wish */
enum {
  ABIDE_WISH_REJECT_ALL = 0, /* allows only what is required */
  ABIDE_WISH_ACCEPT_ALL = 1, /* allows everything */
  ABIDE_WISH_SAVE = 2, /* the boxes of a form */
  ABIDE_WISH_OPT_OUT = 3, /* of sale and sharing */
  ABIDE_WISH_WITHDRAW = 4, /* every grant */
  ABIDE_WISH_OBJECT = 5, /* to cookies that are in use without consent because they are exempt */
  ABIDE_WISH_UNDO = 6, /* withdraws an informed exception */
  ABIDE_WISH_SIGNAL = 7, /* the browser shows the signal to scripts only */
  ABIDE_WISH_ADD = 8, /* grants these categories; the others stay as they are */
  ABIDE_WISH_CONFIRM = 9, /* the second step after an opt-out */
  ABIDE_WISH_ALLOW_SERVICE = 10, /* allows one service in these categories, and nothing else */
  ABIDE_WISH_WITHDRAW_SERVICE = 11 /* withdraws that; without categories: in all of them */
};
/* rule */
enum {
  ABIDE_RULE_D0 = 0, /* strictly necessary */
  ABIDE_RULE_D1 = 1, /* age */
  ABIDE_RULE_D2 = 2, /* refused */
  ABIDE_RULE_D3A = 3, /* informed exception */
  ABIDE_RULE_D3B = 4, /* financial incentive */
  ABIDE_RULE_D3C = 5, /* signal */
  ABIDE_RULE_D4 = 6, /* earlier opt-out */
  ABIDE_RULE_D5 = 7, /* granted */
  ABIDE_RULE_D6E = 8, /* exempt here */
  ABIDE_RULE_D6 = 9, /* default of the place */
  ABIDE_RULE_D5S = 10 /* one service granted */
};
/* notice */
enum {
  ABIDE_NOTICE_NONE = 0, /* nothing is shown */
  ABIDE_NOTICE_BANNER = 1, /* the notice that asks */
  ABIDE_NOTICE_STATUS = 2, /* the line that says that a signal was honoured */
  ABIDE_NOTICE_OBJECTION = 3 /* the notice that informs and offers an objection */
};
/* regime */
enum {
  ABIDE_REGIME_OPT_IN = 0, /* off until a choice */
  ABIDE_REGIME_OPT_OUT = 1, /* on until the visitor opts out */
  ABIDE_REGIME_NOTICE = 2 /* on; the visitor is only informed */
};
/* exempt_purpose */
enum {
  ABIDE_PURPOSE_STATISTICAL = 1, /* to measure its own audience */
  ABIDE_PURPOSE_APPEARANCE = 2, /* to adapt appearance and function to the visitor */
  ABIDE_PURPOSE_EMERGENCY = 4 /* to find a person who calls for emergency help */
};
/* request_type */
enum {
  ABIDE_REQUEST_OTHER = 0,
  ABIDE_REQUEST_IMAGE = 1,
  ABIDE_REQUEST_SCRIPT = 2,
  ABIDE_REQUEST_FRAME = 3,
  ABIDE_REQUEST_BEACON = 4,
  ABIDE_REQUEST_FETCH = 5,
  ABIDE_REQUEST_STYLE = 6,
  ABIDE_REQUEST_FONT = 7,
  ABIDE_REQUEST_MEDIA = 8
};
/* dnt_value */
enum {
  ABIDE_DNT_ABSENT = 0, /* not sent */
  ABIDE_DNT_ZERO = 1, /* never consent */
  ABIDE_DNT_ONE = 2
};
/* option */
enum {
  ABIDE_OPTION_MODE = 0, /* ABIDE_MODE_... */
  ABIDE_OPTION_JOINED = 1, /* ABIDE_JOINED_... */
  ABIDE_OPTION_DNT = 2, /* ABIDE_DNT_POLICY_... */
  ABIDE_OPTION_EXCEPTION = 3, /* ABIDE_EXCEPTION_... */
  ABIDE_OPTION_UNKNOWN = 4, /* ABIDE_UNKNOWN_... */
  ABIDE_OPTION_NOTICE_VERSION = 5, /* a number from 1 */
  ABIDE_OPTION_LIFETIME_DAYS = 6 /* 0: as the jurisdiction says */
};
/* mode */
enum {
  ABIDE_MODE_ENFORCE = 0, /* cookies that may not be used are removed from requests and responses */
  ABIDE_MODE_OBSERVE = 1 /* nothing is removed; the site reports what enforce would remove */
};
/* joined_values */
enum {
  ABIDE_JOINED_ANY = 0, /* one member equal to 1 is enough */
  ABIDE_JOINED_LITERAL = 1 /* the whole value must be 1 */
};
/* dnt_policy */
enum {
  ABIDE_DNT_POLICY_AS_OBJECTION = 0, /* it counts where the law provides for objection by automated means (GDPR Art. 21(5)) */
  ABIDE_DNT_POLICY_AS_GPC = 1, /* it counts as Global Privacy Control everywhere */
  ABIDE_DNT_POLICY_IGNORE = 2 /* it has no effect */
};
/* exception_policy */
enum {
  ABIDE_EXCEPTION_INFORMED = 0, /* a visitor who was told of the signal may still allow a category */
  ABIDE_EXCEPTION_NEVER = 1 /* nothing the visitor chooses on this site overrides the signal */
};
/* unknown_policy */
enum {
  ABIDE_UNKNOWN_TARGETING = 0, /* the strict answer */
  ABIDE_UNKNOWN_PARTY = 1 /* third-party cookies are targeting, first-party cookies are required */
};
/* words: end */
/* clang-format on */
/* For arrays by category, and sets of categories as bits. */
enum { ABIDE_CATEGORY_COUNT = ABIDE_TARGETING + 1 };
#define ABIDE_BIT(category) (1u << (category)) /* its bit in a set of categories */

/* Opaque. A zeroed rule matches no cookie. A zeroed exemption exempts none. A zeroed policy is the strict one of {} and
   accepts no grant, because it has no notice. A zeroed decision denies everything. A zeroed filter removes every
   cookie. */
typedef struct abide_cookie_rule {
  abide_text opaque[3];
  uint8_t opaque_too[2];
  abide_text opaque_three;
} abide_cookie_rule;
typedef struct abide_exemption {
  abide_text opaque;
  uint8_t opaque_too;
  abide_text opaque_three;
} abide_exemption;
typedef struct abide_policy {
  uint64_t opaque[20];
} abide_policy;
typedef struct abide_decision {
  uint64_t opaque[24];
} abide_decision;
typedef struct abide_filter {
  uint64_t opaque[16];
} abide_filter;

/* Plain values: copy them freely. Their only views are abide_text members. */

/* What the request's header fields say. */
typedef struct abide_signals {
  uint8_t gpc; /* 0 or 1 */
  uint8_t dnt; /* ABIDE_DNT_... */
} abide_signals;

/* One service of a category that the visitor allowed individually. */
typedef struct abide_service_grant {
  int64_t time;     /* Unix seconds */
  uint32_t service; /* abide_service_id of its vendor */
  uint32_t notice;  /* version of the notice at that time */
  uint8_t category; /* ABIDE_ANALYTICS ... */
} abide_service_grant;
enum { ABIDE_SERVICE_COUNT = 8 }; /* most services in a record */

/* What one visitor chose. */
typedef struct abide_record {
  int64_t time;           /* Unix seconds; 0: no choice */
  int64_t sticky_since;   /* 0: none */
  int64_t exception_time; /* 0: none */
  uint32_t notice;
  uint8_t choices[4];         /* ABIDE_CHOICE_... by category */
  uint8_t source;             /* ABIDE_SOURCE_... */
  uint8_t exception_purposes; /* bits by category */
  uint8_t opt_in_purposes;    /* requested after an opt-out; bits by category */
  uint8_t opt_in_confirmed;   /* 0: it allows nothing yet */
  int64_t opt_in_time;        /* 0: none */
  abide_service_grant services[ABIDE_SERVICE_COUNT];
  uint8_t service_count; /* number of services */
} abide_record;

/* A visitor's answer; see indication in choosing.hpp. */
typedef struct abide_indication {
  uint8_t wish;                              /* ABIDE_WISH_... */
  uint8_t granted, kept, excepted, objected; /* bits by category */
  uint8_t from_banner;
  uint32_t service; /* for the two service wishes: abide_service_id of its vendor */
} abide_indication;

/* What the application knows about the visitor beyond the record. */
typedef struct abide_visitor {
  int32_t age; /* years, 1 for the first; 0: unknown */
  uint8_t known, opted_out, incentive_asked, incentive_kept;
  abide_text programme; /* the incentive's; empty: any. The decision views it */
} abide_visitor;

/* What is known about a cookie or a request. `vendor` is static or valid as long as the policy's texts. */
typedef struct abide_classification {
  abide_text vendor;
  uint8_t category;   /* ABIDE_REQUIRED ... */
  uint8_t shared;     /* 1: its vendor sells or shares what it learns, or no contract says otherwise */
  uint8_t confidence; /* percent */
  uint8_t evidence;   /* ABIDE_EVIDENCE_... */
} abide_classification;

/* One cookie that was seen. Valid during the call of the observer; its name views the field. */
typedef struct abide_finding {
  abide_text name;
  abide_classification what;
  uint8_t from_request; /* 0: from a Set-Cookie field */
  uint8_t allowed;
  uint8_t rule; /* ABIDE_RULE_... */
} abide_finding;

/* A service that the visitor allowed individually, as far as the grant is valid now. */
typedef struct abide_allowed_service {
  uint32_t service;
  uint8_t category;
  uint8_t own;    /* 1: its cookies whose data it keeps to itself */
  uint8_t shared; /* 1: its cookies whose data it sells or shares */
} abide_allowed_service;

/* Called by abide_filter_cookies and abide_filter_set_cookie, in their thread, once for each cookie. Must not throw. */
typedef void (*abide_observer)(void* context, const abide_finding*);

/* Policy */
ABIDE_C_API int abide_cookie_rule_init(abide_cookie_rule*, abide_text name, abide_text host, abide_text vendor,
                                       uint8_t category, uint8_t shared);
ABIDE_C_API void abide_cookie_rule_programme(abide_cookie_rule*, abide_text programme); /* that needs the cookie */
/* purpose: one ABIDE_PURPOSE_... */
ABIDE_C_API int abide_exemption_init(abide_exemption*, abide_text jurisdiction, uint8_t purpose, abide_text name);
ABIDE_C_API void abide_policy_init(abide_policy*); /* the strict policy of {} */
ABIDE_C_API int abide_policy_set(abide_policy*, int option, uint32_t value);
ABIDE_C_API void abide_policy_host(abide_policy*, abide_text host);
ABIDE_C_API void abide_policy_consent_cookie(abide_policy*, abide_text name);
/* The policy views the arrays too. */
ABIDE_C_API void abide_policy_cookies(abide_policy*, const abide_cookie_rule*, size_t count);
ABIDE_C_API void abide_policy_exemptions(abide_policy*, const abide_exemption*, size_t count);

/* Signals: call once for each header field, starting from a zeroed abide_signals. joined: ABIDE_JOINED_... */
ABIDE_C_API int abide_signals_read(abide_signals*, abide_text name, abide_text value, uint8_t joined);

/* Decision. `visitor` may be NULL: nothing is known. The decision views the visitor's programme, not the policy. */
ABIDE_C_API void abide_decide(const abide_policy*, const abide_signals*, abide_text location,
                              const abide_record* chosen /* may be NULL */, const abide_visitor*, int64_t now,
                              abide_decision*);
/* 0 or 1; 0 for an unknown category or column */
ABIDE_C_API int abide_decision_allows(const abide_decision*, uint8_t category, uint8_t column);
ABIDE_C_API uint8_t abide_decision_rule(const abide_decision*, uint8_t category, uint8_t column);
ABIDE_C_API void abide_decision_why(const abide_decision*, uint8_t category, uint8_t column, abide_text* sentence);
ABIDE_C_API void abide_decision_law(const abide_decision*, uint8_t category, uint8_t column, abide_text* clause);
ABIDE_C_API void abide_decision_jurisdiction(const abide_decision*, abide_text* code, abide_text* regime);
ABIDE_C_API uint8_t abide_decision_regime(const abide_decision*);
ABIDE_C_API void abide_decision_caution(const abide_decision*,
                                        abide_text* sentence); /* empty, or a warning about the row's sources */
ABIDE_C_API uint8_t abide_decision_notice(const abide_decision*);
ABIDE_C_API uint8_t abide_decision_remember(const abide_decision*);        /* 1: write a sticky opt-out */
ABIDE_C_API uint8_t abide_decision_signal_active(const abide_decision*);   /* 1: GPC, or DNT under the policy */
ABIDE_C_API uint8_t abide_decision_declared_exempt(const abide_decision*); /* bits by category */
/* Completes a wish from the decision: see complete() in choosing.hpp. */
ABIDE_C_API void abide_indication_complete(abide_indication*, const abide_decision*);
ABIDE_C_API uint8_t abide_decision_unconfirmed(const abide_decision*);   /* bits by category: see opt_in_purposes */
ABIDE_C_API uint8_t abide_decision_exempt_in_use(const abide_decision*); /* the same: what an objection covers */
/* 1: the visitor individually allowed the vendor of a cookie or a request, whatever its category's verdict. */
ABIDE_C_API int abide_decision_allows_service(const abide_decision*, const abide_classification*);
/* Fills `out`, an array of ABIDE_SERVICE_COUNT; returns the number of services. */
ABIDE_C_API size_t abide_decision_services(const abide_decision*, abide_allowed_service* out);
/* Where the visitor may allow one service individually; bits by category. column: ABIDE_OWN or ABIDE_SHARED */
ABIDE_C_API uint8_t abide_decision_service_offer(const abide_decision*, uint8_t column);
ABIDE_C_API void abide_decision_status_line(const abide_decision*, abide_text* line);
ABIDE_C_API void abide_rule_name(uint8_t rule, abide_text* name); /* `D3c`; `D6` for any other number */
ABIDE_C_API void abide_jurisdiction_version(abide_text* version); /* of the data: 2026-11-22.9a3f0c1b */

/* Cookies */
ABIDE_C_API void abide_classify(const abide_policy*, abide_text name, abide_text host, uint8_t third_party,
                                abide_classification*);
/* type: ABIDE_REQUEST_...; site: the page's host, lower case */
ABIDE_C_API int abide_classify_request(const abide_policy*, abide_text url, uint8_t type, abide_text site,
                                       abide_classification*);
ABIDE_C_API int abide_is_same_site(abide_text host, abide_text other); /* lower case; 0 or 1 */
ABIDE_C_API uint32_t abide_service_id(abide_text vendor); /* in any letter case; `#0a1b2c3d`: that number; empty: 0 */
/* The vendor with that number in the policy, else in the catalog; empty: unknown to both. Scans every name. Valid as
   long as the policy's texts. */
ABIDE_C_API void abide_service_name(const abide_policy*, uint32_t service, abide_text* vendor);
/* The filter views policy, decision and host: they must outlive it. */
ABIDE_C_API void abide_filter_init(abide_filter*, const abide_policy*, const abide_decision*, abide_text host,
                                   int64_t now, abide_observer /* may be NULL */, void* context);
/* `out`: ABIDE_FILTERED_SIZE(field.size) bytes, not overlapping the field. Returns the new length. */
#define ABIDE_FILTERED_SIZE(field_size) ((field_size)*2 + 2)
ABIDE_C_API size_t abide_filter_cookies(const abide_filter*, abide_text field, char* out, size_t* removed);
/* The response's Date field, if any: browsers compare Expires with it. The filter views it. */
ABIDE_C_API void abide_filter_date(abide_filter*, abide_text date_field);
/* 0: remove the field; 1: keep it; ABIDE_AS_DELETION: send what abide_deletion_write writes instead */
ABIDE_C_API int abide_filter_set_cookie(const abide_filter*, abide_text set_cookie_field);
#define ABIDE_AS_DELETION 2
/* `out`: ABIDE_DELETION_SIZE(field.size) bytes, not overlapping the field. Returns the length. */
#define ABIDE_DELETION_SIZE(field_size) ((field_size) + 80)
ABIDE_C_API size_t abide_deletion_write(abide_text set_cookie_field, char* out);

/* Records */
#define ABIDE_RECORD_SIZE 336 /* bytes of `out` */
ABIDE_C_API size_t abide_record_write(const abide_record*, char* out);
ABIDE_C_API int abide_record_read(abide_text, abide_record*);       /* 1, or 0 for any other bytes */
ABIDE_C_API int abide_timestamp_read(abide_text, int64_t* seconds); /* RFC 3339; 1 or 0 */

/* The next record. `before` may be NULL or `next`; the decision must have been made with it. An unknown wish refuses
   everything; an unknown source counts as none. In an opt-out place, a grant of what was opted out of sale or sharing
   is only noted in opt_in_purposes; a separate ABIDE_WISH_CONFIRM makes it effective. */
ABIDE_C_API int abide_record_apply_wish(const abide_policy*, const abide_decision*, const abide_indication*,
                                        const abide_record* before, int64_t now, abide_record* next);
ABIDE_C_API int abide_record_apply_signal(const abide_record* before, uint8_t source, int64_t now, abide_record* next);

#ifdef __cplusplus
}
#endif
#endif
