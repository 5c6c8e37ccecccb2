/* The counts of all workers, and `abide_metrics;` and `abide_health;`, which show them. */
#include "abide_nginx.h"

/* The slab pool's own pages, and those of the counts. */
enum { zone_pages = 8 };

/* The counts survive a reload. */
static ngx_int_t begin_zone(ngx_shm_zone_t* zone, void* before) {
  ngx_slab_pool_t* const pool = (ngx_slab_pool_t*)zone->shm.addr;
  zone->data = before ? before : pool->data;
  if (!zone->data) zone->data = pool->data = ngx_slab_calloc(pool, abide_counts_size());
  return zone->data ? NGX_OK : NGX_ERROR;
}

ngx_int_t abide_add_counts(ngx_conf_t* cf, abide_place* place) {
  static const char prefix[] = "abide ";
  ngx_str_t name;
  name.len = sizeof prefix - 1 + place->file.len;
  name.data = ngx_pnalloc(cf->pool, name.len);
  if (!name.data) return NGX_ERROR;
  ngx_memcpy(ngx_cpymem(name.data, prefix, sizeof prefix - 1), place->file.data, place->file.len);
  place->counts = ngx_shared_memory_add(cf, &name, zone_pages * ngx_pagesize, &ngx_http_abide_module);
  if (!place->counts) return NGX_ERROR;
  place->counts->init = begin_zone;
  return NGX_OK;
}

static uint64_t microseconds_since(const ngx_http_request_t* r) {
  const ngx_time_t* const now = ngx_timeofday();
  const int64_t ms = (int64_t)(now->sec - r->start_sec) * 1000 + (int64_t)now->msec - (int64_t)r->start_msec;
  return ms > 0 ? (uint64_t)ms * 1000 : 0;
}

/* Log phase: the answer was sent, or its connection ended. Requests for the counts are not counted. */
ngx_int_t abide_count_request(ngx_http_request_t* r) {
  const abide_loc_conf* const conf = ngx_http_get_module_loc_conf(r, ngx_http_abide_module);
  abide_context* const context = r == r->main && !conf->tells ? abide_context_of(r) : NULL;
  if (context && context->exchange)
    abide_count(context->exchange, r->header_sent ? (unsigned)r->headers_out.status : 0, microseconds_since(r));
  return NGX_OK;
}

typedef struct telling {
  ngx_http_request_t* r;
  ngx_str_t text, type; /* data NULL: no memory */
} telling;

static void keep(void* context, abide_text text, abide_text type) {
  telling* const to = context;
  to->text = abide_copy(to->r->pool, text);
  to->type = abide_copy(to->r->pool, type);
}

static ngx_int_t tell(ngx_http_request_t* r, int what) {
  const abide_loc_conf* const conf = ngx_http_get_module_loc_conf(r, ngx_http_abide_module);
  telling told;
  abide_error error;
  ngx_buf_t* b;
  ngx_chain_t out;
  ngx_int_t rc;
  if (!(r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD))) return NGX_HTTP_NOT_ALLOWED;
  rc = ngx_http_discard_request_body(r);
  if (rc != NGX_OK) return rc;
  ngx_memzero(&told, sizeof told);
  told.r = r;
  abide_clear_error(&error);
  if (!conf->place || !conf->place->site) return NGX_HTTP_SERVICE_UNAVAILABLE;
  if (abide_tell(conf->place->site, what, keep, &told, &error) != ABIDE_OK) {
    abide_log(r, &error);
    return NGX_HTTP_INTERNAL_SERVER_ERROR;
  }
  b = ngx_calloc_buf(r->pool);
  if (!b || !told.text.data || !told.type.data) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  r->headers_out.status = NGX_HTTP_OK;
  r->headers_out.content_type = told.type;
  r->headers_out.content_type_len = told.type.len;
  r->headers_out.content_length_n = (off_t)told.text.len;
  rc = ngx_http_send_header(r);
  if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) return rc;
  b->pos = told.text.data;
  b->last = told.text.data + told.text.len;
  b->memory = 1;
  b->last_buf = 1;
  out.buf = b;
  out.next = NULL;
  return ngx_http_output_filter(r, &out);
}

static ngx_int_t tell_metrics(ngx_http_request_t* r) { return tell(r, ABIDE_TELL_METRICS); }
static ngx_int_t tell_health(ngx_http_request_t* r) { return tell(r, ABIDE_TELL_HEALTH); }

/* abide_metrics; abide_health; */
char* abide_set_telling(ngx_conf_t* cf, ngx_command_t* command, void* data) {
  ngx_http_core_loc_conf_t* const core = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
  abide_main_conf* const conf = ngx_http_conf_get_module_main_conf(cf, ngx_http_abide_module);
  const int is_metrics = ngx_strcmp(command->name.data, "abide_metrics") == 0;
  core->handler = is_metrics ? tell_metrics : tell_health;
  ((abide_loc_conf*)data)->tells = 1;
  if (is_metrics) conf->counts = 1;
  return NGX_CONF_OK;
}
