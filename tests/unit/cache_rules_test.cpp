#include "site/cache_rules.hpp"

#include "catch.hpp"
#include "fields.hpp"

using namespace abide;
using namespace abide::detail;

namespace {
std::string vary_after(field_list response, std::string_view name = "Sec-GPC") {
  add_vary(response, {name});
  return response.all("Vary");
}
}  // namespace

TEST_CASE("a name is added to Vary, which keeps what it said") {  // CACHE-2
  CHECK(vary_after({}) == "Sec-GPC");
  CHECK(vary_after({{"Vary", "Accept-Encoding"}}) == "Accept-Encoding | Sec-GPC");
  CHECK(vary_after({{"vary", "Accept"}, {"Vary", "Cookie"}}) == "Accept | Cookie | Sec-GPC");
  CHECK(vary_after({{"Vary", ""}}) == "Sec-GPC");
}

TEST_CASE("a name that Vary has already, in any letter case and on any line, is not added again") {
  CHECK(vary_after({{"Vary", "Sec-GPC"}}) == "Sec-GPC");
  CHECK(vary_after({{"Vary", "accept , sec-gpc"}}) == "accept , sec-gpc");
  CHECK(vary_after({{"Vary", "Accept"}, {"Vary", "SEC-GPC,Cookie"}}) == "Accept | SEC-GPC,Cookie");
}

TEST_CASE("Vary: * stays alone") {
  CHECK(vary_after({{"Vary", "*"}}) == "*");
  CHECK(vary_after({{"Vary", "Accept, *"}}) == "Accept, *");
  CHECK(vary_after({{"Vary", "x-sec-gpc"}}) == "x-sec-gpc | Sec-GPC");
}

TEST_CASE("a private response forbids shared caches and keeps what else was said") {  // CACHE-5
  CHECK(private_cache_control("") == "private");
  CHECK(private_cache_control("max-age=60") == "private, max-age=60");
  CHECK(private_cache_control("public, max-age=60") == "private, max-age=60");
  CHECK(private_cache_control("PUBLIC,S-MaxAge=600, must-revalidate") == "private, must-revalidate");
  CHECK(private_cache_control("no-cache, s-maxage=1") == "private, no-cache");
  CHECK(private_cache_control("max-age=1, max-age=2") == "private, max-age=1, max-age=2");
}

TEST_CASE("what is private or not stored already stays as it is") {
  CHECK(private_cache_control("private") == "private");
  CHECK(private_cache_control("no-store") == "no-store");
  CHECK(private_cache_control("Private, max-age=5") == "Private, max-age=5");
  CHECK(private_cache_control("public, no-store") == "no-store");
}

TEST_CASE("private for one field does not guard the response") {
  CHECK(private_cache_control("private=\"Set-Cookie\"") == "private");
  CHECK(private_cache_control("private=\"a, b\", max-age=1") == "private, max-age=1");
  CHECK(private_cache_control("no-cache=\"Set-Cookie\"") == "private, no-cache=\"Set-Cookie\"");
}

TEST_CASE("commas in quoted strings do not separate, and broken quotes end with the value") {
  CHECK(private_cache_control("x=\"public, s-maxage=1\"") == "private, x=\"public, s-maxage=1\"");
  CHECK(private_cache_control("x=\"a\\\", public\", public") == "private, x=\"a\\\", public\"");
  CHECK(private_cache_control("x=\"unended, public") == "private, x=\"unended, public");
  CHECK(private_cache_control("x=\"\\") == "private, x=\"\\");
  CHECK(private_cache_control(",, ,public,,") == "private");
}

TEST_CASE("several Cache-Control lines become one, and what speaks to shared caches alone goes") {
  field_list response{{"Cache-Control", "public"},
                      {"ETag", "x"},
                      {"cache-control", "max-age=60"},
                      {"Surrogate-Control", "max-age=9"},
                      {"CDN-Cache-Control", "public"}};
  make_private(response, read_response(response));
  CHECK(response.all("Cache-Control") == "private, max-age=60");
  CHECK(response.all("Surrogate-Control").empty());
  CHECK(response.all("CDN-Cache-Control").empty());
  CHECK(response.all("ETag") == "x");
}
