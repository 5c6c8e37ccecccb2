#include "pages/policy_text/audience.hpp"

#include <algorithm>
#include <array>

#include "policy/texts.hpp"

namespace abide::detail {
namespace {

// The European Economic Area: the 27 members of the EU, and Iceland, Liechtenstein and Norway.
constexpr std::array<std::string_view, 30> eea{"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI",
                                               "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU",
                                               "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"};

bool is_alike(const audience& group, const jurisdiction& row) noexcept {
  const jurisdiction& first = *group.rows.front();
  return group.region == region_of(row) && first.regime == row.regime && first.on.bits() == row.on.bits() &&
         first.on_shared.bits() == row.on_shared.bits() && first.dnt_objects == row.dnt_objects;
}

std::vector<audience> grouped(std::int64_t now) {
  const jurisdiction_table table = jurisdictions();
  std::vector<audience> groups;
  for (std::size_t i = 0; i < table.count; ++i) {
    const jurisdiction& row = table.rows[i];
    if (&find_jurisdiction(row.code, now) != &row) continue;  // not yet in force, or superseded
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const audience& g) { return is_alike(g, row); });
    if (same != groups.end()) same->rows.push_back(&row);
    else groups.push_back({region_of(row), {}, {&row}});
  }
  // Within a region the largest group is the rule, the others are its exceptions.
  std::stable_sort(groups.begin(), groups.end(), [](const audience& a, const audience& b) {
    return a.region != b.region ? a.region < b.region : a.rows.size() > b.rows.size();
  });
  return groups;
}

std::string names_of(const language& words, const std::vector<const jurisdiction*>& rows) {
  std::vector<std::string> names;
  names.reserve(rows.size());
  for (const jurisdiction* row : rows) names.emplace_back(name_in(words, *row));
  return listed(words, names);
}

}  // namespace

region region_of(const jurisdiction& row) noexcept {
  if (row.code == "GB") return region::gb;
  if (row.code == "CH") return region::ch;
  if (row.code == "ZZ") return region::unknown;
  if (row.code.substr(0, 2) == "US") return region::us;
  return std::find(eea.begin(), eea.end(), row.code) != eea.end() ? region::eea : region::other;
}

std::vector<audience> audiences(const reader& to, std::int64_t now) {
  const language& words = *to.words;
  if (to.place) return {{region_of(*to.place), std::string(name_in(words, *to.place)), {to.place}}};
  std::vector<audience> groups = grouped(now);
  region before = region::other;
  for (audience& group : groups) {
    const bool is_rule = group.region != before && group.region != region::other;
    if (is_rule && group.region == region::eea) group.name = words["place.EEA"];
    else if (is_rule && group.region == region::us) group.name = words["place.US"];
    else if (group.region == region::unknown) group.name = words["policy.place.other"];
    else group.name = names_of(words, group.rows);
    before = group.region;
  }
  return groups;
}

const jurisdiction* place_of_everyone(const config& settings, std::int64_t now) noexcept {
  return settings.geo == geo_source::fixed ? &find_jurisdiction(settings.fixed_location, now) : nullptr;
}

std::string_view name_in(const language& words, const jurisdiction& row) noexcept {
  if (row.code == "ZZ") return words["policy.place.other"];
  const std::string_view own = words["place." + std::string(row.code)];
  return own.empty() ? row.name : own;
}

std::string listed(const language& words, const std::vector<std::string>& parts) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += words[i + 1 == parts.size() ? "list.and" : "list.comma"];
    out += parts[i];
  }
  return out;
}

}  // namespace abide::detail
