#include "site/post.hpp"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "fields.hpp"
#include "words.hpp"

using namespace abide;
using namespace abide::detail;

TEST_CASE("a form names one of the known wishes") {
  const auto wish_of = [](const char* body) { return read_form(body)->wish; };
  CHECK(wish_of("choice=accept-all") == wish::accept_all);
  CHECK(wish_of("choice=reject-all") == wish::reject_all);
  CHECK(wish_of("choice=save") == wish::save);
  CHECK(wish_of("choice=opt-out") == wish::opt_out);
  CHECK(wish_of("choice=withdraw") == wish::withdraw);
  CHECK(wish_of("choice=object") == wish::object);
  CHECK(wish_of("choice=add") == wish::add);
  CHECK(wish_of("gpc=1") == wish::signal);
  CHECK(wish_of("ch%6Fice=accept%2Dall") == wish::accept_all);
}

TEST_CASE("a body without a known wish is not a form") {
  for (const char* body : {"", "&", "=", "choice", "choice=", "choice=accept", "choice=ACCEPT-ALL", "Choice=accept-all",
                           "choice=accept-all+", "gpc=0", "gpc=true", "grant=targeting", "{\"choice\":\"accept-all\"}",
                           "choice=accept-all;x"}) {
    CAPTURE(body);
    CHECK_FALSE(read_form(body).has_value());
  }
  CHECK_FALSE(read_form(std::string_view("choice=save\0", 12)).has_value());
}

TEST_CASE("a saved form says what is granted, kept and excepted") {
  const auto f = read_form(
      "choice=save&grant=analytics&grant=functional&keep=functional&exception=targeting&from=banner&return=%2Fcart%3Fa%3D1");
  REQUIRE(f.has_value());
  CHECK(f->granted.bits() == 6);
  CHECK(f->kept.bits() == 4);
  CHECK(f->excepted.bits() == 8);
  CHECK(f->from_banner);
  CHECK(f->return_path == "/cart?a=1");
}

TEST_CASE("unknown categories and fields are ignored") {
  const auto f = read_form("choice=save&grant=everything&grant=Analytics&grant=&x=y&grant=targeting&from=page");
  REQUIRE(f.has_value());
  CHECK(f->granted.bits() == 8);
  CHECK_FALSE(f->from_banner);
}

TEST_CASE("a form leads back to a path of this site and nowhere else") {
  const auto back = [](const std::string& value) { return read_form("choice=save&return=" + value)->return_path; };
  CHECK(back("/a/b?c=d#e") == "/a/b?c=d#e");
  for (const char* away : {"", "https://evil.example/", "//evil.example/", "/%5Cevil.example", "/%09/evil.example",
                           "\\\\evil", "javascript:alert(1)", "a/b", "/x%0d%0aSet-Cookie:%20a=b", "/x%00",
                           "%2F%2Fevil.example", "/a+b", "/%7f", "%20/x"}) {
    CAPTURE(away);
    CHECK(back(away) == "/");
  }
}

TEST_CASE("percent signs that escape nothing stay unchanged") {
  CHECK(read_form("choice=save&return=/100%")->return_path == "/100%");
  CHECK(read_form("choice=save&return=/%zz%4")->return_path == "/%zz%4");
  CHECK(read_form("choice=save&return=/%41")->return_path == "/A");
}

TEST_CASE("the last choice of a form counts") {
  CHECK(read_form("choice=accept-all&choice=reject-all")->wish == wish::reject_all);
  CHECK(read_form("choice=accept-all&gpc=1")->wish == wish::accept_all);
  CHECK(read_form("choice=reject-all&from=banner\r\n")->wish == wish::reject_all);  // the last line of a file
}

namespace {

using form_pairs = std::vector<std::pair<std::string, std::string>>;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += code;
  }
  return out;
}

/// The same form in the encodings of HTML: urlencoded, multipart/form-data and text/plain.
std::vector<std::string> bodies_of(const form_pairs& pairs) {
  std::string urlencoded, multipart, plain;
  for (const auto& [name, value] : pairs) {
    urlencoded.append(urlencoded.empty() ? "" : "&").append(escaped(name)).append(1, '=').append(escaped(value));
    multipart.append("------Boundary7\r\nContent-Disposition: form-data; name=\"").append(name);
    multipart.append("\"\r\n\r\n").append(value).append("\r\n");
    plain.append(name).append(1, '=').append(value).append("\r\n");
  }
  return {urlencoded, multipart + "------Boundary7--\r\n", plain};
}

}  // namespace

