// The site's privacy text, compared with the policy that the site runs on.
#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "abide/abide.hpp"
#include "abide/config.hpp"
#include "catch.hpp"
#include "pages/policy_page.hpp"
#include "pages/policy_text/audience.hpp"
#include "pages/policy_text/policy_text.hpp"
#include "policy/texts.hpp"

namespace {

constexpr std::int64_t now = 1795348800;  // 2026-11-22

const std::string cookies = R"("cookies": [{"name": "cart", "category": "required"},
  {"name": "_ga*", "category": "analytics", "vendor": "Google Analytics", "shared": false, "lifetime": "13 months",
   "purpose": {"en": "Counts visits.", "de": "Zählt Besuche."}, "vendor_policy": "https://policies.google.com/privacy"},
  {"name": "lang", "category": "functional", "shared": false},
  {"name": "uid", "host": ".ads.example", "category": "targeting", "vendor": "Ads Inc", "lifetime": "1 year"}])";

std::string policy_with(const std::string& more) { return "{" + cookies + (more.empty() ? "" : ", " + more) + "}"; }

struct asked {
  std::string place{};  ///< empty: everywhere
  std::string_view language = "en";
  unsigned parts = abide::detail::part_all;
};

abide::detail::document document_of(const abide::config& site, const asked& how) {
  const abide::jurisdiction* place = how.place.empty() ? nullptr : &abide::find_jurisdiction(how.place, now);
  return abide::detail::policy_text({&site, &abide::detail::texts::built_in().in(how.language), place, "__Host-abide"},
                                    how.parts, 2, now);
}

std::string text_of(const std::string& policy, const asked& how) {
  return abide::detail::to_markdown(document_of(abide::parse_config(policy, "policy.json"), how));
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::vector<std::string> places_where_dnt_objects() {
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < abide::jurisdictions().count; ++i)
    if (abide::jurisdictions().rows[i].dnt_objects) codes.emplace_back(abide::jurisdictions().rows[i].code);
  return codes;
}

const std::vector<std::string> every_dnt{"as_objection", "as_gpc", "ignore"};

std::string signals(const std::string& dnt) { return R"("signals": {"dnt": ")" + dnt + "\"}"; }

/// Whether the text says that DNT is not answered, in any language and wording.
bool says_unanswered(std::string_view text) {
  return has(text, "do not respond") || has(text, "reagieren wir nicht") || has(text, "Wir reagieren nicht");
}

