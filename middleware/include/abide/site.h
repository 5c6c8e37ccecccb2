/* One web site under one policy, in C: decides for each request, answers Abide's own pages, filters the response. The
   same exchange as in abide/site.hpp, for servers in C and for other languages.

     abide_begin            reads the request's header section, decides, hides cookies from the application
     abide_answer           answers Abide's own pages; may need an effect carried out, then call abide_resume
     abide_take_reply       the reply of Abide's own pages; if there is none, call the application
     abide_finish           filters the response's header section
     abide_insertion_feed   inserts into the page while it is sent

   Functions return ABIDE_OK or an error; after an error nothing was done, unless stated otherwise. Every pointer to an
   abide_error may be NULL. No function throws. Output parameters are written before anything else can fail.

   Structs whose first member is `size` may grow at their end: set it to sizeof of the struct and zero the rest
   (`abide_request request = {.size = sizeof request};`). Zero is the default of every member.

   Input texts are copied or only needed during the call. Output texts are views, valid as long as their comment says.

   Threads: any thread may use a site; close it after its exchanges, effects and insertions. An exchange, an effect and
   an insertion may move between threads, but only one thread at a time may use them. A process that forks must open its
   sites in the child: an open site has threads. */
#ifndef ABIDE_SITE_H
#define ABIDE_SITE_H

#include <stddef.h>
#include <stdint.h>

#include "abide/abide.h"
#include "abide/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Incremented on incompatible changes to this interface. New members and functions do not count. */
#define ABIDE_SITE_INTERFACE 1
ABIDE_C_API int abide_site_interface(void); /* the library's; compare it after dlopen */

/* What functions return. */
enum {
  ABIDE_OK = 0,
  ABIDE_BAD_CONFIG = 1,   /* the policy, or a file or store in it, is unusable; text: file, JSON path, expectation */
  ABIDE_BAD_ARGUMENT = 2, /* a struct without its size, or a NULL pointer */
  ABIDE_BAD_HEADERS = 3,  /* a function of the caller's header section failed */
  ABIDE_NO_MEMORY = 4,
  ABIDE_FAILED = 5 /* any other error; see text */
};

/* Owned by the caller; written when a function fails. */
typedef struct abide_error {
  size_t size;
  int code;
  /* UTF-8, NUL-terminated; contains no secrets. Of several faults, each is a line; if they do not fit, the last line
     says how many more there are. A single one is truncated. */
  char text[1000];
} abide_error;

/* Created by the library; freed by abide_site_close, abide_exchange_free, abide_resume or abide_effect_free, and
   abide_insertion_free. */
typedef struct abide_site abide_site;
typedef struct abide_exchange abide_exchange;
typedef struct abide_effect abide_effect;
typedef struct abide_insertion abide_insertion;

/* Log: the caller's own store. Its records are neither chained nor signed. */

/* One record. Store `json` and return it unchanged; the members before it are for an index. */
typedef struct abide_log_record {
  size_t size;
  abide_text id, subject; /* a UUIDv7; the visitor's pseudonym */
  int64_t time_ms;        /* UTC, since 1970 */
  abide_text json;        /* the whole record; keys: the column names of `abide records export --format csv` */
  abide_text notice_hash, notice_text; /* the notice and its SHA-256 in hex; store each text once. May be empty */
} abide_log_record;

/* What happens to an account. */
enum {
  ABIDE_ACCOUNT_STAYS = 0,
  ABIDE_ACCOUNT_OPTS_OUT = 1, /* at `since` */
  ABIDE_ACCOUNT_OPTS_IN = 2   /* its opt-out ends */
};
/* One change of a visitor's state: store all of it or nothing. It and its texts are valid during the call. */
typedef struct abide_log_change {
  size_t size;
  const abide_log_record* record; /* NULL: only the account changes */
  abide_text account;             /* the application's name for it; empty: none. Store only a keyed hash */
  abide_text subject;             /* visitor to link to the account; empty: none */
  uint8_t step;                   /* ABIDE_ACCOUNT_... */
  uint8_t has_carried_out;        /* 1: the visitor opted out before, at `carried_out`, and the account adopts that */
  int64_t since, carried_out;     /* Unix seconds */
} abide_log_change;

/* One question to the caller's store. Answer it exactly once with one of these functions, from any thread, before the
   store's function returns or later, even after abide_site_close. The answer frees it. NULL: no answer is expected, and
   answering does nothing. */
