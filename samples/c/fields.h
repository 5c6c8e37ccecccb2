/* A header section: a list of fields, and the five functions through which Abide reads and changes it. */
#ifndef FIELDS_H
#define FIELDS_H

#include <string.h>

#include "abide/site.h"

static inline abide_text text_of(const char* words) {
  abide_text text;
  text.data = words;
  text.size = strlen(words);
  return text;
}

typedef struct field {
  char *name, *value;
} field;

typedef struct fields {
  field* list;
  size_t count, room;
} fields;

int fields_add(fields*, const char* name, size_t name_size, const char* value, size_t value_size); /* 1, or 0 */
const char* fields_get(const fields*, const char* name);                                           /* NULL: none */
void fields_clear(fields*);
abide_headers fields_shown(fields*);

#endif
