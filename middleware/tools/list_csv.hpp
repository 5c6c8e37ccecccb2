#pragma once
// Lists of cookies in CSV.
#include <string_view>

#include "tools/listed_cookie.hpp"

namespace abide::detail::cli {

void read_csv(cookie_list&, std::string_view text);

}  // namespace abide::detail::cli
