// What an account carries from device to device.
#include "catch.hpp"
#include "recorded.hpp"

using namespace http_test;

TEST_CASE("opting out on one device holds on all devices where the visitor is logged in") {  // T12
  log_folder file;
  shop s({.location = "US-CA", .records = file.store()});
  browser phone{s}, laptop{s};
  const field_pairs ann{{"X-Account", "ann"}}, bob{{"X-Account", "bob"}};
  phone.always = ann;
  CHECK(asks(s, laptop, ann) == "rafts");
  phone.post("choice=opt-out");
  CHECK(asks(s, laptop, ann) == "raf");
  CHECK(asks(s, laptop, bob) == "rafts");
  CHECK(asks(s, laptop) == "rafts");
}

TEST_CASE("a signal seen before the log-in is written to the account at log-in") {  // T13
  log_folder file;
  shop s({.location = "US-CA", .records = file.store()});
  browser phone{s}, laptop{s};
  const field_pairs ann{{"X-Account", "ann"}};
  phone.always = {{"Sec-GPC", "1"}};
  phone.get();
  CHECK(asks(s, laptop, ann) == "rafts");
  phone.get("/", ann);
  CHECK(asks(s, laptop, ann) == "raf");
}

TEST_CASE("an opt-out made before the log-in reaches the account at log-in, also after the signal has stopped") {
  log_folder file;
  shop s({.location = "US-CA", .records = file.store()});
  browser phone{s}, laptop{s};
  const field_pairs ann{{"X-Account", "ann"}};
  phone.post("choice=opt-out");
  phone.get("/", ann);
  CHECK(asks(s, laptop, ann) == "raf");
}

TEST_CASE(
    "opting in again on one device ends the account's opt-out everywhere, and an old opt-out does not bring it back") {
  log_folder file;
  shop s({.location = "US-CA", .records = file.store()});
  browser phone{s}, laptop{s};
  phone.always = laptop.always = {{"X-Account", "ann"}};
  phone.post("choice=opt-out");
  phone.get();
  CHECK(asks(s, laptop) == "raf");
  laptop.post("choice=accept-all");
  CHECK(asks(s, laptop) == "raf");
  laptop.post("choice=confirm");
  CHECK(asks(s, laptop) == "rafts");
  phone.get();
  CHECK(asks(s, laptop) == "rafts");
}

TEST_CASE("an account that cannot be looked up counts as opted out") {
  shop s({.location = "US-CA", .records = "sqlite:/nowhere/at/all/abide.db"});
  browser b{s};
  CHECK(asks(s, b, {{"X-Account", "ann"}}) == "raf");
  CHECK(asks(s, b) == "rafts");
}

TEST_CASE("erasing an account removes its opt-out and keeps the records as proof") {
  log_folder file;
  shop s({.location = "US-CA", .records = file.store()});
  browser b{s};
  b.always = {{"X-Account", "ann"}};
  b.post("choice=opt-out");
  b.get();
  CHECK(s.server.log()->erase("ann"));
  CHECK(kinds(recorded(s, b)).find("erase") != std::string::npos);
  CHECK(kinds(recorded(s, b)).find("deny") != std::string::npos);
  browser other{s};
  CHECK(asks(s, other, {{"X-Account", "ann"}}) == "rafts");
}

TEST_CASE(
    "after log-in the filtering is redone: cookies that begin had let through are hidden, and hidden ones are shown") {
  shop s({.location = "US-CT"});
  browser b{s};
  for (const char* cookie : {"r=1", "a=1", "t=1"}) b.holds(std::string(cookie) + "; Path=/");
  b.get();
  CHECK(s.cookies_seen() == "r=1; a=1; t=1");
  b.get("/", {{"X-Account", "kid"}, {"X-Age", "15"}});  // D1
  CHECK(s.cookies_seen() == "r=1; a=1");
  b.always = {{"Sec-GPC", "1"}};
  b.get();
  CHECK(s.cookies_seen().find("t=1") == std::string::npos);
  b.holds("t=1; Path=/");
  b.get("/", {{"X-Account", "member"}, {"X-Incentive", "kept"}});  // D3b
  CHECK(s.cookies_seen().find("t=1") != std::string::npos);
}
