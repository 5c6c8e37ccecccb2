#pragma once
// The part of a Set-Cookie field that the filter always needs. Numbers and dates are only parsed if they matter.
#include <cstdint>
#include <string_view>

namespace abide::detail {

struct cookie_scope {
  std::string_view domain;            ///< as set_cookie::domain
  std::string_view max_age, expires;  ///< the last of each, as written
};

cookie_scope read_scope(std::string_view set_cookie_field) noexcept;

/// Like `deletes`, but uses the response's Date field, if it is valid, instead of `now`.
bool is_over(const cookie_scope&, std::int64_t now, std::string_view date) noexcept;

}  // namespace abide::detail
