/* The request and its fields. nginx passes on the fields in the list, but reads those that the pointers in headers_in
   point to. */
#include "abide_nginx.h"

#define NAMED(words) \
  { words, sizeof(words) - 1 }

static const abide_text cookie_name = NAMED("Cookie");
#if (NGX_HTTP_GZIP)
static const abide_text accept_encoding_name = NAMED("Accept-Encoding");
#endif

/* Fields that Abide may remove and that nginx has pointers to. */
static const struct {
  abide_text name;
  size_t offset;
} pointers[] = {
    {NAMED("If-None-Match"), offsetof(ngx_http_headers_in_t, if_none_match)},
    {NAMED("If-Modified-Since"), offsetof(ngx_http_headers_in_t, if_modified_since)},
    {NAMED("Range"), offsetof(ngx_http_headers_in_t, range)},
    {NAMED("If-Range"), offsetof(ngx_http_headers_in_t, if_range)},
};

static ngx_table_elt_t** pointer_to(ngx_http_request_t* r, ngx_str_t name) {
  ngx_uint_t i;
  for (i = 0; i < sizeof pointers / sizeof *pointers; ++i)
    if (abide_is_named(name, pointers[i].name)) return (ngx_table_elt_t**)((char*)&r->headers_in + pointers[i].offset);
  return NULL;
}

static ngx_table_elt_t* field_at(ngx_http_request_t* r, size_t n) {
  ngx_list_part_t* part;
  for (part = &r->headers_in.headers.part; part; part = part->next) {
    if (n < part->nelts) return (ngx_table_elt_t*)part->elts + n;
    n -= part->nelts;
  }
  return NULL;
}

/* Updates nginx's own list of cookies, which variables read. */
static void know_cookies(ngx_http_request_t* r) {
  ngx_list_part_t* part;
  ngx_table_elt_t* field;
#if (nginx_version >= 1023000)
  ngx_table_elt_t** end = &r->headers_in.cookie;
#endif
#if (nginx_version >= 1023000)
  *end = NULL;
#else
  r->headers_in.cookies.nelts = 0;
#endif
  for (part = &r->headers_in.headers.part; part; part = part->next)
    for (field = part->elts; field < (ngx_table_elt_t*)part->elts + part->nelts; ++field) {
      if (!abide_is_named(field->key, cookie_name)) continue;
#if (nginx_version >= 1023000)
      *end = field;
      end = &field->next;
      *end = NULL;
#else
      ngx_table_elt_t** const known = r->headers_in.cookies.nalloc ? ngx_array_push(&r->headers_in.cookies) : NULL;
      if (known) *known = field;
#endif
    }
}

static int get(void* of, size_t n, abide_text* name, abide_text* value) {
  const ngx_table_elt_t* const field = field_at(of, n);
  if (!field) return 0;
  *name = abide_text_of(field->key);
  *value = abide_text_of(field->value);
  return 1;
}

static int set(void* of, size_t n, abide_text value) {
  ngx_http_request_t* const r = of;
  ngx_table_elt_t* const field = field_at(r, n);
  ngx_table_elt_t** const known = pointer_to(r, field->key);
  const ngx_str_t copy = abide_copy(r->pool, value);
  if (!copy.data) return 0;
  field->value = copy;
  if (known) *known = field;
  return 1;
}

/* For HTTP/0.9, and for a request that it cannot read, nginx makes no list. */
static ngx_table_elt_t* new_field(ngx_http_request_t* r) {
  ngx_list_t* const fields = &r->headers_in.headers;
  if (!fields->last && ngx_list_init(fields, r->pool, 4, sizeof(ngx_table_elt_t)) != NGX_OK) return NULL;
  return ngx_list_push(fields);
}

static int add(void* of, abide_text name, abide_text value) {
  ngx_http_request_t* const r = of;
  ngx_table_elt_t* const field = new_field(r);
  u_char* room;
  ngx_table_elt_t** known;
  if (!field) return 0;
  ngx_memzero(field, sizeof *field);
  room = ngx_pnalloc(r->pool, 2 * name.size + value.size + 2);
  if (!room) return 0;
  field->key.len = name.size;
  field->key.data = room;
  room = ngx_cpymem(room, name.data, name.size);
  *room++ = '\0';
  field->value.len = value.size;
  field->value.data = room;
  room = ngx_cpymem(room, value.data, value.size);
  *room++ = '\0';
  field->lowcase_key = room;
  field->hash = ngx_hash_strlow(field->lowcase_key, field->key.data, field->key.len);
  known = pointer_to(r, field->key);
  if (known) *known = field;
  if (abide_is_named(field->key, cookie_name)) know_cookies(r);
  return 1;
}

