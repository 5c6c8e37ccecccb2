// The origin under which visitors know the site, and which forms are its own.
#include "place/origin.hpp"

#include <string>

#include "catch.hpp"
#include "fields.hpp"
#include "place/authority.hpp"

using namespace abide;
using namespace abide::detail;
using abide::detail::forwarded, abide::detail::is_own_form, abide::detail::origin_facts, abide::detail::origins,
    abide::detail::public_origin, abide::detail::read_authority;

namespace {

config site_of(std::string_view host, std::vector<std::string> hosts = {}, std::string origin = {}) {
  const std::string named = host.empty() ? "" : "\"host\": \"" + std::string(host) + "\"";
  config made = parse_config("{\"site\": {" + named + "}}", "policy.json");
  made.hosts = std::move(hosts);
  made.origin = std::move(origin);
  return made;
}

/// `https://host:port/prefix`, or `421`.
std::string text_of(const std::optional<public_origin>& o) {
  if (!o) return "421";
  return (o->secure ? "https://" : "http://") + std::string(o->host) + (o->port ? ":" + std::to_string(o->port) : "") +
         std::string(o->prefix);
}

std::string origin(const config& site, const origin_facts& facts, const forwarded& said = {}) {
  return text_of(origins(site).of(facts, said));
}

origin_facts asked(std::string_view host, std::string_view target = "/") {
  return {target, host, host.empty() ? 0u : 1u, false};
}

const config open_site = parse_config("{}", "policy.json");

}  // namespace

TEST_CASE("a Host is a host name or an address, with an optional port") {
  for (const char* host :
       {"shop.example", "SHOP.example:8080", "localhost", "127.0.0.1:80", "[::1]:8080", "[2001:db8::1]", "my_app",
        "xn--bcher-kva.example", "shop.example.", "a-b.example:1", "shop.example:", "-a.example", "a-.example"})
    CHECK(read_authority(host));
  const std::string label(63, 'a');
  CHECK(read_authority(label + "." + label + "." + label + "." + label.substr(2)));  // 253 bytes
  for (const std::string& host :
       {std::string(), std::string("shop..example"), std::string(".shop.example"), std::string("sh op.example"),
        std::string("shop.example:0"), std::string("shop.example:65536"), std::string("shop.example:8a"),
        std::string("user@shop.example"), std::string("shop.example/x"), std::string("[::1"), std::string("::1"),
        std::string("[shop]"), std::string("a~b.example"), std::string("a,b"), std::string("b\xc3\xbc.example"),
        label + "a.example", label + "." + label + "." + label + "." + label, std::string(3000, 'a'),
        std::string("a\0b", 3)}) {
    CAPTURE(host);
    CHECK_FALSE(read_authority(host));
  }
  CHECK(read_authority("shop.example.:8080")->host == "shop.example");
  CHECK(read_authority("[::1]:8080")->port == 8080);
}

TEST_CASE("without a proxy the origin is the Host's") {
  CHECK(origin(open_site, asked("www.shop.example:8080")) == "http://www.shop.example:8080");
  CHECK(origin(open_site, {"/", "www.shop.example", 1, true}) == "https://www.shop.example");
  CHECK(origin(open_site, asked("")) == "http://");
}

TEST_CASE("the host of an absolute target takes precedence over the Host field") {
  CHECK(origin(open_site, asked("other.example", "http://www.shop.example:81/x")) == "http://www.shop.example:81");
  CHECK(origin(open_site, asked("other.example", "http://a b/")) == "421");
  CHECK(detail::origin_form("http://www.shop.example/consent?x=1") == "/consent?x=1");
  CHECK(detail::origin_form("https://www.shop.example") == "/");
  CHECK(detail::origin_form("/a?next=http://x/") == "/a?next=http://x/");
  CHECK(detail::origin_form("*") == "*");
}

TEST_CASE("the host that a browser asked for is an absolute target's, else the Host field's") {
  using abide::detail::requested_host;
  for (const char* target : {"/", "/x?http://b.example", "*", "b.example:80", "ftp://b.example/"})
    CHECK(requested_host(target, "a.example:8080") == "a.example:8080");
  CHECK(requested_host("http://b.example/", "a.example") == "b.example");
  CHECK(requested_host("https://b.example:8080?x", "") == "b.example:8080");
}

TEST_CASE("an invalid host, or two hosts, are answered with 421") {
  CHECK(origin(open_site, asked("a..b")) == "421");
  CHECK(origin(open_site, {"/", "www.shop.example", 2, false}) == "421");
}

TEST_CASE("what a proxy says takes precedence over the Host") {
  forwarded said;
  said.proto = "HTTPS";
  said.host = "www.shop.example";
  said.port = "8443";
  said.prefix = "/shop/";
  CHECK(origin(open_site, asked("backend:3000"), said) == "https://www.shop.example:8443/shop");
  said.host = "www.shop.example:444";
  CHECK(origin(open_site, asked("backend:3000"), said) == "https://www.shop.example:444/shop");
  said.host = "no host";
  CHECK(origin(open_site, asked("backend:3000"), said) == "https://backend:3000/shop");
  for (const char* prefix : {"shop", "//evil.example", "/a/../b", "/a b", "/\"><script>", "/"}) {
    said.prefix = prefix;
    CHECK(origin(open_site, asked("backend:3000"), said) == "https://backend:3000");
  }
  CHECK(origin(open_site, asked("a.example"), {{}, "", "", "443", ""}) == "https://a.example:443");
  for (const char* proto : {"https", "wss", "ssl"})
    CHECK(origin(open_site, asked("a.example"), {{}, proto, "", "", ""}) == "https://a.example");
}

