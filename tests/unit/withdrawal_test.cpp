#include "base/cookie_domain.hpp"
#include "site/expiring.hpp"

#include "abide/cookie.hpp"
#include "catch.hpp"

using namespace abide;

using list = std::vector<std::string>;

TEST_CASE("cookies may stand at the host and at each parent down to the registrable domain") {
  CHECK(cookie_domains("www.shop.example") == list{"www.shop.example", "shop.example"});
  CHECK(cookie_domains("a.b.shop.example.co.uk") ==
        list{"a.b.shop.example.co.uk", "b.shop.example.co.uk", "shop.example.co.uk", "example.co.uk"});
  CHECK(cookie_domains("example.com") == list{"example.com"});
  CHECK(cookie_domains("me.github.io") == list{"me.github.io"});
}

TEST_CASE("an address, a public suffix and nonsense have no domain to share") {
  for (const char* host : {"", "127.0.0.1", "[::1]", "::1", "localhost", "com", "co.uk", "github.io", "."}) {
    CAPTURE(host);
    CHECK(cookie_domains(host).empty());
  }
}

TEST_CASE("a cookie is expired at the host and at every domain") {
  CHECK(expiries("_ga", {"www.shop.example", "shop.example"}, false, true) ==
        list{"_ga=; Max-Age=0; Path=/", "_ga=; Max-Age=0; Path=/; Domain=www.shop.example",
             "_ga=; Max-Age=0; Path=/; Domain=shop.example"});
}

TEST_CASE("on HTTPS the partitioned jar is expired too") {  // CK-10
  const list fields = expiries("_ga", {"shop.example"}, true, true);
  REQUIRE(fields.size() == 4);
  CHECK(fields[2] == "_ga=; Max-Age=0; Path=/; Secure; SameSite=None; Partitioned");
  CHECK(fields[3] == "_ga=; Max-Age=0; Path=/; Secure; Domain=shop.example; SameSite=None; Partitioned");
  CHECK(expiries("_ga", {"shop.example"}, true, false).size() == 2);
}

TEST_CASE("a cookie on a path is expired there") {
  CHECK(expiries("_ga", {}, false, false, "/a/b") == list{"_ga=; Max-Age=0; Path=/a/b"});
  CHECK(expiries("__Host-id", {}, true, true, "/a").empty());
}

TEST_CASE("the paths of the cookies that a request brings: each folder, with and without its slash") {
  CHECK(cookie_paths("/") == list{"/"});
  CHECK(cookie_paths("") == list{"/"});
  CHECK(cookie_paths("/a") == list{"/", "/a"});
  CHECK(cookie_paths("/a/?b/c") == list{"/", "/a", "/a/"});
  CHECK(cookie_paths("/product/nehalem#x") == list{"/", "/product", "/product/", "/product/nehalem"});
  CHECK(cookie_paths("/1/2/3/4/5/6/7/8").size() == 8);
}

TEST_CASE("a path that could break out of the field ends the list") {
  for (const char* target : {"/a;b", "/a,b", "/a\r\nb", "/a b", "/\xc3\xa9", "/a\x7f"}) {
    CAPTURE(target);
    for (const std::string& path : cookie_paths(target)) CHECK((path == "/" || path == "/a"));
  }
}

TEST_CASE("every expiry deletes, and a browser accepts it") {
  for (const char* name : {"_ga", "__utma", "__gads", "__cf_bm", "__Secure-id", "__Host-id", "__host-id", "__Http-id",
                           "__Host-Http-id", "a.b-c!~"})
    for (const bool secure : {false, true}) {
      const std::string text = name;
      const bool needs_https = text.rfind("__Sec", 0) == 0 || text.rfind("__H", 0) == 0 || text.rfind("__h", 0) == 0;
      if (needs_https && !secure) continue;  // a browser keeps no such cookie over plain HTTP
      for (const std::string& field : expiries(name, {"www.shop.example", "shop.example"}, secure, true)) {
        CAPTURE(field, secure);
        const set_cookie c = read_set_cookie(field);
        CHECK(c.name == name);
        CHECK(c.value.empty());
        CHECK(deletes(c, 0));
        CHECK(why_rejected(field, c, {"www.shop.example", secure}) == "");
      }
    }
}

TEST_CASE("a __Host- cookie is never expired with a Domain") {
  for (const std::string& field : expiries("__Host-id", {"shop.example"}, true, true))
    CHECK(field.find("Domain") == std::string::npos);
}

TEST_CASE("a name that could break out of the field is not written") {
  for (const char* name :
       {"", " ", "a b", "a;b", "a=b", "a,b", "a\r\nSet-Cookie: x=y", "a\nb", "a\tb", "a\x7f", "\x01"}) {
    CAPTURE(name);
    CHECK(expiries(name, {"shop.example"}, true, true).empty());
  }
  CHECK(expiries(std::string("a\0b", 3), {"shop.example"}, true, true).empty());
  CHECK(expiries(std::string(5000, 'a'), {"shop.example"}, true, true).empty());
}
