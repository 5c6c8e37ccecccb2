// The decision table of the law file, row by row: reference/law/jurisdictions.json, decision_table, T01 to T34.
#include "catch.hpp"
#include "scene.hpp"

using namespace abide;
using words::today;

namespace {

constexpr auto targeting = category::targeting;
constexpr auto analytics = category::analytics;

scene opt_out_state() {
  scene s;
  s.place = "US-CA";
  return s;
}
scene opt_in_place() {
  scene s;
  s.place = "DE";
  return s;
}
scene with_gpc(scene s) {
  s.seen.gpc = true;
  return s;
}
scene known(scene s) {
  s.who.known = true;
  return s;
}
// A grant of an hour ago; a signal came later, unless `sticky_since` says otherwise.
scene granted(scene s) {
  s.choose_all(choice::granted, today() - words::hour);
  return s;
}
scene informed(scene s) {
  s = granted(s);
  s.chosen->sticky_since = today() - 2 * words::hour;
  s.chosen->exception = informed_exception{category_set(14), today() - words::hour};
  return s;
}
scene sticky(scene s, std::int64_t since = today() - 2 * words::hour) {
  if (!s.chosen) s.chosen = record{};
  s.chosen->sticky_since = since;
  return s;
}

}  // namespace

TEST_CASE("T01 opt-out state, no signal, no choice: advertising is on") {
  CHECK(opt_out_state().own(targeting) == "D6 allowed");
}

TEST_CASE("T02 opt-out state, GPC, not logged in: advertising is off, and remembered") {
  const scene s = with_gpc(opt_out_state());
  CHECK(s.own(targeting) == "D3c denied");
  CHECK(s.decide().remember);
  CHECK(status_line(s.decide()) == "Opt-out request honored");
  CHECK(s.decide().notice == notice::status);  // no pop-up
}

TEST_CASE("T03 opt-out state, GPC, a processor's analytics: on") {
  CHECK(with_gpc(opt_out_state()).own(analytics) == "D6 allowed");
}

TEST_CASE("T04 opt-out state, GPC, analytics whose vendor uses the data itself: off") {
  CHECK(with_gpc(opt_out_state()).shared(analytics) == "D3c denied");
}

TEST_CASE("T05 opt-out state, GPC, functional: on") {
  CHECK(with_gpc(opt_out_state()).own(category::functional) == "D6 allowed");
}

TEST_CASE("T06 opted in earlier, GPC turned on later: the signal wins") {
  CHECK(with_gpc(known(granted(opt_out_state()))).shared(targeting) == "D3c denied");
}

TEST_CASE("T07 GPC, then an informed opt-in by a known visitor: on") {
  CHECK(with_gpc(known(informed(opt_out_state()))).shared(targeting) == "D3a allowed");
}

TEST_CASE("T08 the same, but the visitor is no longer known: off") {
  scene s = with_gpc(informed(opt_out_state()));
  CHECK(s.shared(targeting) == "D3c denied");
  s.chosen.reset();
  CHECK(s.shared(targeting) == "D3c denied");
}

TEST_CASE("T09 opt-in after GPC by a plain Accept all: off") {
  CHECK(with_gpc(known(sticky(granted(opt_out_state())))).shared(targeting) == "D3c denied");
}

TEST_CASE("T10 GPC seen before, now absent, no new choice: off") {
  CHECK(known(sticky(opt_out_state())).own(targeting) == "D4 denied");
}

TEST_CASE("T11 GPC seen before, now absent, explicit opt-in later: on") {
  CHECK(known(sticky(granted(opt_out_state()))).own(targeting) == "D5 allowed");
}

TEST_CASE("T12 the account opted out elsewhere, this device sends no GPC: off") {
  scene s = known(opt_out_state());
  s.who.opted_out = true;
  CHECK(s.own(targeting) == "D4 denied");
}

TEST_CASE("T13 GPC on this device, then log-in: off, and remembered for the account") {
  const scene s = with_gpc(known(opt_out_state()));
  CHECK(s.own(targeting) == "D3c denied");
  CHECK(s.decide().remember);
}

TEST_CASE("T14 a loyalty member who was asked and did not withdraw: on for the programme") {
  scene s = with_gpc(known(opt_out_state()));
  s.who.incentive_asked = s.who.incentive_kept = true;
  CHECK(s.shared(targeting) == "D3b allowed");
}

TEST_CASE("T15 a loyalty member who was not asked: off") {
  scene s = with_gpc(known(opt_out_state()));
  s.who.incentive_kept = true;
  CHECK(s.shared(targeting) == "D3c denied");
}

TEST_CASE("T16 opt-in regime, no signal, no choice: off, and the banner asks") {
  CHECK(opt_in_place().own(targeting) == "D6 denied");
  CHECK(opt_in_place().decide().notice == notice::banner);
}

