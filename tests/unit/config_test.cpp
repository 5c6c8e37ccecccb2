// The policy file: which keys it may have, and what is reported about others.
#include "abide/config.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>
#include <utility>

#include "catch.hpp"
#include "policy/address_range.hpp"
#include "policy/strict_json.hpp"

namespace {

abide::config parse(std::string_view json) { return abide::parse_config(json, "policy.json"); }

std::string fault_of(std::string_view json) {
  try {
    parse(json);
  } catch (const abide::config_error& error) {
    return std::regex_replace(error.what(), std::regex(R"(policy\.json:\d+:\d+: )"), "policy.json: ");
  }
  return "no fault";
}

constexpr std::string_view whole_policy = R"({
  "$schema": "policy.schema.json",
  "site":         {"name": "Example Shop", "host": "Shop.Example", "contact": "privacy@shop.example",
                   "gpc_updated": "2026-11-22"},
  "mode":         "observe",
  "jurisdiction": {"from": "cloudflare", "trusted_proxies": ["127.0.0.1/32", "::1/128"], "fixed": null, "maxmind": null},
  "signals":      {"gpc": "honour", "gpc_exception": "never", "dnt": "as_gpc", "joined_values": "literal"},
  "notice":       {"version": 7, "languages": ["en", "de"], "insert": false,
                   "theme": "/static/theme.css"},
  "cookies":      [{"name": "cart", "category": "required"},
                   {"name": "_ga*", "category": "analytics", "vendor": "Google Analytics", "shared": false,
                    "contract": "processor", "purpose": {"en": "Counts visits.", "de": "Zählt Besuche."},
                    "lifetime": "13 months", "vendor_policy": "https://policies.google.com/privacy"},
                   {"name": "uid", "host": ".Ads.Example", "category": "targeting"}],
  "exempt":       ["GB:statistical:_ga*"],
  "unknown":      "party",
  "consent":      {"path": "/privacy/choice", "cookie": "choice", "lifetime_days": 180, "keys": "env:ABIDE_KEYS"},
  "records":      {"store": "sqlite:abide.db", "retain_days": 1825}
})";

void check_whole(const abide::config& site, const std::string& store = "sqlite:abide.db") {
  const abide::policy& rules = site.policy;
  CHECK(site.site_name == "Example Shop");
  CHECK(rules.host == "shop.example");
  CHECK(site.contact == "privacy@shop.example");
  CHECK(site.gpc_updated == "2026-11-22");
  CHECK(rules.mode == abide::mode::observe);
  CHECK(site.geo == abide::geo_source::cloudflare);
  CHECK(site.trusted_proxies == std::vector<std::string>{"127.0.0.1/32", "::1/128"});
  CHECK(site.fixed_location.empty());
  CHECK(rules.exception == abide::exception_policy::never);
  CHECK(rules.dnt == abide::dnt_policy::as_gpc);
  CHECK(rules.joined == abide::joined_values::literal);
  CHECK(rules.notice_version == 7);
  CHECK(site.languages == std::vector<std::string>{"en", "de"});
  CHECK_FALSE(site.insert_notice);
  CHECK(site.theme == "/static/theme.css");
  CHECK(rules.unknown == abide::unknown_policy::party);
  CHECK(site.consent_path == "/privacy/choice");
  CHECK(rules.consent_cookie == "choice");
  CHECK(rules.lifetime_days == 180);
  CHECK(site.keys == "env:ABIDE_KEYS");
  CHECK(site.records == store);
  REQUIRE(rules.cookie_count == 3);
  CHECK(rules.cookies[0].name == "cart");
  CHECK(rules.cookies[1].vendor == "Google Analytics");
  CHECK(rules.cookies[2].host == ".ads.example");
  CHECK(rules.cookies[2].category == abide::category::targeting);
  REQUIRE(site.declarations.size() == 3);
  CHECK(site.declarations[0].purpose.empty());
  CHECK(site.declarations[0].lifetime.unit == abide::lifetime_unit::unknown);
  REQUIRE(site.declarations[1].purpose.size() == 2);
  CHECK(site.declarations[1].purpose[1] == std::pair<std::string, std::string>("de", "Zählt Besuche."));
  CHECK(site.declarations[1].lifetime.unit == abide::lifetime_unit::months);
  CHECK(site.declarations[1].lifetime.count == 13);
  CHECK(site.declarations[1].vendor_policy == "https://policies.google.com/privacy");
  REQUIRE(rules.exemption_count == 1);
  CHECK(rules.exemptions[0].jurisdiction == "GB");
  CHECK(rules.exemptions[0].purpose == abide::exempt_purpose::statistical);
  CHECK(rules.exemptions[0].name == "_ga*");
}

