// A refusal outlives the application's Clear-Site-Data: what a browser holds after obeying it.
#include <map>
#include <string>

#include "abide/cookie.hpp"
#include "abide/site.hpp"
#include "catch.hpp"
#include "fields.hpp"
#include "site/consent_cookie.hpp"
#include "site/reading.hpp"

using namespace abide;
using namespace abide::detail;

namespace {

constexpr std::int64_t today = 1795305600;  // 2026-11-22
const std::string secret(32, 'k');

constexpr std::string_view policy_text = R"({
  "site": {"name": "Shop", "host": "www.shop.example"},
  "jurisdiction": {"from": "fixed", "fixed": "US-CO"},
  "cookies": [{"name": "a", "category": "analytics"}, {"name": "t", "category": "targeting", "shared": true}]
})";

site made(const std::string& key) {
  site_options options;
  options.keys = {key};
  options.records = "none";
  options.warn = [](const std::string&) {};
  return site(parse_config(policy_text, "policy.json"), std::move(options));
}

record choice_of(choice analytics, choice functional, choice targeting) {
  record r;
  r.choices = {choice::none, analytics, functional, targeting};
  r.time = today - 60;
  r.notice = 1;
  r.source = source::banner;
  return r;
}
const record refusal = choice_of(choice::denied, choice::denied, choice::denied);

struct answer {
  unsigned status = 0;
  field_list fields;
};

/// The application's answer, if it is asked.
struct application {
  unsigned status = 302;
  field_list fields;
};

/// Keeps cookies by name, obeys Clear-Site-Data after Set-Cookie, and does not follow redirects.
struct browser {
  const site& at;
  std::map<std::string, std::string> jar{};
  std::int64_t now = today;

  explicit browser(const site& s) : at(s) {}
  void choose(const record& r) {
    store(write_consent_cookie("abide", {r, "pseudonym-0123456789", 0, r.time, true},
                               {"www.shop.example", false, false}, keys({secret}, "", key_use::cookies), 395));
  }
  void store(const std::string& field) {
    const set_cookie read = parse_set_cookie(field);
    if (deletes(read, now)) jar.erase(std::string(read.name));
    else jar[std::string(read.name)] = read.value;
  }

  answer asks(std::string_view method, std::string_view target, const application& of = {}) {
    std::string cookies;
    for (const auto& [name, value] : jar) cookies.append(cookies.empty() ? "" : "; ").append(name + "=" + value);
    field_list request{{"Host", "www.shop.example"}};
    if (!cookies.empty()) request.add("Cookie", cookies);
    visit v = at.begin(method, target, request, {"10.0.0.1", transport::plain}, now);
    static_cast<void>(v.answer(method, target, request, {}));
    answer made;
    if (const auto own = v.take_reply()) {
      made.status = own->status;
      for (const auto& [name, value] : own->fields) made.fields.add(name, value);
    } else {
      made = {of.status, of.fields};
      v.finish(made.status, made.fields, nullptr);
    }
    for (const auto& [name, value] : made.fields.list)
      if (name == "Set-Cookie") store(value);
    if (clears_cookies(made.fields.first("Clear-Site-Data"))) jar.clear();
    return made;
  }

  bool may_use(std::string_view cookie) {
    const answer seen = asks("GET", "/", {200, {{"Set-Cookie", std::string(cookie) + "=1"}}});
    return seen.fields.all("Set-Cookie").find(std::string(cookie) + "=1") != std::string::npos;
  }
  bool is_asked() {
    answer page{200, {{"Content-Type", "text/html"}}};
    field_list request{{"Host", "www.shop.example"}};
    std::string cookies;
    for (const auto& [name, value] : jar) cookies.append(cookies.empty() ? "" : "; ").append(name + "=" + value);
    if (!cookies.empty()) request.add("Cookie", cookies);
    visit v = at.begin("GET", "/", request, {"10.0.0.1", transport::plain}, now);
    v.abandon();
    return v.decision().notice != notice::none;
  }
};

application logs_out(unsigned status, const std::string& location, const std::string& clears = "\"cookies\"") {
  return {status, {{"Location", location}, {"Clear-Site-Data", clears}}};
}

/// The path of a URL on the site.
std::string target_of(const answer& a) {
  const std::string location(a.fields.first("Location"));
  return location.substr(0, location.find('#'));
}

}  // namespace

