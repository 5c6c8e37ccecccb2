// middleware/policy.schema.json says the same as the loader: every policy gets the same verdict from both.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "abide/config.hpp"
#include "catch.hpp"
#include "json_schema.hpp"

namespace {

using nlohmann::json;

const std::filesystem::path source_folder = ABIDE_SOURCE_DIR;

json read_json(const std::filesystem::path& file) {
  std::ifstream in(file);
  REQUIRE(in.is_open());
  return json::parse(in);
}

const tests::json_schema& schema() {
  static const tests::json_schema loaded(read_json(source_folder / "middleware/policy.schema.json"));
  return loaded;
}

bool loads(const json& policy) {
  try {
    abide::parse_config(policy.dump(), (source_folder / "policy.json").string());
    return true;
  } catch (const abide::config_error&) {
    return false;
  }
}

// Whether a folder is there no schema can say.
bool names_no_folder(const json& policy) {
  const auto at = json::json_pointer("/notice/texts");
  return policy.is_object() && policy.contains("notice") && policy["notice"].is_object() && policy.contains(at) &&
         policy[at] != "middleware/texts" && policy[at].is_string();
}

void check_agree(const json& policy) {
  INFO(policy.dump());
  CHECK((schema().accepts(policy) && !names_no_folder(policy)) == loads(policy));
}

// Every key of the format, with values both verdicts accept.
const json& full_policy() {
  static const json policy = json::parse(R"({
    "$schema": "policy.schema.json",
    "site": {"name": "Example Shop", "host": "shop.example", "contact": "privacy@shop.example", "gpc_updated": "2026-11-22"},
    "mode": "enforce",
    "jurisdiction": {"from": "cloudflare", "trusted_proxies": ["127.0.0.1/32"], "fixed": "US-CA", "maxmind": "geo.mmdb"},
    "signals": {"gpc": "honour", "gpc_exception": "informed", "dnt": "as_objection", "joined_values": "any"},
    "notice": {"version": 1, "languages": ["en"], "insert": true, "theme": "/static/theme.css",
               "texts": "middleware/texts"},
    "cookies": [{"name": "_ga*", "host": ".ads.example", "category": "analytics", "vendor": "Someone", "shared": false,
                 "contract": "processor", "programme": "loyalty", "purpose": {"en": "Counts visits."}, "lifetime": "13 months",
                 "vendor_policy": "https://vendor.example/privacy"}],
    "exempt": ["GB:statistical:_ga*"],
    "unknown": "targeting",
    "consent": {"path": "/consent", "cookie": "abide", "lifetime_days": 180, "keys": "env:ABIDE_KEYS"},
    "records": {"retain_days": 1825, "store": "sqlite:abide.db"}
  })");
  return policy;
}

// Values that fit some places and not others.
const std::vector<json>& probes() {
  static const json values = json::parse(R"([
    null, true, false, 0, 1, 1.0, 1.5, -1, 400, 401, 999999999, 1000000000, 1e300, "", " ", "x", "X-y", "a*b", "a*b*", "*",
    "a b", "a=b", "a;b", "tab\there", "enforce", "observe", "Enforce", "required", "targeting", "party", "marketing",
    "honour", "honor", "ignore", "as_gpc", "informed", "never", "strict", "any", "literal", "fixed", "maxmind", "akamai",
    "processor", "none", "/consent", "/consent/", "/", "//", "/a/b", "/.well-known", "/a b", "consent", "shop.example",
    ".shop.example", "..shop", "shop.example.", "https://shop.example", "shop.example:8080", "127.0.0.1/32", "127.0.0.1",
    "127.0.0.1/33", "256.0.0.1/8", "01.0.0.1/8", "10.0.0.0/8", "::1/128", "::1/129", "fe80::/10", "DE", "de", "D", "DEU",
    "US-CA", "US-", "US-CALI", "ZZ", "en", "pt-BR", "english", "en-", "e", "2026-11-22", "2026-13-01", "2026-1-1",
    "2026-11-22T00:00:00Z", "env:KEYS", "env:", "file:/etc/keys", "file:", "plain", "GB:statistical:x", "GB:appearance:x*",
    "GB:emergency:a:b", "FR:statistical:x", "FR:appearance:x", "DE:statistical:x", "QQ:statistical:x", "GB:statistical:",
    "GB:statistical:a*b*", "gb:statistical:x", "GB:other:x", "GB:x", "GB", [], ["x"], [1], [null], ["en", "de"],
    ["127.0.0.1/32"], ["GB:statistical:x", "FR:statistical:y"], {}, {"x": 1}, {"name": "x"}, {"category": "required"}, {"en": "x"}, {"en": ""}, {"e": "x"}, {"en": 1},
    "session", "1 day", "13 months", "0 days", "12345 days", "1  day", "1 dayz", "days", "1.5 days", "https://", "https://x.example",
    "https://x.example/a?b=c#d", "http://x.example/", "https://x.example/\"", "https://x y/", "https://x.example:1/", "https://u@x/",
    {"name": "x", "category": "required"}, [{"name": "x", "category": "required"}], [{"name": "x"}], [{}]
  ])");
  static const std::vector<json> list(values.begin(), values.end());
  return list;
}

