/* What the files of the nginx module share. */
#ifndef ABIDE_NGINX_H
#define ABIDE_NGINX_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "c/module.h"
#include "c/walk.h"

extern ngx_module_t ngx_http_abide_module;

/* A policy file of the configuration, and in a worker its open site. */
typedef struct abide_place {
  ngx_str_t file;
  abide_site* site;       /* NULL: not open, or it could not be opened */
  ngx_shm_zone_t* counts; /* shared by all workers; NULL: not needed */
} abide_place;

typedef struct abide_main_conf {
  ngx_array_t places;  /* of abide_place* */
  unsigned counts : 1; /* `abide_metrics` is used */
  ngx_int_t peer;      /* number of the variable that has the address of the last proxy; NGX_ERROR: there is none */
} abide_main_conf;

typedef struct abide_loc_conf {
  abide_place* place; /* NULL: off */
  ngx_uint_t strict;  /* requests that Abide cannot read are refused */
  unsigned tells : 1; /* a location of metrics or health: its requests are not counted */
} abide_loc_conf;

/* An effect in progress. Allocated in the request's pool, and removed from the list before the pool is destroyed. */
typedef struct abide_job {
  ngx_queue_t link;
  ngx_uint_t is_listed;
  ngx_http_request_t* request;
  abide_effect* effect;
  ngx_event_t deadline; /* also keeps a worker that is quitting */
} abide_job;

typedef struct abide_context {
  abide_exchange* exchange; /* NULL: abide_begin failed */
  abide_job job;
  ngx_chain_t* in; /* body buffers that were not inserted into yet */
  ngx_chain_t *out, *free, *busy;
  abide_insertion* insertion;
  abide_text pending; /* bytes of the insertion that are in no buffer yet */
  ngx_uint_t buffers;
  ngx_table_elt_t** own_fields; /* of Abide's reply */
  ngx_table_elt_t* encoding;    /* the visitor's Accept-Encoding, while modules see another one */
  unsigned has_asked : 1;       /* abide_answer was called, and no effect is pending */
  unsigned is_read : 1;         /* the body of a request for Abide's own pages was read */
  unsigned has_reply : 1;
  unsigned is_held : 1;                   /* the response's fields wait for the beginning of its body */
  unsigned is_refused : 1;                /* it is answered with an error, without Abide */
  unsigned wants_flush : 1, was_last : 1; /* of the buffer that was fed last */
  unsigned breaks_off : 1;                /* the application ended before its response */
  unsigned is_ending : 1;                 /* the insertion's end was written */
  unsigned has_ended : 1;
  abide_reply reply;
} abide_context;

/* context.c */
abide_context* abide_context_of(ngx_http_request_t*);
abide_context* abide_begin_request(ngx_http_request_t*, const abide_loc_conf*); /* NULL: no memory */
abide_exchange* abide_read_request(ngx_http_request_t*, const abide_site*);     /* NULL: no memory */

/* request.c: phases */
ngx_int_t abide_preaccess(ngx_http_request_t*);
ngx_int_t abide_precontent(ngx_http_request_t*);

/* job.c: effects, carried out by the store's threads */
ngx_int_t abide_jobs_open(ngx_cycle_t*);
ngx_int_t abide_job_start(ngx_http_request_t*, abide_job*, abide_effect*);
int abide_job_is_waiting(const abide_job*);
void abide_job_drop(abide_job*);

/* Most names differ in length or in their first letter, and most equal names have the same spelling as Abide's. So
   other letters are rarely compared one by one. */
static inline int abide_is_named(ngx_str_t key, abide_text name) {
  return key.len == name.size && key.len > 0 && ((key.data[0] ^ (u_char)name.data[0]) & 0xdf) == 0 &&
         (ngx_memcmp(key.data, name.data, key.len) == 0 || ngx_strncasecmp(key.data, (u_char*)name.data, key.len) == 0);
}

/* request_fields.c, response_fields.c */
abide_request abide_request_of(ngx_http_request_t*);
abide_headers abide_request_fields(ngx_http_request_t*);
int abide_set_fields_aside(ngx_http_request_t*, ngx_http_headers_in_t* kept); /* 0: no memory */
void abide_put_fields_back(ngx_http_request_t*, const ngx_http_headers_in_t* kept);
ngx_table_elt_t* abide_ask_for_identity(ngx_http_request_t*);
void abide_give_back_encoding(ngx_http_request_t*, ngx_table_elt_t** kept);
typedef struct abide_response_section {
  ngx_http_request_t* request;
  unsigned char apart[3]; /* the fields that nginx keeps apart from the list: their numbers are the first ones */
  ngx_uint_t apart_size;
  ngx_list_part_t* part; /* where the last search ended, and the field's number */
  ngx_uint_t at, number;
  abide_text content_type;
  u_char last_modified[sizeof "Mon, 28 Sep 1970 06:00:00 GMT"], content_length[NGX_OFF_T_LEN];
  size_t last_modified_size; /* 0: not written yet */
} abide_response_section;
abide_headers abide_response_fields(ngx_http_request_t*, abide_response_section*);

/* reply.c: Abide's own pages */
ngx_int_t abide_send_reply(ngx_http_request_t*, abide_context*);
void abide_keep_own_cookies(ngx_http_request_t*, const abide_context*);

/* header_filter.c, body_filter.c */
extern ngx_http_output_header_filter_pt abide_next_header_filter;
extern ngx_http_output_body_filter_pt abide_next_body_filter;
ngx_int_t abide_header_filter(ngx_http_request_t*);
ngx_int_t abide_finish_fields(ngx_http_request_t*, abide_context*, abide_text beginning, int is_whole, int can_insert);
ngx_int_t abide_body_filter(ngx_http_request_t*, ngx_chain_t*);

/* module.c */
abide_main_conf* abide_main_conf_of(const ngx_cycle_t*); /* NULL: there is no `http` */
abide_site_options abide_options_for(const ngx_str_t* file);

/* counts.c */
ngx_int_t abide_add_counts(ngx_conf_t*, abide_place*);
ngx_int_t abide_count_request(ngx_http_request_t*);
char* abide_set_telling(ngx_conf_t*, ngx_command_t*, void*);

/* variables.c */
ngx_int_t abide_add_variables(ngx_conf_t*);

static inline void abide_log(ngx_http_request_t* r, const abide_error* error) {
  ngx_log_error(NGX_LOG_ERR, r->connection->log, 0, "abide: %s", error->text);
}

static inline abide_text abide_text_of(ngx_str_t from) {
  abide_text text;
  text.data = (const char*)from.data;
  text.size = from.len;
  return text;
}

/* NUL-terminated, as nginx expects of fields. data is NULL if memory is short. */
static inline ngx_str_t abide_copy(ngx_pool_t* pool, abide_text from) {
  ngx_str_t copy;
  copy.len = from.size;
  copy.data = ngx_pnalloc(pool, from.size + 1);
  if (copy.data) *ngx_cpymem(copy.data, from.data, from.size) = '\0';
  return copy;
}

#endif
