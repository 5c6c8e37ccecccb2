#pragma once
// Made by middleware/words/generate.mjs from the tables beside it: change those.
// The words of each enum by their number (of exempt_purpose by the number of the bit), and other spellings of them.
// clang-format off
#include <array>
#include <cstddef>
#include <string_view>

namespace abide::detail::words {

struct spelling {
  std::string_view text;
  std::size_t number;
};

inline constexpr std::array<std::string_view, 4> category{
    "required", "analytics", "functional", "targeting"};
inline constexpr std::array<std::string_view, 3> exempt_purpose{
    "statistical", "appearance", "emergency"};
inline constexpr std::array<std::string_view, 2> mode{
    "enforce", "observe"};
inline constexpr std::array<std::string_view, 2> joined_values{
    "any", "literal"};
inline constexpr std::array<std::string_view, 3> dnt_policy{
    "as_objection", "as_gpc", "ignore"};
inline constexpr std::array<std::string_view, 2> exception_policy{
    "informed", "never"};
inline constexpr std::array<spelling, 1> exception_policy_also{{
    {"strict", 1}}};
inline constexpr std::array<std::string_view, 2> unknown_policy{
    "targeting", "party"};
inline constexpr std::array<std::string_view, 1> gpc{
    "honour"};
inline constexpr std::array<spelling, 1> gpc_also{{
    {"honor", 0}}};
inline constexpr std::array<std::string_view, 2> contract{
    "none", "processor"};
inline constexpr std::array<std::string_view, 2> caching{
    "private", "shared"};
inline constexpr std::array<std::string_view, 9> lifetime_unit{
    "unknown", "session", "seconds", "minutes", "hours", "days", "weeks", "months", "years"};
inline constexpr std::array<std::string_view, 4> notice_layout{
    "bar", "top", "card-start", "card-end"};
inline constexpr std::array<std::string_view, 10> event_kind{
    "grant", "deny", "change", "withdraw", "signal_on", "signal_off", "exception", "expire", "account_link", "erase"};
inline constexpr std::array<std::string_view, 5> conflict_state{
    "none", "notified", "exception_granted", "opt_in_asked", "opt_in_confirmed"};
inline constexpr std::array<std::string_view, 5> save_status{
    "saved", "refused", "full", "timed_out", "failed"};
inline constexpr std::array<std::string_view, 3> gpc_answer{
    "unknown", "abides", "does-not-abide"};
inline constexpr std::array<std::string_view, 9> geo_source{
    "fixed", "cloudflare", "cloudfront", "vercel", "fastly", "akamai", "appengine", "google_lb", "maxmind"};

/// A header field of a provider, and the key of its value in it; empty: the whole field.
struct place_field {
  std::string_view name, key;
};
struct place_source {
  place_field country, region;  ///< names are empty where the source sends no headers
  std::string_view explained;
};
/// By geo_source.
inline constexpr std::array<place_source, 9> place_sources{{
    {{"", ""}, {"", ""}, "a fixed place"},
    {{"CF-IPCountry", ""}, {"CF-Region-Code", ""}, "the country and region headers of Cloudflare"},
    {{"CloudFront-Viewer-Country", ""}, {"CloudFront-Viewer-Country-Region", ""}, "the viewer-country headers of Amazon CloudFront"},
    {{"X-Vercel-IP-Country", ""}, {"X-Vercel-IP-Country-Region", ""}, "the country and region headers of Vercel"},
    {{"Fastly-Geo-Country", ""}, {"Fastly-Geo-Region", ""}, "the country and region headers set at Fastly"},
    {{"X-Akamai-Edgescape", "country_code"}, {"X-Akamai-Edgescape", "region_code"}, "the EdgeScape header of Akamai"},
    {{"X-Appengine-Country", ""}, {"X-Appengine-Region", ""}, "the country and region headers of Google App Engine"},
    {{"X-Client-Geo-Country", ""}, {"X-Client-Geo-Region", ""}, "the country and region headers of Google Cloud load balancing"},
    {{"", ""}, {"", ""}, "the visitor's address in a MaxMind database"},
}};

/// A network that trusted_proxies may name.
struct network {
  std::string_view name, ranges;  ///< ranges: in CIDR notation, a space between them
};
inline constexpr std::array<network, 6> networks{{
    {"loopback", "127.0.0.0/8 ::1/128"},
    {"link_local", "169.254.0.0/16 fe80::/10"},
    {"private", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7"},
    {"cloudflare", "173.245.48.0/20 103.21.244.0/22 103.22.200.0/22 103.31.4.0/22 141.101.64.0/18 108.162.192.0/18 190.93.240.0/20 188.114.96.0/20 197.234.240.0/22 198.41.128.0/17 162.158.0.0/15 104.16.0.0/13 104.24.0.0/14 172.64.0.0/13 131.0.72.0/22 2400:cb00::/32 2606:4700::/32 2803:f800::/32 2405:b500::/32 2405:8100::/32 2a06:98c0::/29 2c0f:f248::/32"},
    {"fastly", "23.235.32.0/20 43.249.72.0/22 103.244.50.0/24 103.245.222.0/23 103.245.224.0/24 104.156.80.0/20 140.248.64.0/18 140.248.128.0/17 146.75.0.0/17 151.101.0.0/16 157.52.64.0/18 167.82.0.0/17 167.82.128.0/20 167.82.160.0/20 167.82.224.0/20 172.111.64.0/18 185.31.16.0/22 199.27.72.0/21 199.232.0.0/16 2a04:4e40::/32 2a04:4e42::/32"},
    {"google_lb", "35.191.0.0/16 130.211.0.0/22"},
}};

/// Every key of a policy file outside of its lists.
inline constexpr std::array<std::string_view, 43> key_paths{
    "/$schema", "/site", "/site/name", "/site/host", "/site/hosts", "/site/origin", "/site/contact", "/site/gpc_updated", "/mode", "/caching", "/jurisdiction", "/jurisdiction/from", "/jurisdiction/trusted_proxies", "/jurisdiction/fixed", "/jurisdiction/maxmind", "/signals", "/signals/gpc", "/signals/gpc_exception", "/signals/dnt", "/signals/joined_values", "/notice", "/notice/version", "/notice/languages", "/notice/texts", "/notice/insert", "/notice/layout", "/notice/policy_url", "/notice/theme", "/cookies", "/exempt", "/unknown", "/consent", "/consent/path", "/consent/cookie", "/consent/lifetime_days", "/consent/choices_per_minute", "/consent/keys", "/consent/keys_retired", "/consent/domain", "/records", "/records/store", "/records/retain_days", "/records/heads"};

}  // namespace abide::detail::words
// clang-format on
