// Every row of the decision table as a visitor experiences it: requests, choices and log-ins over HTTP, and finally
// what the response sets. The expected answers are beside the checkout (reference/law/jurisdictions.json).
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "shop.hpp"

using namespace http_test;

namespace {

/// A visitor before the last request, to which the application answers with every cookie.
struct story {
  log_folder file;
  shop at;
  browser visitor{at};

  explicit story(std::string location, std::string_view more_policy = "")
      : at({.location = std::move(location), .policy = policy_with(more_policy), .records = file.store()}) {}

  static std::string policy_with(std::string_view more) {
    std::string text(shop_policy);
    return text.insert(text.find('{') + 1, more);
  }
  story& sends(std::string name, std::string value) {
    visitor.always.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  story& stops_sending() { return visitor.always.clear(), *this; }
  story& visits() { return visitor.get(), *this; }
  story& chooses(std::string_view body) { return visitor.post(body), *this; }
  story& forgets() { return visitor.jar = tests::cookie_jar(at.now->load()), *this; }
  story& waits(std::int64_t days) { return *at.now += days * words::day, *this; }
};

struct outcome {
  bool set = false;
  std::string rule;
};

/// Whether the response sets this cookie, and the rule that decided.
outcome outcome_of(story& s, std::string_view cookie) {
  s.at.sets({"r=1", "a=1", "f=1", "t=1", "s=1"});
  outcome seen;
  for (const std::string& field : s.visitor.get().set_cookies())
    if (field == std::string(cookie) + "=1") seen.set = true;
  for (const abide::report_item& each : s.at.server.report())
    if (!each.from_request && each.name == cookie) seen.rule = each.rule;
  return seen;
}

constexpr std::string_view excepts = "choice=save&exception=targeting&exception=analytics&grant=functional";
constexpr std::string_view exempts = R"("exempt": ["GB:statistical:a"],)";
constexpr std::string_view never = R"("signals": {"gpc_exception": "never"},)";
constexpr std::string_view as_gpc = R"("signals": {"dnt": "as_gpc"},)";

/// A row: a cookie of its purpose, and the visitor's steps into its situation.
struct table_row {
  std::string_view id, cookie;
  std::function<std::unique_ptr<story>()> lived;
};

std::unique_ptr<story> in(std::string place, std::string_view more = "") {
  return std::make_unique<story>(std::move(place), more);
}

template <typename Steps>
std::function<std::unique_ptr<story>()> lives(std::string place, Steps steps, std::string_view more = "") {
  return [=] {
    auto s = in(place, more);
    steps(*s);
    return s;
  };
}

const table_row rows[]{
    {"T01", "t", lives("US-CA", [](story&) {})},
    {"T02", "t", lives("US-CA", [](story& s) { s.sends("Sec-GPC", "1"); })},
    {"T03", "a", lives("US-CA", [](story& s) { s.sends("Sec-GPC", "1"); })},
    {"T04", "s", lives("US-CA", [](story& s) { s.sends("Sec-GPC", "1"); })},
    {"T05", "f", lives("US-CA", [](story& s) { s.sends("Sec-GPC", "1"); })},
    {"T06", "s", lives("US-CA", [](story& s) { s.chooses("choice=accept-all").sends("Sec-GPC", "1"); })},
    {"T07", "s", lives("US-CA", [](story& s) { s.sends("Sec-GPC", "1").visits().chooses(excepts); })},
    {"T08", "s", lives("US-CA", [](story& s) { s.sends("Sec-GPC", "1").visits().chooses(excepts).forgets(); })},
    {"T09", "s", lives("US-CA", [](story& s) { s.sends("Sec-GPC", "1").visits().chooses("choice=accept-all"); })},
    {"T10", "t", lives("US-CA", [](story& s) { s.sends("Sec-GPC", "1").visits().stops_sending(); })},
    {"T11", "t",
     lives("US-CA",
           [](story& s) {
             s.sends("Sec-GPC", "1").visits().stops_sending().chooses("choice=accept-all").chooses("choice=confirm");
           })},
    {"T12", "t",
     lives("US-CA",
           [](story& s) {
             s.sends("X-Account", "ann")
                 .sends("Sec-GPC", "1")
                 .visits()
                 .stops_sending()
                 .forgets()
                 .sends("X-Account", "ann");
           })},
    {"T13", "t", lives("US-CA", [](story& s) { s.sends("Sec-GPC", "1").visits().sends("X-Account", "ann"); })},
    {"T14", "s",
     lives("US-CA", [](story& s) { s.sends("Sec-GPC", "1").sends("X-Account", "ann").sends("X-Incentive", "kept"); })},
    {"T15", "s", lives("US-CA", [](story& s) { s.sends("Sec-GPC", "1").sends("X-Account", "ann"); })},
    {"T16", "t", lives("DE", [](story&) {})},
    {"T17", "t", lives("DE", [](story& s) { s.sends("Sec-GPC", "1"); })},
    {"T18", "a", lives("DE", [](story& s) { s.sends("Sec-GPC", "1"); })},
    {"T19", "t", lives("DE", [](story& s) { s.sends("Sec-GPC", "1").visits().chooses(excepts); })},
    {"T20", "t",
     lives(
         "DE", [](story& s) { s.sends("Sec-GPC", "1").visits().chooses(excepts); }, never)},
    {"T21", "t", lives("DE", [](story& s) { s.chooses("choice=accept-all").sends("Sec-GPC", "1"); })},
    {"T22", "a",
     lives(
         "GB", [](story&) {}, exempts)},
    {"T23", "a",
     lives(
         "GB", [](story& s) { s.chooses("choice=reject-all"); }, exempts)},
    {"T24", "t", lives("US-CA", [](story& s) { s.sends("DNT", "1"); })},
    {"T25", "t",
     lives(
         "US-CA", [](story& s) { s.sends("DNT", "1"); }, as_gpc)},
    {"T26", "t", lives("DE", [](story& s) { s.sends("DNT", "1"); })},
    {"T27", "t", lives("DE", [](story& s) { s.sends("DNT", "0"); })},
    {"T28", "t", lives("US-CA", [](story& s) { s.sends("DNT", "0").sends("Sec-GPC", "1"); })},
    {"T29", "t", lives("US-CT", [](story& s) { s.chooses("choice=accept-all").sends("X-Age", "15"); })},
    {"T30", "s", lives("US-CA", [](story& s) { s.sends("X-Age", "14"); })},
    {"T31", "t", lives("DE", [](story& s) { s.chooses("choice=accept-all").waits(182); })},
    {"T32", "t", lives("US-CA", [](story& s) { s.chooses("choice=reject-all"); })},
    {"T33", "r", lives("DE", [](story& s) { s.sends("Sec-GPC", "1").chooses("choice=reject-all"); })},
    {"T34", "t", lives("US-CA", [](story& s) { s.sends("Sec-GPC", "1"); })},
};

struct expected {
  bool allowed;
  std::string rule;
};

std::map<std::string, expected, std::less<>> reference_table() {
  std::ifstream in(std::string(ABIDE_TEST_VECTORS) + "/../reference/law/jurisdictions.json");
  std::map<std::string, expected, std::less<>> table;
  if (!in) return table;
  const nlohmann::json law = nlohmann::json::parse(in);
  for (const auto& each : law["decision_table"]) table[each["id"]] = {each["decision"] == "allow", each["rule"]};
  return table;
}

}  // namespace

TEST_CASE("every row of the decision table, followed over HTTP, ends in its answer") {
  const auto table = reference_table();
  if (table.empty()) {
    std::cout << "skipped: the decision table does not stand beside the checkout\n";
    return;
  }
  CHECK(table.size() == std::size(rows));
  std::size_t right = 0;
  for (const table_row& row : rows) {
    const auto answer = table.find(row.id);
    REQUIRE(answer != table.end());
    const auto lived = row.lived();
    const outcome seen = outcome_of(*lived, row.cookie);
    INFO(row.id);
    CHECK(seen.set == answer->second.allowed);
    CHECK(seen.rule == answer->second.rule);
    if (seen.set == answer->second.allowed && seen.rule == answer->second.rule) ++right;
  }
  std::cout << "decision table over HTTP: " << right << " of " << table.size() << " rows\n";
}

TEST_CASE("a new version of the notice asks again, and the old consent no longer counts") {  // T31, its other half
  story s("DE");
  s.chooses("choice=accept-all");
  CHECK(outcome_of(s, "t").set);
  const tests::cookie_jar kept = s.visitor.jar;
  shop after(
      {.location = "DE",
       .policy =
           std::string(shop_policy).replace(std::string(shop_policy).find("\"languages\""), 0, "\"version\": 2, ")});
  browser b{after};
  b.jar = kept;
  after.sets({"t=1"});
  const answer a = b.get();
  CHECK(a.all("Set-Cookie").find("t=1") == std::string::npos);
  CHECK(a.body.find("data-abide-notice") != std::string::npos);
}
