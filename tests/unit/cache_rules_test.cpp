#include "site/cache_rules.hpp"

#include <set>
#include <sstream>

#include "catch.hpp"
#include "fields.hpp"
#include "site/reading.hpp"

using namespace abide;
using namespace abide::detail;

namespace {
std::string vary_after(field_list response, std::string_view name = "Sec-GPC") {
  add_vary(response, {name});
  return response.all("Vary");
}

/// The members of a Cache-Control without quoted commas, as a cache reads them that conforms to RFC 9111.
std::set<std::string> directives_of(std::string list) {
  std::set<std::string> all;
  std::istringstream words(std::move(list));
  for (std::string word; std::getline(words >> std::ws, word, ',');) all.insert(std::move(word));
  return all;
}

/// Sections 5.2.2.5 and 5.2.2.3: caches that implement must-understand ignore the no-store beside it.
bool is_stored(const std::set<std::string>& said, bool implements_must_understand) {
  return said.count("no-store") == 0 || (implements_must_understand && said.count("must-understand") != 0);
}
}  // namespace

TEST_CASE("a name is added to Vary, which keeps its other members") {  // CACHE-2
  CHECK(vary_after({}) == "Sec-GPC");
  CHECK(vary_after({{"Vary", "Accept-Encoding"}}) == "Accept-Encoding | Sec-GPC");
  CHECK(vary_after({{"vary", "Accept"}, {"Vary", "Cookie"}}) == "Accept | Cookie | Sec-GPC");
  CHECK(vary_after({{"Vary", ""}}) == "Sec-GPC");
}

TEST_CASE("a name that Vary already has, in any letter case and on any line, is not added again") {
  CHECK(vary_after({{"Vary", "Sec-GPC"}}) == "Sec-GPC");
  CHECK(vary_after({{"Vary", "accept , sec-gpc"}}) == "accept , sec-gpc");
  CHECK(vary_after({{"Vary", "Accept"}, {"Vary", "SEC-GPC,Cookie"}}) == "Accept | SEC-GPC,Cookie");
}

TEST_CASE("Vary: * stays unchanged") {
  CHECK(vary_after({{"Vary", "*"}}) == "*");
  CHECK(vary_after({{"Vary", "Accept, *"}}) == "Accept, *");
  CHECK(vary_after({{"Vary", "x-sec-gpc"}}) == "x-sec-gpc | Sec-GPC");
}

TEST_CASE("a private response forbids shared caches and keeps the other directives") {  // CACHE-5
  CHECK(private_cache_control("") == "private");
  CHECK(private_cache_control("max-age=60") == "private, max-age=60");
  CHECK(private_cache_control("public, max-age=60") == "private, max-age=60");
  CHECK(private_cache_control("PUBLIC,S-MaxAge=600, must-revalidate") == "private, must-revalidate");
  CHECK(private_cache_control("no-cache, s-maxage=1") == "private, no-cache");
  CHECK(private_cache_control("max-age=1, max-age=2") == "private, max-age=1, max-age=2");
}

TEST_CASE("what is already private or not stored is left unchanged") {
  CHECK(private_cache_control("private") == "private");
  CHECK(private_cache_control("no-store") == "no-store");
  CHECK(private_cache_control("Private, max-age=5") == "Private, max-age=5");
  CHECK(private_cache_control("public, no-store") == "no-store");
}

TEST_CASE("whatever an application says, no conforming shared cache stores what depends on the visitor") {
  const std::vector<std::string> words{"public",      "private",   "private=\"Set-Cookie\"", "no-store",
                                       "no-store=1",  "no-cache",  "must-understand",        "max-age=3600",
                                       "s-maxage=60", "immutable", "must-revalidate"};
  for (std::size_t bits = 0; bits < std::size_t{1} << words.size(); ++bits) {
    std::string said;
    for (std::size_t i = 0; i < words.size(); ++i)
      if (bits >> i & 1u) said.append(said.empty() ? "" : ", ").append(words[i]);
    for (const reuse how : {reuse::as_said, reuse::ask}) {
      const auto made = directives_of(private_cache_control(said, how));
      for (const bool understands : {false, true}) {
        const bool stored = is_stored(made, understands);
        if (!stored || (made.count("private") != 0 && (how == reuse::as_said || made.count("no-cache") != 0))) continue;
        CAPTURE(said, private_cache_control(said, how), understands);
        CHECK_FALSE(stored);
      }
    }
  }
}

TEST_CASE("private for one field does not protect the response") {
  CHECK(private_cache_control("private=\"Set-Cookie\"") == "private");
  CHECK(private_cache_control("private=\"a, b\", max-age=1") == "private, max-age=1");
  CHECK(private_cache_control("no-cache=\"Set-Cookie\"") == "private, no-cache=\"Set-Cookie\"");
}

