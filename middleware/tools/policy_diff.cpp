#include "tools/policy_diff.hpp"

#include <algorithm>
#include <map>

#include "policy/key_values.hpp"
#include "policy/lifetime.hpp"
#include "tools/deciding_rule.hpp"
#include "tools/places_table.hpp"
#include "tools/policy_values.hpp"
#include "tools/told_store.hpp"

namespace abide::detail::cli {
namespace {

std::string shown(const std::string& text) { return text.empty() || text == "0" ? "nothing" : text; }

bool differs(const config& before, const config& after, std::string_view path) {
  for (const key_value& each : key_values)
    if (each.path == path) return each.value(before) != each.value(after);
  return false;
}

/// What a change costs all visitors, whatever else it means.
page_section everybody(const config& before, const config& after) {
  page_section made{"For everybody", {}, {}};
  const auto say = [&](bool is_so, std::string_view text) {
    if (is_so) made.sentences.emplace_back(text);
  };
  say(after.policy.notice_version > before.policy.notice_version,
      "The notice has a new version: visitors who agreed are asked again.");
  say(after.policy.notice_version < before.policy.notice_version,
      "The notice has an older version: consent to the newer version does not count.");
  say(differs(before, after, "/consent/cookie"), "The consent cookie has a new name: all earlier choices are lost.");
  say(differs(before, after, "/consent/keys"),
      "The keys are read from another place: choices signed with the old keys count only if these keys are there too.");
  say(differs(before, after, "/consent/path"), "The consent pages have a new address: links to the old one break.");
  say(differs(before, after, "/records/store"), "Records go to another store: existing records stay in the old one.");
  say(before.policy.mode != after.policy.mode,
      after.policy.mode == mode::enforce ? "From now on cookies are removed." : "From now on NOTHING is removed.");
  return made;
}

/// The changes of one place; places with the same changes are reported together.
std::vector<std::string> changes_of(const situation& before, const situation& after) {
  constexpr std::string_view purposes[]{"analytics", "functional", "targeting"};
  std::vector<std::string> changes;
  const auto compare = [&](std::string_view what, const std::string& old, const std::string& now) {
    if (old != now) changes.push_back(std::string(what) + ": " + old + " -> " + now);
  };
  compare("the page", before.notice, after.notice);
  for (std::size_t i = 0; i < std::size(purposes); ++i)
    compare(std::string(purposes[i]) + " before a choice", before.purposes[i], after.purposes[i]);
  compare("on under Global Privacy Control", before.under_signal, after.under_signal);
  compare("on under Do Not Track", before.under_dnt, after.under_dnt);
  compare("days of consent", std::to_string(before.consent_days), std::to_string(after.consent_days));
  return changes;
}

/// Every place of the table, as it is served under the policy.
std::map<std::string_view, const jurisdiction*> served(const config& site, std::int64_t now) {
  std::map<std::string_view, const jurisdiction*> places;
  const jurisdiction_table table = jurisdictions();
  for (std::size_t i = 0; i < table.count; ++i) {
    const std::string_view code = table.rows[i].code;
    places[code] =
        site.geo == geo_source::fixed ? &find_jurisdiction(site.fixed_location, now) : &find_jurisdiction(code, now);
  }
  return places;
}

page_section places_section(const config& before, const config& after, std::int64_t now) {
  const auto old_rows = served(before, now), new_rows = served(after, now);
  std::map<std::vector<std::string>, std::vector<const jurisdiction*>> by_change;
  for (const auto& [code, old_row] : old_rows) {
    const auto changes = changes_of(situation_of(before, *old_row, now), situation_of(after, *new_rows.at(code), now));
    if (!changes.empty()) by_change[changes].push_back(&find_jurisdiction(code, now));
  }
  page_section made{"By place", {}, {}};
  for (auto& [changes, rows] : by_change) {
    std::sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    std::string text = short_names(rows) + ": ";
    for (std::size_t i = 0; i < changes.size(); ++i) text += (i > 0 ? "; " : "") + changes[i];
    made.sentences.push_back(text + ".");
  }
  return made;
}

struct declared {
  const cookie_rule* rule;
  const cookie_declaration* words;
};
/// Rules by name and host. The second rule of one name has a name of its own, because it may be the one that counts.
std::map<std::string, declared> cookies_of(const config& site) {
  std::map<std::string, declared> found;
  std::map<std::string, std::size_t> counts;
  for (std::size_t i = 0; i < site.policy.cookie_count; ++i) {
    const cookie_rule& rule = site.policy.cookies[i];
    std::string name(rule.name);
    if (!rule.host.empty()) name.append(" at ").append(rule.host);
    const std::size_t number = ++counts[name];
    if (number > 1) name.append(" (rule ").append(std::to_string(number)).append(")");
    found.emplace(std::move(name), declared{&rule, &site.declarations[i]});
  }
  return found;
}

/// What decides on a cookie whose rule is gone: another rule, such as a pattern, or the catalog.
std::string who_decides(const policy& rules, const cookie_rule& gone) {
  const std::string_view host = gone.host.empty() ? rules.host : gone.host.substr(gone.host.starts_with('.'));
  const cookie_rule* rule = deciding_rule(rules, gone.name, host);
  if (!rule) return "the catalog decides";
  const std::string which = rule->name == gone.name ? "its other rule" : "the rule for " + std::string(rule->name);
  return which + " decides (" + told_kind(*rule) + ")";
}

page_section cookies_section(const config& before, const config& after) {
  const auto old_cookies = cookies_of(before), new_cookies = cookies_of(after);
  page_section made{"Cookies", {}, {}};
  for (const auto& [name, now] : new_cookies) {
    const auto was = old_cookies.find(name);
    if (was == old_cookies.end()) {
      made.sentences.push_back(name + ": new, " + told_kind(*now.rule) + ".");
      continue;
    }
    const declared& old = was->second;
    std::vector<std::string> changes;
    const auto compare = [&](std::string_view what, const std::string& then, const std::string& here) {
      if (then != here) changes.push_back(std::string(what) + shown(then) + " -> " + shown(here));
    };
    compare("", told_kind(*old.rule), told_kind(*now.rule));
    compare("vendor: ", std::string(old.rule->vendor), std::string(now.rule->vendor));
    compare("programme: ", std::string(old.rule->programme), std::string(now.rule->programme));
    compare("vendor's policy: ", old.words->vendor_policy, now.words->vendor_policy);
    compare("lifetime: ", write_lifetime_text(old.words->lifetime), write_lifetime_text(now.words->lifetime));
    if (old.words->purpose != now.words->purpose) changes.emplace_back("other purpose text");
    if (!changes.empty()) made.sentences.push_back(name + ": " + joined(changes) + ".");
  }
  for (const auto& [name, old] : old_cookies)
    if (!new_cookies.contains(name))
      made.sentences.push_back(name + ": no longer declared (" + told_kind(*old.rule) + "); from now on " +
                               who_decides(after.policy, *old.rule) + ".");
  return made;
}

std::vector<std::string> exemptions_of(const policy& rules) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < rules.exemption_count; ++i) all.push_back(told_exemption(rules.exemptions[i]));
  std::sort(all.begin(), all.end());
  return all;
}

