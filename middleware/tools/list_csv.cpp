#include "tools/list_csv.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii.hpp"
#include "tools/list_cells.hpp"

namespace abide::detail::cli {
namespace {

using table = std::vector<std::vector<std::string>>;

// RFC 4180 with any separator: quoted cells may contain separators, doubled quotes and line ends. Lines end with CRLF,
// LF or CR.
table lines_of(std::string_view text, char mark) {
  table lines(1, {""});
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::string& cell = lines.back().back();
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') cell += text[++i];
    else if (c == '"') quoted = !quoted;
    else if (c == mark && !quoted) lines.back().emplace_back();
    else if (c == '\r' && !quoted && i + 1 < text.size() && text[i + 1] == '\n') continue;
    else if ((c == '\n' || c == '\r') && !quoted) lines.push_back({""});
    else cell += c;
  }
  if (lines.back().size() == 1 && lines.back()[0].empty()) lines.pop_back();
  return lines;
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

void read_csv(cookie_list& list, std::string_view text) {
  for (const char mark : {',', ';', '\t', '|'}) {
    const table lines = lines_of(text, mark);
    const std::size_t headings = headings_in(lines);
    if (headings == lines.size()) continue;
    for (std::size_t i = headings + 1; i < lines.size(); ++i) {
      const bool is_empty = lines[i].size() == 1 && ascii_text::trimmed(lines[i][0]).empty();
      if (!is_empty) add_cookies(list, named_by(lines[headings], lines[i]), i + 1);
    }
    return;
  }
}

}  // namespace abide::detail::cli
