// A document as Markdown (CommonMark 0.31, tables as in GFM).
#include <algorithm>

#include "pages/policy_text/document.hpp"

namespace abide::detail {
namespace {

// Any of these can begin markup somewhere in a line; a backslash makes each a letter (CommonMark section 2.4).
bool is_markup(char c) noexcept { return std::string_view("\\`*_[]<>&#|~").find(c) != std::string_view::npos; }

std::string escaped_markdown(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_scheme = c == ':' && text.substr(i + 1, 2) == "//";  // GFM would make a link of it
    if (is_markup(c) || is_scheme) out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out;
}

// What would make a list or a heading of a line's first letters.
std::string guarded(std::string line) {
  const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  const bool number = digits > 0 && digits < line.size() && (line[digits] == '.' || line[digits] == ')');
  if (number) line.insert(digits, 1, '\\');
  else if (!line.empty() && (line[0] == '-' || line[0] == '+' || line[0] == '=')) line.insert(0, 1, '\\');
  return line;
}

// A fence longer than every run of backticks inside (CommonMark section 6.1); a cell's pipe needs its backslash even
// here.
std::string code(std::string_view text) {
  std::size_t longest = 0, run = 0;
  std::string inside;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
    if (c == '|') inside += '\\';
    inside += c;
  }
  const std::string fence(longest + 1, '`');
  const std::string_view space = longest > 0 ? " " : "";
  return fence + std::string(space) + inside + std::string(space) + fence;
}

// Nothing in a link's target ends it.
std::string target(std::string_view url) {
  constexpr std::string_view digits = "0123456789ABCDEF", ends = "()<>[]\\\"`|";
  std::string out;
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte != 0x7f && ends.find(c) == std::string_view::npos) {
      out += c;
      continue;
    }
    out.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return out;
}

std::string to_markdown(const piece& p) {
  if (p.code) return code(p.text);
  const std::string text = escaped_markdown(p.text);
  if (!p.url.empty()) return "[" + text + "](" + target(p.url) + ")";
  return p.strong ? "**" + text + "**" : text;
}

std::string to_markdown(const prose& text) {
  std::string out;
  for (const piece& p : text) out += to_markdown(p);
  return out;
}

std::string row_of(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += ' ' + cell + " |";
  return out + '\n';
}

std::string table_of(const block& b) {
  std::vector<std::string> cells;
  for (const std::string& column : b.columns) cells.push_back(escaped_markdown(column));
  std::string out = row_of(cells) + row_of(std::vector<std::string>(b.columns.size(), "---"));
  for (const std::vector<prose>& row : b.rows) {
    cells.clear();
    for (const prose& cell : row) cells.push_back(to_markdown(cell));
    out += row_of(cells);
  }
  return out;
}

std::string to_markdown(const block& b) {
  const std::string text = b.what == block::kind::table ? std::string{} : guarded(to_markdown(b.text));
  switch (b.what) {
    case block::kind::heading: return std::string(static_cast<std::size_t>(b.level), '#') + ' ' + text + '\n';
    case block::kind::note: return "> **" + text + "**\n";
    case block::kind::item: return "- " + text + '\n';
    case block::kind::table: return table_of(b);
    case block::kind::paragraph: break;
  }
  return text + '\n';
}

}  // namespace

std::string to_markdown(const document& text) {
  std::string out;
  bool was_item = false;
  for (const block& b : text) {
    const bool is_item = b.what == block::kind::item;
    if (!out.empty() && !(is_item && was_item)) out += '\n';
    out += to_markdown(b);
    was_item = is_item;
  }
  return out;
}

}  // namespace abide::detail
