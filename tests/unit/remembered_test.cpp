// Caches of a thread and shortcuts in parsing give the same results as computing anew.
#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "abide/cookie.hpp"
#include "abide/filter.hpp"
#include "base/bytes.hpp"
#include "base/field_name.hpp"
#include "base/text_list.hpp"
#include "catch.hpp"
#include "pages/template.hpp"
#include "scene.hpp"
#include "site/memory.hpp"

using namespace abide;
using namespace abide::detail;

namespace {

std::string deletion_of(std::string_view field) {
  std::string out(deletion_size_max(field.size()), '\0');
  out.resize(write_deletion(field, out.data()));
  return out;
}

struct dice {
  std::mt19937 random{5};
  std::size_t below(std::size_t n) { return random() % n; }
  template <std::size_t n>
  std::string one_of(const std::array<const char*, n>& from) {
    return from[below(n)];
  }
};

/// Few names and attributes, so that fields recur with other values.
std::string set_cookie_field(dice& d) {
  constexpr std::array names{"_ga", "lang", "IDE", "PHPSESSID", "", "abide", " _ga ", "=", "unknown"};
  constexpr std::array attributes{"; Path=/",
                                  "; Max-Age=0",
                                  "; max-age=60",
                                  "; Domain=.shop.example",
                                  "; Domain=ads.example",
                                  "; Expires=Sun, 22 Nov 2026 00:00:00 GMT",
                                  "; expires=Mon, 23 Nov 2026 12:00:00 GMT",
                                  "; Expires=never",
                                  "; Secure; SameSite=None",
                                  ";"};
  std::string field = d.one_of(names);
  if (d.below(8) > 0) field.append("=").append(d.below(3) == 0 ? "" : std::to_string(d.below(3)));
  for (auto left = d.below(4); left > 0; --left) field += d.one_of(attributes);
  if (d.below(50) == 0) field.append("; Path=/").append(300, 'x');
  return field;
}

}  // namespace

TEST_CASE("a Set-Cookie field that recurs with any value is treated as if it were the first") {
  dice d;
  recent_set_cookies lately;
  std::array<std::size_t, 3> seen{};
  std::size_t stay = 0;
  for (int i = 0; i < 40'000; ++i) {
    scene s;
    s.place = d.below(2) == 0 ? "DE" : "US-CA";
    s.seen.gpc = d.below(2) == 0;
    s.now += static_cast<std::int64_t>(d.below(3)) * 100'000;
    const decision made = s.decide();
    filter by{&s.rules, &made, d.below(2) == 0 ? "shop.example" : "www.shop.example", s.now, {}, {}};
    if (d.below(3) == 0) by.date = "Sat, 21 Nov 2026 10:00:00 GMT";
    if (d.below(20) == 0) by.date = "nonsense";
    const std::string field = set_cookie_field(d);
    CAPTURE(field, by.host, by.date, by.now, s.place, s.seen.gpc);
    const set_cookie_action expected = filter_set_cookie(by, field);
    const recent_set_cookies::answer& said = lately.of(by, lately.terms_of(by, key_of(made)), field);
    ++seen[static_cast<std::size_t>(said.passes)];
    if (said.passes != expected) FAIL("another answer");
    if (expected != set_cookie_action::as_deletion) continue;
    if (said.deletion != deletion_of(field)) FAIL(said.deletion);
    if (said.stays(field) != says_the_same(field, said.deletion)) FAIL("one stays where the other does not");
    stay += said.stays(field);
  }
  for (const std::size_t each : seen) CHECK(each > 1000);
  CHECK(stay > 100);
}

