/* The response. Its fields are filtered when the first part of the body arrives; a page is inserted into while it is
   sent. Only the bytes in APR's buffers are held. */
#include "abide_apache.h"

#include <util_filter.h>

static ap_filter_rec_t* filter;

/* Collects the fields that httpd keeps apart until it sends them, including those for errors. */
static apr_table_t* all_fields(request_rec* r) {
  const char* type;
  if (!apr_is_empty_table(r->err_headers_out)) {
    r->headers_out = apr_table_overlay(r->pool, r->err_headers_out, r->headers_out);
    apr_table_clear(r->err_headers_out);
  }
  type = r->content_type ? ap_make_content_type(r, r->content_type) : NULL; /* of an empty one NULL */
  if (type) apr_table_setn(r->headers_out, "Content-Type", type);
  if (r->content_encoding) apr_table_setn(r->headers_out, "Content-Encoding", r->content_encoding);
  return r->headers_out;
}

/* Drops the cookies that other modules set on Abide's own pages, where nothing decides about them. */
static void keep_own_cookies(apr_table_t* fields, const abide_context* context, apr_pool_t* pool) {
  abide_text name, value;
  size_t n;
  apr_table_unset(fields, "Set-Cookie");
  for (n = 0; context->has_reply && abide_reply_field(context->exchange, n, &name, &value); ++n)
    if (name.size == strlen("Set-Cookie") && strncasecmp(name.data, "Set-Cookie", name.size) == 0)
      apr_table_addn(fields, "Set-Cookie", apr_pstrmemdup(pool, value.data, value.size));
}

static apr_status_t free_insertion(void* data) {
  abide_insertion_free(data);
  return APR_SUCCESS;
}

/* A new response, perhaps in the place of one that httpd found that it cannot send, for example for a range beyond the
   end (416). The insertion is freed with the request, because the filter of the earlier response may still use it. */
static void begin_response(request_rec* r) {
  abide_context* const context = abide_context_of(r);
  if (!context || !context->is_finished) return;
  if (context->insertion) apr_pool_cleanup_register(r->pool, context->insertion, free_insertion, apr_pool_cleanup_null);
  context->insertion = NULL;
  context->is_finished = 0;
}

static int has_body(const request_rec* r) { return !r->header_only && !AP_STATUS_IS_HEADER_ONLY(r->status); }

static int is_error(const apr_bucket_brigade* in) {
  const apr_bucket* each;
  for (each = APR_BRIGADE_FIRST(in); each != APR_BRIGADE_SENTINEL(in); each = APR_BUCKET_NEXT(each))
    if (AP_BUCKET_IS_ERROR(each)) return 1;
  return 0;
}

/* The first bytes of a body, and whether they are all of it. 0: none have arrived yet. */
static int beginning_of(apr_bucket_brigade* in, abide_text* beginning, int* is_whole) {
  apr_bucket* each = APR_BRIGADE_FIRST(in);
  beginning->size = 0;
  *is_whole = 0;
  for (; each != APR_BRIGADE_SENTINEL(in); each = APR_BUCKET_NEXT(each)) {
    if (APR_BUCKET_IS_EOS(each)) {
      *is_whole = 1;
      break;
    }
    if (APR_BUCKET_IS_METADATA(each)) continue;
    if (beginning->size > 0) break;
    if (apr_bucket_read(each, &beginning->data, &beginning->size, APR_BLOCK_READ) != APR_SUCCESS) break;
  }
  return beginning->size > 0 || *is_whole;
}

static apr_status_t refuse(ap_filter_t* f, abide_context* context, apr_bucket_brigade* in) {
  request_rec* const r = f->r;
  context->is_refused = 1;
  apr_table_clear(r->headers_out);
  apr_table_clear(r->err_headers_out);
  apr_brigade_cleanup(in);
  APR_BRIGADE_INSERT_TAIL(in, ap_bucket_error_create(HTTP_INTERNAL_SERVER_ERROR, NULL, r->pool, in->bucket_alloc));
  APR_BRIGADE_INSERT_TAIL(in, apr_bucket_eos_create(in->bucket_alloc));
  ap_remove_output_filter(f);
  return ap_pass_brigade(f->next, in);
}

static void insert_from_now_on(request_rec* r) {
  apr_table_unset(r->headers_out, "Content-Length");
  apr_table_unset(r->headers_out, "Content-MD5");
  apr_table_unset(r->headers_out, "Accept-Ranges");
  apr_table_unset(r->headers_in, "Range");
  apr_table_unset(r->headers_in, "Request-Range");
}

