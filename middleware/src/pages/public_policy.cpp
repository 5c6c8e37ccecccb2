#include "pages/public_policy.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/lifetime.hpp"
#include "words/words.hpp"

namespace abide::detail {
namespace {

using json = nlohmann::ordered_json;

void put(json& into, const char* key, std::string_view text) {
  if (!text.empty()) into[key] = text;
}

json purpose_of(const cookie_declaration& words) {
  if (words.purpose.size() == 1 && words.purpose.front().first.empty()) return words.purpose.front().second;
  json by_language = json::object();
  for (const auto& [language, text] : words.purpose) by_language[language] = text;
  return by_language;
}

json cookie_of(const cookie_rule& rule, const cookie_declaration& words) {
  json cookie{{"name", rule.name}, {"category", to_string(rule.category)}, {"shared", rule.shared}};
  put(cookie, "host", rule.host);
  put(cookie, "vendor", rule.vendor);
  put(cookie, "programme", rule.programme);
  put(cookie, "lifetime", write_lifetime_text(words.lifetime));
  put(cookie, "vendor_policy", words.vendor_policy);
  if (!words.purpose.empty()) cookie["purpose"] = purpose_of(words);
  return cookie;
}

json cookies_of(const config& from) {
  static const cookie_declaration nothing;
  const policy& p = from.policy;
  std::vector<std::size_t> order(p.cookie_count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return outranks(p.cookies[a], p.cookies[b]); });
  json cookies = json::array();
  for (const std::size_t i : order)
    cookies.push_back(cookie_of(p.cookies[i], i < from.declarations.size() ? from.declarations[i] : nothing));
  return cookies;
}

template <class value, std::size_t count>
std::string_view word_of(const std::array<std::string_view, count>& all, value v) noexcept {
  return all[static_cast<std::size_t>(v)];
}

// The enumerators are single bits.
std::string_view word_of(exempt_purpose purpose) noexcept {
  return words::exempt_purpose[static_cast<std::size_t>(std::countr_zero(static_cast<std::uint8_t>(purpose)))];
}

json exemptions_of(const policy& p) {
  json list = json::array();
  for (std::size_t i = 0; i < p.exemption_count; ++i) {
    const exemption& e = p.exemptions[i];
    list.push_back(std::string(e.jurisdiction).append(":").append(word_of(e.purpose)).append(":").append(e.name));
  }
  return list;
}

json signals_of(const policy& p) {
  return {{"gpc_exception", word_of(words::exception_policy, p.exception)}, {"dnt", word_of(words::dnt_policy, p.dnt)}};
}

}  // namespace

std::string public_policy_json(const config& from) {
  const policy& p = from.policy;
  json site{{"name", from.site_name}};
  put(site, "host", p.host);
  const json file{{"site", std::move(site)},
                  {"mode", word_of(words::mode, p.mode)},
                  {"signals", signals_of(p)},
                  {"notice", {{"version", p.notice_version}}},
                  {"cookies", cookies_of(from)},
                  {"exempt", exemptions_of(p)},
                  {"unknown", word_of(words::unknown_policy, p.unknown)},
                  {"consent", {{"path", from.consent_path}, {"cookie", p.consent_cookie}}}};
  return file.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace abide::detail
