/* The request. The exchange begins before access is checked, so that no later module sees a cookie that may not be
   used. Abide's own pages are answered after that check, before nginx looks for a file or an application. */
#include "abide_nginx.h"

/* Continues after abide_answer or abide_resume. NGX_AGAIN: waits for the store; NGX_DECLINED: finished. */
static ngx_int_t go_on(ngx_http_request_t* r, abide_context* context, int code, abide_effect* wanted,
                       const abide_error* error) {
  if (code != ABIDE_OK) {
    abide_effect_free(wanted);
    abide_log(r, error);
    return NGX_ERROR;
  }
  if (wanted) return abide_job_start(r, &context->job, wanted);
  context->has_asked = 1;
  context->reply.size = sizeof context->reply;
  context->has_reply = abide_take_reply(context->exchange, &context->reply) ? 1 : 0;
  if (context->has_reply) return NGX_DECLINED;
  return abide_tell_backend(context->exchange, abide_request_fields(r), NULL) == ABIDE_OK ? NGX_DECLINED : NGX_ERROR;
}

static ngx_int_t ask(ngx_http_request_t* r, abide_context* context, abide_text body) {
  abide_error error;
  abide_effect* wanted = NULL;
  const abide_request request = abide_request_of(r);
  int code;
  abide_clear_error(&error);
  code = abide_answer(context->exchange, &request, abide_request_fields(r), body, &wanted, &error);
  return go_on(r, context, code, wanted, &error);
}

static ngx_int_t resume(ngx_http_request_t* r, abide_context* context) {
  abide_error error;
  abide_effect *const done = context->job.effect, *wanted = NULL;
  int code;
  abide_clear_error(&error);
  context->job.effect = NULL;
  code = abide_resume(context->exchange, done, abide_request_fields(r), &wanted, &error);
  abide_job_drop(&context->job); /* if the deadline came first, and then the store's answer */
  return go_on(r, context, code, wanted, &error);
}

/* Without Abide the application is told nothing, and so nothing by the visitor either. */
static ngx_int_t failed(ngx_http_request_t* r, const abide_loc_conf* conf) {
  if (conf->strict || abide_tell_backend(NULL, abide_request_fields(r), NULL) != ABIDE_OK)
    return NGX_HTTP_INTERNAL_SERVER_ERROR;
  return NGX_DECLINED;
}

ngx_int_t abide_preaccess(ngx_http_request_t* r) {
  const abide_loc_conf* const conf = ngx_http_get_module_loc_conf(r, ngx_http_abide_module);
  const abide_text nothing = {NULL, 0};
  abide_context* context;
  ngx_int_t rc = NGX_DECLINED;
  if (r != r->main) return NGX_DECLINED; /* a subrequest has the fields of the main request */
  context = abide_context_of(r);
  if (!context && !conf->place) return NGX_DECLINED;
  if (!context) context = abide_begin_request(r, conf);
  if (!context) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  if (!context->exchange) return failed(r, conf);
  if (abide_job_is_waiting(&context->job)) return NGX_AGAIN;
  if (context->has_asked || abide_body_limit(context->exchange) > 0) return NGX_DECLINED;
  rc = context->job.effect ? resume(r, context) : ask(r, context, nothing);
  return rc == NGX_ERROR ? failed(r, conf) : rc;
}

/* The part of the body that Abide reads; `text` is cut off after it. */
static ngx_int_t body_of(ngx_http_request_t* r, size_t most, abide_text* text) {
  u_char* const room = ngx_pnalloc(r->pool, most);
  u_char* end = room;
  ngx_chain_t* each;
  if (!room) return NGX_ERROR;
  for (each = r->request_body ? r->request_body->bufs : NULL; each; each = each->next) {
    ngx_buf_t* const b = each->buf;
    const size_t size = ngx_min((size_t)ngx_buf_size(b), most - (size_t)(end - room));
    if (ngx_buf_in_memory(b)) end = ngx_cpymem(end, b->pos, size);
    else if (size > 0) {
      const ssize_t got = ngx_read_file(b->file, end, size, b->file_pos);
      if (got < 0) return NGX_ERROR;
      end += got;
    }
  }
  text->data = (const char*)room;
  text->size = (size_t)(end - room);
  return NGX_OK;
}

static void body_is_read(ngx_http_request_t* r) {
  abide_context* const context = abide_context_of(r);
  context->is_read = 1;
  r->preserve_body = 1;
  r->write_event_handler = ngx_http_core_run_phases;
  ngx_http_core_run_phases(r);
}

static ngx_int_t read_body(ngx_http_request_t* r) {
  ngx_int_t rc;
  r->request_body_in_single_buf = 1;
  rc = ngx_http_read_client_request_body(r, body_is_read);
  if (rc >= NGX_HTTP_SPECIAL_RESPONSE) return rc;
  ngx_http_finalize_request(r, NGX_DONE);
  return NGX_DONE;
}

ngx_int_t abide_precontent(ngx_http_request_t* r) {
  const abide_loc_conf* const conf = ngx_http_get_module_loc_conf(r, ngx_http_abide_module);
  abide_context* context;
  if (r != r->main) return NGX_DECLINED;
  context = abide_context_of(r);
  if (!context || !context->exchange) return NGX_DECLINED;
  if (abide_job_is_waiting(&context->job)) return NGX_AGAIN;
  if (r->err_status && !context->has_asked) return NGX_DECLINED; /* an error's page: the request was refused */
  if (!context->has_asked) {
    abide_text body = {NULL, 0};
    ngx_int_t rc = NGX_OK;
    if (!context->is_read) return read_body(r);
    if (!context->job.effect) rc = body_of(r, abide_body_limit(context->exchange) + 1, &body);
    if (rc == NGX_OK) rc = context->job.effect ? resume(r, context) : ask(r, context, body);
    if (rc == NGX_AGAIN) return rc;
    if (rc == NGX_ERROR) return failed(r, conf);
  }
  if (!context->has_reply) return NGX_DECLINED;
  ngx_http_finalize_request(r, abide_send_reply(r, context));
  return NGX_DONE;
}