/// The number of cell separators in a table row: pipes that are not escaped.
std::size_t pipes(std::string_view line) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') ++i;
    else if (line[i] == '|') ++count;
  }
  return count;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("each sentence of the text is there with one setting and not with the other") {
  struct flip {
    std::string place, with, without, sentence;
  };
  const std::string gpc_never = R"("signals": {"gpc_exception": "never"})";
  const std::string store = R"("records": {"store": "sqlite:abide.db"})";
  const std::string store_for_a_year = R"("records": {"store": "sqlite:abide.db", "retain_days": 365})";
  const std::string uk_exempt = R"("exempt": ["GB:statistical:_ga*"])";
  const std::string contact = R"("site": {"contact": "privacy@shop.example"})";
  const std::vector<flip> flips{
      {"DE", R"("mode": "observe")", "", "This site is in a test phase"},
      {"DE", R"("mode": "observe")", "", "reads the signal, but does not act on it yet"},
      {"DE", R"("mode": "observe")", "", "A choice made now is kept, but not applied yet"},
      {"DE", "", R"("mode": "observe")", "We honor it for every visitor"},
      {"DE", "", R"("mode": "observe")", "only required cookies are used"},
      {"DE", "", R"("mode": "observe")", "neither sets nor reads the cookies you refused"},
      {"DE", "", R"("mode": "observe")", "counts as your objection"},
      {"US-CA", "", R"("mode": "observe")", "It takes effect at once"},
      {"DE", "", gpc_never, "you are told what the signal asks for"},
      {"DE", gpc_never, "", "Nothing you choose on this site overrides the signal"},
      {"DE", signals("as_objection"), signals("ignore"), "(DNT), an older signal, counts as your objection"},
      {"DE", signals("as_gpc"), signals("as_objection"), "has the same effect on this site as GPC"},
      {"US-CA", signals("as_gpc"), signals("ignore"), "has the same effect on this site as GPC"},
      {"US-CA", signals("ignore"), signals("as_gpc"), "we do not respond to it"},
      {"US-CA", signals("as_objection"), signals("as_gpc"), "we do not respond to it"},
      {"JP", signals("ignore"), signals("as_gpc"), "We do not respond to Do Not Track"},
      {"DE", R"("consent": {"lifetime_days": 90})", "", "valid for 90 days"},
      {"DE", "", R"("consent": {"lifetime_days": 90})", "valid for 182 days"},
      {"DE", R"("consent": {"path": "/privacy/choice"})", "", "(/privacy/choice)"},
      {"DE", "", R"("notice": {"insert": false})", "which every page of this site links to"},
      {"DE", "", R"("notice": {"insert": false})", "Pages then say that the signal was honored"},
      {"DE", R"("notice": {"version": 7})", "", "notice version 7"},
      {"GB", uk_exempt, "", "the law lets a site measure its own audience"},
      {"GB", uk_exempt, "", "Used for this alone: `_ga*`."},
      {"GB", uk_exempt, "", "You can object at any time"},
      {"GB", "", uk_exempt, "Before you choose, only required cookies are used. "},
      {"DE", R"("unknown": "targeting")", R"("unknown": "party")", "uses is treated like a cookie for targeted ads"},
      {"DE", R"("unknown": "party")", "", "treated as required when this site sets it"},
      {"DE", store, "", "We record no IP address"},
      {"DE", "", store, "keeps no record of choices"},
      {"DE", store, "", "you can download the records of this browser"},
      {"DE", store, store_for_a_year, "No day is set on which records are deleted"},
      {"DE", store_for_a_year, store, "A record is deleted 365 days after"},
      {"DE", store_for_a_year, store, "It may stay until older records are deleted."},
      {"DE", contact, "", "privacy@shop.example"},
      {"DE", R"("site": {"name": "Marigold"})", "", "Marigold"},
  };
  for (const flip& f : flips) {
    INFO(f.place << ": " << f.sentence);
    CHECK_FALSE(has(text_of(policy_with(f.without), {f.place}), f.sentence));
    CHECK(has(text_of(policy_with(f.with), {f.place}), f.sentence));
  }
}

TEST_CASE("an incentive programme is mentioned only in places where the decision has one") {
  const std::string member =
      R"({"cookies": [{"name": "uid", "category": "targeting", "programme": "Marigold Circle"}]})";
  CHECK(has(text_of(member, {"US-CA"}), "Marigold Circle: if you are a member"));
  CHECK_FALSE(has(text_of(member, {"DE"}), "Marigold Circle"));
  CHECK_FALSE(has(text_of(policy_with(""), {"US-CA"}), "if you are a member"));
}

TEST_CASE("the text says exactly once that nothing is removed yet, whatever its parts") {
  for (const unsigned parts : {unsigned{abide::detail::part_all}, unsigned{abide::detail::part_signals},
                               unsigned{abide::detail::part_declaration}}) {
    const std::string text = text_of(policy_with(R"("mode": "observe")"), {"DE", "en", parts});
    const std::size_t at = text.find("This site is in a test phase");
    CHECK(at != std::string::npos);
    CHECK(text.find("This site is in a test phase", at + 1) == std::string::npos);
  }
}