// Each value in the policy, the policy itself included.
void each_place(const json& value, const json::json_pointer& at, std::vector<json::json_pointer>& places) {
  places.push_back(at);
  if (value.is_object())
    for (const auto& [key, inner] : value.items()) each_place(inner, at / key, places);
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i) each_place(value[i], at / i, places);
}

std::vector<json::json_pointer> places_of(const json& policy) {
  std::vector<json::json_pointer> places;
  each_place(policy, json::json_pointer(), places);
  return places;
}

}  // namespace

TEST_CASE("The schema and the loader accept the full policy and the empty one") {
  for (const json& policy : {full_policy(), json::object()}) {
    CHECK(schema().accepts(policy));
    CHECK(loads(policy));
  }
}

TEST_CASE("The schema and the loader know the same keys") {
  const json root = read_json(source_folder / "middleware/policy.schema.json");
  const auto check_same_keys = [](const json& properties, const json& object) {
    std::vector<std::string> described, used;
    for (const auto& item : properties.items()) described.push_back(item.key());
    for (const auto& item : object.items()) used.push_back(item.key());
    CHECK(described == used);
  };
  check_same_keys(root["properties"], full_policy());  // the full policy loads: the loader knows all of its keys
  for (const auto& [key, described] : root["properties"].items())
    if (described.contains("properties")) check_same_keys(described["properties"], full_policy()[key]);
  check_same_keys(root["$defs"]["cookie"]["properties"], full_policy()["cookies"][0]);
}

TEST_CASE("The schema and the loader give each changed policy the same verdict") {
  for (const auto& place : places_of(full_policy())) {
    for (const json& probe : probes()) {
      json changed = full_policy();
      changed[place] = probe;
      check_agree(changed);
    }
  }
}

TEST_CASE("The schema and the loader give a policy with one key less or one key more the same verdict") {
  for (const auto& place : places_of(full_policy())) {
    if (!place.empty()) {
      json less = full_policy();
      json& parent = less[place.parent_pointer()];
      if (parent.is_object()) {
        parent.erase(place.back());
        check_agree(less);
      }
    }
    if (!full_policy()[place].is_object()) continue;
    json more = full_policy();
    more[place]["extra"] = 1;
    check_agree(more);
    CHECK_FALSE(loads(more));
  }
}

TEST_CASE("A MaxMind source without its database is refused by schema and loader") {
  json policy = full_policy();
  policy["jurisdiction"] = {{"from", "maxmind"}};
  CHECK_FALSE(schema().accepts(policy));
  check_agree(policy);
  policy["jurisdiction"] = {{"from", "maxmind"}, {"maxmind", nullptr}};
  CHECK_FALSE(schema().accepts(policy));
  check_agree(policy);
}

TEST_CASE("The schema knows the exemptions that the table of jurisdictions knows") {
  const abide::jurisdiction_table table = abide::jurisdictions();
  for (std::size_t i = 0; i < table.count; ++i)
    for (const char* purpose : {"statistical", "appearance", "emergency"})
      check_agree({{"exempt", {std::string(table.rows[i].code) + ':' + purpose + ":x"}}});
}

TEST_CASE("Every sample policy is accepted by schema and loader") {
  const auto folder = source_folder / "samples/policies";
  if (!std::filesystem::exists(folder)) return;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    INFO(entry.path().filename());
    CHECK(schema().accepts(read_json(entry.path())));
    CHECK_NOTHROW(abide::load_config(entry.path().string()));
  }
}
