#include "catch.hpp"
#include "scene.hpp"

using namespace abide;
using namespace std::string_view_literals;
using words::today;

namespace {

// A policy of four plain names, independent of the catalog: r, a, f, t by category; s is shared analytics.
struct shop : scene {
  std::vector<cookie_rule> named{
      {"r", "", "", category::required, false},   {"a", "", "", category::analytics, false},
      {"f", "", "", category::functional, false}, {"t", "", "", category::targeting, true},
      {"s", "", "", category::analytics, true},   {"u", ".ads.example", "", category::required, false}};
  abide::decision made;
  std::vector<finding> findings;
  std::size_t removed = 0;

  shop() {
    rules.cookies = named.data();
    rules.cookie_count = named.size();
  }

  abide::filter filter(std::string_view host = "shop.example") {
    made = decide();
    findings.clear();
    return {&rules,
            &made,
            host,
            now,
            {[](void* self, const finding& found) { static_cast<shop*>(self)->findings.push_back(found); }, this}};
  }
  std::string cookies(std::string_view field) {
    std::string out(filtered_size_max(field.size()), '\xee');
    out.resize(filter_cookies(filter(), field, out.data(), removed));
    return out;
  }
  bool sets(std::string_view field, std::string_view host = "shop.example") {
    return filter_set_cookie(filter(host), field) != set_cookie_action::remove;
  }
  set_cookie_action passes(std::string_view field, std::string_view date = {}) {
    abide::filter f = filter();
    f.date = date;
    return filter_set_cookie(f, field);
  }
};

}  // namespace

TEST_CASE("cookies that may not be used are removed from a Cookie field") {
  shop s;
  CHECK(s.cookies("r=1; a=2; f=3; t=4") == "r=1");
  CHECK(s.removed == 3);
  s.choose({{category::analytics, choice::granted}});
  CHECK(s.cookies("r=1; a=2; f=3; t=4") == "r=1; a=2");
  CHECK(s.removed == 2);
  CHECK(s.cookies("t=4") == "");
  CHECK(s.removed == 1);
}

TEST_CASE("a field from which nothing is removed stays unchanged, byte for byte") {
  shop s;
  for (const auto field : {""sv, ";"sv, "r=1"sv, "r=1;r=2"sv, " \tr = 1 ;; "sv, "r=\"x, y\""sv, "r=\xff\x01\0"sv}) {
    CAPTURE(field);
    CHECK(s.cookies(field) == field);
    CHECK(s.removed == 0);
  }
}

TEST_CASE("the remaining cookies of a filtered field are joined by a semicolon and one space") {
  shop s;
  CHECK(s.cookies("r=1;t=2;r=3") == "r=1; r=3");
  CHECK(s.cookies("  r=1  ;;;\tt=2;  r = 3 ") == "r=1; r = 3");
}

TEST_CASE("a filtered field may grow, within its bound") {
  shop s;
  s.named.push_back({"", "", "", category::required, false});  // nameless pieces are kept ...
  s.rules.cookies = s.named.data();
  s.rules.cookie_count = s.named.size();
  const std::string field = "!;!;!;!;!;!;!;!;t=1";  // ... and separated further
  const std::string out = s.cookies(field);
  CHECK(out == "!; !; !; !; !; !; !; !");
  CHECK(s.removed == 1);
  CHECK(out.size() > std::string("!;!;!;!;!;!;!;!").size());
  CHECK(out.size() <= filtered_size_max(field.size()));
}

TEST_CASE("several cookies with one name are each kept or each removed") {
  shop s;
  CHECK(s.cookies("t=1; t=2; r=1; r=2; t=3") == "r=1; r=2");
  CHECK(s.removed == 3);
}

TEST_CASE("a nameless cookie is judged as unknown, not by what its value looks like") {  // CK-12
  shop s;
  CHECK(s.cookies("r") == "");
  CHECK(s.cookies("=r=1; r=2") == "r=2");
  REQUIRE(s.findings.size() == 2);
  CHECK(s.findings[0].name.empty());
  CHECK(s.findings[0].what.category == category::targeting);
}

TEST_CASE("shared cookies follow the column for sharing") {
  shop s;
  s.place = "US-CA";
  s.seen.gpc = true;
  CHECK(s.cookies("a=1; s=2; t=3") == "a=1");
  REQUIRE(s.findings.size() == 3);
  CHECK(s.findings[1].verdict.rule == rule::d3c);
}

