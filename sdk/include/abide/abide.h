/* The core in C: for nginx modules, WebAssembly and other languages. The same answers as abide.hpp.
   Texts are pointer and length, never owned, never NUL-terminated by promise. Nothing allocates, nothing fails by
   exception; objects are plain memory of the caller, who may put them anywhere and copy them. Whatever a text was
   given to (a rule, a policy) only views it: keep its bytes alive. */
#ifndef ABIDE_H
#define ABIDE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__wasm__)
#define ABIDE_API __attribute__((used, visibility("default")))
#else
#define ABIDE_API
#endif

typedef struct abide_text {
  const char* data;
  size_t size;
} abide_text;

/* Numbers as in the C++ enums of the same name. */
enum { ABIDE_REQUIRED, ABIDE_ANALYTICS, ABIDE_FUNCTIONAL, ABIDE_TARGETING };
enum { ABIDE_OWN, ABIDE_SHARED, ABIDE_EXEMPT }; /* the three columns of a decision */
enum { ABIDE_NOTICE_NONE, ABIDE_NOTICE_BANNER, ABIDE_NOTICE_STATUS, ABIDE_NOTICE_OBJECTION };
enum { ABIDE_CHOICE_NONE, ABIDE_CHOICE_GRANTED, ABIDE_CHOICE_DENIED };
enum { ABIDE_DNT_ABSENT, ABIDE_DNT_ZERO, ABIDE_DNT_ONE };

enum { /* [wish] */
       ABIDE_WISH_ACCEPT_ALL,
       ABIDE_WISH_REJECT_ALL,
       ABIDE_WISH_SAVE,
       ABIDE_WISH_OPT_OUT,
       ABIDE_WISH_WITHDRAW,
       ABIDE_WISH_OBJECT,
       ABIDE_WISH_UNDO,
       ABIDE_WISH_SIGNAL
};

/* Options of a policy, each with the values of the C++ enum named in brackets. */
enum {
  ABIDE_OPTION_MODE,           /* [mode] */
  ABIDE_OPTION_JOINED,         /* [joined_values] */
  ABIDE_OPTION_DNT,            /* [dnt_policy] */
  ABIDE_OPTION_EXCEPTION,      /* [exception_policy] */
  ABIDE_OPTION_UNKNOWN,        /* [unknown_policy] */
  ABIDE_OPTION_NOTICE_VERSION, /* a number from 1 */
  ABIDE_OPTION_LIFETIME_DAYS   /* 0: as the jurisdiction says */
};

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
  uint64_t opaque[16];
} abide_policy;
typedef struct abide_decision {
  uint64_t opaque[12];
} abide_decision;
typedef struct abide_filter {
  uint64_t opaque[16];
} abide_filter;

typedef struct abide_signals {
  uint8_t gpc; /* 0 or 1 */
  uint8_t dnt; /* ABIDE_DNT_... */
} abide_signals;

typedef struct abide_record {
  int64_t time;           /* Unix seconds; 0: no choice */
  int64_t sticky_since;   /* 0: none */
  int64_t exception_time; /* 0: none */
  uint32_t notice;
  uint8_t choices[4];         /* ABIDE_CHOICE_... by category */
  uint8_t source;             /* [source] */
  uint8_t exception_purposes; /* bits by category */
} abide_record;

typedef struct abide_indication {
  uint8_t wish;                              /* ABIDE_WISH_...; any other number: reject all */
  uint8_t granted, kept, excepted, objected; /* bits by category */
  uint8_t from_banner;
} abide_indication;

typedef struct abide_visitor {
  int32_t age; /* -1: unknown */
  uint8_t known, opted_out, incentive_asked, incentive_kept;
  abide_text programme; /* of the incentive; empty: any. Viewed by the decision */
} abide_visitor;

typedef struct abide_classification {
  abide_text vendor;
  uint8_t category, shared, confidence, evidence;
} abide_classification;

typedef struct abide_finding {
  abide_text name;
  abide_classification what;
  uint8_t from_request, allowed, rule;
} abide_finding;

typedef void (*abide_observer)(void* context, const abide_finding*);

/* Policy */
ABIDE_API void abide_cookie_rule_init(abide_cookie_rule*, abide_text name, abide_text host, abide_text vendor,
                                      uint8_t category, uint8_t shared);
