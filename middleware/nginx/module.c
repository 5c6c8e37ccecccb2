/* The directives, and the module's place in nginx. */
#include <signal.h>

#include "abide_nginx.h"

static u_char random_key[64]; /* signs if a policy names no key: the same in all workers, and after a reload */

static void* create_main(ngx_conf_t* cf) {
  abide_main_conf* const conf = ngx_pcalloc(cf->pool, sizeof *conf);
  if (!conf || ngx_array_init(&conf->places, cf->pool, 4, sizeof(abide_place*)) != NGX_OK) return NULL;
  return conf;
}

static void* create_loc(ngx_conf_t* cf) {
  abide_loc_conf* const conf = ngx_palloc(cf->pool, sizeof *conf);
  if (!conf) return NULL;
  conf->place = NGX_CONF_UNSET_PTR;
  conf->strict = NGX_CONF_UNSET_UINT;
  conf->tells = 0;
  return conf;
}

static char* merge_loc(ngx_conf_t* cf, void* above, void* mine) {
  const abide_loc_conf* const from = above;
  abide_loc_conf* const conf = mine;
  (void)cf;
  ngx_conf_merge_ptr_value(conf->place, from->place, NULL);
  ngx_conf_merge_uint_value(conf->strict, from->strict, 0);
  return NGX_CONF_OK;
}

abide_site_options abide_options_for(const ngx_str_t* file) {
  abide_site_options options;
  ngx_memzero(&options, sizeof options);
  options.size = sizeof options;
  options.policy_file = abide_text_of(*file);
  options.spare_key.data = (const char*)random_key;
  options.spare_key.size = sizeof random_key;
  return options;
}

/* One site per file, however often it is named. */
static abide_place* place_of(ngx_conf_t* cf, ngx_str_t file) {
  abide_main_conf* const conf = ngx_http_conf_get_module_main_conf(cf, ngx_http_abide_module);
  abide_place** const places = conf->places.elts;
  abide_place **more, *made;
  ngx_uint_t i;
  for (i = 0; i < conf->places.nelts; ++i)
    if (places[i]->file.len == file.len && ngx_memcmp(places[i]->file.data, file.data, file.len) == 0) return places[i];
  made = ngx_pcalloc(cf->pool, sizeof *made);
  more = ngx_array_push(&conf->places);
  if (!made || !more) return NULL;
  made->file = file;
  *more = made;
  return made;
}

/* abide FILE | off; */
static char* set_abide(ngx_conf_t* cf, ngx_command_t* command, void* data) {
  abide_loc_conf* const conf = data;
  abide_error error = {sizeof error, 0, ""};
  abide_site_options options;
  ngx_str_t file = ((ngx_str_t*)cf->args->elts)[1];
  (void)command;
  if (conf->place != NGX_CONF_UNSET_PTR) return "is duplicate";
  conf->place = NULL;
  if (ngx_strcmp(file.data, "off") == 0) return NGX_CONF_OK;
  if (ngx_conf_full_name(cf->cycle, &file, 1) != NGX_OK) return NGX_CONF_ERROR;
  options = abide_options_for(&file);
  if (abide_site_check(&options, &error) != ABIDE_OK) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "abide: %s", error.text);
    return NGX_CONF_ERROR;
  }
  conf->place = place_of(cf, file);
  return conf->place ? NGX_CONF_OK : NGX_CONF_ERROR;
}

static ngx_conf_enum_t on_error[] = {{ngx_string("pass"), 0}, {ngx_string("strict"), 1}, {ngx_null_string, 0}};

static ngx_int_t add_phase(ngx_conf_t* cf, ngx_uint_t phase, ngx_http_handler_pt handler) {
  ngx_http_core_main_conf_t* const core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
  ngx_http_handler_pt* const more = ngx_array_push(&core->phases[phase].handlers);
  if (!more) return NGX_ERROR;
  *more = handler;
  return NGX_OK;
}

static ngx_int_t make_key(ngx_conf_t* cf) {
  u_char bytes[sizeof random_key / 2];
  FILE* source;
  size_t got;
  if (random_key[0]) return NGX_OK;
  source = fopen("/dev/urandom", "rb");
  got = source ? fread(bytes, 1, sizeof bytes, source) : 0;
  if (source) fclose(source);
  if (got != sizeof bytes) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno, "abide: /dev/urandom: cannot read");
    return NGX_ERROR;
  }
  ngx_hex_dump(random_key, bytes, sizeof bytes);
  return NGX_OK;
}

static ngx_int_t add_counts(ngx_conf_t* cf, const abide_main_conf* conf) {
  ngx_uint_t i;
  for (i = 0; i < conf->places.nelts; ++i)
    if (abide_add_counts(cf, ((abide_place**)conf->places.elts)[i]) != NGX_OK) return NGX_ERROR;
  return add_phase(cf, NGX_HTTP_LOG_PHASE, abide_count_request);
}

