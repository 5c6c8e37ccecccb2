#include "site/reading.hpp"

#include "abide/cookie.hpp"
#include "base/ascii.hpp"
#include "place/forwarded.hpp"
#include "site/backend_name.hpp"
#include "site/cdn_fields.hpp"

namespace abide::detail {
namespace {

/// The last media type of a list, which browsers use: proxies join the values of two servers. Empty: the list has none.
std::string_view last_media_type(std::string_view list) noexcept {
  std::string_view last;
  while (!list.empty()) {
    const std::string_view each = ascii_text::trimmed(ascii_text::take_until(list, ','));
    if (each.find('/') != std::string_view::npos && !each.starts_with("*/*")) last = each;
  }
  return last;
}

void read_type(std::string_view value, response_facts& facts) noexcept {
  const std::string_view type =
      value.find(',') == std::string_view::npos && facts.content_type.empty() ? value : last_media_type(value);
  if (!type.empty()) facts.content_type = type;
}

/// Whether Vary names Abide's own request field: the application's answer depends on the decision.
[[gnu::noinline]] bool names_decision(std::string_view vary) noexcept {
  while (!vary.empty())
    if (is_backend_field(ascii_text::trimmed(ascii_text::take_until(vary, ',')))) return true;
  return false;
}

void read_vary(std::string_view value, response_facts& facts) noexcept {
  ++facts.varies;
  if (value.size() >= backend_field_name.size()) facts.follows_decision |= names_decision(value);
}

// Separate from read_field, so that common fields cost no more.
[[gnu::noinline]] void read_rare_field(std::string_view name, response_facts& facts) noexcept {
  facts.has_cdn_control |= is_cdn_field(name);
  facts.has_validators |= is_validator(name);
}

// Compares only names of the same length. A name that matches is not compared with the rare ones.
void read_field(std::string_view name, std::string_view value, response_facts& facts) {
  switch (name.size()) {
    case 4:
      if (is_field<"Vary">(name)) return read_vary(value, facts);
      if (is_field<"Date">(name)) return void(facts.date = value);
      break;
    case 7:
      if (is_field<"Expires">(name)) return void(facts.has_expires = true);
      break;
    case 8:
      if (!is_field<"Location">(name)) break;
      if (facts.location.empty()) facts.location = value;
      return;
    case 10:
      if (is_field<"Set-Cookie">(name)) return void(facts.sets_cookies = true);
      break;
    case 12:
      if (is_field<"Content-Type">(name)) return read_type(value, facts);
      break;
    case 13:
      if (is_field<"Cache-Control">(name)) return void(++facts.cache_controls);
      break;
    case 14:
      if (is_field<"Content-Length">(name)) return;
      break;
    case 15:
      if (!is_field<"Clear-Site-Data">(name)) break;
      facts.clears_cookies |= clears_cookies(value);
      return;
    case 16:
      if (!is_field<"Content-Encoding">(name)) break;
      if (facts.content_encoding.empty() || is_field<"identity">(facts.content_encoding))
        facts.content_encoding = value;
      return;
    case 19:
      if (!is_field<"Content-Disposition">(name)) break;
      if (facts.disposition.empty()) facts.disposition = value;
      return;
    case 22:
      if (!is_field<"X-Content-Type-Options">(name)) break;
      if (facts.type_options.empty()) facts.type_options = value;
      return;
    case 23:
      if (is_field<"Content-Security-Policy">(name)) return void(facts.has_content_policy = true);
      break;
    case 35:
      if (is_field<"Content-Security-Policy-Report-Only">(name)) return void(facts.has_content_policy = true);
      break;
    default: break;
  }
  read_rare_field(name, facts);
}

// By the first letter, or by the length of Abide's own field name or CloudFront's: DNT, Fastly-SSL, Forwarded,
// Front-End-Https, HX-Request, If-, Purpose, Range, Sec-, Transfer-Encoding, Turbo-Frame, Wicket-Ajax, X-.
bool may_be_rare(std::string_view name) noexcept {
  constexpr std::uint32_t letters = [] {
    std::uint32_t bits = 0;
    for (const char c : {'d', 'f', 'h', 'i', 'p', 'r', 's', 't', 'w', 'x'}) bits |= std::uint32_t{1} << (c - 'a');
    return bits;
  }();
  const unsigned letter = name.empty() ? 31u : static_cast<unsigned>((name.front() | 0x20) - 'a');
  return (letter < 26 && (letters >> letter & 1) != 0) || name.size() == backend_field_name.size() ||
         name.size() == detail::cloudfront_proto.size();
}

/// Whether the field says that the page may never be shown, or later: with the words of the standard (Fetch
/// section 3.6), of older Firefox (X-Moz) and of Safari's previews.
bool is_of_prefetch(std::string_view name, std::string_view value) noexcept {
  const bool is_meant = is_field<"Purpose">(name) || is_field<"Sec-Purpose">(name) || is_field<"X-Moz">(name) ||
                        is_field<"X-Purpose">(name);
  if (!is_meant) return false;
  return value.find("prefetch") != value.npos || value.find("prerender") != value.npos || value == "preview";
}

// Fields that few requests have. Out of line, so that other requests do not pay for them.
[[gnu::noinline]] void read_rare_field(std::string_view name, std::string_view value, header_facts& facts,
                                       joined_values joined) {
  if (is_field<"Sec-GPC">(name) || is_field<"DNT">(name)) return read_signal(name, value, facts.seen, joined);
  facts.prefetch |= is_of_prefetch(name, value);
  facts.is_conditional |= is_field<"If-None-Match">(name) || is_field<"If-Modified-Since">(name);
  facts.has_range |= is_field<"Range">(name);
  facts.names_backend |= is_backend_field(name);
  facts.is_chunked |= is_field<"Transfer-Encoding">(name);
  facts.page.is_of_script |= detail::is_mark_of_script(name, value);
  facts.page.is_of_composer |= is_field<"Surrogate-Capability">(name);
  facts.forwarded |= detail::is_forwarded_field(name);
}

// Several Accept fields are one list (RFC 9110 section 5.3). Only whether it names HTML matters. Out of line like the
// other rare fields.
[[gnu::noinline]] void read_another_accept(std::string_view value, header_facts& facts) noexcept {
  if (value.find("text/html") != std::string_view::npos) facts.page.accept = value;
}

// Folds one field into the facts. Compares only names of the same length, because most fields match none.
void read_field(std::string_view name, std::string_view value, header_facts& facts, joined_values joined) {
  switch (name.size()) {
    case 4:
      if (is_field<"Host">(name) && facts.hosts++ == 0) facts.host = value;
      return;
    case 6:
      if (is_field<"Accept">(name)) {
        if (!facts.page.accept.empty()) return read_another_accept(value, facts);
        return void(facts.page.accept = value);
      }
      if (!is_field<"Cookie">(name)) break;
      if (facts.cookie_fields == 0) facts.cookie = value;
      facts.cookie_bytes += value.size() + 2;
      ++facts.cookie_fields;
      return;
    case 7:
      if (is_field<"Referer">(name)) return;
      break;
    case 14:
      if (is_field<"Sec-Fetch-Dest">(name)) facts.page.dest = value;
      else if (is_field<"Sec-Fetch-Mode">(name)) facts.page.mode = value;
      else if (!is_field<"Sec-Fetch-Site">(name) && !is_field<"Sec-Fetch-User">(name)) break;
      return;
    default: break;
  }
  if (may_be_rare(name)) read_rare_field(name, value, facts, joined);
}

}  // namespace

bool clears_cookies(std::string_view clear_site_data) noexcept {
  while (!clear_site_data.empty()) {
    const std::string_view each = ascii_text::trimmed(ascii_text::take_until(clear_site_data, ','));
    if (each == "\"cookies\"" || each == "\"*\"") return true;
  }
  return false;
}

response_facts read_response(const header_section& response) {
  response_facts facts;
  for_each_field(response, [&](std::string_view name, std::string_view value) { read_field(name, value, facts); });
  return facts;
}

header_facts read_request(const header_section& request, joined_values joined) {
  header_facts facts;
  for_each_field(request,
                 [&](std::string_view name, std::string_view value) { read_field(name, value, facts, joined); });
  return facts;
}

}  // namespace abide::detail