TEST_CASE("T17 opt-in regime, GPC, no choice: off because of the signal") {
  CHECK(with_gpc(opt_in_place()).own(targeting) == "D3c denied");
}

TEST_CASE("T18 opt-in regime, GPC, a processor's analytics: off without consent") {
  CHECK(with_gpc(opt_in_place()).own(analytics) == "D6 denied");
}

TEST_CASE("T19 opt-in regime, GPC, then informed consent: on") {
  CHECK(with_gpc(known(informed(opt_in_place()))).own(targeting) == "D3a allowed");
}

TEST_CASE("T20 the same under a policy that always honours the signal: off") {
  scene s = with_gpc(known(informed(opt_in_place())));
  s.rules.exception = exception_policy::never;
  CHECK(s.own(targeting) == "D3c denied");
}

TEST_CASE("T21 opt-in regime, old grant, GPC turned on later: off") {
  CHECK(with_gpc(known(granted(opt_in_place()))).own(targeting) == "D3c denied");
}

TEST_CASE("T22 United Kingdom, a declared statistical exemption, no choice: on") {
  scene s;
  const exemption declared{"GB", exempt_purpose::statistical, "_pk_*"};
  s.rules.exemptions = &declared;
  s.rules.exemption_count = 1;
  s.place = "GB";
  CHECK(s.exempt(analytics) == "D6e allowed");
}

TEST_CASE("T23 United Kingdom, the visitor objected to it: off") {
  scene s;
  const exemption declared{"GB", exempt_purpose::statistical, "_pk_*"};
  s.rules.exemptions = &declared;
  s.rules.exemption_count = 1;
  s.place = "GB";
  s.choose({{analytics, choice::denied}});
  CHECK(s.exempt(analytics) == "D2 denied");
}

TEST_CASE("T24 DNT alone in an opt-out state under the default policy: on") {
  scene s = opt_out_state();
  s.seen.dnt = dnt_value::one;
  CHECK(s.own(targeting) == "D6 allowed");
}

TEST_CASE("T25 DNT alone under a policy that takes it for GPC: off") {
  scene s = opt_out_state();
  s.seen.dnt = dnt_value::one;
  s.rules.dnt = dnt_policy::as_gpc;
  CHECK(s.own(targeting) == "D3c denied");
  CHECK(s.decide().remember);
}

TEST_CASE("T26 DNT alone in the EEA as an objection: off") {
  scene s = opt_in_place();
  s.seen.dnt = dnt_value::one;
  CHECK(s.own(targeting) == "D3c denied");
}

TEST_CASE("T27 DNT: 0 in an opt-in regime: off, it is never consent") {
  scene s = opt_in_place();
  s.seen.dnt = dnt_value::zero;
  CHECK(s.own(targeting) == "D6 denied");
}

TEST_CASE("T28 DNT: 0 together with GPC: off, GPC wins") {
  scene s = with_gpc(opt_out_state());
  s.seen.dnt = dnt_value::zero;
  CHECK(s.own(targeting) == "D3c denied");
}

TEST_CASE("T29 a known minor where the law bans ads, with consent: off") {
  for (const auto& [place, age] : {std::pair{"US-CT", 13}, {"US-CT", 17}, {"US-MD", 17}, {"US-OR", 15}}) {
    scene s = granted(opt_out_state());
    s.place = place;
    s.who.age = age;
    CHECK(s.own(targeting) == "D1 denied");
  }
}

TEST_CASE("T30 a known minor where opt-in is needed, no choice: off") {
  scene s = opt_out_state();
  s.who.age = 15;
  CHECK(s.shared(targeting) == "D6 denied");
}

TEST_CASE("T31 consent expired, or the text's version changed: off, and the banner asks again") {
  scene s = granted(opt_in_place());
  s.chosen->time = today() - 183 * words::day;
  CHECK(s.own(targeting) == "D6 denied");
  CHECK(s.decide().notice == notice::banner);
  s = granted(opt_in_place());
  s.rules.notice_version = 2;
  CHECK(s.own(targeting) == "D6 denied");
  CHECK(s.decide().notice == notice::banner);
}

TEST_CASE("T32 an explicit denial in an opt-out state: off, and not asked again") {
  scene s = opt_out_state();
  s.choose({{targeting, choice::denied}});
  CHECK(s.own(targeting) == "D2 denied");
  CHECK(s.decide().notice == notice::none);
}

TEST_CASE("T33 strictly necessary, everything else refused: on") {
  scene s = with_gpc(opt_in_place());
  s.choose_all(choice::denied);
  CHECK(s.own(category::required) == "D0 allowed");
}

TEST_CASE("T34 a site that neither sells nor targets, GPC: off, which is harmless") {
  CHECK(with_gpc(opt_out_state()).own(targeting) == "D3c denied");
}
