/* What the files of the Apache module share. */
#ifndef ABIDE_APACHE_H
#define ABIDE_APACHE_H

/* httpd.h first: the other headers need it. */
#include <httpd.h>

#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>

#include "c/module.h"

extern module AP_MODULE_DECLARE_DATA abide_module;

/* A policy file of the configuration, and in a child its open site. */
typedef struct abide_place {
  const char* file;
  abide_site* site; /* NULL: not open, or it could not be opened */
  void* counts;     /* shared by all children */
} abide_place;

enum { abide_unset = -1 };

/* The configuration of a server, directory or location. */
typedef struct abide_conf {
  abide_place* place; /* NULL: none named */
  int is_on, strict;  /* 0, 1 or abide_unset */
} abide_conf;

/* Abide's context of a request, its subrequests and its internal redirects. */
typedef struct abide_context {
  abide_exchange* exchange; /* NULL: abide_begin failed */
  abide_request asked;      /* views the request that the visitor sent */
  const char* accept_encoding;
  abide_insertion* insertion;
  abide_reply reply;
  unsigned has_asked : 1; /* abide_answer was called, and no effect is pending */
  unsigned has_reply : 1;
  unsigned is_finished : 1; /* the response's fields were filtered */
  unsigned is_refused : 1;
} abide_context;

/* request.c */
abide_context* abide_context_of(request_rec*);
abide_context* abide_begin_request(request_rec*, const abide_conf*);
int abide_parse_header(request_rec*);
int abide_answer_own_page(request_rec*);
int abide_suppress_interim(request_rec*);

void abide_log(const request_rec*, const abide_error*);

/* counts.c */
int abide_share_counts(apr_pool_t*, apr_array_header_t* places);
int abide_count_request(request_rec*);
int abide_tells(const request_rec*); /* a request for metrics or health, which is not counted */
int abide_tell_operator(request_rec*);

/* fields.c: header sections. */
typedef struct abide_section {
  apr_table_t* table;
  apr_pool_t* pool;
} abide_section;
abide_headers abide_fields(abide_section*, apr_table_t*, apr_pool_t*);

/* filter.c: the response */
void abide_register_filter(void);
void abide_insert_filter(request_rec*);
void abide_insert_error_filter(request_rec*);

static inline const abide_conf* abide_conf_of(const request_rec* r) {
  return ap_get_module_config(r->per_dir_config, &abide_module);
}

static inline int abide_is_on(const abide_conf* conf) { return conf->place && conf->is_on != 0; }
static inline int abide_is_strict(const abide_conf* conf) { return conf->strict == 1; }

static inline abide_text abide_text_of(const char* from) {
  abide_text text;
  text.data = from;
  text.size = from ? strlen(from) : 0;
  return text;
}

#endif
