// The state that the page's module reads, the buttons at the end of a page, and the public policy.
#include <nlohmann/json.hpp>

#include "abide/config.hpp"
#include "catch.hpp"
#include "shop.hpp"

using namespace http_test;
using nlohmann::json;

namespace {

// Exempt from consent in the UK: x of Counter, and y of Mixed, which also has z.
constexpr std::string_view exempt_policy = R"({
  "site": {"name": "Shop", "host": "www.shop.example", "contact": "privacy@shop.example"},
  "jurisdiction": {"from": "cloudflare", "trusted_proxies": ["127.0.0.1/32"]},
  "notice": {"version": 3, "languages": ["en", "de"]},
  "cookies": [{"name": "r", "category": "required"},
              {"name": "x", "category": "analytics", "vendor": "Counter", "shared": false, "lifetime": "13 months",
               "purpose": {"en": "Counts.", "de": "Zählt."}},
              {"name": "y", "category": "analytics", "vendor": "Mixed", "contract": "processor"},
              {"name": "z", "category": "targeting", "vendor": "Mixed", "host": ".ads.example", "vendor_policy": "https://ads.example/p"},
              {"name": "t", "category": "targeting", "vendor": "</script>", "purpose": "Ads."}],
  "exempt": ["GB:statistical:x", "GB:statistical:y"],
  "consent": {"keys": "env:ABIDE_NO_SUCH_KEY"},
  "records": {"retain_days": 30}
})";

setting in_britain() { return {.location = "GB", .policy = std::string(exempt_policy)}; }

json state_of(browser& b, std::string_view target = "/consent/state") { return json::parse(b.get(target).body); }

json answer_to(browser& b, std::string_view body) {
  return json::parse(
      b.send("POST", "/consent", {{"Accept", "application/json"}, {"Sec-Fetch-Site", "same-origin"}}, body).body);
}

bool is_hidden(const std::string& html, std::string_view mark) {
  const std::size_t at = html.find(mark);
  REQUIRE(at != std::string::npos);
  const std::size_t open = html.rfind('<', at);
  return html.substr(open, html.find('>', at) - open).find(" hidden") != std::string::npos;
}

constexpr std::string_view withdraw_row = "data-abide-when=\"granted\"";

}  // namespace

TEST_CASE("the state says whether there is a choice, and whether anything is granted") {
  shop s;
  browser b{s};
  CHECK(state_of(b)["chosen"] == false);
  json state = answer_to(b, "choice=accept-all");
  CHECK(state["chosen"] == true);
  CHECK(state["granted"] == true);
  state = answer_to(b, "choice=withdraw");
  CHECK(state["chosen"] == true);
  CHECK(state["granted"] == false);
  CHECK(state["allowed"] == json{"required"});
  CHECK(state_of(b) == state);
}

TEST_CASE("a choice made under an older notice does not count as a choice") {
  shop s(in_britain());
  browser b{s};
  b.post("choice=accept-all");
  std::string newer(exempt_policy);
  newer.replace(newer.find("\"version\": 3"), 12, "\"version\": 4");
  shop next({.location = "GB", .policy = newer});
  browser again{next};
  again.jar = b.jar;
  CHECK(state_of(again)["chosen"] == false);
  CHECK(state_of(again)["granted"] == false);
}

TEST_CASE("the state has the status line in the requested language, or null") {
  shop s({.location = "US-CA"});
  browser b{s};
  CHECK(state_of(b)["status"].is_null());
  b.always = {{"Sec-GPC", "1"}};
  CHECK(state_of(b)["status"]["title"] == "Opt-out request honored");
  CHECK(state_of(b)["status"]["text"] ==
        "Your browser sends Global Privacy Control: no sale, no sharing, no targeted ads.");
  const json german = state_of(b, "/consent/state?lang=de");
  CHECK(german["lang"] == "de");
  CHECK(german["status"]["title"] != "Opt-out request honored");
  CHECK(answer_to(b, "choice=reject-all&lang=de")["lang"] == "de");
}

TEST_CASE("the state names vendors whose cookies are all exempt here and in use") {
  shop s(in_britain());
  browser b{s};
  CHECK(state_of(b)["allowedExempt"] == json{"Counter"});
  CHECK(state_of(b)["allowed"] == json{"required"});
  CHECK_FALSE(answer_to(b, "choice=reject-all").contains("allowedExempt"));
  shop germany({.location = "DE", .policy = std::string(exempt_policy)});
  browser other{germany};
  CHECK_FALSE(state_of(other).contains("allowedExempt"));
}

