// The visitor's choices over several requests, with a browser that keeps its cookies.
#include <regex>

#include "catch.hpp"
#include "shop.hpp"

using namespace http_test;
using words::day;

namespace {

// Which of the cookies r a f t s the application may set now.
std::string settable(shop& s, browser& b) {
  s.sets({"r=1", "a=1", "f=1", "t=1", "s=1"});
  std::string names;
  for (const std::string& field : b.at.get("/",
                                           [&] {
                                             field_pairs fields = b.always;
                                             if (const auto kept = b.cookies(); !kept.empty())
                                               fields.emplace_back("Cookie", kept);
                                             fields.emplace_back("Host", b.host);
                                             return fields;
                                           }())
                                      .set_cookies())
    if (field.size() == 3 && field.substr(1) == "=1") names += field[0];
  return names;
}

}  // namespace

TEST_CASE("accepting all lets every cookie through and ends the notice") {
  shop s;
  browser b{s};
  CHECK(shows_notice(b.get()));
  CHECK(settable(s, b) == "r");
  const answer a = b.post("choice=accept-all&from=banner&return=/cart");
  CHECK(a.status == 303);
  CHECK(a.all("Location") == "/cart");
  CHECK(a.all("Cache-Control") == "no-store");
  CHECK_FALSE(shows_notice(b.get()));
  CHECK(settable(s, b) == "rafts");
}

TEST_CASE("rejecting all lets only required cookies through, and the visitor is not asked again") {
  shop s;
  browser b{s};
  b.post("choice=reject-all&from=banner");
  CHECK_FALSE(shows_notice(b.get()));
  CHECK(settable(s, b) == "r");
}

TEST_CASE("saving lets through what was ticked, and leads back to the settings") {
  shop s;
  browser b{s};
  const answer a = b.post("choice=save&grant=functional&return=%2Fcart%3Fx%3D1");
  CHECK(a.status == 303);
  CHECK(a.all("Location").find("/consent?saved=1&return=%2Fcart%3Fx%3D1") == 0);
  CHECK(settable(s, b) == "rf");
}

TEST_CASE("opting out in California turns off ads and sale, and keeps the rest") {
  shop s({.location = "US-CA"});
  browser b{s};
  CHECK(settable(s, b) == "rafts");
  b.post("choice=opt-out");
  CHECK(settable(s, b) == "raf");
}

TEST_CASE("opting out after an Accept all turns off ads and sale") {
  shop s({.location = "US-CA"});
  browser b{s};
  b.post("choice=accept-all");
  b.post("choice=opt-out");
  CHECK(settable(s, b) == "raf");
}

TEST_CASE("a choice can be changed at once, in both directions") {
  shop s;
  browser b{s};
  for (int i = 0; i < 3; ++i) {
    b.post("choice=accept-all");
    CHECK(settable(s, b) == "rafts");
    b.post("choice=reject-all");
    CHECK(settable(s, b) == "r");
  }
}

TEST_CASE("consent expires, and the notice asks again") {
  shop s;
  browser b{s};
  b.post("choice=accept-all");
  *s.now += 182 * day - 1;
  CHECK(settable(s, b) == "rafts");
  *s.now += 1;
  CHECK(settable(s, b) == "r");
  CHECK(shows_notice(b.get()));
}

TEST_CASE("the consent cookie belongs to the server: HttpOnly, and __Host- and Secure on HTTPS") {
  shop s({.location = "DE", .tls = true});
  browser b{s, true};
  const std::string set = b.post("choice=accept-all").set_cookie("__Host-abide");
  for (const char* part : {"HttpOnly", "Secure", "Path=/", "SameSite=Lax"}) CHECK(set.find(part) != std::string::npos);
  CHECK(set.find("Domain") == std::string::npos);
  CHECK(settable(s, b) == "rafts");
  shop plain;
  browser p{plain};
  const std::string unsecured = p.post("choice=accept-all").set_cookie("abide");
  CHECK(unsecured.find("HttpOnly") != std::string::npos);
  CHECK(unsecured.find("Secure") == std::string::npos);
}

