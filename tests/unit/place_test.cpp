#include "place/place.hpp"

#include "abide/jurisdiction.hpp"
#include "catch.hpp"
#include "fields.hpp"
#include "fuzz/memory_file.hpp"
#include "mmdb.hpp"
#include "place/geo_database.hpp"
#include "policy/address_range.hpp"

using namespace abide;
using namespace abide::detail;

namespace {

config from(geo_source source) {
  config c;
  c.geo = source;
  c.trusted_proxies = {"10.0.0.0/8", "::1/128"};
  return c;
}

std::string located(geo_source source, const field_list& request, std::string_view peer = "10.1.2.3") {
  const places where(from(source), "");
  return where.location(request, where.proxies().trust(peer), peer);
}

}  // namespace

TEST_CASE("each provider's headers give country and region") {
  CHECK(located(geo_source::cloudflare, {{"CF-IPCountry", "US"}, {"cf-region-code", "TX"}}) == "US-TX");
  CHECK(located(geo_source::cloudfront,
                {{"CloudFront-Viewer-Country", "US"}, {"CloudFront-Viewer-Country-Region", "MI"}}) == "US-MI");
  CHECK(located(geo_source::vercel, {{"X-Vercel-IP-Country", "JP"}, {"X-Vercel-IP-Country-Region", "13"}}) == "JP-13");
  CHECK(located(geo_source::fastly, {{"Fastly-Geo-Country", "US"}, {"Fastly-Geo-Region", "CO"}}) == "US-CO");
  CHECK(located(geo_source::akamai,
                {{"X-Akamai-Edgescape", "georegion=246,country_code=US,region_code=MA,city=BOSTON"}}) == "US-MA");
  CHECK(located(geo_source::appengine, {{"X-Appengine-Country", "US"}, {"X-Appengine-Region", "ca"}}) == "US-ca");
  CHECK(located(geo_source::google_lb, {{"X-Client-Geo-Country", "US"}, {"X-Client-Geo-Region", "USCA"}}) == "US-CA");
}

TEST_CASE("a region that repeats its country is read with and without the dash") {
  CHECK(located(geo_source::google_lb, {{"X-Client-Geo-Country", "CA"}, {"X-Client-Geo-Region", "CAQC"}}) == "CA-QC");
  CHECK(located(geo_source::cloudflare, {{"CF-IPCountry", "CA"}, {"CF-Region-Code", "CA-QC"}}) == "CA-QC");
  CHECK(located(geo_source::cloudflare, {{"CF-IPCountry", "us"}, {"CF-Region-Code", "US-CA"}}) == "us-CA");
}

TEST_CASE("a country without a usable region is reported alone") {
  CHECK(located(geo_source::cloudflare, {{"CF-IPCountry", "DE"}}) == "DE");
  CHECK(located(geo_source::cloudflare, {{"CF-IPCountry", "DE"}, {"CF-Region-Code", ""}}) == "DE");
  CHECK(located(geo_source::cloudflare, {{"CF-IPCountry", "DE"}, {"CF-Region-Code", "Bavaria"}}) == "DE");
  CHECK(located(geo_source::cloudflare, {{"CF-IPCountry", "DE"}, {"CF-Region-Code", "B Y"}}) == "DE");
  CHECK(located(geo_source::akamai, {{"X-Akamai-Edgescape", "country_code=DE,region_code="}}) == "DE");
}

TEST_CASE("what is not a country is unknown") {
  for (const char* country : {"", "D", "DEU", "D\xc3", "--", " DE", "DE,US", "D E"}) {
    CAPTURE(country);
    CHECK(located(geo_source::cloudflare, {{"CF-IPCountry", country}, {"CF-Region-Code", "CA"}}).empty());
  }
  CHECK(find_jurisdiction(located(geo_source::cloudflare, {{"CF-IPCountry", "T1"}}), 1795305600).code == "ZZ");
  CHECK(find_jurisdiction(located(geo_source::cloudflare, {{"CF-IPCountry", "XX"}}), 1795305600).code == "ZZ");
}

