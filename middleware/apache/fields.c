/* A header section is an APR table: its fields are in an array, in order. */
#include "abide_apache.h"

static apr_table_entry_t* field_at(const abide_section* of, size_t n) {
  const apr_array_header_t* const all = apr_table_elts(of->table);
  return n < (size_t)all->nelts ? (apr_table_entry_t*)(void*)all->elts + n : NULL;
}

static int get(void* data, size_t n, abide_text* name, abide_text* value) {
  const apr_table_entry_t* const field = field_at(data, n);
  if (!field) return 0;
  *name = abide_text_of(field->key);
  *value = abide_text_of(field->val);
  return 1;
}

static int set(void* data, size_t n, abide_text value) {
  const abide_section* const of = data;
  field_at(of, n)->val = apr_pstrmemdup(of->pool, value.data, value.size);
  return 1;
}

static int add(void* data, abide_text name, abide_text value) {
  const abide_section* const of = data;
  apr_table_addn(of->table, apr_pstrmemdup(of->pool, name.data, name.size),
                 apr_pstrmemdup(of->pool, value.data, value.size));
  return 1;
}

/* A table can remove a name, but not a single field. So it is filled again. */
static int take_out(void* data, size_t n) {
  const abide_section* const of = data;
  const apr_array_header_t* const all = apr_table_elts(of->table);
  const size_t count = (size_t)all->nelts;
  const apr_table_entry_t* const before = apr_pmemdup(of->pool, all->elts, count * sizeof *before);
  size_t i;
  apr_table_clear(of->table);
  for (i = 0; i < count; ++i)
    if (i != n) apr_table_addn(of->table, before[i].key, before[i].val);
  return 1;
}

static size_t find(void* data, abide_text name) {
  const apr_array_header_t* const all = apr_table_elts(((const abide_section*)data)->table);
  const apr_table_entry_t* const fields = (const apr_table_entry_t*)(const void*)all->elts;
  size_t n;
  for (n = 0; n < (size_t)all->nelts; ++n)
    if (strncasecmp(fields[n].key, name.data, name.size) == 0 && fields[n].key[name.size] == '\0') return n;
  return SIZE_MAX;
}

abide_headers abide_fields(abide_section* of, apr_table_t* table, apr_pool_t* pool) {
  static const abide_header_functions functions = {sizeof functions, get, set, add, take_out, find};
  const abide_headers headers = {&functions, of};
  of->table = table;
  of->pool = pool;
  return headers;
}