TEST_CASE("commas in quoted strings do not separate members, and an open quote ends with the value") {
  CHECK(private_cache_control("x=\"public, s-maxage=1\"") == "private, x=\"public, s-maxage=1\"");
  CHECK(private_cache_control("x=\"a\\\", public\", public") == "private, x=\"a\\\", public\"");
  CHECK(private_cache_control("x=\"unended, public") == "private, x=\"unended, public");
  CHECK(private_cache_control("x=\"\\") == "private, x=\"\\");
  CHECK(private_cache_control(",, ,public,,") == "private");
}

TEST_CASE("several Cache-Control lines become one, and directives for shared caches only are removed") {
  field_list response{{"Cache-Control", "public"},
                      {"ETag", "x"},
                      {"cache-control", "max-age=60"},
                      {"Surrogate-Control", "max-age=9"},
                      {"CDN-Cache-Control", "public"}};
  make_private(response, read_response(response), reuse::as_said);
  CHECK(response.all("Cache-Control") == "private, max-age=60");
  CHECK(response.all("Surrogate-Control").empty());
  CHECK(response.all("CDN-Cache-Control").empty());
  CHECK(response.all("ETag") == "x");
}

TEST_CASE("a page that contains a decision is never reused without revalidation") {
  const auto after = [](std::string_view said) { return private_cache_control(said, reuse::ask); };
  CHECK(after("") == "private, no-cache");
  CHECK(after("public, max-age=600, s-maxage=9, immutable, stale-while-revalidate=60, stale-if-error=9") ==
        "private, no-cache");
  CHECK(after("Max-Age=600, must-revalidate") == "private, must-revalidate, no-cache");
  CHECK(after("private, no-cache") == "private, no-cache");
  CHECK(after("no-cache=\"Set-Cookie\", max-age=5") == "private, no-cache");
  CHECK(after("no-store, max-age=5") == "no-store");
}

TEST_CASE("every field that lets some cache keep a page is removed") {
  field_list response{{"Expires", "Thu, 01 Jan 2037 00:00:00 GMT"},
                      {"X-Accel-Expires", "3600"},
                      {"Surrogate-Control", "max-age=9"},
                      {"CDN-Cache-Control", "public"},
                      {"cloudflare-cdn-cache-control", "max-age=9"},
                      {"Vercel-CDN-Cache-Control", "max-age=9"},
                      {"Netlify-CDN-Cache-Control", "durable"},
                      {"Akamai-Cache-Control", "max-age=9"},
                      {"Edge-Control", "max-age=9"},
                      {"X-LiteSpeed-Cache-Control", "public"},
                      {"Any-CDN-Cache-Control", "max-age=9"},
                      {"x-cache-control", "max-age=9"},
                      {"CF-Edge-Cache", "cache,platform=wordpress"},
                      {"x-HTML-Edge-Cache", "cache"}};
  make_private(response, read_response(response), reuse::ask);
  REQUIRE(response.list.size() == 1);
  CHECK(response.all("Cache-Control") == "private, no-cache");
}

TEST_CASE("a page that no cache may keep still says which parts to include (ESI)") {
  const auto left = [](const char* name, const char* value) {
    field_list response{{name, value}};
    make_private(response, read_response(response), reuse::ask);
    return response.all(name);
  };
  CHECK(left("Surrogate-Control", "max-age=600, content=\"ESI/1.0\"") == "no-store, content=\"ESI/1.0\"");
  CHECK(left("surrogate-control", "content=\"ESI/1.0 Other/2.0\"") == "no-store, content=\"ESI/1.0 Other/2.0\"");
  CHECK(left("Surrogate-Control", "no-store, max-age=1").empty());
  CHECK(left("Edge-Control", "max-age=1d, dca=esi") == "no-store, dca=esi");
  CHECK(left("CDN-Cache-Control", "content=x").empty());
}

TEST_CASE("a response is for everyone if the application lets every cache keep it for some time") {
  const auto open = [](field_list response) { return is_for_everyone(response); };
  for (const char* said :
       {"public", "max-age=1", "immutable", "s-maxage=60", "PUBLIC, max-age=0", "x=\"private\", max-age=5"})
    CHECK(open({{"Cache-Control", said}}));
  for (const char* said : {"", "max-age=0", "no-cache, must-revalidate, max-age=0", "private, max-age=600", "no-store",
                           "max-age=x", "x=\"public\"", "must-revalidate", "publicity"})
    CHECK_FALSE(open({{"Cache-Control", said}}));
  CHECK_FALSE(open({{"Cache-Control", "public"}, {"Cache-Control", "no-cache"}}));
}
