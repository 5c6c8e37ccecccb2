// Bytes from the network never raise an error: malformed input counts as absent.
#include <random>

#include "catch.hpp"
#include "shop.hpp"

using namespace http_test;

namespace {

// The consent cookie of a visitor in Germany who accepted all.
std::string accepted(shop& s) {
  const std::string field = s.send("POST", "/consent", {}, "choice=accept-all").set_cookie("abide");
  return field.substr(0, field.find(';'));
}

bool is_accepted(shop& s, const std::string& cookie, std::string host = "www.shop.example") {
  s.get("/", {{"Host", std::move(host)}, {"Cookie", cookie + "; t=1"}});
  return s.cookies_seen().find("t=1") != std::string::npos;
}

}  // namespace

TEST_CASE("any bytes in any header never crash the server") {
  shop s;
  std::mt19937_64 random(7);
  const char* const names[]{
      "Cookie",         "Sec-GPC",        "DNT",    "Host",    "X-Forwarded-Proto", "CF-IPCountry", "CF-Region-Code",
      "Sec-Fetch-Site", "Sec-Fetch-Dest", "Origin", "Referer", "Accept-Language",   "Accept",       "Content-Type",
      "X-Anything"};
  const char* const targets[]{"/",
                              "/consent",
                              "/consent?return=%2F%2Fx&lang=%ff",
                              "/consent/state",
                              "/consent/v-1/x",
                              "/.well-known/gpc.json",
                              "/consent/signal"};
  for (int i = 0; i < 300; ++i) {
    std::string text = std::string(random() % 2 ? "GET " : "POST ") + targets[random() % 7] + " HTTP/1.1\r\n";
    for (int n = 0; n < 6; ++n) {
      std::string value;
      for (std::size_t size = random() % 60; size > 0; --size) {
        const char c = random() % 4 ? "=;, abide~.1_gt\"\\%/:"[random() % 21] : static_cast<char>(random() % 256);
        if (c != '\r' && c != '\n') value += c;
      }
      text += std::string(names[random() % 15]) + ": " + value + "\r\n";
    }
    const auto answers = talk(s.server.port(), text + "Content-Length: 3\r\nConnection: close\r\n\r\n=&%");
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].status >= 200);
  }
  CHECK(s.get("/").status == 200);
}

TEST_CASE("what is not HTTP is refused, and the server goes on") {
  shop s;
  for (const char* text :
       {"", "\r\n", "GET", "GET /\r\n\r\n", "\xff\xfe\xfd\r\n\r\n", "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET / HTTP/1.1\r\nCookie: a\x01=b\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"})
    talk(s.server.port(), text);
  CHECK(s.get("/").status == 200);
}

