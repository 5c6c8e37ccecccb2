#pragma once
// What the header sections of a request and a response say, each read in one pass.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "abide/headers.hpp"
#include "abide/signal.hpp"
#include "base/field_name.hpp"
#include "html/page_kind.hpp"

namespace abide::detail {

/// Fields that name the page as it was before something was inserted, or offer parts of it.
/// Digests by the end of their names: `Content-Digest`, `Unencoded-Digest`, `X-Ms-Blob-Content-MD5` ...
inline bool is_validator(std::string_view name) noexcept {
  return is_kin_of_field<"-Digest">(name) || is_kin_of_field<"-MD5">(name) ||
         field_names<"ETag", "Last-Modified", "Digest", "Accept-Ranges", "Signature", "Signature-Input",
                     "X-Goog-Hash">::has(name);
}

/// Views the section as it was read.
struct response_facts {
  std::string_view content_type;                             ///< the last that is one, as browsers have it
  std::string_view content_encoding, disposition, location;  ///< the first field of each
  unsigned cache_controls = 0, varies = 0;                   ///< how many fields
  std::string_view date;
  bool sets_cookies = false;
  bool clears_cookies = false;      ///< Clear-Site-Data, and the consent cookie with all others
  bool has_content_policy = false;  ///< enforced, or reported alone
  bool has_validators = false, has_expires = false;
  bool has_cdn_control = false;  ///< a field that speaks to shared caches alone (cache_rules.hpp)
};

/// Whether a value of Clear-Site-Data names `"cookies"` or `"*"` (Clear Site Data, section 3.1).
bool clears_cookies(std::string_view clear_site_data) noexcept;

response_facts read_response(const header_section&);

/// Calls `f(name, value)` for every field in order.
template <typename Function>
void for_each_field(const header_section& section, Function f) {
  section.each([](void* context, std::string_view name,
                  std::string_view value) { (*static_cast<Function*>(context))(name, value); },
               &f);
}

/// Removes every field with such a name.
template <typename Predicate>
void erase_fields(header_section& section, Predicate is_meant) {
  std::vector<std::string> names;  // whoever removes a field while he reads them would miss one
  for_each_field(section, [&](std::string_view name, std::string_view) {
    if (is_meant(name)) names.emplace_back(name);
  });
  for (const std::string& name : names) section.erase(name);
}

/// Views the section.
struct header_facts {
  signals seen;
  std::string_view host;
  detail::page_request page;
  unsigned hosts = 0;          ///< how many Host fields
  bool is_chunked = false;     ///< Transfer-Encoding
  bool names_backend = false;  ///< is_backend_field
  bool forwarded = false;      ///< a proxy says something (place/forwarded.hpp)
  bool prefetch = false;
  bool is_conditional = false;                      ///< If-None-Match or If-Modified-Since
  bool has_range = false;                           ///< Range
  std::size_t cookie_bytes = 0, cookie_fields = 0;  ///< room that all Cookie fields need, and how many there are
  std::string_view cookie;                          ///< the first Cookie field
};

header_facts read_request(const header_section&, joined_values);

}  // namespace abide::detail