bool shared(const std::string& cookie) {
  const abide::config site = parse(R"({"cookies": [)" + cookie + "]}");
  return site.policy.cookies[0].shared;
}

}  // namespace

TEST_CASE("An empty policy is valid and strict") {
  const abide::config site = parse("{}");
  CHECK(site.policy.mode == abide::mode::enforce);
  CHECK(site.policy.unknown == abide::unknown_policy::targeting);
  CHECK(site.policy.dnt == abide::dnt_policy::as_objection);
  CHECK(site.policy.consent_cookie == "abide");
  CHECK(site.policy.cookie_count == 0);
  CHECK(site.geo == abide::geo_source::fixed);
  CHECK(site.fixed_location.empty());
  CHECK(site.consent_path == "/consent");
  CHECK(site.languages == std::vector<std::string>{"en"});
  CHECK(site.trusted_proxies.empty());
}

TEST_CASE("Every key of a policy is read") { check_whole(parse(whole_policy)); }

TEST_CASE("The policy's texts stay valid when the configuration is moved or copied") {
  abide::config first = parse(whole_policy);
  abide::config moved = std::move(first);
  check_whole(moved);
  {
    const abide::config copy = moved;
    moved = parse("{}");
    check_whole(copy);
  }
  CHECK(moved.policy.consent_cookie == "abide");
}

TEST_CASE("An unknown key is an error that names the key that was probably meant") {
  CHECK(fault_of(R"({"cokies": []})") == "policy.json: /cokies: unknown key; did you mean \"cookies\"?");
  CHECK(fault_of(R"({"consent": {"lifetime_day": 1}})") ==
        "policy.json: /consent/lifetime_day: unknown key; did you mean \"lifetime_days\"?");
  CHECK(fault_of(R"({"records": {"colour": 1}})") ==
        "policy.json: /records/colour: unknown key; expected one of store, retain_days, heads");
  CHECK(fault_of(R"({"retain_days": 1})") ==
        "policy.json: /retain_days: unknown key; it belongs at /records/retain_days");
  CHECK(fault_of(R"({"a/b~": 1})").rfind("policy.json: /a~1b~0: unknown key", 0) == 0);
}

TEST_CASE("A wrong value names its place, what was expected there, and what was found") {
  CHECK(fault_of(R"({"cookies": [{"name": "a", "category": "required"}, {"name": "b", "category": "required"},
                                 {"name": "c", "category": "marketing"}]})") ==
        "policy.json: /cookies/2/category: expected one of required, analytics, functional, targeting, found "
        "\"marketing\"; did you mean \"targeting\"?");
  CHECK(fault_of(R"({"notice": {"insert": "yes"}})") ==
        "policy.json: /notice/insert: expected true or false, found a string");
  CHECK(fault_of(R"({"notice": {"insert": "true"}})") ==
        "policy.json: /notice/insert: expected true or false, found a string; write it without quotes");
  CHECK(fault_of(R"({"cookies": {}})") == "policy.json: /cookies: expected an array, found an object");
  CHECK(fault_of(R"({"notice": {"languages": "en"}})") ==
        "policy.json: /notice/languages: expected an array, found a string; write it [\"en\"]");
  CHECK(fault_of(R"({"site": []})") == "policy.json: /site: expected an object, found an array");
  CHECK(fault_of("[]") == "policy.json: expected an object, found an array");
  CHECK(fault_of(R"({"consent": {"lifetime_days": 401}})") ==
        "policy.json: /consent/lifetime_days: expected a whole number from 1 to 400, found the number 401");
}

TEST_CASE("A text that was found is quoted, escaped and cut") {
  CHECK(fault_of(R"({"jurisdiction": {"fixed": "\u001b[31mDE"}})").find("found \"\\u001b[31mDE\"") !=
        std::string::npos);
  const std::string umlauts = [] {
    std::string text;
    for (int i = 0; i < 100; ++i) text += "\xc3\xa4";
    return text;
  }();
  CHECK(fault_of(R"({"mode": "x)" + umlauts + "\"}").ends_with("found \"x" + umlauts.substr(0, 58) + "...\""));
}

