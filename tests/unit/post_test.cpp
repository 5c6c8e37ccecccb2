#include "site/post.hpp"

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
}
