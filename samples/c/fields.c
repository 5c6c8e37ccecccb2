#define _POSIX_C_SOURCE 200809L
#include "fields.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

int fields_add(fields* to, const char* name, size_t name_size, const char* value, size_t value_size) {
  field made;
  if (to->count == to->room) {
    const size_t room = to->room ? 2 * to->room : 16;
    field* const list = realloc(to->list, room * sizeof *list);
    if (!list) return 0;
    to->list = list;
    to->room = room;
  }
  made.name = strndup(name, name_size);
  made.value = strndup(value, value_size);
  if (!made.name || !made.value) {
    free(made.name);
    free(made.value);
    return 0;
  }
  to->list[to->count++] = made;
  return 1;
}

const char* fields_get(const fields* of, const char* name) {
  size_t i;
  for (i = 0; i < of->count; ++i)
    if (strcasecmp(of->list[i].name, name) == 0) return of->list[i].value;
  return NULL;
}

static void drop(field* what) {
  free(what->name);
  free(what->value);
}

void fields_clear(fields* of) {
  while (of->count > 0) drop(&of->list[--of->count]);
  free(of->list);
  memset(of, 0, sizeof *of);
}

static int get(void* of, size_t n, abide_text* name, abide_text* value) {
  const fields* const all = of;
  if (n >= all->count) return 0;
  *name = text_of(all->list[n].name);
  *value = text_of(all->list[n].value);
  return 1;
}

static int set(void* of, size_t n, abide_text value) {
  fields* const all = of;
  char* const copy = strndup(value.data, value.size);
  if (!copy) return 0;
  free(all->list[n].value);
  all->list[n].value = copy;
  return 1;
}

static int add(void* of, abide_text name, abide_text value) {
  return fields_add(of, name.data, name.size, value.data, value.size);
}

static int take_out(void* of, size_t n) {
  fields* const all = of;
  drop(&all->list[n]);
  --all->count;
  memmove(all->list + n, all->list + n + 1, (all->count - n) * sizeof *all->list);
  return 1;
}

abide_headers fields_shown(fields* of) {
  static const abide_header_functions functions = {sizeof functions, get, set, add, take_out, NULL};
  abide_headers headers;
  headers.with = &functions;
  headers.of = of;
  return headers;
}
