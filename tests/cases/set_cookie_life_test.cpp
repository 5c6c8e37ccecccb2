// Compares cookie lifetimes with those of Chromium and Firefox for 2,000 unusual fields
// (tests/browser/set_cookie.test.mjs).
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "abide/abide.hpp"
#include "catch.hpp"

namespace {

using nlohmann::json;

/// Whether two lifetimes are equal: `deleted`, `session`, or seconds, which may differ by two minutes.
bool same_life(const json& told, const json& read) {
  if (!told.is_number() || !read.is_number()) return told == read;
  return std::abs(told.get<std::int64_t>() - read.get<std::int64_t>()) <= 120;
}

json life_of(const abide::set_cookie& cookie, std::int64_t now) {
  if (abide::deletes(cookie, now)) return "deleted";
  if (!cookie.max_age && !cookie.expires) return "session";
  constexpr std::int64_t longest = 400 * 86400;
  return std::min(longest, cookie.max_age ? *cookie.max_age : *cookie.expires - now);
}

std::string date_of(const json& asked) { return asked[1].is_null() ? "" : asked[1].get<std::string>(); }

struct told_cases {
  std::int64_t now = 0;
  std::vector<json> cases;

  told_cases() {
    std::ifstream in(ABIDE_SOURCE_DIR "/tests/cases/set_cookie_life.jsonl");
    std::string line;
    if (std::getline(in, line)) now = json::parse(line).at("now");
    while (std::getline(in, line)) cases.push_back(json::parse(line));
  }
};

}  // namespace

TEST_CASE(
    "a cookie lives as long as in both browsers, and where they differ as long as in one of them") {  // CK-15, CK-23
  const told_cases told;
  REQUIRE(told.cases.size() == 2000);
  for (const json& asked : told.cases) {
    const auto field = asked[0].get<std::string>(), date = date_of(asked);
    const std::int64_t now = abide::parse_cookie_date(date).value_or(told.now);
    const json read = life_of(abide::parse_set_cookie(field), now);
    CAPTURE(asked.dump(), read.dump());
    CHECK((same_life(asked[2], read) || same_life(asked[3], read)));
  }
}

TEST_CASE(
    "of a refused cookie a deletion passes where both browsers delete, and nothing where neither does") {  // CK-23
  const told_cases told;
  const std::int64_t now = told.now;
  const abide::policy strict;
  const abide::decision made = abide::decide(strict, {}, abide::find_jurisdiction("DE", now), nullptr, {}, now);
  for (const json& asked : told.cases) {
    const auto field = asked[0].get<std::string>(), date = date_of(asked);
    abide::filter f{&strict, &made, "localhost", now};
    f.date = date;
    const int deleting = (asked[2] == "deleted") + (asked[3] == "deleted");
    const abide::set_cookie_action passes = abide::filter_set_cookie(f, field);
    CAPTURE(asked.dump());
    CHECK(passes != abide::set_cookie_action::keep);
    if (deleting == 2) CHECK(passes == abide::set_cookie_action::as_deletion);
    if (deleting == 0) CHECK(passes == abide::set_cookie_action::remove);
  }
}
