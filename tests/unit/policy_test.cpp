#include "catch.hpp"
#include "words.hpp"

using namespace abide;

TEST_CASE("a cookie's programme is that of the rule that declares it") {
  const cookie_rule rules[]{{"uid*", "", "", category::targeting, true, "coupons"},
                            {"uid_l", "", "", category::targeting, true, "loyalty"},
                            {"other", "", "", category::targeting, true}};
  policy p;
  CHECK_FALSE(has_programmes(p));
  p.cookies = rules + 2;
  p.cookie_count = 1;
  CHECK_FALSE(has_programmes(p));
  p.cookies = rules;
  p.cookie_count = 3;
  CHECK(has_programmes(p));
  CHECK(find_programme(p, {"uid_l", "", false}) == "loyalty");
  CHECK(find_programme(p, {"uid_x", "", false}) == "coupons");
  CHECK(find_programme(p, {"other", "", false}).empty());
  CHECK(find_programme(p, {"unheard", "", false}).empty());
}
using words::today;

namespace {

struct rules {
  std::vector<cookie_rule> cookies;
  std::vector<exemption> exemptions;
  abide::policy policy() {
    abide::policy p;
    p.cookies = cookies.data();
    p.cookie_count = cookies.size();
    p.exemptions = exemptions.data();
    p.exemption_count = exemptions.size();
    return p;
  }
};

cookie_rule rule_of(std::string_view name, category c, std::string_view host = {}, bool shared = false) {
  return {name, host, "Us", c, shared};
}

}  // namespace

TEST_CASE("the default policy is the strict one") {
  const policy p;
  CHECK(p.mode == mode::enforce);
  CHECK(p.unknown == unknown_policy::targeting);
  CHECK(p.dnt == dnt_policy::as_objection);
  CHECK(p.exception == exception_policy::informed);
  CHECK(p.joined == joined_values::any);
  CHECK(p.notice_version == 1);
  CHECK(p.lifetime_days == 0);
}

TEST_CASE("the consent cookie is required, whatever the rules and the catalog say") {
  rules r{{rule_of("abide", category::targeting), rule_of("__Host-abide", category::targeting),
           rule_of("*", category::targeting)},
          {}};
  const policy p = r.policy();
  for (const char* name : {"abide", "__Host-abide", "__Secure-abide", "signal_abide", "__Host-signal_abide"}) {
    const classification c = classify(p, {name, "shop.example", false});
    CHECK(c.category == category::required);
    CHECK_FALSE(c.shared);
    CHECK(c.vendor == "Abide");
  }
  CHECK(classify(p, {"abide_", "", false}).category == category::targeting);
  CHECK(classify(p, {"abide_signals", "", false}).category == category::targeting);
  CHECK(classify(p, {"__host-abide", "", false}).category == category::targeting);
  CHECK(classify(p, {"__Host-__Secure-abide", "", false}).category == category::targeting);
}

TEST_CASE("a policy can set the name of its consent cookie") {
  policy p;
  p.consent_cookie = "choice";
  CHECK(classify(p, {"__Host-choice", "", false}).category == category::required);
  CHECK(classify(p, {"abide", "", false}).category == category::targeting);
}

TEST_CASE("the site's own rules take precedence over the catalog") {
  rules r{{rule_of("_ga*", category::functional)}, {}};
  const classification c = classify(r.policy(), {"_ga", "", false});
  CHECK(c.category == category::functional);
  CHECK_FALSE(c.shared);
  CHECK(c.confidence == 100);
  CHECK(c.from == evidence::policy);
  CHECK(c.vendor == "Us");
  CHECK(classify(r.policy(), {"_fbp", "", false}).from == evidence::catalog);
}

TEST_CASE(
    "of the site's rules the exact name counts first, then the longest pattern, then the one with a host, in any order") {
  std::vector<cookie_rule> list{rule_of("u*", category::targeting), rule_of("user*", category::analytics),
                                rule_of("user", category::required),
                                rule_of("user*", category::functional, ".shop.example")};
  for (int turn = 0; turn < 4; ++turn) {
    rules r{list, {}};
    const policy p = r.policy();
    CHECK(classify(p, {"user", "www.shop.example", false}).category == category::required);
    CHECK(classify(p, {"user2", "other.example", false}).category == category::analytics);
    CHECK(classify(p, {"user2", "www.shop.example", false}).category == category::functional);
    CHECK(classify(p, {"uxx", "", false}).category == category::targeting);
    list.insert(list.begin(), list.back());
    list.pop_back();
  }
}

