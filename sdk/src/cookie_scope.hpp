#pragma once
// The part of a Set-Cookie field that the filter needs of every one; a date is read only where it decides.
#include <cstdint>
#include <optional>
#include <string_view>

namespace abide::detail {

struct cookie_scope {
  std::string_view domain;              ///< as set_cookie::domain
  std::optional<std::int64_t> max_age;  ///< as set_cookie::max_age
  std::string_view expires;             ///< the last Expires, as written
  unsigned dates = 0;                   ///< how many there are: of several the last that is a date counts
};

cookie_scope read_scope(std::string_view set_cookie_field) noexcept;

}  // namespace abide::detail
