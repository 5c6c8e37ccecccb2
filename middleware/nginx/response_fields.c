/* The response's fields: those in the list, where a hash of 0 marks a removed one, and those that nginx keeps apart. */
#include "abide_nginx.h"

enum { none, content_type, last_modified, content_length };

static ngx_http_headers_out_t* out_of(abide_response_section* of) { return &of->request->headers_out; }

/* Called after each change of one of them. */
static void look_apart(abide_response_section* of) {
  const ngx_http_headers_out_t* const out = out_of(of);
  ngx_uint_t n = 0;
  if (out->content_type.len > 0) of->apart[n++] = content_type;
  if (out->last_modified_time != -1 && !out->last_modified) of->apart[n++] = last_modified;
  if (out->content_length_n >= 0 && !out->content_length) of->apart[n++] = content_length;
  of->apart_size = n;
}

static int kept_apart(const abide_response_section* of, size_t n) { return n < of->apart_size ? of->apart[n] : none; }

/* The field with this number, counted over all fields. */
static ngx_table_elt_t* field_at(abide_response_section* of, size_t n) {
  n -= of->apart_size;
  if (!of->part || n < of->number) {
    of->part = &out_of(of)->headers.part;
    of->at = of->number = 0;
  }
  for (; of->part; of->part = of->part->next, of->at = 0)
    for (; of->at < of->part->nelts; ++of->at) {
      ngx_table_elt_t* const field = (ngx_table_elt_t*)of->part->elts + of->at;
      if (field->hash == 0) continue;
      if (of->number == n) return field;
      ++of->number;
    }
  return NULL;
}

static abide_text text(const u_char* data, size_t size) {
  abide_text made;
  made.data = (const char*)data;
  made.size = size;
  return made;
}

#define NAME(words) text((const u_char*)(words), sizeof(words) - 1)

/* nginx appends the charset when it writes the field. */
static abide_text type_of(abide_response_section* of) {
  static const ngx_str_t between = ngx_string("; charset=");
  const ngx_http_headers_out_t* const out = out_of(of);
  u_char *joined, *end;
  if (out->charset.len == 0 || out->content_type_len != out->content_type.len) return abide_text_of(out->content_type);
  if (of->content_type.size > 0) return of->content_type;
  joined = ngx_pnalloc(of->request->pool, out->content_type.len + between.len + out->charset.len);
  if (!joined) return abide_text_of(out->content_type);
  end = ngx_cpymem(joined, out->content_type.data, out->content_type.len);
  end = ngx_cpymem(end, between.data, between.len);
  end = ngx_cpymem(end, out->charset.data, out->charset.len);
  return of->content_type = text(joined, (size_t)(end - joined));
}

/* Written once, because the fields are read several times. */
static abide_text last_modified_of(abide_response_section* of) {
  if (of->last_modified_size == 0)
    of->last_modified_size =
        (size_t)(ngx_http_time(of->last_modified, out_of(of)->last_modified_time) - of->last_modified);
  return text(of->last_modified, of->last_modified_size);
}

/* Written from the end. */
static abide_text content_length_of(abide_response_section* of) {
  u_char *const end = of->content_length + sizeof of->content_length, *digit = end;
  off_t left = out_of(of)->content_length_n;
  do {
    *--digit = (u_char)('0' + left % 10);
    left /= 10;
  } while (left > 0);
  return text(digit, (size_t)(end - digit));
}

static void get_apart(abide_response_section* of, int what, abide_text* name, abide_text* value) {
  switch (what) {
    case content_type:
      *name = NAME("Content-Type");
      *value = type_of(of);
      return;
    case last_modified:
      *name = NAME("Last-Modified");
      *value = last_modified_of(of);
      return;
    default: *name = NAME("Content-Length"); *value = content_length_of(of);
  }
}

static int get(void* data, size_t n, abide_text* name, abide_text* value) {
  abide_response_section* const of = data;
  const ngx_table_elt_t* field;
  if (n < of->apart_size) {
    get_apart(of, of->apart[n], name, value);
    return 1;
  }
  field = field_at(of, n);
  if (!field) return 0;
  *name = abide_text_of(field->key);
  *value = abide_text_of(field->value);
  return 1;
}

