// What a request can make Abide answer is bounded, and what does not fit into one answer goes with the next ones.
#include <random>
#include <string>

#include "abide/carry.hpp"
#include "abide/site.hpp"
#include "catch.hpp"
#include "fields.hpp"
#include "unit/cookie_jar.hpp"
#include "unit/words.hpp"

using namespace abide;

namespace {

constexpr std::size_t fields_max = 40, bytes_max = 3072;

constexpr std::string_view policy_text = R"({
  "jurisdiction": {"fixed": "DE"},
  "cookies": [{"name": "r*", "category": "required"}, {"name": "t", "category": "targeting"}]
})";

abide::site made_site() {
  site_options options;
  options.keys = {std::string(32, 'k')};
  options.records = "none";
  options.warn = [](const std::string&) {};
  return abide::site(parse_config(policy_text, "policy.json"), std::move(options));
}

struct request_text {
  std::string method = "GET", target = "/", host = "www.shop.example", cookie, body;
  bool tls = true;
};

/// The Set-Cookie fields that Abide adds.
std::vector<std::string> set_by(const abide::site& site, const request_text& r, std::int64_t now = words::today()) {
  field_list request{{"Host", r.host}};
  if (!r.cookie.empty()) request.add("Cookie", r.cookie);
  visit v = site.begin(r.method, r.target, request, {"", r.tls ? transport::tls : transport::plain}, now);
  (void)v.answer(r.method, r.target, request, r.body);
  std::vector<std::string> set;
  if (auto reply = v.take_reply()) {
    for (auto& [name, value] : reply->fields)
      if (name == "Set-Cookie") set.push_back(value);
    return set;
  }
  field_list response{{"Content-Type", "text/html"}};
  std::string body = "<!doctype html><title>x</title><body>";
  v.finish(200, response, &body);
  for (auto& [name, value] : response.list)
    if (name == "Set-Cookie") set.push_back(value);
  return set;
}

std::size_t bytes_of(const std::vector<std::string>& fields) {
  std::size_t bytes = 0;
  for (const std::string& field : fields) bytes += field.size() + std::string_view("Set-Cookie: \r\n").size();
  return bytes;
}

class generator {
 public:
  explicit generator(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t n) { return random_() % n; }
  std::string letters(std::size_t size) {
    std::string text(size, 'a');
    for (char& c : text) c = static_cast<char>('a' + below(26));
    return text;
  }
  std::string host() {
    std::string host = "shop.example";
    for (std::size_t n = below(3) == 0 ? below(120) : below(4); n > 0 && host.size() < 251; --n) host = "a." + host;
    return host;
  }
  std::string cookies() {
    std::string field;
    for (std::size_t n = below(2) == 0 ? below(400) : below(20); n > 0; --n) {
      const char* prefix[]{"", "__Host-", "__Secure-", "r", "_ga_"};
      field += (field.empty() ? "" : "; ") + std::string(prefix[below(5)]) +
               letters(below(40) == 0 ? below(4000) : 1 + below(12)) + "=" + letters(below(8));
    }
    return field;
  }
  std::string path() {
    std::string path = "/";
    for (std::size_t n = below(3) == 0 ? below(2000) : below(4); n > 0; --n) path += letters(1 + below(3)) + "/";
    return path;
  }

 private:
  std::mt19937 random_;
};

}  // namespace

TEST_CASE("no request makes Abide set more than 40 cookies or 3 KB of them") {
  const abide::site site = made_site();
  generator g(20261128);
  const char* choices[]{"choice=reject-all", "choice=accept-all", "choice=withdraw", "choice=save&grant=analytics",
                        "gpc=1"};
  for (unsigned run = 0; run < 3'000; ++run) {
    request_text r;
    r.host = g.host();
    r.cookie = g.cookies();
    r.tls = g.below(2) == 0;
    const bool posts = g.below(2) == 0;
    r.method = posts ? "POST" : "GET";
    r.target = posts ? "/consent" : g.path();
    if (posts) r.body = choices[g.below(5)];
    const std::vector<std::string> set = set_by(site, r);
    CAPTURE(run, r.host, r.cookie.size(), r.target.size(), r.body);
    REQUIRE(set.size() <= fields_max);
    REQUIRE(bytes_of(set) <= bytes_max);
  }
}

TEST_CASE("the consent cookie comes first, whatever else is set") {
  const abide::site site = made_site();
  request_text r{"POST", "/consent", "www.shop.example", "", "choice=reject-all"};
  for (int i = 0; i < 500; ++i) r.cookie += "x" + std::to_string(i) + "=1; ";
  const std::vector<std::string> set = set_by(site, r);
  REQUIRE(set.size() > 10);
  CHECK(set[0].rfind("__Host-abide=", 0) == 0);
}

namespace {

/// A browser that refuses, and then opens pages until none of its refused cookies is left.
struct leaving_browser {
  const abide::site& site;
  std::string host;
  tests::cookie_jar jar{words::today()};
  tests::web_address page{host, "/one/two/three", true};

  void holds(std::string_view cookie) { jar.store(cookie, page); }
  bool is_done() const { return jar.header(page).find("=x") == std::string::npos; }
  void keep(const std::vector<std::string>& fields, const tests::web_address& from) {
    for (const std::string& field : fields) jar.store(field, from);
  }
  void refuse() {
    const tests::web_address form{host, "/consent", true};
    keep(set_by(site, {"POST", form.path, host, jar.header(form), "choice=reject-all"}), form);
  }
  /// The number of pages that takes, one every 20 seconds.
  unsigned pages() {
    unsigned count = 0;
    while (!is_done() && count < 2'000)
      keep(set_by(site, {"GET", page.path, host, jar.header(page), ""}, words::today() + 20 * ++count), page);
    return count;
  }
};

}  // namespace

TEST_CASE("the cookies of most sites are gone with the answer or after a few pages") {
  const abide::site site = made_site();
  const auto pages_for = [&](int count) {
    leaving_browser b{site, "www.shop.example"};
    for (int i = 0; i < count; ++i)
      b.holds("_u" + std::to_string(i) + "=x; Path=/" + (i % 2 == 0 ? "; Domain=shop.example" : ""));
    b.refuse();
    return b.pages();
  };
  CHECK(pages_for(12) == 0);
  CHECK(pages_for(15) == 0);
  CHECK(pages_for(80) <= 4);
}

TEST_CASE("every refused cookie is removed, however many there are and wherever they are stored") {
  const abide::site site = made_site();
  generator g(7);
  for (unsigned run = 0; run < 40; ++run) {
    leaving_browser b{site, g.below(2) == 0 ? "www.shop.example" : "a.b.c.shop.example"};
    const std::size_t count = 1 + g.below(run % 8 == 0 ? 300 : 30);
    for (std::size_t i = 0; i < count; ++i) {
      const char* places[]{"; Path=/",
                           "; Path=/one",
                           "; Path=/one/two/",
                           "; Path=/; Domain=shop.example",
                           "; Path=/one; Domain=shop.example",
                           "; Path=/; Secure; SameSite=None; Partitioned"};
      b.holds("_u" + std::to_string(i) + "=x" + places[g.below(6)]);
    }
    b.holds("r=1; Path=/");
    b.refuse();
    CAPTURE(run, count, b.host);
    CHECK(b.pages() < 2'000);
    CHECK(b.jar.header(b.page).find("r=1") != std::string::npos);
  }
}
