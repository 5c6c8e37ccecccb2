// What is believed of the fields that proxies send, and what is only the visitor's claim.
#include "place/forwarded.hpp"

#include <array>
#include <random>
#include <string>

#include "abide/config.hpp"
#include "catch.hpp"
#include "fields.hpp"

using namespace abide;
using namespace abide::detail;
using abide::detail::forwarded, abide::detail::read_forwarded, abide::detail::trusted_proxies;

namespace {

const trusted_proxies& proxies() {
  static const trusted_proxies known({"10.0.0.0/8", "2001:db8::/32"});
  return known;
}

forwarded said(const field_list& request, std::string_view peer = "10.0.0.1") {
  return read_forwarded(request, peer, proxies());
}

std::string client(const field_list& request) { return std::string(said(request).client); }

}  // namespace

TEST_CASE("the client is the first address from the right that is not a trusted proxy's") {
  CHECK(client({{"X-Forwarded-For", "198.51.100.7"}}) == "198.51.100.7");
  CHECK(client({{"x-forwarded-for", "198.51.100.7 , 10.0.0.2,\t2001:db8::5"}}) == "198.51.100.7");
  CHECK(client({{"X-Forwarded-For", "203.0.113.1, 198.51.100.7, 10.0.0.2"}}) == "198.51.100.7");
  CHECK(client({{"X-Forwarded-For", "10.0.0.3, 198.51.100.7, 10.0.0.2"}}) == "198.51.100.7");
  CHECK(client({{"X-Forwarded-For", "10.0.0.3, ::ffff:10.0.0.2"}}) == "10.0.0.3");
}

TEST_CASE("several fields form one list") {
  CHECK(client({{"X-Forwarded-For", "192.0.2.1"}, {"Via", "1.1 a"}, {"X-Forwarded-For", "198.51.100.7"}}) ==
        "198.51.100.7");
  CHECK(client({{"X-Forwarded-For", "192.0.2.1, 198.51.100.7"}, {"X-Forwarded-For", "10.0.0.2"}}) == "198.51.100.7");
  CHECK(client({{"Forwarded", "for=192.0.2.1"}, {"Forwarded", "for=198.51.100.7"}}) == "198.51.100.7");
}

TEST_CASE("ports, brackets and zones are not part of the address") {
  for (const char* node : {"198.51.100.7:4711", "198.51.100.7"})
    CHECK(client({{"X-Forwarded-For", node}}) == "198.51.100.7");
  for (const char* node : {"[2001:0::7]:443", "[2001:0::7]", "2001:0::7", "[2001:0::7%eth0]"})
    CHECK(client({{"X-Forwarded-For", node}}) == "2001:0::7");
  CHECK(client({{"X-Forwarded-For", "192.0.2.1, 10.0.0.2:80"}}) == "192.0.2.1");
}

TEST_CASE("an invalid address makes the client unknown, instead of the address before it") {
  for (const char* node : {"unknown", "_hidden", "1.2.3", "-", "localhost", "[::1", "\"198.51.100.7\""})
    CHECK(client({{"X-Forwarded-For", std::string("192.0.2.1, ") + node}}).empty());
  CHECK(client({{"Forwarded", "for=192.0.2.1, for=unknown"}}).empty());
  CHECK(client({{"Forwarded", "for=192.0.2.1, proto=https"}}).empty());
}

TEST_CASE("if the proxies name no address, the client is the peer") {
  CHECK(client({}) == "10.0.0.1");
  for (const char* field : {"", ",", " , "}) CHECK(client({{"X-Forwarded-For", field}}) == "10.0.0.1");
}

TEST_CASE("Forwarded is parsed with its quotes, and its names in any letter case") {
  CHECK(client({{"Forwarded", "For=\"[2001:0::7]:4711\";Proto=https"}}) == "2001:0::7");
  CHECK(client({{"Forwarded", "proto=http;by=203.0.113.43; for=192.0.2.43, for=\"198.51.100.17\""}}) ==
        "198.51.100.17");
  const field_list request{
      {"Forwarded", "for=198.51.100.7;host=\"www.shop.example:8443\";proto=https, for=10.0.0.2;host=a"}};
  CHECK(said(request).host == "www.shop.example:8443");
  CHECK(said(request).proto == "https");
}

TEST_CASE("an open quote in Forwarded hides no element that a proxy added") {
  CHECK(client({{"Forwarded", "for=\"192.0.2.1"}, {"Forwarded", "for=198.51.100.7"}}) == "198.51.100.7");
  CHECK(client({{"Forwarded", "for=\"192.0.2.1, for=198.51.100.7"}}).empty());  // ambiguous on one line
}

