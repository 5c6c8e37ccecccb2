// Compares `abide decide` with the 34 rows of the decision table and the addresses in reference/law/jurisdictions.json.
// The file is beside the checkout; if it is missing, the tests that need it are skipped.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <nlohmann/json.hpp>

#include "catch.hpp"

using nlohmann::json;

namespace {

const std::filesystem::path facts_file = ABIDE_TEST_VECTORS "/../reference/law/jurisdictions.json";
const std::filesystem::path folder = std::filesystem::path(ABIDE_BINARY_DIR) / "law" / std::to_string(getpid());
struct leaves_nothing {
  ~leaves_nothing() { std::filesystem::remove_all(folder); }
} const at_end;

constexpr auto now = "2026-11-22T12:00:00Z", an_hour_ago = "2026-11-22T11:00:00Z",
               two_hours_ago = "2026-11-22T10:00:00Z", long_ago = "2020-01-01T00:00:00Z";

// If the file is missing, prints a line and returns null.
json facts(const char* member) {
  std::ifstream in(facts_file);
  if (in) return json::parse(in).at(member);
  std::cout << "skipped: no law file (reference/law/jurisdictions.json)\n";
  return nullptr;
}

void write(const std::filesystem::path& file, const json& content) {
  std::filesystem::create_directories(folder);
  std::ofstream(file) << content.dump() << '\n';
}

json decide(const json& policy, const json& line) {
  write(folder / "policy.json", policy);
  write(folder / "in", line);
  const auto quoted = [](const std::filesystem::path& file) { return "'" + file.string() + "'"; };
  const std::string command = "'" ABIDE_COMMAND "' decide --policy " + quoted(folder / "policy.json") + " <" +
                              quoted(folder / "in") + " >" + quoted(folder / "out");
  REQUIRE(std::system(command.c_str()) == 0);
  std::ifstream out(folder / "out");
  return json::parse(out);
}

// ---- Converts a row of the table to an input line of the command

json policy_of(const json& inputs) {
  json policy = json::object();
  if (inputs.value("gpc_policy", "") == "strict") policy["signals"]["gpc_exception"] = "strict";
  if (inputs.contains("dnt_policy")) policy["signals"]["dnt"] = inputs["dnt_policy"];
  if (inputs.value("exempt", false)) policy["exempt"] = {"GB:statistical:_pk_*"};
  return policy;
}

std::string place_of(const json& inputs) {
  if (inputs.value("exempt", false)) return "GB";
  if (inputs.value("minor", "") == "ban") return "US-CT";
  return inputs.at("regime") == "opt-in" ? "DE" : "US-CA";
}

json headers_of(const json& inputs) {
  json headers = json::array();
  if (inputs.value("gpc", false)) headers.push_back({"Sec-GPC", "1"});
  if (inputs.contains("dnt")) headers.push_back({"DNT", inputs["dnt"]});
  return headers;
}

json record_of(const json& inputs, bool by_account) {
  const bool sticky = inputs.value("sticky", false) && !by_account;
  if (!inputs.contains("choice") && !sticky) return nullptr;
  json record = json::object();
  if (sticky || inputs.value("choice_after_signal", false)) record["sticky_since"] = two_hours_ago;
  if (!inputs.contains("choice")) return record;
  const char* choice = inputs["choice"] == "grant" ? "granted" : "denied";
  record["choices"] = {{"analytics", choice}, {"functional", choice}, {"targeting", choice}};
  record["time"] = inputs.value("valid", true) ? an_hour_ago : long_ago;
  record["notice"] = 1;
  record["source"] = "banner";
  if (inputs.value("informed_of_conflict", false))
    record["exception"] = {{"purposes", {"analytics", "functional", "targeting"}}, {"time", an_hour_ago}};
  return record;
}

json visitor_of(const json& inputs, bool by_account) {
  json visitor{
      {"known", inputs.value("known", false)}, {"opted_out", by_account}, {"age", nullptr}, {"incentive", nullptr}};
  if (inputs.contains("minor")) visitor["age"] = 15;
  if (inputs.contains("fip"))
    visitor["incentive"] = {{"asked", inputs["fip"] == "member_asked_not_withdrawn"}, {"withdrew", false}};
  return visitor;
}

json line_of(const json& row) {
  const json& inputs = row.at("inputs");
  const bool by_account = row.at("situation").get<std::string>().rfind("Account opted out", 0) == 0;
  return {{"headers", headers_of(inputs)},
          {"location", place_of(inputs)},
          {"now", now},
          {"record", record_of(inputs, by_account)},
          {"visitor", visitor_of(inputs, by_account)}};
}

struct asked_for {
  const char *purpose, *category;
  bool shared;
};
constexpr asked_for purposes[]{{"necessary", "required", false},
                               {"functional", "functional", false},
                               {"analytics_processor", "analytics", false},
                               {"analytics_third_party", "analytics", true},
                               {"advertising", "targeting", false},
                               {"sale_share", "targeting", true}};

bool agrees(const json& row, const json& answer) {
  for (const asked_for& each : purposes) {
    if (row.at("purpose") != each.purpose) continue;
    const json& reason = answer.at(each.shared ? "reasons_shared" : "reasons").at(each.category);
    const json& allowed = answer.at(each.shared ? "allowed_shared" : "allowed");
    const bool is_allowed = std::find(allowed.begin(), allowed.end(), each.category) != allowed.end();
    return reason.at("rule") == row.at("rule") && is_allowed == (row.at("decision") == "allow") &&
           reason.at("law") != "";
  }
  return false;
}

}  // namespace