typedef struct abide_question abide_question;
/* 1: the change is durable and survives a crash. 0: it is not; `why` says what failed, without secrets. */
ABIDE_C_API void abide_answer_saved(abide_question*, int is_saved, abide_text why);
/* Whether the account opted out, and since when, in Unix seconds. */
ABIDE_C_API void abide_answer_account(abide_question*, int opted_out, int64_t since);
/* The `json` of the visitor's records, oldest first. If Abide did not write one of them, this is abide_answer_none. */
ABIDE_C_API void abide_answer_history(abide_question*, const abide_text* json, size_t count);
/* The store cannot answer now: the strict answer applies. An answer of the wrong kind means the same. */
ABIDE_C_API void abide_answer_none(abide_question*);
/* 1: the answer is no longer needed, so the store may stop its work, but it must still answer. Else 0. */
ABIDE_C_API int abide_question_is_dropped(const abide_question*);

/* The store's functions. They are called from any thread, also within abide_finish and abide_carry_out_later, so they
   should not block. They must not throw. Answer within `timeout_ms`, a question about an account within 100 ms. */
typedef struct abide_log_functions {
  size_t size;
  void (*save)(void* of, const abide_log_change*, abide_question*);
  void (*account)(void* of, abide_text account, abide_question*); /* NULL: every account counts as opted out */
  void (*history)(void* of, abide_text subject, size_t count, abide_question*); /* the newest `count` */
  uint32_t timeout_ms;                                                          /* 0: 5000 */
} abide_log_functions;

/* Site */

/* Read once by abide_site_open; only the contexts and `counts` must outlive the site. */
typedef struct abide_site_options {
  size_t size;
  abide_text policy_file;   /* path; empty: use policy_json */
  abide_text policy_json;   /* the policy itself; also empty: the strict one of {} */
  abide_text location;      /* overrides the policy's place: `US-CA`, `DE` */
  abide_text records;       /* overrides the policy's store: `sqlite:FILE`, `postgres://...`; `none` */
  abide_text browser_files; /* folder; empty: the built-in ones; `none` */
  const abide_text* keys;   /* override the policy's keys, newest first; at least 32 bytes each */
  size_t key_count;
  uint8_t has_mode, mode;                       /* 1 and ABIDE_MODE_...: overrides the policy's mode */
  uint8_t reports;                              /* 1: collect what abide_report_item returns; costs time */
  void (*warn)(void* context, abide_text text); /* NULL: standard error. Called from any thread */
  void* warn_context;
  int64_t (*clock)(void* context); /* Unix seconds; NULL: the system's. Called from any thread */
  void* clock_context;
  /* Signing key if neither `keys` nor the policy has one; at least 32 bytes. Empty: a random key of this process.
     Processes that serve the same site must pass the same key. */
  abide_text spare_key;
  /* Where abide_count adds: memory of the caller, abide_counts_size bytes, initially zero, aligned to 8 bytes.
     Processes may share it. Must outlive the site. NULL: nothing is counted. */
  void* counts;
  /* The caller's own log, instead of the policy's store and `records`; NULL: none. Copied. */
  const abide_log_functions* log;
  void* log_context;
} abide_site_options;

/* In bytes; the size that this library needs, which may be newer than the header. */
ABIDE_C_API size_t abide_counts_size(void);

/* Reads the policy and opens its keys, store and place database. Waits for the store. */
ABIDE_C_API int abide_site_open(const abide_site_options*, abide_site**, abide_error*);
/* Reads the policy and its files and keeps nothing open: to test a configuration, and for a parent process before it
   forks. Does not open the store, but warns if this process cannot write its file or folder. */
ABIDE_C_API int abide_site_check(const abide_site_options*, abide_error*);
/* Returns when all pending changes are saved. NULL is allowed. */
ABIDE_C_API void abide_site_close(abide_site*);

/* Access to a header section of the caller, by five functions. They must not throw. */
typedef struct abide_header_functions {
  size_t size;
  /* Field number n, from 0, in order, including repeated names. Returns 1, or 0 if there is none. The views must be
     valid until the section changes. */
  int (*get)(void* of, size_t n, abide_text* name, abide_text* value);
  /* Replaces the field's value; the new one may view the old one. Returns 1, or 0 if it cannot hold the value. */
  int (*set)(void* of, size_t n, abide_text value);
  /* Appends a field. Returns 1, or 0 on failure. */
  int (*add)(void* of, abide_text name, abide_text value);
  /* Removes a field; the numbers of later fields decrease by one. Returns 1, or 0 on failure. */
  int (*remove)(void* of, size_t n);
  /* Number of the first field of this name (case-insensitive); SIZE_MAX: none. May be NULL: Abide then uses get. */
  size_t (*find)(void* of, abide_text name);
} abide_header_functions;

/* One header section: its functions and their first argument. Only used during the call that it is passed to. */
typedef struct abide_headers {
  const abide_header_functions* with;
  void* of;
} abide_headers;

/* Exchange */

