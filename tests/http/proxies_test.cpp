// Behind proxies, over sockets: the origin that visitors see.
#include "catch.hpp"
#include "fields.hpp"
#include "shop.hpp"

using namespace http_test;

namespace {

const field_pairs form{{"Content-Type", "application/x-www-form-urlencoded"}};

answer rejects(shop& s, field_pairs fields) {
  fields.insert(fields.end(), form.begin(), form.end());
  return s.send("POST", "/consent", std::move(fields), "choice=reject-all&from=banner&return=/shop/cart");
}

setting with_site(std::string_view site) {
  return {
      .policy =
          std::string(R"({"site": )")
              .append(site)
              .append(
                  R"(, "jurisdiction": {"trusted_proxies": ["loopback"]}, "cookies": [{"name": "t", "category": "targeting"}]})")};
}

}  // namespace

TEST_CASE("a list of schemes gives the scheme of the visitor's connection") {
  shop s;
  CHECK_FALSE(rejects(s, {{"X-Forwarded-Proto", "https,http"}}).set_cookie("__Host-abide").empty());
  CHECK_FALSE(
      rejects(s, {{"X-Forwarded-Proto", "https"}, {"X-Forwarded-Proto", "http"}}).set_cookie("__Host-abide").empty());
  CHECK_FALSE(rejects(s, {{"Forwarded", "for=198.51.100.7;proto=https"}}).set_cookie("__Host-abide").empty());
}

TEST_CASE("a form from a host with a port is the site's own, also when the proxy passes on only the host") {
  shop s;
  CHECK(rejects(s, {{"Host", "www.shop.example"}, {"Origin", "http://www.shop.example:8080"}}).status == 303);
  CHECK(
      rejects(s, {{"X-Forwarded-Host", "www.shop.example:8080"}, {"Origin", "http://www.shop.example:8080"}}).status ==
      303);
  CHECK(
      rejects(s, {{"X-Forwarded-Host", "www.shop.example:8080"}, {"Origin", "http://www.shop.example:8081"}}).status ==
      403);
  CHECK(rejects(s, {{"Host", "backend:3000"}, {"Origin", "http://www.shop.example"}}).status == 303);
  CHECK(rejects(s, {{"Host", "backend:3000"}, {"Origin", "http://evil.example"}}).status == 403);
}

TEST_CASE("a page over http cannot submit a form to a site over https") {
  shop s({.tls = true});
  CHECK(rejects(s, {{"Origin", "https://www.shop.example"}}).status == 303);
  CHECK(rejects(s, {{"Origin", "http://www.shop.example"}}).status == 403);
}

TEST_CASE("a trailer does not make a form the site's own") {
  shop s;
  const std::string head =
      "POST /consent HTTP/1.1\r\nHost: www.shop.example\r\nOrigin: http://evil.example\r\nConnection: close\r\n"
      "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n";
  const std::string body = "11\r\nchoice=accept-all\r\n0\r\n";
  CHECK(s.raw(head + "Trailer: Sec-Fetch-Site\r\n\r\n" + body + "Sec-Fetch-Site: same-origin\r\n\r\n").status == 403);
}

TEST_CASE("an absolute target is read as its path, under the host it names") {
  shop s(with_site(R"({"host": "www.shop.example", "hosts": ["shop.example"]})"));
  CHECK(s.get("http://www.shop.example/consent", {{"Host", "other"}}).body.find("choice") != std::string::npos);
  CHECK(s.get("http://evil.example/consent", {{"Host", "www.shop.example"}}).status == 421);
}

TEST_CASE("a request for a host that is not the site's is answered with 421, and does not reach the application") {
  shop s(with_site(R"({"host": "www.shop.example", "hosts": ["shop.example"]})"));
  s.sets({"t=1"});
  CHECK(s.get("/", {{"Host", "shop.example:8080"}}).status == 200);
  for (const char* host : {"evil.example", "a..b", "127.0.0.1"}) {
    const answer a = s.get("/", {{"Host", host}});
    CHECK(a.status == 421);
    CHECK(a.set_cookies().empty());
  }
}

TEST_CASE("a Host with many labels does not make the answer larger") {
  shop s;
  std::string host, cookies = "t=1";
  for (int i = 0; i < 1500; ++i) host += "a.";
  for (int i = 0; i < 300; ++i) cookies += "; x" + std::to_string(i) + "=1";
  const answer a = s.send("POST", "/consent", {{"Host", host + "example"}, {"Cookie", cookies}}, "choice=reject-all");
  CHECK(a.status == 421);
  CHECK(a.set_cookies().empty());
}

TEST_CASE("behind a prefix that a proxy strips, links and forms lead to where visitors can go") {
  shop s;
  const field_pairs prefix{{"X-Forwarded-Prefix", "/shop"}};
  const answer page = s.get("/cart", prefix);
  CHECK(page.body.find("action=\"/shop/consent\"") != std::string::npos);
  CHECK(page.body.find("value=\"/shop/cart\"") != std::string::npos);
  CHECK(page.body.find("\"/consent") == std::string::npos);
  CHECK(s.get("/consent", prefix).body.find("\"/consent") == std::string::npos);
  CHECK(s.get("/consent/policy", prefix).body.find("\"/consent") == std::string::npos);
  CHECK(rejects(s, prefix).all("Location") == "/shop/cart");
  CHECK(s.get("/cart").body.find("action=\"/consent\"") != std::string::npos);  // the next request has no prefix
  s.server.pretend_peer("203.0.113.9");
  CHECK(s.get("/cart", prefix).body.find("/shop") == std::string::npos);
}

TEST_CASE("fields of a proxy that is not trusted cause one warning") {
  std::vector<std::string> warnings;
  abide::site_options options;
  options.keys = {std::string(32, 'k')};
  options.records = "none";
  options.warn = [&](const std::string& text) { warnings.push_back(text); };
  const abide::site site(abide::parse_config("{}", "policy.json"), std::move(options));
  for (const char* peer : {"203.0.113.9", "203.0.113.10"}) {
    field_list request{{"Host", "www.shop.example"}, {"X-Forwarded-For", "192.0.2.1"}};
    site.begin("GET", "/", request, {peer, abide::transport::plain}, words::today()).abandon();
  }
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("203.0.113.9") != std::string::npos);
  CHECK(warnings[0].find("jurisdiction.trusted_proxies") != std::string::npos);
}
