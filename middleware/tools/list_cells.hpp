#pragma once
// Reads what a list of cookies says about one of them, by the headings of its columns or members.
#include <map>
#include <string>
#include <string_view>

#include "tools/list_headings.hpp"
#include "tools/listed_cookie.hpp"

namespace abide::detail::cli {

/// A heading in lower case, with ASCII letters and digits only.
std::string plain_heading(std::string_view);

/// A cookie's cells by their plain headings.
using cells = std::map<std::string, std::string>;

/// The first cell that is present and not empty, in the order of the known headings.
std::string cell_of(const cells&, column);
bool has_column(const cells&, column);

/// The category in the cells: the first known word; otherwise the word in the category's cell; otherwise empty.
std::string category_word_of(const cells&);

/// Adds the cookies that the cells describe: one, or several whose names are in one cell.
void add_cookies(cookie_list&, const cells&, std::size_t line);

}  // namespace abide::detail::cli
