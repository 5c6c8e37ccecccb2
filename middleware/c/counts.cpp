// What a site counted, and what abide_tell tells the operator.
#include <chrono>
#include <string>

#include "errors.hpp"
#include "objects.hpp"
#include "texts.hpp"

using namespace abide::detail;
using counting::metrics;

size_t abide_counts_size(void) { return sizeof(metrics); }

void abide_count(abide_exchange* of, unsigned status, uint64_t microseconds) {
  if (!of || !of->site->counts || of->is_counted) return;
  of->is_counted = true;
  metrics& to = *of->site->counts;
  to.add_answer(status, std::chrono::microseconds(microseconds));
  to.add_exchange(of->inner, of->asks);
  if (of->is_unrecorded) to.unrecorded.add();
}

int abide_tell(const abide_site* site, int what, void (*write)(void*, abide_text, abide_text), void* context,
               abide_error* error) {
  if (!site || !write) return c::bad_argument(error, "site and write must not be NULL");
  if (what != ABIDE_TELL_METRICS && what != ABIDE_TELL_HEALTH)
    return c::bad_argument(error, "what: expected ABIDE_TELL_METRICS or ABIDE_TELL_HEALTH");
  return c::guarded(error, [&] {
    const abide::records* const log = site->inner.records();
    const metrics none, *const counts = site->counts ? site->counts : &none;
    const bool is_health = what == ABIDE_TELL_HEALTH;
    const std::string text = is_health ? counting::health_of(log) : counting::text_of({&counts, 1}, log);
    write(context, c::text_of(text),
          c::text_of(is_health ? std::string_view("application/json") : counting::text_type));
    return ABIDE_OK;
  });
}
