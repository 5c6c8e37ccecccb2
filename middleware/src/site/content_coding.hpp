#pragma once
#include <string_view>

#include "abide/headers.hpp"

namespace abide::detail {

/// The content codings (RFC 9110 section 8.4.1) that a request accepts, of those in which files are kept. `*` and
/// codings with a weight of 0 do not count.
struct accepted_codings {
  bool brotli = false, gzip = false;
};
accepted_codings read_accepted_codings(const header_section& request);

}  // namespace abide::detail
