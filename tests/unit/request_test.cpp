#include "catch.hpp"
#include "words.hpp"

using namespace abide;

namespace {

classification of(std::string_view url, request_type type = request_type::image,
                  std::string_view site = "shop.example") {
  policy by_party;
  by_party.unknown = unknown_policy::party;
  return classify_request(by_party, {url, type, site});
}

}  // namespace

TEST_CASE("a request to a known third party has the category of its host") {
  CHECK(of("https://gum.criteo.com/sync?c=1").category == category::targeting);
  CHECK(of("https://gum.criteo.com/sync?c=1").from == evidence::host);
  CHECK(of("https://js.stripe.com/v3/", request_type::script).category == category::required);
  CHECK(of("//Static.HOTJAR.com:443/c/x.js", request_type::script).category == category::analytics);
}

TEST_CASE("the path tells the services of one host apart") {
  CHECK(of("https://www.google.com/recaptcha/api.js", request_type::script).category == category::required);
  CHECK(of("https://www.google.com/pagead/1p-user-list/1/").category == category::targeting);
  CHECK(of("https://www.facebook.com/tr?id=1&ev=PageView").vendor == "Meta");
}

TEST_CASE("a tag manager is judged as a container, a tag by its own purpose") {
  CHECK(of("https://www.googletagmanager.com/gtm.js?id=GTM-1", request_type::script).category == category::required);
  CHECK(of("https://www.googletagmanager.com/gtag/js?id=G-1", request_type::script).category == category::analytics);
  CHECK(of("https://www.googletagmanager.com/gtag/js?id=AW-1", request_type::script).category == category::targeting);
  CHECK(of("https://www.googletagmanager.com/gtag/js?l=dataLayer&id=AW-1", request_type::script).category ==
        category::targeting);
}

TEST_CASE("a beacon is recognised by its shape if a CNAME or the site itself serves it") {
  CHECK(of("https://metrics.shop.example/b/ss/abc/1/s1?AQB=1").vendor == "Adobe Analytics");
  CHECK(of("/matomo.php?idsite=1").category == category::analytics);
  CHECK(of("/cdn-cgi/challenge-platform/h/b/orchestrate").category == category::required);
  CHECK(of("https://who.example/usersync?partner=1").category == category::targeting);
}

TEST_CASE("vague shapes do not classify the site's own requests") {
  CHECK(of("https://www.shop.example/track/order/17").category == category::required);
  CHECK(of("https://www.shop.example/products/pixel-9").category == category::required);
  CHECK(of("https://www.shop.example/pixel.gif?u=1").category == category::targeting);
  CHECK(of("https://smetrics.shop.example/id?d_visid_ver=1").vendor == "Adobe Experience Cloud");
  CHECK(of("https://elsewhere.example/track/17").category == category::analytics);
}

TEST_CASE("the site's own requests are required, unknown third-party ones follow the unknown rule") {
  CHECK(of("https://www.shop.example/app.js", request_type::script).category == category::required);
  CHECK(of("app.js", request_type::script).category == category::required);
  CHECK(of("https://elsewhere.example/app.js", request_type::script).category == category::targeting);
  CHECK(of("https://elsewhere.example/f.woff2", request_type::font).category == category::functional);
  CHECK(
      classify_request(policy{}, {"https://elsewhere.example/f.woff2", request_type::font, "shop.example"}).category ==
      category::targeting);
  CHECK(of("https://elsewhere.example/app.js", request_type::script, "").from == evidence::rule);
}

TEST_CASE("hosts below one registrable domain are one site, those below a public suffix or a shared host are not") {
  CHECK(is_same_site("www.shop.example", "cdn.shop.example"));
  CHECK(is_same_site("shop.example", "cdn.shop.example"));
  CHECK(is_same_site("www.shop.co.uk", "img.shop.co.uk"));
  CHECK(is_same_site("www.hm.fr", "cdn.hm.fr"));
  for (const auto& [a, b] : {std::pair{"www.shop.co.uk", "evil.co.uk"},
                             {"a.github.io", "b.github.io"},
                             {"one.com.au", "two.com.au"},
                             {"10.0.0.1", "11.0.0.1"},
                             {"[::1]", "[::2]"},
                             {"localhost", "other"},
                             {"", "shop.example"},
                             {"", ""},
                             {"a.example", "a.test"},
                             {"x..example", "y..example"},
                             {".example", "x.example"},
                             {"x.wordpress.com", "y.wordpress.com"},
                             {"a.x.s3.amazonaws.com", "b.y.s3.amazonaws.com"}})
    CHECK_FALSE((is_same_site(a, b) && std::string_view(a) != b));
  CHECK(of("https://cdn.shop.example/app.js", request_type::script, "www.shop.example").category == category::required);
  CHECK(of("https://evil.co.uk/app.js", request_type::script, "www.shop.co.uk").category == category::targeting);
}