TEST_CASE("X-Forwarded-Proto makes a connection secure only when a trusted proxy says so") {
  shop s;
  const auto cookie_over = [&](const char* proto) {
    const answer a = s.send("POST", "/consent", {{"X-Forwarded-Proto", proto}}, "choice=reject-all");
    return a.set_cookie("__Host-abide").find("Secure") != std::string::npos ? "secure"
           : a.set_cookie("abide").empty()                                  ? "none"
                                                                            : "plain";
  };
  CHECK(std::string(cookie_over("https")) == "secure");
  CHECK(std::string(cookie_over("http")) == "plain");
  s.server.pretend_peer("203.0.113.9");
  CHECK(std::string(cookie_over("https")) == "plain");
}

// ---- Withdrawal

TEST_CASE("withdrawal expires what the browser holds, including HttpOnly and parent-domain cookies, in one response") {
  shop s({.location = "DE", .tls = true});
  browser b{s, true};
  b.post("choice=accept-all");
  b.holds("t=1; HttpOnly; Secure; Path=/");
  b.holds("p_1=1; Domain=shop.example; Path=/");
  b.holds("_fbp=1; Domain=www.shop.example; Path=/");
  b.holds("_ga=1; Domain=.shop.example; Path=/");
  b.holds("_ga_X1=1; Path=/");
  b.holds("a=1; HttpOnly; Path=/");
  b.holds("unheard=1; Path=/");
  b.holds("r=1; Path=/");
  b.get();
  CHECK(s.cookies_seen().find("_fbp=1") != std::string::npos);
  b.post("choice=reject-all");
  std::string left = b.cookies();
  CHECK(left.find("r=1") != std::string::npos);
  for (const char* gone : {"t=1", "p_1=", "_fbp=", "_ga=", "_ga_X1=", "a=1", "unheard="}) {
    CAPTURE(gone, left);
    CHECK(left.find(gone) == std::string::npos);
  }
}

TEST_CASE("a withdrawal of a few cookies takes one answer that fits usual proxies") {
  shop s({.location = "DE", .tls = true});
  browser b{s, true};
  b.post("choice=accept-all");
  for (const char* cookie : {"t=1; Path=/", "a=1; Path=/", "f=1; Path=/", "s=1; Path=/", "p_1=1; Path=/"})
    b.holds(cookie);
  b.holds("part=1; Path=/; Secure; SameSite=None; Partitioned");
  const answer a = b.post("choice=reject-all");
  CHECK(a.set_cookies().size() <= 40);
  CHECK(b.cookies().find("part=") == std::string::npos);
}

TEST_CASE("withdrawal works the same over plain HTTP") {
  shop s;
  browser b{s};
  b.post("choice=accept-all");
  b.holds("_fbp=1; Domain=shop.example; Path=/");
  b.holds("__utma=1; Domain=shop.example; Path=/");
  b.get();
  b.post("choice=withdraw");
  CAPTURE(b.cookies());
  CHECK(b.cookies().find("_fbp") == std::string::npos);
  CHECK(b.cookies().find("__utma") == std::string::npos);
}

TEST_CASE("names the policy declares are expired even when the browser did not send them") {
  shop s;
  const answer a = s.send("POST", "/consent", {}, "choice=reject-all");
  for (const char* name : {"t", "a", "f", "s"}) {
    CAPTURE(name);
    CHECK(a.set_cookie(name).find("Max-Age=0") != std::string::npos);
    CHECK(a.set_cookie(name).find("Domain=www.shop.example") != std::string::npos);
    CHECK(a.set_cookie(name).find("Domain=shop.example") != std::string::npos);
  }
  CHECK(a.set_cookie("r").empty());
}

TEST_CASE("withdrawing one category keeps the cookies of the others") {
  shop s;
  browser b{s};
  b.post("choice=accept-all");
  b.holds("t=1; Path=/");
  b.holds("a=1; Path=/");
  b.post("choice=save&grant=analytics");
  CHECK(b.cookies().find("a=1") != std::string::npos);
  CHECK(b.cookies().find("t=1") == std::string::npos);
}

TEST_CASE("a cookie's name cannot break out of the Set-Cookie field that expires it") {
  shop s;
  for (const char* cookie : {"x y=1", "x\ty=1", "x,y=1", "\"x\"=1", "\xff=1", "x=1, t=2"}) {
    const answer a = s.send("POST", "/consent", {{"Cookie", cookie}}, "choice=reject-all");
    CHECK(a.status == 303);
    for (const std::string& field : a.set_cookies()) CHECK(field.find('\n') == std::string::npos);
  }
}