TEST_CASE("Clear-Site-Data clears cookies if it names cookies or everything, in quotes") {
  for (const char* value : {"\"cookies\"", "\"*\"", "\"cache\", \"cookies\"", "\"storage\",\t\"*\" "})
    CHECK(clears_cookies(value));
  for (const char* value : {"", "cookies", "*", "\"cache\"", "\"Cookies\"", "\"cache, cookies\""})
    CHECK_FALSE(clears_cookies(value));
}

TEST_CASE("a refusal outlives a redirect that clears the cookies, and the visitor arrives at its target") {
  const site shop = made(secret);
  CHECK(browser(shop).may_use("t"));  // without a refusal
  for (const char* method : {"GET", "POST"})
    for (const unsigned status : {301u, 302u, 303u})
      for (const std::string to : {"/", "/bye?a=1&b=%20x+y#top", "https://login.example/out?next=~x'\"|"})
        for (const char* clears : {"\"cookies\"", "\"*\""}) {
          CAPTURE(method, status, to, clears);
          browser visitor(shop);
          visitor.choose(refusal);
          const answer out = visitor.asks(method, "/logout", logs_out(status, to, clears));
          CHECK(visitor.jar.empty());
          CHECK(out.fields.all("Cache-Control") == "no-store");
          const answer kept = visitor.asks("GET", target_of(out));
          CHECK(kept.status == 307);
          CHECK(kept.fields.all("Cache-Control") == "no-store");
          const std::string fragment = to.find('#') == std::string::npos ? "" : to.substr(to.find('#'));
          CHECK(kept.fields.all("Location") + fragment == to);
          CHECK(out.fields.all("Location").ends_with(fragment));
          CHECK_FALSE(visitor.may_use("t"));
          CHECK_FALSE(visitor.is_asked());
        }
}

TEST_CASE("a page that clears the cookies loads the URL that restores the refusal, and so does a page of an error") {
  const site shop = made(secret);
  for (const unsigned status : {200u, 401u, 403u, 500u}) {
    CAPTURE(status);
    browser visitor(shop);
    visitor.choose(refusal);
    const answer out =
        visitor.asks("GET", "/logout", {status, {{"Content-Type", "text/html"}, {"Clear-Site-Data", "\"cookies\""}}});
    CHECK(out.fields.all("Cache-Control") == "no-store");
    const std::string link = out.fields.all("Link");
    REQUIRE(link.starts_with("<"));
    CHECK(link.ends_with(">; rel=preload; as=style"));
    CHECK(visitor.jar.empty());
    const answer kept = visitor.asks("GET", link.substr(1, link.find('>') - 1));
    CHECK(kept.status == 200);
    CHECK(kept.fields.all("Location").empty());
    CHECK_FALSE(visitor.may_use("t"));
  }
}

TEST_CASE("a relative redirect that clears the cookies arrives where the browser would have gone") {
  const site shop = made(secret);
  constexpr std::pair<const char*, const char*> ways[]{{"login.php", "/account/login.php"},
                                                       {"?out=1", "/account/logout?out=1"},
                                                       {"../bye#top", "/account/../bye#top"},
                                                       {"./x?y=/z:1", "/account/./x?y=/z:1"}};
  for (const char* method : {"GET", "POST"})
    for (const auto& [to, arrives] : ways) {
      CAPTURE(method, to);
      browser visitor(shop);
      visitor.choose(refusal);
      const answer out = visitor.asks(method, "/account/logout?now=/a/b", logs_out(302, to));
      CHECK(visitor.jar.empty());
      const std::string location(out.fields.first("Location"));
      const std::string fragment = location.find('#') == std::string::npos ? "" : location.substr(location.find('#'));
      CHECK(visitor.asks("GET", target_of(out)).fields.all("Location") + fragment == arrives);
      CHECK_FALSE(visitor.may_use("t"));
    }
  browser visitor(shop);
  visitor.choose(refusal);
  CHECK(visitor.asks("GET", "/a", logs_out(302, "mailto:a@b.example")).fields.all("Location") == "mailto:a@b.example");
}

