#include "base/cookie_domain.hpp"
#include "site/expiring.hpp"

#include <set>
#include <tuple>

#include "abide/cookie.hpp"
#include "catch.hpp"

using namespace abide;
using namespace abide::detail;

using list = std::vector<std::string>;

namespace {

/// The field, or empty if no browser keeps such a cookie.
std::string expiry(const expiries& all, std::size_t i) {
  std::string field;
  const bool any = all.append(i, field);
  CHECK(any == !field.empty());
  return field;
}

/// All fields for one cookie.
list expired(std::string_view name, const list& domains, bool secure, const list& paths = {"/"}) {
  const cookie_places places{domains, paths, secure};
  const std::vector<std::string_view> names{name};
  const expiries all(names, places);
  list fields;
  for (std::size_t i = 0; i < all.count(); ++i)
    if (std::string field = expiry(all, i); !field.empty()) fields.push_back(std::move(field));
  return fields;
}

}  // namespace

TEST_CASE("a cookie can be stored at the host and at each parent up to the registrable domain") {
  CHECK(cookie_domains("www.shop.example") == list{"www.shop.example", "shop.example"});
  CHECK(cookie_domains("a.b.shop.example.co.uk") ==
        list{"a.b.shop.example.co.uk", "b.shop.example.co.uk", "shop.example.co.uk", "example.co.uk"});
  CHECK(cookie_domains("example.com") == list{"example.com"});
  CHECK(cookie_domains("me.github.io") == list{"me.github.io"});
}

TEST_CASE("an address, a public suffix and nonsense have no parent domain") {
  for (const char* host : {"", "127.0.0.1", "[::1]", "::1", "localhost", "com", "co.uk", "github.io", "."}) {
    CAPTURE(host);
    CHECK(cookie_domains(host).empty());
  }
  CHECK(cookie_domains(std::string_view("www.s\0.co.uk", 13)).empty());  // C strings would end at the NUL
}

TEST_CASE("a cookie is expired at the host and at every domain, the registrable one first") {
  CHECK(expired("_ga", {"www.shop.example", "shop.example"}, false) ==
        list{"_ga=; Max-Age=0; Path=/", "_ga=; Max-Age=0; Path=/; Domain=shop.example",
             "_ga=; Max-Age=0; Path=/; Domain=www.shop.example"});
}

TEST_CASE("on HTTPS the partitioned jar is expired too") {  // CK-10
  const list fields = expired("_ga", {"shop.example"}, true);
  REQUIRE(fields.size() == 4);
  CHECK(fields[2] == "_ga=; Max-Age=0; Path=/; Secure; SameSite=None; Partitioned");
  CHECK(fields[3] == "_ga=; Max-Age=0; Path=/; Secure; Domain=shop.example; SameSite=None; Partitioned");
}

TEST_CASE("a cookie on a path is expired there") {
  CHECK(expired("_ga", {}, false, {"/", "/a/b"}) == list{"_ga=; Max-Age=0; Path=/", "_ga=; Max-Age=0; Path=/a/b"});
  CHECK(expired("__Host-id", {}, true, {"/", "/a"}).size() == 2);  // at the root, in both jars
}

TEST_CASE("a cookie is expired on every path, for every domain, and on HTTPS in both jars, once each") {
  const list paths{"/", "/shop", "/shop/", "/shop/item"}, domains{"www.shop.example", "shop.example"};
  using jar_place = std::tuple<std::string, std::string, bool>;
  for (const bool secure : {false, true}) {
    std::set<jar_place> all;
    for (const std::string& path : paths)
      for (const char* domain : {"", "www.shop.example", "shop.example"}) {
        all.emplace(path, domain, false);
        if (secure) all.emplace(path, domain, true);
      }
    std::set<jar_place> covered;
    const list fields = expired("_ga", domains, secure, paths);
    for (const std::string& field : fields) {
      const set_cookie c = parse_set_cookie(field);
      covered.emplace(c.path, c.domain, c.partitioned);
    }
    CHECK(covered == all);
    CHECK(fields.size() == all.size());
  }
}

