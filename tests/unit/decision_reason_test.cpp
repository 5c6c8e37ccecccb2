// The explanation of a decision: its status line, its sentences, its clauses.
#include "catch.hpp"
#include "scene.hpp"

using namespace abide;
using words::at;
using words::today;

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
  CHECK(status_line(s.decide()) == "Opt-out signal overridden by your choice");  // only partly honoured
}

TEST_CASE("every rule has a name and a sentence without a full stop") {
  scene s;
  const decision d = s.decide();
  const char* names[]{"D0", "D1", "D2", "D3a", "D3b", "D3c", "D4", "D5", "D6e", "D6"};
  std::vector<std::string> sentences;
  for (unsigned r = 0; r < 10; ++r) {
    CHECK(to_string(static_cast<rule>(r)) == names[r]);
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

TEST_CASE("a decision names its place and the signals seen") {
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

namespace {
std::string law(const scene& s, category c, bool shared = false) {
  const decision d = s.decide();
  return std::string(law_of(d, d.of(c, shared)));
}
bool holds(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE(
    "a signal's verdict names the duty if the law has one, else the objection if it has one, else the site's policy") {
  scene s;
  s.seen.gpc = true;
  for (const auto& [place, clause] : {std::pair{"US-CA", "1798.135"},
                                      {"US-CO", "6-1-1306"},
                                      {"US-CT", "42-520"},
                                      {"US-TX", "541.055(e)"},
                                      {"US-MD", "14-4707"},
                                      {"DE", "GDPR Art. 21(5)"},
                                      {"GB", "UK GDPR Art. 21(5)"},
                                      {"CH", "FADP Art. 30"},
                                      {"", "GDPR Art. 21(5)"},
                                      {"US-VA", "by policy"},
                                      {"US", "by policy"},
                                      {"US-NV", "by policy"},
                                      {"JP", "by policy"}}) {
    CAPTURE(place);
    s.place = place;
    CHECK(holds(law(s, category::targeting), clause));
  }
}

TEST_CASE("a duty that is not yet in force is not named") {
  scene s;
  s.place = "US-DE";
  s.seen.gpc = true;
  s.now = at("2025-12-31");
  CHECK(holds(law(s, category::targeting), "by policy"));
  s.now = at("2026-01-01");
  CHECK(law(s, category::targeting) == "6 Del. C. 12D-106(e)(1)");
}

TEST_CASE("Do Not Track is an objection under the GDPR, and only the site's policy elsewhere") {
  scene s;
  s.seen.dnt = dnt_value::one;
  CHECK(law(s, category::targeting) == "GDPR Art. 21(5)");
  s.place = "US-CA";
  s.rules.dnt = dnt_policy::as_gpc;
  CHECK(holds(law(s, category::targeting), "no law gives Do Not Track this effect"));
}

TEST_CASE("each rule names its clause") {
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
  CHECK(holds(law(s, category::targeting), "VCDPA"));  // a right to opt out, though the law names no signal
  const exemption declared{"GB", exempt_purpose::statistical, "_pk_*"};
  s = {};
  s.rules.exemptions = &declared;
  s.rules.exemption_count = 1;
  s.place = "GB";
  const decision d = s.decide();
  CHECK(holds(std::string(law_of(d, d.exempt[1])), "PECR 2003 Sch. A1"));
}

TEST_CASE("every verdict in every place has a clause") {
  const jurisdiction_table table = jurisdictions();
  for (std::size_t i = 0; i < table.count; ++i)
    for (const int age : {-1, 10, 15})
      for (const bool gpc : {false, true}) {
        const decision d = decide(policy{}, {gpc, dnt_value::absent}, table.rows[i], nullptr,
                                  {true, true, age, false, false, ""}, at("2030-01-01"));
        CAPTURE(table.rows[i].code, age, gpc);
        for (unsigned r = 0; r < 10; ++r)
          for (const bool allowed : {false, true}) CHECK_FALSE(law_of(d, {allowed, static_cast<rule>(r)}).empty());
      }
}