TEST_CASE("every cookie is reported with its name, class and verdict, in order") {
  shop s;
  s.cookies("r=1; t=2");
  REQUIRE(s.findings.size() == 2);
  CHECK(s.findings[0].from_request);
  CHECK(s.findings[0].name == "r");
  CHECK(s.findings[0].verdict.allowed);
  CHECK(s.findings[0].verdict.rule == rule::d0);
  CHECK(s.findings[1].name == "t");
  CHECK_FALSE(s.findings[1].verdict.allowed);
  CHECK(s.findings[1].what.category == category::targeting);
}

TEST_CASE("observe mode removes nothing and reports what it would have removed") {
  shop s;
  s.rules.mode = mode::observe;
  CHECK(s.cookies(" r=1;t=2; ") == " r=1;t=2; ");
  CHECK(s.removed == 0);
  REQUIRE(s.findings.size() == 2);
  CHECK_FALSE(s.findings[1].verdict.allowed);
  CHECK(s.sets("t=1"));
  REQUIRE(s.findings.size() == 1);
  CHECK_FALSE(s.findings[0].verdict.allowed);
  CHECK_FALSE(s.findings[0].from_request);
}

TEST_CASE("a filter without an observer works the same") {
  shop s;
  filter f = s.filter();
  f.observer = {};
  std::string out(64, ' ');
  std::size_t removed = 0;
  out.resize(filter_cookies(f, "r=1; t=2", out.data(), removed));
  CHECK(out == "r=1");
  CHECK(filter_set_cookie(f, "t=1") == set_cookie_action::remove);
  CHECK(s.findings.empty());
}

TEST_CASE("a Set-Cookie passes when its category may be used") {
  shop s;
  CHECK(s.sets("r=1; Path=/"));
  CHECK_FALSE(s.sets("t=1; Path=/"));
  CHECK_FALSE(s.sets("a=1"));
  CHECK_FALSE(s.sets("unheard_of=1"));
  s.choose_all(choice::granted);
  CHECK(s.sets("t=1; Path=/"));
}

