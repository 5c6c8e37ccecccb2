#include "html/charset.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/field_name.hpp"

namespace abide::detail {
namespace {

using ascii_text::same, ascii_text::take_until, ascii_text::trimmed;

constexpr std::string_view blank = " \t\n\f\r";

bool starts_with(std::string_view text, std::string_view beginning) noexcept {
  return text.size() >= beginning.size() && same(text.substr(0, beginning.size()), beginning);
}

void skip_blank(std::string_view& text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(blank), text.size()));
}

bool is_name(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return ascii_text::is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == ':';
  });
}

}  // namespace

bool is_ascii_compatible(std::string_view charset) noexcept {
  static constexpr std::string_view odd[]{"utf-16",   "utf16",     "utf-32",    "utf32",    "utf-7",     "ucs-",
                                          "unicodef", "iso-10646", "csunicode", "iso-2022", "csiso2022", "hz-gb"};
  if (charset.empty() || is_field<"utf-8">(charset)) return true;  // nearly all pages
  if (same(charset, "unicode") || same(charset, "replacement")) return false;
  return std::none_of(std::begin(odd), std::end(odd),
                      [&](std::string_view each) { return starts_with(charset, each); });
}

std::string_view charset_of(std::string_view type) noexcept {
  take_until(type, ';');
  while (!type.empty()) {
    std::string_view parameter = take_until(type, ';');
    if (!is_field<"charset">(trimmed(take_until(parameter, '=')))) continue;
    parameter = trimmed(parameter);
    if (parameter.size() >= 2 && parameter.front() == '"' && parameter.back() == '"')
      parameter = trimmed(parameter.substr(1, parameter.size() - 2));
    return parameter;
  }
  return {};
}

// WHATWG HTML section 2.5.5.
std::string_view charset_in_meta(std::string_view content) noexcept {
  constexpr std::string_view word = "charset";
  for (; content.size() > word.size(); content.remove_prefix(1)) {
    if (!starts_with(content, word)) continue;
    std::string_view value = content.substr(word.size());
    skip_blank(value);
    if (value.empty() || value.front() != '=') continue;
    value.remove_prefix(1);
    skip_blank(value);
    if (value.empty()) return {};
    if (value.front() != '"' && value.front() != '\'') return value.substr(0, value.find_first_of(" \t\n\f\r;"));
    const std::size_t end = value.find(value.front(), 1);
    return end == std::string_view::npos ? std::string_view{} : value.substr(1, end - 1);
  }
  return {};
}

std::string_view charset_by_meta(std::string_view name) noexcept {
  name.remove_prefix(std::min(name.find_first_not_of(blank), name.size()));
  name = name.substr(0, name.find_last_not_of(blank) + 1);
  if (!is_name(name) || starts_with(name, "utf-32") || starts_with(name, "utf-7")) return {};
  if (same(name, "x-user-defined")) return "windows-1252";
  const bool is_stateful =
      starts_with(name, "iso-2022") || starts_with(name, "csiso2022") || starts_with(name, "hz-gb");
  return is_stateful || is_ascii_compatible(name) ? name : "utf-8";
}

}  // namespace abide::detail