TEST_CASE("a cookie that comes back after the refusal is expired by the next page, also on a path") {
  shop s;
  browser b{s};
  b.post("choice=reject-all");
  b.holds("t=1; HttpOnly; Path=/");
  b.holds("p_1=1; Domain=shop.example; Path=/");
  b.holds("a=1; Path=/lamps");
  b.holds("f=1; Path=/lamps/; Domain=shop.example");
  b.holds("r=1; Path=/lamps");
  const answer a = b.get("/lamps/nehalem?x=1");
  CHECK(a.all("Cache-Control").find("private") == 0);
  const std::string left = b.jar.header(b.here("/lamps/nehalem"));
  CAPTURE(left);
  CHECK(left.find("r=1") != std::string::npos);
  for (const char* gone : {"t=1", "p_1=", "a=1", "f=1"}) CHECK(left.find(gone) == std::string::npos);
  CHECK(b.get("/lamps/nehalem").set_cookies().empty());
}

TEST_CASE(
    "cookies that are not refused stay: allowed by the row or by choice, in observe mode, with publicly cached data") {
  const auto sets_none = [](shop& s, const char* choice, field_pairs more) {
    browser b{s};
    if (*choice) b.post(choice);
    b.holds("t=1; Path=/");
    if (more.empty()) s.sets({});
    else s.next = told{200, more, "{}"};
    return b.get().set_cookies().empty();
  };
  shop us({.location = "US-CA"});
  CHECK(sets_none(us, "", {}));
  shop s;
  CHECK_FALSE(sets_none(s, "", {}));
  CHECK(sets_none(s, "", {{"Content-Type", "application/json"}, {"Cache-Control", "public, max-age=60"}}));
  CHECK(sets_none(s, "choice=accept-all", {}));
  CHECK(sets_none(s, "choice=reject-all",
                  {{"Content-Type", "application/json"}, {"Cache-Control", "public, max-age=60"}}));
  CHECK_FALSE(sets_none(s, "choice=reject-all", {}));
  shop watching({.location = "DE", .mode = abide::mode::observe});
  CHECK(sets_none(watching, "choice=reject-all", {}));
}

TEST_CASE("however many cookies come back, an answer expires only as many as usual proxies accept") {
  shop s;
  browser b{s};
  b.post("choice=reject-all");
  for (int i = 0; i < 40; ++i) b.holds(std::string("p").append(std::to_string(i)).append("=1; Path=/"));
  CHECK(b.get("/a/b/c").set_cookies().size() == 40);
  for (int i = 0; i < 3; ++i) b.get("/");
  CHECK(b.cookies().find("p1") == std::string::npos);
}

TEST_CASE("observe mode removes no cookie when the visitor refuses") {
  shop s({.location = "DE", .mode = abide::mode::observe});
  browser b{s};
  b.holds("t=1; Path=/");
  const answer a = b.post("choice=reject-all");
  CHECK(a.set_cookies().size() == 2);  // the choice and its twin
  CHECK(b.cookies().find("t=1") != std::string::npos);
}

// ---- The signal

TEST_CASE("a prefetched page is not a visit: the signal applies to it, and nothing is remembered") {
  for (const char* target : {"/", "/consent"}) {
    CAPTURE(target);
    shop s({.location = "US-CA"});
    s.sets({"t=1; Path=/"});
    browser b{s};
    b.always = {{"Sec-GPC", "1"}, {"Sec-Purpose", "prefetch;prerender"}};
    CHECK(b.get(target).set_cookies().empty());
    // The visitor has not been told of the conflict, so an exception is not accepted (11 CCR 7025(c)(3)).
    b.always = {{"Sec-GPC", "1"}};
    b.post("choice=save&keep=analytics&keep=functional&exception=targeting");
    CHECK(settable(s, b) == "raf");
  }
}

TEST_CASE("an opt-out by GPC is remembered after the signal stops") {  // GPC-30
  shop s({.location = "US-CA"});
  browser b{s};
  b.always = {{"Sec-GPC", "1"}};
  const answer a = b.get();
  CHECK_FALSE(a.set_cookie("signal_abide").empty());
  CHECK(a.set_cookie("abide").empty());  // a choice and a signal never overwrite each other
  CHECK(a.all("Cache-Control").find("private") == 0);
  CHECK(b.get().set_cookies().empty());  // remembered once
  b.always.clear();
  CHECK(settable(s, b) == "raf");
  *s.now += 300 * day;
  CHECK(settable(s, b) == "raf");
}

