// What a visitor's choice writes to the log, seen over HTTP.
#include <chrono>
#include <filesystem>
#include <future>

#include "catch.hpp"
#include "recorded.hpp"

using namespace http_test;
using abide::event_kind;

TEST_CASE("a choice is in the log before the visitor is told that it was saved") {
  log_folder file;
  shop s({.records = file.store()});
  browser b{s};
  CHECK(b.post("choice=save&grant=analytics&from=banner&lang=de").status == 303);
  const auto records = recorded(s, b);
  REQUIRE(records.size() == 1);
  const abide::consent_event& e = records[0].event;
  CHECK(e.kind == event_kind::grant);
  CHECK(e.source == abide::source::banner);
  CHECK(e.choices == std::array<abide::choice, 4>{abide::choice::none, abide::choice::granted, abide::choice::denied,
                                                  abide::choice::denied});
  CHECK(e.jurisdiction == "DE");
  CHECK(e.language == "de");
  CHECK(e.notice == 1);
  CHECK(e.place_from == "fixed");
  CHECK_FALSE(records[0].mac.empty());
}

TEST_CASE("the log keeps the text that was shown, under the hash that the record names") {
  log_folder file;
  shop s({.records = file.store()});
  browser b{s};
  b.post("choice=accept-all&from=banner&lang=de");
  const std::string hash = recorded(s, b).at(0).event.notice_hash;
  const auto text = s.server.log()->notice_text(hash);
  REQUIRE(text.has_value());
  CHECK(abide::sha256_hex(*text) == hash);
  CHECK(text->find("Alle ablehnen") != std::string::npos);
  b.post("choice=reject-all&from=banner&lang=en");
  CHECK(recorded(s, b).at(1).event.notice_hash != hash);
}

TEST_CASE("an answer to an older notice is recorded with its version; a grant then asks again, a refusal holds") {
  log_folder file;
  std::string policy(shop_policy);
  policy.replace(policy.find(R"("notice": {)"), 11, R"("notice": {"version": 3, )");
  shop s({.policy = policy, .records = file.store()});
  browser late{s}, refuses{s}, now{s}, ahead{s};
  const answer page = now.get();
  CHECK(page.body.find(R"(name="from" value="banner-3")") != std::string::npos);
  CHECK(now.get("/consent").body.find(R"(name="from" value="settings-3")") != std::string::npos);

  late.post("choice=accept-all&from=banner-2");
  CHECK(recorded(s, late).at(0).event.notice == 2);
  CHECK(recorded(s, late).at(0).event.notice_hash.empty());
  CHECK(asks(s, late) == "r");
  CHECK(shows_notice(late.get()));

  refuses.post("choice=reject-all&from=settings-2");
  CHECK(recorded(s, refuses).at(0).event.notice == 2);
  CHECK(asks(s, refuses) == "r");

  now.post("choice=accept-all&from=banner-3");
  CHECK(recorded(s, now).at(0).event.notice == 3);
  CHECK_FALSE(recorded(s, now).at(0).event.notice_hash.empty());
  CHECK(asks(s, now) == "rafts");

  ahead.post("choice=accept-all&from=banner-4");  // forged: this text does not exist yet
  CHECK(recorded(s, ahead).at(0).event.notice == 3);
  CHECK(recorded(s, ahead).at(0).event.source == abide::source::banner);
}

TEST_CASE("UX21: one record for each change of state, none for a request") {
  log_folder file;
  shop s({.location = "US-CA", .records = file.store()});
  browser b{s};
  b.always = {{"Sec-GPC", "1"}};
  for (int i = 0; i < 5; ++i) b.get();
  b.post("choice=opt-out");
  for (int i = 0; i < 5; ++i) b.get();
  b.post("choice=reject-all");
  CHECK(kinds(recorded(s, b)) == "deny change");
  CHECK(recorded(s, b).at(0).event.seen.gpc);
}

TEST_CASE("a signal that only the page's script sees is remembered without a record or an identifier") {
  log_folder file;
  shop s({.location = "US-CA", .records = file.store()});
  browser b{s};
  for (int i = 0; i < 4; ++i) {
    const answer a = b.post("gpc=1", "/consent/signal");
    CHECK(a.status == 200);
    CHECK(a.body.find("\"allowedShared\":[\"required\"]") != std::string::npos);
    CHECK(a.set_cookie("signal_abide").empty() == (i > 0));
  }
  CHECK(("; " + b.jar.header(b.here("/"))).find("; abide=") == std::string::npos);
  CHECK(b.get("/consent/receipt").status == 404);
}