/* httpd sends the type from its own member. */
static void keep_type(request_rec* r) {
  const char* const type = apr_table_get(r->headers_out, "Content-Type");
  if (type && r->content_type) ap_set_content_type(r, type);
}

/* 0: the response must be refused. */
static int finish(request_rec* r, abide_context* context, abide_text beginning, int is_whole, int can_insert) {
  abide_error error;
  abide_section section;
  const abide_headers fields = abide_fields(&section, all_fields(r), r->pool);
  context->is_finished = 1;
  abide_clear_error(&error);
  if (abide_finish(context->exchange, (unsigned)r->status, fields, beginning, is_whole,
                   can_insert ? &context->insertion : NULL, &error) != ABIDE_OK) {
    abide_log(r, &error);
    return !abide_is_strict(abide_conf_of(r));
  }
  if (!context->insertion) return 1;
  insert_from_now_on(r);
  keep_type(r);
  return 1;
}

static apr_status_t write_on(ap_filter_t* f, apr_bucket_brigade* out, abide_text text) {
  return text.size > 0 ? apr_brigade_write(out, ap_filter_flush, f->next, text.data, text.size) : APR_SUCCESS;
}

/* Reads the bucket's bytes. If it must wait for them, the page so far is sent first. */
static apr_status_t read_bucket(ap_filter_t* f, apr_bucket_brigade* out, apr_bucket* from, abide_text* chunk) {
  apr_status_t rc = apr_bucket_read(from, &chunk->data, &chunk->size, APR_NONBLOCK_READ);
  if (!APR_STATUS_IS_EAGAIN(rc)) return rc;
  APR_BRIGADE_INSERT_TAIL(out, apr_bucket_flush_create(out->bucket_alloc));
  rc = ap_pass_brigade(f->next, out);
  apr_brigade_cleanup(out);
  return rc == APR_SUCCESS ? apr_bucket_read(from, &chunk->data, &chunk->size, APR_BLOCK_READ) : rc;
}

static apr_status_t end_page(ap_filter_t* f, abide_context* context, apr_bucket_brigade* out) {
  abide_text made = {NULL, 0};
  if (abide_insertion_end(context->insertion, &made, NULL) != ABIDE_OK) return APR_EGENERAL;
  return write_on(f, out, made);
}

/* A page that breaks off, for example that of a program which did not read its request: the insertion may hold a
   kilobyte of it, perhaps all. */
static apr_status_t give_up(ap_filter_t* f, abide_context* context, apr_bucket_brigade* out, apr_status_t why) {
  if (end_page(f, context, out) == APR_SUCCESS) ap_pass_brigade(f->next, out);
  apr_brigade_cleanup(out);
  return why;
}

static apr_status_t feed(ap_filter_t* f, abide_context* context, apr_bucket_brigade* out, apr_bucket* from) {
  abide_text chunk = {NULL, 0}, made = {NULL, 0};
  const apr_status_t rc = read_bucket(f, out, from, &chunk);
  if (rc != APR_SUCCESS) return give_up(f, context, out, rc);
  if (chunk.size > 0 && abide_insertion_feed(context->insertion, chunk, &made, NULL) != ABIDE_OK) return APR_EGENERAL;
  return write_on(f, out, made);
}

static apr_status_t pass_page(ap_filter_t* f, abide_context* context, apr_bucket_brigade* in) {
  apr_bucket_brigade* const out = apr_brigade_create(f->r->pool, in->bucket_alloc);
  apr_status_t rc = APR_SUCCESS;
  int has_ended = 0;
  while (rc == APR_SUCCESS && !APR_BRIGADE_EMPTY(in)) {
    apr_bucket* const each = APR_BRIGADE_FIRST(in);
    if (!has_ended && !APR_BUCKET_IS_METADATA(each)) {
      rc = feed(f, context, out, each);
      apr_bucket_delete(each);
      continue;
    }
    if (APR_BUCKET_IS_EOS(each)) {
      rc = end_page(f, context, out);
      has_ended = 1;
    }
    APR_BUCKET_REMOVE(each);
    APR_BRIGADE_INSERT_TAIL(out, each);
  }
  if (has_ended) ap_remove_output_filter(f);
  if (rc == APR_SUCCESS && !APR_BRIGADE_EMPTY(out)) rc = ap_pass_brigade(f->next, out);
  apr_brigade_destroy(out);
  return rc;
}

