// The decision, rule by rule, first match wins (DESIGN section 4). The table of 34 situations: decision_table_test.cpp.
#include "catch.hpp"
#include "scene.hpp"

using namespace abide;
using words::at;
using words::today;

// ---- D0

TEST_CASE("required cookies are allowed whatever else is said") {
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

TEST_CASE("a known minor of a banned age gets no ads and no sale, and no consent unlocks them") {
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

TEST_CASE("neither an exception nor an incentive unlocks what a minor's age bans") {
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

TEST_CASE("an unknown age is no minor's") {
  scene s;
  s.place = "US-CT";
  s.who.age = -1;
  CHECK(s.own(category::targeting) == "D6 allowed");
}

// ---- D2

TEST_CASE("a refusal stands, also where the place would allow") {
  scene s;
  s.place = "US-CA";
  s.choose({{category::analytics, choice::denied}});
  CHECK(s.own(category::analytics) == "D2 denied");
  CHECK(s.shared(category::analytics) == "D2 denied");
  CHECK(s.own(category::functional) == "D6 allowed");
}

TEST_CASE("a refusal does not run out and needs no notice version") {
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

TEST_CASE("GPC says nothing of a first party's or a processor's analytics") {  // GPC-24
  scene s;
  s.seen.gpc = true;
  s.place = "US-CA";
  CHECK(s.own(category::analytics) == "D6 allowed");
  CHECK(s.own(category::functional) == "D6 allowed");
  s.place = "DE";
  CHECK(s.own(category::analytics) == "D6 denied");
}

TEST_CASE("an informed exception beats the signal for the purposes it names") {
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

TEST_CASE("an exception given before the signal was first seen is none") {
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

TEST_CASE("an exception runs out as a grant does") {
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

TEST_CASE("DNT is an objection only where the law knows one, unless the policy says otherwise") {
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

TEST_CASE("a signal is to be remembered until it is, and again after a later grant") {
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

TEST_CASE("once opted out by a signal, its absence is no opt-in") {  // GPC-30
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
  CHECK(s.own(category::targeting) == "D4 denied");  // the same second proves nothing
  s.chosen->sticky_since = today() - 11;
  CHECK(s.own(category::targeting) == "D5 allowed");
}

TEST_CASE("an account's opt-out holds on a device that sends no signal and knows no choice") {
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

TEST_CASE("a grant under another notice version is no grant") {
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

TEST_CASE("a grant from the future is a broken clock, but for a minute between servers") {
  scene s;
  s.place = "DE";
  s.choose_all(choice::granted, today() + 60);
  CHECK(s.own(category::analytics) == "D5 allowed");
  s.chosen->time += 1;
  CHECK(s.own(category::analytics) == "D6 denied");
}

TEST_CASE("a grant without a time is no grant") {
  scene s;
  s.place = "DE";
  s.choose_all(choice::granted, 0);
  s.now = 1000;
  CHECK(s.own(category::analytics) == "D6 denied");
}

// ---- D6e

TEST_CASE("an exempt cookie runs without consent where the law says so, until the visitor objects") {
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

TEST_CASE("without signal and choice the place's own default decides") {
  scene s;
  const auto allowed = [&](const char* place, bool shared) {
    s.place = place;
    std::string names;
    const decision d = s.decide();
    for (const category c : categories)
      if (d.of(c, shared).allowed) names += name_of(c)[0];
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

// ---- The notice

TEST_CASE("the banner is shown where consent is needed and none was asked for") {
  scene s;
  s.place = "DE";
  CHECK(s.decide().notice == notice::banner);
  s.place = "US-CA";
  CHECK(s.decide().notice == notice::none);
  s.place = "JP";
  CHECK(s.decide().notice == notice::none);
}

TEST_CASE("a choice ends the banner, until it runs out or the notice changes") {
  scene s;
  s.place = "DE";
  for (const choice c : {choice::granted, choice::denied}) {
    s.rules.notice_version = 1;
    s.choose_all(c, today() - 182 * words::day + 1);
    CHECK(s.decide().notice == notice::none);
    s.chosen->time -= 1;
    CHECK(s.decide().notice == notice::banner);
    s.chosen->time += 1;
    s.rules.notice_version = 2;
    CHECK(s.decide().notice == notice::banner);
  }
}

TEST_CASE("nobody is asked for what the signal refused") {
  scene s;
  s.place = "DE";
  s.seen.gpc = true;
  CHECK(s.decide().notice == notice::banner);  // for analytics and preferences, of which it says nothing
  s.choose({{category::analytics, choice::denied}, {category::functional, choice::denied}});
  CHECK(s.decide().notice == notice::status);
}

TEST_CASE("an active signal shows the status, an exemption the way to object") {
  scene s;
  s.place = "US-CA";
  s.seen.gpc = true;
  CHECK(s.decide().notice == notice::status);
  s.seen.gpc = false;
  const exemption declared[]{{"GB", exempt_purpose::statistical, "_pk_*"}, {"GB", exempt_purpose::appearance, "theme"}};
  s.rules.exemptions = declared;
  s.rules.exemption_count = 2;
  s.place = "GB";
  s.choose({{category::targeting, choice::denied}});
  CHECK(s.decide().notice == notice::objection);
}

// ---- What is told

TEST_CASE("the status line says whether the signal was honoured or set aside") {  // GPC-29
  scene s;
  s.place = "US-CA";
  CHECK(status_line(s.decide()).empty());
  s.seen.gpc = true;
  CHECK(status_line(s.decide()) == "Opt-out request honored");
  s.who.known = true;
  s.choose_all(choice::granted);
  s.chosen->exception = informed_exception{category_set(14), today()};
  CHECK(status_line(s.decide()) == "Opt-out signal overridden by your choice");
  s.chosen->exception->purposes = category_set(8);
  CHECK(status_line(s.decide()) == "Opt-out signal overridden by your choice");  // honoured in part is not "honored"
}

TEST_CASE("every rule has its name and a sentence without a full stop") {
  scene s;
  const decision d = s.decide();
  const char* names[]{"D0", "D1", "D2", "D3a", "D3b", "D3c", "D4", "D5", "D6e", "D6"};
  std::vector<std::string> sentences;
  for (unsigned r = 0; r < 10; ++r) {
    CHECK(name_of(static_cast<rule>(r)) == names[r]);
    const std::string sentence(why(d, {false, static_cast<rule>(r)}));
    CHECK(sentence.size() > 10);
    CHECK(sentence.back() != '.');
    CHECK(std::find(sentences.begin(), sentences.end(), sentence) == sentences.end());
    sentences.push_back(sentence);
  }
}

TEST_CASE("the sentence names the signal that was sent and the place's default") {
  scene s;
  s.place = "DE";
  s.seen.dnt = dnt_value::one;
  decision d = s.decide();
  CHECK(why(d, d.of(category::targeting, false)) == "the browser sends Do Not Track");
  s.seen.gpc = true;
  d = s.decide();
  CHECK(why(d, d.of(category::targeting, false)) == "the browser sends Global Privacy Control");
  CHECK(why(d, d.of(category::analytics, false)) == "this place asks for consent first, and there is no valid consent");
  s.seen = {};
  s.place = "US-CA";
  d = s.decide();
  CHECK(why(d, d.of(category::analytics, false)) == "on in this place until the visitor opts out");
  s.place = "JP";
  d = s.decide();
  CHECK(why(d, d.of(category::analytics, false)) == "this place asks for a notice only");
}

TEST_CASE("a decision knows its place and what was seen") {
  scene s;
  s.place = "uk";
  s.seen = {true, dnt_value::zero};
  const decision d = s.decide();
  REQUIRE(d.place != nullptr);
  CHECK(d.place->code == "GB");
  CHECK(d.seen.gpc);
  CHECK(d.seen.dnt == dnt_value::zero);
  CHECK(d.signal_active);
}

// ---- Minors

TEST_CASE("in New York a known minor is opted in to nothing but what is required") {  // GBL art. 39-FF
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

TEST_CASE("a minor's signal, exception and incentive are read as anyone's where the row asks for opt-in") {
  scene s;
  s.place = "US-CA";
  s.who = {true, false, 15, true, true, ""};
  CHECK(s.shared(category::targeting) == "D6 denied");  // an incentive is no opt-in
  s.seen.gpc = true;
  s.who.incentive_asked = false;
  CHECK(s.shared(category::targeting) == "D3c denied");
}

// ---- D3a and the notice

TEST_CASE("an exception given under another version of the notice is none") {
  scene s;
  s.seen.gpc = true;
  s.who.known = true;
  s.choose_all(choice::granted);
  s.chosen->exception = informed_exception{category_set(14), today()};
  CHECK(s.own(category::targeting) == "D3a allowed");
  s.rules.notice_version = 2;
  CHECK(s.own(category::targeting) == "D3c denied");
}

// ---- D3b: programmes

namespace {

struct members_only : scene {
  std::vector<cookie_rule> cookies{{"points", "", "", category::targeting, true, "loyalty"},
                                   {"zq_cut*", ".ads.example", "", category::analytics, true, "coupons"},
                                   {"uid", "", "", category::targeting, true}};
  members_only() {
    place = "US-CA";
    seen.gpc = true;
    who.known = who.incentive_asked = who.incentive_kept = true;
    who.programme = "loyalty";
  }
  std::string judged(std::string_view name, std::string_view host = "") {
    rules.cookies = cookies.data();
    rules.cookie_count = cookies.size();
    const cookie_facts facts{name, host, false};
    const verdict v = judge(decide(), rules, facts, classify(rules, facts));
    return std::string(name_of(v.rule)) + (v.allowed ? " allowed" : " denied");
  }
};

}  // namespace

TEST_CASE("a member keeps the cookies of his programme under GPC, and no others") {  // 11 CCR 7025(c)(4)
  members_only s;
  CHECK(s.judged("points") == "D3b allowed");
  CHECK(s.judged("zq_cut1", "x.ads.example") == "D3c denied");
  CHECK(s.judged("uid") == "D3c denied");
  CHECK(s.judged("unheard") == "D3c denied");
  CHECK(s.shared(category::targeting) == "D3c denied");  // the category as a whole stays off
  CHECK(s.decide().remember);
}

TEST_CASE("a member of a programme that is not named keeps the cookies of every programme") {
  members_only s;
  s.who.programme = "";
  CHECK(s.judged("points") == "D3b allowed");
  CHECK(s.judged("zq_cut1", "x.ads.example") == "D3b allowed");
  CHECK(s.judged("zq_cut1", "elsewhere.example") == "D3c denied");  // the rule is for another host
  CHECK(s.judged("uid") == "D3c denied");
}

TEST_CASE("a programme frees nothing for who withdrew, was not asked, is not known, or lives elsewhere") {
  members_only s;
  s.who.incentive_kept = false;
  CHECK(s.judged("points") == "D3c denied");
  s = {};
  s.who.incentive_asked = false;
  CHECK(s.judged("points") == "D3c denied");
  s = {};
  s.who.known = false;
  CHECK(s.judged("points") == "D3c denied");
  s = {};
  s.place = "DE";
  CHECK(s.judged("points") == "D3c denied");
}

TEST_CASE("a programme frees neither what a minor's age bans nor what the visitor refused") {
  members_only s;
  s.who.age = 15;
  s.place = "US-CT";
  CHECK(s.judged("points") == "D1 denied");
  s = {};
  s.choose({{category::targeting, choice::denied}});
  CHECK(s.judged("points") == "D2 denied");
}

TEST_CASE("without the signal a programme changes nothing") {
  members_only s;
  s.seen.gpc = false;
  CHECK(s.judged("points") == "D6 allowed");
  s.chosen = record{};
  s.chosen->sticky_since = today() - 10;
  CHECK(s.judged("points") == "D4 denied");
}

// ---- Exemptions and the notice

TEST_CASE("where exempt cookies are all that a site declares, the page offers the objection and asks nothing") {
  scene s;
  const exemption declared{"GB", exempt_purpose::statistical, "_pk_*"};
  std::vector<cookie_rule> cookies{{"cart", "", "", category::required, false}, {"_pk_*", "", "", category::analytics, false}};
  s.rules.exemptions = &declared;
  s.rules.exemption_count = 1;
  s.place = "GB";
  CHECK(s.decide().notice == notice::objection);
  s.rules.cookies = cookies.data();
  s.rules.cookie_count = cookies.size();
  CHECK(s.decide().notice == notice::objection);
  s.choose({{category::analytics, choice::denied}});
  CHECK(s.decide().notice == notice::objection);  // so that the objection can be taken back
  s.chosen->time = at("2020-01-01");
  CHECK(s.decide().notice == notice::objection);  // never asked again
  s.place = "DE";
  s.chosen.reset();
  CHECK(s.decide().notice == notice::banner);
}

TEST_CASE("what is not exempt is asked for: another cookie of the category, a shared one, another category") {
  scene s;
  const exemption declared{"GB", exempt_purpose::statistical, "_pk_*"};
  s.rules.exemptions = &declared;
  s.rules.exemption_count = 1;
  s.place = "GB";
  for (const cookie_rule& cookie : {cookie_rule{"other", "", "", category::analytics, false}, cookie_rule{"_pk_*", "", "", category::analytics, true},
                                    cookie_rule{"uid", "", "", category::targeting, true}, cookie_rule{"_pk_id", "", "", category::functional, false}}) {
    s.rules.cookies = &cookie;
    s.rules.cookie_count = 1;
    CAPTURE(cookie.name, cookie.shared);
    CHECK(s.decide().notice == notice::banner);
  }
}

TEST_CASE("to save with the exempt cookies left on is an answer, until the notice changes") {
  scene s;
  const exemption declared{"GB", exempt_purpose::statistical, "_pk_*"};
  const cookie_rule other{"other", "", "", category::analytics, false};
  s.rules.exemptions = &declared;
  s.rules.cookies = &other;
  s.rules.exemption_count = s.rules.cookie_count = 1;
  s.place = "GB";
  CHECK(s.decide().notice == notice::banner);
  s.choose({{category::functional, choice::denied}, {category::targeting, choice::denied}});
  CHECK(s.decide().notice == notice::objection);
  s.rules.notice_version = 2;
  CHECK(s.decide().notice == notice::banner);
}

// ---- Asking again

TEST_CASE("a refusal is not asked again before the place's window has passed") {
  scene s;
  for (const auto& [place, days] : {std::pair{"IT", 182}, {"FR", 182}, {"CZ", 182}, {"", 182}}) {
    CAPTURE(place);
    s.place = place;
    s.choose_all(choice::denied, today() - days * words::day + 1);
    CHECK(s.decide().notice == notice::none);
    s.chosen->time -= 1;
    CHECK(s.decide().notice == notice::banner);
  }
}

TEST_CASE("who opted out in California is never asked, neither within 12 months nor after") {  // Civ. Code 1798.135(c)(4)
  scene s;
  s.place = "US-CA";
  for (const int days : {1, 364, 366, 900}) {
    s.choose({{category::targeting, choice::denied}}, today() - days * words::day);
    CHECK(s.decide().notice == notice::none);
    s.chosen = record{};
    s.chosen->sticky_since = today() - days * words::day;
    CHECK(s.decide().notice == notice::none);
    s.place = "DE";
    s.choose({{category::analytics, choice::denied}, {category::functional, choice::denied}});
    s.chosen->sticky_since = today() - days * words::day;
    CHECK(s.decide().notice == notice::none);  // nor elsewhere for what the signal refused
    s.place = "US-CA";
  }
}

// ---- The clause

namespace {
std::string law(const scene& s, category c, bool shared = false) {
  const decision d = s.decide();
  return std::string(law_of(d, d.of(c, shared)));
}
bool holds(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("a signal's verdict names the duty where the law has one, the objection where it knows one, else says it is policy") {
  scene s;
  s.seen.gpc = true;
  for (const auto& [place, clause] : {std::pair{"US-CA", "1798.135"}, {"US-CO", "6-1-1306"}, {"US-CT", "42-520"}, {"US-TX", "541.055(e)"}, {"US-MD", "14-4707"},
                                      {"DE", "GDPR Art. 21(5)"}, {"GB", "UK GDPR Art. 21(5)"}, {"CH", "FADP Art. 30"}, {"", "GDPR Art. 21(5)"},
                                      {"US-VA", "by policy"}, {"US", "by policy"}, {"US-NV", "by policy"}, {"JP", "by policy"}}) {
    CAPTURE(place);
    s.place = place;
    CHECK(holds(law(s, category::targeting), clause));
  }
}

TEST_CASE("a duty that has not begun is not named") {
  scene s;
  s.place = "US-DE";
  s.seen.gpc = true;
  s.now = at("2025-12-31");
  CHECK(holds(law(s, category::targeting), "by policy"));
  s.now = at("2026-01-01");
  CHECK(law(s, category::targeting) == "6 Del. C. 12D-106(e)(1)");
}

TEST_CASE("Do Not Track is an objection under the GDPR, and nothing but the site's policy elsewhere") {
  scene s;
  s.seen.dnt = dnt_value::one;
  CHECK(law(s, category::targeting) == "GDPR Art. 21(5)");
  s.place = "US-CA";
  s.rules.dnt = dnt_policy::as_gpc;
  CHECK(holds(law(s, category::targeting), "no law gives Do Not Track this effect"));
}

TEST_CASE("each rule names its own clause") {
  scene s;
  CHECK(holds(law(s, category::targeting), "TDDDG s. 25"));
  s.choose_all(choice::granted);
  CHECK(law(s, category::targeting) == "GDPR Art. 4(11), 7");
  s.place = "US-CA";
  s.seen.gpc = true;
  s.who = {true, false, -1, true, true, ""};
  CHECK(law(s, category::targeting) == "11 CCR 7025(c)(4)");
  s.chosen->exception = informed_exception{category_set(14), today()};
  CHECK(law(s, category::targeting) == "11 CCR 7025(c)(3)");
  s.place = "US-VA";
  CHECK(law(s, category::targeting) == "11 CCR 7025(c)(3), followed here by policy");
  s.place = "DE";
  CHECK(law(s, category::targeting) == "GDPR Art. 4(11), 7");
  s = {};
  s.place = "US-CA";
  s.who.age = 15;
  CHECK(law(s, category::targeting) == "Civ. Code 1798.120(c)");
  CHECK(holds(law(s, category::analytics), "CCPA"));
  s.place = "US-MD";
  CHECK(law(s, category::targeting) == "Md. Com. Law 14-4707(a)");
  s.place = "US-CA";
  s.who = {true, true, -1, false, false, ""};
  CHECK(holds(law(s, category::targeting), "7025"));
  s.place = "US-VA";
  CHECK(holds(law(s, category::targeting), "VCDPA"));  // opting out is the visitor's right, though no signal is named
  const exemption declared{"GB", exempt_purpose::statistical, "_pk_*"};
  s = {};
  s.rules.exemptions = &declared;
  s.rules.exemption_count = 1;
  s.place = "GB";
  const decision d = s.decide();
  CHECK(holds(std::string(law_of(d, d.exempt[1])), "PECR 2003 Sch. A1"));
}

TEST_CASE("no verdict in any place is without a clause") {
  const jurisdiction_table table = jurisdictions();
  for (std::size_t i = 0; i < table.count; ++i)
    for (const int age : {-1, 10, 15})
      for (const bool gpc : {false, true}) {
        const decision d = decide(policy{}, {gpc, dnt_value::absent}, table.rows[i], nullptr, {true, true, age, false, false, ""}, at("2030-01-01"));
        CAPTURE(table.rows[i].code, age, gpc);
        for (unsigned r = 0; r < 10; ++r)
          for (const bool allowed : {false, true}) CHECK_FALSE(law_of(d, {allowed, static_cast<rule>(r)}).empty());
      }
}
