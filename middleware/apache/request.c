/* The request. The exchange begins when httpd knows the location, before access is checked, so that no later module
   sees a cookie that may not be used. Abide's own pages are answered before a file or an application is asked. */
#include "abide_apache.h"

APLOG_USE_MODULE(abide);

void abide_log(const request_rec* r, const abide_error* error) {
  ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "abide: %s", error->text);
}

/* The context of the visitor's request, also for its internal redirects and includes. */
abide_context* abide_context_of(request_rec* r) {
  abide_context* context = NULL;
  while (r->main) r = r->main;
  for (; r && !context; r = r->prev) context = ap_get_module_config(r->request_config, &abide_module);
  return context;
}

static apr_status_t end(void* data) {
  abide_context* const context = data;
  abide_insertion_free(context->insertion);
  abide_abandon(context->exchange);
  abide_exchange_free(context->exchange);
  return APR_SUCCESS;
}

/* A request whose first line httpd could not read counts as one for the first page: cookies are added to its error too.
 */
static void describe(request_rec* r, abide_request* request) {
  request->size = sizeof *request;
  request->method = abide_text_of(r->method ? r->method : "GET");
  request->target = abide_text_of(r->unparsed_uri ? r->unparsed_uri : "/");
  request->peer = abide_text_of(r->connection->client_ip);
  request->client = abide_text_of(r->useragent_ip); /* of mod_remoteip */
  request->tls = strcmp(ap_http_scheme(r), "https") == 0;
  request->now = apr_time_sec(r->request_time);
}

/* Abide cannot read gzip, so the application is asked for identity, and for another coding only if there is no such
   page: mod_negotiation answers 406 if a page exists only as a compressed file, and no coding is accepted. httpd's own
   compression reads the field after the first part of the body has passed Abide: by then the field has the visitor's
   value again. */
static void ask_for_identity(request_rec* r, abide_context* context) {
  const char* const taken = context->accept_encoding = apr_table_get(r->headers_in, "Accept-Encoding");
  if (taken)
    apr_table_setn(r->headers_in, "Accept-Encoding", strstr(taken, "gzip") ? "identity, *;q=0.001" : "identity");
}

/* Whether the text begins with a cookie's name and an equals sign. */
static int begins_pair(const char* text) {
  const size_t size = strcspn(text, "=;,\" \t");
  return size > 0 && text[size] == '=';
}

/* httpd joins several Cookie fields with ", ", and so the cookies of the later ones would be part of a value: Abide
   would not see them, but some applications would. Fields are joined by semicolons (RFC 9113 section 8.2.3). */
static void part_cookies(request_rec* r) {
  const char* const joined = apr_table_get(r->headers_in, "Cookie");
  char *parted, *at;
  if (!joined || !strstr(joined, ", ")) return;
  parted = apr_pstrdup(r->pool, joined);
  for (at = strstr(parted, ", "); at; at = strstr(at + 2, ", "))
    if (begins_pair(at + 2)) *at = ';';
  apr_table_setn(r->headers_in, "Cookie", parted);
}

abide_context* abide_begin_request(request_rec* r, const abide_conf* conf) {
  abide_error error;
  abide_section section;
  abide_context* const context = apr_pcalloc(r->pool, sizeof *context);
  ap_set_module_config(r->request_config, &abide_module, context);
  if (!conf->place->site) {
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "abide: %s: the site failed to open; see the error at the start",
                  conf->place->file);
    return context;
  }
  abide_clear_error(&error);
  describe(r, &context->asked);
  part_cookies(r);
  if (abide_begin(conf->place->site, &context->asked, abide_fields(&section, r->headers_in, r->pool),
                  &context->exchange, &error) != ABIDE_OK) {
    abide_log(r, &error);
    return context;
  }
  apr_pool_cleanup_register(r->pool, context, end, apr_pool_cleanup_null);
  if (abide_may_be_page(context->exchange)) ask_for_identity(r, context);
  return context;
}

/* No filter sees interim responses (103 Early Hints) of an application, and they may set cookies. An upgrade needs its
   101. Runs after mod_env, whose SetEnv would not replace the value, and for each internal redirect, which begins with
   an environment of its own. */
int abide_suppress_interim(request_rec* r) {
  static const char name[] = "proxy-interim-response";
  const abide_context* const context = abide_context_of(r);
  if (context && context->exchange && !apr_table_get(r->headers_in, "Upgrade") &&
      !apr_table_get(r->subprocess_env, name))
    apr_table_setn(r->subprocess_env, name, "Suppress");
  return DECLINED;
}

/* Effects are carried out in this thread, which serves only this visitor. */
static int ask(request_rec* r, abide_context* context, abide_text body) {
  abide_error error;
  abide_section section;
  abide_effect* wanted = NULL;
  const abide_headers fields = abide_fields(&section, r->headers_in, r->pool);
  int code;
  abide_clear_error(&error);
  code = abide_answer(context->exchange, &context->asked, fields, body, &wanted, &error);
  while (code == ABIDE_OK && wanted) {
    abide_effect* const effect = wanted;
    wanted = NULL;
    if (abide_carry_out(effect, &error) != ABIDE_OK) abide_log(r, &error); /* continues with the strict answer */
    code = abide_resume(context->exchange, effect, fields, &wanted, &error);
  }
  if (code == ABIDE_OK) {
    context->has_asked = 1;
    context->reply.size = sizeof context->reply;
    context->has_reply = abide_take_reply(context->exchange, &context->reply) ? 1 : 0;
    if (!context->has_reply) code = abide_tell_backend(context->exchange, fields, &error);
  }
  if (code != ABIDE_OK) abide_log(r, &error);
  return code;
}