TEST_CASE("sentences for one place are not shown for another") {
  struct difference {
    std::string there, elsewhere, sentence;
  };
  const std::vector<difference> all{
      {"DE", "US-CA", "waits for your consent"},
      {"US-CA", "DE", "Optional cookies are used from your first visit"},
      {"US-CA", "DE", "opt out of the sale and sharing"},
      {"US-CA", "DE", "“sale” or “sharing” of personal information"},
      {"US-CA", "US-VA", "California: the law obliges a site to honor GPC, by Civ. Code 1798.135"},
      {"US-CA", "US-TX", "California law asks a site to say"},
      {"DE", "CH", "(Article 21 GDPR)"},
      {"GB", "DE", "(Article 21 UK GDPR)"},
      {"CH", "DE", "of the Swiss Data Protection Act)"},
      {"CH", "DE", "From your first visit, cookies are used for statistics and preferences"},
      {"US-CA", "DE", "under 16 years old"},
      {"US-CT", "US-CA", "13 to 17 years old, targeted ads and the sale or sharing of your data stay off"},
      {"US-NY", "US-CA", "under 18 years old, only required cookies are used until"},
      {"JP", "US-CA", "To switch optional cookies off"},
      {"CZ", "DE", "valid for 365 days"},
      {"ES", "DE", "valid for 395 days"},  // the cookie expires before the place's 730 days
  };
  for (const difference& d : all) {
    INFO(d.there << ": " << d.sentence);
    CHECK(has(text_of(policy_with(""), {d.there}), d.sentence));
    CHECK_FALSE(has(text_of(policy_with(""), {d.elsewhere}), d.sentence));
  }
}

TEST_CASE("the text never says that DNT is not answered where DNT can be an objection, under any policy") {
  const std::vector<std::string> places = places_where_dnt_objects();
  REQUIRE(places.size() > 30);
  for (const std::string& dnt : every_dnt)
    for (const std::string mode : {"enforce", "observe"})
      for (const std::string exception : {"informed", "never"}) {
        const std::string policy = policy_with(R"("mode": ")" + mode + R"(", "signals": {"dnt": ")" + dnt +
                                               R"(", "gpc_exception": ")" + exception + "\"}");
        for (const std::string& place : places)
          for (const std::string_view language : {"en", "de"}) {
            INFO(dnt << ' ' << mode << ' ' << place << ' ' << language);
            CHECK_FALSE(says_unanswered(text_of(policy, {place, language})));
          }
        CHECK_FALSE(says_unanswered(text_of(policy, {"", "de"})));  // German law, German text
      }
  CHECK(says_unanswered(text_of(policy_with(signals("ignore")), {"US-CA", "de"})));
}

TEST_CASE("a text for everyone says under each region's heading what applies there") {
  const std::string text = text_of(policy_with(signals("ignore") + R"(, "exempt": ["FR:statistical:_ga*"])"), {});
  const auto section = [&](const std::string& name) {
    const std::size_t at = text.find("## " + name + '\n');
    REQUIRE(at != std::string::npos);
    return text.substr(at, text.find("\n## ", at) - at);
  };
  CHECK_FALSE(says_unanswered(text.substr(0, text.find("## United States"))));
  CHECK(says_unanswered(section("United States")));
  CHECK(has(section("European Economic Area"), "valid for 182 days (Czechia: 365 days and Spain: 395 days)"));
  CHECK(has(section("European Economic Area"), "France: the law lets a site measure"));
  CHECK(has(section("United States"), "California, Colorado, Connecticut"));
  CHECK(has(section("Other places, and visitors whose location is unknown"),
            "Before you choose, only required cookies are used."));
}

TEST_CASE("the text says which cookies are used before a choice, as the decision allows in every place") {
  const abide::config site = abide::parse_config(policy_with(""), "policy.json");
  const abide::policy& rules = site.policy;
  for (std::size_t i = 0; i < abide::jurisdictions().count; ++i) {
    const abide::jurisdiction& row = abide::find_jurisdiction(abide::jurisdictions().rows[i].code, now);
    const abide::decision before = abide::decide(rules, {}, row, nullptr, {}, now);
    std::size_t on = 0, optional = 0;
    for (std::size_t k = 0; k < rules.cookie_count; ++k) {
      if (rules.cookies[k].category == abide::category::required) continue;
      ++optional;
      on += before.of(rules.cookies[k].category, rules.cookies[k].shared).allowed;
    }
    const std::string text = text_of(policy_with(""), {std::string(row.code)});
    INFO(row.code);
    CHECK(has(text, "Before you choose, only required cookies are used.") == (on == 0));
    CHECK(has(text, "Optional cookies are used from your first visit") == (on == optional));
    CHECK(has(text, "wait for your consent.") == (on > 0 && on < optional));
  }
}