/* The texts are views, needed only during the call. */
typedef struct abide_request {
  size_t size;
  abide_text method;
  abide_text target; /* as in the request line; the host of an absolute target (RFC 9112 section 3.2.2; for HTTP/3,
                        make one of :authority) takes precedence over the Host field */
  abide_text peer;   /* address of the peer, to recognise trusted proxies; `unix:`: of a Unix socket, on this machine;
                        empty: unknown, not trusted */
  uint8_t tls;       /* 1: https; decides whether cookies are Secure */
  int64_t now;       /* Unix seconds; 0: use the site's clock */
  abide_text client; /* the visitor's address, if the server has found it behind its proxies; empty: not */
} abide_request;

/* Call it with the header section as received, before the body: trailer fields are not signals. */
ABIDE_C_API int abide_begin(const abide_site*, const abide_request*, abide_headers request, abide_exchange**,
                            abide_error*);
/* NULL is allowed. Warns, once per site, of an exchange whose response was sent without abide_finish. */
ABIDE_C_API void abide_exchange_free(abide_exchange*);
/* Call this if there is no response because the client left. */
ABIDE_C_API void abide_abandon(abide_exchange*);

/* How many bytes of the request's body Abide's own pages read; 0: the request is not for them. */
ABIDE_C_API size_t abide_body_limit(const abide_exchange*);

/* Tells Abide who is logged in; call it before abide_answer. Hides cookies again. `account`: the application's name,
   of which only a keyed hash is stored; empty: nobody. `about` may be NULL. `*wanted`: see abide_answer. */
ABIDE_C_API int abide_identify(abide_exchange*, abide_text account, const abide_visitor* about, abide_headers request,
                               abide_effect** wanted, abide_error*);
/* Answers requests for Abide's own pages. `body` may be cut off at abide_body_limit + 1 bytes. If `*wanted` is NULL,
   call abide_take_reply; otherwise carry it out and call abide_resume. */
ABIDE_C_API int abide_answer(abide_exchange*, const abide_request*, abide_headers request, abide_text body,
                             abide_effect** wanted, abide_error*);
/* Continues with the result of the effect, and frees the effect even on failure. An effect that was not carried out has
   the strict result: nothing known, nothing saved. */
ABIDE_C_API int abide_resume(abide_exchange*, abide_effect* done, abide_headers request, abide_effect** wanted,
                             abide_error*);

/* A response from one of Abide's own pages; its views are valid as long as the exchange. */
typedef struct abide_reply {
  size_t size;
  unsigned status;
  abide_text body; /* also for HEAD: then send only its length */
  size_t field_count;
} abide_reply;
/* 1: send `reply`; then call only abide_reply_field. 0: call the application, then abide_finish. */
ABIDE_C_API int abide_take_reply(abide_exchange*, abide_reply* reply);
ABIDE_C_API int abide_reply_field(const abide_exchange*, size_t n, abide_text* name, abide_text* value); /* 1 or 0 */

/* 1: abide_finish would insert into a response with these fields. Then pass it the beginning of the body. Else 0. */
ABIDE_C_API int abide_wants_body(const abide_exchange*, unsigned status, abide_headers response);
/* 1: the response may be a page to insert into, as far as the request tells. Then ask the application for no content
   coding. Else 0. */
ABIDE_C_API int abide_may_be_page(const abide_exchange*);
/* Tells an application in another process the decision: sets one field Abide-Consent, a dictionary (RFC 8941), and
   removes those that the visitor sent. In observe mode no field is set. Call it after abide_answer. Without an exchange
   (NULL), for a request that continues without Abide, it only removes. */
ABIDE_C_API int abide_tell_backend(const abide_exchange*, abide_headers request, abide_error*);
/* Filters Set-Cookie and sets the fields for caches; for 1xx only Set-Cookie. `insertion`: NULL if the body cannot be
   changed. Otherwise `beginning` is the first bytes of the body, if known, ideally a kilobyte; `is_whole`: they are the
   whole body. If `*insertion` is not NULL, pass the body through it from the first byte and send no Content-Length;
   else send the body unchanged. */
ABIDE_C_API int abide_finish(abide_exchange*, unsigned status, abide_headers response, abide_text beginning,
                             int is_whole, abide_insertion** insertion, abide_error*);

/* HTML that a page places itself; write it unescaped. */
typedef struct abide_parts {
  size_t size;
  abide_text head, notice, end; /* for the end of its head, the beginning of its body, the end of its body */
} abide_parts;
/* Replaces abide_finish for a page that places Abide's parts itself, as templates and streaming frameworks do: filters
   its fields and returns the parts, which are valid as long as the exchange; all are empty if there is nothing to
   place. `language`: of its <html>; empty: the policy's first. The page must state all its Content-Security-Policies in
   header fields. */
