/* One web site under one policy, in C: decides for each request, answers Abide's own pages, filters the response. The
   same exchange as in abide/site.hpp, for servers in C and for other languages.

     abide_begin            reads the request's header section, decides, hides cookies from the application
     abide_answer           Abide's own pages; may want an effect carried out, then abide_resume goes on
     abide_take_reply       the reply of Abide's own pages, or none: then the application is asked
     abide_finish           filters the response's header section
     abide_insertion_feed   inserts into the page while it is sent

   Returned int: ABIDE_OK, or why not; then nothing was done but what is said. Every pointer to an abide_error may be
   NULL. No function lets an exception out. Out parameters are written before anything else can fail.

   Structs whose first member is `size` may grow at their end: write sizeof of the struct there and zero the rest
   (`abide_request request = {.size = sizeof request};`). Zero is the default of every member.

   Texts that are passed in are copied or not needed after the call. Texts that come out are views and live as long as
   is said with them.

   Threads: a site may be used by every thread, and is closed after its exchanges, effects and insertions. An exchange,
   an effect and an insertion may wander from thread to thread, but are of one thread at a time. A process that forks
   opens its sites in the child: an open site has threads of its own. */
#ifndef ABIDE_SITE_H
#define ABIDE_SITE_H

#include <stddef.h>
#include <stdint.h>

#include "abide/abide.h"
#include "abide/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Counts up when something that was promised here changes. Members and functions that are new do not count. */
#define ABIDE_SITE_INTERFACE 1
ABIDE_C_API int abide_site_interface(void); /* that of the library; compare it after dlopen */

/* What functions return. */
enum {
  ABIDE_OK = 0,
  ABIDE_BAD_CONFIG = 1,   /* the policy or what it names cannot be used: file, JSON path, expectation */
  ABIDE_BAD_ARGUMENT = 2, /* a struct without its size, or a pointer that is NULL */
  ABIDE_BAD_HEADERS = 3,  /* a function of the caller's header section failed */
  ABIDE_NO_MEMORY = 4,
  ABIDE_FAILED = 5 /* anything else; the text says what */
};

/* The caller's; written where a function fails. */
typedef struct abide_error {
  size_t size;
  int code;
  char text[1000]; /* UTF-8 with a final 0; cut off where it is longer; never a secret */
} abide_error;

/* Made by the library and freed by abide_site_close, abide_exchange_free, abide_resume or abide_effect_free, and
   abide_insertion_free. */
typedef struct abide_site abide_site;
typedef struct abide_exchange abide_exchange;
typedef struct abide_effect abide_effect;
typedef struct abide_insertion abide_insertion;

/* Site */

/* Read once by abide_site_open: nothing of it needs to live longer but the two contexts. */
typedef struct abide_site_options {
  size_t size;
  abide_text policy_file;   /* path; empty: policy_json */
  abide_text policy_json;   /* the policy itself; empty too: the strict one of {} */
  abide_text location;      /* overrides the policy's place: `US-CA`, `DE` */
  abide_text records;       /* overrides the policy's store: `sqlite:FILE`, `postgres://...`; `none` */
  abide_text browser_files; /* folder; empty: those that are built in; `none` */
  const abide_text* keys;   /* override the policy's keys, newest first; at least 32 bytes each */
  size_t key_count;
  uint8_t has_mode, mode;                       /* 1 and ABIDE_MODE_...: overrides the policy's mode */
  uint8_t reports;                              /* 1: exchanges keep what abide_report_item tells; costs time */
  void (*warn)(void* context, abide_text text); /* NULL: standard error. Called from any thread */
  void* warn_context;
  int64_t (*clock)(void* context); /* Unix seconds; NULL: the system's. Called from any thread */
  void* clock_context;
  /* Signs where neither `keys` nor the policy names one; at least 32 bytes. Empty: a random key of this process.
     Processes that serve one site together pass the same. */
  abide_text spare_key;
} abide_site_options;

/* Reads the policy and opens what it names: keys, store, place database. Waits for the store. */
ABIDE_C_API int abide_site_open(const abide_site_options*, abide_site**, abide_error*);
/* Reads the policy and the files that it names, and keeps nothing open: for a test of the configuration, and for a
   parent before it forks. Does not look at the store. */
ABIDE_C_API int abide_site_check(const abide_site_options*, abide_error*);
/* Returns when everything that was to be saved is saved. NULL is allowed. */
ABIDE_C_API void abide_site_close(abide_site*);

