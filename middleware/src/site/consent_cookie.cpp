#include "site/consent_cookie.hpp"

namespace abide::detail {
namespace {

constexpr std::size_t subject_size_max = 64;

std::string signed_text(std::string_view said, std::string_view host) {
  std::string text;
  text.reserve(said.size() + 1 + host.size());
  text.append(said).append(1, '~').append(host);
  return text;
}

}  // namespace

std::optional<signed_choice> read_consent_cookie(std::string_view value, std::string_view host, const keys& keys) {
  const std::size_t signature = value.rfind('~');
  if (signature == std::string_view::npos || signature == 0) return {};
  const std::size_t key = value.rfind('~', signature - 1);
  const std::size_t subject = value.find('~');
  if (key == std::string_view::npos || subject >= key || subject > record_text_max) return {};
  if (key - subject - 1 > subject_size_max) return {};
  const std::string_view said = value.substr(0, key);
  const std::string_view key_name = value.substr(key + 1, signature - key - 1);
  if (!keys.verify(key_name, signed_text(said, host), value.substr(signature + 1))) return {};
  const auto read = read_record(said.substr(0, subject));
  if (!read) return {};
  return signed_choice{*read, std::string(said.substr(subject + 1))};
}

std::string write_consent_cookie(std::string_view cookie_name, const signed_choice& choice, std::string_view host,
                                 const keys& keys, bool secure, unsigned days) {
  char text[record_text_max];
  std::string said(text, write_record(choice.record, text));
  said.append(1, '~').append(choice.subject);
  std::string field(cookie_name);
  field.append(1, '=').append(said).append(1, '~').append(keys.newest()).append(1, '~');
  field += keys.sign(signed_text(said, host));
  field += "; Max-Age=" + std::to_string(days * 86400u) + "; Path=/; HttpOnly; SameSite=Lax";
  if (secure) field += "; Secure";
  return field;
}

}  // namespace abide::detail