TEST_CASE("of rules for one name the nearest host counts, then the stricter category, in any order") {
  cookie_rule sold = rule_of("id", category::analytics, "cdn.shop.example");
  sold.shared = true;
  std::vector<cookie_rule> list{rule_of("id", category::required, ".example"),
                                rule_of("id", category::functional, ".shop.example"),
                                rule_of("id", category::required, "www.shop.example"),
                                rule_of("id", category::analytics, "cdn.shop.example"),
                                sold,
                                rule_of("id*", category::targeting, "www.shop.example"),
                                rule_of("i*", category::functional, ".shop.example"),
                                rule_of("id-*", category::analytics)};
  for (std::size_t turn = 0; turn < list.size(); ++turn) {
    rules r{list, {}};
    const policy p = r.policy();
    CHECK(classify(p, {"id", "www.shop.example", false}).category == category::required);
    CHECK(classify(p, {"id", "a.shop.example", false}).category == category::functional);
    CHECK(classify(p, {"id", "other.example", false}).category == category::required);
    CHECK(classify(p, {"id", "cdn.shop.example", false}).shared);
    CHECK(classify(p, {"id-1", "a.shop.example", false}).category == category::analytics);
    CHECK(classify(p, {"id-1", "www.shop.example", false}).category == category::analytics);
    CHECK(classify(p, {"i-1", "a.shop.example", false}).category == category::functional);
    list.insert(list.begin(), list.back());
    list.pop_back();
  }
}

TEST_CASE("a rule with a host does not apply to other hosts") {
  rules r{{rule_of("zzz_uid", category::required, ".ads.example")}, {}};
  CHECK(classify(r.policy(), {"zzz_uid", "cdn.ads.example", false}).category == category::required);
  CHECK(classify(r.policy(), {"zzz_uid", "shop.example", false}).from == evidence::rule);
  CHECK(classify(r.policy(), {"zzz_uid", "", false}).from == evidence::rule);
}

TEST_CASE("an unknown cookie counts as shared targeting under the strict rule") {
  const classification c = classify(policy{}, {"zzz_unknown_zzz", "shop.example", false});
  CHECK(c.category == category::targeting);
  CHECK(c.shared);
  CHECK(c.from == evidence::rule);
  CHECK(c.vendor.empty());
}

TEST_CASE("under the party rule an unknown cookie is required only if it is first-party") {
  policy p;
  p.unknown = unknown_policy::party;
  CHECK(classify(p, {"zzz_unknown_zzz", "", false}).category == category::required);
  CHECK_FALSE(classify(p, {"zzz_unknown_zzz", "", false}).shared);
  CHECK(classify(p, {"zzz_unknown_zzz", "", true}).category == category::targeting);
  CHECK(classify(p, {"zzz_unknown_zzz", "", true}).shared);
  CHECK(classify(p, {"_fbp", "", false}).category == category::targeting);  // a known cookie keeps its category
}

TEST_CASE("a nameless cookie is unknown") {
  CHECK(classify(policy{}, {"", "", false}).category == category::targeting);
}

TEST_CASE("an exemption applies in its jurisdiction, to its purpose's category, where the law has it") {
  rules r{{},
          {{"GB", exempt_purpose::statistical, "_pk_*"},
           {"GB", exempt_purpose::appearance, "theme"},
           {"FR", exempt_purpose::appearance, "theme"},
           {"DE", exempt_purpose::statistical, "_pk_*"}}};
  const policy p = r.policy();
  const jurisdiction& britain = find_jurisdiction("GB", today());
  const jurisdiction& france = find_jurisdiction("FR", today());
  const jurisdiction& germany = find_jurisdiction("DE", today());
  CHECK(is_exempt(p, britain, "_pk_id.1", category::analytics));
  CHECK_FALSE(is_exempt(p, britain, "_pk_id.1", category::functional));
  CHECK_FALSE(is_exempt(p, britain, "_pk_id.1", category::targeting));
  CHECK_FALSE(is_exempt(p, britain, "other", category::analytics));
  CHECK(is_exempt(p, britain, "theme", category::functional));
  CHECK_FALSE(is_exempt(p, france, "theme", category::functional));    // France exempts statistics only
  CHECK_FALSE(is_exempt(p, france, "_pk_id.1", category::analytics));  // declared for other cookies
  CHECK_FALSE(is_exempt(p, germany, "_pk_id.1", category::analytics));
  CHECK(declared_exempt(p, britain).bits() == 6);
  CHECK(declared_exempt(p, france).empty());
  CHECK(declared_exempt(p, germany).empty());
  CHECK(declared_exempt(policy{}, britain).empty());
}

TEST_CASE("an exemption whose cookies are all of another category, or shared, makes no category exempt") {
  const exemption statistics{"GB", exempt_purpose::statistical, "stats*"};
  const jurisdiction& britain = find_jurisdiction("GB", today());
  cookie_rule sold = rule_of("stats", category::analytics);
  sold.shared = true;
  const cookie_rule other = rule_of("stats", category::functional);
  for (const cookie_rule& rule : {sold, other}) {
    rules r{{rule}, {statistics}};
    CHECK(declared_exempt(r.policy(), britain).empty());
  }
  rules both{{other, rule_of("stats2", category::analytics)}, {statistics}};
  CHECK(declared_exempt(both.policy(), britain).contains(category::analytics));
}
