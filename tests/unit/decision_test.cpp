// The decision, rule by rule; the first match decides. The table of 34 situations: decision_table_test.cpp.
#include <limits>

#include "catch.hpp"
#include "scene.hpp"

using namespace abide;
using words::at;
using words::today;

// ---- D0

TEST_CASE("required cookies are always allowed") {
  scene s;
  s.seen = {true, dnt_value::one};
  s.who.age = 5;
  s.who.opted_out = true;
  s.choose({{category::required, choice::denied}, {category::targeting, choice::denied}});
  for (const char* place : {"DE", "US-CA", "US-MD", "JP", ""}) {
    s.place = place;
    CHECK(s.own(category::required) == "D0 allowed");
    CHECK(s.shared(category::required) == "D0 allowed");
  }
}

// ---- D1

TEST_CASE("a known minor of a banned age gets no ads and no sale, and consent does not change that") {
  scene s;
  s.place = "US-CT";
  s.who.age = 15;
  s.choose_all(choice::granted);
  CHECK(s.own(category::targeting) == "D1 denied");
  CHECK(s.shared(category::analytics) == "D1 denied");
  CHECK(s.own(category::analytics) == "D5 allowed");  // neither ads nor sale
  s.who.age = 18;
  CHECK(s.own(category::targeting) == "D5 allowed");
}

TEST_CASE("neither an exception nor an incentive overrides the ban for a minor") {
  scene s;
  s.place = "US-MD";
  s.who = {true, false, 17, true, true};
  s.seen.gpc = true;
  s.choose_all(choice::granted);
  s.chosen->exception = informed_exception{category_set(15), today()};
  CHECK(s.own(category::targeting) == "D1 denied");
}

TEST_CASE("where the row asks a minor for opt-in, ads and sale are off until a choice") {
  scene s;
  s.place = "US-CA";
  s.who.age = 15;
  CHECK(s.own(category::targeting) == "D6 denied");
  CHECK(s.shared(category::analytics) == "D6 denied");
  CHECK(s.own(category::analytics) == "D6 allowed");
  s.choose_all(choice::granted);
  CHECK(s.own(category::targeting) == "D5 allowed");
  s.chosen.reset();
  s.who.age = 16;
  CHECK(s.own(category::targeting) == "D6 allowed");
}

TEST_CASE("an unknown age does not make the visitor a minor") {
  scene s;
  s.place = "US-CT";
  s.who.age = -1;
  CHECK(s.own(category::targeting) == "D6 allowed");
}

// ---- D2

TEST_CASE("a refusal holds, also where the place would allow") {
  scene s;
  s.place = "US-CA";
  s.choose({{category::analytics, choice::denied}});
  CHECK(s.own(category::analytics) == "D2 denied");
  CHECK(s.shared(category::analytics) == "D2 denied");
  CHECK(s.own(category::functional) == "D6 allowed");
}

TEST_CASE("a refusal does not expire and needs no notice version") {
  scene s;
  s.place = "US-CA";
  s.choose({{category::targeting, choice::denied}}, at("2016-01-01"));
  s.chosen->notice = 99;
  CHECK(s.own(category::targeting) == "D2 denied");
}

TEST_CASE("a refusal comes before the signal's rules, so an exception does not undo it") {
  scene s;
  s.seen.gpc = true;
  s.who.known = true;
  s.choose({{category::targeting, choice::denied}});
  s.chosen->exception = informed_exception{category_set(8), today()};
  CHECK(s.own(category::targeting) == "D2 denied");
}

// ---- D3

TEST_CASE("GPC denies targeting even after a plain Accept all") {
  scene s;
  s.place = "US-CA";
  s.seen.gpc = true;
  s.who.known = true;
  s.choose_all(choice::granted);
  CHECK(s.own(category::targeting) == "D3c denied");
  CHECK(s.shared(category::analytics) == "D3c denied");
  CHECK(s.shared(category::functional) == "D3c denied");
  CHECK(s.own(category::analytics) == "D5 allowed");
}

TEST_CASE("GPC is honoured everywhere") {
  scene s;
  s.seen.gpc = true;
  for (const char* place : {"DE", "GB", "CH", "US", "US-CA", "US-FL", "JP", "AU", "CA", ""}) {
    s.place = place;
    CAPTURE(place);
    CHECK(s.own(category::targeting) == "D3c denied");
    CHECK(s.shared(category::analytics) == "D3c denied");
  }
}

