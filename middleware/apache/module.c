/* The directives, the children's sites, and the module's place in httpd. */
#include "abide_apache.h"
#include "c/as_user.h"

#include <apr_signal.h>
#include <pthread.h>
#include <signal.h>
#include <unixd.h>

enum { key_size = 64 };

static apr_array_header_t* places; /* of abide_place*; those of the configuration that is being read, or was */
static int is_wanted;              /* the configuration says `Abide on` */
static const char* spare_key;      /* signs if a policy names no key: the same in all children, and after a reload */

static int begin_configuration(apr_pool_t* pool, apr_pool_t* log, apr_pool_t* temporary) {
  static const char name[] = "abide_spare_key";
  char* key = ap_retained_data_get(name);
  (void)log, (void)temporary;
  places = apr_array_make(pool, 4, sizeof(abide_place*));
  is_wanted = 0;
  if (!key) {
    unsigned char bytes[key_size / 2];
    key = ap_retained_data_create(name, key_size + 1);
    if (apr_generate_random_bytes(bytes, sizeof bytes) != APR_SUCCESS) return HTTP_INTERNAL_SERVER_ERROR;
    ap_bin2hex(bytes, sizeof bytes, key);
  }
  spare_key = key;
  return OK;
}

static void* create_conf(apr_pool_t* pool, char* folder) {
  abide_conf* const conf = apr_pcalloc(pool, sizeof *conf);
  (void)folder;
  conf->is_on = conf->strict = abide_unset;
  return conf;
}

static void* merge_conf(apr_pool_t* pool, void* above, void* mine) {
  const abide_conf *const from = above, *const own = mine;
  abide_conf* const conf = apr_palloc(pool, sizeof *conf);
  conf->place = own->place ? own->place : from->place;
  conf->is_on = own->is_on != abide_unset ? own->is_on : own->place ? 1 : from->is_on;
  conf->strict = own->strict != abide_unset ? own->strict : from->strict;
  return conf;
}

static abide_site_options options_for(const char* file) {
  abide_site_options options = {.size = sizeof options};
  options.policy_file = abide_text_of(file);
  options.spare_key = abide_text_of(spare_key);
  return options;
}

/* One site per file, however often it is named. */
static abide_place* place_of(apr_pool_t* pool, const char* file) {
  abide_place** const known = (abide_place**)(void*)places->elts;
  abide_place* made;
  int i;
  for (i = 0; i < places->nelts; ++i)
    if (strcmp(known[i]->file, file) == 0) return known[i];
  made = apr_pcalloc(pool, sizeof *made);
  made->file = file;
  APR_ARRAY_PUSH(places, abide_place*) = made;
  return made;
}

/* httpd writes a line end as \n. Splits the text. */
static const char* on_one_line(apr_pool_t* pool, char* text) {
  char* rest = NULL;
  const char* line = apr_strtok(text, "\n", &rest);
  const char* all = line ? line : "";
  while ((line = apr_strtok(NULL, "\n", &rest))) all = apr_pstrcat(pool, all, "; ", line, NULL);
  return all;
}

/* AbidePolicy FILE */
static const char* set_policy(cmd_parms* command, void* data, const char* word) {
  abide_error error = {sizeof error, 0, ""};
  const char* const file = ap_server_root_relative(command->pool, word);
  const abide_site_options options = options_for(file);
  if (abide_site_check(&options, &error) != ABIDE_OK)
    return apr_pstrcat(command->pool, "abide: ", on_one_line(command->pool, error.text), NULL);
  ((abide_conf*)data)->place = place_of(command->server->process->pconf, file);
  return NULL;
}

typedef struct places_check {
  server_rec* server;
  int rc;
} places_check;

static void warn_of_check(void* server, abide_text text) {
  ap_log_error(APLOG_MARK, APLOG_WARNING, 0, (server_rec*)server, "abide: %.*s (checked for the children's user, %s)",
               (int)text.size, text.data, ap_unixd_config.user_name);
}

static void check_places(void* of) {
  places_check* const check = of;
  int i;
  for (i = 0; i < places->nelts; ++i) {
    abide_error error = {sizeof error, 0, ""};
    abide_site_options options = options_for(APR_ARRAY_IDX(places, i, abide_place*)->file);
    options.warn = warn_of_check;
    options.warn_context = check->server;
    if (abide_site_check(&options, &error) == ABIDE_OK) continue;
    ap_log_error(APLOG_MARK, APLOG_EMERG, 0, check->server, "abide: %s (checked for the children's user, %s)",
                 on_one_line(check->server->process->pconf, error.text), ap_unixd_config.user_name);
    check->rc = HTTP_INTERNAL_SERVER_ERROR;
    return;
  }
}

/* Root can read everything, the children cannot: they would serve pages without Abide if they could not open the keys.
 */