TEST_CASE("if X-Forwarded-For and Forwarded differ, the client is unknown") {
  CHECK(client({{"Forwarded", "for=192.0.2.1"}, {"X-Forwarded-For", "198.51.100.7"}}).empty());
  CHECK(client({{"Forwarded", "for=198.51.100.7"}, {"X-Forwarded-For", "198.51.100.7"}}) == "198.51.100.7");
  CHECK(client({{"Forwarded", "for=\"[::ffff:198.51.100.7]:80\""}, {"X-Forwarded-For", "198.51.100.7"}}) ==
        "198.51.100.7");  // the same address in two spellings
}

TEST_CASE("the visitor's scheme is the first that a proxy names") {
  for (const char* name : {"X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Forwarded-Scheme", "x-forwarded-proto"}) {
    CHECK(said({{name, "https"}}).proto == "https");
    CHECK(said({{name, "https,http"}}).proto == "https");
    CHECK(said({{name, "https"}, {name, "http"}}).proto == "https");
  }
  CHECK(said({{"X-Forwarded-Ssl", "on"}}).proto == "https");
  CHECK(said({{"Front-End-Https", "On"}}).proto == "https");
  CHECK(said({{"X-Forwarded-Ssl", "off"}}).proto.empty());
}

TEST_CASE("a CDN's scheme counts more than that of a proxy behind it") {
  for (const auto& [name, https, http] :
       {std::array{"CloudFront-Forwarded-Proto", "https", "http"}, std::array{"Fastly-SSL", "1", "0"}}) {
    for (const char* behind : {"http", "https"}) {
      CHECK(said({{name, https}, {"X-Forwarded-Proto", behind}}).proto == "https");
      CHECK(said({{"X-Forwarded-Proto", behind}, {name, http}}).proto == "http");
    }
    CHECK(is_forwarded_field(name));
  }
}

TEST_CASE("host, port and prefix are those that the first trusted proxy named") {
  const field_list chain{{"X-Forwarded-For", "198.51.100.7, 10.0.0.2"},
                         {"X-Forwarded-Host", "evil.example, www.shop.example, inner"},
                         {"X-Forwarded-Port", "1, 8443, 80"},
                         {"X-Forwarded-Prefix", "/evil, /shop, /x"}};
  CHECK(said(chain).host == "www.shop.example");
  CHECK(said(chain).port == "8443");
  CHECK(said(chain).prefix == "/shop");
  CHECK(said({{"X-Forwarded-Host", "www.shop.example, inner"}}).host == "www.shop.example");
}

TEST_CASE("a very long list costs no memory and is still read from the right") {
  std::string list;
  for (int i = 0; i < 100'000; ++i) list += "192.0.2.1, ";
  CHECK(client({{"X-Forwarded-For", list + "198.51.100.7, 10.0.0.2"}}) == "198.51.100.7");
}

// The generator sends a request through a chain of proxies, some of them trusted. Before that the visitor writes
// anything into the same fields.
TEST_CASE("no visitor can choose the address that the site takes as the client") {
  std::mt19937 random(20261128);
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  const std::string words[]{"192.0.2.1", "10.0.0.9", "10.0.0.9, 192.0.2.1", "unknown", "", ",",
                            "\"",        "[::1]:80", "for=192.0.2.1"};
  for (unsigned run = 0; run < 20'000; ++run) {
    field_list request;
    for (unsigned i = below(3); i > 0; --i) request.add("X-Forwarded-For", words[below(std::size(words))]);
    const std::string visitor = "198.51.100." + std::to_string(below(256));
    std::string asker = visitor;
    for (unsigned hops = 1 + below(3); hops > 0; --hops) {
      const std::string port = below(4) == 0 ? ":" + std::to_string(1024 + below(60000)) : "";
      const bool joins = below(2) == 0 && !request.list.empty();  // to the last line, or as a new line
      if (joins) request.list.back().second += ", " + asker + port;
      else request.add(below(2) == 0 ? "X-Forwarded-For" : "x-forwarded-for", asker + port);
      asker = "10.0.0." + std::to_string(1 + below(250));
    }
    CAPTURE(request.all("X-Forwarded-For"));
    REQUIRE(read_forwarded(request, asker, proxies()).client == visitor);
  }
}

TEST_CASE("known networks can be named") {
  const trusted_proxies named({"loopback", "cloudflare", "192.0.2.0/24"});
  for (const char* address : {"127.0.0.1", "::1", "::ffff:127.9.9.9", "104.16.0.1", "2606:4700::1", "192.0.2.5"})
    CHECK(named.trust(address));
  for (const char* address : {"10.0.0.1", "104.32.0.1", "2607::1", "192.0.3.5", "", "loopback"})
    CHECK_FALSE(named.trust(address));
  CHECK_THROWS_AS(trusted_proxies({"10.0.0.1"}), config_error);
  CHECK_THROWS_AS(trusted_proxies({"akamai"}), config_error);
}
