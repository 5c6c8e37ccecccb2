#pragma once
// The part of a Set-Cookie field that the filter needs of every one; numbers and dates are read only where they decide.
#include <cstdint>
#include <string_view>

namespace abide::detail {

struct cookie_scope {
  std::string_view domain;            ///< as set_cookie::domain
  std::string_view max_age, expires;  ///< the last of each, as written
};

cookie_scope read_scope(std::string_view set_cookie_field) noexcept;

/// As `deletes`, by the Date field of the response where that can be read.
bool is_over(const cookie_scope&, std::int64_t now, std::string_view date) noexcept;

}  // namespace abide::detail