static size_t find(void* data, abide_text name) {
  static const ngx_str_t names[] = {ngx_null_string, ngx_string("Content-Type"), ngx_string("Last-Modified"),
                                    ngx_string("Content-Length")};
  abide_response_section* const of = data;
  const ngx_table_elt_t* field;
  size_t n;
  for (n = 0; n < of->apart_size; ++n)
    if (abide_is_named(names[of->apart[n]], name)) return n;
  for (; (field = field_at(of, n)); ++n)
    if (abide_is_named(field->key, name)) return n;
  return SIZE_MAX;
}

static void forget(abide_response_section* of, int what) {
  if (what == last_modified) out_of(of)->last_modified_time = -1;
  else out_of(of)->content_length_n = -1;
  look_apart(of);
}

static int add(void* data, abide_text name, abide_text value) {
  abide_response_section* const of = data;
  ngx_table_elt_t* const field = ngx_list_push(&out_of(of)->headers);
  if (!field) return 0;
  ngx_memzero(field, sizeof *field);
  field->key = abide_copy(of->request->pool, name);
  field->value = abide_copy(of->request->pool, value);
  if (!field->key.data || !field->value.data) return 0;
  field->hash = 1;
  return 1;
}

/* The value includes its charset. nginx compares the type without parameters. */
static void set_type(ngx_http_headers_out_t* out, ngx_str_t value) {
  const u_char* const end = memchr(value.data, ';', value.len);
  out->content_type = value;
  out->content_type_len = end ? (size_t)(end - value.data) : value.len;
  out->content_type_lowcase = NULL;
  ngx_str_null(&out->charset);
}

static int set(void* data, size_t n, abide_text value) {
  abide_response_section* const of = data;
  const int what = kept_apart(of, n);
  ngx_str_t copy;
  if (what == last_modified) {
    forget(of, what);
    return add(of, NAME("Last-Modified"), value);
  }
  if (what == content_length) return 0;
  copy = abide_copy(of->request->pool, value);
  if (!copy.data) return 0;
  if (what == content_type) set_type(out_of(of), copy);
  else field_at(of, n)->value = copy;
  return 1;
}

static void drop(abide_response_section* of, ngx_table_elt_t* field) {
  ngx_http_headers_out_t* const out = out_of(of);
  field->hash = 0;
  if (field == out->etag) out->etag = NULL;
  if (field == out->expires) out->expires = NULL;
  if (field == out->last_modified) {
    out->last_modified = NULL;
    out->last_modified_time = -1;
  }
  if (field == out->content_length) {
    ngx_http_clear_content_length(of->request);
  }
  look_apart(of);
}

static int take_out(void* data, size_t n) {
  abide_response_section* const of = data;
  ngx_table_elt_t* field;
  const int what = kept_apart(of, n);
  if (what == content_type) return 0;
  if (what != none) {
    forget(of, what);
    return 1;
  }
  field = field_at(of, n);
  if (!field) return 0;
  drop(of, field);
  return 1;
}

static int walk_apart(abide_response_section* of, int (*keep)(void*, abide_text, abide_text), void* context) {
  ngx_uint_t n = 0;
  while (n < of->apart_size) {
    abide_text name, value;
    get_apart(of, of->apart[n], &name, &value);
    if (keep(context, name, value)) ++n;
    else if (!take_out(of, n)) return 0;
  }
  return 1;
}

static int walk(void* data, int (*keep)(void*, abide_text, abide_text), void* context) {
  abide_response_section* const of = data;
  ngx_list_part_t* part;
  ngx_table_elt_t* field;
  if (!walk_apart(of, keep, context)) return 0;
  for (part = &out_of(of)->headers.part; part; part = part->next)
    for (field = part->elts; field < (ngx_table_elt_t*)part->elts + part->nelts; ++field)
      if (field->hash != 0 && !keep(context, abide_text_of(field->key), abide_text_of(field->value))) drop(of, field);
  of->part = NULL; /* the numbers of the remaining fields have changed */
  return 1;
}

abide_headers abide_response_fields(ngx_http_request_t* r, abide_response_section* of) {
  static const abide_walked_functions functions = {{sizeof functions, get, set, add, take_out, find}, walk};
  const abide_headers headers = {&functions.shown, of};
  of->request = r;
  look_apart(of);
  of->part = NULL;
  of->last_modified_size = 0;
  of->content_type = text(NULL, 0);
  return headers;
}