TEST_CASE("geo headers count only from a trusted peer") {
  const field_list request{{"CF-IPCountry", "US"}};
  CHECK(located(geo_source::cloudflare, request, "10.255.0.1") == "US");
  CHECK(located(geo_source::cloudflare, request, "::1") == "US");
  CHECK(located(geo_source::cloudflare, request, "::ffff:10.0.0.1") == "US");
  for (const char* peer : {"", "11.0.0.1", "::2", "10.0.0.1.example", "10.0.0", "localhost"})
    CHECK(located(geo_source::cloudflare, request, peer).empty());
}

TEST_CASE("two geo headers that differ give no place, since one of them is the visitor's") {
  CHECK(located(geo_source::cloudflare, {{"CF-IPCountry", "US"}, {"CF-IPCountry", "DE"}}).empty());
  CHECK(located(geo_source::cloudflare, {{"CF-IPCountry", "DE"}, {"cf-ipcountry", "DE"}}) == "DE");
  CHECK(located(geo_source::cloudflare, {{"CF-IPCountry", "US"}, {"CF-Region-Code", "CA"}, {"CF-Region-Code", "TX"}}) ==
        "US");
}

TEST_CASE("another provider's headers are not believed") {
  CHECK(located(geo_source::cloudflare, {{"X-Vercel-IP-Country", "US"}}).empty());
  CHECK(located(geo_source::fixed, {{"CF-IPCountry", "US"}}).empty());
}

TEST_CASE("a fixed place and an override need no header and no trusted peer") {
  config c = from(geo_source::fixed);
  c.fixed_location = "DE";
  CHECK(places(c, "").location(field_list{}, false, "") == "DE");
  CHECK(places(c, "US-CA").location(field_list{}, false, "") == "US-CA");
  CHECK(places(from(geo_source::cloudflare), "FR").location(field_list{{"CF-IPCountry", "US"}}, true, "10.0.0.1") ==
        "FR");
}

TEST_CASE("EdgeScape is parsed by complete keys") {
  CHECK(located(geo_source::akamai, {{"X-Akamai-Edgescape", "x_country_code=US, country_code=FR , region_code=IDF"}})
            .empty());  // `FR ` is not a code
  CHECK(located(geo_source::akamai, {{"X-Akamai-Edgescape", "country_codes=US,country_code=FR"}}) == "FR");
  for (const char* field : {"", ",", "=", "country_code", "country_code=,region_code=CA", ",,,country_code"})
    CHECK(located(geo_source::akamai, {{"X-Akamai-Edgescape", field}}).empty());
}

TEST_CASE("an invalid range and an invalid database are configuration errors") {
  config c;
  c.trusted_proxies = {"10.0.0.1"};
  CHECK_THROWS_AS(places(c, ""), config_error);
  c.trusted_proxies.clear();
  c.geo = geo_source::maxmind;
  c.maxmind_file = "/nonexistent/GeoIP.mmdb";
  CHECK_THROWS_AS(places(c, ""), config_error);
}

TEST_CASE("a database gives one place for an address, in every spelling of the address") {
  for (const unsigned ip_version : {4u, 6u}) {
    const memory_file file(mmdb::one_node() + mmdb::metadata(1, 24, ip_version));
    const geo_database all(file.name());
    CHECK(all.location("203.0.113.7") == "DE");
    for (const char* spelling :
         {"::ffff:203.0.113.7", "::FFFF:203.0.113.7", "::ffff:cb00:7107", "0:0:0:0:0:ffff:203.0.113.7"})
      CHECK(all.location(spelling) == "DE");
    CHECK(all.location("2001:db8::7") == (ip_version == 4 ? "" : "DE"));
    for (const char* none : {"", "localhost", "203.0.113", "203.0.113.7:80", "[::ffff:203.0.113.7]", "::1%eth0"})
      CHECK(all.location(none).empty());
  }
}

