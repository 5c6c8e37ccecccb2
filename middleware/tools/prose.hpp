#pragma once
// Plain text for readers: lists, sentences, wrapped lines, tables.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace abide::detail::cli {

std::string joined(const std::vector<std::string>& words);  ///< `a, b and c`
/// `uid, _ga* and 4 more`: the first ones.
std::string some_of(const std::vector<std::string>& words, std::size_t most = 3);
std::string sentence(std::string words);  ///< with a full stop, unless it ends with an abbreviation's
std::string capital(std::string text);    ///< with a capital first letter

/// Breaks long lines between words; `hanging` indents the lines after the first. Ends with a newline.
std::string wrapped(std::string_view indent, std::string_view hanging, std::string_view words);

/// Rows of cells in columns, indented, without lines. The first row is the heading.
using table_row = std::vector<std::string>;
std::string table_text(const std::vector<table_row>& rows);

std::string date_of(std::int64_t time);  ///< `2026-11-22`

}  // namespace abide::detail::cli