TEST_CASE("GPC does not cover a first party's or a processor's analytics") {  // GPC-24
  scene s;
  s.seen.gpc = true;
  s.place = "US-CA";
  CHECK(s.own(category::analytics) == "D6 allowed");
  CHECK(s.own(category::functional) == "D6 allowed");
  s.place = "DE";
  CHECK(s.own(category::analytics) == "D6 denied");
}

TEST_CASE("an informed exception overrides the signal for the purposes it names") {
  scene s;
  s.place = "US-CA";
  s.seen.gpc = true;
  s.who.known = true;
  s.choose_all(choice::granted);
  s.chosen->exception = informed_exception{category_set(8), today()};
  CHECK(s.own(category::targeting) == "D3a allowed");
  CHECK(s.shared(category::targeting) == "D3a allowed");
  CHECK(s.shared(category::analytics) == "D3c denied");
}

TEST_CASE("an exception holds only for a visitor who is known") {
  scene s;
  s.seen.gpc = true;
  s.choose_all(choice::granted);
  s.chosen->exception = informed_exception{category_set(15), today()};
  s.who.known = false;
  CHECK(s.own(category::targeting) == "D3c denied");
}

TEST_CASE("an exception given before the signal was first seen does not count") {
  scene s;
  s.seen.gpc = true;
  s.who.known = true;
  s.choose_all(choice::granted);
  s.chosen->exception = informed_exception{category_set(15), today() - 10};
  s.chosen->sticky_since = today() - 5;
  CHECK(s.own(category::targeting) == "D3c denied");
  s.chosen->sticky_since = today() - 10;
  CHECK(s.own(category::targeting) == "D3a allowed");
}

TEST_CASE("an exception expires as a grant does") {
  scene s;
  s.place = "DE";
  s.seen.gpc = true;
  s.who.known = true;
  s.choose_all(choice::granted);
  s.chosen->exception = informed_exception{category_set(15), today() - 182 * words::day + 1};
  CHECK(s.own(category::targeting) == "D3a allowed");
  s.chosen->exception->time -= 1;
  CHECK(s.own(category::targeting) == "D3c denied");
}

TEST_CASE("a policy may forbid exceptions") {
  scene s;
  s.rules.exception = exception_policy::never;
  s.seen.gpc = true;
  s.who.known = true;
  s.choose_all(choice::granted);
  s.chosen->exception = informed_exception{category_set(15), today()};
  CHECK(s.own(category::targeting) == "D3c denied");
}

TEST_CASE("a member of an incentive programme who was asked and stayed keeps it, in the United States") {
  scene s;
  s.place = "US-CA";
  s.seen.gpc = true;
  s.who = {true, false, -1, true, true};
  CHECK(s.shared(category::targeting) == "D3b allowed");
  s.place = "DE";
  CHECK(s.shared(category::targeting) == "D3c denied");
}

TEST_CASE("a member who was not asked, who withdrew or who is not known has no incentive") {
  scene s;
  s.place = "US-CA";
  s.seen.gpc = true;
  s.who = {true, false, -1, false, true};
  CHECK(s.shared(category::targeting) == "D3c denied");
  s.who = {true, false, -1, true, false};
  CHECK(s.shared(category::targeting) == "D3c denied");
  s.who = {false, false, -1, true, true};
  CHECK(s.shared(category::targeting) == "D3c denied");
}

TEST_CASE("DNT is an objection only where the law recognises it as one, unless the policy says otherwise") {
  scene s;
  s.seen.dnt = dnt_value::one;
  const auto targeting = [&](const char* place, dnt_policy how) {
    s.place = place;
    s.rules.dnt = how;
    return s.own(category::targeting);
  };
  CHECK(targeting("DE", dnt_policy::as_objection) == "D3c denied");
  CHECK(targeting("CH", dnt_policy::as_objection) == "D3c denied");
  CHECK(targeting("", dnt_policy::as_objection) == "D3c denied");
  CHECK(targeting("US-CA", dnt_policy::as_objection) == "D6 allowed");
  CHECK(targeting("US-CA", dnt_policy::as_gpc) == "D3c denied");
  CHECK(targeting("JP", dnt_policy::as_gpc) == "D3c denied");
  CHECK(targeting("DE", dnt_policy::ignore) == "D6 denied");
  CHECK(targeting("US-CA", dnt_policy::ignore) == "D6 allowed");
}