TEST_CASE("a site is a registrable domain: one label below a public suffix") {
  const auto is_site = [](const char* host, const char* domain) {
    return is_same_site(host, domain) && is_same_site(domain, host);
  };
  CHECK(is_site("a.b.shop.example", "shop.example"));
  CHECK(is_site("b.c.kobe.jp", "a.b.c.kobe.jp"));      // *.kobe.jp
  CHECK(is_site("www.city.kobe.jp", "city.kobe.jp"));  // !city.kobe.jp
  CHECK(is_site("www.www.ck", "www.ck"));              // *.ck, !www.ck
  CHECK(is_site("a.b.ide.kyoto.jp", "b.ide.kyoto.jp"));
  CHECK(is_site("www.xn--85x722f.com.cn", "xn--85x722f.com.cn"));
  CHECK(is_site("www.x.blogspot.de", "x.blogspot.de"));
  CHECK(is_site("localhost", "localhost"));
  CHECK(is_site("github.io", "github.io"));
  CHECK(is_site("10.0.0.1", "10.0.0.1"));
  for (const auto& [a, b] : {std::pair{"x.blogspot.de", "y.blogspot.de"},
                             {"x.blogspot.de", "blogspot.de"},
                             {"x.github.io", "github.io"},
                             {"a.kobe.jp", "b.kobe.jp"},
                             {"x.a.kobe.jp", "y.a.kobe.jp"},
                             {"a.c.kobe.jp", "b.c.kobe.jp"},
                             {"city.kobe.jp", "kobe.jp"},
                             {"a.ide.kyoto.jp", "b.ide.kyoto.jp"},
                             {"x.k12.ma.us", "y.k12.ma.us"},
                             {"shop.co.uk", "co.uk"},
                             {"shop.example", "example"},
                             {"a.localhost", "localhost"},
                             {"a.example.", "b.example."},
                             {"0.0.1", "10.0.0.1"}})
    CHECK_FALSE(is_same_site(a, b));
}

TEST_CASE("what is longer than a host name may be belongs to no other site, and costs no more than its length") {
  std::string host;
  for (int i = 0; i < 200'000; ++i) host += "a.";
  host += "shop.example";
  CHECK_FALSE(is_same_site(host, "shop.example"));
  CHECK(is_same_site(host, host));
  CHECK(is_same_site(host.substr(host.size() - 252), "shop.example"));  // "a.a. ... shop.example"
}

TEST_CASE("a URL is parsed as browsers parse it, whatever its bytes") {
  CHECK(of("https://user:pw@gum.criteo.com/x").vendor == "Criteo");
  CHECK(of("https://shop.example@gum.criteo.com/x").vendor == "Criteo");
  CHECK(of("HTTPS://GUM.CRITEO.COM").vendor == "Criteo");
  CHECK(of("https:\\\\gum.criteo.com\\x").vendor == "Criteo");
  CHECK(of("/\\gum.criteo.com/x").vendor == "Criteo");
  CHECK(of("https://gum.criteo.com./x").vendor == "Criteo");
  CHECK(of("https://shop.example.evil.example/x").category == category::targeting);
  CHECK(of("/redirect?to=https://gum.criteo.com/x").category == category::required);
  for (const std::string& url :
       {std::string(), std::string("://"), std::string("https://"), std::string("//"), std::string("https://:"),
        std::string("https://[::1]/"), "https://" + std::string(300, 'a') + ".criteo.com/", std::string("\0\xff", 2)})
    CHECK(to_string(of(url).category).size() > 0);
}

TEST_CASE("names of request types are those of the page and of Sec-Fetch-Dest") {
  CHECK(parse_request_type("img") == request_type::image);
  CHECK(parse_request_type("IFRAME") == request_type::frame);
  CHECK(parse_request_type("ping") == request_type::beacon);
  CHECK(parse_request_type("") == request_type::other);
  CHECK(parse_request_type("document") == request_type::other);
}