/* For logs (`%{ABIDE_REGIME}e`) and applications. */
static void tell_environment(request_rec* r, const abide_context* context) {
  abide_facts facts = {.size = sizeof facts};
  const char* allowed = abide_category_word(ABIDE_REQUIRED);
  unsigned i;
  if (abide_facts_read(context->exchange, &facts) != ABIDE_OK) return;
  for (i = ABIDE_REQUIRED + 1; i < ABIDE_CATEGORY_COUNT; ++i)
    if (facts.allowed & ABIDE_BIT(i)) allowed = apr_pstrcat(r->pool, allowed, "+", abide_category_word(i), NULL);
  apr_table_setn(r->subprocess_env, "ABIDE_JURISDICTION",
                 apr_pstrmemdup(r->pool, facts.jurisdiction.data, facts.jurisdiction.size));
  apr_table_setn(r->subprocess_env, "ABIDE_REGIME", abide_regime_word(facts.regime));
  apr_table_setn(r->subprocess_env, "ABIDE_GPC", facts.gpc ? "1" : "0");
  apr_table_setn(r->subprocess_env, "ABIDE_CHOICE", facts.has_choice ? "1" : "0");
  apr_table_setn(r->subprocess_env, "ABIDE_ALLOWED", allowed);
}

/* Without Abide the application is told nothing, and so nothing by the visitor either. */
static int failed(request_rec* r, const abide_conf* conf) {
  abide_section section;
  if (abide_is_strict(conf) ||
      abide_tell_backend(NULL, abide_fields(&section, r->headers_in, r->pool), NULL) != ABIDE_OK)
    return HTTP_INTERNAL_SERVER_ERROR;
  return DECLINED;
}

int abide_parse_header(request_rec* r) {
  static const abide_text nothing = {NULL, 0};
  const abide_conf* const conf = abide_conf_of(r);
  abide_context* context;
  if (r->main) return DECLINED;
  context = abide_context_of(r);
  if (!context && !abide_is_on(conf)) return DECLINED;
  if (!context) context = abide_begin_request(r, conf);
  if (context->is_refused) return DECLINED; /* the error's document */
  if (!context->exchange) return failed(r, conf);
  if (!context->has_asked && abide_body_limit(context->exchange) == 0 && ask(r, context, nothing) != ABIDE_OK)
    return failed(r, conf);
  tell_environment(r, context);
  return DECLINED;
}

/* The part of the body that Abide reads, and one byte more. DECLINED: `text` holds it. */
static int read_body(request_rec* r, size_t most, abide_text* text) {
  char* const room = apr_palloc(r->pool, most + 1);
  const int rc = ap_setup_client_block(r, REQUEST_CHUNKED_DECHUNK);
  text->data = room;
  text->size = 0;
  if (rc != OK) return rc;
  if (!ap_should_client_block(r)) return DECLINED;
  while (text->size <= most) {
    const long got = ap_get_client_block(r, room + text->size, most + 1 - text->size);
    if (got < 0) return HTTP_BAD_REQUEST;
    if (got == 0) break;
    text->size += (size_t)got;
  }
  return DECLINED;
}

static int send_reply(request_rec* r, abide_context* context) {
  abide_text name, value;
  size_t n;
  r->status = (int)context->reply.status;
  r->status_line = NULL;
  for (n = 0; abide_reply_field(context->exchange, n, &name, &value); ++n) {
    char* const key = apr_pstrmemdup(r->pool, name.data, name.size);
    char* const copy = apr_pstrmemdup(r->pool, value.data, value.size);
    if (strcasecmp(key, "Content-Type") == 0) ap_set_content_type(r, copy);
    else apr_table_addn(r->headers_out, key, copy);
  }
  ap_set_content_length(r, (apr_off_t)context->reply.body.size);
  if (context->reply.body.size > 0) ap_rwrite(context->reply.body.data, (int)context->reply.body.size, r);
  return OK;
}

/* A program called nph-... writes its response past all filters (mod_cgi), cookies included. */
static int passes_filters(const request_rec* r) {
  const char* const name = r->handler && strcmp(r->handler, "cgi-script") == 0 ? strrchr(r->filename, '/') : NULL;
  return name && strncmp(name + 1, "nph-", 4) == 0;
}

static int refuse_unfiltered(request_rec* r) {
  ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "abide: %s: programs called nph-... cannot be filtered", r->filename);
  return abide_is_strict(abide_conf_of(r)) ? HTTP_INTERNAL_SERVER_ERROR : DECLINED;
}

int abide_answer_own_page(request_rec* r) {
  abide_context* const context = r->main ? NULL : abide_context_of(r);
  if (!context || !context->exchange) return DECLINED;
  if (r->filename && !context->has_reply && passes_filters(r)) return refuse_unfiltered(r);
  if (r->prev) return DECLINED;
  if (!context->has_asked && abide_body_limit(context->exchange) > 0) {
    abide_text body;
    const int rc = read_body(r, abide_body_limit(context->exchange), &body);
    if (rc != DECLINED) return rc;
    if (ask(r, context, body) != ABIDE_OK) return failed(r, abide_conf_of(r));
  }
  return context->has_reply ? send_reply(r, context) : DECLINED;
}