TEST_CASE("a vendor's name cannot close the script that holds the state") {
  shop s({.location = "US-CA", .policy = std::string(exempt_policy)});
  CHECK(s.get("/consent/state").body.find('<') == std::string::npos);
}

TEST_CASE("every page has the withdrawal, hidden until there is something to withdraw (UX15)") {
  shop s;
  browser b{s};
  CHECK(is_hidden(b.get().body, withdraw_row));
  b.post("choice=reject-all");
  CHECK(is_hidden(b.get().body, withdraw_row));
  b.post("choice=save&grant=functional");
  const std::string html = b.get("/cart?a=1").body;
  CHECK_FALSE(is_hidden(html, withdraw_row));
  CHECK(html.find("form=\"abide-post\" name=\"choice\" value=\"withdraw\"") != std::string::npos);
  CHECK(html.find(" method=\"post\" target=\"_self\" action=\"/consent\" data-abide-form") != std::string::npos);
  CHECK(html.find("role=\"status\">Your choice is saved. It applies from now on.</span>") != std::string::npos);
  CHECK(html.find("name=\"from\" value=\"page\"><input type=\"hidden\" name=\"return\" value=\"/cart?a=1\"") !=
        std::string::npos);
}

TEST_CASE(
    "one press takes back every grant, expires every known cookie in its answer, and leads back to the page (UX15, "
    "UX16)") {
  shop s;
  browser b{s};
  b.post("choice=accept-all");
  b.holds("a=1; HttpOnly; Path=/");
  b.holds("p_1=1; Domain=shop.example; Path=/");
  const answer a = b.post("choice=withdraw&from=page&return=/cart&lang=en");
  CHECK(a.status == 303);
  CHECK(a.all("Location") == "/cart");
  for (const char* name : {"a", "f", "t", "s", "p_1"}) CHECK(a.set_cookie(name).find("Max-Age=0") != std::string::npos);
  const std::string html = b.get("/cart").body;
  CHECK(html.find("data-abide-notice") == std::string::npos);  // a refusal: no new question
  CHECK(is_hidden(html, withdraw_row));
  CHECK(html.find(">Your choice is saved.") != std::string::npos);
  *s.now += 120;
  CHECK(b.get("/cart").body.find(">Your choice is saved.") == std::string::npos);
}

TEST_CASE("in an opt-out place there is only the link with the icon (UX26)") {
  shop s({.location = "US-CA"});
  browser b{s};
  b.post("choice=accept-all");
  const std::string html = b.get().body;
  CHECK(html.find("Your Privacy Choices</a>") != std::string::npos);
  CHECK(html.find("abide-pill") != std::string::npos);
  CHECK(html.find(withdraw_row) == std::string::npos);
}

TEST_CASE("the withdrawal is placed at the page's mark, and only there") {
  shop s;
  browser b{s};
  b.post("choice=accept-all");
  s.next = page(
      "<html><head></head><body><footer><span data-abide-withdraw></span> <span "
      "data-abide-status></span></footer><p>end</p></body></html>");
  const std::string html = b.get().body;
  CHECK(html.find("value=\"withdraw\"") < html.find("<abide-status class=\"abide abide-status"));
  CHECK(html.find("<abide-status class=\"abide abide-status") < html.find("</footer>"));
  CHECK(html.find("value=\"withdraw\"") == html.rfind("value=\"withdraw\""));
  CHECK(html.find("<p>end</p>") != std::string::npos);
}

TEST_CASE("one press objects to exempt cookies only, on the first layer and on the status line") {
  shop s(in_britain());
  browser b{s};
  const std::string first = b.get().body;
  CHECK(first.find("value=\"object\"") < first.find("value=\"reject-all\""));
  b.holds("x=1; Path=/");
  b.get();
  CHECK(s.cookies_seen().find("x=1") != std::string::npos);
  const answer a = b.post("choice=object&from=page&return=/");
  CHECK(a.set_cookie("x").find("Max-Age=0") != std::string::npos);
  const std::string html = b.get().body;
  CHECK(html.find("data-abide-notice") != std::string::npos);  // the others still need consent
  CHECK(html.find("cookies for targeted ads.") != std::string::npos);
  b.post("choice=save&grant=targeting");
  CHECK(state_of(b)["allowed"] == json{"required", "targeting"});
}

