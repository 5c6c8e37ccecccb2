#pragma once
#include <string_view>

#include "abide/headers.hpp"

namespace abide::detail {

/// The weights (0 to 1000) that a request gives to the content codings in which files are kept (RFC 9110
/// section 12.5.3). A coding that is not listed, or has no valid weight, has 0; `identity` that is not listed has 1.
/// `*` does not count.
struct accepted_codings {
  unsigned brotli = 0, gzip = 0, identity = 1;
};
accepted_codings read_accepted_codings(const header_section& request);

}  // namespace abide::detail
