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
  static const char* const names[] = {"required", "analytics", "functional", "targeting"};
  ngx_str_t list = {0, ngx_pnalloc(r->pool, 64)};
  unsigned i;
  for (i = 0; list.data && i < ABIDE_CATEGORY_COUNT; ++i) {
    if (!(bits & ABIDE_BIT(i))) continue;
    if (list.len > 0) list.data[list.len++] = '+';
    list.len = (size_t)(ngx_cpymem(list.data + list.len, names[i], ngx_strlen(names[i])) - list.data);
  }
  return list;
}

static ngx_str_t value_of(ngx_http_request_t* r, const abide_facts* facts, uintptr_t what) {
  static const char* const regimes[] = {"opt_in", "opt_out", "notice"};
  ngx_str_t text = {facts->jurisdiction.size, (u_char*)facts->jurisdiction.data};
  switch (what) {
    case regime: return word(facts->regime < 3 ? regimes[facts->regime] : "opt_in");
    case gpc: return word(facts->gpc ? "1" : "0");
    case choice: return word(facts->has_choice ? "1" : "0");
    case allowed: return allowed_in(r, facts->allowed);
    default: return text;
  }
}

static ngx_int_t tell(ngx_http_request_t* r, ngx_http_variable_value_t* value, uintptr_t what) {
  abide_facts facts;
  ngx_str_t text;
  const abide_loc_conf* const conf = ngx_http_get_module_loc_conf(r->main, ngx_http_abide_module);
  const abide_context* context = abide_context_of(r->main);
  ngx_memzero(&facts, sizeof facts);
  facts.size = sizeof facts;
  value->not_found = 1;
  if (!context && conf->place) context = abide_begin_request(r->main, conf);
  if (!context || !context->exchange || abide_facts_read(context->exchange, &facts) != ABIDE_OK) return NGX_OK;
  text = value_of(r, &facts, what);
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
