#include "tools/list_cells.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/ascii.hpp"
#include "policy/category_words.hpp"
#include "policy/shapes.hpp"
#include "tools/name_expression.hpp"

namespace abide::detail::cli {
namespace {

// Reads free text such as `example.com (3rd party) or www.site.example`: the first host in it, with all hosts below.
// Nothing if that host has other letters than ASCII, which no request has: without a host, the cookie would be
// anybody's.
std::optional<std::string> host_rule(std::string_view text) {
  std::string host;
  for (const char c : ascii_text::lower(text) + ' ') {
    if (ascii_text::is_alphanumeric(c) || c == '.' || c == '-' || static_cast<unsigned char>(c) >= 0x80) {
      host += c;
      continue;
    }
    while (!host.empty() && host.front() == '.') host.erase(0, 1);
    while (!host.empty() && host.back() == '.') host.pop_back();
    if (host.starts_with("www.")) host.erase(0, 4);
    const bool is_address = host.find_first_not_of("0123456789.") == host.npos;
    const bool is_ascii =
        std::all_of(host.begin(), host.end(), [](char each) { return static_cast<unsigned char>(each) < 0x80; });
    if (host.find('.') != host.npos && !is_ascii) return {};
    if (host.find('.') != host.npos && is_domain('.' + host)) return is_address ? host : '.' + host;
    host.clear();
  }
  return "";
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return std::string(ascii_text::trimmed(text));
}

/// Splits `_ga, _gid`: cookie names contain no comma and no semicolon, but expressions may (`^id[a-f]{4,8}$`).
std::vector<std::string> names_in(std::string_view cell) {
  const bool is_expression = is_name_expression(ascii_text::trimmed(cell));
  std::vector<std::string> names(1);
  int depth = 0;
  for (const char c : cell) {
    if (is_expression) depth += c == '[' || c == '{' || c == '(' ? 1 : c == ']' || c == '}' || c == ')' ? -1 : 0;
    if (depth <= 0 && (c == ',' || c == ';' || c == '\n')) names.emplace_back();
    else names.back() += c;
  }
  for (std::string& each : names) each = one_line(each);
  std::erase(names, "");
  return names;
}

/// Whether a word may begin between two characters: `-X`, `SX`, `Sx`; not inside `max` or `MAX`.
bool begins_word(char before, char x) {
  if (!ascii_text::is_alphanumeric(before)) return true;
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return ascii_text::is_letter(before) && is_upper(before) != is_upper(x);
}

/// Where a word begins that is nothing but a run of x, as in `UA-XXXXX-1` and `TSxxxxxx`; npos: nowhere. In other words
/// the letters are part of the name: `_maxxxim`.
std::size_t find_run_of_x(std::string_view name) {
  constexpr std::size_t run_min = 3;
  for (std::size_t begin = 0; begin < name.size(); ++begin) {
    if (ascii_text::lower(name[begin]) != 'x') continue;
    const std::size_t end = std::min(name.find_first_not_of(name[begin], begin), name.size());
    const bool is_word = (begin == 0 || begins_word(name[begin - 1], name[begin])) &&
                         (end == name.size() || !ascii_text::is_alphanumeric(name[end]));
    if (is_word && end - begin >= run_min) return begin;
    begin = end - 1;
  }
  return name.npos;
}

/// Where `<site>` or `{site}` begins; npos: nowhere. A bracket that nothing closes is a character of the name.
std::size_t find_bracket(std::string_view name, char open, char close) {
  const std::size_t begin = name.find(open);
  return begin != name.npos && name.find(close, begin) != name.npos ? begin : name.npos;
}

/// Where a placeholder for any text begins: `_ga_#`, `_hjSession_<site>`, `_gat_UA-` followed by a run of x.
std::size_t find_stand_in(std::string_view name) {
  return std::min({name.find('#'), find_bracket(name, '<', '>'), find_bracket(name, '{', '}'), find_run_of_x(name)});
}

/// The patterns for a name that is an expression or has a placeholder. The name stays as written if its pattern would
/// match every cookie or none, because such a pattern classifies nothing.
std::vector<std::string> patterns_of(const std::string& name) {
  std::vector<std::string> made;
  if (is_name_expression(name)) made = names_of_expression(name);
  if (made.empty()) made.push_back(name);
  for (std::string& each : made)
    if (const std::size_t any = find_stand_in(each); any != each.npos && any > 0) each = each.substr(0, any) + '*';
  return made;
}

/// The names and patterns in a cell.
std::vector<std::string> cookies_in(std::string_view cell) {
  std::vector<std::string> made;
  for (const std::string& name : names_in(cell))
    for (std::string& each : patterns_of(name)) made.push_back(std::move(each));
  return made;
}

bool is_among(std::string_view words, std::string_view word) {
  const std::string wanted = ' ' + ascii_text::lower(ascii_text::trimmed(word)) + ' ';
  return wanted.size() > 2 && words.find(wanted) != words.npos;
}

bool is_yes(std::string_view word) { return is_among(" 1 true yes y x sold shared sells shares ", word); }
bool is_no(std::string_view word) { return is_among(" 0 false no n unsold unshared ", word); }

}  // namespace

std::string plain_heading(std::string_view text) {
  std::string made;
  for (const char c : text)
    if (ascii_text::is_alphanumeric(c)) made += ascii_text::lower(c);
  return made;
}

std::string cell_of(const cells& from, column wanted) {
  for (const known_heading& each : known_headings) {
    if (each.is != wanted) continue;
    const auto at = from.find(plain_heading(each.heading));
    if (at != from.end() && !at->second.empty()) return at->second;
  }
  return {};
}

bool has_column(const cells& from, column wanted) {
  return std::any_of(std::begin(known_headings), std::end(known_headings), [&](const known_heading& each) {
    return each.is == wanted && from.count(plain_heading(each.heading)) > 0;
  });
}

std::string category_word_of(const cells& from) {
  // Some lists name the category `purpose`, which is a text in others.
  for (const column each : {column::category, column::group, column::purpose})
    if (std::string word = cell_of(from, each); category_meant(word)) return word;
  if (const auto purpose = from.find("purpose"); purpose != from.end() && category_meant(purpose->second))
    return purpose->second;
  return cell_of(from, column::category);
}

void add_cookies(cookie_list& list, const cells& from, std::size_t line) {
  std::vector<std::string> names = cookies_in(cell_of(from, column::name));
  if (names.empty()) {
    ++list.nameless;
    return;
  }
  const std::string category = category_word_of(from);
  const auto meant = category_meant(category);
  const bool is_wildcard = is_yes(cell_of(from, column::wildcard));
  const std::string shared = cell_of(from, column::shared);
  const std::optional<std::string> host = host_rule(cell_of(from, column::host));
  for (std::string& name : names) {
    if (is_wildcard && name.find('*') == name.npos) name += '*';
    if (name == "*") {
      ++list.nameless;
      continue;
    }
    if (!meant) {
      list.unknown[category].push_back(name);
      continue;
    }
    if (!host) {
      list.odd_hosts.push_back(name + ": " + one_line(cell_of(from, column::host)));
      continue;
    }
    listed_cookie made;
    catalog_row& row = made.row;
    row.name = name;
    row.host = *host;
    row.vendor = one_line(cell_of(from, column::vendor));
    row.lifetime = one_line(cell_of(from, column::lifetime));
    row.category = *meant;
    made.says_shared = is_yes(shared) || is_no(shared);
    if (!made.says_shared && !ascii_text::trimmed(shared).empty())
      list.odd_shares.push_back(name + ": " + one_line(shared));
    row.shared = made.says_shared ? is_yes(shared) : *meant == category::targeting;
    row.confidence = 70;
    row.source = "import";
    row.line = line;
    made.purpose = one_line(cell_of(from, column::purpose));
    made.vendor_policy = one_line(cell_of(from, column::policy));
    list.cookies.push_back(std::move(made));
  }
}

}  // namespace abide::detail::cli
