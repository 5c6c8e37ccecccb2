#include "tools/explain.hpp"

#include <algorithm>
#include <set>

#include "pages/exempt_names.hpp"
#include "pages/policy_text/audience.hpp"
#include "policy/key_values.hpp"
#include "policy/texts.hpp"
#include "tools/counted.hpp"
#include "tools/places_table.hpp"
#include "tools/told_store.hpp"

namespace abide::detail::cli {
namespace {

// ---- Places --------------------------------------------------------------------------------------------------------

std::string source_text(const config& site) {
  constexpr std::string_view strict = " Visitors in an unknown place get the strictest rules.";
  if (site.geo == geo_source::fixed && site.fixed_location.empty())
    return "The policy names no source of places, so every visitor gets the strictest rules.";
  if (site.geo == geo_source::fixed) return "Every visitor is treated as being in " + site.fixed_location + ".";
  std::string text =
      "Places come from " + std::string(words::place_sources[static_cast<std::size_t>(site.geo)].explained);
  if (site.geo == geo_source::maxmind) text += ". The database is " + site.maxmind_file;
  else if (site.trusted_proxies.empty()) text += ", which are trusted from no proxy: every place is unknown";
  else text += ", trusted only from " + joined(site.trusted_proxies);
  return text + "." + std::string(strict);
}

page_section places_section(const config& site, std::int64_t now) {
  page_section made{"Where visitors are, and what is on before they choose", {source_text(site)}, {}};
  made.table.push_back({"place", "the page", "analytics", "functional", "targeting", "on under GPC", "days"});
  for (const group_of_places& each : groups_served(site, now)) {
    const situation what = situation_of(site, *each.rows.front(), now);
    table_row cells{each.name, what.notice};
    cells.insert(cells.end(), what.purposes.begin(), what.purposes.end());
    cells.push_back(what.under_signal);
    std::set<std::uint32_t> days;
    for (const jurisdiction* row : each.rows) days.insert(situation_of(site, *row, now).consent_days);
    cells.push_back(days.size() == 1 ? std::to_string(*days.begin())
                                     : std::to_string(*days.begin()) + "-" + std::to_string(*days.rbegin()));
    made.table.push_back(std::move(cells));
  }
  made.sentences.emplace_back(
      "Required cookies are on everywhere. Shared: the vendor sells or shares what it learns, or no contract forbids "
      "it. Days: how long consent lasts. For the law of a place and the reasons: --location PLACE.");
  return made;
}

// ---- Signals -------------------------------------------------------------------------------------------------------

/// The places in whose law an objection may be made by Do Not Track.
std::vector<std::string> objecting_places(const config& site, std::int64_t now) {
  const reader everywhere{&site, &texts_of(site).in("en"), nullptr, {}};
  std::vector<std::string> names;
  for (const audience& each : audiences(everywhere, now)) {
    const jurisdiction& first = *each.rows.front();  // a group is alike in this
    if (first.dnt_objects) names.push_back(first.code == "ZZ" ? "unknown places" : each.name);
  }
  return names;
}

std::string dnt_text(const config& site, std::int64_t now) {
  switch (site.policy.dnt) {
    case dnt_policy::as_objection:
      return "Do Not Track: 1 counts as an objection where the law provides for one (" +
             joined(objecting_places(site, now)) + ").";
    case dnt_policy::as_gpc: return "Do Not Track: 1 counts as Global Privacy Control everywhere.";
    case dnt_policy::ignore: break;
  }
  return "Do Not Track is ignored. A German court held that saying so publicly can mislead.";
}

page_section signals_section(const config& site, std::int64_t now) {
  return {"Signals",
          {"Global Privacy Control is honoured everywhere: while it is sent, targeting cookies and all shared cookies "
           "except required ones are off. They stay off afterwards until the visitor chooses otherwise.",
           site.policy.exception == exception_policy::informed
               ? "A visitor who was told of the signal and still allows a category gets it (rule D3a)."
               : "No later choice of the visitor overrides the signal.",
           dnt_text(site, now)},
          {}};
}

// ---- Consent and records -------------------------------------------------------------------------------------------

std::string layout_text(notice_layout layout) {
  switch (layout) {
    case notice_layout::top: return "at the top, in the flow of the page";
    case notice_layout::bar: return "at the bottom, over the page";
    case notice_layout::card_start: return "as a card at the bottom, on the side where lines begin";
    case notice_layout::card_end: return "as a card at the bottom, on the side where lines end";
  }
  return {};
}

page_section consent_section(const config& site) {
  const policy& rules = site.policy;
  const std::string life = rules.lifetime_days == 0 ? "as long as the law of the place or its guidance allows"
                                                    : counted(rules.lifetime_days, "day", "days");
  page_section made{"Consent and records", {}, {}};
  made.sentences.push_back("Notice version " + std::to_string(rules.notice_version) + " in " + joined(site.languages) +
                           (site.insert_notice ? ", inserted into pages" : ", placed by the pages themselves") +
                           (site.shares_pages ? ", the same for every visitor of a regime" : "") +
                           ". Consent to an earlier version no longer counts. Consent lasts " + life + ".");
  made.sentences.push_back("The notice appears " + layout_text(site.layout) +
                           (site.policy_url.empty() ? "." : ", and links to " + site.policy_url + "."));
  if (!site.consent_domain.empty())
    made.sentences.push_back("One choice applies to all hosts of " + site.consent_domain + ".");
  made.sentences.push_back(
      site.records.empty()
          ? "No records are kept: nothing proves what visitors chose."
          : "Records go to " + told_store(site.records) +
                (site.retain_days == 0 ? std::string(" and are kept forever")
                                       : " for " + counted(site.retain_days, "day", "days") +
                                             " after their end, or until older ones go") +
                (site.record_heads.empty() ? "." : "; heads of the log go to " + site.record_heads + "."));
  made.sentences.push_back(site.keys.empty() ? "Choices are signed with a random key: a restart discards them."
                                             : "Choices are signed with the keys at " + site.keys + ".");
  return made;
}

// ---- What the policy says itself -----------------------------------------------------------------------------------

page_section differences_section(const config& site) {
  static const std::set<std::string_view> told{"/site/name", "/site/host", "/site/contact"};
  const config usual = parse_config("{}", "{}");
  page_section made{"What differs from the default", {}, {{"key", "here", "default"}}};
  for (const key_value& each : key_values) {
    const std::string here = each.value(site), there = each.value(usual);
    const auto shown = [](const std::string& text) { return text.empty() || text == "0" ? std::string("-") : text; };
    if (here != there && !told.contains(each.path))
      made.table.push_back({std::string(each.path), shown(told_value(each.path, here)), shown(there)});
  }
  if (made.table.size() > 1) return made;
  return {made.heading, {"Nothing."}, {}};
}

std::string names_where(const policy& rules, category purpose, bool is_shared) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < rules.cookie_count; ++i) {
    const cookie_rule& each = rules.cookies[i];
    if (each.category != purpose || each.shared != is_shared) continue;
    names.push_back(std::string(each.name) + (each.host.empty() ? "" : std::string(" at ").append(each.host)));
  }
  return joined(names);
}

