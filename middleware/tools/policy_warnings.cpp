#include "tools/policy_warnings.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "abide/cookie.hpp"
#include "abide/service.hpp"
#include "abide/signal.hpp"
#include "base/ascii.hpp"
#include "pages/declaration.hpp"
#include "pages/policy_text/audience.hpp"
#include "policy/address_range.hpp"
#include "policy/texts.hpp"
#include "tools/counted.hpp"
#include "tools/prose.hpp"

namespace abide::detail::cli {
namespace {

using rows = std::vector<const jurisdiction*>;

/// A policy, the places it serves, and what is unwise in it.
struct look {
  const config& site;
  std::int64_t now;
  rows served;
  std::vector<finding> found;

  void warn(const std::string& path, std::string text) {
    const text_place at = site.source ? site.source->place_of(path) : text_place{};
    found.push_back({path, std::move(text), at, true});
  }
};

rows places_served(const config& site, std::int64_t now) {
  const reader everyone{&site, &texts_of(site).in("en"), place_of_everyone(site, now), {}};
  rows all;
  for (const audience& group : audiences(everyone, now)) all.insert(all.end(), group.rows.begin(), group.rows.end());
  return all;
}

/// `Germany`, or `Germany and 31 other places`.
template <class test>
std::string some_of(const rows& served, test fits) {
  std::string first;
  std::size_t count = 0;
  for (const jurisdiction* row : served) {
    if (!fits(*row)) continue;
    if (count++ == 0) first = row->code == "ZZ" ? "unknown places" : row->name;
  }
  if (count < 2) return first;
  return first + " and " + std::to_string(count - 1) + (count == 2 ? " other place" : " other places");
}

/// `uid, _ga* and 4 more`
std::string list_of(const std::vector<std::string>& items) {
  constexpr std::size_t shown = 3;
  if (items.size() <= shown) return joined(items);
  return joined({items[0], items[1], items[2], std::to_string(items.size() - shown) + " more"});
}

// ---- The site ------------------------------------------------------------------------------------------------------

void look_at_site(look& at) {
  const config& site = at.site;
  if (site.contact.empty())
    at.warn("/site/contact", "missing; the notice and the policy text name no contact (GDPR Art. 13(1))");
  if (site.site_name == "This site") at.warn("/site/name", "missing; the notice does not name the site");
  if (site.gpc_updated > date_of(at.now))
    at.warn("/site/gpc_updated",
            site.gpc_updated + " is in the future, but /.well-known/gpc.json would publish it as the last update");
  if (site.policy.mode == mode::observe)
    at.warn("/mode", "observe; no cookies are removed, whatever the notice says and visitors choose");
  if (!site.insert_notice && site.layout != notice_layout::bar)
    at.warn("/notice/layout", "has no effect; the pages place the notice themselves (/notice/insert)");
  if (site.shares_pages && site.geo != geo_source::fixed)
    at.warn("/caching",
            "shared; every cache between the site and its visitors must set Abide-Regime by the visitor's country and "
            "remove any other value (middleware/caches.md); otherwise every visitor gets the strictest copy");
}

// ---- Places --------------------------------------------------------------------------------------------------------

bool reads_headers(const config& site) { return site.geo != geo_source::fixed && site.geo != geo_source::maxmind; }

void look_at_fixed_place(look& at) {
  const config& site = at.site;
  const std::string& place = site.fixed_location;
  if (site.geo != geo_source::fixed) {
    if (!place.empty())
      at.warn("/jurisdiction/fixed", "not used, because \"from\" is " + std::string(to_string(site.geo)));
    return;
  }
  if (place.empty())
    at.warn(
        "/jurisdiction/fixed",
        "missing, but \"from\" is fixed; every visitor gets the strictest rules. If this is intended, write \"ZZ\"");
  else if (place != "ZZ" && find_jurisdiction(place, at.now).code == "ZZ")
    at.warn("/jurisdiction/fixed", "Abide knows no law of " + place + "; the strictest rules apply");
}

/// How much of the network is trusted: everyone, or more than any provider has.
std::string_view too_wide(std::string_view text) {
  constexpr unsigned v4_bits = 96, v4_least = v4_bits + 8, v6_least = 16;
  const auto range = read_address_range(text);
  if (!range) return {};
  if (range->bits == 0 || (range->bits == v4_bits && text.find('.') != std::string_view::npos)) return "everyone";
  const bool is_v4 = text.find('.') != std::string_view::npos;
  return range->bits < (is_v4 ? v4_least : v6_least) ? "a large part of the internet" : std::string_view{};
}

void look_at_places(look& at) {
  const config& site = at.site;
  look_at_fixed_place(at);
  if (reads_headers(site) && site.trusted_proxies.empty())
    at.warn("/jurisdiction/trusted_proxies",
            "missing; the headers of " + std::string(to_string(site.geo)) +
                " are trusted from no proxy, so every visitor gets the strictest rules");
  for (std::size_t i = 0; i < site.trusted_proxies.size(); ++i) {
    const std::string_view who = too_wide(site.trusted_proxies[i]);
    if (!who.empty())
      at.warn("/jurisdiction/trusted_proxies/" + std::to_string(i),
              site.trusted_proxies[i] + " trusts " + std::string(who) +
                  ": visitors can choose which law applies to them, and which address they are counted by");
  }
}

// ---- Signals, consent, records -------------------------------------------------------------------------------------

void look_at_signals(look& at) {
  const std::string objecting = some_of(at.served, [](const jurisdiction& row) { return row.dnt_objects; });
  if (at.site.policy.dnt == dnt_policy::ignore && !objecting.empty())
    at.warn("/signals/dnt", "ignore, but in " + objecting +
                                " Do Not Track can be a binding objection (LG Berlin, 16 O 420/19); as_objection "
                                "honours it there");
}

void look_at_languages(look& at) {
  const std::vector<std::string>& languages = at.site.languages;
  for (std::size_t i = 0; i < languages.size(); ++i)
    if (!texts_of(at.site).has_language(languages[i]))
      at.warn("/notice/languages/" + std::to_string(i),
              "no texts in " + languages[i] + "; visitors with this language get the English texts");
}

/// The hosts that the policy names, each as a host of its own domain.
std::vector<std::string> named_hosts(const config& site) {
  std::vector<std::string> hosts;
  if (!site.policy.host.empty()) hosts.emplace_back(site.policy.host);
  for (const std::string& each : site.hosts) hosts.push_back(each.substr(each.starts_with('.')));
  if (const std::size_t mark = site.origin.find("://"); mark != std::string::npos) {
    const std::string_view rest = std::string_view(site.origin).substr(mark + 3);
    hosts.emplace_back(rest.substr(0, rest.find_first_of(":/")));
  }
  return hosts;
}

void look_at_consent_domain(look& at) {
  const std::string& domain = at.site.consent_domain;
  if (domain.empty()) return;
  at.warn("/consent/domain", "every host of " + domain +
                                 " can refuse in a visitor's name or restore an older choice (SECURITY.md); all of "
                                 "them must be under your control");
  std::vector<std::string> outside = named_hosts(at.site);
  std::erase_if(outside, [&](const std::string& host) { return domain_matches(ascii_text::lower(host), domain); });
  if (!outside.empty())
    at.warn("/consent/domain", outside.front() + " is not below " + domain + ": a choice made there holds there alone");
}

void look_at_consent(look& at) {
  const config& site = at.site;
  if (site.keys.empty()) at.warn("/consent/keys", "missing; a random key signs choices, and a restart discards them");
  const std::uint32_t days = site.policy.lifetime_days;
  const std::string shorter = some_of(
      at.served, [&](const jurisdiction& row) { return row.regime == regime::opt_in && row.consent_days < days; });
  if (!shorter.empty())
    at.warn("/consent/lifetime_days",
            counted(days, "day", "days") + ", longer than the law or its guidance allows in " + shorter);
  look_at_consent_domain(at);
}

void look_at_records(look& at) {
  const config& site = at.site;
  const std::string asking = some_of(at.served, [](const jurisdiction& row) { return row.regime == regime::opt_in; });
  if (site.records.empty()) {
    if (!asking.empty())
      at.warn("/records/store",
              "missing; a site that asks for consent must be able to prove it (GDPR Art. 7(1)): " + asking);
    return;
  }
  if (site.records == "memory:") at.warn("/records/store", "memory: loses all records at a restart");
  if (site.records.starts_with("sqlite://")) {  // the form of other tools, where it may be a relative path
    const std::string relative = std::filesystem::path(site.records.substr(7)).relative_path().string();
    at.warn("/records/store", "names the file /" + relative + "; write sqlite:/" + relative +
                                  ", or sqlite:" + relative + " for a file below the folder of the policy");
  }
  if (site.retain_days == 0)
    at.warn("/records/retain_days",
            "missing; records are kept forever, but visitors must be told how long (GDPR Art. 5(1)(e), 13(2)(a))");
}

// ---- Cookies -------------------------------------------------------------------------------------------------------

std::string path_of(std::size_t cookie) { return std::string("/cookies/") + std::to_string(cookie); }

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
  if (!names.empty()) at.warn(path_of(first), list_of(names) + ": " + std::string(text));
}

void look_for_twins(look& at) {
  const policy& rules = at.site.policy;
  for (std::size_t i = 0; i < rules.cookie_count; ++i)
    for (std::size_t k = 0; k < i; ++k) {
      const cookie_rule &first = rules.cookies[k], &second = rules.cookies[i];
      if (first.name != second.name || first.host != second.host) continue;
      const std::string name(second.name);
      at.warn(path_of(i), first.category == second.category
                              ? name + " is also declared in " + path_of(k) + "; only that declaration counts"
                              : name + " is " + std::string(to_string(second.category)) + " here, but " +
                                    std::string(to_string(first.category)) + " in " + path_of(k) +
                                    "; only that declaration counts");
    }
}

/// A choice about a service is recorded by its number, so two vendors with the same number would share it.
void look_for_shared_numbers(look& at) {
  const policy &rules = at.site.policy, catalog_alone;
  for (std::size_t i = 0; i < rules.cookie_count; ++i) {
    const std::string_view vendor = rules.cookies[i].vendor;
    for (const policy* known : {&rules, &catalog_alone}) {
      const std::string_view other = find_service(*known, service_id(vendor));
      if (other.empty() || same_field(other, vendor)) continue;
      at.warn(path_of(i) + "/vendor",
              std::string(vendor) + " and " + std::string(other) +
                  " have the same number: a choice about one counts for the other; write it otherwise");
      break;
    }
  }
}

/// Whether the catalog is stricter about a cookie than the policy.
bool is_stricter(const classification& known, abide::category declared) {
  constexpr std::uint8_t sure = 70;
  if (known.confidence < sure || known.category == declared) return false;
  return declared == category::required || known.category == category::targeting;
}

/// What the catalog says of a name, if it is stricter than the rule.
std::optional<classification> stricter_than(const cookie_rule& rule, std::string_view name) {
  classification known;
  const std::string_view host = rule.host.substr(rule.host.starts_with('.'));
  if (!look_up(name, host, known) || !is_stricter(known, rule.category)) return {};
  return known;
}

/// `targeting (Meta)`
std::string named(const classification& known) {
  return std::string(to_string(known.category)) +
         (known.vendor.empty() ? std::string() : std::string(" (").append(known.vendor).append(")"));
}

/// Trackers' cookies that many sites have.
constexpr std::string_view widespread[] = {
    "_fbp",   "_gcl_au",    "IDE",  "_uetsid",         "MUID", "_ttp", "_ga", "_gid", "_pk_id",
    "__utma", "hubspotutk", "s_vi", "_hjSessionUser_1"};

/// Warns of a pattern such as `_*`, which makes trackers' cookies required.
void look_for_wide_pattern(look& at, std::size_t i) {
  const policy& rules = at.site.policy;
  const cookie_rule& rule = rules.cookies[i];
  for (const std::string_view name : widespread) {
    if (!name_matches(rule.name, name)) continue;
    const auto known = stricter_than(rule, name);
    if (!known) continue;
    const std::string_view host = rule.host.substr(rule.host.starts_with('.'));
    if (classify(rules, {name, host}).category != rule.category) continue;  // a narrower rule decides about this name
    return at.warn(path_of(i) + "/name", std::string(rule.name) + " also matches " + std::string(name) +
                                             ", which the catalog lists as " + named(*known) + "; here it is " +
                                             std::string(to_string(rule.category)));
  }
}

void look_for_contradictions(look& at) {
  const policy& rules = at.site.policy;
  for (std::size_t i = 0; i < rules.cookie_count; ++i) {
    const cookie_rule& rule = rules.cookies[i];
    std::string member_of_pattern(rule.name);
    std::erase(member_of_pattern, '*');
    const auto known = stricter_than(rule, member_of_pattern);
    if (!known) {
      look_for_wide_pattern(at, i);
      continue;
    }
    at.warn(path_of(i) + "/category", std::string(rule.name) + " is " + std::string(to_string(rule.category)) +
                                          " here, but the catalog lists it as " + named(*known) +
                                          "; a scanner would report this");
  }
}

bool has_purpose_in(const cookie_declaration& words, std::string_view language) {
  return std::any_of(words.purpose.begin(), words.purpose.end(), [&](const auto& each) {
    return each.first.empty() || each.first == language || each.first == language.substr(0, language.find('-'));
  });
}

void look_at_cookies(look& at) {
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
  look_for_twins(at);
  look_for_shared_numbers(at);
  look_for_contradictions(at);
}

// ---- Exemptions ----------------------------------------------------------------------------------------------------

void look_at_exemptions(look& at) {
  const policy& rules = at.site.policy;
  for (std::size_t i = 0; i < rules.exemption_count; ++i) {
    const exemption& each = rules.exemptions[i];
    const std::string path = std::string("/exempt/") + std::to_string(i);
    if (std::none_of(at.served.begin(), at.served.end(),
                     [&](const jurisdiction* row) { return row->code == each.jurisdiction; }))
      at.warn(path, "the law of " + std::string(each.jurisdiction) +
                        " applies to no visitor; the policy places all in " +
                        some_of(at.served, [](const jurisdiction&) { return true; }));
    bool is_declared = false;
    for (std::size_t k = 0; k < rules.cookie_count; ++k) {
      if (!name_matches(each.name, rules.cookies[k].name)) continue;
      is_declared = true;
      if (rules.cookies[k].shared)
        at.warn(
            path,
            std::string(rules.cookies[k].name) +
                " is sold or shared, so it is never exempt; if a processor contract forbids this, set \"shared\": false");
    }
    if (!is_declared) at.warn(path, "the policy declares no cookie named " + std::string(each.name));
  }
}

}  // namespace

std::vector<finding> policy_warnings(const config& site, std::int64_t now) {
  look at{site, now, places_served(site, now), {}};
  look_at_site(at);
  look_at_places(at);
  look_at_signals(at);
  look_at_languages(at);
  look_at_consent(at);
  look_at_records(at);
  look_at_cookies(at);
  look_at_exemptions(at);
  sort_by_place(at.found);
  return std::move(at.found);
}

}  // namespace abide::detail::cli
