/* The counts of all children, and the handlers `abide-metrics` and `abide-health`, which show them. */
#include "abide_apache.h"

#include <apr_shm.h>

APLOG_USE_MODULE(abide);

/* Each policy's counts, in memory that the children inherit. They start at zero with each configuration. */
int abide_share_counts(apr_pool_t* pool, apr_array_header_t* places) {
  int i;
  for (i = 0; i < places->nelts; ++i) {
    abide_place* const place = APR_ARRAY_IDX(places, i, abide_place*);
    apr_shm_t* shared;
    if (apr_shm_create(&shared, abide_counts_size(), NULL, pool) != APR_SUCCESS) return HTTP_INTERNAL_SERVER_ERROR;
    place->counts = apr_shm_baseaddr_get(shared);
    memset(place->counts, 0, abide_counts_size());
  }
  return OK;
}

/* Counts when the answer was sent: that of the last internal redirect of this request. */
int abide_count_request(request_rec* r) {
  abide_context* const context = abide_tells(r) ? NULL : abide_context_of(r);
  const apr_time_t took = apr_time_now() - r->request_time;
  while (r->next) r = r->next;
  if (context && context->exchange)
    abide_count(context->exchange, r->connection->aborted ? 0 : (unsigned)r->status, took > 0 ? (uint64_t)took : 0);
  return DECLINED;
}

static void write_out(void* context, abide_text text, abide_text type) {
  request_rec* const r = context;
  ap_set_content_type(r, apr_pstrmemdup(r->pool, type.data, type.size));
  ap_set_content_length(r, (apr_off_t)text.size);
  ap_rwrite(text.data, (int)text.size, r);
}

int abide_tells(const request_rec* r) {
  return r->handler && (strcmp(r->handler, "abide-metrics") == 0 || strcmp(r->handler, "abide-health") == 0);
}

int abide_tell_operator(request_rec* r) {
  const abide_conf* const conf = abide_conf_of(r);
  abide_error error;
  if (!abide_tells(r)) return DECLINED;
  if (r->method_number != M_GET) return HTTP_METHOD_NOT_ALLOWED;
  if (!conf->place || !conf->place->site) return HTTP_SERVICE_UNAVAILABLE;
  abide_clear_error(&error);
  apr_table_setn(r->headers_out, "Cache-Control", "no-store");
  if (abide_tell(conf->place->site, strcmp(r->handler, "abide-health") == 0 ? ABIDE_TELL_HEALTH : ABIDE_TELL_METRICS,
                 write_out, r, &error) == ABIDE_OK)
    return OK;
  abide_log(r, &error);
  return HTTP_INTERNAL_SERVER_ERROR;
}
