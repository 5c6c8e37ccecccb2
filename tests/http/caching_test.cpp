// What caches may store of a response, and which conditions, validators and digests stay valid.
#include "catch.hpp"
#include "shop.hpp"

using namespace http_test;

TEST_CASE("names are added to Vary once, and its other names stay") {  // CACHE-1, CACHE-2
  shop s;
  s.sets({}, {{"Vary", "Accept-Encoding"}});
  const std::string vary = s.get("/").all("Vary");
  CHECK(vary.find("Accept-Encoding") == 0);
  CHECK(vary.find("Sec-GPC") != std::string::npos);
  s.sets({}, {{"Vary", "sec-gpc, dnt"}});
  CHECK(s.get("/").all("Vary") == "sec-gpc, dnt");
  s.sets({}, {{"Vary", "*"}});
  CHECK(s.get("/").all("Vary") == "*");
}

TEST_CASE("UX40: what depends on the visitor has Vary: Sec-GPC, errors and redirects too") {  // CACHE-1, CACHE-7
  shop s({.location = "US-CA"});
  for (const unsigned status : {200u, 302u, 404u, 500u})
    for (const bool gpc : {false, true}) {
      s.next = told{status, {{"Content-Type", "application/json"}, {"Set-Cookie", "t=1"}}, "{}"};
      const field_pairs signal = gpc ? field_pairs{{"Sec-GPC", "1"}} : field_pairs{};
      CAPTURE(status, gpc);
      CHECK(s.get("/", signal).all("Vary").find("Sec-GPC") != std::string::npos);
      s.next = page();
      s.next.status = status;
      if (status != 302) CHECK(s.get("/", signal).all("Vary").find("Sec-GPC") != std::string::npos);
    }
}

TEST_CASE("what does not depend on the visitor is left unchanged") {
  shop s({.location = "US-CA"});
  for (const unsigned status : {200u, 302u, 304u, 404u, 500u}) {
    s.next = told{status,
                  {{"Content-Type", "application/json"}, {"Cache-Control", "max-age=60"}, {"ETag", "\"1\""}},
                  status == 304 ? "" : "{}"};
    const answer a = s.get("/", {{"Cookie", "t=1"}, {"Sec-GPC", "1"}});
    CAPTURE(status);
    CHECK(a.all("Vary").empty());
    CHECK(a.all("Cache-Control") == "max-age=60");
    CHECK(a.all("ETag") == "\"1\"");
  }
}

TEST_CASE("Vary names DNT only if the policy uses it") {
  shop deaf({.location = "DE", .policy = R"({"signals": {"dnt": "ignore"}})"});
  CHECK(deaf.get("/").all("Vary") == "Sec-GPC");
  shop s;
  CHECK(s.get("/").all("Vary").find("DNT") != std::string::npos);
}

TEST_CASE("UX40: a response with cookies, a notice or hidden cookies is private") {  // CACHE-5, CACHE-6
  shop s({.location = "US-CA"});
  const std::string json = "application/json";
  s.next = told{200, {{"Content-Type", json}, {"Cache-Control", "public, max-age=60"}}, "{}"};
  CHECK(s.get("/").all("Cache-Control") == "public, max-age=60");  // the same for everyone, given Vary
  s.next.fields.emplace_back("Set-Cookie", "r=1");
  CHECK(s.get("/").all("Cache-Control") == "private, max-age=60");
  s.next.fields.back() = {"Set-Cookie", "t=1"};
  const answer removed = s.get("/", {{"Sec-GPC", "1"}});
  CHECK(removed.set_cookie("t").find("t=1") == std::string::npos);
  CHECK(removed.all("Cache-Control") == "private, max-age=60");
  s.next = told{200, {{"Content-Type", json}}, "{}"};
  CHECK(s.get("/", {{"Cookie", "t=1"}, {"Sec-GPC", "1"}}).all("Cache-Control") == "private");
}

TEST_CASE("a page with a notice is never public, whatever the application says") {
  shop s;
  for (const char* said :
       {"public", "public, max-age=600", "s-maxage=60", "public, s-maxage=60, immutable", "PUBLIC"}) {
    s.sets({}, {{"Cache-Control", said}, {"Surrogate-Control", "max-age=60"}, {"CDN-Cache-Control", "max-age=60"}});
    const answer a = s.get("/");
    CAPTURE(said);
    CHECK(shows_notice(a));
    CHECK(a.all("Cache-Control").find("private") == 0);
    CHECK(a.all("Cache-Control").find("ublic") == std::string::npos);
    CHECK(a.all("Cache-Control").find("s-maxage") == std::string::npos);
    CHECK(a.all("Surrogate-Control").empty());
    CHECK(a.all("CDN-Cache-Control").empty());
  }
}