TEST_CASE("No message repeats a text that may be a secret") {
  for (const char* policy :
       {R"({"consent": {"keys": "pass-word"}})", R"({"consent": {"keys_retired": "pass-word"}})",
        R"({"consent": {"keys": ["pass-word"]}})", R"({"records": {"store": "mysql://me:pass-word@db"}})",
        R"({"records": "postgres://me:pass-word@db"})", R"({"consent": "file:pass-word"})"}) {
    const std::string fault = fault_of(policy);
    INFO(fault);
    CHECK(fault.find(": expected ") != std::string::npos);
    CHECK(fault.find("pass-word") == std::string::npos);
  }
}

TEST_CASE("All faults are reported, in the order of the file") {
  CHECK(fault_of(R"({"unknown": "x", "mode": "x", "sit": 1})") ==
        "policy.json: /unknown: expected one of targeting, party, found \"x\"\n"
        "policy.json: /mode: expected one of enforce, observe, found \"x\"\n"
        "policy.json: /sit: unknown key; did you mean \"site\"?");
}

TEST_CASE("A key that occurs twice is an error, at any depth") {
  CHECK(fault_of(R"({"mode": "enforce", "mode": "enforce"})") ==
        "policy.json: /mode: duplicate key, first used in line 1");
  CHECK(fault_of(R"({"cookies": [{"name": "a", "category": "required", "name": "b"}]})") ==
        "policy.json: /cookies/0/name: duplicate key, first used in line 1");
}

TEST_CASE("A file that cannot be read is an error that names it") {
  CHECK_THROWS_WITH(abide::load_config("no/such/policy.json"),
                    "no/such/policy.json: cannot read: No such file or directory");
  CHECK_THROWS_AS(abide::load_config("/"), abide::config_error);
}

TEST_CASE("A policy is read from a file") {
  const auto file = std::filesystem::temp_directory_path() / "abide-config-test.json";
  std::ofstream(file) << whole_policy;
  const abide::config read = abide::load_config(file.string());
  check_whole(read, "sqlite:" + (file.parent_path() / "abide.db").string());
  std::filesystem::remove(file);
}

TEST_CASE("Global Privacy Control cannot be turned off") {
  CHECK(fault_of(R"({"signals": {"gpc": "honor"}})") == "no fault");
  CHECK(fault_of(R"({"signals": {"gpc": "ignore"}})") ==
        "policy.json: /signals/gpc: expected honour; the signal cannot be turned off");
  CHECK(fault_of(R"({"signals": {"gpc": false}})") != "no fault");
}

TEST_CASE("The strict setting never accepts an exception") {
  CHECK(parse(R"({"signals": {"gpc_exception": "strict"}})").policy.exception == abide::exception_policy::never);
}

TEST_CASE("A cookie has a category and a pattern with at most one star") {
  CHECK(fault_of(R"({"cookies": [{"name": "a"}]})") == "policy.json: /cookies/0: expected the key \"category\"");
  CHECK(fault_of(R"({"cookies": [{"category": "required"}]})") == "policy.json: /cookies/0: expected the key \"name\"");
  CHECK(fault_of(R"({"cookies": [{"category": "required", "name": ""}]})") ==
        "policy.json: /cookies/0/name: expected a cookie name, with at most one *, found \"\"");
  for (const char* name : {"a*b*", "a=b", "a;b", "a b"})
    CHECK(fault_of(R"({"cookies": [{"category": "required", "name": ")" + std::string(name) + "\"}]}") ==
          "policy.json: /cookies/0/name: expected a cookie name, with at most one *, found \"" + std::string(name) +
              '"');
}

TEST_CASE(
    "Whether a cookie is shared: the policy says, else its contract decides, else the catalog, else targeting is") {
  CHECK(shared(R"({"name": "zz-own", "category": "targeting"})"));
  CHECK_FALSE(shared(R"({"name": "zz-own", "category": "analytics"})"));
  CHECK_FALSE(shared(R"({"name": "zz-own", "category": "targeting", "contract": "processor"})"));
  CHECK(shared(R"({"name": "zz-own", "category": "analytics", "contract": "none"})"));
  CHECK(shared(R"({"name": "zz-own", "category": "required", "shared": true, "contract": "processor"})"));
  CHECK_FALSE(shared(R"({"name": "zz-own", "category": "targeting", "shared": false, "contract": "none"})"));

  abide::classification known;
  REQUIRE(abide::look_up("_ga", "", known));
  CHECK(shared(R"({"name": "_ga", "category": "analytics"})") == known.shared);
  CHECK(shared(R"({"name": "_ga*", "category": "analytics"})") == known.shared);
}

TEST_CASE("An exemption names a jurisdiction that has it") {
  CHECK(fault_of(R"({"exempt": ["GB:appearance:theme", "GB:emergency:sos", "FR:statistical:stats*"]})") == "no fault");
  CHECK(
      fault_of(R"({"exempt": ["QQ:statistical:a"]})").rfind("policy.json: /exempt/0: unknown jurisdiction \"QQ\"", 0) ==
      0);
  CHECK(fault_of(R"({"exempt": ["DE:statistical:a"]})")
            .rfind("policy.json: /exempt/0: Germany has no such exemption", 0) == 0);
  CHECK(
      fault_of(R"({"exempt": ["GB:marketing:a"]})").find("expected the purpose statistical, appearance or emergency") !=
      std::string::npos);
  CHECK(fault_of(R"({"exempt": ["GB:statistical"]})").find("expected \"ROW:PURPOSE:NAME\"") != std::string::npos);
  CHECK(fault_of(R"({"exempt": ["GB:statistical:"]})") != "no fault");
}

