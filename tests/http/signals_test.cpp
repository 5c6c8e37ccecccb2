// What the middleware reads from a request, and what it hides from the application.
#include "catch.hpp"
#include "shop.hpp"

using namespace http_test;

TEST_CASE("cookies that the visitor did not allow are hidden from the application") {
  shop s;
  s.get("/", {{"Cookie", "r=1; a=2; t=3; unheard=4"}});
  CHECK(s.cookies_seen() == "r=1");
  s.get("/", {{"Cookie", "t=3"}});
  CHECK_FALSE(has(s.server.seen().fields, "Cookie"));
  s.get("/", {{"Cookie", "r=1;r=2"}});
  CHECK(s.cookies_seen() == "r=1;r=2");  // nothing to hide: unchanged
}

TEST_CASE("several Cookie fields are all filtered, in any letter case of the name") {  // CK-11
  shop s;
  s.get("/", {{"Cookie", "t=1; r=2"}, {"cookie", "a=3"}, {"COOKIE", "r=4; t=5"}});
  CHECK(s.cookies_seen() == "r=2 | r=4");
  s.get("/", {{"Cookie", "r=1"}, {"Cookie", "r=2"}});
  CHECK(s.cookies_seen() == "r=1 | r=2");
  s.get("/", {{"Cookie", "t=1"}, {"Cookie", "a=2"}});
  CHECK_FALSE(has(s.server.seen().fields, "Cookie"));
}

TEST_CASE("in an opt-out state the application sees cookies until the browser sends GPC") {
  shop s({.location = "US-CA"});
  s.get("/", {{"Cookie", "r=1; a=2; s=3; t=4"}});
  CHECK(s.cookies_seen() == "r=1; a=2; s=3; t=4");
  s.get("/", {{"Cookie", "r=1; a=2; s=3; t=4"}, {"Sec-GPC", "1"}});
  CHECK(s.cookies_seen() == "r=1; a=2");
  s.get("/", {{"Cookie", "r=1; t=4"}, {"Sec-GPC", "?1"}});
  CHECK(s.cookies_seen() == "r=1; t=4");
  s.get("/", {{"Cookie", "r=1; t=4"}, {"Sec-GPC", "0"}, {"sec-gpc", " 1\t"}});
  CHECK(s.cookies_seen() == "r=1");
}

TEST_CASE("Sec-GPC in a trailer is not a signal, and a Cookie trailer stays hidden") {  // GPC-6
  shop s({.location = "US-CA"});
  const auto answers = talk(
      s.server.port(),
      "POST /cart HTTP/1.1\r\nHost: www.shop.example\r\nCookie: r=1; t=2\r\nTransfer-Encoding: chunked\r\nTrailer: Sec-GPC, Cookie\r\n"
      "Connection: close\r\n\r\n3\r\nabc\r\n0\r\nSec-GPC: 1\r\nCookie: t=9; r=8\r\nCookie: t=7\r\n\r\n");
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].status == 200);
  CHECK(s.server.seen().body == "abc");
  CHECK(s.cookies_seen() == "r=1; t=2");
  CHECK(answers[0].set_cookies().empty());  // nothing was remembered
}

TEST_CASE("a Cookie trailer is hidden also when the header section's cookies were filtered or absent") {
  shop s;
  const std::string trailer =
      "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\nx\r\n0\r\nCookie: t=9\r\n\r\n";
  talk(s.server.port(), "POST / HTTP/1.1\r\nHost: www.shop.example\r\nCookie: t=1\r\nCookie: r=1\r\n" + trailer);
  CHECK(s.cookies_seen() == "r=1");
  talk(s.server.port(), "POST / HTTP/1.1\r\nHost: www.shop.example\r\nCookie: t=1\r\n" + trailer);
  CHECK(s.cookies_seen() == "");
  talk(s.server.port(), "POST / HTTP/1.1\r\nHost: www.shop.example\r\n" + trailer);
  CHECK(s.cookies_seen() == "");
}

TEST_CASE("observe mode hides nothing, removes nothing and reports both") {
  shop s({.location = "DE", .mode = abide::mode::observe});
  s.sets({"t=1; Path=/", "r=1"});
  const answer a = s.get("/", {{"Cookie", "t=1; r=2"}});
  CHECK(s.cookies_seen() == "t=1; r=2");
  CHECK_FALSE(a.set_cookie("t").empty());
  const auto report = s.server.report();
  REQUIRE(report.size() == 4);
  CHECK(report[0].from_request);
  CHECK(report[0].name == "t");
  CHECK_FALSE(report[0].allowed);
  CHECK(report[0].rule == "D6");
  CHECK(report[1].allowed);
  CHECK_FALSE(report[2].from_request);
  CHECK(report[2].name == "t");
  CHECK_FALSE(report[2].allowed);
}

TEST_CASE("a report names what was removed and the rule that decided") {
  shop s({.location = "US-CA"});
  s.sets({"t=1"});
  s.get("/", {{"Cookie", "_fbp=1"}, {"Sec-GPC", "1"}});
  const auto report = s.server.report();
  REQUIRE(report.size() == 2);
  CHECK(report[0].name == "_fbp");
  CHECK(report[0].vendor == "Meta");
  CHECK(report[0].category == abide::category::targeting);
  CHECK(report[0].rule == "D3c");
  CHECK(report[0].why == "the browser sends Global Privacy Control");
  CHECK(report[0].evidence == "catalog");
  CHECK(report[1].evidence == "policy");
}

TEST_CASE("geo headers count only from a trusted peer") {
  shop s({.location = ""});
  s.get("/", {{"CF-IPCountry", "US"}, {"CF-Region-Code", "CA"}, {"Cookie", "t=1"}});
  CHECK(s.cookies_seen() == "t=1");
  s.server.pretend_peer("203.0.113.9");
  s.get("/", {{"CF-IPCountry", "US"}, {"CF-Region-Code", "CA"}, {"Cookie", "t=1"}});
  CHECK(s.cookies_seen() == "");
}

TEST_CASE("two exchanges on one connection do not mix") {
  shop s({.location = "US-CA"});
  s.sets({"t=1"});
  const auto answers = talk(s.server.port(),
                            "GET /a HTTP/1.1\r\nHost: www.shop.example\r\nSec-GPC: 1\r\nCookie: t=1\r\n\r\n"
                            "GET /b HTTP/1.1\r\nHost: www.shop.example\r\nCookie: t=2\r\nConnection: close\r\n\r\n");
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].set_cookie("t").find("Max-Age=0") != std::string::npos);
  CHECK(answers[1].set_cookie("t") == "t=1");
  CHECK(s.cookies_seen() == "t=2");
}

TEST_CASE(
    "where nothing may be stored before an answer, known refused cookies are expired; unknown ones are only hidden") {
  shop s({.location = "DE"});
  const answer first = s.get("/", {{"Cookie", "r=1; a=2; t=3; _ga=4; unheard=5"}});
  CHECK(s.cookies_seen() == "r=1");
  for (const char* name : {"a", "t", "_ga"}) CHECK(first.set_cookie(name).find("Max-Age=0") != std::string::npos);
  for (const char* name : {"r", "unheard"}) CHECK(first.set_cookie(name).empty());
  CHECK(s.get("/", {{"Cookie", "r=1; a=2; t=3; _ga=4; unheard=5"}}).set_cookies().empty());  // expired once

  shop elsewhere({.location = "US-CA"});
  CHECK(elsewhere.get("/", {{"Cookie", "r=1; a=2; t=3; _ga=4"}}).set_cookies().empty());
}
