#include "tools/list_csv.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii.hpp"
#include "tools/list_cells.hpp"

namespace abide::detail::cli {
namespace {

using table = std::vector<std::vector<std::string>>;

/// A list's lines, and the line of a quote that nothing closes; 0: there is none.
struct csv {
  table lines;
  std::size_t open_quote = 0;
};

/// The number of the line that a place is in, counted from 1.
std::size_t line_at(std::string_view text, std::size_t place) {
  std::size_t line = 1;
  for (std::size_t i = 0; i < place; ++i)
    if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n')) ++line;
  return line;
}

/// Where the cell ends whose opening quote is before `from`: behind its closing quote. A doubled quote is one of the
/// cell's own.
std::size_t read_quoted(std::string_view text, std::size_t from, std::string& cell) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] != '"') cell += text[i];
    else if (i + 1 == text.size() || text[i + 1] != '"') return i + 1;
    else cell += text[i++];
  }
  return text.npos;
}

// RFC 4180 with any separator: a cell that begins with a quote may contain separators, doubled quotes and line ends;
// elsewhere a quote is a letter like others (`3" banner`). Lines end with CRLF, LF or CR.
csv lines_of(std::string_view text, char mark) {
  csv made{table(1, {""})};
  table& lines = made.lines;
  std::size_t i = 0;
  while (i < text.size()) {
    std::string& cell = lines.back().back();
    const char c = text[i++];
    if (c == '"' && ascii_text::trimmed(cell).empty()) {
      cell.clear();
      const std::size_t end = read_quoted(text, i, cell);
      if (end == text.npos) made.open_quote = line_at(text, i - 1);
      i = std::min(end, text.size());
    } else if (c == mark) {
      lines.back().emplace_back();
    } else if (c == '\n' || (c == '\r' && !text.substr(i).starts_with('\n'))) {
      lines.push_back({""});
    } else if (c != '\r') {
      cell += c;
    }
  }
  if (lines.back().size() == 1 && lines.back()[0].empty()) lines.pop_back();
  return made;
}

cells named_by(const std::vector<std::string>& headings, const std::vector<std::string>& line) {
  cells named;
  for (std::size_t i = 0; i < headings.size() && i < line.size(); ++i) named[plain_heading(headings[i])] = line[i];
  return named;
}

/// The line of the headings: it may follow a title, an empty line, `sep=;` or a remark. None: the end.
std::size_t headings_in(const table& lines) {
  constexpr std::size_t most = 20;
  for (std::size_t i = 0; i < std::min(lines.size(), most); ++i) {
    if (lines[i].size() < 2) continue;
    const cells named = named_by(lines[i], lines[i]);
    const bool has_category = has_column(named, column::category) || has_column(named, column::group) ||
                              named.count("purpose") > 0 || has_column(named, column::purpose);
    if (has_column(named, column::name) && has_category) return i;
  }
  return lines.size();
}

}  // namespace

std::size_t read_csv(cookie_list& list, std::string_view text) {
  std::size_t open_quote = 0;
  for (const char mark : {',', ';', '\t', '|'}) {
    const csv read = lines_of(text, mark);
    const table& lines = read.lines;
    const std::size_t headings = headings_in(lines);
    open_quote = std::max(open_quote, read.open_quote);
    if (headings == lines.size()) continue;
    for (std::size_t i = headings + 1; i < lines.size(); ++i) {
      const bool is_empty = lines[i].size() == 1 && ascii_text::trimmed(lines[i][0]).empty();
      if (!is_empty) add_cookies(list, named_by(lines[headings], lines[i]), i + 1);
    }
    return read.open_quote;
  }
  return open_quote;
}

}  // namespace abide::detail::cli
