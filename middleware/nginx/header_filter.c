/* The response's fields. The filter runs after all that add cookies, and before gzip and ranges: see table.c. */
#include "abide_nginx.h"

ngx_http_output_header_filter_pt abide_next_header_filter;

static ngx_int_t refuse(ngx_http_request_t* r, abide_context* context) {
  context->is_refused = 1;
  return ngx_http_filter_finalize_request(r, &ngx_http_abide_module, NGX_HTTP_INTERNAL_SERVER_ERROR);
}

/* Sends the fields. `can_insert`: `beginning` holds the beginning of the body. */
ngx_int_t abide_finish_fields(ngx_http_request_t* r, abide_context* context, abide_text beginning, int is_whole,
                              int can_insert) {
  const abide_loc_conf* const conf = ngx_http_get_module_loc_conf(r, ngx_http_abide_module);
  abide_error error;
  abide_response_section section;
  const abide_headers fields = abide_response_fields(r, &section);
  int code;
  abide_clear_error(&error);
  code = abide_finish(context->exchange, (unsigned)r->headers_out.status, fields, beginning, is_whole,
                      can_insert ? &context->insertion : NULL, &error);
  context->is_held = 0;
  if (code != ABIDE_OK) {
    abide_log(r, &error);
    if (conf->strict) return refuse(r, context);
  }
  if (context->insertion) {
    ngx_http_clear_content_length(r);
    ngx_http_clear_accept_ranges(r);
    r->allow_ranges = 0;
  }
  return abide_next_header_filter(r);
}

/* What nginx would pass on unread; NULL: nothing. */
static const char* unread_part(const ngx_http_request_t* r) {
  const ngx_uint_t status = r->headers_out.status;
  if (status >= NGX_HTTP_OK || status == NGX_HTTP_SWITCHING_PROTOCOLS) return NULL;
  if (status >= NGX_HTTP_CONTINUE) return "an interim response (103 Early Hints), which nginx takes for the final one";
  /* Browsers search the first bytes for the status line that nginx did not find, and then read the fields. */
  return "a response that does not begin with a valid status line";
}

static ngx_int_t refuse_unread(ngx_http_request_t* r, const char* what) {
  ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                "abide: the application sent %s; nginx would pass on what follows unread", what);
  if (r->http_version < NGX_HTTP_VERSION_10) r->http_version = NGX_HTTP_VERSION_10; /* the error needs fields */
  r->keepalive = 0; /* nginx closes the connection: the rest of the response is still to come */
  return ngx_http_filter_finalize_request(r, &ngx_http_abide_module, NGX_HTTP_BAD_GATEWAY);
}

static int has_body(const ngx_http_request_t* r) {
  return !r->header_only && r->method != NGX_HTTP_HEAD && r->headers_out.status != NGX_HTTP_NO_CONTENT &&
         r->headers_out.status != NGX_HTTP_NOT_MODIFIED && r->headers_out.status >= NGX_HTTP_OK;
}

/* Called again for the error that takes the place of a response that nginx cannot send, for example 416. */
ngx_int_t abide_header_filter(ngx_http_request_t* r) {
  const abide_loc_conf* const conf = ngx_http_get_module_loc_conf(r, ngx_http_abide_module);
  const abide_text nothing = {NULL, 0};
  abide_response_section section;
  abide_context* context;
  const char* unread;
  if (r != r->main) return abide_next_header_filter(r);
  context = abide_context_of(r);
  if (!context) { /* a redirect of the rewrite module, or a request refused before the phases */
    if (!conf->place) return abide_next_header_filter(r);
    context = abide_begin_request(r, conf);
    if (!context) return NGX_ERROR;
  }
  abide_give_back_encoding(r, &context->encoding);
  if (context->is_refused || context->has_reply) {
    abide_keep_own_cookies(r, context);
    return abide_next_header_filter(r);
  }
  if (!context->exchange) return conf->strict ? refuse(r, context) : abide_next_header_filter(r);
  unread = unread_part(r);
  if (unread) return refuse_unread(r, unread);
  /* The slice module has only the part that the visitor asked for, and leaves it to the range filter to say so. */
  if (!has_body(r) || (r->subrequest_ranges && r->headers_in.range) ||
      !abide_wants_body(context->exchange, (unsigned)r->headers_out.status, abide_response_fields(r, &section)))
    return abide_finish_fields(r, context, nothing, 0, 0);
  context->is_held = 1;
  /* The range filter reads the body before this module, and the fields after it: it needs the fields before the body,
     and would take its part from the bare page. What may be a page is sent whole. */
  r->allow_ranges = 0;
  r->main_filter_need_in_memory = 1;
  return NGX_OK;
}