/* nginx keeps pointers to fields. So the remaining fields are copied to a new list, and the old ones stay in place. */
static int begin_copy(ngx_http_request_t* r, ngx_list_t* left) {
  size_t count = 0;
  while (field_at(r, count)) ++count;
  return ngx_list_init(left, r->pool, count + 4, sizeof(ngx_table_elt_t)) == NGX_OK;
}

/* Cannot fail: there is room. */
static void copy_field(ngx_list_t* left, const ngx_table_elt_t* field) {
  *(ngx_table_elt_t*)ngx_list_push(left) = *field;
}

static void end_copy(ngx_http_request_t* r, const ngx_list_t* left) {
  r->headers_in.headers = *left;
  r->headers_in.headers.last = &r->headers_in.headers.part;
  know_cookies(r);
}

/* Until they are put back, Abide changes copies. */
int abide_set_fields_aside(ngx_http_request_t* r, ngx_http_headers_in_t* kept) {
  ngx_list_t copy;
  size_t n;
  if (!begin_copy(r, &copy)) return 0;
  *kept = r->headers_in;
  for (n = 0; field_at(r, n); ++n) copy_field(&copy, field_at(r, n));
  end_copy(r, &copy);
  return 1;
}

void abide_put_fields_back(ngx_http_request_t* r, const ngx_http_headers_in_t* kept) {
  r->headers_in = *kept;
  know_cookies(r);
}

static int remove_at(ngx_http_request_t* r, size_t n) {
  ngx_list_t left;
  const ngx_table_elt_t* field;
  size_t i;
  if (!begin_copy(r, &left)) return 0;
  for (i = 0; (field = field_at(r, i)); ++i)
    if (i != n) copy_field(&left, field);
  end_copy(r, &left);
  return 1;
}

static int take_out(void* of, size_t n) {
  ngx_http_request_t* const r = of;
  const ngx_str_t name = field_at(r, n)->key;
  ngx_table_elt_t** const known = pointer_to(r, name);
  if (!remove_at(r, n)) return 0;
  if (known) *known = NULL;
  return 1;
}

static size_t find(void* of, abide_text name) {
  ngx_http_request_t* const r = of;
  const ngx_list_part_t* part;
  size_t number = 0;
  ngx_uint_t i;
  for (part = &r->headers_in.headers.part; part; part = part->next)
    for (i = 0; i < part->nelts; ++i, ++number) {
      if (abide_is_named(((const ngx_table_elt_t*)part->elts)[i].key, name)) return number;
    }
  return SIZE_MAX;
}

/* Copies the list once, however many fields go: a visitor may send a thousand. */
static int walk(void* of, int (*keep)(void*, abide_text, abide_text), void* context) {
  ngx_http_request_t* const r = of;
  const ngx_list_part_t* part;
  const ngx_table_elt_t* field;
  ngx_list_t left;
  size_t number = 0, i;
  int is_copied = 0;
  for (part = &r->headers_in.headers.part; part; part = part->next)
    for (field = part->elts; field < (const ngx_table_elt_t*)part->elts + part->nelts; ++field, ++number) {
      ngx_table_elt_t** known;
      if (keep(context, abide_text_of(field->key), abide_text_of(field->value))) {
        if (is_copied) copy_field(&left, field);
        continue;
      }
      if (!is_copied && !begin_copy(r, &left)) return 0;
      for (i = 0; !is_copied && i < number; ++i) copy_field(&left, field_at(r, i));
      is_copied = 1;
      known = pointer_to(r, field->key);
      if (known) *known = NULL;
    }
  if (is_copied) end_copy(r, &left);
  return 1;
}

abide_headers abide_request_fields(ngx_http_request_t* r) {
  static const abide_walked_functions functions = {{sizeof functions, get, set, add, take_out, find}, walk};
  const abide_headers headers = {&functions.shown, r};
  return headers;
}

#if (NGX_HTTP_GZIP)
/* By the type that nginx gives to files of this name: scripts fetch many files that are no pages. */
static int is_named_as_page(ngx_http_request_t* r) {
  static const ngx_str_t html = ngx_string("text/html"), xhtml = ngx_string("application/xhtml+xml");
  const ngx_str_t type = r->headers_out.content_type;
  const size_t size = r->headers_out.content_type_len;
  ngx_str_t named;
  if (r->exten.len == 0) return 1; /* perhaps a folder */
  ngx_str_null(&r->headers_out.content_type);
  ngx_http_set_content_type(r);
  named = r->headers_out.content_type;
  r->headers_out.content_type = type;
  r->headers_out.content_type_len = size;
  return (named.len == html.len && ngx_memcmp(named.data, html.data, html.len) == 0) ||
         (named.len == xhtml.len && ngx_memcmp(named.data, xhtml.data, xhtml.len) == 0);
}
#endif