static int check_as_child(apr_pool_t* pool, apr_pool_t* log, apr_pool_t* temporary, server_rec* server) {
  const abide_user user = {ap_unixd_config.user_name, ap_unixd_config.user_id, ap_unixd_config.group_id};
  places_check check = {server, OK};
  (void)pool, (void)log, (void)temporary;
  if (is_wanted && places->nelts == 0) {
    ap_log_error(APLOG_MARK, APLOG_EMERG, 0, server, "abide: Abide on: expected AbidePolicy FILE too, found none");
    return HTTP_INTERNAL_SERVER_ERROR;
  }
  if (abide_as_user(user, check_places, &check)) return check.rc;
  ap_log_error(APLOG_MARK, APLOG_EMERG, errno, server, "abide: cannot return to root");
  return HTTP_INTERNAL_SERVER_ERROR;
}

/* Abide on|off */
static const char* set_on(cmd_parms* command, void* data, int is_on) {
  (void)command;
  ((abide_conf*)data)->is_on = is_on;
  is_wanted |= is_on;
  return NULL;
}

/* AbideOnError pass|strict */
static const char* set_on_error(cmd_parms* command, void* data, const char* word) {
  abide_conf* const conf = data;
  if (strcasecmp(word, "pass") != 0 && strcasecmp(word, "strict") != 0)
    return apr_psprintf(command->pool, "AbideOnError: expected pass or strict, found \"%s\"", word);
  conf->strict = strcasecmp(word, "strict") == 0;
  return NULL;
}

static void warn(void* server, abide_text text) {
  ap_log_error(APLOG_MARK, APLOG_WARNING, 0, (server_rec*)server, "abide: %.*s", (int)text.size, text.data);
}

static apr_status_t close_place(void* data) {
  abide_place* const place = data;
  abide_site_close(place->site);
  place->site = NULL;
  return APR_SUCCESS;
}

/* Called in a child: the store's threads would not survive a fork. They leave signals to httpd's own threads. */
static void open_place(apr_pool_t* pool, server_rec* server, abide_place* place) {
  abide_error error = {sizeof error, 0, ""};
  abide_site_options options = options_for(place->file);
  sigset_t all, before;
  options.warn = warn;
  options.warn_context = server;
  options.counts = place->counts;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  if (abide_site_open(&options, &place->site, &error) != ABIDE_OK)
    ap_log_error(APLOG_MARK, APLOG_EMERG, 0, server, "abide: %s", on_one_line(pool, error.text));
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  apr_pool_cleanup_register(pool, place, close_place, apr_pool_cleanup_null);
}

static void begin_child(apr_pool_t* pool, server_rec* server) {
  int i;
  for (i = 0; i < places->nelts; ++i) open_place(pool, server, APR_ARRAY_IDX(places, i, abide_place*));
}

static int share_counts(apr_pool_t* pool, apr_pool_t* log, apr_pool_t* temporary, server_rec* server) {
  (void)log, (void)temporary, (void)server;
  return abide_share_counts(pool, places);
}

static void register_hooks(apr_pool_t* pool) {
  (void)pool;
  abide_register_filter();
  ap_hook_pre_config(begin_configuration, NULL, NULL, APR_HOOK_MIDDLE);
  ap_hook_check_config(check_as_child, NULL, NULL, APR_HOOK_MIDDLE);
  ap_hook_post_config(share_counts, NULL, NULL, APR_HOOK_MIDDLE);
  ap_hook_log_transaction(abide_count_request, NULL, NULL, APR_HOOK_MIDDLE);
  ap_hook_handler(abide_tell_operator, NULL, NULL, APR_HOOK_MIDDLE);
  ap_hook_child_init(begin_child, NULL, NULL, APR_HOOK_MIDDLE);
  ap_hook_header_parser(abide_parse_header, NULL, NULL, APR_HOOK_REALLY_FIRST);
  ap_hook_fixups(abide_suppress_interim, NULL, NULL, APR_HOOK_REALLY_LAST);
  ap_hook_handler(abide_answer_own_page, NULL, NULL, APR_HOOK_REALLY_FIRST);
  ap_hook_insert_filter(abide_insert_filter, NULL, NULL, APR_HOOK_REALLY_LAST);
  ap_hook_insert_error_filter(abide_insert_error_filter, NULL, NULL, APR_HOOK_REALLY_LAST);
}

static const command_rec commands[] = {
    AP_INIT_TAKE1("AbidePolicy", set_policy, NULL, RSRC_CONF | ACCESS_CONF, "the policy file"),
    AP_INIT_FLAG("Abide", set_on, NULL, RSRC_CONF | ACCESS_CONF, "on (default where AbidePolicy is set) or off"),
    AP_INIT_TAKE1("AbideOnError", set_on_error, NULL, RSRC_CONF | ACCESS_CONF,
                  "what happens to requests that Abide cannot process: pass or strict"),
    {.name = NULL}};

AP_DECLARE_MODULE(abide) = {STANDARD20_MODULE_STUFF, create_conf, merge_conf, NULL, NULL, commands, register_hooks, 0};