/* Header sections: the caller's own, shown by five functions. They must not throw. */
typedef struct abide_header_functions {
  size_t size;
  /* The field number n, from 0, in order, several of one name included. Returns 1, or 0 where there is none. Views that
     live until the section changes. */
  int (*get)(void* of, size_t n, abide_text* name, abide_text* value);
  /* Gives the field another value, which may view the field's own. Returns 1; 0: it cannot hold the value. */
  int (*set)(void* of, size_t n, abide_text value);
  /* Adds a field behind all others. Returns 1; 0: it cannot. */
  int (*add)(void* of, abide_text name, abide_text value);
  /* Removes a field: those behind it move up by one. Returns 1; 0: it cannot. */
  int (*remove)(void* of, size_t n);
  /* The number of the first field of this name, whatever its letters' case; SIZE_MAX: there is none. NULL: Abide asks
     get. */
  size_t (*find)(void* of, abide_text name);
} abide_header_functions;

/* One header section: its functions, and what they are called with. Not kept after the call that it is given to. */
typedef struct abide_headers {
  const abide_header_functions* with;
  void* of;
} abide_headers;

/* Exchange */

/* Views for the time of the call. */
typedef struct abide_request {
  size_t size;
  abide_text method;
  abide_text target; /* as in the request line */
  abide_text peer;   /* address of the connection, for trusted proxies; empty: unknown, none is trusted */
  uint8_t tls;       /* 1: the connection is https; cookies are Secure by it */
  int64_t now;       /* Unix seconds; 0: the site's clock */
} abide_request;

/* Call it with the header section as received, before the body: trailers are no signals. */
ABIDE_C_API int abide_begin(const abide_site*, const abide_request*, abide_headers request, abide_exchange**,
                            abide_error*);
/* NULL is allowed. Warns, once a site, of an exchange whose response was sent without abide_finish. */
ABIDE_C_API void abide_exchange_free(abide_exchange*);
/* There will be no response: the client left. */
ABIDE_C_API void abide_abandon(abide_exchange*);

/* How many bytes of the request's body Abide's own pages read; 0: the request is not theirs. */
ABIDE_C_API size_t abide_body_limit(const abide_exchange*);

/* Tells who is logged in, before abide_answer; hides cookies anew. `account`: the application's own name, of which only
   a keyed hash is stored; empty: nobody. `about` may be NULL. `*wanted`: see abide_answer. */
ABIDE_C_API int abide_identify(abide_exchange*, abide_text account, const abide_visitor* about, abide_headers request,
                               abide_effect** wanted, abide_error*);
/* Looks whether the request is for one of Abide's own pages. `body` may be cut off at abide_body_limit + 1 bytes.
   `*wanted` NULL: go on with abide_take_reply; else carry it out and call abide_resume. */
ABIDE_C_API int abide_answer(abide_exchange*, const abide_request*, abide_headers request, abide_text body,
                             abide_effect** wanted, abide_error*);
/* Goes on with what became of the effect, and frees it, also where this fails. An effect that was not carried out
   counts with its strict answer: nothing known, nothing saved. */
ABIDE_C_API int abide_resume(abide_exchange*, abide_effect* done, abide_headers request, abide_effect** wanted,
                             abide_error*);

/* A response of Abide's own pages; its views live as long as the exchange. */
typedef struct abide_reply {
  size_t size;
  unsigned status;
  abide_text body; /* also for HEAD, which sends only its length */
  size_t field_count;
} abide_reply;
/* 1: `reply` is to be sent, and nothing else is to be called but abide_reply_field. 0: the application is to be asked,
   and then abide_finish is to be called. Its views live as long as the exchange. */
ABIDE_C_API int abide_take_reply(abide_exchange*, abide_reply* reply);
ABIDE_C_API int abide_reply_field(const abide_exchange*, size_t n, abide_text* name, abide_text* value); /* 1 or 0 */

/* Whether abide_finish would insert into a response with these fields if it had its body: then ask the application for
   no content coding, and give abide_finish the beginning of the body. 0 or 1. */
ABIDE_C_API int abide_wants_body(const abide_exchange*, unsigned status, abide_headers response);
/* Whether the response may become a page into which is inserted: known before the application is asked. 0 or 1. */
ABIDE_C_API int abide_may_be_page(const abide_exchange*);
/* Tells an application in another process what was decided: one field Abide-Consent, a dictionary (RFC 8941), in place
   of whatever the visitor sent under that name. Call it after abide_answer. While the site observes nothing is told. */
ABIDE_C_API int abide_tell_backend(const abide_exchange*, abide_headers request, abide_error*);
/* Filters Set-Cookie, marks for caches. Of 1xx only Set-Cookie is filtered. `insertion` NULL: the body cannot be
   changed. Else `beginning` is what there is of it, best a kilobyte, `is_whole` whether it is all, and `*insertion`
   what inserts into it from its first byte on: send no Content-Length then. NULL: send the body as it is. */
