#include "tools/name_expression.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace abide::detail::cli {
namespace {

constexpr std::size_t names_max = 16, text_max = 256;  // no known list needs more

/// The expression without its slashes and flags.
std::string_view inside_slashes(std::string_view text) noexcept {
  if (!text.starts_with('/')) return text;
  const std::size_t end = text.rfind('/');
  return end == 0 ? std::string_view{} : text.substr(1, end - 1);
}

/// Splits at each `|` outside groups and sets.
std::vector<std::string_view> alternatives_of(std::string_view text) {
  std::vector<std::string_view> made;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') ++i;
    else if (c == '(' || c == '[') ++depth;
    else if (c == ')' || c == ']') --depth;
    else if (c == '|' && depth == 0) {
      made.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  made.push_back(text.substr(begin));
  return made;
}

/// The offset of the `)` that closes the group at the beginning; npos: there is none.
std::size_t end_of_group(std::string_view text) noexcept {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    else if (text[i] == '(') ++depth;
    else if (text[i] == ')' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

bool is_quantifier(char c) noexcept { return c == '?' || c == '*' || c == '+' || c == '{'; }

/// The literal text at the beginning, followed by `*` if more may come. It ends at a group. Empty: there is none.
std::string beginning_of(std::string_view text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_escaped = c == '\\' && i + 1 < text.size() && !ascii_text::is_alphanumeric(text[i + 1]);
    if (c == '$' && i + 1 == text.size()) return made;
    if (!is_escaped && std::string_view(".[](){}*+?|\\^$").find(c) != std::string_view::npos) {
      if (is_quantifier(c) && c != '+' && !made.empty()) made.pop_back();  // the last character is optional
      break;
    }
    made += is_escaped ? text[++i] : c;
  }
  return made.empty() ? made : made + '*';
}

void add_names(std::string text, std::vector<std::string>& names) {
  if (names.size() == names_max) return;
  if (text.starts_with('^')) text.erase(0, 1);
  const std::size_t end = text.starts_with('(') ? end_of_group(text) : text.npos;
  if (end == text.npos || (end + 1 < text.size() && is_quantifier(text[end + 1]))) {
    names.push_back(beginning_of(text));
    return;
  }
  std::string_view group = std::string_view(text).substr(1, end - 1);
  if (group.starts_with("?:")) group.remove_prefix(2);
  for (const std::string_view each : alternatives_of(group)) add_names(std::string(each) + text.substr(end + 1), names);
}

}  // namespace

bool is_name_expression(std::string_view text) noexcept {
  return text.size() <= text_max && inside_slashes(text).starts_with('^');
}

std::vector<std::string> names_of_expression(std::string_view text) {
  std::vector<std::string> names;
  for (const std::string_view each : alternatives_of(inside_slashes(text))) add_names(std::string(each), names);
  const bool says_nothing = std::any_of(names.begin(), names.end(), [](const std::string& each) {
    return each.empty() || each.find('*') < each.size() - 1;
  });
  return says_nothing ? std::vector<std::string>{} : names;
}

}  // namespace abide::detail::cli