TEST_CASE("the first response to GPC expires the advertising and sale cookies that the browser holds") {
  shop s({.location = "US-CA"});
  browser b{s};
  b.holds("t=1; HttpOnly; Domain=shop.example; Path=/");
  b.holds("_fbp=1; Path=/");
  b.holds("s=1; Path=/");
  b.holds("a=1; Path=/");
  b.always = {{"Sec-GPC", "1"}};
  b.get();
  const std::string left = b.cookies();
  CAPTURE(left);
  CHECK(left.find("a=1") != std::string::npos);
  for (const char* gone : {"t=1", "_fbp=", "s=1"}) CHECK(left.find(gone) == std::string::npos);
}

TEST_CASE("an explicit opt-in after the signal has stopped holds once it is confirmed") {
  shop s({.location = "US-CA"});
  browser b{s};
  b.always = {{"Sec-GPC", "1"}};
  b.get();
  b.always.clear();
  b.post("choice=accept-all");
  CHECK(settable(s, b) == "raf");
  b.post("choice=confirm");
  CHECK(settable(s, b) == "rafts");
}

TEST_CASE("a plain Accept all under GPC changes nothing for ads and sale, then or later") {
  shop s({.location = "US-CA"});
  browser b{s};
  b.always = {{"Sec-GPC", "1"}};
  b.get();
  b.post("choice=accept-all");
  CHECK(settable(s, b) == "raf");
  b.get();
  b.always.clear();
  CHECK(settable(s, b) == "raf");
}

TEST_CASE("an informed exception under GPC holds on the pages that follow") {
  shop s({.location = "US-CA"});
  browser b{s};
  b.always = {{"Sec-GPC", "1"}};
  b.get();
  b.post("choice=save&exception=targeting&keep=analytics&keep=functional");
  CHECK(settable(s, b) == "raft");
  for (int i = 0; i < 3; ++i) {
    *s.now += 60;
    b.get();
    CHECK(settable(s, b) == "raft");
  }
}

TEST_CASE("an informed exception ends with a refusal, and the signal is honoured again") {
  shop s({.location = "US-CA"});
  browser b{s};
  b.always = {{"Sec-GPC", "1"}};
  b.post("choice=save&exception=targeting&grant=analytics&grant=functional");
  b.post("choice=opt-out");
  CHECK(settable(s, b) == "raf");
}

TEST_CASE("a signal that only scripts see is remembered too") {
  shop s({.location = "US-CA"});
  browser b{s};
  b.holds("_fbp=1; Path=/");
  const answer a = b.post("gpc=1", "/consent/signal");
  CHECK(a.status == 200);
  CHECK(a.all("Content-Type") == "application/json");
  CHECK(settable(s, b) == "raf");
  CHECK(b.cookies().find("_fbp") == std::string::npos);
}

// ---- The pages

TEST_CASE("the preference page shows the choice, is not stored and needs no script") {
  shop s;
  browser b{s};
  b.post("choice=save&grant=analytics");
  const answer a = b.get("/consent?return=/cart");
  CHECK(a.status == 200);
  CHECK(a.all("Content-Type") == "text/html; charset=utf-8");
  CHECK(a.all("Cache-Control") == "no-store");
  const std::string policy = a.all("Content-Security-Policy");
  CHECK(policy.find("default-src 'none'") == 0);
  CHECK(policy.find("unsafe") == std::string::npos);
  const std::size_t script = a.body.find("<script");
  CHECK(script == a.body.rfind("<script"));
  CHECK(script == a.body.find("<script type=\"module\" src=\"/consent/v-"));
  CHECK(a.body.find("method=\"post\"") != std::string::npos);
}

TEST_CASE("crawlers are asked not to follow the links to the preference page of every page, and not to list it") {
  shop s;
  const std::string page = s.get("/").body, own = s.get("/consent").body;
  const std::regex link("<a [^>]*href=\"/consent\\?return=[^>]*>");
  std::size_t links = 0;
  for (std::sregex_iterator at(page.begin(), page.end(), link), end; at != end; ++at, ++links)
    CHECK(at->str().find(" rel=\"nofollow\"") != std::string::npos);
  CHECK(links == 3);  // of the notice, of the end of the page, and of what says that a choice was saved
  CHECK(own.find("<meta name=\"robots\" content=\"noindex, nofollow\">") != std::string::npos);
}