ABIDE_C_API int abide_finish(abide_exchange*, unsigned status, abide_headers response, abide_text beginning,
                             int is_whole, abide_insertion** insertion, abide_error*);

/* What a page places itself. HTML, to be written as it is. */
typedef struct abide_parts {
  size_t size;
  abide_text head, notice, end; /* for the end of its head, the beginning and the end of its body */
} abide_parts;
/* In place of abide_finish for a page that is made with Abide's parts in it, as templates and streaming frameworks make
   them: filters its fields, and says what to place. `language`: of its <html>; empty: the policy's first. All of the
   page's policies are in its Content-Security-Policy fields. The parts live as long as the exchange; all are empty
   where there is nothing to place. */
ABIDE_C_API int abide_finish_placed(abide_exchange*, unsigned status, abide_headers response, abide_text language,
                                    abide_parts* parts, abide_error*);

/* Inserts into one page while it is sent. Holds a few bytes of it, whatever its size. May outlive its exchange. `*out`:
   what is to be sent now; lives until the next call. */
ABIDE_C_API int abide_insertion_feed(abide_insertion*, abide_text chunk, abide_text* out, abide_error*);
ABIDE_C_API int abide_insertion_end(abide_insertion*, abide_text* out, abide_error*); /* at the end of the body */
ABIDE_C_API void abide_insertion_free(abide_insertion*);                              /* NULL is allowed */

/* Effects: what an exchange asks of the place where choices are kept. */

/* Kinds of effects. */
enum {
  ABIDE_EFFECT_NONE = 0,
  ABIDE_EFFECT_ACCOUNT = 1, /* whether `account` opted out */
  ABIDE_EFFECT_HISTORY = 2, /* the newest `count` records of `subject` */
  ABIDE_EFFECT_LATEST = 3,  /* what `subject` chose last */
  ABIDE_EFFECT_SAVE = 4     /* make a choice durable */
};
/* What the effect asks for. */
typedef struct abide_effect_facts {
  size_t size;
  uint8_t kind; /* ABIDE_EFFECT_... */
  abide_text account, subject;
  size_t count;
} abide_effect_facts; /* its views live as long as the effect */
ABIDE_C_API int abide_effect_read(const abide_effect*, abide_effect_facts*);

/* Carries it out on the site's store, in this thread, and waits: at most some seconds, then the strict answer holds. */
ABIDE_C_API int abide_carry_out(abide_effect*, abide_error*);
/* Starts it and returns at once. `done` is called once, from any thread or before this returns: it must neither block,
   throw nor call Abide, but tell the exchange's own thread to call abide_resume. Not called where this fails. */
ABIDE_C_API int abide_carry_out_later(abide_effect*, void (*done)(void* context), void* context, abide_error*);
/* For an effect that is not resumed, also under way. When this returns, `done` is not called any more. NULL is
   allowed. */
ABIDE_C_API void abide_effect_free(abide_effect*);

/* What is known of the visitor, for logs, cache keys, and templates. Its views live as long as the exchange. */
typedef struct abide_facts {
  size_t size;
  abide_text jurisdiction; /* code of the row that decides: `US-CA` */
  uint8_t regime;          /* ABIDE_REGIME_... */
  uint8_t gpc, dnt;        /* 0 or 1; ABIDE_DNT_... */
  uint8_t signal_active;   /* 1: a signal counts */
  uint8_t has_choice;      /* 1: a choice of the visitor's counts */
  uint8_t notice;          /* ABIDE_NOTICE_... */
  uint8_t allowed;         /* bits by category: cookies whose vendor keeps what it learns to itself */
  uint8_t allowed_shared;  /* bits by category: cookies whose vendor sells or shares it */
  /* By category, for counters: request cookies that the application does not see, and Set-Cookie fields that did not
     pass as they were. Complete after abide_finish. */
  uint32_t hidden[ABIDE_CATEGORY_COUNT], withheld[ABIDE_CATEGORY_COUNT];
} abide_facts;
ABIDE_C_API int abide_facts_read(const abide_exchange*, abide_facts*);

/* One cookie of the exchange and what became of it; complete after abide_finish. Only with `reports`. */
typedef struct abide_report {
  size_t size;
  abide_text name, vendor, rule, why; /* rule: `D3c`; why: a sentence */
  uint8_t category;                   /* ABIDE_REQUIRED ... */
  uint8_t from_request, shared, allowed;
} abide_report;
ABIDE_C_API int abide_report_item(const abide_exchange*, size_t n, abide_report*); /* 1, or 0 where there is none */

#ifdef __cplusplus
}
#endif
#endif