TEST_CASE("of all names, the partitioned jar of paths comes last: few cookies are there") {
  const std::vector<std::string_view> names{"a", "b", "c"};
  const cookie_places places{{"shop.example"}, {"/", "/x", "/x/"}, true};
  const expiries all(names, places);
  bool was_last = false;
  for (std::size_t i = 0; i < all.count(); ++i) {
    const std::string field = expiry(all, i);
    const set_cookie c = parse_set_cookie(field);
    const bool is_last = c.partitioned && c.path != "/";
    CHECK(is_last >= was_last);
    was_last = is_last;
  }
  CHECK(was_last);
}

TEST_CASE("for every name the most likely places come first, then the other places of all") {
  const std::vector<std::string_view> names{"a", "b"};
  const cookie_places places{{"www.shop.example", "shop.example"}, {"/", "/x"}, true};
  const expiries all(names, places);
  REQUIRE(all.count() == 24);
  CHECK(expiry(all, 0) == "a=; Max-Age=0; Path=/; Secure");
  CHECK(expiry(all, 1) == "a=; Max-Age=0; Path=/; Secure; Domain=shop.example");
  CHECK(expiry(all, 2) == "b=; Max-Age=0; Path=/; Secure");
  CHECK(expiry(all, 4) == "a=; Max-Age=0; Path=/; Secure; Domain=www.shop.example");
  std::set<std::string> different;
  for (std::size_t i = 0; i < all.count(); ++i) different.insert(expiry(all, i));
  CHECK(different.size() == all.count());
}

TEST_CASE("the paths of a request's cookies: each folder, with and without its slash") {
  CHECK(cookie_paths("/") == list{"/"});
  CHECK(cookie_paths("") == list{"/"});
  CHECK(cookie_paths("/a") == list{"/", "/a"});
  CHECK(cookie_paths("/a/?b/c") == list{"/", "/a", "/a/"});
  CHECK(cookie_paths("/product/nehalem#x") == list{"/", "/product", "/product/", "/product/nehalem"});
  CHECK(cookie_paths("/1/2/3/4/5/6/7/8").size() == 8);
  for (const std::string& path : cookie_paths("/" + std::string(8000, 'a') + "/b")) CHECK(path.size() <= 512);
}

TEST_CASE("a path that could break out of the field ends the list of paths") {
  for (const char* target : {"/a;b", "/a,b", "/a\r\nb", "/a b", "/\xc3\xa9", "/a\x7f"}) {
    CAPTURE(target);
    for (const std::string& path : cookie_paths(target)) CHECK((path == "/" || path == "/a"));
  }
}

TEST_CASE("every expiry deletes, and browsers accept it") {
  for (const char* name : {"_ga", "__utma", "__gads", "__cf_bm", "__Secure-id", "__Host-id", "__host-id", "__Http-id",
                           "__Host-Http-id", "a.b-c!~"})
    for (const bool secure : {false, true}) {
      const std::string text = name;
      const bool needs_https = text.rfind("__Sec", 0) == 0 || text.rfind("__H", 0) == 0 || text.rfind("__h", 0) == 0;
      if (needs_https && !secure) continue;  // a browser keeps no such cookie over plain HTTP
      for (const std::string& field : expired(name, {"www.shop.example", "shop.example"}, secure)) {
        CAPTURE(field, secure);
        const set_cookie c = parse_set_cookie(field);
        CHECK(c.name == name);
        CHECK(c.value.empty());
        CHECK(deletes(c, 0));
        CHECK(why_rejected(field, c, {"www.shop.example", secure}) == "");
      }
    }
}

TEST_CASE("a __Host- cookie is never expired with a Domain") {
  for (const std::string& field : expired("__Host-id", {"shop.example"}, true))
    CHECK(field.find("Domain") == std::string::npos);
}

TEST_CASE("a name that could break out of the field is not written") {
  for (const char* name :
       {"", " ", "a b", "a;b", "a=b", "a,b", "a\r\nSet-Cookie: x=y", "a\nb", "a\tb", "a\x7f", "\x01"}) {
    CAPTURE(name);
    CHECK(expired(name, {"shop.example"}, true).empty());
  }
  CHECK(expired(std::string("a\0b", 3), {"shop.example"}, true).empty());
  CHECK(expired(std::string(5000, 'a'), {"shop.example"}, true).empty());
}