page_section exemptions_section(const config& before, const config& after) {
  const auto old_ones = exemptions_of(before.policy), new_ones = exemptions_of(after.policy);
  page_section made{"Exempt from consent", {}, {}};
  for (const std::string& each : new_ones)
    if (!std::binary_search(old_ones.begin(), old_ones.end(), each)) made.sentences.push_back(each + ": new.");
  for (const std::string& each : old_ones)
    if (!std::binary_search(new_ones.begin(), new_ones.end(), each))
      made.sentences.push_back(each + ": no longer exempt.");
  return made;
}

page_section keys_section(const config& before, const config& after) {
  page_section made{"Keys", {}, {{"key", "before", "after"}}};
  for (const key_value& each : key_values) {
    const std::string old = each.value(before), now = each.value(after);
    if (old == now) continue;
    const auto told = [&](const std::string& value) { return shown(told_value(each.path, value)); };
    made.table.push_back({std::string(each.path), told(old), told(now)});
  }
  if (made.table.size() == 1) made.table.clear();
  return made;
}

bool says_nothing(const page_section& each) { return each.sentences.empty() && each.table.empty(); }

/// A list of the policy whose own section may miss a difference, such as another order.
struct list_of_policy {
  page_section (*told)(const config& before, const config& after);
  path_values (*values)(const config&);
};
constexpr list_of_policy lists[]{{cookies_section, values_of_cookies}, {exemptions_section, values_of_exemptions}};

/// What no other section says. A difference is never silent: which of two rules for one name counts may depend on their
/// order.
page_section rest_section(const config& before, const config& after) {
  page_section made{"Order and further values", {}, {}};
  for (const list_of_policy& each : lists) {
    const std::vector<std::string> paths = differing_paths(each.values(before), each.values(after));
    if (!paths.empty() && says_nothing(each.told(before, after)))
      made.sentences.push_back("Another value or another order: " + joined(paths) + ".");
  }
  const std::vector<std::string> texts = differing_paths(values_of_texts(before), values_of_texts(after));
  if (!texts.empty()) made.sentences.push_back("Other texts: " + joined(texts) + ".");
  return made;
}

}  // namespace

page policy_diff(const config& before, const config& after, std::int64_t now) {
  page made;
  for (page_section& each : std::vector<page_section>{everybody(before, after), places_section(before, after, now),
                                                      cookies_section(before, after), exemptions_section(before, after),
                                                      keys_section(before, after), rest_section(before, after)})
    if (!says_nothing(each)) made.sections.push_back(std::move(each));
  return made;
}

}  // namespace abide::detail::cli