TEST_CASE("the signal is remembered once for a first page, not by each of its pictures") {
  log_folder file;
  shop s({.location = "US-CA", .records = file.store()});
  browser b{s};
  b.always = {{"Sec-GPC", "1"}};
  CHECK(s.get("/logo.png", {{"Sec-GPC", "1"}, {"Sec-Fetch-Dest", "image"}}).set_cookie("signal_abide").empty());
  CHECK_FALSE(s.get("/", {{"Sec-GPC", "1"}, {"Sec-Fetch-Dest", "document"}}).set_cookie("signal_abide").empty());
}

TEST_CASE("no address, user agent or URL reaches the log") {
  log_folder file;
  shop s({.records = file.store()});
  browser b{s};
  b.send("POST", "/consent",
         {{"Sec-Fetch-Site", "same-origin"},
          {"User-Agent", "Telltale/1.0"},
          {"Referer", "http://www.shop.example/secret-page"}},
         "choice=accept-all&return=/secret-page");
  const std::string receipt = b.get("/consent/receipt").body;
  CHECK(receipt.find("dpv:ConsentReceipt") != std::string::npos);
  for (const char* word : {"Telltale", "secret-page", "127.0.0.1"}) CHECK(receipt.find(word) == std::string::npos);
}

TEST_CASE("UX38: with the store down nothing is saved, the visitor is told so, and nothing new is allowed") {
  shop s({.records = "sqlite:/nowhere/at/all/abide.db"});
  browser b{s};
  const answer a = b.post("choice=accept-all&lang=en");
  CHECK(a.status == 503);
  CHECK(a.body.find("Your choice could not be saved.") != std::string::npos);
  CHECK(a.body.find("Your choice is saved.") == std::string::npos);
  CHECK_FALSE(a.all("Retry-After").empty());
  CHECK(asks(s, b) == "r");
}

TEST_CASE("an address alone does not make a page say that a choice is saved") {
  shop s;
  browser b{s};
  const std::string said = "Your choice is saved.";
  CHECK(b.get("/consent?saved=1&lang=en").body.find(said) == std::string::npos);
  b.post("choice=save&lang=en");
  CHECK(b.get("/consent?saved=1&lang=en").body.find(said) != std::string::npos);
  *s.now += 3600;
  CHECK(b.get("/consent?saved=1&lang=en").body.find(said) == std::string::npos);
}

TEST_CASE("a refusal holds in the browser even while the store is down") {
  shop s({.location = "US-CA", .records = "sqlite:/nowhere/at/all/abide.db"});
  browser b{s};
  CHECK(asks(s, b) == "rafts");
  CHECK(b.post("choice=reject-all").status == 503);
  CHECK(asks(s, b) == "r");
  CHECK(b.post("choice=accept-all").status == 503);
  CHECK(asks(s, b) == "r");
}

TEST_CASE("what could not be recorded is recorded once the store is back") {
  log_folder file;
  const std::string folder = file.folder + "/later";
  std::promise<void> back;
  setting how;
  how.location = "US-CA";
  how.records = "sqlite:" + folder + "/abide.db";
  how.warn = [&](const std::string& text) {
    if (text.find(": available again") != text.npos) back.set_value();
  };
  shop s(how);
  browser b{s};
  CHECK(b.post("choice=reject-all").status == 503);
  std::filesystem::create_directory(folder);
  REQUIRE(back.get_future().wait_for(std::chrono::seconds(30)) == std::future_status::ready);
  const auto records = s.server.log()->history(subject_in(b)).value();
  CHECK(kinds(records) == "deny");
  CHECK(b.post("choice=accept-all").status == 303);
}

TEST_CASE("a script that saves a choice is told of the failure too") {
  shop s({.records = "sqlite:/nowhere/at/all/abide.db"});
  browser b{s};
  const answer a = b.send("POST", "/consent", {{"Sec-Fetch-Site", "same-origin"}, {"Accept", "application/json"}},
                          "choice=accept-all");
  CHECK(a.status == 503);
  CHECK(a.body.find("error") != std::string::npos);
}

TEST_CASE("a grant that could not be saved does not leave a record of a refusal") {
  log_folder file;
  const std::string folder = file.folder + "/later";
  shop s({.records = "sqlite:" + folder + "/abide.db"});
  browser b{s};
  CHECK(b.post("choice=accept-all").status == 503);
  CHECK(s.server.log()->state().waiting == 0);
  CHECK(b.post("choice=reject-all").status == 503);
  CHECK(s.server.log()->state().waiting == 1);
}

