// The core and the middleware on test vectors outside the project. ABIDE_VECTORS names their folder.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "abide/record.hpp"
#include "abide/signal.hpp"
#include "catch.hpp"
#include "cookie_jar.hpp"
#include "pages/gpc_json.hpp"

namespace {

using nlohmann::json;

// An empty list, with a message, if the vectors are absent.
std::optional<std::ifstream> open_vectors(const std::string& file) {
  const char* folder = std::getenv("ABIDE_VECTORS");
  if (folder) {
    std::ifstream in(std::string(folder) + '/' + file, std::ios::binary);
    if (in.is_open()) return in;
  }
  std::cout << "skipped: no vectors (" << file << ")\n";
  return {};
}

std::vector<json> cases_of(std::ifstream& in) { return json::parse(in)["cases"].get<std::vector<json>>(); }

std::vector<json> lines_of(std::ifstream& in) {
  std::vector<json> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  return lines;
}

abide::signals read_lines(std::string_view name, const json& lines) {
  abide::signals seen;
  for (const json& line : lines) abide::read_signal(name, line.get<std::string>(), seen);
  return seen;
}

json dnt_of(const abide::signals& seen) {
  if (seen.dnt == abide::dnt_value::absent) return nullptr;
  return seen.dnt == abide::dnt_value::one ? 1 : 0;
}

void check_gpc_json(const abide::detail::gpc_support& read, const json& expected, const std::string& what) {
  INFO(what);
  CHECK(abide::detail::to_string(read.answer) == expected["support"].get<std::string>());
  CHECK((read.last_update ? json(*read.last_update) : json(nullptr)) == expected["lastUpdate"]);
}

}  // namespace

TEST_CASE("Sec-GPC is read as the specification's cases say (GPC-1 to GPC-6)", "[vectors]") {
  auto in = open_vectors("signals/sec_gpc_header_cases.json");
  if (!in) return;
  for (const json& each : cases_of(*in)) {
    if (each["expressed"].is_null() || each.value("in_trailer", false)) continue;  // open, or not a header field
    INFO(each.dump());
    CHECK(read_lines(each.value("name", "Sec-GPC"), each["lines"]).gpc == each["expressed"].get<bool>());
  }
}

TEST_CASE("DNT is read as the specification's cases say (DNT-1, DNT-2)", "[vectors]") {
  auto in = open_vectors("signals/dnt_cases.json");
  if (!in) return;
  for (const json& each : cases_of(*in)) {
    if (each["lines"].size() > 1) continue;  // undefined; signal_test.cpp covers our reading
    INFO(each.dump());
    CHECK(dnt_of(read_lines("DNT", each["lines"])) == each["preference"]);
  }
}

TEST_CASE("gpc.json is read as the specification's cases say (GPC-15 to GPC-20)", "[vectors]") {
  auto in = open_vectors("signals/gpc_json_cases.json");
  if (!in) return;
  for (const json& each : cases_of(*in)) {
    const std::string type = each["content_type"].is_null() ? "" : each["content_type"].get<std::string>();
    check_gpc_json(abide::detail::read_gpc_json(each["status"].get<int>(), type, each["body"].get<std::string>()),
                   each["expected"], each.dump());
  }
}

TEST_CASE("gpc.json files found in the wild are read as the specification says (GPC-22)", "[vectors]") {
  auto in = open_vectors("signals/gpc_json_wild.jsonl");
  if (!in) return;
  for (const json& each : lines_of(*in))
    check_gpc_json(abide::detail::read_gpc_json(200, "application/json", each["body"].get<std::string>()),
                   each["expected"], each["source"].get<std::string>());
}

TEST_CASE("Signals are read from whole requests of two browsers (GPC-10)", "[vectors]") {
  auto in = open_vectors("signals/browser_requests.jsonl");
  if (!in) return;
  for (const json& each : lines_of(*in)) {
    INFO(each["path"] << ' ' << each["config"]);
    abide::signals seen;
    std::istringstream head(each["raw_request_head"].get<std::string>());
    for (std::string line; std::getline(head, line);) {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      const std::size_t colon = line.find(':');
      if (colon != std::string::npos)
        abide::read_signal(std::string_view(line).substr(0, colon), std::string_view(line).substr(colon + 1), seen);
    }
    CHECK(seen.gpc == each["expect_gpc"].get<bool>());
    const std::string dnt =
        each["expect_dnt"].is_string() ? each["expect_dnt"].get<std::string>() : each["expect_dnt"].dump();
    CHECK((seen.dnt == abide::dnt_value::absent ? "unset" : seen.dnt == abide::dnt_value::one ? "1" : "0") == dnt);
  }
}

TEST_CASE("Cookies are read as Chromium and Firefox read them, where the two agree (CK-15, CK-16)", "[vectors]") {
  auto in = open_vectors("cookies/browser_oracle.jsonl");
  if (!in) return;
  const auto now = abide::parse_timestamp("2026-11-22T00:00:00Z");
  REQUIRE(now);
  std::size_t asked = 0, agreed = 0;
  for (const json& each : lines_of(*in)) {
    if (!each["browsers_agree"].get<bool>()) continue;
    tests::cookie_jar jar(*now);
    const tests::web_address from = tests::read_address(each["set_url"].get<std::string>());
    for (const json& field : each["set_cookie"]) jar.store(field.get<std::string>(), from);
    const std::string sent = jar.header(tests::read_address(each["read_url"].get<std::string>()));
    const std::string seen = each["chromium_156"].is_null() ? "" : each["chromium_156"].get<std::string>();
    INFO(each.dump());
    CHECK(sent == seen);
    ++asked;
    agreed += sent == seen;
  }
  std::cout << "browser oracle: " << agreed << " of " << asked << " agree\n";
}
