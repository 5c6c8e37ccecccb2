// Rules of the notice that need the server's clock. tests/browser/ux_rules.test.mjs has those that a browser can show.
#include "catch.hpp"
#include "shop.hpp"

using namespace http_test;
using words::day;

namespace {

bool is_asked(browser& b) { return b.get().body.find("data-abide-notice") != std::string::npos; }

bool may_use_ads(shop& s, browser& b) {
  s.sets({"t=1"});
  const bool may = b.get().set_cookie("t").find("t=1") != std::string::npos;
  s.next = page();
  return may;
}

}  // namespace

TEST_CASE("UX18: a visitor who refused is not asked again before the law's period has passed") {
  shop s({.location = "IT"});
  browser b{s};
  b.post("choice=reject-all&from=banner");
  for (const int days : {0, 1, 90, 181}) {
    *s.now = words::today() + days * day;
    CAPTURE(days);
    CHECK_FALSE(is_asked(b));
    CHECK_FALSE(may_use_ads(s, b));
  }
  *s.now = words::today() + 183 * day;
  CHECK(is_asked(b));
  CHECK_FALSE(may_use_ads(s, b));
}

TEST_CASE("UX20: consent ends when the law's period has passed, and the visitor is asked again") {
  shop s({.location = "FR"});
  browser b{s};
  b.post("choice=accept-all&from=banner");
  *s.now = words::today() + 181 * day;
  CHECK(may_use_ads(s, b));
  CHECK_FALSE(is_asked(b));
  *s.now = words::today() + 183 * day;
  CHECK_FALSE(may_use_ads(s, b));
  CHECK(is_asked(b));
}

TEST_CASE("UX36: for a year after an opt-out the visitor is not asked to opt in") {
  shop s({.location = "US-CA"});
  browser b{s};
  b.post("choice=opt-out");
  for (const int days : {0, 1, 182, 364}) {
    *s.now = words::today() + days * day;
    CAPTURE(days);
    CHECK_FALSE(is_asked(b));
    CHECK_FALSE(may_use_ads(s, b));
  }
}
