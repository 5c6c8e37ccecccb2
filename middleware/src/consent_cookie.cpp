#include "consent_cookie.hpp"

namespace abide {
namespace {

std::string signed_text(std::string_view record_text, std::string_view host) {
  std::string text;
  text.reserve(record_text.size() + 1 + host.size());
  text.append(record_text).append(1, '~').append(host);
  return text;
}

}  // namespace

std::string consent_cookie_name(std::string_view name, bool secure) {
  return (secure ? "__Host-" : "") + std::string(name);
}

std::optional<record> read_consent_cookie(std::string_view value, std::string_view host, const keys& keys) {
  const std::size_t first = value.find('~');
  const std::size_t second = first == std::string_view::npos ? first : value.find('~', first + 1);
  if (second == std::string_view::npos || first > record_text_max) return {};
  const std::string_view text = value.substr(0, first);
  const std::string_view key_name = value.substr(first + 1, second - first - 1);
  if (!keys.verify(key_name, signed_text(text, host), value.substr(second + 1))) return {};
  return read_record(text);
}

std::string write_consent_cookie(std::string_view cookie_name, const record& r, std::string_view host,
                                 const keys& keys, bool secure, unsigned days) {
  char text[record_text_max];
  const std::string_view written(text, write_record(r, text));
  std::string field(cookie_name);
  field.append(1, '=').append(written).append(1, '~').append(keys.newest()).append(1, '~');
  field += keys.sign(signed_text(written, host));
  field += "; Max-Age=" + std::to_string(days * 86400u) + "; Path=/; HttpOnly; SameSite=Lax";
  if (secure) field += "; Secure";
  return field;
}

}  // namespace abide