TEST_CASE("DNT: 0 is never consent, and does not weaken GPC") {
  scene s;
  s.seen.dnt = dnt_value::zero;
  s.place = "DE";
  CHECK(s.own(category::targeting) == "D6 denied");
  s.rules.dnt = dnt_policy::as_gpc;
  CHECK(s.own(category::targeting) == "D6 denied");
  s.place = "US-CA";
  s.seen.gpc = true;
  CHECK(s.own(category::targeting) == "D3c denied");
}

// ---- Remembering, D4

TEST_CASE("a signal is to be remembered until it has been, and again after a later grant") {
  scene s;
  s.place = "US-CA";
  CHECK_FALSE(s.decide().remember);
  s.seen.gpc = true;
  CHECK(s.decide().remember);
  s.chosen = record{};
  s.chosen->sticky_since = today() - 100;
  CHECK_FALSE(s.decide().remember);
  s.choose_all(choice::granted, today() - 50);
  s.chosen->sticky_since = today() - 100;
  CHECK(s.decide().remember);
}

TEST_CASE("a signal that changes nothing is not to be remembered") {
  scene s;
  s.seen.gpc = true;
  s.choose_all(choice::denied);
  CHECK_FALSE(s.decide().remember);
}

TEST_CASE("after an opt-out by a signal, the signal's absence is not an opt-in") {  // GPC-30
  scene s;
  s.place = "US-CA";
  s.chosen = record{};
  s.chosen->sticky_since = today() - 300 * words::day;
  CHECK(s.own(category::targeting) == "D4 denied");
  CHECK(s.shared(category::analytics) == "D4 denied");
  CHECK(s.own(category::analytics) == "D6 allowed");
}

TEST_CASE("only a grant later than the signal ends a sticky opt-out") {
  scene s;
  s.place = "US-CA";
  s.choose_all(choice::granted, today() - 10);
  s.chosen->sticky_since = today() - 5;
  CHECK(s.own(category::targeting) == "D4 denied");
  s.chosen->sticky_since = today() - 10;
  CHECK(s.own(category::targeting) == "D4 denied");  // the same second is not later
  s.chosen->sticky_since = today() - 11;
  CHECK(s.own(category::targeting) == "D5 allowed");
}

TEST_CASE("an account's opt-out holds on a device without a signal and without a choice") {
  scene s;
  s.place = "US-CA";
  s.who = {true, true, -1, false, false, ""};
  CHECK(s.own(category::targeting) == "D4 denied");
  CHECK(s.shared(category::functional) == "D4 denied");
  CHECK(s.own(category::functional) == "D6 allowed");
  s.choose_all(choice::granted);
  CHECK(s.own(category::targeting) == "D4 denied");
}

// ---- D5

TEST_CASE("a valid grant allows where the place denies") {
  scene s;
  s.place = "DE";
  s.choose({{category::analytics, choice::granted}});
  CHECK(s.own(category::analytics) == "D5 allowed");
  CHECK(s.shared(category::analytics) == "D5 allowed");
  CHECK(s.own(category::targeting) == "D6 denied");
}

TEST_CASE("a grant is valid for the days of its place, to the second") {
  scene s;
  for (const auto& [place, days] : {std::pair{"DE", 182}, {"ES", 730}, {"US-CA", 365}}) {
    CAPTURE(place);
    s.place = place;
    s.choose_all(choice::granted, today() - days * words::day + 1);
    CHECK(s.own(category::analytics) == "D5 allowed");
    s.chosen->time -= 1;
    CHECK(s.own(category::analytics).substr(0, 2) == "D6");
  }
}

TEST_CASE("a policy may set its own lifetime of a grant") {
  scene s;
  s.place = "DE";
  s.rules.lifetime_days = 30;
  s.choose_all(choice::granted, today() - 30 * words::day + 1);
  CHECK(s.own(category::analytics) == "D5 allowed");
  s.chosen->time -= 1;
  CHECK(s.own(category::analytics) == "D6 denied");
}

TEST_CASE("a grant under another notice version does not count") {
  scene s;
  s.place = "DE";
  s.choose_all(choice::granted);
  s.rules.notice_version = 2;
  CHECK(s.own(category::analytics) == "D6 denied");
  s.chosen->notice = 2;
  CHECK(s.own(category::analytics) == "D5 allowed");
  s.chosen->notice = 3;
  CHECK(s.own(category::analytics) == "D6 denied");
}