TEST_CASE("an objection leaves an earlier grant unchanged") {
  shop s(in_britain());
  browser b{s};
  b.post("choice=save&grant=targeting&keep=analytics");
  CHECK_FALSE(is_hidden(b.get().body, "data-abide-when=\"exempt\""));
  b.post("choice=object&from=page&return=/");
  CHECK(state_of(b)["allowed"] == json{"required", "targeting"});
  CHECK(is_hidden(b.get().body, "data-abide-when=\"exempt\""));
}

TEST_CASE("the state gives its reasons on request, with rule and clause, and never in the page") {
  shop s({.location = "US-CA"});
  const json told = json::parse(s.get("/consent/state?reasons=1", {{"Sec-GPC", "1"}}).body);
  CHECK(told["reasonsShared"]["targeting"]["rule"] == "D3c");
  CHECK(told["reasonsShared"]["targeting"]["law"].get<std::string>().find("11 CCR 7025") != std::string::npos);
  CHECK(told["reasons"]["required"]["rule"] == "D0");
  CHECK(told["reasons"]["analytics"]["rule"] == "D6");
  CHECK_FALSE(json::parse(s.get("/consent/state").body).contains("reasons"));
  CHECK(s.get("/").body.find("\"reasons\"") == std::string::npos);
}

TEST_CASE("an objection where nothing is exempt changes nothing") {
  shop s;
  CHECK(s.send("POST", "/consent", {}, "choice=object").set_cookies().empty());
}

TEST_CASE("the public policy is beside the module, may be cached for ever, and holds no secret") {
  shop s(in_britain());
  const answer a = s.get(files_of(s) + "policy.json");
  CHECK(a.status == 200);
  CHECK(a.all("Content-Type") == "application/json");
  CHECK(a.all("Cache-Control") == "public, max-age=31536000, immutable");
  for (const char* secret :
       {"keys", "ABIDE_NO_SUCH_KEY", "records", "retain", "proxies", "127.0.0.1", "cloudflare", "contact"}) {
    CAPTURE(secret);
    CHECK(a.body.find(secret) == std::string::npos);
  }
}

namespace {
/// The index of the rule with this name and host; the public policy lists its rules by precedence.
std::size_t place_of(const abide::policy& p, const abide::cookie_rule& wanted) {
  for (std::size_t i = 0; i < p.cookie_count; ++i)
    if (p.cookies[i].name == wanted.name && p.cookies[i].host == wanted.host) return i;
  FAIL("no rule for " << wanted.name);
  return 0;
}
}  // namespace

TEST_CASE("the public policy is a policy file with the same rules") {
  shop s(in_britain());
  const abide::config from = abide::parse_config(exempt_policy, "policy.json");
  const abide::config read = abide::parse_config(s.get(files_of(s) + "policy.json").body, "public");
  REQUIRE(read.policy.cookie_count == from.policy.cookie_count);
  for (std::size_t i = 0; i < from.policy.cookie_count; ++i) {
    const abide::cookie_rule& was = from.policy.cookies[i];
    const std::size_t at = place_of(read.policy, was);
    const abide::cookie_rule& is = read.policy.cookies[at];
    CHECK(is.vendor == was.vendor);
    CHECK(is.category == was.category);
    CHECK(is.shared == was.shared);
    CHECK(read.declarations[at].purpose == from.declarations[i].purpose);
    CHECK(read.declarations[at].lifetime.unit == from.declarations[i].lifetime.unit);
    CHECK(read.declarations[at].lifetime.count == from.declarations[i].lifetime.count);
  }
  CHECK(read.policy.exemption_count == 2);
  CHECK(read.policy.notice_version == 3);
  CHECK(read.site_name == "Shop");
}

TEST_CASE("a changed policy has a new address") {
  const auto folder = [](std::string_view policy) {
    shop s({.location = "DE", .policy = std::string(policy)});
    return files_of(s);
  };
  CHECK(folder(exempt_policy) == folder(exempt_policy));
  CHECK(folder(exempt_policy) != folder(shop_policy));
}
