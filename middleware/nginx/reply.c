/* Abide's own pages. nginx does not learn their Location: it would put its own scheme and port before the path, which
   may differ from those that the visitor sees behind another proxy. */
#include "abide_nginx.h"

static int is(abide_text name, const char* words) {
  return name.size == ngx_strlen(words) && ngx_strncasecmp((u_char*)name.data, (u_char*)words, name.size) == 0;
}

static ngx_int_t put_field(ngx_http_request_t* r, abide_text name, abide_text value, ngx_table_elt_t** put) {
  ngx_table_elt_t* field;
  const ngx_str_t copy = abide_copy(r->pool, value);
  *put = NULL;
  if (!copy.data) return NGX_ERROR;
  if (is(name, "Content-Type")) {
    r->headers_out.content_type = copy;
    r->headers_out.content_type_len = copy.len;
    r->headers_out.content_type_lowcase = NULL;
    return NGX_OK;
  }
  *put = field = ngx_list_push(&r->headers_out.headers);
  if (!field) return NGX_ERROR;
  ngx_memzero(field, sizeof *field);
  field->hash = 1;
  field->key = abide_copy(r->pool, name);
  field->value = copy;
  if (!field->key.data) return NGX_ERROR;
  if (is(name, "ETag")) r->headers_out.etag = field;
  if (is(name, "Content-Encoding")) r->headers_out.content_encoding = field; /* else gzip would compress it again */
  return NGX_OK;
}

static ngx_int_t put_fields(ngx_http_request_t* r, abide_context* context) {
  abide_text name, value;
  size_t n;
  /* NOLINTNEXTLINE(bugprone-sizeof-expression): a list of pointers */
  context->own_fields = ngx_pcalloc(r->pool, (context->reply.field_count + 1) * sizeof *context->own_fields);
  if (!context->own_fields) return NGX_ERROR;
  for (n = 0; abide_reply_field(context->exchange, n, &name, &value); ++n)
    if (put_field(r, name, value, &context->own_fields[n]) != NGX_OK) return NGX_ERROR;
  return NGX_OK;
}

static int is_own(const abide_context* context, const ngx_table_elt_t* field) {
  size_t n;
  for (n = 0; context->own_fields && n < context->reply.field_count; ++n)
    if (context->own_fields[n] == field) return 1;
  return 0;
}

/* Drops the cookies that add_header or userid set on Abide's own pages and on errors without Abide, where nothing
   decides about them. */
void abide_keep_own_cookies(ngx_http_request_t* r, const abide_context* context) {
  ngx_list_part_t* part;
  ngx_uint_t i;
  for (part = &r->headers_out.headers.part; part; part = part->next)
    for (i = 0; i < part->nelts; ++i) {
      ngx_table_elt_t* const field = (ngx_table_elt_t*)part->elts + i;
      if (is(abide_text_of(field->key), "Set-Cookie") && !is_own(context, field)) field->hash = 0;
    }
}

ngx_int_t abide_send_reply(ngx_http_request_t* r, abide_context* context) {
  ngx_chain_t out;
  ngx_buf_t* b;
  ngx_int_t rc = ngx_http_discard_request_body(r);
  if (rc != NGX_OK) return rc;
  if (put_fields(r, context) != NGX_OK) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  r->headers_out.status = context->reply.status;
  r->headers_out.content_length_n = (off_t)context->reply.body.size;
  r->disable_not_modified = 1; /* no condition applies; nginx would answer If-Match with 412 */
  rc = ngx_http_send_header(r);
  if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) return rc;
  b = ngx_calloc_buf(r->pool);
  if (!b) return NGX_ERROR;
  b->pos = b->start = (u_char*)context->reply.body.data; /* the exchange is valid as long as the request's pool */
  b->last = b->end = b->pos + context->reply.body.size;
  b->memory = context->reply.body.size > 0;
  b->last_buf = b->last_in_chain = 1;
  out.buf = b;
  out.next = NULL;
  return ngx_http_output_filter(r, &out);
}