TEST_CASE("a cached place and a cached first decision are the current ones") {
  recent_places places;
  first_decisions decisions;
  const policy rules;
  dice d;
  constexpr std::array codes{"DE", "US-CA", "us-ca", "GB", "", "XX", "US-TX", "FR", "CA-QC", "much too long", "US-MN"};
  for (int i = 0; i < 20'000; ++i) {
    const std::string code = d.one_of(codes) + std::string(d.below(8) == 0 ? 1 : 0, '\0');
    const std::int64_t now = words::today() + static_cast<std::int64_t>(d.below(40)) * 86'400 * 30 - 86'400 * 600;
    const jurisdiction& place = places.of(code, now);
    if (&place != &find_jurisdiction(code, now)) FAIL(code << " at " << now);
    const signals seen{d.below(2) == 0, static_cast<dnt_value>(d.below(3))};
    const decision& made = decisions.of(rules, seen, place, now);
    const decision expected = decide(rules, seen, place, nullptr, {}, now);
    if (!(key_of(made) == key_of(expected)) || made.duty != expected.duty || made.notice != expected.notice ||
        made.remember != expected.remember || made.signal_active != expected.signal_active)
      FAIL(code << " at " << now);
  }
}

TEST_CASE("a field's name is recognised in any letter case, and no other name is") {
  std::size_t found = 0;
  for (const std::string_view known : {"DNT", "dnt", "Vary", "VARY", "Range", "Cookie", "cOOKIE", "Sec-GPC",
                                       "If-None-Match", "if-none-match", "Sec-Fetch-Mode"}) {
    for (std::size_t at = 0; at < known.size(); ++at)
      for (int byte = 0; byte < 256; ++byte) {
        std::string name(known);
        name[at] = static_cast<char>(byte);
        const auto check = [&](bool is, std::string_view one) {
          found += is;
          if (is != same_field(name, one)) FAIL(name << " as " << one);
        };
        check(is_field<"DNT">(name), "DNT");
        check(is_field<"Vary">(name), "Vary");
        check(is_field<"Range">(name), "Range");
        check(is_field<"Cookie">(name), "Cookie");
        check(is_field<"Sec-GPC">(name), "Sec-GPC");
        check(is_field<"If-None-Match">(name), "If-None-Match");
        check(is_field<"Sec-Fetch-Mode">(name), "Sec-Fetch-Mode");
        const bool listed = field_names<"DNT", "Cookie">::has(name);
        CHECK(listed == (same_field(name, "DNT") || same_field(name, "Cookie")));
      }
  }
  CHECK(found > 100);
}

TEST_CASE("texts are equal if all of their bytes are") {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string text(size, 'a');
    CHECK(same_bytes(text, std::string(size, 'a')));
    CHECK_FALSE(same_bytes(text, text + 'a'));
    CHECK(begins_with(text + 'b', text));
    CHECK_FALSE(begins_with(text, text + 'b'));
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = text;
      other[at] = 'b';
      if (same_bytes(text, other)) FAIL(other);
    }
  }
}

TEST_CASE("a list of texts contains what was kept, and nothing that was dropped") {
  text_list list;
  list.add("one");
  list.next() += "tw";
  list.next() += "o";
  CHECK(list.written() == "two");
  list.keep();
  list.next() += "three";
  list.drop();
  list.add("");
  REQUIRE(list.size() == 3);
  CHECK(list[0] == "one");
  CHECK(list[1] == "two");
  CHECK(list[2].empty());
  list.clear();
  CHECK(list.size() == 0);
}

TEST_CASE("appending an escaped text to a page gives the same as escaping it first") {
  dice d;
  for (int i = 0; i < 5'000; ++i) {
    std::string text;
    for (auto left = d.below(12); left > 0; --left) text += static_cast<char>(d.below(256));
    std::string escaped_page = "<p>", encoded_page = "<p>";
    append_escaped_ascii(escaped_page, text);
    append_url_encoded(encoded_page, text);
    if (escaped_page != std::string("<p>").append(ascii_html(escaped(text)))) FAIL(escaped_page);
    if (encoded_page != std::string("<p>").append(url_encoded(text))) FAIL(encoded_page);
    if (std::any_of(escaped_page.begin(), escaped_page.end(),
                    [](char c) { return static_cast<unsigned char>(c) > 127; }))
      FAIL(escaped_page);
  }
  std::string page;
  append_escaped_ascii(page, "a<\xc3\xa9>&\"'");
  CHECK(page == "a&lt;&#xe9;&gt;&amp;&quot;&#39;");
  CHECK(url_encoded("/a?b=\xc3\xa9-._~Z9") == "%2Fa%3Fb%3D%C3%A9-._~Z9");
}
