#pragma once
// Reads the header sections of a request and of a response, each in one pass.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "abide/headers.hpp"
#include "abide/signal.hpp"
#include "base/field_name.hpp"
#include "base/fields.hpp"
#include "html/page_kind.hpp"

namespace abide::detail {

/// Fields that identify the page as it was before the insertion, or that offer parts of it. Digest fields are
/// recognized by the end of their names: `Content-Digest`, `Unencoded-Digest`, `X-Ms-Blob-Content-MD5` ...
inline bool is_validator(std::string_view name) noexcept {
  return is_kin_of_field<"-Digest">(name) || is_kin_of_field<"-MD5">(name) ||
         field_names<"ETag", "Last-Modified", "Digest", "Accept-Ranges", "Signature", "Signature-Input",
                     "X-Goog-Hash">::has(name);
}

/// Views the section that was read.
struct response_facts {
  std::string_view content_type;                                           ///< the last media type, which browsers use
  std::string_view content_encoding, disposition, location, type_options;  ///< the first field of each
  unsigned cache_controls = 0, varies = 0;                                 ///< number of fields
  std::string_view date;
  bool sets_cookies = false;
  bool clears_cookies = false;      ///< Clear-Site-Data deletes all cookies, including the consent cookie
  bool has_content_policy = false;  ///< enforced or report-only
  bool has_validators = false, has_expires = false;
  bool has_cdn_control = false;   ///< a field for shared caches only (cache_rules.hpp)
  bool follows_decision = false;  ///< Vary names the field that told the application of the decision
};

/// Whether a value of Clear-Site-Data names `"cookies"` or `"*"` (Clear Site Data, section 3.1).
bool clears_cookies(std::string_view clear_site_data) noexcept;

response_facts read_response(const header_section&);

/// Views the section.
struct header_facts {
  signals seen;
  std::string_view host;
  detail::page_request page;
  unsigned hosts = 0;          ///< number of Host fields
  bool is_chunked = false;     ///< Transfer-Encoding
  bool names_backend = false;  ///< is_backend_field
  bool forwarded = false;      ///< a forwarding field is present (place/forwarded.hpp)
  bool prefetch = false;
  bool is_conditional = false;                      ///< If-None-Match or If-Modified-Since
  bool has_range = false;                           ///< Range
  std::size_t cookie_bytes = 0, cookie_fields = 0;  ///< bytes needed for all Cookie fields, and their number
  std::string_view cookie;                          ///< the first Cookie field
};

header_facts read_request(const header_section&, joined_values);

}  // namespace abide::detail