page_section cookies_section(const policy& rules) {
  page_section made{"Cookies this policy declares", {}, {}};
  for (const category each : categories)
    for (const bool is_shared : {false, true}) {
      const std::string names = names_where(rules, each, is_shared);
      const std::string kind = std::string(to_string(each)) + (is_shared ? ", shared: " : ", not shared: ");
      if (!names.empty()) made.sentences.push_back(kind + names + ".");
    }
  if (rules.cookie_count == 0) made.sentences.emplace_back("None.");
  made.sentences.emplace_back(
      rules.unknown == unknown_policy::targeting
          ? "A cookie that neither this policy nor the catalog knows counts as targeting, and as shared."
          : "An unknown third-party cookie counts as targeting and shared, an unknown first-party one as required.");
  return made;
}

std::string_view purpose_text(exempt_purpose purpose) {
  switch (purpose) {
    case exempt_purpose::statistical: return "to measure its own audience";
    case exempt_purpose::appearance: return "to adapt appearance and function to the visitor";
    case exempt_purpose::emergency: return "to locate a person who calls for emergency help";
  }
  return {};
}

page_section exemptions_section(const policy& rules) {
  page_section made{"Declared exempt from consent, with information and a way to object", {}, {}};
  for (std::size_t i = 0; i < rules.exemption_count; ++i) {
    const exemption& each = rules.exemptions[i];
    const std::vector<std::string> names = exempt_names(rules, each);
    const std::string place(each.jurisdiction), named(each.name);
    made.sentences.push_back(names.empty() ? std::string("Nothing named ")
                                                 .append(named)
                                                 .append(" in ")
                                                 .append(place)
                                                 .append(": policy check says why.")
                                           : joined(names) + " in " + place + ", " +
                                                 std::string(purpose_text(each.purpose)) + ".");
  }
  return made;
}

page_section site_section(const config& site) {
  std::string who = site.site_name;
  if (!site.policy.host.empty()) who += " (" + std::string(site.policy.host) + ')';
  if (!site.contact.empty()) who += ", contact " + site.contact;
  return {"Site",
          {who + ".", site.policy.mode == mode::enforce
                          ? "Mode enforce: cookies that are not allowed are removed from requests and responses."
                          : "Mode observe: NOTHING IS REMOVED. The site only reports what enforce would remove."},
          {}};
}

}  // namespace

page explain(const config& site, std::string_view file, std::int64_t now) {
  page made{"What " + std::string(file) + " does, on " + date_of(now), {}};
  made.sections = {site_section(site), places_section(site, now), signals_section(site, now), consent_section(site),
                   cookies_section(site.policy)};
  if (site.policy.exemption_count > 0) made.sections.push_back(exemptions_section(site.policy));
  made.sections.push_back(differences_section(site));
  const jurisdiction_table table = jurisdictions();
  made.sections.push_back({"Laws as of " + std::string(table.version) + ", " + std::to_string(table.count) + " rows",
                           {"Version " + std::string(jurisdiction_version()) + ". Engineering data, not legal advice."},
                           {}});
  return made;
}

}  // namespace abide::detail::cli
