#include "abide/choosing.hpp"

#include "catch.hpp"
#include "scene.hpp"
#include "site/post.hpp"

using namespace abide;
using namespace abide::detail;
using words::today;

namespace {

record after_form(const form& asked, const record* before = nullptr, std::int64_t now = today(),
                  std::uint32_t notice = 4) {
  scene s;
  s.place = "ZZ";
  s.rules.notice_version = notice;
  s.now = now;
  if (before) s.chosen = *before;
  return apply_wish(asked, before, s.rules, s.decide(), now);
}

record after(std::string_view body, const record* before = nullptr, std::int64_t now = today()) {
  return after_form(*read_form(body), before, now);
}

bool changes_nothing_for(const form& asked, const record* before) {
  scene s;
  if (before) s.chosen = *before;
  return changes_nothing(asked, before, s.decide());
}

std::string choices_of(const record& r) {
  std::string out;
  for (const choice c : r.choices) out += c == choice::granted ? 'g' : c == choice::denied ? 'd' : 'n';
  return out;
}

}  // namespace

TEST_CASE("accept-all grants every category, reject-all and withdraw deny them") {
  CHECK(choices_of(after("choice=accept-all")) == "nggg");
  CHECK(choices_of(after("choice=reject-all")) == "nddd");
  CHECK(choices_of(after("choice=withdraw")) == "nddd");
}

TEST_CASE("a choice records when, under which notice and where it was made") {
  const record banner = after("choice=accept-all&from=banner");
  CHECK(banner.time == today());
  CHECK(banner.notice == 4);
  CHECK(banner.source == source::banner);
  CHECK(after("choice=accept-all").source == source::settings);
}

TEST_CASE("a saved form grants what is ticked and denies what is not") {
  CHECK(choices_of(after("choice=save&grant=analytics")) == "ngdd");
  CHECK(choices_of(after("choice=save")) == "nddd");
  CHECK(choices_of(after("choice=save&grant=required&grant=targeting")) == "nddg");
}

TEST_CASE("a box left unchanged is no choice") {
  CHECK(choices_of(after("choice=save&keep=analytics&grant=functional")) == "nngd");
}

TEST_CASE("accepting all is not an informed exception") {
  CHECK_FALSE(after("choice=accept-all").exception.has_value());
  CHECK_FALSE(after("choice=save&grant=targeting").exception.has_value());
}

TEST_CASE("an exception needs a visitor who was told of the conflict, and must be later than the signal") {
  record before;
  before.sticky_since = today();
  const record r = after("choice=save&exception=targeting&keep=analytics&keep=functional", &before);
  REQUIRE(r.exception.has_value());
  CHECK(r.exception->purposes.bits() == 8);
  CHECK(r.exception->time > today());
  CHECK(r.choices[3] == choice::granted);
}

TEST_CASE("a plain refusal or an opt-out ends an exception") {
  record before;
  before.exception = informed_exception{category_set(8), today() - 100};
  for (const char* body : {"choice=reject-all", "choice=withdraw", "choice=opt-out", "choice=save", "gpc=1"})
    CHECK_FALSE(after(body, &before).exception.has_value());
}

TEST_CASE("opting out denies targeting and keeps the rest") {
  record before;
  before.choices = {choice::none, choice::granted, choice::denied, choice::granted};
  before.time = today() - 100;
  const record r = after("choice=opt-out", &before);
  CHECK(choices_of(r) == "ngdd");
  REQUIRE(r.sticky_since.has_value());
}

TEST_CASE("after opting out, sale and sharing are off in every opt-out state") {
  scene s;
  s.place = "US-CA";
  s.rules.notice_version = 4;
  s.chosen = after("choice=opt-out");
  s.now = today() + 60;
  CHECK_FALSE(s.decide().of(category::targeting, false).allowed);
  for (const category c : {category::analytics, category::functional, category::targeting})
    CHECK_FALSE(s.decide().of(c, true).allowed);
  CHECK(s.decide().of(category::analytics, false).allowed);
}

TEST_CASE("opting out overrides an earlier Accept all for sale and sharing") {
  const record accepted = after("choice=accept-all", nullptr, today() - 100);
  scene s;
  s.place = "US-CA";
  s.rules.notice_version = 4;
  s.chosen = after("choice=opt-out", &accepted);
  s.now = today() + 60;
  CHECK_FALSE(s.decide().of(category::targeting, false).allowed);
  CHECK_FALSE(s.decide().of(category::analytics, true).allowed);
  CHECK_FALSE(s.decide().of(category::functional, true).allowed);
}

TEST_CASE("a signal is remembered beside the choices") {
  record before;
  before.choices = {choice::none, choice::granted, choice::denied, choice::granted};
  before.time = today() - 100;
  before.notice = 2;
  before.source = source::banner;
  const record r = apply_signal(&before, source::gpc_header, today());
  CHECK(r.sticky_since == today());
  CHECK(r.choices == before.choices);
  CHECK(r.time == before.time);
  CHECK(r.notice == 2);
  CHECK(r.source == source::banner);
  const record first = apply_signal(nullptr, source::dnt, today());
  CHECK(first.source == source::dnt);
  CHECK(first.time == 0);
  CHECK(first.sticky_since == today());
}

TEST_CASE("events of the same second keep their order") {
  const record accepted = after("choice=accept-all");
  const record signalled = apply_signal(&accepted, source::gpc_header, today());
  CHECK(*signalled.sticky_since > accepted.time);
  const record again = after("choice=accept-all", &signalled);
  CHECK(again.time > *signalled.sticky_since);
}

