/* For servers that are built with Abide, and keep trailers out of the section: a table that ends with one more
 * function.
 */
#ifndef ABIDE_WALK_H
#define ABIDE_WALK_H

#include "abide/site.h"

typedef struct abide_walked_functions {
  abide_header_functions shown; /* `size` is that of the whole table */
  /* Calls `keep` for each field in order, and removes those for which it says 0. Views that live until `keep` returns.
     Returns 1; 0: a field could not be removed. */
  int (*walk)(void* of, int (*keep)(void* context, abide_text name, abide_text value), void* context);
} abide_walked_functions;

#endif
