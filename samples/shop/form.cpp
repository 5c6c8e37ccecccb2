#include "form.hpp"

namespace firwick {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Removes the part before the separator and returns it.
std::string_view next(std::string_view& rest, char separator) {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

}  // namespace

fields form_fields(std::string_view encoded) {
  fields out;
  while (!encoded.empty()) {
    auto pair = next(encoded, '&');
    const auto name = next(pair, '=');
    if (!name.empty()) out.emplace(decoded(name), decoded(pair));
  }
  return out;
}

std::string_view value_of(const fields& all, std::string_view name) {
  const auto found = all.find(name);
  return found == all.end() ? std::string_view{} : std::string_view{found->second};
}

std::optional<std::string> cookie_of(const request& asked, std::string_view name) {
  const auto [first, last] = asked.equal_range(http::field::cookie);
  for (auto field = first; field != last; ++field) {
    std::string_view rest{field->value().data(), field->value().size()};
    while (!rest.empty()) {
      auto pair = trimmed(next(rest, ';'));
      if (trimmed(next(pair, '=')) == name) return std::string(trimmed(pair));
    }
  }
  return std::nullopt;
}

void set_cookie(response& answer, const cookie& wanted, bool secure) {
  std::string field{wanted.name};
  field += '=' + (wanted.max_age < 0 ? std::string{} : wanted.value) + "; Path=/";
  if (wanted.max_age != 0) field += "; Max-Age=" + std::to_string(std::max(0L, wanted.max_age));
  if (wanted.http_only) field += "; HttpOnly";
  if (secure) field += "; Secure";
  answer.insert(http::field::set_cookie, field + "; SameSite=Lax");
}

}  // namespace firwick