TEST_CASE("a grant from the future does not count, except within a minute of tolerance between servers") {
  scene s;
  s.place = "DE";
  s.choose_all(choice::granted, today() + 60);
  CHECK(s.own(category::analytics) == "D5 allowed");
  s.chosen->time += 1;
  CHECK(s.own(category::analytics) == "D6 denied");
}

TEST_CASE("a refusal dated into the future by a clock ahead counts, and does not keep the visitor from being asked") {
  scene s;
  s.place = "DE";
  s.choose_all(choice::denied, today() + 2200 * words::day);
  CHECK(s.own(category::analytics) == "D2 denied");
  CHECK(s.decide().notice == notice::banner);
}

TEST_CASE("a grant without a time does not count") {
  scene s;
  s.place = "DE";
  s.choose_all(choice::granted, 0);
  s.now = 1000;
  CHECK(s.own(category::analytics) == "D6 denied");
}

// ---- D6e

TEST_CASE("an exempt cookie is allowed without consent where the law says so, until the visitor objects") {
  scene s;
  const exemption declared{"GB", exempt_purpose::statistical, "_pk_*"};
  s.rules.exemptions = &declared;
  s.rules.exemption_count = 1;
  s.place = "GB";
  CHECK(s.exempt(category::analytics) == "D6e allowed");
  CHECK(s.own(category::analytics) == "D6 denied");  // for cookies that were not declared
  CHECK(s.exempt(category::functional) == "D6 denied");
  s.choose({{category::analytics, choice::denied}});
  CHECK(s.exempt(category::analytics) == "D2 denied");
  s.place = "FR";
  s.chosen.reset();
  CHECK(s.exempt(category::analytics) == "D6 denied");
}

TEST_CASE("only the declared name is exempt, and never one whose vendor shares") {
  scene s;
  const exemption declared{"GB", exempt_purpose::statistical, "_pk_*"};
  s.rules.exemptions = &declared;
  s.rules.exemption_count = 1;
  s.place = "GB";
  const decision d = s.decide();
  const classification own{category::analytics, false, 90, evidence::catalog, ""};
  const classification shared{category::analytics, true, 90, evidence::catalog, ""};
  CHECK(judge(d, s.rules, "_pk_id", own).rule == rule::d6e);
  CHECK(judge(d, s.rules, "other", own).rule == rule::d6);
  CHECK(judge(d, s.rules, "_pk_id", shared).rule == rule::d6);
  CHECK_FALSE(judge(d, s.rules, "_pk_id", shared).allowed);
}

// ---- D6

TEST_CASE("without signal and choice the place's default decides") {
  scene s;
  const auto allowed = [&](const char* place, bool shared) {
    s.place = place;
    std::string names;
    const decision d = s.decide();
    for (const category c : categories)
      if (d.of(c, shared).allowed) names += to_string(c)[0];
    return names;
  };
  for (const char* place : {"DE", "GB", "CA-QC", "BR", "KR", "", "XX"}) {
    CHECK(allowed(place, false) == "r");
    CHECK(allowed(place, true) == "r");
  }
  for (const char* place : {"US", "US-CA", "US-WA", "JP", "AU", "CA"}) {
    CHECK(allowed(place, false) == "raft");
    CHECK(allowed(place, true) == "raft");
  }
  CHECK(allowed("CH", false) == "raf");
  CHECK(allowed("CH", true) == "ra");
}

// ---- Minors

TEST_CASE("in New York a known minor is opted in only to what is required") {  // GBL art. 39-FF
  scene s;
  s.place = "US-NY";
  s.who.age = 17;
  for (const category c : {category::analytics, category::functional, category::targeting}) {
    CHECK(s.own(c) == "D6 denied");
    CHECK(s.shared(c) == "D6 denied");
  }
  s.choose_all(choice::granted);
  CHECK(s.own(category::analytics) == "D5 allowed");
  s.chosen.reset();
  s.who.age = 18;
  CHECK(s.own(category::analytics) == "D6 allowed");
}

TEST_CASE("an age of 0 is a minor's") {
  scene s;
  s.place = "US-CA";
  s.who.age = 0;
  CHECK(s.shared(category::targeting) == "D6 denied");
}