/* The number of a variable that nginx may be built without. */
static ngx_int_t number_of_variable(ngx_conf_t* cf, ngx_str_t name) {
  const ngx_http_core_main_conf_t* const core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
  const ngx_array_t* const known = &core->variables_keys->keys;
  ngx_uint_t i;
  for (i = 0; i < known->nelts; ++i) {
    const ngx_str_t each = ((const ngx_hash_key_t*)known->elts)[i].key;
    if (each.len == name.len && ngx_memcmp(each.data, name.data, name.len) == 0)
      return ngx_http_get_variable_index(cf, &name);
  }
  return NGX_ERROR;
}

static ngx_int_t configured(ngx_conf_t* cf) {
  static const ngx_str_t peer = ngx_string("realip_remote_addr");
  abide_main_conf* const conf = ngx_http_conf_get_module_main_conf(cf, ngx_http_abide_module);
  if (conf->places.nelts == 0) return NGX_OK; /* no cost if Abide is not used */
  conf->peer = number_of_variable(cf, peer);
  if (make_key(cf) != NGX_OK || add_phase(cf, NGX_HTTP_PREACCESS_PHASE, abide_preaccess) != NGX_OK ||
      add_phase(cf, NGX_HTTP_PRECONTENT_PHASE, abide_precontent) != NGX_OK)
    return NGX_ERROR;
  if (conf->counts && add_counts(cf, conf) != NGX_OK) return NGX_ERROR;
  abide_next_header_filter = ngx_http_top_header_filter;
  ngx_http_top_header_filter = abide_header_filter;
  abide_next_body_filter = ngx_http_top_body_filter;
  ngx_http_top_body_filter = abide_body_filter;
  return NGX_OK;
}

static void warn(void* context, abide_text text) {
  const ngx_cycle_t* const cycle = context;
  ngx_log_error(NGX_LOG_WARN, cycle->log, 0, "abide: %*s", text.size, text.data);
}

/* Called in a worker: the store's threads would not survive a fork. They leave signals to nginx's own thread. */
static void open_place(ngx_cycle_t* cycle, abide_place* place) {
  abide_error error = {sizeof error, 0, ""};
  abide_site_options options = abide_options_for(&place->file);
  sigset_t all, before;
  options.warn = warn;
  options.warn_context = cycle;
  if (place->counts) options.counts = place->counts->data;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  if (abide_site_open(&options, &place->site, &error) != ABIDE_OK)
    ngx_log_error(NGX_LOG_EMERG, cycle->log, 0, "abide: %s", error.text);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

abide_main_conf* abide_main_conf_of(const ngx_cycle_t* cycle) {
  return ngx_get_conf(cycle->conf_ctx, ngx_http_module)
             ? ngx_http_cycle_get_module_main_conf(cycle, ngx_http_abide_module)
             : NULL;
}

static ngx_int_t init_process(ngx_cycle_t* cycle) {
  abide_main_conf* const conf = abide_main_conf_of(cycle);
  ngx_uint_t i;
  if (!conf || conf->places.nelts == 0 || ngx_process == NGX_PROCESS_HELPER) return NGX_OK;
  if (abide_jobs_open(cycle) != NGX_OK) return NGX_ERROR;
  for (i = 0; i < conf->places.nelts; ++i) open_place(cycle, ((abide_place**)conf->places.elts)[i]);
  return NGX_OK;
}

static void exit_process(ngx_cycle_t* cycle) {
  abide_main_conf* const conf = abide_main_conf_of(cycle);
  ngx_uint_t i;
  for (i = 0; conf && i < conf->places.nelts; ++i) {
    abide_place* const place = ((abide_place**)conf->places.elts)[i];
    abide_site_close(place->site);
    place->site = NULL;
  }
}

static ngx_command_t commands[] = {
    {ngx_string("abide"), NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1, set_abide,
     NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    {ngx_string("abide_on_error"), NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1,
     ngx_conf_set_enum_slot, NGX_HTTP_LOC_CONF_OFFSET, offsetof(abide_loc_conf, strict), on_error},
    {ngx_string("abide_metrics"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS, abide_set_telling, NGX_HTTP_LOC_CONF_OFFSET, 0,
     NULL},
    {ngx_string("abide_health"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS, abide_set_telling, NGX_HTTP_LOC_CONF_OFFSET, 0,
     NULL},
    ngx_null_command};

static ngx_http_module_t functions = {abide_add_variables, configured, create_main, NULL, NULL, NULL,
                                      create_loc,          merge_loc};

ngx_module_t ngx_http_abide_module = {NGX_MODULE_V1, &functions,   commands,     NGX_HTTP_MODULE,
                                      NULL,          NULL,         init_process, NULL,
                                      NULL,          exit_process, NULL,         NGX_MODULE_V1_PADDING};
