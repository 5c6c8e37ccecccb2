#include "tools/policy_warnings.hpp"

#include "pages/declaration.hpp"
#include "pages/policy_text/audience.hpp"
#include "policy/reading.hpp"
#include "policy/texts.hpp"
#include "tools/warnings/look.hpp"

namespace abide::detail::cli {
namespace {

rows places_served(const config& site, std::int64_t now) {
  const reader everyone{&site, &texts_of(site).in("en"), place_of_everyone(site, now), {}};
  rows all;
  for (const audience& group : audiences(everyone, now)) all.insert(all.end(), group.rows.begin(), group.rows.end());
  return all;
}

}  // namespace

void look::warn(const std::string& path, std::string text) {
  const text_place at = site.source ? site.source->place_of(path) : text_place{};
  found.push_back({path, std::move(text), at, true});
}

std::vector<finding> policy_warnings(const config& site, std::int64_t now) {
  look at{site, now, places_served(site, now), {}};
  look_at_site(at);
  look_at_places(at);
  look_at_signals(at);
  look_at_languages(at);
  look_at_consent(at);
  look_at_records(at);
  look_across_keys(at);
  look_at_declarations(at);
  look_for_twins(at);
  look_at_rules(at);
  look_for_contradictions(at);
  look_at_exemptions(at);
  sort_by_place(at.found);
  return std::move(at.found);
}

}  // namespace abide::detail::cli
