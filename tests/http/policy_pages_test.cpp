// What the site says about itself on the pages below the consent path.
#include "catch.hpp"
#include "shop.hpp"

using namespace http_test;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the policy text and the declaration are served in the visitor's language and for the visitor's place") {
  shop berlin({.location = "DE"}), oakland({.location = "US-CA"});
  const answer german = berlin.get("/consent/policy", {{"Accept-Language", "de-DE, en;q=0.5"}});
  CHECK(german.status == 200);
  CHECK(german.all("Content-Type") == "text/html; charset=utf-8");
  CHECK(german.all("Content-Language") == "de");
  CHECK(has(german.body, "lang=\"de\""));
  CHECK(has(german.body, "Jedes andere Cookie wartet auf Ihre Einwilligung."));
  const answer english = oakland.get("/consent/policy", {{"Accept-Language", "en-US"}});
  CHECK(has(english.body, "lang=\"en\""));
  CHECK(has(english.body, "Optional cookies are used from your first visit"));
  CHECK_FALSE(has(english.body, "waits for your consent"));
  CHECK(has(oakland.get("/consent/policy?lang=de", {{"Accept-Language", "en"}}).body, "lang=\"de\""));
}

TEST_CASE("the declaration names every cookie of the policy, and the consent cookie as it is on this connection") {
  for (const bool tls : {false, true}) {
    shop s({.location = "DE", .tls = tls});
    const answer a = s.get("/consent/cookies");
    CHECK(a.status == 200);
    for (const std::string name : {"r", "a", "f", "t", "s", "p*"})
      CHECK(has(a.body, "<th scope=\"row\" role=\"rowheader\"><code dir=\"ltr\">" + name + "</code></th>"));
    CHECK(has(a.body, tls ? "<code dir=\"ltr\">__Host-abide</code>" : "<code dir=\"ltr\">abide</code>"));
  }
}

TEST_CASE("Markdown is chosen by the query or by the Accept field") {
  shop s;
  for (const std::string page : {"/consent/policy", "/consent/cookies"}) {
    const answer asked = s.get(page + "?format=markdown"),
                 accepted = s.get(page, {{"Accept", "text/markdown, text/html;q=0.5"}});
    CHECK(asked.all("Content-Type") == "text/markdown; charset=utf-8");
    CHECK(asked.body.rfind("# ", 0) == 0);
    CHECK(accepted.body == asked.body);
    CHECK(s.get(page, {{"Accept", "text/html,*/*;q=0.8"}}).all("Content-Type") == "text/html; charset=utf-8");
    CHECK(s.get(page + "?format=html", {{"Accept", "text/markdown"}}).all("Content-Type") ==
          "text/html; charset=utf-8");
  }
  CHECK(has(s.get("/consent/cookies?format=markdown").body, "| `p*` |"));
}

TEST_CASE("these pages are read-only, run no script, and stay out of shared caches") {
  shop s;
  for (const std::string page : {"/consent/policy", "/consent/cookies"}) {
    const answer post =
        s.send("POST", page, {{"Content-Type", "application/x-www-form-urlencoded"}}, "choice=accept-all");
    CHECK(post.status == 405);
    CHECK(post.all("Allow") == "GET, HEAD");
    CHECK(post.set_cookies().empty());
    const answer a = s.get(page);
    CHECK(has(a.all("Content-Security-Policy"), "default-src 'none'"));
    CHECK_FALSE(has(a.body, "<script"));
    CHECK(has(a.all("Cache-Control"), "private"));
    CHECK(has(a.all("Vary"), "Accept-Language"));
    CHECK(a.all("X-Content-Type-Options") == "nosniff");
    CHECK(s.send("HEAD", page).status == 200);
    for (const std::string sheet : {"notice.css", "preferences.css", "policy.css"}) {
      const std::size_t at = a.body.find("/consent/v-"), end = a.body.find('/', at + 11);
      CHECK(has(a.body, a.body.substr(at, end + 1 - at) + sheet));
      CHECK(s.get(a.body.substr(at, end + 1 - at) + sheet).all("Content-Type") == "text/css; charset=utf-8");
    }
  }
  CHECK(s.get("/consent/policy/").status == 404);
  CHECK(s.get("/consent/policyx").status == 404);
}

