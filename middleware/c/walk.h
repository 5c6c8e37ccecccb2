/* For servers that are built with Abide, keep trailers out of the section and have one Content-Type: a table with one
   more function at its end. */
#ifndef ABIDE_WALK_H
#define ABIDE_WALK_H

#include "abide/site.h"

typedef struct abide_walked_functions {
  abide_header_functions shown; /* `size` is the size of the whole table */
  /* Calls `keep` for each field in order, and removes those for which it returns 0. The views are valid until `keep`
     returns. Returns 1, or 0 if a field could not be removed. */
  int (*walk)(void* of, int (*keep)(void* context, abide_text name, abide_text value), void* context);
} abide_walked_functions;

#endif