TEST_CASE("the preference page is in the visitor's language") {
  shop s;
  CHECK(s.get("/consent", {{"Accept-Language", "de-AT, en;q=0.5"}}).body.find("lang=\"de\"") != std::string::npos);
  CHECK(s.get("/consent?lang=de").body.find("lang=\"de\"") != std::string::npos);
  CHECK(s.get("/consent?lang=en", {{"Accept-Language", "de"}}).body.find("lang=\"en\"") != std::string::npos);
}

TEST_CASE("the state is JSON that must not be stored") {
  shop s({.location = "US-CA"});
  const answer a = s.get("/consent/state", {{"Sec-GPC", "1"}});
  CHECK(a.status == 200);
  CHECK(a.all("Content-Type") == "application/json");
  CHECK(a.all("Cache-Control") == "no-store");
  CHECK(a.body.find("\"allowed\":[\"required\",\"analytics\",\"functional\"]") != std::string::npos);
  CHECK(a.body.find("\"gpc\":true") != std::string::npos);
}

TEST_CASE("a script that saves a choice gets the new state as JSON") {
  shop s;
  const answer a = s.send("POST", "/consent", {{"Accept", "application/json"}, {"Sec-Fetch-Site", "same-origin"}},
                          "choice=accept-all");
  CHECK(a.status == 200);
  CHECK(a.body.find("\"targeting\"") != std::string::npos);
  CHECK_FALSE(a.set_cookie("abide").empty());
}

TEST_CASE("browser files have a version in their path and may be cached for ever") {
  shop s;
  const std::string page_body = s.get("/consent").body;
  const std::size_t at = page_body.find("/consent/v-");
  REQUIRE(at != std::string::npos);
  const std::string path = page_body.substr(at, page_body.find('"', at) - at);
  const answer a = s.get(path);
  CHECK(a.status == 200);
  CHECK(a.all("Content-Type").find("text/css") == 0);
  CHECK(a.all("Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(a.set_cookies().empty());
  CHECK((a.all("Vary").empty() || a.all("Vary") == "Accept-Encoding"));
  const std::string folder = files_of(s);
  for (const std::string& other :
       {folder + "none.css", folder + "../../etc/passwd", folder + "x/notice.css", folder,
        std::string("/consent/v-/notice.css"), std::string("/consent/v-0123456789ab/notice.css"),
        folder.substr(0, folder.size() - 2) + "/notice.css"}) {
    CAPTURE(other);
    const answer missing = s.get(other);
    CHECK(missing.status == 404);
    CHECK(missing.all("Cache-Control") == "no-store");
  }
  CHECK(s.send("POST", path, {}, "x").status == 405);
}

TEST_CASE("gpc.json is the same for everyone") {  // GPC-15, GPC-23
  shop s({.location = "US-CA"});
  const answer plain = s.get("/.well-known/gpc.json");
  const answer signalled = s.get("/.well-known/gpc.json", {{"Sec-GPC", "1"}, {"Cookie", "t=1"}});
  CHECK(plain.status == 200);
  CHECK(plain.all("Content-Type") == "application/json");
  CHECK(plain.body == "{\"gpc\":true,\"lastUpdate\":\"2026-11-01\"}\n");
  CHECK(signalled.body == plain.body);
  for (const answer& a : {plain, signalled}) {
    CHECK(a.all("Vary").empty());
    CHECK(a.set_cookies().empty());
    CHECK(a.all("Cache-Control").find("public") == 0);
  }
  const answer head = s.send("HEAD", "/.well-known/gpc.json");
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  CHECK(head.all("Content-Length") == std::to_string(plain.body.size()));
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    const answer refused = s.send(method, "/.well-known/gpc.json", {}, "x");
    CHECK(refused.status == 405);
    CHECK(refused.all("Allow") == "GET, HEAD");
  }
  CHECK(s.server.exchanges() == 0);
}

TEST_CASE("requests for Abide's own pages do not reach the application, all others do") {
  shop s;
  for (const char* own :
       {"/consent", "/consent/", "/consent/state", "/consent/nothing", "/consent?x", "/.well-known/gpc.json?x"})
    s.get(own);
  CHECK(s.server.exchanges() == 0);
  CHECK(s.get("/consent/nothing").status == 404);
  for (const char* other : {"/consented", "/consent.html", "/", "/.well-known/gpc.json5", "/x/consent"}) s.get(other);
  CHECK(s.server.exchanges() == 5);
}
