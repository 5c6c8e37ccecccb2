/* What the modules for servers in C share. */
#ifndef ABIDE_MODULE_H
#define ABIDE_MODULE_H

#include "abide/site.h"

/* Clears an error. The text is long; only its first byte is cleared. */
static inline void abide_clear_error(abide_error* error) {
  error->size = sizeof *error;
  error->code = ABIDE_OK;
  error->text[0] = '\0';
}

/* Words for logs and variables: those of policies and of the command line. */
/* words: begin words, from middleware/words/words.tsv */
static inline const char* abide_category_word(unsigned number) {
  static const char* const words[] = {"required", "analytics", "functional", "targeting"};
  return words[number];
}

static inline const char* abide_regime_word(unsigned number) {
  static const char* const words[] = {"opt_in", "opt_out", "notice"};
  return words[number];
}
/* words: end */

#endif
