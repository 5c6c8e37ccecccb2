// The cookie that tells scripts what the server last answered this browser (middleware/src/site/twin.hpp).
#include <algorithm>

#include "catch.hpp"
#include "shop.hpp"

using namespace http_test;

namespace {

/// The Set-Cookie fields of an answer that begin with `beginning`.
std::vector<std::string> fields_of(const answer& a, std::string_view beginning) {
  std::vector<std::string> found;
  for (const std::string& field : a.set_cookies())
    if (field.rfind(beginning, 0) == 0) found.push_back(field);
  return found;
}

std::string value_of(const std::vector<std::string>& fields) {
  if (fields.size() != 1) return std::to_string(fields.size()) + " fields";
  const std::size_t equals = fields[0].find('=');
  return fields[0].substr(equals + 1, fields[0].find(';') - equals - 1);
}

std::string twin_of(const answer& a) { return value_of(fields_of(a, "now_abide=")); }

/// The pattern of cookies that a page's state expects, as JSON.
std::string expected_by(const answer& a) {
  const std::size_t at = a.body.find("\"now\":\"");
  return at == std::string::npos ? "" : a.body.substr(at + 7, a.body.find('"', at + 7) - at - 7);
}

/// The same for a twin with this value.
std::string expecting(const std::string& twin) {
  return "^(?!(.*; )?now_abide=(?!" + twin.substr(0, twin.find('.')) + R"(\\.))(.*; )?now_abide=)";
}

setting with_scripts(std::string location = "DE") {
  setting how;
  how.location = std::move(location);
  how.browser_files = ABIDE_TEST_BROWSER_FILES;
  return how;
}

const std::string day_of_lapse = std::to_string(words::today() / 86'400 + 365);

}  // namespace

TEST_CASE("a choice sets a twin that scripts can read, with the lifetime of the signed cookie") {
  shop s;
  browser b{s};
  const answer a = b.post("choice=accept-all&from=banner");
  const auto twins = fields_of(a, "now_abide="), own = fields_of(a, "abide=");
  REQUIRE(twins.size() == 1);
  REQUIRE(own.size() == 1);
  CHECK(twins[0].find("HttpOnly") == std::string::npos);
  const auto rest_of = [](std::string field) {
    if (const std::size_t at = field.find("; HttpOnly"); at != std::string::npos) field.erase(at, 10);
    return field.substr(field.find(';'));
  };
  CHECK(rest_of(twins[0]) == rest_of(own[0]));
  CHECK(twin_of(a).substr(0, twin_of(a).find('.')) == "ff0030-0-1");
}

TEST_CASE("on HTTPS the twin belongs to the host alone") {
  setting how;
  how.tls = true;
  shop s(how);
  browser b{s, true};
  const auto twins = fields_of(b.post("choice=reject-all"), "__Host-now_abide=");
  CHECK(value_of(twins).substr(0, 10) == "110010-0-1");
  CHECK(twins.at(0).find("; Secure") != std::string::npos);
}

TEST_CASE("remembering a signal sets a twin too, and an ordinary request does not") {
  shop s({.location = "US-CA"});
  CHECK(fields_of(s.get("/"), "now_abide").empty());
  const answer a = s.get("/", {{"Sec-GPC", "1"}, {"Sec-Fetch-Dest", "document"}});
  CHECK(fields_of(a, "signal_abide=").size() == 1);
  CHECK(twin_of(a).substr(0, 10) == "710202-1-1");
}

TEST_CASE("a page names the twin that it was made for") {
  shop s(with_scripts());
  browser b{s};
  CHECK(expected_by(b.get()) == "^(?!(.*; )?now_abide=)");
  const std::string twin = twin_of(b.post("choice=accept-all"));
  CHECK(expected_by(b.get()) == expecting(twin));
  const std::string later = twin_of(b.post("choice=withdraw"));
  CHECK(later != twin);
  CHECK(expected_by(b.get()) == expecting(later));
}

TEST_CASE("a page that remembers a signal is made for the twin that it sets") {
  shop s(with_scripts("US-CA"));
  const answer a = s.get("/", {{"Sec-GPC", "1"}, {"Sec-Fetch-Dest", "document"}});
  CHECK(expected_by(a) == expecting(twin_of(a)));
}

TEST_CASE("a page sets a missing twin, and expires a leftover one") {
  shop s;
  browser b{s};
  b.post("choice=reject-all");
  const std::string whole = b.cookies();
  CHECK(fields_of(b.get(), "now_abide").empty());
  const std::string own = whole.substr(whole.find("abide=") == 0 ? 0 : whole.find("; abide=") + 2);
  CHECK(twin_of(s.get("/", {{"Cookie", own.substr(0, own.find(';'))}})).substr(0, 10) == "110010-0-1");
  const auto ended = fields_of(s.get("/", {{"Cookie", "now_abide=ff0030-0-1.29999"}}), "now_abide=");
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].find("now_abide=; Max-Age=0") == 0);
}

TEST_CASE("the twin changes nothing on the server") {
  shop s;
  s.sets({"r=1", "a=1", "t=1"});
  const answer a = s.get("/", {{"Cookie", "now_abide=ff0030-0-1.29999"}});
  CHECK(fields_of(a, "a=1").empty());
  CHECK(fields_of(a, "r=1").size() == 1);
}

TEST_CASE(
    "a page that finds itself outdated gets the current twin with the state; a mere request for the state does not") {
  shop s;
  browser b{s};
  b.post("choice=accept-all");
  CHECK(fields_of(b.get("/consent/state"), "now_abide").empty());
  CHECK(twin_of(b.get("/consent/state?old=1")).substr(0, 10) == "ff0030-0-1");
}

TEST_CASE("the application sees the twin, like the other consent cookies, under every policy") {
  shop s;
  s.get("/", {{"Cookie", "now_abide=110010-0-1.20785; a=1"}});
  CHECK(s.cookies_seen() == "now_abide=110010-0-1.20785");
}
