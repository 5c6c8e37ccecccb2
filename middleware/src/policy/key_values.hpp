#pragma once
// Made by middleware/words/generate.mjs from the tables beside it: change those.
// The values of a policy's keys, to be compared and shown.
// clang-format off
#include <string>
#include <string_view>
#include <vector>

#include "abide/config.hpp"
#include "words/words.hpp"

namespace abide::detail {

inline std::string text_of(std::string_view text) { return std::string(text); }
inline std::string text_of(bool flag) { return flag ? "true" : "false"; }
inline std::string text_of(std::uint32_t number) { return std::to_string(number); }
inline std::string text_of(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& each : list) text += (text.empty() ? "" : ", ") + each;
  return text;
}

struct key_value {
  std::string_view path;
  std::string (*value)(const config&);  ///< empty, or 0, where it is not given
};
inline constexpr key_value key_values[]{
    {"/site/name", [](const config& from) { return text_of(from.site_name); }},
    {"/site/host", [](const config& from) { return text_of(from.policy.host); }},
    {"/site/hosts", [](const config& from) { return text_of(from.hosts); }},
    {"/site/origin", [](const config& from) { return text_of(from.origin); }},
    {"/site/contact", [](const config& from) { return text_of(from.contact); }},
    {"/site/gpc_updated", [](const config& from) { return text_of(from.gpc_updated); }},
    {"/mode", [](const config& from) { return text_of(words::mode[static_cast<std::size_t>(from.policy.mode)]); }},
    {"/caching", [](const config& from) { return text_of(words::caching[static_cast<std::size_t>(from.shares_pages)]); }},
    {"/jurisdiction/from", [](const config& from) { return text_of(words::geo_source[static_cast<std::size_t>(from.geo)]); }},
    {"/jurisdiction/trusted_proxies", [](const config& from) { return text_of(from.trusted_proxies); }},
    {"/jurisdiction/fixed", [](const config& from) { return text_of(from.fixed_location); }},
    {"/jurisdiction/maxmind", [](const config& from) { return text_of(from.maxmind_file); }},
    {"/signals/gpc_exception", [](const config& from) { return text_of(words::exception_policy[static_cast<std::size_t>(from.policy.exception)]); }},
    {"/signals/dnt", [](const config& from) { return text_of(words::dnt_policy[static_cast<std::size_t>(from.policy.dnt)]); }},
    {"/signals/joined_values", [](const config& from) { return text_of(words::joined_values[static_cast<std::size_t>(from.policy.joined)]); }},
    {"/notice/version", [](const config& from) { return text_of(from.policy.notice_version); }},
    {"/notice/languages", [](const config& from) { return text_of(from.languages); }},
    {"/notice/insert", [](const config& from) { return text_of(from.insert_notice); }},
    {"/notice/layout", [](const config& from) { return text_of(words::notice_layout[static_cast<std::size_t>(from.layout)]); }},
    {"/notice/policy_url", [](const config& from) { return text_of(from.policy_url); }},
    {"/notice/theme", [](const config& from) { return text_of(from.theme); }},
    {"/unknown", [](const config& from) { return text_of(words::unknown_policy[static_cast<std::size_t>(from.policy.unknown)]); }},
    {"/consent/path", [](const config& from) { return text_of(from.consent_path); }},
    {"/consent/cookie", [](const config& from) { return text_of(from.policy.consent_cookie); }},
    {"/consent/lifetime_days", [](const config& from) { return text_of(from.policy.lifetime_days); }},
    {"/consent/choices_per_minute", [](const config& from) { return text_of(from.choices_per_minute); }},
    {"/consent/keys", [](const config& from) { return text_of(from.keys); }},
    {"/consent/keys_retired", [](const config& from) { return text_of(from.keys_retired); }},
    {"/consent/domain", [](const config& from) { return text_of(from.consent_domain); }},
    {"/records/store", [](const config& from) { return text_of(from.records); }},
    {"/records/retain_days", [](const config& from) { return text_of(from.retain_days); }},
    {"/records/heads", [](const config& from) { return text_of(from.record_heads); }},
};

}  // namespace abide::detail
// clang-format on