TEST_CASE("no public response has the visitor's own cookie when a signal is remembered") {
  shop s({.location = "US-CA"});
  s.next = told{200, {{"Content-Type", "text/css"}, {"Cache-Control", "public, max-age=600"}}, "a{}"};
  const answer a = s.get("/site.css", {{"Sec-GPC", "1"}});
  CHECK(a.all("Cache-Control") == "public, max-age=600");
  CHECK(a.set_cookies().empty());
}

TEST_CASE("validators of the original page are not sent with the changed page") {
  shop s;
  s.sets({}, {{"ETag", "\"1\""}, {"Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT"}});
  const answer a = s.get("/");
  CHECK(a.all("ETag").empty());
  CHECK(a.all("Last-Modified").empty());
  s.next = told{200, {{"Content-Type", "application/json"}, {"ETag", "\"1\""}}, "{}"};
  CHECK(s.get("/").all("ETag") == "\"1\"");
}

TEST_CASE("fields about the page's original bytes are removed: ranges, digests and signatures over them") {
  for (const char* caching : {"private", "shared"}) {
    shop s({.location = "DE", .policy = std::string(R"({"caching": ")") + caching + "\"}"});
    s.next = page(document, {{"Accept-Ranges", "bytes"},
                             {"Signature-Input", "a=(\"content-digest\")"},
                             {"Signature", "a=:x:"},
                             {"Content-Digest", "sha-256=:x=:"},
                             {"Cache-Control", "public, max-age=60"}});
    const answer a = s.get("/");
    CAPTURE(caching);
    REQUIRE(a.body != s.next.body);
    for (const char* name : {"Accept-Ranges", "Signature-Input", "Signature", "Content-Digest"})
      CHECK(a.all(name).empty());
  }
}

TEST_CASE("a signal is remembered with pages, and data that shared caches may keep is left unchanged") {
  shop s({.location = "US-CA"});
  const auto remembers = [&](const char* type, field_pairs request) {
    s.next = told{200, {{"Content-Type", type}}, "<html>"};
    request.emplace_back("Sec-GPC", "1");
    const answer a = s.send("GET", "/", std::move(request));
    const bool set = !a.all("Set-Cookie").empty();
    CHECK(set == !a.all("Cache-Control").empty());
    CHECK(set == !a.all("Vary").empty());
    return set;
  };
  CHECK(remembers("text/html", navigation));
  CHECK(remembers("text/html", fetched));
  CHECK(remembers("application/xhtml+xml", navigation));
  CHECK_FALSE(remembers("application/json", fetched));
  CHECK_FALSE(remembers("application/rss+xml", {{"Accept", "*/*"}}));
  CHECK_FALSE(remembers("text/plain", {}));
  CHECK_FALSE(remembers("application/pdf", navigation));
}

TEST_CASE("conditions are removed from a page's request, since the browser's copy may be outdated") {
  shop s;
  const field_pairs known{{"If-None-Match", "\"1\""}, {"If-Modified-Since", "Thu, 26 Nov 2026 00:00:00 GMT"}};
  const auto asked = [&](field_pairs more) {
    more.insert(more.end(), known.begin(), known.end());
    s.get("/", more);
    return all_of(s.server.seen().fields, "If-None-Match") + all_of(s.server.seen().fields, "If-Modified-Since");
  };
  CHECK(asked(navigation).empty());
  CHECK_FALSE(asked(fetched).empty());
  CHECK_FALSE(asked({{"Sec-Fetch-Dest", "script"}}).empty());
}

TEST_CASE("conditions of a request that writes guard what is there, and reach the application") {
  shop s;
  const field_pairs guards{{"Accept", "text/html"}, {"If-None-Match", "*"}, {"If-Modified-Since", "x"}, {"Range", "y"}};
  for (const char* method : {"PUT", "PATCH", "DELETE"}) {
    CAPTURE(method);
    s.send(method, "/", guards);
    for (const auto& [name, value] : guards) CHECK(all_of(s.server.seen().fields, name) == value);
  }
}

TEST_CASE("no digest of the page as it was goes out with the page") {
  shop s;
  for (const char* name : {"Content-Digest", "Repr-Digest", "Unencoded-Digest", "X-Content-Digest", "Digest",
                           "Content-MD5", "x-ms-blob-content-md5", "X-Goog-Hash"}) {
    CAPTURE(name);
    s.next = page(document, {{name, "sha-256=:x:"}});
    CHECK(s.get("/").all(name).empty());
    CHECK_FALSE(s.get("/", {{"Sec-Fetch-Dest", "script"}}).all(name).empty());
  }
}
