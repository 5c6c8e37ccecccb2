// What visitors are told of each cookie.
#include <algorithm>

#include "pages/declaration.hpp"
#include "policy/reading.hpp"
#include "policy/texts.hpp"
#include "tools/prose.hpp"
#include "tools/warnings/look.hpp"

namespace abide::detail::cli {
namespace {

/// One warning for all cookies that fit, at the first one.
template <class test>
void warn_of(look& at, std::string_view text, test fits) {
  std::vector<std::string> names;
  std::size_t first = 0;
  for (std::size_t i = 0; i < at.site.policy.cookie_count; ++i) {
    if (!fits(at.site.policy.cookies[i], at.site.declarations[i])) continue;
    if (names.empty()) first = i;
    names.emplace_back(at.site.policy.cookies[i].name);
  }
  if (!names.empty()) at.warn(path_of(first), some_of(names) + ": " + std::string(text));
}

/// A cookie that its vendor uses for itself is not one that the visitor asked for.
void look_for_required_and_shared(look& at) {
  const policy& rules = at.site.policy;
  for (std::size_t i = 0; i < rules.cookie_count; ++i) {
    const cookie_rule& rule = rules.cookies[i];
    const bool is_written = at.site.source && (at.site.source->by_path.contains(path_of(i) + "/shared") ||
                                               at.site.source->by_path.contains(path_of(i) + "/contract"));
    if (rule.category != category::required || !rule.shared || !is_written) continue;
    at.warn(path_of(i) + "/category",
            std::string(rule.name) +
                " is required here, so no signal and no refusal stops it, but its vendor sells "
                "or shares what it learns");
  }
}

bool has_purpose_in(const cookie_declaration& words, std::string_view language) {
  return std::any_of(words.purpose.begin(), words.purpose.end(), [&](const auto& each) {
    return each.first.empty() || each.first == language || each.first == language.substr(0, language.find('-'));
  });
}

}  // namespace

void look_at_declarations(look& at) {
  warn_of(at, "no \"lifetime\"; visitors who are asked for consent must be told it (CJEU C-673/17)",
          [](const cookie_rule&, const cookie_declaration& words) {
            return words.lifetime.unit == lifetime_unit::unknown;
          });
  warn_of(at, "no \"purpose\"; the declaration names only the category",
          [](const cookie_rule& rule, const cookie_declaration& words) {
            return rule.category != category::required && words.purpose.empty();
          });
  for (const std::string& language : at.site.languages)
    warn_of(at, "no \"purpose\" in " + language + ", a language of the notice",
            [&](const cookie_rule&, const cookie_declaration& words) {
              return !words.purpose.empty() && !has_purpose_in(words, language);
            });
  const reader who{&at.site, &texts_of(at.site).in("en"), nullptr, {}};
  std::vector<std::string> nameless;
  for (const category c : categories)
    for (const declared_cookie& cookie : declared_cookies(who, c))
      if (cookie.vendor == (*who.words)["cookies.vendor_unknown"]) nameless.push_back(cookie.name);
  warn_of(at, "no \"vendor\", but the data is sold or shared: consent without a named recipient is not informed",
          [&](const cookie_rule& rule, const cookie_declaration&) {
            return std::find(nameless.begin(), nameless.end(), rule.name) != nameless.end();
          });
  look_for_required_and_shared(at);
}

}  // namespace abide::detail::cli
