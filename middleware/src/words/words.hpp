#pragma once
// Made by middleware/words/generate.mjs from the tables beside it: change those.
// The words of each enum by their number (of exempt_purpose by the number of the bit), and other spellings of them.
// clang-format off
#include <array>
#include <cstddef>
#include <string_view>

namespace abide::words {

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
inline constexpr std::array<std::string_view, 9> lifetime_unit{
    "unknown", "session", "seconds", "minutes", "hours", "days", "weeks", "months", "years"};
inline constexpr std::array<std::string_view, 10> event_kind{
    "grant", "deny", "change", "withdraw", "signal_on", "signal_off", "exception", "expire", "account_link", "erase"};
inline constexpr std::array<std::string_view, 3> conflict_state{
    "none", "notified", "exception_granted"};
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

}  // namespace abide::words
// clang-format on
