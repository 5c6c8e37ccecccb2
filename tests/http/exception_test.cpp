// Informed exceptions to a signal.
#include "catch.hpp"
#include "recorded.hpp"

using namespace http_test;

TEST_CASE(
    "an informed exception is never accepted on a first page view, has its own text, and can be undone with one press") {
  log_folder file;
  shop s({.location = "US-CA", .records = file.store()});
  browser b{s};
  b.always = {{"Sec-GPC", "1"}};
  CHECK(b.get("/consent").body.find("name=\"exception\"") == std::string::npos);
  browser first{s};
  first.always = b.always;
  first.post("choice=save&exception=targeting&keep=analytics&keep=functional");
  CHECK(asks(s, first) == "raf");
  b.get();
  CHECK(b.get("/consent").body.find("name=\"exception\"") != std::string::npos);
  b.post("choice=save&exception=targeting&keep=analytics&keep=functional&lang=en");
  CHECK(asks(s, b) == "raft");
  const auto records = recorded(s, b);
  CHECK(kinds(records) == "exception");
  CHECK(records.at(0).event.conflict == abide::conflict_state::exception_granted);
  CHECK(s.server.log()->notice_text(records.at(0).event.notice_hash).value_or("").find("despite the signal") !=
        std::string::npos);
  s.next = page();
  const std::string html = b.get().body;
  CHECK(html.find("form=\"abide-post\" name=\"choice\" value=\"undo\" data-abide-when=\"exception\">") !=
        std::string::npos);
  CHECK(html.find("<form id=\"abide-post\"") != std::string::npos);
  b.post("choice=undo&from=banner&return=/");
  CHECK(asks(s, b) == "raf");
}

TEST_CASE("a visitor's fourth exception of a day is not accepted") {
  log_folder file;
  shop s({.location = "US-CA", .records = file.store()});
  browser b{s};
  b.always = {{"Sec-GPC", "1"}};
  b.get();
  for (int i = 0; i < 3; ++i) {
    *s.now += 60;
    b.post("choice=save&exception=targeting&keep=analytics&keep=functional");
    CHECK(asks(s, b) == "raft");
    *s.now += 60;
    b.post("choice=undo");
  }
  *s.now += 60;
  b.post("choice=save&exception=targeting&keep=analytics&keep=functional");
  CHECK(asks(s, b) == "raf");
  *s.now += words::day;
  b.post("choice=save&exception=targeting&keep=analytics&keep=functional");
  CHECK(asks(s, b) == "raft");
}

TEST_CASE("an undo with nothing to undo changes nothing and records nothing") {
  log_folder file;
  shop s({.records = file.store()});
  browser b{s};
  b.post("choice=accept-all");
  b.post("choice=undo");
  CHECK(kinds(recorded(s, b)) == "grant");
  browser stranger{s};
  CHECK(stranger.post("choice=undo").set_cookies().empty());
}

TEST_CASE("an opt-out by hand is not a signal: an exception needs a signal first") {
  shop s({.location = "US-CA"});
  browser b{s};
  b.post("choice=opt-out");
  b.post("choice=save&exception=targeting&keep=analytics&keep=functional");
  b.always = {{"Sec-GPC", "1"}};
  CHECK(asks(s, b) == "raf");
}
