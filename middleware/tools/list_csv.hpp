#pragma once
// Lists of cookies in CSV.
#include <string_view>

#include "tools/listed_cookie.hpp"

namespace abide::detail::cli {

/// Returns the line of a quote that opens a cell and that nothing closes: what follows it is not read. 0: there is
/// none.
std::size_t read_csv(cookie_list&, std::string_view text);

}  // namespace abide::detail::cli