/* Abide cannot read gzip: neither the application nor a module that looks for compressed files (gzip_static) sees the
   visitor's field. Returns it, because nginx may compress what it sends. The field that is passed on may be another
   object than the one that modules read: after a removal, the list holds copies. */
ngx_table_elt_t* abide_ask_for_identity(ngx_http_request_t* r) {
#if (NGX_HTTP_GZIP)
  static const ngx_str_t identity = ngx_string("identity");
  ngx_table_elt_t *const seen = r->headers_in.accept_encoding, *kept, *field;
  ngx_list_part_t* part;
  kept = seen ? ngx_palloc(r->pool, sizeof *kept) : NULL;
  if (!kept) return NULL;
  *kept = *seen;
  r->headers_in.accept_encoding = kept;
  for (part = &r->headers_in.headers.part; part; part = part->next)
    for (field = part->elts; field < (ngx_table_elt_t*)part->elts + part->nelts; ++field)
      if (abide_is_named(field->key, accept_encoding_name)) field->value = identity;
  if (is_named_as_page(r)) {
    seen->value = identity;
    r->headers_in.accept_encoding = seen;
  }
  r->gzip_tested = 1; /* for gunzip */
  r->gzip_ok = 0;
  return kept;
#else
  return NULL;
#endif
}

/* Lets nginx compress. */
void abide_give_back_encoding(ngx_http_request_t* r, ngx_table_elt_t** kept) {
#if (NGX_HTTP_GZIP)
  if (!*kept) return;
  r->headers_in.accept_encoding = *kept;
  r->gzip_tested = 0;
  *kept = NULL;
#endif
}

/* The realip module replaces the address of the last proxy by the visitor's, and keeps it in a variable. */
static abide_text peer_of(ngx_http_request_t* r) {
  const abide_main_conf* const conf = ngx_http_get_module_main_conf(r, ngx_http_abide_module);
  const ngx_http_variable_value_t* const kept =
      conf->peer == NGX_ERROR ? NULL : ngx_http_get_indexed_variable(r, (ngx_uint_t)conf->peer);
  abide_text peer = abide_text_of(r->connection->addr_text);
  if (!kept || kept->not_found) return peer;
  peer.data = (const char*)kept->data;
  peer.size = kept->len;
  return peer;
}

/* The host of an absolute target, or of HTTP/3's :authority, with its port. nginx obeys it and not the Host field,
   which may be absent. Before HTTP/2, the port is behind the host in the request line. */
static abide_text authority_of(ngx_http_request_t* r) {
  abide_text authority = {NULL, 0};
  const u_char* end = r->host_end;
  if (!r->host_start || !end) return authority;
  if (r->http_version < NGX_HTTP_VERSION_20 && *end == ':')
    for (++end; *end >= '0' && *end <= '9'; ++end) continue;
  authority.data = (const char*)r->host_start;
  authority.size = (size_t)(end - r->host_start);
  return authority;
}

static int is_same(abide_text a, ngx_str_t b) { return a.size == b.len && ngx_memcmp(a.data, b.data, b.len) == 0; }

/* nginx removes scheme and host from a target. Abide is told the host in this way if the Host field does not say the
   same (RFC 9112 section 3.2.2). */
static abide_text target_of(ngx_http_request_t* r) {
  static const abide_text scheme = NAMED("http://");
  const abide_text target = abide_text_of(r->unparsed_uri), authority = authority_of(r);
  abide_text whole;
  u_char* room;
  if (authority.size == 0 || (r->headers_in.host && is_same(authority, r->headers_in.host->value))) return target;
  whole.size = scheme.size + authority.size + target.size;
  room = ngx_pnalloc(r->pool, whole.size);
  if (!room) return target;
  whole.data = (const char*)room;
  room = ngx_cpymem(room, scheme.data, scheme.size);
  room = ngx_cpymem(room, authority.data, authority.size);
  ngx_memcpy(room, target.data, target.size);
  return whole;
}

/* A request whose first line nginx could not read counts as one for the first page: cookies are added to its error too.
 */
abide_request abide_request_of(ngx_http_request_t* r) {
  static const abide_text get_method = NAMED("GET"), root = NAMED("/");
  abide_request request;
  ngx_memzero(&request, sizeof request);
  request.size = sizeof request;
  request.method = r->method_name.len > 0 ? abide_text_of(r->method_name) : get_method;
  request.target = r->unparsed_uri.len > 0 ? target_of(r) : root;
  request.peer = peer_of(r);
  request.client = abide_text_of(r->connection->addr_text);
#if (NGX_HTTP_SSL)
  request.tls = r->connection->ssl != NULL;
#endif
  request.now = (int64_t)ngx_time();
  return request;
}
