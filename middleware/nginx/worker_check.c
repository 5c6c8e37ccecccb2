/* Checks, when the whole configuration is known, whether the workers can use what their policies name. Root can read
   all files and has all variables of the environment; the workers have the rights of `user` and the variables of `env`.
   A module of nginx's core, because only those are asked after nginx has read both, which may stand behind `http`. */
#include "abide_nginx.h"
#include "c/as_user.h"

typedef struct places_check {
  ngx_cycle_t* cycle;
  const abide_main_conf* conf;
  const char* user;
  char* rc;
} places_check;

static void warn(void* of, abide_text text) {
  const places_check* const check = of;
  ngx_log_error(NGX_LOG_WARN, check->cycle->log, 0,
                "abide: %*s (for the workers: user %s, only the variables that \"env\" names)", text.size, text.data,
                check->user);
}

static void check_places(void* of) {
  places_check* const check = of;
  ngx_uint_t i;
  for (i = 0; i < check->conf->places.nelts; ++i) {
    abide_error error = {sizeof error, 0, ""};
    abide_site_options options = abide_options_for(&((abide_place**)check->conf->places.elts)[i]->file);
    options.warn = warn;
    options.warn_context = check;
    if (abide_site_check(&options, &error) == ABIDE_OK) continue;
    ngx_log_error(NGX_LOG_EMERG, check->cycle->log, 0,
                  "abide: %s (for the workers: user %s, only the variables that \"env\" names)", error.text,
                  check->user);
    check->rc = NGX_CONF_ERROR;
    return;
  }
}

/* Returns 1, or 0 if the process could not return to root. */
static int check_in_environment(char** variables, abide_user user, places_check* check) {
  char** const own = environ;
  int is_back;
  environ = variables;
  is_back = abide_as_user(user, check_places, check);
  environ = own;
  return is_back;
}

static char* check_as_worker(ngx_cycle_t* cycle, void* own) {
  const ngx_core_conf_t* const core = (const ngx_core_conf_t*)ngx_get_conf(cycle->conf_ctx, ngx_core_module);
  const abide_main_conf* const conf = abide_main_conf_of(cycle);
  const int changes_user = core->master && core->username; /* root's workers do, unless nginx is a single process */
  const abide_user user = {core->username, changes_user ? core->user : geteuid(), core->group};
  places_check check = {cycle, conf, changes_user ? core->username : "unchanged", NGX_CONF_OK};
  ngx_uint_t more = 0;
  char** variables;
  int is_back;
  (void)own;
  if (!conf || conf->places.nelts == 0) return NGX_CONF_OK;
  variables = ngx_set_environment(cycle, &more);
  if (!variables) return NGX_CONF_ERROR;
  is_back = check_in_environment(variables, user, &check);
  ngx_free(variables);
  if (is_back) return check.rc;
  ngx_log_error(NGX_LOG_EMERG, cycle->log, ngx_errno, "abide: cannot return to root");
  return NGX_CONF_ERROR;
}

static ngx_core_module_t functions = {ngx_string("abide"), NULL, check_as_worker};

ngx_module_t ngx_abide_check_module = {NGX_MODULE_V1, &functions, NULL, NGX_CORE_MODULE,      NULL, NULL, NULL, NULL,
                                       NULL,          NULL,       NULL, NGX_MODULE_V1_PADDING};
