#pragma once
// Lists of cookies in JSON.
#include <string_view>

#include "tools/listed_cookie.hpp"

namespace abide::detail::cli {

/// JSON, or one JSON value per line. False: neither.
bool read_json(cookie_list&, std::string_view text);

}  // namespace abide::detail::cli
