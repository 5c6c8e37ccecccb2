// What the page should show: the banner, the status, the objection, and when to ask again.
#include "catch.hpp"
#include "scene.hpp"

using namespace abide;
using words::at;
using words::today;

TEST_CASE("the banner is shown where consent is needed and no choice was made") {
  scene s;
  s.place = "DE";
  CHECK(s.decide().notice == notice::banner);
  s.place = "US-CA";
  CHECK(s.decide().notice == notice::none);
  s.place = "JP";
  CHECK(s.decide().notice == notice::none);
}

TEST_CASE("a choice ends the banner until it expires or the notice changes") {
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

TEST_CASE("visitors are not asked for what the signal refused") {
  scene s;
  s.place = "DE";
  s.seen.gpc = true;
  CHECK(s.decide().notice == notice::banner);  // for analytics and preferences, which the signal does not cover
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

TEST_CASE("if a site declares only exempt cookies, the page offers the objection and asks nothing") {
  scene s;
  const exemption declared{"GB", exempt_purpose::statistical, "_pk_*"};
  std::vector<cookie_rule> cookies{{"cart", "", "", category::required, false},
                                   {"_pk_*", "", "", category::analytics, false}};
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
  CHECK(s.decide().notice == notice::objection);  // no new question
  s.place = "DE";
  s.chosen.reset();
  CHECK(s.decide().notice == notice::banner);
}

TEST_CASE("the banner asks for what is not exempt: another cookie of the category, a shared one, another category") {
  scene s;
  const exemption declared{"GB", exempt_purpose::statistical, "_pk_*"};
  s.rules.exemptions = &declared;
  s.rules.exemption_count = 1;
  s.place = "GB";
  for (const cookie_rule& cookie :
       {cookie_rule{"other", "", "", category::analytics, false},
        cookie_rule{"_pk_*", "", "", category::analytics, true}, cookie_rule{"uid", "", "", category::targeting, true},
        cookie_rule{"_pk_id", "", "", category::functional, false}}) {
    s.rules.cookies = &cookie;
    s.rules.cookie_count = 1;
    CAPTURE(cookie.name, cookie.shared);
    CHECK(s.decide().notice == notice::banner);
  }
}

TEST_CASE("saving with the exempt cookies left on is an answer, until the notice changes") {
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

TEST_CASE("after a refusal there is no new question before the place's period has passed") {
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

TEST_CASE(
    "a visitor who opted out in California is never asked, neither within 12 months nor after") {  // Civ. Code
                                                                                                   // 1798.135(c)(4)
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
    CHECK(s.decide().notice == notice::none);  // nor elsewhere, for what the signal refused
    s.place = "US-CA";
  }
}
