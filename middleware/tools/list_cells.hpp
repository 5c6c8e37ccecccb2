#pragma once
// What a list of cookies says of one of them, by what it calls each of its columns or members.
#include <map>
#include <string>
#include <string_view>

#include "tools/list_headings.hpp"
#include "tools/listed_cookie.hpp"

namespace abide::detail::cli {

/// A heading in lower case and without what is no letter or digit of ASCII.
std::string plain_heading(std::string_view);

/// A cookie's cells by their plain headings.
using cells = std::map<std::string, std::string>;

/// The first cell that is there and not empty, in the order in which the headings are known.
std::string cell_of(const cells&, column);
bool has_column(const cells&, column);

/// What the cells call the category: a word that is known, else the word that stands there, else nothing.
std::string category_word_of(const cells&);

/// Adds what the cells describe: one cookie, or several whose names stand in one cell.
void add_cookies(cookie_list&, const cells&, std::size_t line);

}  // namespace abide::detail::cli