TEST_CASE("the other scheme's default port belongs to a hop behind the public one") {
  CHECK(origin(open_site, asked("a.example"), {{}, "http", "", "443", ""}) == "http://a.example");
  CHECK(origin(open_site, asked("a.example"), {{}, "https", "", "80", ""}) == "https://a.example");
  CHECK(origin(open_site, {"/", "a.example:80", 1, true}) == "https://a.example");
}

TEST_CASE("a backend's name is not one of the site's, so the policy's host replaces it") {
  const config site = site_of("www.shop.example");
  for (const char* host : {"backend:3000", "127.0.0.1:8080", "10.0.0.5", "localhost"})
    CHECK(origin(site, asked(host)) == "http://www.shop.example");
  CHECK(origin(site, asked("other.example")) == "http://other.example");  // the visitor's own claim
  CHECK(origin(site, {"/", "app.run.example", 1, false, true}) == "http://www.shop.example");
  CHECK(origin(site, asked("shop.example")) == "http://shop.example");
  CHECK(origin(site, asked("ACCOUNT.shop.example:81")) == "http://ACCOUNT.shop.example:81");
}

TEST_CASE("if the policy lists the site's hosts, every other host is answered with 421") {
  const config site = site_of("www.shop.example", {"shop.example", ".shop.de"});
  CHECK(origin(site, asked("WWW.shop.example:8080")) == "http://WWW.shop.example:8080");
  CHECK(origin(site, asked("shop.example.")) == "http://shop.example");
  CHECK(origin(site, asked("a.shop.de")) == "http://a.shop.de");
  for (const char* host : {"evil.example", "a.shop.example", "shop.example.evil.example", "127.0.0.1"})
    CHECK(origin(site, asked(host)) == "421");
  forwarded said;
  said.host = "evil.example";
  CHECK(origin(site, asked("www.shop.example"), said) == "421");
}

TEST_CASE("an origin in the policy is the origin") {
  const config site = site_of("", {}, "https://www.shop.example:444/shop");
  CHECK(origin(site, asked("backend:3000")) == "https://www.shop.example:444/shop");
}

TEST_CASE("Fetch Metadata decides where a form came from, whatever other fields say") {
  const public_origin shop{true, "shop.example", 0, ""};
  CHECK(is_own_form(field_list{{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://evil.example"}}, shop, ""));
  for (const char* site : {"cross-site", "same-site", "none", "same-origin, cross-site", "SAME-ORIGIN"})
    CHECK_FALSE(is_own_form(field_list{{"Sec-Fetch-Site", site}, {"Origin", "https://shop.example"}}, shop, ""));
}

TEST_CASE("a form whose fields contradict each other did not come from here") {
  const public_origin shop{true, "shop.example", 0, ""};
  for (const char* name : {"Origin", "Referer"}) {
    CHECK(is_own_form(field_list{{name, "https://shop.example"}, {name, "https://shop.example"}}, shop, ""));
    CHECK_FALSE(is_own_form(field_list{{name, "https://shop.example"}, {name, "https://evil.example"}}, shop, ""));
    CHECK_FALSE(is_own_form(field_list{{name, "https://evil.example"}, {name, "https://shop.example"}}, shop, ""));
  }
  CHECK_FALSE(is_own_form(field_list{{"Sec-Fetch-Site", "same-origin"}, {"sec-fetch-site", "cross-site"}}, shop, ""));
  CHECK_FALSE(is_own_form(field_list{{"Origin", "https://shop.example"}, {"Origin", ""}}, shop, ""));
}

TEST_CASE("without Fetch Metadata the Origin decides, by scheme, host and port") {
  const auto from = [](const char* sender, const public_origin& own, std::string_view host = "") {
    return is_own_form(field_list{{"Origin", sender}}, own, host);
  };
  const public_origin shop{true, "shop.example", 0, ""}, plain{false, "shop.example", 0, ""},
      at_port{false, "shop.example", 8080, ""};
  CHECK(from("https://shop.example", shop));
  CHECK(from("https://SHOP.example", shop));
  CHECK(from("https://shop.example:443", shop));
  CHECK(from("http://shop.example:8080", at_port));
  CHECK(from("http://shop.example:8080", plain));  // a proxy passed on the host without its port
  CHECK(from("https://shop.example", plain));      // an unknown proxy terminated TLS
  CHECK(from("http://192.168.1.5:8080", shop, "192.168.1.5:8080") == false);
  CHECK(from("http://192.168.1.5:8080", plain, "192.168.1.5:8080"));      // the address that the browser used
  CHECK(from("http://shop.example:8081", at_port, "shop.example:8081"));  // a proxy names its own port
  CHECK_FALSE(from("http://shop.example:8081", at_port, "shop.example"));
  CHECK_FALSE(from("http://shop.example:8081", at_port, "shop.example:8082"));
  CHECK_FALSE(from("http://shop.example", shop));
  CHECK_FALSE(from("http://shop.example:8081", at_port));
  CHECK_FALSE(from("http://shop.example", at_port));
  for (const char* sender :
       {"null", "https://evil.example", "https://www.shop.example", "https://shop.example.evil.example",
        "https://evil.example/shop.example", "https://evil.example?shop.example", "https://shop.example@evil.example",
        "shop.example", "://", "ftp://shop.example", "https://shop.example:x"})
    CHECK_FALSE(from(sender, shop));
}

TEST_CASE("without either the Referer decides") {
  const public_origin shop{true, "shop.example", 0, ""};
  CHECK(is_own_form(field_list{{"Referer", "https://shop.example/page?x=https://evil.example"}}, shop, ""));
  CHECK_FALSE(is_own_form(field_list{{"Referer", "https://evil.example/shop.example"}}, shop, ""));
}

TEST_CASE("a request with none of the three does not come from a browser, and may pass") {
  CHECK(is_own_form(field_list{}, {true, "shop.example", 0, ""}, ""));
}
