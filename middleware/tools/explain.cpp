#include "tools/explain.hpp"

#include <vector>

#include "abide/decision.hpp"
#include "tools/prose.hpp"
#include "words/words.hpp"

namespace abide::detail::cli {
namespace {

// ---- The policy as a whole -----------------------------------------------------------------------------------------

std::string site_text(const config& site) {
  std::string text = "Site\n  " + site.site_name;
  if (!site.policy.host.empty()) text += " (" + std::string(site.policy.host) + ')';
  if (!site.contact.empty()) text += ", contact " + site.contact;
  text += ".\n";
  return text + (site.policy.mode == mode::enforce
                     ? "  Mode enforce: cookies that may not be used are removed from requests and responses.\n"
                     : "  Mode observe: NOTHING IS REMOVED. The site only reports what enforce would remove.\n");
}

std::string_view source_text(geo_source from) { return words::place_sources[static_cast<std::size_t>(from)].explained; }

std::string trust_text(const config& site) {
  if (site.trusted_proxies.empty())
    return "  No trusted proxy is named, so those headers are never believed and every place is unknown.\n";
  return "  Those headers are believed only from " + joined(site.trusted_proxies) + ".\n";
}

std::string place_text(const config& site) {
  constexpr std::string_view unknown = "  A visitor whose place is unknown falls under the strictest rules.\n";
  std::string text = "Where visitors are placed\n";
  if (site.geo == geo_source::fixed && site.fixed_location.empty())
    return text + "  Nowhere: the policy names no source, so every visitor falls under the strictest rules.\n";
  if (site.geo == geo_source::fixed) return text + "  Every visitor is taken to be in " + site.fixed_location + ".\n";
  text += "  By " + std::string(source_text(site.geo)) + ".\n";
  if (site.geo == geo_source::maxmind)
    return text + "  The database is " + site.maxmind_file + ".\n" + std::string(unknown);
  return text + trust_text(site) + std::string(unknown);
}

std::string_view dnt_text(dnt_policy what) {
  switch (what) {
    case dnt_policy::as_objection:
      return "Do Not Track: 1 counts as an objection where the law knows one (EEA, United Kingdom, Switzerland).";
    case dnt_policy::as_gpc: return "Do Not Track: 1 counts as Global Privacy Control everywhere.";
    case dnt_policy::ignore: break;
  }
  return "Do Not Track is not acted upon. In Germany a court held that saying so publicly can mislead.";
}

std::string signals_text(const policy& rules) {
  std::string text = "Signals\n";
  text +=
      wrapped("  ", "  ",
              "Global Privacy Control is honoured everywhere: targeting cookies, and all shared cookies but required "
              "ones, are off while it is sent, and stay off afterwards until the visitor chooses otherwise.");
  text += rules.exception == exception_policy::informed
              ? "  A visitor who was told of the signal and allows a category all the same may have it (rule D3a).\n"
              : "  No later choice of the visitor overrides the signal.\n";
  return text + wrapped("  ", "  ", dnt_text(rules.dnt));
}

std::string consent_text(const config& site) {
  const policy& rules = site.policy;
  const std::string life = rules.lifetime_days == 0 ? "as long as the law or its guidance says for the place"
                                                    : std::to_string(rules.lifetime_days) + " days";
  const std::string domain =
      site.consent_domain.empty() ? "" : "  One choice holds on every host of " + site.consent_domain + ".\n";
  return "Consent\n  Notice version " + std::to_string(rules.notice_version) + " in " + joined(site.languages) +
         (site.insert_notice ? ", inserted into pages" : ", placed by the pages themselves") +
         (site.shares_pages ? ", the same for every visitor of a regime" : "") +
         ". Consent to an earlier version no longer counts.\n  Consent lasts " + life + ".\n" + domain;
}

std::string unknown_text(const policy& rules) {
  return rules.unknown == unknown_policy::targeting
             ? "A cookie that neither this policy nor the catalog knows counts as targeting, and as shared."
             : "An unknown third-party cookie counts as targeting and shared, an unknown first-party one as required.";
}

std::vector<std::string> places_of(const config& site, const explanation& how) {
  if (how.location) return {*how.location};
  if (site.geo == geo_source::fixed && !site.fixed_location.empty()) return {site.fixed_location};
  if (site.geo == geo_source::fixed) return {"ZZ"};
  return {"DE", "GB", "US-CA", "US-VA", "JP", "ZZ"};
}

// ---- The declared cookies
// --------------------------------------------------------------------------------------------

struct situation {
  std::string title;
  decision made;
};

std::vector<situation> situations_of(const config& site, const explanation& how) {
  const auto decided = [&](std::string_view location, bool gpc) {
    const signals seen{gpc, dnt_value::absent};
    return decide(site.policy, seen, find_jurisdiction(location, how.now), nullptr, {}, how.now);
  };
  const std::vector<std::string> places = places_of(site, how);
  const bool one = places.size() == 1;
  const std::string with_gpc = one ? places[0] : "US-CA", without_choice = one ? places[0] : "DE";
  std::vector<situation> both{{"with GPC in " + with_gpc, decided(with_gpc, true)}};
  if (!how.only_gpc) both.push_back({"no choice in " + without_choice, decided(without_choice, false)});
  return both;
}

table_row cookie_row(const policy& rules, const cookie_rule& cookie, const std::vector<situation>& situations) {
  table_row cells{std::string(cookie.name) + (cookie.host.empty() ? "" : " at " + std::string(cookie.host)),
                  std::string(to_string(cookie.category)), cookie.vendor.empty() ? "-" : std::string(cookie.vendor),
                  cookie.shared ? "shared" : "not shared"};
  const classification what{cookie.category, cookie.shared, 100, evidence::policy, cookie.vendor};
  for (const situation& each : situations) {
    const verdict given = judge(each.made, rules, cookie_facts{cookie.name, cookie.host, false}, what);
    cells.push_back((given.allowed ? "used" : "removed") + (" (" + std::string(to_string(given.rule)) + ')'));
  }
  return cells;
}

std::string cookies_text(const config& site, const explanation& how) {
  const policy& rules = site.policy;
  std::string text = "Cookies this policy declares\n";
  if (rules.cookie_count == 0) return text + "  None. " + unknown_text(rules) + '\n';
  const std::vector<situation> situations = situations_of(site, how);
  std::vector<table_row> rows{{"name", "category", "vendor", "what it learns is"}};
  for (const situation& each : situations) rows.front().push_back(each.title);
  for (std::size_t i = 0; i < rules.cookie_count; ++i) rows.push_back(cookie_row(rules, rules.cookies[i], situations));
  text += table_text(rows) + "  " + unknown_text(rules) + '\n';
  if (rules.mode == mode::observe) text += "  In mode observe \"removed\" means: reported, not removed.\n";
  return text;
}

std::string_view purpose_text(exempt_purpose purpose) {
  switch (purpose) {
    case exempt_purpose::statistical: return "to measure its own audience";
    case exempt_purpose::appearance: return "to adapt appearance and function to the visitor";
    case exempt_purpose::emergency: return "to find a person who calls for emergency help";
  }
  return {};
}

std::string exemptions_text(const policy& rules) {
  if (rules.exemption_count == 0) return {};
  std::string text = "Declared exempt from consent, with information and a way to object\n";
  for (std::size_t i = 0; i < rules.exemption_count; ++i) {
    const exemption& each = rules.exemptions[i];
    text += "  " + std::string(each.name) + " in " + std::string(each.jurisdiction) + ", " +
            std::string(purpose_text(each.purpose)) + '\n';
  }
  return text + '\n';
}

}  // namespace

std::string explain(const config& site, std::string_view file, const explanation& how) {
  const jurisdiction_table table = jurisdictions();
  std::string text = "What " + std::string(file) + " does, on " + date_of(how.now) + "\n\n";
  text += wrapped("", "",
                  "A cookie is called shared when its vendor sells or shares what it learns, or when no contract says "
                  "otherwise.") +
          '\n';
  text +=
      site_text(site) + '\n' + place_text(site) + '\n' + signals_text(site.policy) + '\n' + consent_text(site) + '\n';
  for (const std::string& location : places_of(site, how)) text += explain_place(site, location, how);
  text += exemptions_text(site.policy) + cookies_text(site, how);
  return text + "\nLaws as of " + std::string(table.version) + ", " + std::to_string(table.count) + " rows (version " +
         std::string(jurisdiction_version()) + "). Engineering data, not legal advice.\n";
}

}  // namespace abide::detail::cli
