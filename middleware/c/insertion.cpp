#include "errors.hpp"
#include "objects.hpp"
#include "texts.hpp"

using namespace abide::detail::c;

namespace {

template <class Put>
int put(abide_insertion* into, abide_text* out, abide_error* error, Put append) noexcept {
  if (!into || !out) return bad_argument(error, "an argument is NULL");
  *out = {};
  return guarded(error, [&] {
    into->out.clear();
    append();
    *out = text_of(into->out);
    return ABIDE_OK;
  });
}

}  // namespace

int abide_insertion_feed(abide_insertion* into, abide_text chunk, abide_text* out, abide_error* error) {
  return put(into, out, error, [&] { into->inner.feed(view(chunk), into->out); });
}

int abide_insertion_end(abide_insertion* into, abide_text* out, abide_error* error) {
  return put(into, out, error, [&] { into->inner.finish(into->out); });
}

void abide_insertion_free(abide_insertion* into) { delete into; }