TEST_CASE("the preference page links to both, and both link back") {
  shop s;
  const std::string page = s.get("/consent").body;
  CHECK(has(page, "href=\"/consent/cookies?lang=en\""));
  CHECK(has(page, "href=\"/consent/policy?lang=en#abide-signals\""));
  const std::string policy = s.get("/consent/policy").body;
  CHECK(has(policy, "id=\"abide-signals\""));
  CHECK(has(policy, "href=\"/consent?lang=en\""));
  CHECK(has(policy, "href=\"/consent/cookies?lang=en\""));
  CHECK_FALSE(has(policy, "href=\"/consent\""));  // every link keeps the language
  CHECK(has(s.get("/consent/cookies").body, "href=\"/consent/policy?lang=en\""));
}

TEST_CASE("the way back to the visitor's page goes with them through Abide's own pages") {
  shop s;
  const std::string back = "?lang=en&amp;return=%2Fcart%3Fitem%3D7";
  const std::string page = s.get("/consent?lang=en&return=%2Fcart%3Fitem%3D7").body;
  CHECK(has(page, "href=\"/consent/cookies" + back + "\""));
  CHECK(has(page, "href=\"/consent/policy" + back + "#abide-signals\""));
  for (const std::string self : {"policy", "cookies"}) {
    const std::string text = s.get("/consent/" + self + "?lang=en&return=%2Fcart%3Fitem%3D7").body;
    CHECK(has(text, "href=\"/consent" + back + "\""));
    CHECK(has(text,
              "href=\"/consent/" + (self == "policy" ? std::string("cookies") : std::string("policy")) + back + "\""));
  }
  CHECK_FALSE(has(s.get("/consent/policy?return=//elsewhere.example").body, "elsewhere"));
}

TEST_CASE("in observe mode the pages say that nothing is removed yet") {
  shop enforcing, observing({.mode = abide::mode::observe});
  for (const std::string page : {"/consent/policy", "/consent/cookies"}) {
    CHECK(has(observing.get(page).body, "No cookie is held back or removed."));
    CHECK_FALSE(has(enforcing.get(page).body, "No cookie is held back or removed."));
  }
}

TEST_CASE("gpc.json claims to abide only where the site does") {
  shop s, watching({.mode = abide::mode::observe});
  CHECK(s.get("/.well-known/gpc.json").body.find("\"gpc\":true") != std::string::npos);
  CHECK(watching.get("/.well-known/gpc.json").body.find("\"gpc\":false") != std::string::npos);
}

TEST_CASE("errors are pages in the visitor's language, with links to go on") {
  shop s({.location = "DE"});
  const field_pairs browsing{{"Accept", "text/html,*/*;q=0.8"}, {"Accept-Language", "de"}};
  const answer missing = s.get("/consent/nowhere?return=/lamps", browsing);
  CHECK(missing.status == 404);
  CHECK(missing.all("Content-Type") == "text/html; charset=utf-8");
  CHECK(missing.all("Cache-Control") == "no-store");
  CHECK_FALSE(missing.all("Content-Security-Policy").empty());
  for (const char* part : {"lang=\"de\"", "Diese Seite gibt es nicht.", "href=\"/lamps\"", "href=\"/consent?return="})
    CHECK(has(missing.body, part));
  const answer refused = s.send("POST", "/consent/state", browsing, "x=1");
  CHECK(refused.status == 405);
  CHECK(refused.all("Allow") == "GET, HEAD");
  CHECK(has(refused.body, "konnte nicht gespeichert werden"));
  field_pairs own = browsing;
  own.emplace_back("Sec-Fetch-Site", "same-origin");
  for (const auto& [body, status] : {std::pair{std::string("choice=dance"), 400u}, {std::string(5000, 'x'), 413u}}) {
    const answer a = s.send("POST", "/consent", own, body);
    CHECK(a.status == status);
    CHECK(has(a.body, "href=\"/consent?return="));
  }
}

TEST_CASE("a client that does not accept HTML gets an error in plain text") {
  shop s;
  const answer a = s.get("/consent/nowhere", {{"Accept", "*/*"}});
  CHECK(a.status == 404);
  CHECK(a.all("Content-Type") == "text/plain; charset=utf-8");
}

TEST_CASE("each of Abide's own pages links to itself in the other languages") {
  shop s({.location = "DE"});
  for (const std::string page : {"/consent", "/consent/policy", "/consent/cookies"}) {
    const answer a = s.get(page + "?lang=de&return=/lamps");
    CHECK(has(a.body, "lang=\"en\" dir=\"auto\" hreflang=\"en\" href=\"" + page + "?lang=en&amp;return="));
    CHECK(has(a.body, "aria-current=\"true\" lang=\"de\" dir=\"auto\">Deutsch<"));
  }
}