TEST_CASE(
    "a visitor who chooses over and over is recorded only as often as the policy says, and a refusal holds all the same") {
  log_folder file;
  shop s(with_few_choices(file));
  browser b{s};
  b.post("choice=reject-all");
  for (int i = 0; i < 20; ++i) b.post(i % 2 == 0 ? "choice=accept-all" : "choice=reject-all");
  CHECK(recorded(s, b).size() <= 6);
  const answer grant = b.post("choice=accept-all");
  CHECK(grant.status == 429);
  CHECK(grant.all("Retry-After") == "60");
  CHECK(asks(s, b) == "r");
  *s.now += 60;
  CHECK(b.post("choice=accept-all").status == 303);
  CHECK(asks(s, b) == "rafts");
  for (int i = 0; i < 10; ++i) b.post("choice=accept-all");
  CHECK(b.post("choice=reject-all").status == 429);
  CHECK(asks(s, b) == "r");
}

TEST_CASE("what other sites send does not use up the choices of a visitor") {
  log_folder file;
  shop s(with_few_choices(file));
  browser b{s};
  b.post("choice=reject-all");
  b.always = {{"Sec-Fetch-Site", "cross-site"}};
  for (int i = 0; i < 20; ++i) CHECK(b.post("choice=accept-all").status == 403);
  b.always = {};
  CHECK(b.post("choice=accept-all").status == 303);
}

TEST_CASE("a record states the term that the law of its place gives, whatever it takes back") {
  constexpr std::int64_t day = 86'400, spain_days = 730, days = 182;
  const std::pair<const char*, event_kind> acts[] = {{"choice=withdraw", event_kind::withdraw},
                                                     {"choice=save&grant=analytics", event_kind::change},
                                                     {"choice=opt-out", event_kind::change},
                                                     {"gpc=1", event_kind::signal_on}};
  for (const auto& [act, kind] : acts) {
    CAPTURE(act);
    log_folder file;
    shop spain({.location = "ES", .records = file.store()}), germany({.records = file.store()});
    browser b{spain};
    b.post("choice=accept-all");
    *germany.now += 10 * day;
    browser later{germany};
    later.jar = b.jar;
    later.post(act);
    const auto records = recorded(germany, later.cookies().find('~') == std::string::npos ? b : later);
    REQUIRE(records.size() == 2);
    CHECK(records[0].event.valid_until == words::today() + spain_days * day);
    CHECK(records[1].event.kind == kind);
    const bool is_signal = kind == event_kind::signal_on, is_opt_out = std::string(act) == "choice=opt-out";
    const std::int64_t since = words::today() + (is_opt_out ? 0 : 10 * day);  // an opt-out renews no grant
    CHECK(records[1].event.valid_until == (is_signal ? 0 : since + days * day));
  }
}

TEST_CASE("a first refusal takes nothing back, and is kept for as long as nobody is asked again") {
  log_folder file;
  shop s({.records = file.store()});
  browser b{s};
  b.post("choice=reject-all");
  CHECK(recorded(s, b)[0].event.valid_until == words::today() + 182 * std::int64_t{86'400});
}

namespace {

/// Two visitors, and the cookies of both in one browser.
struct two_visitors {
  log_folder file;
  shop s{{.records = file.store()}};
  browser one{s}, other{s};

  field_pairs both(const std::string& name, const std::string& value) const {
    return {{"Cookie", one.cookies() + "; " + other.cookies()}, {name, value}};
  }
};

}  // namespace

TEST_CASE("a browser with the cookies of two visitors is neither of them") {
  two_visitors now;
  auto& [file, s, one, other] = now;
  one.post("choice=accept-all");
  other.post("choice=save&grant=analytics");
  const field_pairs both = now.both("Sec-Fetch-Site", "same-origin");
  CHECK(s.get("/consent/receipt", both).status == 404);
  s.sets({"a=1", "f=1", "t=1"});
  CHECK(s.get("/", both).set_cookies().front() == "a=1");  // what both allow
  browser next{s};
  for (const std::string& field : s.send("POST", "/consent", both, "choice=save&grant=functional").set_cookies())
    next.holds(field);
  CHECK(subject_in(next) != subject_in(one));
  CHECK(subject_in(next) != subject_in(other));
  CHECK(kinds(recorded(s, next)) == "change");
  CHECK(recorded(s, one).size() == 1);
  CHECK(recorded(s, other).size() == 1);
}

TEST_CASE("cookies of two visitors link neither to the account that is logged in") {
  two_visitors now;
  auto& [file, s, one, other] = now;
  one.post("choice=accept-all");
  other.post("choice=accept-all");
  CHECK(s.get("/", now.both("X-Account", "somebody")).set_cookie("abide").empty());
  CHECK(kinds(recorded(s, one)) == "grant");
  CHECK(kinds(recorded(s, other)) == "grant");
}
