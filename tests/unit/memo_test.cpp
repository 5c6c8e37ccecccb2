#include "site/memo.hpp"

#include <random>
#include <string>
#include <vector>

#include "catch.hpp"
#include "scene.hpp"

using namespace abide;
using namespace abide::detail;
using detail::memo;

namespace {

bool same(const classification& a, const classification& b) {
  return a.category == b.category && a.shared == b.shared && a.confidence == b.confidence && a.from == b.from &&
         a.vendor == b.vendor;
}

std::vector<std::string> many_names() {
  std::vector<std::string> names{"",     "_ga",   "_ga_ABC123", "PHPSESSID",          "IDE",
                                 "cart", "cart2", "_fbp",       std::string(40, 'x'), std::string(41, 'x')};
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    std::string name;
    for (auto left = random() % 48; left > 0; --left) name += static_cast<char>('_' + random() % 28);
    names.push_back(name);
  }
  return names;
}

}  // namespace

TEST_CASE("a memo gives the same answers as a look-up, however many names pass through it") {
  scene s;
  const std::vector<cookie_rule> rules{{"cart*", "", "Shop", category::required, false},
                                       {"u", "shop.example", "", category::analytics, false}};
  s.rules.cookies = rules.data();
  s.rules.cookie_count = rules.size();
  memo names;
  for (int turn = 0; turn < 3; ++turn)
    for (const char* host : {"shop.example", "other.example", "shop.example"}) {
      for (const std::string& name : many_names())
        if (!same(names.of(s.rules, {name, host}), classify(s.rules, {name, host}))) FAIL(name << " on " << host);
      CHECK((names.of(s.rules, {"u", host}).category == category::analytics) ==
            (std::string_view(host) == "shop.example"));
      CHECK(same(names.of(s.rules, {"cart", host}), classify(s.rules, {"cart", host})));
    }
}

TEST_CASE("a memo tells hosts apart that are longer than what it stores") {
  scene s;
  const std::string host(65, 'b');
  const std::vector<cookie_rule> rules{{"x", host, "", category::required, false}};
  s.rules.cookies = rules.data();
  s.rules.cookie_count = 1;
  memo names;
  const auto category_on = [&](const std::string& asked) { return names.of(s.rules, {"x", asked}).category; };
  CHECK(category_on(std::string(64, 'a')) == category::targeting);
  CHECK(category_on(host) == category::required);
  CHECK(category_on(std::string(64, 'a') + "A") == category::targeting);
}

TEST_CASE("a memo keeps the answers for different hosts, policies and parties apart") {
  scene s, other;
  const std::vector<cookie_rule> rules{{"x", "shop.example", "", category::required, false}};
  s.rules.cookies = rules.data();
  s.rules.cookie_count = rules.size();
  memo names;
  for (int turn = 0; turn < 2; ++turn) {
    CHECK(names.of(s.rules, {"x", "shop.example"}).category == category::required);
    CHECK(names.of(s.rules, {"x", "ads.example"}).category == category::targeting);
    CHECK(names.of(other.rules, {"x", "shop.example"}).category == category::targeting);
    CHECK(same(names.of(s.rules, {"_ga", "shop.example", true}), classify(s.rules, {"_ga", "shop.example", true})));
  }
}
