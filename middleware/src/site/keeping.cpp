#include "site/keeping.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.hpp"
#include "pages/template.hpp"
#include "site/consent_cookie.hpp"
#include "site/consent_reading.hpp"
#include "site/post.hpp"

namespace abide::detail {
namespace {

constexpr std::int64_t seconds_kept = 300;  // seconds; a redirect is followed at once
constexpr std::size_t location_max = 1024;

/// The whole record if it has no grants; otherwise its refusals only, and the visitor is asked again for the rest.
std::optional<record> refusals_in(const record& r) {
  const std::optional<record> refused = read_refusals(text_of(r));
  return refused && !allows_any(r) ? r : refused;
}

// Not the form of a consent cookie's text, so that neither can pass for the other.
std::string signed_text(const exchange& v, std::string_view until, std::string_view said, std::string_view where_to) {
  std::string text = "abide-kept-1\n";
  text.append(v.secure ? "https\n" : "http\n").append(v.host.view()).append("\n");
  return text.append(until).append("\n").append(said).append("\n").append(where_to);
}

std::string address_of(const exchange& v, const record& refused, std::string_view where_to) {
  const std::string until = std::to_string(v.now + seconds_kept), said = text_of(refused);
  const keys& by = v.site->signing;
  std::string address(consent_path_of(v));
  address.append("/kept?").append(until).append("~").append(said).append("~").append(by.newest()).append("~");
  return address.append(by.sign(signed_text(v, until, said, where_to))).append("~").append(url_encoded(where_to));
}

// 307 and 308 repeat a form post, which would have to pass through Abide's address too.
bool may_lead_over(const exchange& v, unsigned status) noexcept {
  return status == 301 || status == 302 || status == 303 ||
         ((status == 307 || status == 308) && (v.is_get || v.is_head));
}

bool is_absolute(std::string_view location) noexcept {
  return location.starts_with('/') || location.starts_with("https://") || location.starts_with("http://");
}

/// The address as the browser will read it (RFC 3986 section 5.2.2; browsers remove `..` themselves). A relative path
/// stays as it is if the target of the request is not known.
std::string resolved(const exchange& v, std::string_view location) {
  const std::string_view target = v.target.view().empty() ? std::string_view(v.posted_to) : v.target.view();
  const bool has_scheme = location.substr(0, location.find_first_of("/?#")).find(':') != std::string_view::npos;
  if (target.empty() || location.empty() || is_absolute(location) || has_scheme || location.front() == '#')
    return std::string(location);
  const std::string_view path = target.substr(0, target.find('?'));
  const std::string_view base = location.front() == '?' ? path : path.substr(0, path.rfind('/') + 1);
  return std::string(base).append(location);
}

bool lead_over(const exchange& v, const record& refused, header_section& response) {
  const std::string location = resolved(v, response.first("Location"));
  if (!is_absolute(location) || location.size() > location_max) return false;
  const std::size_t end = std::min(location.find('#'), location.size());
  std::string address = address_of(v, refused, std::string_view(location).substr(0, end));
  response.replace("Location", address.append(location, end));  // browsers do not send the fragment
  return true;
}

std::string_view query_of(std::string_view target) noexcept {
  ascii_text::take_until(target, '?');
  return target;
}

std::int64_t number_in(std::string_view text) noexcept {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

bool keep_refusal(const exchange& v, unsigned status, header_section& response) {
  const std::optional<record> refused = v.chosen ? refusals_in(*v.chosen) : std::nullopt;
  if (!refused) return false;
  if (status >= 300 && status < 400) return may_lead_over(v, status) && lead_over(v, *refused, response);
  if (!is_html(response.first("Content-Type"))) return false;
  response.add("Link", std::string("<").append(address_of(v, *refused, {})).append(">; rel=preload; as=style"));
  return true;
}

std::optional<kept_refusal> read_kept(const exchange& v, std::string_view target) {
  std::string_view rest = query_of(target);
  std::array<std::string_view, 4> parts;
  for (std::string_view& part : parts) part = ascii_text::take_until(rest, '~');
  const auto& [until, said, key_name, signature] = parts;
  kept_refusal kept;
  kept.where_to = url_decoded(rest);
  const std::optional<record> read = parse_record(said);
  if (!read || !v.site->signing.verify(key_name, signed_text(v, until, said, kept.where_to), signature)) {
    kept.is_late = true;  // the key is gone or another process's: no error page for that
    return local_path(kept.where_to) == kept.where_to ? std::optional(kept) : std::nullopt;
  }
  kept.record = *read;
  kept.is_late = v.now > number_in(until);
  return kept;
}

}  // namespace abide::detail