TEST_CASE("the text names the vendors of each purpose once, those that only the catalog knows too") {
  const std::string policy = R"({"cookies": [{"name": "cart", "category": "required", "vendor": "Till"},
      {"name": "_ga", "category": "analytics", "shared": false}, {"name": "n", "category": "analytics", "vendor": "Own count"},
      {"name": "m", "category": "analytics", "vendor": "own COUNT"}, {"name": "lang", "category": "functional"}]})";
  const std::string text = text_of(policy, {"DE"}), german = text_of(policy, {"DE", "de"});
  CHECK(has(text, "can be improved. Services (2): Google Analytics and Own count."));
  CHECK(has(german, " (2): Google Analytics und Own count."));
  CHECK_FALSE(has(text, "Services (1)"));
  CHECK_FALSE(has(text, "Services (0)"));
}

TEST_CASE("the text of a site without ads and shared cookies does not say that the site sells") {
  const std::string plain = R"({"cookies": [{"name": "cart", "category": "required"},
                                            {"name": "n", "category": "analytics", "shared": false}]})";
  const std::string text = text_of(plain, {"US-CA"});
  CHECK(has(text, "has a vendor who sells or shares"));
  CHECK_FALSE(has(text, "Some vendors sell"));
  CHECK_FALSE(has(text, "To opt out of the sale"));
  CHECK_FALSE(has(text, "under 16"));
  CHECK_FALSE(has(text, "Targeted ads:"));
  CHECK(has(text_of(policy_with(""), {"US-CA"}), "Some vendors sell"));
}

TEST_CASE("the declaration has a row for each cookie of the policy, and for each of Abide's own") {
  const abide::config site = abide::parse_config(policy_with(R"("site": {"host": "shop.example"})"), "policy.json");
  for (const std::string_view tag : {"en", "de"}) {
    const abide::detail::document text = document_of(site, {"DE", tag, abide::detail::part_declaration});
    std::multiset<std::string> named, declared{"__Host-abide", "__Host-signal_abide", "__Host-now_abide"};
    for (const abide::detail::block& b : text)
      for (const auto& row : b.rows) {
        CHECK(row.size() == b.columns.size());
        named.insert(row.front().front().text);
      }
    for (std::size_t i = 0; i < site.policy.cookie_count; ++i)
      declared.insert(std::string(site.policy.cookies[i].name));
    CHECK(named == declared);
  }
  const std::string english = abide::detail::to_markdown(document_of(site, {"DE"})),
                    german = abide::detail::to_markdown(document_of(site, {"DE", "de"}));
  CHECK(has(
      english,
      "| `_ga*` | Counts visits. | [Google Analytics](https://policies.google.com/privacy) | 13 months | this site | No |"));
  CHECK(has(
      german,
      "| `_ga*` | Zählt Besuche. | [Google Analytics](https://policies.google.com/privacy) | 13 Monate | dieser Website | Nein |"));
  CHECK(has(english, "| `uid` | Targeted ads | Ads Inc | 1 year | ads.example (another site) | **Yes** |"));
  CHECK(has(english, "| `lang` | Preferences | This site | not stated | this site | No |"));
}

TEST_CASE("a vendor missing in the policy is taken from the catalog if the catalog is sure") {
  const std::string text = text_of(
      R"({"cookies": [{"name": "_fbp", "category": "targeting"}, {"name": "zzq", "category": "targeting"}]})", {"DE"});
  CHECK(has(text, "| `_fbp` | Targeted ads | Meta"));
  CHECK(has(text, "| `zzq` | Targeted ads | Vendor not named |"));
}