TEST_CASE("an open database gives the same places after its file was cut, overwritten or emptied where it lies") {
  const std::string bytes = mmdb::one_node() + mmdb::metadata(1, 24, 6);
  const memory_file file(bytes);
  const geo_database all(file.name());
  std::string other = bytes;
  other.replace(other.find("DE"), 2, "US");
  for (const std::string& later : {other, std::string(bytes.size(), 'x'), bytes.substr(0, 40), std::string()}) {
    REQUIRE(ftruncate(file.number(), 0) == 0);
    REQUIRE(pwrite(file.number(), later.data(), later.size(), 0) == static_cast<ssize_t>(later.size()));
    CHECK(all.location("203.0.113.7") == "DE");
    CHECK(all.location("2001:db8::7") == "DE");
  }
}

TEST_CASE("what is no regular file is no database") {
  for (const char* name : {"/dev/zero", "/dev/null", "/tmp", ""}) {
    CAPTURE(name);
    CHECK_THROWS_AS(geo_database(name), config_error);
  }
}

// ---- Address ranges

TEST_CASE("an address range contains its addresses and no others") {
  const auto in = [](const char* range, const char* address) {
    return contains(read_address_range(range).value(), address);
  };
  CHECK(in("127.0.0.1/32", "127.0.0.1"));
  CHECK_FALSE(in("127.0.0.1/32", "127.0.0.2"));
  CHECK(in("10.0.0.0/8", "10.255.255.255"));
  CHECK_FALSE(in("10.0.0.0/8", "11.0.0.0"));
  CHECK(in("192.168.4.0/22", "192.168.7.255"));
  CHECK_FALSE(in("192.168.4.0/22", "192.168.8.0"));
  CHECK(in("0.0.0.0/0", "8.8.8.8"));
  CHECK_FALSE(in("0.0.0.0/0", "::1"));
  CHECK(in("::/0", "8.8.8.8"));
  CHECK(in("2001:db8::/32", "2001:DB8:1::1"));
  CHECK_FALSE(in("2001:db8::/32", "2001:db9::"));
  CHECK(in("::ffff:10.0.0.0/104", "10.9.9.9"));
  for (const char* none : {"", "10", "10.0.0.1 ", "10.0.0.256", "010.0.0.1x", "::1%eth0", "localhost"})
    CHECK_FALSE(in("::/0", none));
}

TEST_CASE("a peer has the same address however its server writes it") {
  const std::pair<const char*, const char*> peers[] = {{"10.0.0.1", "10.0.0.1"},
                                                       {"::1", "::1"},
                                                       {"fe80::1%eth0", "fe80::1"},
                                                       {"fe80::1%25eth0", "fe80::1"},
                                                       {"fe80::1%", "fe80::1"},
                                                       {"::ffff:10.0.0.1%2", "::ffff:10.0.0.1"},
                                                       {"unix:", "127.0.0.1"},
                                                       {"unix:/run/app.sock", "127.0.0.1"},
                                                       {"", ""},
                                                       {"unix", "unix"},
                                                       {"localhost", "localhost"},
                                                       {"10.0.0.1%eth0", "10.0.0.1%eth0"},
                                                       {"%eth0", "%eth0"},
                                                       {"%:", "%:"}};
  for (const auto& [written, address] : peers) CHECK(peer_address(written) == address);
}

TEST_CASE("what is not CIDR notation is not a range") {
  for (const char* text :
       {"", "/", "10.0.0.0", "10.0.0.0/", "/8", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8 ",
        " 10.0.0.0/8", "10.0.0/8", "10.0.0.0/8/8", "10.0.0.0/x", "10.0.0.0/1e1", "g::/8"}) {
    CAPTURE(text);
    CHECK_FALSE(read_address_range(text).has_value());
  }
  CHECK_FALSE(read_address_range(std::string_view("10.0.0.0\0/8", 11)).has_value());
}