TEST_CASE("no cache keeps an answer that leads to a visitor's refusal, whatever the application lets it keep") {
  const site shop = made(secret);
  const std::vector<std::pair<std::string, std::string>> caches{{"CDN-Cache-Control", "max-age=600"},
                                                                {"Surrogate-Control", "max-age=600"},
                                                                {"X-Accel-Expires", "600"},
                                                                {"Expires", "Thu, 01 Jan 2099 00:00:00 GMT"},
                                                                {"Clear-Site-Data", "\"cookies\""}};
  for (application of : {application{302, {{"Location", "/bye"}}}, application{200, {{"Content-Type", "text/html"}}}}) {
    for (const auto& [name, value] : caches) of.fields.add(name, value);
    browser visitor(shop);
    visitor.choose(refusal);
    const answer out = visitor.asks("GET", "/logout", of);
    CHECK(out.fields.all("Cache-Control") == "no-store");
    for (const char* name : {"CDN-Cache-Control", "Surrogate-Control", "X-Accel-Expires"})
      CHECK(out.fields.all(name).empty());
  }
}

TEST_CASE("a grant is cleared with the cookies, and of a mixed choice only the refusals stay") {
  const site shop = made(secret);
  browser granted(shop);
  granted.choose(choice_of(choice::granted, choice::granted, choice::granted));
  CHECK(granted.asks("GET", "/logout", logs_out(302, "/")).fields.all("Location") == "/");

  browser mixed(shop);
  mixed.choose(choice_of(choice::granted, choice::granted, choice::denied));
  mixed.asks("GET", target_of(mixed.asks("GET", "/logout", logs_out(302, "/"))));
  CHECK_FALSE(mixed.may_use("t"));
  const std::string& cookie = mixed.jar["abide"];
  CHECK(cookie.starts_with("1.nnnd."));
  CHECK(cookie.find("pseudonym") == std::string::npos);
}

TEST_CASE("a response that cannot go through one of Abide's URLs is left unchanged") {
  const site shop = made(secret);
  for (const auto& [method, status, to] :
       {std::tuple("POST", 307u, "/again"), std::tuple("POST", 308u, "/again"), std::tuple("GET", 304u, "/"),
        std::tuple("GET", 302u, "ftp://x/"), std::tuple("GET", 302u, "#top")}) {
    CAPTURE(method, status, to);
    browser visitor(shop);
    visitor.choose(refusal);
    CHECK(visitor.asks(method, "/logout", logs_out(status, to)).fields.all("Location") == to);
  }
  browser visitor(shop);
  visitor.choose(refusal);
  const std::string longest = "/" + std::string(1024, 'x');
  CHECK(visitor.asks("GET", "/logout", logs_out(302, longest)).fields.all("Location") == longest);
  CHECK(browser(shop).asks("GET", "/logout", logs_out(302, "/")).fields.all("Location") == "/");
}

TEST_CASE("a URL that was altered, or is late, restores nothing and leads only to the site's own paths") {
  const site shop = made(secret), other = made(std::string(32, 'o'));
  const auto address_to = [&](const std::string& to) {
    browser visitor(shop);
    visitor.choose(refusal);
    return target_of(visitor.asks("GET", "/logout", logs_out(302, to)));
  };
  const std::string local = address_to("/bye"), foreign = address_to("https://login.example/");
  for (std::size_t i = local.find('?') + 1; i < local.size(); ++i) {
    CAPTURE(i);
    browser visitor(shop);
    std::string changed = foreign;
    changed[i] = changed[i] == '1' ? '2' : '1';
    const answer a = visitor.asks("GET", changed);
    CHECK((a.status == 404 || (a.status == 307 && a.fields.all("Location").starts_with("/"))));
    CHECK(visitor.jar.empty());
  }
  browser late(shop);
  late.now += 301;
  CHECK(late.asks("GET", foreign).fields.all("Location") == "https://login.example/");
  CHECK(late.jar.empty());

  browser elsewhere(other);
  CHECK(elsewhere.asks("GET", foreign).status == 404);
  CHECK(elsewhere.asks("GET", local).fields.all("Location") == "/bye");
  CHECK(elsewhere.jar.empty());
  for (const char* target :
       {"/consent/kept", "/consent/kept?", "/consent/kept?~~~~", "/consent/kept?1~2~3~4~//evil.example"}) {
    CAPTURE(target);
    CHECK(browser(shop).asks("GET", target).status == 404);
  }
}

TEST_CASE("a URL that restores an older choice does not overwrite a newer one") {
  const site shop = made(secret);
  browser visitor(shop);
  visitor.choose(refusal);
  const std::string address = target_of(visitor.asks("GET", "/logout", logs_out(302, "/bye")));
  visitor.choose(choice_of(choice::granted, choice::granted, choice::granted));
  const std::string before = visitor.jar["abide"];
  CHECK(visitor.asks("GET", address).fields.all("Location") == "/bye");
  CHECK(visitor.jar["abide"] == before);
}