TEST_CASE("a record from a clock far ahead does not pass its time on to the next one") {
  record before;
  before.time = today() + 1000000;
  before.sticky_since = today() + 2000000;
  CHECK(after("choice=reject-all", &before).time <= today() + 60);
}

TEST_CASE("a refusal after a grant holds, even if both came in the same second") {
  scene s;
  s.rules.notice_version = 4;
  const record accepted = after("choice=accept-all");
  s.chosen = after("choice=reject-all", &accepted);
  CHECK(s.own(category::targeting) == "D2 denied");
  s.chosen = after("choice=accept-all", &*s.chosen);
  CHECK(s.own(category::targeting) == "D5 allowed");
}

TEST_CASE("an opt-out or an undo does not make an older grant look newer") {
  record before = after("choice=accept-all");
  before.time -= 200 * words::day;
  before.notice = 3;
  for (const char* body : {"choice=opt-out", "choice=undo"}) {
    const record r = after(body, &before);
    CHECK(r.time == before.time);
    CHECK(r.notice == before.notice);
    CHECK(r.choices[1] == choice::granted);
  }
  CHECK(after("choice=opt-out", &before).sticky_since == today());
}

TEST_CASE("without an exception to undo or a cookie to object to, the record stays unchanged") {
  const record before = apply_signal(nullptr, source::dnt, today() - 100);
  for (const char* body : {"choice=undo", "choice=object"}) {
    CHECK(changes_nothing_for(*read_form(body), &before));
    CHECK(after(body, &before).sticky_since == before.sticky_since);
    CHECK(after(body, &before).source == source::dnt);
    CHECK(after(body).time == 0);
  }
}

TEST_CASE("required cookies cannot be chosen, excepted or objected to") {
  form f = *read_form("choice=object");
  f.objected.insert(category::required);
  CHECK(changes_nothing_for(f, nullptr));
  CHECK_FALSE(after("choice=save&grant=required&exception=required").exception.has_value());
}

TEST_CASE("no event has time 0, which means none") {
  for (const std::int64_t now : {std::int64_t{0}, std::int64_t{-5}}) {
    CHECK(after("choice=reject-all", nullptr, now).time == 1);
    CHECK(apply_signal(nullptr, source::gpc_js, now).sticky_since == 1);
  }
}

TEST_CASE("an objection refuses what runs without consent, and does not make an older grant look newer") {
  form f = *read_form("choice=object&from=page");
  f.objected.insert(category::analytics);
  CHECK(choices_of(after_form(f)) == "ndnn");
  CHECK(after_form(f).time == today());
  record before = after("choice=accept-all");
  before.time -= 10 * words::day;
  const record r = after_form(f, &before);
  CHECK(choices_of(r) == "ndgg");
  CHECK(r.time == before.time);
}

TEST_CASE("a choice that could not be recorded keeps every refusal, old and new, and adds no grant") {
  const record refused = after("choice=reject-all");
  CHECK(choices_of(only_refusals(&refused, after("choice=save&keep=targeting&keep=analytics", &refused))) == "nddd");
  CHECK(choices_of(only_refusals(&refused, after("choice=accept-all", &refused))) == "nddd");
  CHECK(choices_of(only_refusals(nullptr, after("choice=accept-all"))) == "nnnn");
  const record agreed = after("choice=accept-all");
  CHECK(choices_of(only_refusals(&agreed, after("choice=save&grant=analytics", &agreed))) == "ngdd");
}

TEST_CASE("a choice that could not be recorded renews no grant: its time and its notice stay") {
  const record agreed = after("choice=accept-all");
  const record again = after_form(*read_form("choice=accept-all"), &agreed, today() + 1000, 5);
  REQUIRE(again.time > agreed.time);
  REQUIRE(again.notice == 5);
  const record kept = only_refusals(&agreed, again);
  CHECK(choices_of(kept) == "nggg");
  CHECK(kept.time == agreed.time);
  CHECK(kept.notice == 4);
  CHECK(only_refusals(nullptr, again).time == 0);
}

TEST_CASE("a refusal of everything that could not be recorded is a choice of now, so the visitor is not asked again") {
  record agreed = after("choice=accept-all");
  agreed.time -= 100 * words::day;
  for (const record* before : {static_cast<const record*>(nullptr), static_cast<const record*>(&agreed)})
    for (const std::string_view refusal : {"choice=reject-all", "choice=withdraw", "choice=save"}) {
      CAPTURE(refusal, before != nullptr);
      const record refused = after(refusal, before);
      const record kept = only_refusals(before, refused);
      CHECK(choices_of(kept) == "nddd");
      CHECK(kept.time == refused.time);
      CHECK(kept.notice == refused.notice);
    }
}

TEST_CASE("an opt-out dated into the future by a clock ahead ends with a grant made now") {
  record before;
  before.sticky_since = today() + 2200 * words::day;
  const record r = after("choice=accept-all", &before);
  REQUIRE(r.sticky_since.has_value());
  CHECK(*r.sticky_since <= today());
  CHECK(r.time > *r.sticky_since);
  CHECK(r.time <= today() + 1);
}

TEST_CASE("a signal does not keep a grant from the future, which years later would lift the opt-out") {
  record before = after("choice=accept-all", nullptr, today() + 2200 * words::day);
  const record r = apply_signal(&before, source::gpc_header, today());
  CHECK(choices_of(r) == "nnnn");
  CHECK(r.time <= *r.sticky_since);
  before = after("choice=reject-all", nullptr, today() + 2200 * words::day);
  CHECK(choices_of(apply_signal(&before, source::gpc_header, today())) == "nddd");
}
