// D3b with programmes: an incentive keeps the cookies of its programme (11 CCR 7025(c)(4)).
#include "catch.hpp"
#include "scene.hpp"

using namespace abide;
using words::today;

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
    return std::string(to_string(v.rule)) + (v.allowed ? " allowed" : " denied");
  }
};

}  // namespace

TEST_CASE("under GPC a member keeps the cookies of the member's own programme, and no others") {  // 11 CCR 7025(c)(4)
  members_only s;
  CHECK(s.judged("points") == "D3b allowed");
  CHECK(s.judged("zq_cut1", "x.ads.example") == "D3c denied");
  CHECK(s.judged("uid") == "D3c denied");
  CHECK(s.judged("unheard") == "D3c denied");
  CHECK(s.shared(category::targeting) == "D3c denied");  // the category as a whole stays off
  CHECK(s.decide().remember);
}

TEST_CASE("a member whose programme is not named keeps the cookies of every programme") {
  members_only s;
  s.who.programme = "";
  CHECK(s.judged("points") == "D3b allowed");
  CHECK(s.judged("zq_cut1", "x.ads.example") == "D3b allowed");
  CHECK(s.judged("zq_cut1", "elsewhere.example") == "D3c denied");  // the rule is for another host
  CHECK(s.judged("uid") == "D3c denied");
}

TEST_CASE("a programme allows nothing for visitors who withdrew, were not asked, are not known or live elsewhere") {
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

TEST_CASE("a programme overrides neither the ban for a minor nor the visitor's refusal") {
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