TEST_CASE("a minor's signal, exception and incentive count as anyone's where the row asks for opt-in") {
  scene s;
  s.place = "US-CA";
  s.who = {true, false, 15, true, true, ""};
  CHECK(s.shared(category::targeting) == "D6 denied");  // an incentive is not an opt-in
  s.seen.gpc = true;
  s.who.incentive_asked = false;
  CHECK(s.shared(category::targeting) == "D3c denied");
}

// ---- D3a and the notice

TEST_CASE("an exception given under another version of the notice does not count") {
  scene s;
  s.seen.gpc = true;
  s.who.known = true;
  s.choose_all(choice::granted);
  s.chosen->exception = informed_exception{category_set(14), today()};
  CHECK(s.own(category::targeting) == "D3a allowed");
  s.rules.notice_version = 2;
  CHECK(s.own(category::targeting) == "D3c denied");
}

TEST_CASE("extreme times count as past or future like any others") {  // the C interface takes any number
  constexpr std::int64_t end = std::numeric_limits<std::int64_t>::max();
  scene s;
  s.now = end - 1;
  s.choose_all(choice::denied, -end);
  CHECK(s.decide().notice == notice::banner);  // a refusal of long ago: the visitor is asked again
  s.choose_all(choice::denied, end - 1);
  CHECK(s.decide().notice != notice::banner);
  s.choose_all(choice::granted, end);
  CHECK(s.own(category::analytics) == "D5 allowed");
  s.now = -end;
  CHECK(s.own(category::analytics) == "D6 denied");  // a grant from the future does not count
  const record next = apply_signal(&*s.chosen, source::gpc_header, end);
  CHECK(next.sticky_since == end);
}

TEST_CASE("a service allowed by itself has its own rule, which covers only its category") {
  policy rules;
  record r;
  r.services.at[0] = {service_id("YouTube"), category::targeting, 1, 1'795'000'000};
  r.services.count = 1;
  const std::int64_t now = 1'795'342'830;
  const decision d = decide(rules, {}, find_jurisdiction("DE", now), &r, {}, now);
  classification what{category::targeting, true, 100, evidence::host, "youtube"};
  const verdict given = judge(d, rules, "x", what);
  CHECK(given.allowed);
  CHECK(to_string(given.rule) == "D5s");
  CHECK(why(d, given) == "the visitor allowed this service");
  CHECK_FALSE(law_of(d, given).empty());
  CHECK(allows_service(d, what));
  CHECK_FALSE(d.of(category::targeting, true).allowed);
  what.vendor = "YouTube Ads";
  CHECK_FALSE(judge(d, rules, "x", what).allowed);
  what.vendor = "";
  CHECK_FALSE(allows_service(d, what));
  what.vendor = "YouTube";
  what.category = category::analytics;
  CHECK_FALSE(judge(d, rules, "x", what).allowed);
}

TEST_CASE("a decision says for which categories the visitor may allow one service by itself") {
  policy rules;
  const std::int64_t now = 1'795'342'830;
  const auto offer = [&](const char* place, signals seen, const record* chosen = nullptr, visitor who = {}) {
    const decision d = decide(rules, seen, find_jurisdiction(place, now), chosen, who, now);
    return std::pair(unsigned{d.service_own.bits()}, unsigned{d.service_shared.bits()});
  };
  using offered = std::pair<unsigned, unsigned>;
  CHECK(offer("DE", {}) == offered{14, 14});
  CHECK(offer("DE", {true, dnt_value::absent}) == offered{6, 0});
  CHECK(offer("US-CA", {}) == offered{14, 14});
  record r;
  r.sticky_since = now - 10;
  CHECK(offer("DE", {}, &r) == offered{14, 14});   // a later grant ends the opt-out
  CHECK(offer("US-CA", {}, &r) == offered{6, 0});  // two steps are needed there
  r.sticky_since.reset();
  r.choices[3] = choice::denied;
  CHECK(offer("DE", {}, &r) == offered{14, 14});
  CHECK(offer("US-CA", {}, &r) == offered{6, 6});
  visitor who;
  who.opted_out = true;
  CHECK(offer("DE", {}, nullptr, who) == offered{6, 0});
  rules.notice_version = 0;
  CHECK(offer("DE", {}) == offered{0, 0});
}
