#include "tools/places_table.hpp"

#include "abide/decision.hpp"
#include "pages/policy_text/audience.hpp"
#include "policy/texts.hpp"
#include "tools/prose.hpp"

namespace abide::detail::cli {
namespace {

std::string state_of(const decision& made, category purpose) {
  const bool own = made.of(purpose, false).allowed, shared = made.of(purpose, true).allowed;
  if (own && !shared) return "off if shared";
  return own ? "on" : "off";
}

std::string_view notice_of(notice what) {
  switch (what) {
    case notice::banner: return "asks first";
    case notice::status: return "confirms the signal";
    case notice::objection: return "offers objection";
    case notice::none: break;
  }
  return "asks nothing";
}

std::string on_in(const decision& made) {
  std::vector<std::string> on;
  bool differs = false;
  for (const category each : categories) {
    if (each == category::required) continue;
    const std::string state = state_of(made, each);
    if (state == "off") continue;
    on.emplace_back(to_string(each));
    differs = differs || state != "on";
  }
  if (on.empty()) return "required only";
  return joined(on) + (differs ? ", not shared" : "");
}

}  // namespace

situation situation_of(const config& site, const jurisdiction& place, std::int64_t now) {
  const auto decided = [&](bool gpc, dnt_value dnt) {
    return decide(site.policy, {gpc, dnt}, place, nullptr, {}, now);
  };
  const decision without = decided(false, dnt_value::absent);
  situation made;
  made.notice = notice_of(without.notice);
  for (const category each : categories)
    if (each != category::required) made.purposes.push_back(state_of(without, each));
  made.under_signal = on_in(decided(true, dnt_value::absent));
  made.under_dnt = on_in(decided(false, dnt_value::one));
  made.consent_days = consent_days(site.policy, place);
  return made;
}

std::string short_names(const std::vector<const jurisdiction*>& rows) {
  const std::string first(rows.front()->code == "ZZ" ? "unknown places" : rows.front()->name);
  if (rows.size() == 1) return first;
  if (rows.size() == 2) return first + " and " + std::string(rows[1]->name);
  return first + " and " + std::to_string(rows.size() - 1) + " others";
}

std::vector<group_of_places> groups_served(const config& site, std::int64_t now) {
  constexpr std::size_t name_max = 26;
  const language& english = texts_of(site).in("en");
  const reader everyone{&site, &english, place_of_everyone(site, now), {}};
  std::vector<group_of_places> groups;
  for (audience& each : audiences(everyone, now)) {
    const bool is_short = each.rows.front()->code != "ZZ" && each.name.size() <= name_max;
    groups.push_back({is_short ? each.name : short_names(each.rows), std::move(each.rows)});
  }
  return groups;
}

}  // namespace abide::detail::cli