ABIDE_API void abide_cookie_rule_programme(abide_cookie_rule*, abide_text programme); /* that needs the cookie */
ABIDE_API void abide_exemption_init(abide_exemption*, abide_text jurisdiction, uint8_t purpose, abide_text name);
ABIDE_API void abide_policy_init(abide_policy*); /* the strict policy of {} */
ABIDE_API void abide_policy_set(abide_policy*, int option, uint32_t value);
ABIDE_API void abide_policy_host(abide_policy*, abide_text host);
ABIDE_API void abide_policy_consent_cookie(abide_policy*, abide_text name);
ABIDE_API void abide_policy_cookies(abide_policy*, const abide_cookie_rule*, size_t count);
ABIDE_API void abide_policy_exemptions(abide_policy*, const abide_exemption*, size_t count);

/* Signals: call once for each header field, starting from a zeroed abide_signals. */
ABIDE_API void abide_read_signal(abide_text name, abide_text value, uint8_t joined, abide_signals*);

/* Decision */
ABIDE_API void abide_decide(const abide_policy*, const abide_signals*, abide_text location,
                            const abide_record* chosen /* may be NULL */, const abide_visitor*, int64_t now,
                            abide_decision*);
ABIDE_API int abide_allows(const abide_decision*, uint8_t category, uint8_t column); /* 0 or 1 */
ABIDE_API uint8_t abide_rule(const abide_decision*, uint8_t category, uint8_t column);
ABIDE_API void abide_why(const abide_decision*, uint8_t category, uint8_t column, abide_text* sentence);
ABIDE_API void abide_law(const abide_decision*, uint8_t category, uint8_t column, abide_text* clause);
ABIDE_API void abide_rule_name(uint8_t rule, abide_text* name);
ABIDE_API void abide_jurisdiction(const abide_decision*, abide_text* code, abide_text* regime);
ABIDE_API void abide_caution(const abide_decision*, abide_text* sentence); /* empty, or why to doubt the row */
ABIDE_API void abide_jurisdiction_version(abide_text* version);            /* names the data: 2026-11-22.9a3f0c1b */
ABIDE_API uint8_t abide_notice(const abide_decision*);
ABIDE_API uint8_t abide_remember(const abide_decision*);        /* 1: write a sticky opt-out */
ABIDE_API uint8_t abide_signal_active(const abide_decision*);   /* 1: GPC, or DNT under the policy */
ABIDE_API uint8_t abide_declared_exempt(const abide_decision*); /* bits by category */
ABIDE_API uint8_t abide_exempt_in_use(const abide_decision*);   /* the same: what an objection speaks of */
ABIDE_API void abide_status_line(const abide_decision*, abide_text* line);

/* Cookies */
ABIDE_API void abide_classify(const abide_policy*, abide_text name, abide_text host, uint8_t third_party,
                              abide_classification*);
/* type: [request_type]; site: the page's host, lower case */
ABIDE_API void abide_classify_request(const abide_policy*, abide_text url, uint8_t type, abide_text site,
                                      abide_classification*);
ABIDE_API int abide_of_one_site(abide_text host, abide_text other); /* lower case; 0 or 1 */
ABIDE_API void abide_filter_init(abide_filter*, const abide_policy*, const abide_decision*, abide_text host,
                                 int64_t now, abide_observer /* may be NULL */, void* context);
/* Room for `out`: field.size * 2 + 2 bytes, not overlapping the field. Returns the new length. */
ABIDE_API size_t abide_filter_cookies(const abide_filter*, abide_text field, char* out, size_t* removed);
ABIDE_API int abide_may_set(const abide_filter*, abide_text set_cookie_field); /* 0 or 1 */

/* Records. `out`: 128 bytes. */
ABIDE_API size_t abide_write_record(const abide_record*, char* out);
ABIDE_API int abide_read_record(abide_text, abide_record*);       /* 1, or 0 for any other bytes */
ABIDE_API int abide_read_timestamp(abide_text, int64_t* seconds); /* RFC 3339; 1 or 0 */

/* The next record; `before` may be NULL, and may be `next`. */
ABIDE_API void abide_after_wish(const abide_indication*, const abide_record* before, uint32_t notice_version,
                                uint8_t signal_active, int64_t now, abide_record* next);
ABIDE_API void abide_after_signal(const abide_record* before, uint8_t source, int64_t now, abide_record* next);

#ifdef __cplusplus
}
#endif
#endif