TEST_CASE("what pages say of cookies before a choice follows from the place, the exemptions and the declared cookies") {
  constexpr std::string_view own = R"({"name": "x", "category": "analytics", "vendor": "Shop", "shared": false})",
                             theme = R"({"name": "y", "category": "functional", "vendor": "Shop", "shared": false})",
                             ad = R"({"name": "t", "category": "targeting", "vendor": "Ads", "shared": true})";
  const auto pages = [](std::string place, std::initializer_list<std::string_view> cookies, std::string exempt = "") {
    std::string policy = R"({"site": {"name": "Shop", "host": "www.shop.example"}, "cookies": [)", between;
    for (const std::string_view each : cookies) policy.append(std::exchange(between, ", ")).append(each);
    policy += "], \"exempt\": [" + exempt + "], \"jurisdiction\": {\"fixed\": \"" + place + "\"}}";
    shop s({.location = place, .policy = policy});
    std::string text;
    for (const char* path : {"/consent?lang=en", "/consent/policy?lang=en", "/"}) text += s.get(path, navigation).body;
    return text;
  };
  const auto has = [](const std::string& text, const char* what) { return text.find(what) != std::string::npos; };
  constexpr const char *waits = "Optional cookies are used only after you allow them.",
                       *stays_off = "Everything except the required cookies stays off until you allow it.",
                       *some_free = "Some optional cookies are used without consent, as the law here allows.",
                       *counted = "Visits are counted without consent, as the law here allows.",
                       *others = "The others are used only after you allow them.",
                       *until = "Optional cookies are used until you opt out.",
                       *some_until = "Some optional cookies are used until you opt out.";
  for (const char* place : {"GB", "DE"}) {
    const std::string text = pages(place, {own, theme, ad});
    CHECK(has(text, waits));
    CHECK(has(text, stays_off));
    CHECK_FALSE(has(text, some_free));
  }
  struct {
    const char *exempt, *told, *not_told;
  } constexpr exemptions[]{{R"("GB:statistical:x")", counted, "\">Some optional"},
                           {R"("GB:appearance:y")", some_free, counted},
                           {R"("GB:emergency:y")", some_free, counted},
                           {R"("GB:statistical:x", "GB:appearance:y")", some_free, counted}};
  for (const auto& each : exemptions) {
    CAPTURE(each.exempt);
    const std::string text = pages("GB", {own, theme, ad}, each.exempt);
    CHECK_FALSE(has(text, waits));
    CHECK_FALSE(has(text, stays_off));
    CHECK(has(text, some_free));
    CHECK(has(text, others));
    CHECK(has(text, each.told));
    CHECK_FALSE(has(text, each.not_told));
  }
  CHECK(has(pages("US-CA", {own, theme, ad}), until));
  const std::string mixed = pages("CH", {own, ad});
  CHECK_FALSE(has(mixed, until));
  CHECK(has(mixed, some_until));
  CHECK(has(mixed, others));
  CHECK(has(pages("CH", {ad}), waits));
  CHECK(has(pages("CH", {own}), until));
}

TEST_CASE(
    "the declaration and the preference page name each cookie that Abide sets, over http, https and for a domain") {
  for (const bool tls : {false, true})
    for (const bool of_domain : {false, true}) {
      CAPTURE(tls, of_domain);
      std::string policy(shop_policy);
      if (of_domain) policy.insert(policy.rfind('}'), R"(, "consent": {"domain": "shop.example"})");
      shop s({.policy = policy, .tls = tls});
      browser b{s, tls};
      b.get("/", {{"Sec-GPC", "1"}, {"Sec-Fetch-Dest", "document"}});
      b.post("choice=save&grant=analytics");
      const std::string declared = b.get("/consent/cookies").body, settings = b.get("/consent").body;
      const std::string held = b.cookies();
      int count = 0;
      abide::cookie_pair cookie;
      for (abide::cookie_walk walk(held); walk.next(cookie); ++count) {
        const std::string name(cookie.name);
        CAPTURE(name);
        CHECK(declared.find(">" + name + "<") != std::string::npos);
        CHECK(settings.find(">" + name + "<") != std::string::npos);
      }
      CHECK(count == 3);
    }
}