TEST_CASE("deleting a cookie always passes") {
  shop s;
  CHECK(s.sets("t=; Max-Age=0"));
  CHECK(s.sets("t=; Max-Age=-5"));
  CHECK(s.sets("t=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
  REQUIRE(s.findings.size() == 1);
  CHECK(s.findings[0].verdict.allowed);
  CHECK_FALSE(s.sets("t=; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
  CHECK_FALSE(s.sets("t=x; Expires=Sun, 22 Nov 2026 00:00:01 GMT"));
}

TEST_CASE("deleting a cookie passes without an observer too, and is reported as a deletion") {
  shop s;
  abide::filter unseen = s.filter();
  unseen.observer = {};
  CHECK(filter_set_cookie(unseen, "t=; Max-Age=0") == set_cookie_action::as_deletion);
  CHECK(filter_set_cookie(unseen, "t=; Max-Age=1") == set_cookie_action::remove);
  s.choose_all(choice::granted);
  CHECK(s.sets("t=; Max-Age=0"));
  REQUIRE(s.findings.size() == 1);
  CHECK(s.findings[0].verdict.rule == rule::d0);
}

TEST_CASE(
    "a field that deletes a refused cookie passes only as a deletion; one that deletes an allowed cookie passes whole") {
  shop s;
  CHECK(s.passes("t=secret; Max-Age=0") == set_cookie_action::as_deletion);
  CHECK(s.passes("t=secret; Max-Age=0; Max-Age=x") == set_cookie_action::remove);
  CHECK(s.passes("t=secret; Max-Age=-; Expires=Fri, 01 Jan 2038 00:00:00 GMT") == set_cookie_action::as_deletion);
  CHECK(s.passes("t=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=x") == set_cookie_action::remove);
  CHECK(s.passes("r=x; Max-Age=0") == set_cookie_action::keep);
  s.rules.mode = mode::observe;
  CHECK(s.passes("t=secret; Max-Age=0") == set_cookie_action::keep);
}

TEST_CASE("an Expires before the response's Date is in the past; an invalid Date does not count") {  // CK-23
  shop s;
  const auto field = "t=secret; Expires=Sat, 21 Nov 2026 00:00:00 GMT";
  REQUIRE(words::today() == words::at("2026-11-22"));
  CHECK(s.passes(field) == set_cookie_action::as_deletion);
  CHECK(s.passes(field, "Sun, 22 Nov 2026 00:00:00 GMT") == set_cookie_action::as_deletion);
  CHECK(s.passes(field, "Fri, 20 Nov 2026 00:00:00 GMT") == set_cookie_action::remove);
  CHECK(s.passes(field, "yesterday") == set_cookie_action::as_deletion);
  CHECK(s.passes("t=x; Expires=Fri, 01 Jan 2038 00:00:00 GMT", "Sat, 02 Jan 2038 00:00:00 GMT") ==
        set_cookie_action::as_deletion);
}

TEST_CASE("a rule with a host is compared with the Domain of a Set-Cookie, else with the request's host") {
  shop s;
  CHECK(s.sets("u=1", "cdn.ads.example"));
  CHECK(s.sets("u=1; Domain=ads.example", "www.other.example"));
  CHECK(s.sets("u=1; Domain=.ADS.example", "www.other.example"));
  CHECK_FALSE(s.sets("u=1", "shop.example"));
  CHECK_FALSE(s.sets("u=1; Domain=shop.example", "cdn.ads.example"));
}

TEST_CASE("a Set-Cookie of any bytes gives a verdict") {
  shop s;
  for (const auto field : {""sv, "="sv, ";"sv, "\0"sv, ";;;;"sv, "=;=;="sv, "; Path=/"sv, "\xff\xfe=\x01"sv}) {
    CAPTURE(field);
    CHECK_FALSE(s.sets(field));
  }
}

TEST_CASE("the consent cookie passes in both directions") {
  shop s;
  CHECK(s.cookies("__Host-abide=x; abide=y; t=1") == "__Host-abide=x; abide=y");
  CHECK(s.sets("__Host-abide=x; Secure; Path=/"));
}

TEST_CASE("an exempt cookie passes, and others of its category do not") {
  shop s;
  const exemption declared{"GB", exempt_purpose::statistical, "a"};
  s.named.push_back({"a2", "", "", category::analytics, false});
  s.rules.cookies = s.named.data();
  s.rules.cookie_count = s.named.size();
  s.rules.exemptions = &declared;
  s.rules.exemption_count = 1;
  s.place = "GB";
  CHECK(s.cookies("a=1; a2=2; s=3; r=4") == "a=1; r=4");
  REQUIRE(s.findings.size() == 4);
  CHECK(s.findings[0].verdict.rule == rule::d6e);
}

TEST_CASE("reading only the Domain gives the same as reading the whole field") {
  for (const char* field :
       {"a=b; Domain=x.example", "a=b; domain=.x.example; Path=/", "a=b; Domain=x.example; DOMAIN=y.example",
        "a=b; Domain=", "a=b; Domain", "a=b;Domain = x.example ;", "Domain=x.example", "a=b; D=x; Domains=x.example",
        "", ";;Domain=x"})
    CHECK(parse_cookie_domain(field) == parse_set_cookie(field).domain);
  const std::string longer = "a=b; Domain=" + std::string(1025, 'x');
  CHECK(parse_cookie_domain(longer) == parse_set_cookie(longer).domain);
}

TEST_CASE("a filter uses the caller's own classifier, if there is one") {
  scene s;
  const decision d = s.decide();
  const classifier all_required{[](void* asked, const policy&, const cookie_facts& facts) {
                                  *static_cast<std::string*>(asked) += std::string(facts.name) + ' ';
                                  return classification{category::required, false, 100, evidence::policy, {}};
                                },
                                nullptr};
  filter f{&s.rules, &d, "shop.example", s.now};
  CHECK(filter_set_cookie(f, "_ga=1") == set_cookie_action::remove);
  std::string asked;
  f.classifier = all_required;
  f.classifier.context = &asked;
  char out[64];
  std::size_t removed = 0;
  CHECK(filter_cookies(f, "_ga=1; _fbp=2", out, removed) == 13);
  CHECK(filter_set_cookie(f, "_gid=1; Domain=ads.example") == set_cookie_action::keep);
  CHECK(asked == "_ga _fbp _gid ");
}