TEST_CASE("names and texts from the policy file are only text, in HTML and in Markdown") {
  const std::string hostile =
      R"json({"site": {"name": "<script>alert(1)</script>|[x](y)", "contact": "a@b) [evil](https://evil.example"},
    "cookies": [{"name": "a|b`<i>", "category": "targeting", "vendor": "V|*_[x](https://evil.example)<b>&amp;",
                 "purpose": "# not | a heading <img src=x onerror=alert(1)> &lt; `", "vendor_policy": "https://v.example/a(b)c"}]})json";
  const abide::config site = abide::parse_config(hostile, "policy.json");
  const abide::detail::document text = document_of(site, {"DE"});
  const std::string html = abide::detail::to_html(text), markdown = abide::detail::to_markdown(text);
  for (const std::string_view bad : {"<script", "<img", "<i>", "<b>", "&amp;amp;&"}) CHECK_FALSE(has(html, bad));
  CHECK(has(html, "&lt;script&gt;alert(1)"));
  CHECK(has(html, "&amp;amp;"));
  std::size_t rows = 0;
  for (const std::string& line : lines_of(markdown)) {
    if (line.empty() || line.front() != '|') continue;
    ++rows;
    INFO(line);
    CHECK(pipes(line) == 7);
  }
  CHECK(rows == 8);  // two tables, each with a heading and its rule; a cookie, and Abide's three
  CHECK(has(markdown, "`` a\\|b`<i> ``"));
  CHECK_FALSE(has(markdown, "](https://evil.example"));
  CHECK(has(markdown, "\\<img src=x"));
  CHECK(has(markdown, "(https://v.example/a%28b%29c)"));
}

TEST_CASE("the first character of a line of Markdown never makes it a list, a heading or a number") {
  const auto line = [](const char* text) {
    return abide::detail::to_markdown(
        abide::detail::document{{abide::detail::block::kind::paragraph, 0, {}, {{text, {}, {}}}, {}, {}}});
  };
  CHECK(line("- x") == "\\- x\n");
  CHECK(line("12. x") == "12\\. x\n");
  CHECK(line("# x") == "\\# x\n");
  CHECK(line("> x") == "\\> x\n");
  CHECK(line("a_b*c") == "a\\_b\\*c\n");
}

TEST_CASE(
    "headings go down one level at a time, tables have headings for columns and rows, and the language is marked") {
  const abide::config site =
      abide::parse_config(policy_with(R"("notice": {"languages": ["en", "de"]})"), "policy.json");
  for (const std::string place : {"", "DE", "US-CA"}) {
    int level = 1;
    for (const abide::detail::block& b : document_of(site, {place})) {
      if (b.what != abide::detail::block::kind::heading) continue;
      CHECK(b.level <= level + 1);
      CHECK(b.level >= 2);
      level = b.level;
    }
  }
  abide::decision made = abide::decide(site.policy, {}, abide::find_jurisdiction("DE", now), nullptr, {}, now);
  abide::detail::page_model page;
  page.settings = &site;
  page.decision = &made;
  page.language = "de";
  page.now = now;
  for (const bool declaration : {false, true}) {
    const std::string html = abide::detail::policy_page_html(page, declaration);
    CHECK(has(html, "lang=\"de\""));
    CHECK(html.find("<h1") != std::string::npos);
    CHECK(html.find("<h1") == html.rfind("<h1"));
    CHECK_FALSE(has(html, "{{"));
    CHECK_FALSE(has(html, "<script"));
    CHECK(has(html, "<th scope=\"col\"") == declaration);
    CHECK(has(html, "<th scope=\"row\"") == declaration);
  }
}

TEST_CASE("a purpose in another language than the page's is marked with its language") {
  const abide::config site = abide::parse_config(
      R"({"cookies": [{"name": "x", "category": "required", "purpose": {"en": "Keeps you signed in."}}]})",
      "policy.json");
  CHECK(has(abide::detail::to_html(document_of(site, {"DE", "de"})),
            "<span lang=\"en\" dir=\"auto\">Keeps you signed in.</span>"));
  CHECK_FALSE(has(abide::detail::to_html(document_of(site, {"DE", "en"})), "<span lang"));
}

