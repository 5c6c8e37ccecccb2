/* Abide's context of a request. It is found again after an internal redirect, when nginx forgets the contexts of
   modules. */
#include "abide_nginx.h"

static void end(void* data) {
  abide_context* const context = data;
  abide_job_drop(&context->job);
  abide_insertion_free(context->insertion);
  abide_abandon(context->exchange);
  abide_exchange_free(context->exchange);
}

abide_context* abide_context_of(ngx_http_request_t* r) {
  ngx_pool_cleanup_t* each;
  abide_context* context = ngx_http_get_module_ctx(r, ngx_http_abide_module);
  if (context || !(r->internal || r->filter_finalize)) return context;
  for (each = r->pool->cleanup; each; each = each->next)
    if (each->handler == end) {
      ngx_http_set_ctx(r, each->data, ngx_http_abide_module);
      return each->data;
    }
  return NULL;
}

/* An exchange that reads the request and leaves it as it is. */
abide_exchange* abide_read_request(ngx_http_request_t* r, const abide_site* site) {
  const abide_request request = abide_request_of(r);
  ngx_http_headers_in_t kept;
  abide_exchange* exchange = NULL;
  abide_error error;
  abide_clear_error(&error);
  if (!abide_set_fields_aside(r, &kept)) return NULL;
  if (abide_begin(site, &request, abide_request_fields(r), &exchange, &error) != ABIDE_OK) abide_log(r, &error);
  abide_put_fields_back(r, &kept);
  return exchange;
}

abide_context* abide_begin_request(ngx_http_request_t* r, const abide_loc_conf* conf) {
  abide_error error;
  abide_request request;
  ngx_pool_cleanup_t* const cleanup = ngx_pool_cleanup_add(r->pool, sizeof(abide_context));
  abide_context* context;
  if (!cleanup) return NULL;
  context = cleanup->data;
  ngx_memzero(context, sizeof *context);
  cleanup->handler = end;
  ngx_http_set_ctx(r, context, ngx_http_abide_module);
  if (!conf->place->site) {
    ngx_str_t const file = conf->place->file;
    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0, "abide: %V: the site failed to open; see the error at the start",
                  &file);
    return context;
  }
  abide_clear_error(&error);
  request = abide_request_of(r);
  if (abide_begin(conf->place->site, &request, abide_request_fields(r), &context->exchange, &error) != ABIDE_OK)
    abide_log(r, &error);
  if (context->exchange && abide_may_be_page(context->exchange)) context->encoding = abide_ask_for_identity(r);
  return context;
}
