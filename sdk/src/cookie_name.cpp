#include "cookie_name.hpp"

#include "ascii.hpp"

namespace abide::detail::cookie_name {
namespace {

int hex_value(char c) noexcept {
  if (ascii::is_digit(c)) return c - '0';
  const char low = ascii::lower(c);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

// Prefixes of rfc6265bis section 4.1.3, the longest first.
constexpr std::array<std::string_view, 4> prefixes{{"__host-http-", "__host-", "__http-", "__secure-"}};

std::string_view without_prefix(std::string_view name) noexcept {
  if (!ascii::starts_with(name, "__")) return name;
  for (const std::string_view prefix : prefixes)
    if (ascii::starts_with_same(name, prefix)) return ascii::part(name, prefix.size());
  return name;
}

// Whether the name has no capital, no escape and no prefix.
bool is_normal(std::string_view name) noexcept {
  for (const char c : name)
    if ((c >= 'A' && c <= 'Z') || c == '%') return false;
  return without_prefix(name).size() == name.size();
}

bool separates(char c) noexcept {
  return c == '-' || c == '_' || c == '.' || c == ':' || c == '!' || c == ' ' || c == '/';
}

bool is_letter(char c) noexcept { return c >= 'a' && c <= 'z'; }

// Where the last part without separators begins.
std::size_t last_part(std::string_view text) noexcept {
  std::size_t at = text.size();
  while (at > 0 && !separates(text[at - 1])) --at;
  return at;
}

bool is_placeholder(std::string_view part) noexcept {
  const char first = part.front(), last = part.back();
  if (first == '<' || first == '{' || first == '[' || first == '#' || first == '*') return true;
  if (last == '>' || last == '}' || last == ']' || last == '#' || last == '*') return true;
  for (const char c : part)
    if (c != 'x') return false;
  return part.size() >= 2;
}

// Whether the part is all digits, or mixes digits and letters like a hash, UUID or identifier.
bool is_random(std::string_view part) noexcept {
  std::size_t digits = 0, letters = 0, hex = 0;
  for (const char c : part) {
    digits += ascii::is_digit(c);
    letters += is_letter(c);
    hex += hex_value(c) >= 0;
  }
  if (digits == part.size()) return true;
  if (digits + letters != part.size() || digits == 0) return false;
  return (hex == part.size() && part.size() >= 6) || (part.size() >= 8 && digits >= 3);
}

}  // namespace

normal::normal(std::string_view name) noexcept : text_(name) {
  if (is_normal(name)) return;
  name = without_prefix(name);
  std::size_t size = 0;
  for (std::size_t i = 0; i < name.size() && size < size_max; ++i) {
    char c = name[i];
    if (c == '%' && i + 2 < name.size() && hex_value(name[i + 1]) >= 0 && hex_value(name[i + 2]) >= 0) {
      c = static_cast<char>(hex_value(name[i + 1]) * 16 + hex_value(name[i + 2]));
      i += 2;
    }
    copy_[size++] = ascii::lower(c);
  }
  text_ = {copy_.data(), size};
}

std::string_view normal::stem() const noexcept {
  std::string_view left = text();
  for (bool cut = true; cut && !left.empty();) {
    cut = false;
    const std::size_t at = last_part(left);
    const std::string_view part = ascii::part(left, at);
    if (part.empty()) {
      left = ascii::part(left, 0, at - 1);
      cut = true;
    } else if (at > 0 && (is_random(part) || is_placeholder(part))) {
      left = ascii::part(left, 0, at - 1);
      cut = true;
    }
  }
  if (left.size() < text().size()) return left;
  // A number without a separator before it: `session123`.
  while (!left.empty() && ascii::is_digit(left.back())) left.remove_suffix(1);
  return left;
}

}  // namespace abide::detail::cookie_name