TEST_CASE("a request without Host and one over HTTP/1.0 are served as the site's own host") {
  shop s;
  CHECK(talk(s.server.port(), "GET / HTTP/1.0\r\n\r\n").at(0).status == 200);
  CHECK(s.raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").status == 200);
}

TEST_CASE("a forged, truncated or foreign consent cookie is not consent") {
  shop s;
  const std::string cookie = accepted(s);
  REQUIRE(is_accepted(s, cookie));
  for (std::size_t i = 6; i < cookie.size(); i += 3) {
    std::string forged = cookie;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    if (is_accepted(s, forged)) FAIL("forged at " << i);
    if (is_accepted(s, cookie.substr(0, i))) FAIL("cut at " << i);
  }
  CHECK_FALSE(is_accepted(s, cookie, "shop.example"));
  CHECK_FALSE(is_accepted(s, cookie, "account.shop.example"));
  CHECK(is_accepted(s, cookie, "WWW.shop.example:8080"));
}

TEST_CASE("a consent cookie of plain HTTP is not a choice on HTTPS, whatever its name") {
  shop s;
  const std::string cookie = accepted(s);
  shop tls({.location = "DE", .tls = true});
  CHECK_FALSE(is_accepted(tls, cookie));
  CHECK_FALSE(is_accepted(tls, "=__Host-" + cookie));
  CHECK_FALSE(is_accepted(tls, "__Host-" + cookie));  // the signature covers the scheme
}

TEST_CASE("a choice signed by a removed key is not a choice") {
  shop s;
  const std::string cookie = accepted(s);
  const auto other = std::make_shared<std::atomic<std::int64_t>>(words::today());
  const std::string first(32, 'k'), second(32, 'n');
  for (const auto& [keys, expected] : {std::pair{std::vector{second, first}, true}, {std::vector{second}, false}}) {
    std::string seen;
    test_server rotated(shop::site_of({}, keys, other), [](const asked&) { return page(); });
    talk(rotated.port(),
         request_text("GET", "/", {{"Host", "www.shop.example"}, {"Cookie", cookie + "; t=1"}, {"Connection", "close"}},
                      ""));
    seen = all_of(rotated.seen().fields, "Cookie");
    CHECK((seen.find("t=1") != std::string::npos) == expected);
  }
}

TEST_CASE("a refusal counts as multipart/form-data and text/plain, and a form of another type is refused with 415") {
  shop s;
  const auto sent = [&](const char* type, const char* body, const char* site = "same-origin") {
    return s.send("POST", "/consent", {{"Sec-Fetch-Site", site}, {"Content-Type", type}}, body);
  };
  const char* const part = "--b\r\nContent-Disposition: form-data; name=\"choice\"\r\n\r\nreject-all\r\n--b--\r\n";
  for (const auto& [type, body] :
       {std::pair{"multipart/form-data; boundary=b", part}, std::pair{"text/plain", "choice=reject-all\r\n"}}) {
    const answer a = sent(type, body);
    CHECK(a.status == 303);
    CHECK_FALSE(a.set_cookie("abide").empty());
    CHECK(sent(type, body, "cross-site").status == 403);
  }
  for (const char* type : {"application/json", "text/html", "x"})
    CHECK(sent(type, "{\"choice\": \"reject-all\"}").status == 415);
}

TEST_CASE(
    "a choice that only another version of the server knows is refused, also on the form that saves without one") {
  shop s;
  CHECK(s.send("POST", "/consent", {}, "choice=allow-all-but&from=settings-1&grant=analytics").status == 400);
  CHECK(s.send("POST", "/consent", {}, "from=settings-1&grant=analytics").status == 303);
}

TEST_CASE("a form that is too large is refused with 413, by length and in chunks") {
  shop s;
  const std::string fits = "choice=reject-all&x=" + std::string(4096 - 20, 'x');
  CHECK(s.send("POST", "/consent", {}, fits).status == 303);
  CHECK(s.send("POST", "/consent", {}, fits + "x").status == 413);
  const answer large = s.send("POST", "/consent", {}, "choice=accept-all&x=" + std::string(1 << 20, 'x'));
  CHECK(large.status == 413);
  CHECK(large.set_cookies().empty());
  std::string chunked;
  for (int i = 0; i < 100; ++i) chunked += "400\r\n" + std::string(1024, 'y') + "\r\n";
  CHECK(s.send("POST", "/consent", {{"Transfer-Encoding", "chunked"}}, chunked + "0\r\n\r\n").status == 413);
}

TEST_CASE("a form from another site is refused with 403 and sets nothing") {
  shop s;
  for (const field_pairs& from : {field_pairs{{"Sec-Fetch-Site", "cross-site"}},
                                  {{"Sec-Fetch-Site", "same-site"}},
                                  {{"Origin", "https://evil.example"}},
                                  {{"Origin", "null"}},
                                  {{"Referer", "https://evil.example/www.shop.example"}}}) {
    const answer a = s.send("POST", "/consent", from, "choice=accept-all");
    CHECK(a.status == 403);
    CHECK(a.set_cookies().empty());
    CHECK(s.send("POST", "/consent/signal", from, "gpc=1").status == 403);
  }
  CHECK(s.send("POST", "/consent", {{"Origin", "http://www.shop.example"}}, "choice=accept-all").status == 303);
}

TEST_CASE("a form without a known choice is refused with 400 and sets nothing") {
  shop s;
  for (const char* body : {"x", "choice=", "choice=maybe", "%", "\xff\xfe", "choice=accept-all&choice="}) {
    const answer a = s.send("POST", "/consent", {}, body);
    CHECK(a.status == 400);
    CHECK(a.set_cookies().empty());
  }
  CHECK(s.send("POST", "/consent").status == 400);
}

TEST_CASE("the way back leads neither to another site nor into another header") {
  shop s;
  for (const char* away : {"//evil.example", "https://evil.example", "/%5Cevil.example", "/%0d%0aSet-Cookie:x=y",
                           "/%09/evil.example", "%00"}) {
    const answer a = s.send("POST", "/consent", {}, std::string("choice=reject-all&from=banner&return=") + away);
    CAPTURE(away);
    CHECK(a.status == 303);
    CHECK(a.all("Location") == "/");
    CHECK(a.set_cookie("x").empty());
    CHECK(s.get("/consent?return=" + std::string(away)).body.find("evil") == std::string::npos);
  }
}

TEST_CASE("other methods on Abide's pages are refused with 405") {
  shop s;
  CHECK(s.send("DELETE", "/consent").status == 405);
  CHECK(s.send("PUT", "/consent/state", {}, "x").status == 405);
  CHECK(s.send("GET", "/consent/signal").status == 405);
  CHECK(s.send("DELETE", "/consent").all("Allow").find("POST") != std::string::npos);
}

TEST_CASE("very many and very long cookies are filtered, in one field or in many") {
  shop s;
  std::string many;
  for (int i = 0; i < 3000; ++i) many += "c" + std::to_string(i) + "=x; ";
  CHECK(s.get("/", {{"Cookie", many + "r=1"}}).status == 200);
  CHECK(s.cookies_seen() == "r=1");
  const std::string growing = [] {
    std::string text;
    for (int i = 0; i < 20000; ++i) text += "r;";
    return text;
  }();
  CHECK(s.get("/", {{"Cookie", growing + "t=1"}}).status == 200);
  field_pairs fields;
  for (int i = 0; i < 200; ++i) fields.emplace_back("Cookie", "t=" + std::to_string(i) + "; r=" + std::string(40, 'v'));
  CHECK(s.get("/", fields).status == 200);
  CHECK(s.cookies_seen().size() == 200 * 42 + 199 * 3);
}

TEST_CASE("cookies that together exceed the length of one field are still filtered") {
  shop s;
  const std::string long_one = "r=" + std::string(40000, 'v');
  const answer a = s.get("/", {{"Cookie", long_one + "; t=1"}, {"Cookie", long_one}});
  CHECK(a.status == 200);
  CHECK(s.cookies_seen().find("t=1") == std::string::npos);
}

TEST_CASE("a field that grows beyond the limit of one field is hidden") {
  shop s({.location = "DE", .policy = R"({"unknown": "party"})"});
  std::string pieces;
  for (int i = 0; i < 30000; ++i) pieces += "!;";
  CHECK(s.get("/", {{"Cookie", pieces + "_fbp=1"}}).status == 200);
  CHECK(s.server.exchanges() == 1);
  CHECK(s.cookies_seen().find("_fbp") == std::string::npos);
  CHECK(s.cookies_seen().empty());  // what no field can hold is hidden: the strict side
}

TEST_CASE("a request for a target of any bytes is answered") {
  shop s;
  for (const char* target :
       {"/consent/%00", "/consent//", "/consent/..", "*", "http://www.shop.example/consent", "/consent?&&=&return",
        "/consent?lang=%3Cscript%3E", "/.well-known/gpc.json/", "/?%ff", "/consent#x"}) {
    const answer a = s.get(target);
    CAPTURE(target);
    CHECK(a.status >= 200);
    CHECK(a.body.find("<script>") == std::string::npos);
  }
}