TEST_CASE("Trusted proxies are address ranges") {
  for (const char* range : {"127.0.0.1/32", "10.0.0.0/8", "0.0.0.0/0", "::1/128", "2001:db8::/32"})
    CHECK(fault_of(R"({"jurisdiction": {"trusted_proxies": [")" + std::string(range) + "\"]}}") == "no fault");
  for (const char* range : {"127.0.0.1/33", "127.0.0/8", "127.0.0.1/", "127.0.0.1/08", "::1/129", "*", "localhost/8"})
    CHECK(
        fault_of(R"({"jurisdiction": {"trusted_proxies": [")" + std::string(range) + "\"]}}") ==
        "policy.json: /jurisdiction/trusted_proxies/0: expected an address range such as 10.0.0.0/8 or ::1/128, or the "
        "name of a known network such as cloudflare, found \"" +
            std::string(range) + '"');
  CHECK(
      fault_of(R"({"jurisdiction": {"trusted_proxies": ["127.0.0.1"]}})").ends_with("did you mean \"127.0.0.1/32\"?"));
}

TEST_CASE("An address is in a range by its leading bits, IPv4 also in its IPv6 form") {
  const auto range = abide::detail::read_address_range("10.1.0.0/15");
  REQUIRE(range);
  CHECK(abide::detail::contains(*range, "10.0.0.1"));
  CHECK(abide::detail::contains(*range, "10.1.255.255"));
  CHECK_FALSE(abide::detail::contains(*range, "10.2.0.0"));
  CHECK(abide::detail::contains(*range, "::ffff:10.1.2.3"));
  CHECK_FALSE(abide::detail::contains(*range, "::1"));
  CHECK_FALSE(abide::detail::contains(*range, "no address"));
  CHECK_FALSE(abide::detail::contains(*abide::detail::read_address_range("::1/128"), "::2"));
}

TEST_CASE("A MaxMind source needs its database") {
  CHECK(fault_of(R"({"jurisdiction": {"from": "maxmind"}})") ==
        "policy.json: /jurisdiction: expected the key \"maxmind\", because \"from\" is maxmind");
  CHECK(parse(R"({"jurisdiction": {"from": "maxmind", "maxmind": "geo.mmdb"}})").maxmind_file == "geo.mmdb");
}

TEST_CASE("The path of a nested value is escaped as RFC 6901 says") {
  CHECK(abide::detail::json_path("/a", "b/c~d") == "/a/b~1c~0d");
}

TEST_CASE("What a cookie is said to do is checked like everything else in the file") {
  const auto fault = [](const std::string& keys) {
    return fault_of(R"({"cookies": [{"name": "x", "category": "required", )" + keys + "}]}");
  };
  CHECK(
      fault(R"("lifetime": "13 moons")") ==
      "policy.json: /cookies/0/lifetime: expected session, or a number with a unit (seconds to years) such as 13 months, "
      "found \"13 moons\"");
  CHECK(fault(R"("lifetime": "0 days")").find("/cookies/0/lifetime: expected session") != std::string::npos);
  CHECK(fault(R"("vendor_policy": "http://vendor.example/")") ==
        "policy.json: /cookies/0/vendor_policy: expected a URL such as https://vendor.example/privacy, found "
        "\"http://vendor.example/\"; did you mean "
        "\"https://vendor.example/\"?");
  CHECK(fault(R"("vendor_policy": "https://vendor.example/\"onclick=")").find("/vendor_policy: expected") !=
        std::string::npos);
  CHECK(fault(R"("purpose": {"english": "x"})") ==
        "policy.json: /cookies/0/purpose/english: expected a language tag such as en or pt-BR as the key");
  CHECK(fault(R"("purpose": {})") == "policy.json: /cookies/0/purpose: expected at least one language, found none");
  CHECK(fault(R"("purpose": "Remembers the cart.", "lifetime": "1 year")") == "no fault");
}

TEST_CASE("a policy of nothing but brackets is refused at once, at the first one that no policy can have") {
  CHECK_THROWS_WITH(abide::parse_config(std::string(200'000, '['), "policy.json"),
                    Catch::Contains("objects and arrays are nested too deeply"));
}