TEST_CASE("a form says the same in each encoding that HTML has for forms") {
  for (const char* wish : {"accept-all", "reject-all", "save", "opt-out", "withdraw", "object", "add"})
    for (const char* back : {"/", "/cart?a=1&choice=save+%2F#x", "//evil.example/", ""}) {
      const form_pairs pairs{
          {"grant", "analytics"}, {"grant", "functional"}, {"x", ""},      {"exception", "targeting"},
          {"from", "page-3"},     {"return", back},        {"lang", "de"}, {"choice", wish}};
      const std::vector<std::string> bodies = bodies_of(pairs);
      const auto first = read_form(bodies.front());
      REQUIRE(first.has_value());
      for (const std::string& body : bodies) {
        CAPTURE(body);
        const auto f = read_form(body);
        REQUIRE(f.has_value());
        CHECK(f->wish == first->wish);
        CHECK(f->granted.bits() == first->granted.bits());
        CHECK(f->excepted.bits() == first->excepted.bits());
        CHECK(f->from_page);
        CHECK(f->shown == 3);
        CHECK(f->return_path == first->return_path);
        CHECK(f->language == "de");
      }
    }
}

TEST_CASE("a multipart form may have files, other fields and parts without a name, and ends where it breaks off") {
  const std::string part =
      "--b\r\ncontent-disposition:form-data;name=\"choice\";filename=\"x\"\r\nContent-Type: text/plain\r\n";
  CHECK(read_form(part + "\r\nreject-all\r\n--b--")->wish == wish::reject_all);
  CHECK(read_form("--b\r\nX: y\r\n\r\nz\r\n" + part + "\r\nreject-all\r\n--b--\r\n")->wish == wish::reject_all);
  for (const std::string& broken :
       {part, part + "\r\nreject-all", part + "\r\nreject-all--b", part + "\r\nreject-all\r\n--c--", std::string("--"),
        std::string("--\r\n"), std::string("--b\r\n"), std::string("--b--\r\n"), std::string("--b\r\n\r\n\r\n--b"),
        std::string("--b\r\nContent-Disposition: form-data; filename=\"choice\"\r\n\r\nreject-all\r\n--b--")}) {
    CAPTURE(broken);
    CHECK_FALSE(read_form(broken).has_value());
  }
}

TEST_CASE("the way back has the query of the page in Referer, if that is the page that the form names") {
  const std::string site = "https://www.shop.example";
  CHECK(with_query("/cart", site + "/cart?id=5&x=%20y") == "/cart?id=5&x=%20y");
  CHECK(with_query("/cart", site + "/cart?id=5#top") == "/cart?id=5");
  CHECK(with_query("/", site + "/?id=5") == "/?id=5");
  CHECK(with_query("/cart", "/cart?id=5") == "/cart?id=5");  // RFC 9110 section 10.1.3
  for (const std::string& other :
       {std::string(), site, site + "/", site + "/cart", site + "/cart#x?y", site + "/cart/2?id=5",
        site + "/carts?id=5", site + "/cart?id=5\r\nX: y", site + "/cart?" + std::string(1000, 'x')}) {
    CAPTURE(other);
    CHECK((with_query("/cart", other) == "/cart" || with_query("/cart", other) == "/"));
  }
  CHECK(with_query("/cart?id=4", site + "/cart?id=5") == "/cart?id=4");
}

TEST_CASE("the settings without a choice save what their switches show; nothing else does") {
  for (const char* const from : {"settings-3", "settings"}) {
    const auto saved = read_form("from=" + std::string(from) + "&grant=analytics&lang=de");
    REQUIRE(saved);
    CHECK(saved->wish == wish::save);
    CHECK(saved->granted.contains(category::analytics));
  }
  CHECK(read_form("from=settings-3&grant=analytics&choice=reject-all")->wish == wish::reject_all);
  for (const char* const other : {"from=banner-3&grant=analytics", "from=page&grant=analytics", "grant=analytics", ""})
    CHECK_FALSE(read_form(other).has_value());
}
