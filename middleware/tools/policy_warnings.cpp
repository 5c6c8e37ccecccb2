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
#include "policy/lifetime.hpp"
#include "policy/reading.hpp"
#include "policy/texts.hpp"
#include "tools/counted.hpp"
#include "tools/deciding_rule.hpp"
#include "tools/prose.hpp"
#include "tools/region_codes.hpp"

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

std::string in_capitals(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

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
  else if (is_mistyped_region(in_capitals(place)))
    at.warn("/jurisdiction/fixed", "Abide has no row for " + place + ", which is no region of " + place.substr(0, 2) +
                                       "; the rules of " + std::string(find_jurisdiction(place, at.now).name) +
                                       " apply");
}

/// Whether the range is in `::ffff:0:0/96`, which is IPv4, however it is written.
bool is_in_v4(const address_range& range) {
  constexpr std::size_t prefix_bytes = 12;
  const auto any_v4 = read_address_bytes("0.0.0.0");
  return any_v4 && std::equal(any_v4->begin(), any_v4->begin() + prefix_bytes, range.network.begin());
}

/// How much of the network is trusted: everyone who has IPv4 or IPv6, or more than any provider has.
std::string_view too_wide(std::string_view text) {
  constexpr unsigned v4_bits = 96, v4_least = v4_bits + 8, v6_least = 16;
  const auto range = read_address_range(text);
  if (!range) return {};
  if (range->bits <= v4_bits && contains(*range, "0.0.0.0")) return "everyone";
  return range->bits < (is_in_v4(*range) ? v4_least : v6_least) ? "a large part of the internet" : std::string_view{};
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

/// California: records of requests, and of how they were answered, are kept for at least 24 months.
void look_at_short_retention(look& at) {
  constexpr std::uint32_t days_in_24_months = 730;
  const std::uint32_t days = at.site.retain_days;
  const auto is_california = [](const jurisdiction* row) { return row->code == "US-CA"; };
  if (days == 0 || days >= days_in_24_months || std::none_of(at.served.begin(), at.served.end(), is_california)) return;
  at.warn("/records/retain_days", counted(days, "day", "days") +
                                      ", but in California records of requests and of the answers to them must be kept "
                                      "for at least 24 months (11 CCR 7101): 730 days");
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
  look_at_short_retention(at);
  if (site.retain_days == 0)
    at.warn("/records/retain_days",
            "missing; records are kept forever, but visitors must be told how long (GDPR Art. 5(1)(e), 13(2)(a))");
}

// ---- Keys that contradict each other -------------------------------------------------------------------------------

/// The cookie with the choice is Abide's, whatever the catalog or a rule says of its name.
void look_at_consent_cookie(look& at) {
  const policy& rules = at.site.policy;
  const std::string name(rules.consent_cookie);
  for (std::size_t i = 0; i < rules.cookie_count; ++i)
    if (rules.cookies[i].name == rules.consent_cookie)
      at.warn(std::string("/cookies/") + std::to_string(i),
              "has no effect: " + name + " is the cookie with the visitor's choice (/consent/cookie)");
  classification known;
  if (!look_up(name, {}, known) || known.from == evidence::rule) return;
  const std::string whose = known.vendor.empty() ? std::string("others") : std::string(known.vendor);
  at.warn("/consent/cookie",
          "the catalog knows " + name + " as a cookie of " + whose +
              ", which would overwrite the visitor's choice or be taken for it; choose another name");
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// Below the consent path the site answers itself: nothing of the application is reached there.
void look_at_consent_path(look& at) {
  const config& site = at.site;
  const std::string& path = site.consent_path;
  if (is_below(site.theme, path))
    at.warn("/notice/theme", "below " + path + ", where Abide answers, not the site: the style sheet is never found");
  const bool is_own_page =
      site.policy_url == path || site.policy_url == path + "/policy" || site.policy_url == path + "/cookies";
  if (is_below(site.policy_url, path) && !is_own_page)
    at.warn("/notice/policy_url",
            "below " + path + ", where Abide answers: it has no such page; its own text is at " + path + "/policy");
}

void look_at_origin(look& at) {
  const config& site = at.site;
  const std::size_t mark = site.origin.find("://");
  if (site.hosts.empty() || mark == std::string::npos) return;
  const std::string_view rest = std::string_view(site.origin).substr(mark + 3);
  const std::string host = ascii_text::lower(rest.substr(0, rest.find_first_of(":/")));
  const auto covers = [&](const std::string& each) { return host_matches(each, host); };
  if (host == site.policy.host || std::any_of(site.hosts.begin(), site.hosts.end(), covers)) return;
  at.warn("/site/origin", host + " is not among site.hosts: requests for it get 421");
}

void look_across_keys(look& at) {
  look_at_consent_cookie(at);
  look_at_consent_path(at);
  look_at_origin(at);
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

std::string kind_of(const cookie_rule& rule) {
  return std::string(to_string(rule.category)) + (rule.shared ? ", shared" : "");
}

/// What the second of two rules for one name and host does: the stricter one counts, of equals the first.
std::string text_of_twin(const cookie_rule& second, const cookie_rule& first, const std::string& first_path) {
  const std::string name(second.name);
  if (kind_of(first) == kind_of(second))
    return name + " is also declared in " + first_path + "; only that declaration counts";
  const std::string differs = name + " is " + kind_of(second) + " here, but " + kind_of(first) + " in " + first_path;
  return differs + (outranks(second, first) ? "; only this declaration, the stricter one, counts"
                                            : "; only that declaration, the stricter one, counts");
}

void look_for_twins(look& at) {
  const policy& rules = at.site.policy;
  for (std::size_t i = 0; i < rules.cookie_count; ++i)
    for (std::size_t k = 0; k < i; ++k) {
      const cookie_rule &first = rules.cookies[k], &second = rules.cookies[i];
      if (first.name == second.name && first.host == second.host)
        at.warn(path_of(i), text_of_twin(second, first, path_of(k)));
    }
}

/// Warns of a rule for shop.example if the site is www.shop.example: without a leading dot it is for that host alone.
void look_for_bare_parents(look& at) {
  const policy& rules = at.site.policy;
  for (std::size_t i = 0; i < rules.cookie_count; ++i) {
    const std::string host(rules.cookies[i].host);
    if (host.empty() || host.front() == '.' || !rules.host.ends_with('.' + host)) continue;
    if (std::find(at.site.hosts.begin(), at.site.hosts.end(), host) != at.site.hosts.end()) continue;
    at.warn(path_of(i) + "/host", std::string("this rule never matches on ")
                                      .append(rules.host)
                                      .append("; .")
                                      .append(host)
                                      .append(" would include the hosts below ")
                                      .append(host));
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

/// In which respect the catalog is stricter about a cookie than the policy.
enum class stricter { no, category, sharing };

/// A contract is the site's own knowledge. Required cookies are on, shared or not.
stricter compared(const classification& known, const cookie_rule& rule, bool is_processor) {
  constexpr std::uint8_t sure = 70;
  if (known.confidence < sure) return stricter::no;
  const bool may_differ = rule.category != category::required && known.category != category::targeting;
  if (known.category != rule.category && !may_differ) return stricter::category;
  const bool is_laxer = known.shared && !rule.shared && !is_processor && rule.category != category::required;
  return is_laxer ? stricter::sharing : stricter::no;
}

struct contradiction {
  stricter in = stricter::no;
  classification known;
};

bool is_processor(const config& site, std::size_t cookie) { return site.storage && site.storage->processors[cookie]; }

/// What the catalog says of a name, and whether it is stricter than the rule.
contradiction look_up_against(const look& at, std::size_t i, std::string_view name) {
  const cookie_rule& rule = at.site.policy.cookies[i];
  contradiction found;
  if (look_up(name, rule.host.substr(rule.host.starts_with('.')), found.known))
    found.in = compared(found.known, rule, is_processor(at.site, i));
  return found;
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

std::string sharing_advice(const classification& known) {
  return (known.vendor.empty() ? std::string("its vendor") : std::string(known.vendor)) +
         " sells or shares what it learns; if a contract forbids this, write \"contract\": \"processor\"";
}

/// Warns of a pattern such as `_*`, which makes trackers' cookies required, or theirs alone.
void look_for_wide_pattern(look& at, std::size_t i) {
  const policy& rules = at.site.policy;
  const cookie_rule& rule = rules.cookies[i];
  for (const std::string_view name : widespread) {
    if (!name_matches(rule.name, name)) continue;
    const contradiction found = look_up_against(at, i, name);
    if (found.in == stricter::no) continue;
    const std::string_view host = rule.host.substr(rule.host.starts_with('.'));
    const classification counts = classify(rules, {name, host});
    if (counts.category != rule.category || counts.shared != rule.shared) continue;  // a narrower rule decides
    const std::string start = std::string(rule.name) + " also matches " + std::string(name) + ", ";
    if (found.in == stricter::sharing)
      return at.warn(path_of(i) + "/name", start + "and according to the catalog " + sharing_advice(found.known));
    return at.warn(path_of(i) + "/name", start + "which the catalog lists as " + named(found.known) + "; here it is " +
                                             std::string(to_string(rule.category)));
  }
}

void look_for_contradictions(look& at) {
  const policy& rules = at.site.policy;
  for (std::size_t i = 0; i < rules.cookie_count; ++i) {
    const cookie_rule& rule = rules.cookies[i];
    const std::string name(rule.name);
    std::string member_of_pattern = name;
    std::erase(member_of_pattern, '*');
    const contradiction found = look_up_against(at, i, member_of_pattern);
    if (found.in == stricter::no) look_for_wide_pattern(at, i);
    if (found.in == stricter::category)
      at.warn(path_of(i) + "/category", name + " is " + std::string(to_string(rule.category)) +
                                            " here, but the catalog lists it as " + named(found.known) +
                                            "; a scanner would report this");
    if (found.in == stricter::sharing)
      at.warn(path_of(i) + "/shared",
              name + " is not shared here, but according to the catalog " + sharing_advice(found.known));
  }
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
  look_for_bare_parents(at);
  look_for_shared_numbers(at);
  look_for_contradictions(at);
  look_for_required_and_shared(at);
}

// ---- Exemptions ----------------------------------------------------------------------------------------------------

void look_at_place_of(look& at, const exemption& each, const std::string& path) {
  const auto is_its_place = [&](const jurisdiction* row) { return row->code == each.jurisdiction; };
  if (std::any_of(at.served.begin(), at.served.end(), is_its_place)) return;
  at.warn(path, "the law of " + std::string(each.jurisdiction) + " applies to no visitor; the policy places all in " +
                    some_of(at.served, [](const jurisdiction&) { return true; }));
}

/// Warns if none of the declared cookies that an exemption names is of the category that its purpose needs.
void look_at_category_of(look& at, const exemption& each, const std::vector<const cookie_rule*>& named,
                         const std::string& path) {
  const category needed = category_of(each.purpose);
  std::vector<std::string> others;
  for (const cookie_rule* rule : named) {
    if (rule->category == needed) return;
    others.push_back(std::string(rule->name) + " is " + std::string(to_string(rule->category)));
  }
  if (!others.empty())
    at.warn(path, "exempts nothing: " + list_of(others) + ", but this purpose needs the category " +
                      std::string(to_string(needed)));
}

std::uint64_t seconds_of(const cookie_lifetime& life) {
  constexpr std::uint64_t minute = 60, hour = 60 * minute, day = 24 * hour, month = 31 * day, year = 365 * day;
  switch (life.unit) {
    case lifetime_unit::seconds: return life.count;
    case lifetime_unit::minutes: return life.count * minute;
    case lifetime_unit::hours: return life.count * hour;
    case lifetime_unit::days: return life.count * day;
    case lifetime_unit::weeks: return life.count * 7 * day;
    case lifetime_unit::months: return life.count / 12 * year + life.count % 12 * month;
    case lifetime_unit::years: return life.count * year;
    case lifetime_unit::session:
    case lifetime_unit::unknown: break;
  }
  return 0;
}

/// France: a cookie that measures the audience without consent lives for at most 13 months.
void look_at_life_of(look& at, const exemption& each, const std::vector<const cookie_rule*>& named) {
  constexpr cookie_lifetime most{lifetime_unit::months, 13};
  if (each.jurisdiction != "FR" || each.purpose != exempt_purpose::statistical) return;
  for (const cookie_rule* rule : named) {
    const auto number = static_cast<std::size_t>(rule - at.site.policy.cookies);
    const cookie_lifetime& life = at.site.declarations[number].lifetime;
    if (rule->category != category_of(each.purpose) || seconds_of(life) <= seconds_of(most)) continue;
    at.warn(path_of(number) + "/lifetime",
            std::string(rule->name) + " lives for " + write_lifetime_text(life) +
                ", but in France a cookie that measures the audience without consent may live for at most 13 months "
                "(CNIL 2020-091 and 2020-092)");
  }
}

void look_at_exemption(look& at, const exemption& each, const std::string& path) {
  const policy& rules = at.site.policy;
  look_at_place_of(at, each, path);
  std::vector<const cookie_rule*> named;
  for (std::size_t k = 0; k < rules.cookie_count; ++k)
    if (name_matches(each.name, rules.cookies[k].name)) named.push_back(&rules.cookies[k]);
  if (const cookie_rule* wider = deciding_rule(rules, each.name, rules.host); named.empty() && wider)
    named.push_back(wider);
  for (const cookie_rule* rule : named)
    if (rule->shared)
      at.warn(
          path,
          std::string(rule->name) +
              " is sold or shared, so it is never exempt; if a processor contract forbids this, set \"shared\": false");
  look_at_category_of(at, each, named, path);
  look_at_life_of(at, each, named);
  if (named.empty()) at.warn(path, "the policy declares no cookie named " + std::string(each.name));
}

void look_at_exemptions(look& at) {
  const policy& rules = at.site.policy;
  for (std::size_t i = 0; i < rules.exemption_count; ++i)
    look_at_exemption(at, rules.exemptions[i], std::string("/exempt/") + std::to_string(i));
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
  look_across_keys(at);
  look_at_cookies(at);
  look_at_exemptions(at);
  sort_by_place(at.found);
  return std::move(at.found);
}

}  // namespace abide::detail::cli