TEST_CASE("the text states as exempt only what is exempt") {
  const std::string wrong = R"({"cookies": [{"name": "stats", "category": "functional", "shared": false}],
                                "exempt": ["GB:statistical:stats"]})";
  CHECK_FALSE(has(text_of(wrong, {"GB"}), "without consent"));
  CHECK_FALSE(has(text_of(wrong, {"GB"}), "You can object"));
  const std::string mixed = R"({"cookies": [{"name": "zg_count", "category": "analytics", "shared": false},
                                            {"name": "zg_look", "category": "functional", "shared": false},
                                            {"name": "zg_sold", "category": "analytics", "shared": true}],
                                "exempt": ["GB:statistical:zg_*"]})";
  CHECK(has(text_of(mixed, {"GB"}), "Used for this alone: `zg_count`."));
}

TEST_CASE("every sentence that the languages have for the text is shown under some policy") {
  std::string all;
  for (
      const std::string& policy :
      {policy_with(""), policy_with(R"("records": {"store": "sqlite:a", "retain_days": 1})"),
       policy_with(R"("mode": "observe")"),
       policy_with(
           R"("notice": {"insert": false}, "unknown": "party", "signals": {"gpc_exception": "never", "dnt": "as_gpc"},
                       "records": {"store": "sqlite:a"}, "site": {"contact": "a@b"},
                       "exempt": ["GB:statistical:_ga*", "GB:appearance:lang", "GB:emergency:gps"])"),
       std::string(R"({"cookies": [{"name": "f", "category": "functional", "shared": true, "programme": "Circle"},
                                    {"name": "g", "category": "functional", "shared": false}]})"),
       std::string(
           R"({"cookies": [{"name": "gps", "category": "functional", "shared": false}], "exempt": ["GB:emergency:gps"]})"),
       std::string(R"({"cookies": [{"name": "n", "category": "analytics", "shared": false}]})")})
    for (const std::string place : {"", "DE", "GB", "CH", "US-CA", "US-CT", "US-NY", "JP", "ZZ"})
      all += text_of(policy, {place});
  const abide::config site = abide::parse_config(policy_with(""), "policy.json");
  abide::decision made = abide::decide(site.policy, {}, abide::find_jurisdiction("DE", now), nullptr, {}, now);
  abide::detail::page_model page;
  page.settings = &site;
  page.decision = &made;
  for (const bool declaration : {false, true}) all += abide::detail::policy_page_html(page, declaration);
  for (const auto& [key, text] : abide::detail::texts::built_in().in("en").all()) {
    if (key == "declaration.consent_cookie") continue;  // of static sites, which have one cookie
    if (key.rfind("policy.", 0) != 0 && key.rfind("declaration.", 0) != 0 && key.rfind("law.", 0) != 0) continue;
    const std::string_view longest = [&, &words = text] {  // of the pieces between the placeholders
      std::string_view best, rest = words;
      while (!rest.empty()) {
        const std::string_view piece = rest.substr(0, rest.find('{'));
        if (piece.size() > best.size()) best = piece;
        const std::size_t end = rest.find('}');
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
      }
      return best;
    }();
    INFO(key << ": " << longest);
    CHECK(has(all, longest));
  }
}

TEST_CASE("Japanese sentences have their own full stop and no space between them") {
  const abide::config site = abide::parse_config(
      R"({"cookies": [{"name": "_ga*", "category": "analytics", "shared": false}], "exempt": ["GB:statistical:_ga*"]})",
      "policy.json");
  const std::string text = abide::detail::to_html(document_of(site, {"GB", "ja"}));
  CHECK(has(text, "</code>\xe3\x80\x82"));
  CHECK_FALSE(has(text, "\xe3\x80\x82 "));
  CHECK_FALSE(has(text, "</code>."));
}
