#include "site/consent_cookie.hpp"

#include <array>

#include "base/time.hpp"

namespace abide::detail {
namespace {

constexpr std::size_t subject_size_max = 64;

/// The parts of a value between its tildes.
struct parts {
  std::array<std::string_view, 6> at;
  std::size_t count = 0;
};

parts parts_of(std::string_view value) noexcept {
  parts found;
  if (value.size() > consent_value_max) return found;
  for (std::size_t start = 0; found.count < found.at.size();) {
    const std::size_t end = value.find('~', start);
    found.at[found.count++] = value.substr(start, end == std::string_view::npos ? end : end - start);
    if (end == std::string_view::npos) return found;
    start = end + 1;
  }
  return {};  // more tildes than any form has
}

std::optional<std::int64_t> read_number(std::string_view text, std::size_t digits_max) noexcept {
  if (text.empty() || text.size() > digits_max || (text.size() > 1 && text.front() == '0')) return {};
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    value = value * 10 + (c - '0');
  }
  return value;
}

// No part contains a line feed: HTTP field values cannot.
std::string signed_text(std::string_view said, const cookie_realm& realm) {
  std::string text;
  text.reserve(48 + said.size() + realm.host.size());
  text.append("abide-choice-2\n").append(realm.secure ? "https\n" : "http\n");
  text.append(realm.is_domain ? "domain\n" : "host\n").append(realm.host).append("\n").append(said);
  return text;
}

// Only tildes separate its parts, so it is accepted only for hosts without a tilde.
std::optional<signed_choice> read_first_form(std::string_view value, const parts& p, const cookie_realm& realm,
                                             const keys& keys) {
  if (realm.is_domain || realm.host.find('~') != std::string_view::npos) return {};
  std::string text(value.substr(0, p.at[0].size() + 1 + p.at[1].size()));
  text.append(1, '~').append(realm.host);
  if (!keys.verify(p.at[2], text, p.at[3])) return {};
  const auto read = parse_record(p.at[0]);
  if (!read) return {};
  return signed_choice{*read, std::string(p.at[1]), 0, 0, false};
}

// The choices of a truncated record are complete if the dot behind them is there: "1.nddd."
std::optional<record> read_whole_or_cut(std::string_view text) {
  constexpr std::size_t choices_size = 7;
  if (const auto whole = parse_record(text)) return whole;
  if (text.size() < choices_size) return {};
  return parse_record(std::string(text.substr(0, choices_size)).append("0.0.0.."));
}

// When a cookie jar is full, Chromium removes cookies of high priority last. Other browsers ignore the attribute.
std::string attributes(const cookie_realm& realm, bool is_readable) {
  std::string text =
      is_readable ? "; Path=/; SameSite=Lax; Priority=High" : "; Path=/; HttpOnly; SameSite=Lax; Priority=High";
  if (realm.secure) text += "; Secure";
  if (realm.is_domain) text.append("; Domain=").append(realm.host);
  return text;
}

std::string field_of(std::string_view name, std::string_view value, const cookie_realm& realm, unsigned days,
                     bool is_readable = false) {
  std::string field(name);
  field.append(1, '=').append(value).append("; Max-Age=").append(std::to_string(days * seconds_a_day));
  return field.append(attributes(realm, is_readable));
}

}  // namespace

std::string text_of(const record& r) {
  char text[record_text_max];
  return {text, write_record(r, text)};
}

std::optional<signed_choice> read_consent_cookie(std::string_view value, const cookie_realm& realm, const keys& keys) {
  if (value.size() > consent_value_max) return {};
  const parts p = parts_of(value);
  if (p.count < 4 || p.at[1].size() > subject_size_max) return {};
  if (p.count == 4) return read_first_form(value, p, realm, keys);
  if (p.count != 6) return {};
  const std::string_view said = value.substr(0, value.size() - p.at[4].size() - p.at[5].size() - 2);
  if (!keys.verify(p.at[4], signed_text(said, realm), p.at[5])) return {};
  const auto read = parse_record(p.at[0]);
  const auto serial = read_number(p.at[2], 15), written = read_number(p.at[3], 12);
  if (!read || !serial || !written) return {};
  return signed_choice{*read, std::string(p.at[1]), *serial, *written, p.at[4] == keys.newest()};
}

std::optional<record> read_refusals(std::string_view value) {
  if (value.starts_with('"')) value.remove_prefix(1);
  const std::string_view text = value.substr(0, value.find('~'));
  const auto read = text.size() > record_text_max ? std::nullopt : read_whole_or_cut(text);
  if (!read) return {};
  record refused;
  bool refuses = read->sticky_since.has_value();
  for (std::size_t i = 1; i < refused.choices.size(); ++i) {
    if (read->choices[i] != choice::denied) continue;
    refused.choices[i] = choice::denied;
    refuses = true;
  }
  refused.sticky_since = read->sticky_since;
  refused.source = read->source;
  return refuses ? std::optional(refused) : std::nullopt;
}

std::int64_t read_written(std::string_view value) {
  const std::size_t tilde = value.find('~');
  return tilde == std::string_view::npos ? 0 : read_number(value.substr(tilde + 1), 12).value_or(0);
}

std::string write_consent_cookie(std::string_view cookie_name, const signed_choice& choice, const cookie_realm& realm,
                                 const keys& keys, unsigned days) {
  std::string value = text_of(choice.record);
  value.append(1, '~').append(choice.subject).append(1, '~').append(std::to_string(choice.serial));
  value.append(1, '~').append(std::to_string(choice.written));
  const std::string signature = keys.sign(signed_text(value, realm));
  value.append(1, '~').append(keys.newest()).append(1, '~').append(signature);
  return field_of(cookie_name, value, realm, days);
}

std::string write_signal_cookie(std::string_view cookie_name, std::int64_t since, source from, std::int64_t written,
                                const cookie_realm& realm, unsigned days) {
  record r;
  r.sticky_since = since;
  r.source = from;
  return field_of(cookie_name, text_of(r) + '~' + std::to_string(written), realm, days);
}

std::string write_readable_cookie(std::string_view cookie_name, std::string_view value, const cookie_realm& realm,
                                  unsigned days) {
  return field_of(cookie_name, value, realm, days, true);
}

std::string end_of_cookie(std::string_view cookie_name, const cookie_realm& realm) {
  return field_of(cookie_name, {}, realm, 0);
}

}  // namespace abide::detail
