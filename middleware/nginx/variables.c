/* $abide_jurisdiction, $abide_regime, $abide_gpc, $abide_choice, $abide_allowed: for logs and cache keys. */
#include "abide_nginx.h"

enum { jurisdiction, regime, gpc, choice, allowed };

static ngx_str_t word(const char* words) {
  ngx_str_t made;
  made.data = (u_char*)words;
  made.len = ngx_strlen(words);
  return made;
}

static ngx_str_t allowed_in(ngx_http_request_t* r, unsigned bits) {
  ngx_str_t list = {0, ngx_pnalloc(r->pool, 64)};
  unsigned i;
  for (i = 0; list.data && i < ABIDE_CATEGORY_COUNT; ++i) {
    const ngx_str_t name = word(abide_category_word(i));
    if (!(bits & ABIDE_BIT(i))) continue;
    if (list.len > 0) list.data[list.len++] = '+';
    list.len = (size_t)(ngx_cpymem(list.data + list.len, name.data, name.len) - list.data);
  }
  return list;
}

static ngx_str_t value_of(ngx_http_request_t* r, const abide_facts* facts, uintptr_t what) {
  switch (what) {
    case regime: return word(abide_regime_word(facts->regime));
    case gpc: return word(facts->gpc ? "1" : "0");
    case choice: return word(facts->has_choice ? "1" : "0");
    case allowed: return allowed_in(r, facts->allowed);
    default: return abide_copy(r->pool, facts->jurisdiction);
  }
}

/* Before that, `if` and `set` of a server or of a location that rewrites read variables, and the location that answers
   may have another policy, or none. */
static int has_location(ngx_http_request_t* r) {
  const ngx_http_core_main_conf_t* const core = ngx_http_get_module_main_conf(r, ngx_http_core_module);
  const ngx_http_phase_engine_t* const phases = &core->phase_engine;
  return r->phase_handler >= 0 && (ngx_uint_t)r->phase_handler >= phases->location_rewrite_index &&
         phases->handlers[r->phase_handler].checker != ngx_http_core_rewrite_phase;
}

/* The exchange that the variable tells of; `passing`: it is only for this variable, and the caller frees it. */
static abide_exchange* exchange_of(ngx_http_request_t* r, int* passing) {
  const abide_loc_conf* const conf = ngx_http_get_module_loc_conf(r, ngx_http_abide_module);
  const abide_context* context = abide_context_of(r);
  const int is_new = !context && conf->place;
  *passing = is_new && !has_location(r);
  if (*passing) return conf->place->site ? abide_read_request(r, conf->place->site) : NULL;
  if (is_new) context = abide_begin_request(r, conf);
  return context ? context->exchange : NULL;
}

static ngx_int_t tell(ngx_http_request_t* r, ngx_http_variable_value_t* value, uintptr_t what) {
  abide_facts facts;
  ngx_str_t text = ngx_null_string;
  int passing, is_known;
  abide_exchange* const exchange = exchange_of(r->main, &passing);
  ngx_memzero(&facts, sizeof facts);
  facts.size = sizeof facts;
  is_known = exchange && abide_facts_read(exchange, &facts) == ABIDE_OK;
  if (is_known) text = value_of(r, &facts, what);
  if (passing) abide_exchange_free(exchange);
  value->not_found = 1;
  if (!is_known) return NGX_OK;
  if (!text.data) return NGX_ERROR;
  value->data = text.data;
  value->len = (unsigned)text.len & 0xfffffff;
  value->valid = 1;
  value->no_cacheable = 1; /* the store may still answer */
  value->not_found = 0;
  return NGX_OK;
}

ngx_int_t abide_add_variables(ngx_conf_t* cf) {
  static const char* const names[] = {"abide_jurisdiction", "abide_regime", "abide_gpc", "abide_choice",
                                      "abide_allowed"};
  uintptr_t i;
  for (i = 0; i < sizeof names / sizeof *names; ++i) {
    ngx_str_t name = word(names[i]);
    ngx_http_variable_t* const made = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOCACHEABLE);
    if (!made) return NGX_ERROR;
    made->get_handler = tell;
    made->data = i;
  }
  return NGX_OK;
}
