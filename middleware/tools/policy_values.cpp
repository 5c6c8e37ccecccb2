#include "tools/policy_values.hpp"

#include <bit>

#include "policy/lifetime.hpp"
#include "policy/texts.hpp"
#include "words/words.hpp"

namespace abide::detail::cli {

path_values values_of_cookies(const config& from) {
  path_values all;
  for (std::size_t i = 0; i < from.policy.cookie_count; ++i) {
    const cookie_rule& rule = from.policy.cookies[i];
    const cookie_declaration& words = from.declarations[i];
    const std::string path = "/cookies/" + std::to_string(i);
    all[path + "/name"] = rule.name;
    all[path + "/host"] = rule.host;
    all[path + "/category"] = to_string(rule.category);
    all[path + "/shared"] = rule.shared ? "true" : "false";
    all[path + "/vendor"] = rule.vendor;
    all[path + "/programme"] = rule.programme;
    all[path + "/lifetime"] = write_lifetime_text(words.lifetime);
    all[path + "/vendor_policy"] = words.vendor_policy;
    for (const auto& [language, text] : words.purpose)
      all[std::string(path).append("/purpose").append(language.empty() ? "" : "/").append(language)] = text;
  }
  return all;
}

path_values values_of_exemptions(const config& from) {
  path_values all;
  for (std::size_t i = 0; i < from.policy.exemption_count; ++i)
    all["/exempt/" + std::to_string(i)] = told_exemption(from.policy.exemptions[i]);
  return all;
}

path_values values_of_texts(const config& from) {
  path_values all;
  for (const language& each : texts_of(from).languages()) {
    const std::string tag(each.tag());
    const bool is_own = !texts::built_in().has_language(tag);
    for (const auto& [key, text] : each.all())
      if (is_own || texts::built_in().in(tag).find(key) != text)
        all[std::string("/notice/texts/").append(tag).append(1, '/').append(key)] = text;
  }
  return all;
}

std::vector<std::string> differing_paths(const path_values& before, const path_values& after) {
  std::vector<std::string> paths;
  for (const auto& [path, text] : before) {
    const auto same = after.find(path);
    if (same == after.end() || same->second != text) paths.push_back(path);
  }
  for (const auto& [path, text] : after)
    if (!before.contains(path)) paths.push_back(path);
  return paths;
}

std::string told_kind(const cookie_rule& rule) {
  return std::string(to_string(rule.category)) + (rule.shared ? ", shared" : ", not shared");
}

std::string told_exemption(const exemption& each) {
  const auto number = static_cast<std::size_t>(std::countr_zero(static_cast<std::uint8_t>(each.purpose)));
  return std::string(each.name) + " in " + std::string(each.jurisdiction) + " (" +
         std::string(words::exempt_purpose[number]) + ')';
}

}  // namespace abide::detail::cli