/* httpd would count the bytes, and state that length: without the notice, for a page. */
static void drop_bytes(apr_bucket_brigade* in) {
  apr_bucket *each = APR_BRIGADE_FIRST(in), *next;
  for (; each != APR_BRIGADE_SENTINEL(in); each = next) {
    next = APR_BUCKET_NEXT(each);
    if (!APR_BUCKET_IS_METADATA(each)) apr_bucket_delete(each);
  }
}

static apr_status_t pass_as_it_is(ap_filter_t* f, apr_bucket_brigade* in) {
  ap_remove_output_filter(f);
  return ap_pass_brigade(f->next, in);
}

/* Also for requests that no phase saw: those refused before their location was known, or answered by the quick
   handler of mod_cache. */
static abide_context* context_for(request_rec* r) {
  abide_context* const context = abide_context_of(r);
  const abide_conf* const conf = abide_conf_of(r);
  if (context || !abide_is_on(conf)) return context;
  return abide_begin_request(r, conf);
}

static apr_status_t pass_response(ap_filter_t* f, apr_bucket_brigade* in) {
  request_rec* const r = f->r;
  abide_context* const context = context_for(r);
  abide_section section;
  abide_text beginning = {NULL, 0};
  int is_whole = 0, can_insert;
  if (!context) return pass_as_it_is(f, in);
  if (context->insertion) return pass_page(f, context, in);
  if (is_error(in)) return pass_as_it_is(f, in); /* httpd answers with its own document, which passes here again */
  if (context->accept_encoding) apr_table_setn(r->headers_in, "Accept-Encoding", context->accept_encoding);
  if (context->is_refused || (!context->exchange && abide_is_strict(abide_conf_of(r)))) {
    apr_table_unset(all_fields(r), "Set-Cookie");
    return pass_as_it_is(f, in);
  }
  if (context->has_reply) keep_own_cookies(all_fields(r), context, r->pool);
  if (context->has_reply || context->is_finished || !context->exchange) return pass_as_it_is(f, in);
  can_insert = has_body(r) &&
               abide_wants_body(context->exchange, (unsigned)r->status, abide_fields(&section, all_fields(r), r->pool));
  if (can_insert && !beginning_of(in, &beginning, &is_whole)) {
    apr_brigade_cleanup(in);
    return APR_SUCCESS;
  }
  if (!finish(r, context, beginning, is_whole, can_insert)) return refuse(f, context, in);
  if (r->header_only && !apr_table_get(r->headers_out, "Content-Length")) drop_bytes(in);
  return context->insertion ? pass_page(f, context, in) : pass_as_it_is(f, in);
}

/* Whether the filter compresses. Set by SetOutputFilter, or by AddOutputFilterByType, which puts a prefix before its
   name. */
static int compresses(const ap_filter_t* f) {
  static const char before[] = "bytype:";
  const char* name = f->frec->name;
  if (strncasecmp(name, before, sizeof before - 1) == 0) name += sizeof before - 1;
  return strcasecmp(name, "deflate") == 0 || strcasecmp(name, "brotli_compress") == 0;
}

static void move_behind(request_rec* r, ap_filter_t* moved, ap_filter_t* mine) {
  ap_filter_t** at = &r->output_filters;
  while (*at != moved) at = &(*at)->next;
  *at = moved->next;
  moved->next = mine->next;
  mine->next = moved;
}

/* Puts the filter after everything that makes the page and its fields, and before what compresses it. */
void abide_insert_filter(request_rec* r) {
  ap_filter_t *mine, *each, *next;
  if (r->main || !(abide_context_of(r) || abide_is_on(abide_conf_of(r)))) return;
  begin_response(r);
  mine = ap_add_output_filter_handle(filter, NULL, r, r->connection);
  for (each = r->output_filters; each && each != mine; each = next) {
    next = each->next;
    if (compresses(each)) move_behind(r, each, mine);
  }
}

void abide_insert_error_filter(request_rec* r) {
  if (r->main || !(abide_context_of(r) || abide_is_on(abide_conf_of(r)))) return;
  begin_response(r);
  ap_add_output_filter_handle(filter, NULL, r, r->connection);
}

void abide_register_filter(void) {
  filter = ap_register_output_filter("ABIDE", pass_response, NULL, AP_FTYPE_CONTENT_SET);
}