ABIDE_C_API int abide_finish_placed(abide_exchange*, unsigned status, abide_headers response, abide_text language,
                                    abide_parts* parts, abide_error*);

/* Inserts into one page while it is sent. Holds back at most a tag, or 64 KB, whatever the page's size. May outlive its
   exchange. `*out`: the bytes to send now; valid until the next call. */
ABIDE_C_API int abide_insertion_feed(abide_insertion*, abide_text chunk, abide_text* out, abide_error*);
ABIDE_C_API int abide_insertion_end(abide_insertion*, abide_text* out, abide_error*); /* at the end of the body */
ABIDE_C_API void abide_insertion_free(abide_insertion*);                              /* NULL is allowed */

/* Effects: operations on the log that an exchange needs. */

/* Kinds of effects. */
enum {
  ABIDE_EFFECT_NONE = 0,
  ABIDE_EFFECT_ACCOUNT = 1, /* whether `account` opted out */
  ABIDE_EFFECT_HISTORY = 2, /* the newest `count` records of `subject` */
  ABIDE_EFFECT_LATEST = 3,  /* what `subject` chose last */
  ABIDE_EFFECT_SAVE = 4     /* make a choice durable */
};
/* The arguments of an effect. */
typedef struct abide_effect_facts {
  size_t size;
  uint8_t kind; /* ABIDE_EFFECT_... */
  abide_text account, subject;
  size_t count;
} abide_effect_facts; /* its views are valid as long as the effect */
ABIDE_C_API int abide_effect_read(const abide_effect*, abide_effect_facts*);

/* Carries the effect out on the site's store and blocks, at most some seconds; then the strict answer applies. */
ABIDE_C_API int abide_carry_out(abide_effect*, abide_error*);
/* Starts the effect and returns at once. `done` is called once, from any thread or before this returns. It must not
   block, throw or call Abide; it should tell the exchange's thread to call abide_resume. Not called if this fails. */
ABIDE_C_API int abide_carry_out_later(abide_effect*, void (*done)(void* context), void* context, abide_error*);
/* For an effect that will not be resumed, even one in progress. `done` is not called after this returns. NULL is
   allowed. */
ABIDE_C_API void abide_effect_free(abide_effect*);

/* What is known about the visitor, for logs, cache keys and templates. Its views are valid as long as the exchange. */
typedef struct abide_facts {
  size_t size;
  abide_text jurisdiction; /* code of the row that decides: `US-CA` */
  uint8_t regime;          /* ABIDE_REGIME_... */
  uint8_t gpc, dnt;        /* 0 or 1; ABIDE_DNT_... */
  uint8_t signal_active;   /* 1: a signal is in force */
  uint8_t has_choice;      /* 1: a choice of the visitor is in force */
  uint8_t notice;          /* ABIDE_NOTICE_... */
  uint8_t allowed;         /* bits by category: cookies whose vendor keeps what it learns to itself */
  uint8_t allowed_shared;  /* bits by category: cookies whose vendor sells or shares what it learns */
  /* By category, for counters: request cookies hidden from the application, and Set-Cookie fields removed or sent as
     deletions. Complete after abide_finish. */
  uint32_t hidden[ABIDE_CATEGORY_COUNT], withheld[ABIDE_CATEGORY_COUNT];
} abide_facts;
ABIDE_C_API int abide_facts_read(const abide_exchange*, abide_facts*);

/* Counts the exchange. Call it once, after the answer was sent. `status`: 0 if none was sent. `microseconds`: since the
   request arrived. Choices are counted by abide_resume. No-op if the site has no counts. */
ABIDE_C_API void abide_count(abide_exchange*, unsigned status, uint64_t microseconds);

/* What abide_tell tells the operator of a site. */
enum {
  ABIDE_TELL_METRICS = 1, /* the counts in the text format of Prometheus, and the store as this process knows it */
  ABIDE_TELL_HEALTH = 2   /* `{"status":"ok","store":"ok"}`; store: `ok`, `away` or `none` */
};
/* Calls `write` once with the text and its media type, both valid during the call. The text names no visitor; the
   caller decides who may read it. */
ABIDE_C_API int abide_tell(const abide_site*, int what, void (*write)(void* context, abide_text text, abide_text type),
                           void* context, abide_error*);

/* One cookie of the exchange and its verdict; complete after abide_finish. Only with `reports`. */
typedef struct abide_report {
  size_t size;
  abide_text name, vendor, rule, why; /* rule: `D3c`; why: a sentence */
  uint8_t category;                   /* ABIDE_REQUIRED ... */
  uint8_t from_request, shared, allowed;
} abide_report;
ABIDE_C_API int abide_report_item(const abide_exchange*, size_t n, abide_report*); /* 1, or 0 if there is none */

#ifdef __cplusplus
}
#endif
#endif