TEST_CASE("abide decide agrees with every row of the law file's decision table") {
  const json rows = facts("decision_table");
  if (rows.is_null()) return;
  std::size_t agreed = 0;
  for (const json& row : rows) {
    const json line = line_of(row), answer = decide(policy_of(row.at("inputs")), line);
    CAPTURE(row.at("id"), row.at("situation"), line.dump(), answer.dump());
    CHECK(agrees(row, answer));
    agreed += agrees(row, answer);
  }
  std::cout << "decision table through abide decide: " << agreed << " of " << rows.size() << '\n';
}

TEST_CASE("a minor of every age that a place bans is denied through abide decide, whatever was consented to") {
  for (const auto& [place, age] : {std::pair{"US-CT", 13}, {"US-CT", 17}, {"US-MD", 0}, {"US-MD", 17}, {"US-OR", 15}}) {
    const json answer = decide(json::object(), {{"headers", json::array()},
                                                {"location", place},
                                                {"now", now},
                                                {"visitor", {{"age", age}}},
                                                {"record", record_of({{"choice", "grant"}}, false)}});
    CAPTURE(place, age);
    CHECK(answer["reasons"]["targeting"]["rule"] == "D1");
    CHECK(answer["reasons_shared"]["analytics"]["rule"] == "D1");
  }
}

TEST_CASE("abide decide places the law file's addresses by a MaxMind database") {
  const json vectors = facts("geo_test_vectors");
  if (vectors.is_null()) return;
  std::size_t agreed = 0;
  for (const json& each : vectors) {
    const std::string database = ABIDE_TEST_VECTORS "/geo/" + each.at("db").get<std::string>();
    const json policy{{"jurisdiction", {{"from", "maxmind"}, {"maxmind", database}}}};
    const json line{{"headers", json::array()}, {"peer", each.at("ip")}, {"now", now}};
    const json answer = decide(policy, line);
    CAPTURE(each.dump(), answer.at("jurisdiction"));
    CHECK(answer.at("jurisdiction") == each.at("expect"));
    agreed += answer.at("jurisdiction") == each.at("expect");
  }
  std::cout << "addresses through abide decide: " << agreed << " of " << vectors.size() << '\n';
}

TEST_CASE("a peer places only where the line names no location, and headers only behind a trusted one") {
  const json policy{{"jurisdiction", {{"from", "cloudflare"}, {"trusted_proxies", {"10.0.0.0/8"}}}}};
  const auto placed = [&](json line) {
    line["headers"] = json::array({{"CF-IPCountry", "US"}, {"CF-Region-Code", "TX"}});
    line["now"] = now;
    return decide(policy, line).at("jurisdiction").get<std::string>();
  };
  CHECK(placed({{"peer", "10.0.0.1"}}) == "US-TX");
  CHECK(placed({{"peer", "11.0.0.1"}}) == "ZZ");
  CHECK(placed({{"peer", "no address"}}) == "ZZ");
  CHECK(placed({{"peer", nullptr}}) == "ZZ");
  CHECK(placed(json::object()) == "ZZ");
  CHECK(placed({{"peer", "10.0.0.1"}, {"location", "DE"}}) == "DE");
  CHECK(placed({{"peer", "10.0.0.1"}, {"location", nullptr}}) == "ZZ");
}
