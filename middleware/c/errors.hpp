#pragma once
// Errors as values: no exception leaves a C function.
#include <string_view>

#include "abide/site.h"

namespace abide::detail::c {

/// Writes the error for the caller, if wanted, and returns the code.
int fail(abide_error*, int code, std::string_view text) noexcept;

/// The same for the exception that is being handled.
int fail_by_exception(abide_error*) noexcept;

/// Returns the result of `work`, or the code of the exception that it throws.
template <class Work>
int guarded(abide_error* error, Work work) noexcept {
  try {
    return work();
  } catch (...) {
    return fail_by_exception(error);
  }
}

inline int bad_argument(abide_error* error, std::string_view what) noexcept {
  return fail(error, ABIDE_BAD_ARGUMENT, what);
}

}  // namespace abide::detail::c
