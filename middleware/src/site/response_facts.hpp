#pragma once
// What a response's header section says, read in one pass.
#include <string_view>

#include "abide/headers.hpp"

namespace abide {

/// Views the section as it was read.
struct response_facts {
  std::string_view content_type, content_encoding;  ///< the first field of each
  std::string_view cache_control, vary;             ///< the same; there may be more
  unsigned cache_controls = 0, varies = 0;          ///< how many fields
  bool sets_cookies = false;
  bool has_content_policy = false;
  bool has_cdn_control = false;  ///< Surrogate-Control, CDN-Cache-Control
};

response_facts read_response(const header_section&);

/// Whether it is of type text/html.
bool is_html(const response_facts&) noexcept;

}  // namespace abide
