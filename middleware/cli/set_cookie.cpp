#include <string>

#include "abide/cookie.hpp"
#include "base/ascii.hpp"
#include "base/cookie_domain.hpp"
#include "base/time.hpp"
#include "command.hpp"
#include "lines.hpp"
#include "members.hpp"
#include "web_url.hpp"

namespace abide::detail::cli {
namespace {

using nlohmann::ordered_json;

ordered_json text_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return text;
}

ordered_json time_or_null(const std::optional<std::int64_t>& time) {
  if (!time) return nullptr;
  return time_text(*time);
}

ordered_json same_site_or_null(same_site value) {
  switch (value) {
    case same_site::none: return "none";
    case same_site::lax: return "lax";
    case same_site::strict: return "strict";
    case same_site::unset: break;
  }
  return nullptr;
}

// A public suffix may set a cookie for itself, but not share it with the hosts below it (rfc6265bis section 5.7).
std::string_view settle_public_suffix(const web_url& url, std::string& domain) {
  if (domain.empty() || !is_public_suffix(domain)) return {};
  if (domain != url.host) return "Domain is a public suffix";
  domain.clear();
  return {};
}

std::string_view member_text(const nlohmann::json& line, std::string_view name) {
  const nlohmann::json& value = member_of(line, name);
  if (!value.is_string()) throw line_error(std::string(name) + ": expected a string");
  return value.get_ref<const std::string&>();
}

ordered_json answer(const nlohmann::json& line) {
  const std::string_view field = member_text(line, "set_cookie");
  const auto url = read_web_url(member_text(line, "url"));
  if (!url) throw line_error("url: expected an http or https URL");
  const std::int64_t now = read_now(line);

  const set_cookie cookie = parse_set_cookie(field);
  std::string domain = ascii_text::lower(cookie.domain);
  std::string_view rejected = why_rejected(field, cookie, {url->host, url->secure});
  if (rejected.empty()) rejected = settle_public_suffix(*url, domain);
  return {{"name", cookie.name},
          {"value", cookie.value},
          {"deletes", deletes(cookie, now)},
          {"rejected", text_or_null(rejected)},
          {"domain", text_or_null(domain)},
          {"path", text_or_null(cookie.path)},
          {"max_age", cookie.max_age ? ordered_json(*cookie.max_age) : ordered_json(nullptr)},
          {"expires", time_or_null(cookie.expires)},
          {"secure", cookie.secure},
          {"http_only", cookie.http_only},
          {"same_site", same_site_or_null(cookie.same_site)},
          {"partitioned", cookie.partitioned}};
}

int run(arguments& from) {
  from.done();
  return answer_lines(answer);
}

}  // namespace

const command set_cookie_command{
    "set-cookie", "", "Parses a Set-Cookie field as browsers do, and shows whether they would store the cookie",
    "in    {\"set_cookie\":\"a=b; Path=/; Secure\",\"url\":\"https://shop.example/\",\"now\":\"2026-11-22T00:00:00Z\"}\n"
    "out   {\"name\":\"a\",\"value\":\"b\",\"deletes\":false,\"rejected\":null,\"domain\":null,\"path\":\"/\",\"max_age\":null,\n"
    "       \"expires\":null,\"secure\":true,\"http_only\":false,\"same_site\":null,\"partitioned\":false}\n"
    "      rejected: why browsers would not store it; now: the time by which Expires is judged; default: the current time\n",
    run};

}  // namespace abide::detail::cli
