// `caching: shared`: one copy of a page for all visitors of a regime, and its validators.
#include <map>
#include <random>
#include <set>

#include "abide/site.hpp"
#include "catch.hpp"
#include "fields.hpp"
#include "site/consent_cookie.hpp"

using namespace abide;
using detail::key_use, detail::keys, detail::write_consent_cookie;

namespace {

constexpr std::int64_t today = 1795305600;  // 2026-11-22
const std::string secret(32, 'k');
constexpr std::string_view html = "<!doctype html><html lang=en><head><title>x</title></head><body>hi</body></html>";

site made(std::string_view caching,
          std::string_view place = R"("from": "cloudflare", "trusted_proxies": ["10.0.0.0/8"])",
          std::string_view more_of_site = "") {
  site_options options;
  options.keys = {secret};
  options.records = "none";
  options.browser_files = ABIDE_TEST_BROWSER_FILES;
  options.warn = [](const std::string&) {};
  const std::string policy = R"({"site": {"name": "Shop", "host": "www.shop.example")" + std::string(more_of_site) +
                             R"(}, "caching": ")" + std::string(caching) + R"(", "jurisdiction": {)" +
                             std::string(place) + R"(}, "cookies": [{"name": "t", "category": "targeting"}]})";
  return site(parse_config(policy, "policy.json"), std::move(options));
}

struct response {
  unsigned status = 200;
  field_list fields;
  std::string body;
  bool operator==(const response& other) const {
    return status == other.status && fields.list == other.fields.list && body == other.body;
  }
};

using pairs = std::vector<std::pair<std::string, std::string>>;

field_list request_of(const pairs& more) {
  field_list request{{"Host", "www.shop.example"}, {"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}};
  request.list.insert(request.list.end(), more.begin(), more.end());
  return request;
}

/// `seen`: the request as the application got it.
response answered(const site& s, field_list request, response by_application, field_list* seen = nullptr,
                  std::string_view target = "/") {
  visit v = s.begin("GET", target, request, {"10.0.0.1", transport::plain}, today);
  if (v.answer("GET", target, request, {})) v.abandon();
  if (seen) *seen = request;
  v.finish(by_application.status, by_application.fields, &by_application.body);
  return by_application;
}

response page(pairs more = {{"Cache-Control", "public, max-age=60"}}) {
  response r;
  r.fields = field_list{{"Content-Type", "text/html"}};
  r.fields.list.insert(r.fields.list.end(), more.begin(), more.end());
  r.body = html;
  return r;
}

std::string choice_cookie(choice what) {
  record r;
  for (std::size_t i = 1; i < r.choices.size(); ++i) r.choices[i] = what;
  r.time = today - 1000;
  r.notice = 1;
  const std::string field = write_consent_cookie("abide", {r, {}, 0, r.time, true}, {"www.shop.example", false, false},
                                                 keys({secret}, "", key_use::cookies), 395);
  return field.substr(0, field.find(';'));
}

}  // namespace

TEST_CASE(
    "a shared page is the same bytes and fields for every visitor of a regime, and stays as cacheable as before") {
  const site s = made("shared");
  for (const std::string& regime : std::vector<std::string>{"opt_in", "opt_out", "notice", "", "nonsense"}) {
    const pairs base{{"Abide-Regime", regime}};
    const response first = answered(s, request_of(base), page());
    CHECK(first.fields.all("Cache-Control") == "public, max-age=60");
    CHECK(first.fields.all("Vary") == "Abide-Regime");
    CHECK(first.fields.all("Set-Cookie").empty());
    CHECK(first.body.find("abide-state") != std::string::npos);
    for (const pairs& more : {pairs{{"Sec-GPC", "1"}}, pairs{{"DNT", "1"}}, pairs{{"CF-IPCountry", "US"}},
                              pairs{{"Cookie", choice_cookie(choice::granted)}},
                              pairs{{"Cookie", choice_cookie(choice::denied) + "; now_abide=x; t=1"}, {"Sec-GPC", "1"}},
                              pairs{{"Sec-Purpose", "prefetch"}}}) {
      pairs all = base;
      all.insert(all.end(), more.begin(), more.end());
      const response other = answered(s, request_of(all), page());
      CHECK(other.fields.list == first.fields.list);
      std::size_t at = 0;
      while (at < first.body.size() && at < other.body.size() && first.body[at] == other.body[at]) ++at;
      CHECK(other.body.substr(at < 60 ? 0 : at - 60, 160) == first.body.substr(at < 60 ? 0 : at - 60, 160));
    }
  }
}

TEST_CASE("the regimes' copies differ, an unknown regime gets the strictest copy, and there are four at most") {
  const site s = made("shared");
  std::map<std::string, std::string> bodies;
  for (const std::string& regime : std::vector<std::string>{"opt_in", "opt_out", "notice", "", "x"})
    bodies[regime] = answered(s, request_of({{"Abide-Regime", regime}}), page()).body;
  CHECK(bodies["x"] == bodies["opt_in"]);
  CHECK(bodies[""] == bodies["opt_in"]);
  CHECK(bodies["opt_in"].find("data-abide-notice") != std::string::npos);
  CHECK(bodies["opt_out"] != bodies["opt_in"]);
  CHECK(bodies["opt_out"] != bodies["notice"]);
}

TEST_CASE("what a visitor writes into a proxy's field reaches no other visitor through a cache") {
  const std::string_view proxies = R"("from": "fixed", "fixed": "DE", "trusted_proxies": ["10.0.0.0/8"])";
  const site s = made("shared", proxies);
  const response usual = answered(s, request_of({{"X-Forwarded-For", "192.0.2.1"}}), page());
  CHECK(usual.fields.first("Vary").empty());
  for (const auto& [name, value] : pairs{{"X-Forwarded-Prefix", "/users/mallory"},
                                         {"X-Forwarded-Proto", "https"},
                                         {"X-Forwarded-Ssl", "on"},
                                         {"X-Forwarded-Host", "shop.example"},
                                         {"X-Forwarded-Port", "443"},
                                         {"Forwarded", "for=192.0.2.1;proto=https"}}) {
    CAPTURE(name);
    const response forged = answered(s, request_of({{name, value}}), page({{"ETag", "\"1\""}}));
    CHECK(forged.fields.first("Vary") == name);
    CHECK(forged.fields.first("ETag") != answered(s, request_of({}), page({{"ETag", "\"1\""}})).fields.first("ETag"));
    CHECK(answered(s, request_of({{"X-Forwarded-For", "192.0.2.1"}}), page()) == usual);
  }
  CHECK(answered(s, request_of({{"Forwarded", "for=192.0.2.1"}}), page()) == usual);
}

TEST_CASE("if the policy has the site's origin, shared pages depend on no field of a proxy") {
  const site s = made("shared", R"("from": "fixed", "fixed": "DE", "trusted_proxies": ["10.0.0.0/8"])",
                      R"(, "origin": "https://www.shop.example")");
  const response usual = answered(s, request_of({}), page());
  CHECK(answered(s, request_of({{"X-Forwarded-Prefix", "/x"}, {"X-Forwarded-Proto", "http"}}), page()) == usual);
  CHECK(usual.fields.first("Vary").empty());
}

TEST_CASE("a copy of a page that was requested as a picture, a script or a frame is not used for a window") {
  const auto asked = [](const site& s, std::string_view dest, const response& by_application) {
    field_list request{{"Host", "www.shop.example"}, {"Sec-Fetch-Dest", std::string(dest)}};
    return answered(s, request, by_application);
  };
  response part = page(), picture = page();
  part.body = "<tr><td>1</td></tr>";
  picture.fields.replace("Content-Type", "image/png");
  for (const std::string_view caching : {"private", "shared"}) {
    const site s = made(caching, R"("from": "fixed", "fixed": "DE")");
    CAPTURE(caching);
    for (const std::string_view dest : {"image", "script", "style", "worker"}) {
      const response bare = asked(s, dest, page());
      CHECK(bare.body == html);
      CHECK(bare.fields.first("Vary") == "Sec-Fetch-Dest");
      CHECK(bare.fields.all("Cache-Control") == "private, max-age=60");  // not all shared caches obey Vary
      CHECK(asked(s, dest, picture) == picture);
      response missing = page();
      missing.status = 404;
      CHECK(asked(s, dest, missing).fields.all("Cache-Control") == "public, max-age=60");
      const response coded = asked(s, dest, page({{"Cache-Control", "public"}, {"Content-Encoding", "gzip"}}));
      CHECK(coded.fields.first("Vary") == "Sec-Fetch-Dest");  // for a window, no coding would have been accepted
    }
    const response fetched = asked(s, "empty", part);
    CHECK(fetched.body == part.body);
    CHECK(fetched.fields.first("Vary") == "Sec-Fetch-Dest");
    const response frame = asked(s, "iframe", page());
    CHECK(frame.body != asked(s, "document", page()).body);
    if (caching == "shared") CHECK(frame.fields.first("Vary") == "Sec-Fetch-Dest");
    else CHECK(frame.fields.first("Cache-Control") == "private, no-cache");
  }
  CHECK(asked(made("shared", R"("from": "fixed", "fixed": "DE")"), "document", page()).fields.first("Vary").empty());
}

TEST_CASE("an answer that follows the decision is for one visitor, because no cache sees the field that told it") {
  response data = page(), fragment = page(), whole = page(), file = page();
  data.fields.replace("Content-Type", "application/json");
  file.fields.replace("Content-Type", "text/css");
  fragment.body = "<p>hello";
  for (const std::string_view caching : {"private", "shared"})
    for (const response& each : {data, fragment, whole, file})
      for (const std::string_view vary :
           {"Abide-Consent", "accept-encoding,abide-consent", "Cookie, Abide_Consent , X"}) {
        CAPTURE(caching, each.body, vary);
        response follows = each;
        follows.fields.add("Vary", std::string(vary));
        const site s = made(caching, R"("from": "fixed", "fixed": "DE")");
        CHECK(answered(s, request_of({}), follows).fields.all("Cache-Control") == "private, no-cache");
      }
  data.fields.add("Vary", "Accept-Encoding, X-Abide-Consent");
  CHECK(answered(made("private"), request_of({}), data) == data);
}

TEST_CASE("what a proxy gets that composes pages is not used for visitors that come without it") {
  response part = page();
  part.body = "<div>hello</div>";
  for (const std::string_view caching : {"private", "shared"}) {
    const site s = made(caching, R"("from": "fixed", "fixed": "DE")");
    const response bare = answered(s, request_of({{"Surrogate-Capability", "x=\"ESI/1.0\""}}), part);
    CHECK(bare.body == part.body);
    CHECK(bare.fields.all("Vary") == "Surrogate-Capability");
    CHECK(answered(s, request_of({}), part).body != part.body);
  }
}

TEST_CASE("the copies for windows and for frames have different entity tags") {
  const site s = made("shared", R"("from": "fixed", "fixed": "DE")");
  const response original = page({{"Cache-Control", "public"}, {"ETag", "\"a\""}});
  const auto in = [](std::string_view dest, const std::string& tag = {}) {
    field_list request{{"Host", "www.shop.example"}, {"Sec-Fetch-Dest", std::string(dest)}};
    if (!tag.empty()) request.add("If-None-Match", tag);
    return request;
  };
  const std::string window = answered(s, in("document"), original).fields.all("ETag"),
                    frame = answered(s, in("iframe"), original).fields.all("ETag");
  CHECK(window != frame);
  const auto asked = [&](std::string_view dest, const std::string& tag) {
    field_list seen;
    answered(s, in(dest, tag), original, &seen);
    return seen.all("If-None-Match");
  };
  CHECK(asked("document", window) == "\"a\"");
  CHECK(asked("iframe", frame) == "\"a\"");
  CHECK(asked("document", frame).empty());
  CHECK(asked("iframe", window).empty());
}

TEST_CASE("a copy does not contain the query of the visitor who asked for it first") {
  for (const std::string_view caching : {"private", "shared"}) {
    const site s = made(caching);
    const std::string body = answered(s, request_of({}), page(), nullptr, "/cart?token=secret").body;
    CHECK((body.find("secret") == std::string::npos) == (caching == "shared"));
    CHECK(body.find("/cart") != std::string::npos);
  }
}

TEST_CASE("a page that comes compressed causes one warning, and nothing else that is compressed does") {
  std::vector<std::string> said;
  site_options options;
  options.records = "none";
  options.warn = [&](const std::string& text) {
    if (text.find("Content-Encoding") != std::string::npos) said.push_back(text);
  };
  const site s(parse_config("{}", "policy.json"), std::move(options));
  const auto sent = [&](std::string_view type, std::string_view coding, std::string_view dest, unsigned status = 200) {
    response r = page({{"Content-Encoding", std::string(coding)}});
    r.status = status;
    r.fields.replace("Content-Type", std::string(type));
    field_list request{{"Host", "www.shop.example"}, {"Sec-Fetch-Dest", std::string(dest)}};
    answered(s, request, r);
  };
  sent("text/css", "gzip", "style");
  sent("application/json", "br", "document");
  sent("text/html", "identity", "document");
  sent("text/html", "gzip", "image");
  sent("text/html", "gzip", "empty");
  sent("text/html", "gzip", "document", 304);
  CHECK(said.empty());
  for (const char* const dest : {"document", "iframe"}) sent("text/html; charset=utf-8", "gzip", dest);
  REQUIRE(said.size() == 1);
  CHECK(said[0].find("gzip") != std::string::npos);
}

TEST_CASE("while it is not known whether a script gets a page or a fragment, the response is not used for a window") {
  const site s = made("shared", R"("from": "fixed", "fixed": "DE")");
  for (const bool is_whole : {false, true}) {
    field_list request{{"Host", "www.shop.example"}, {"Sec-Fetch-Mode", "cors"}, {"Sec-Fetch-Dest", "empty"}};
    visit v = s.begin("GET", "/", request, {"10.0.0.1", transport::plain}, today);
    if (v.answer("GET", "/", request, {})) v.abandon();
    response fragment = page();
    fragment.body = "<!--" + std::string(1100, ' ') + "--><tr><td>1</td></tr>";
    const std::string_view first = is_whole ? fragment.body : std::string_view(fragment.body).substr(0, 1024);
    page_insertion into = v.finish_streamed(200, fragment.fields, first, is_whole);
    CHECK(fragment.fields.first("Vary") == "Sec-Fetch-Dest");
    CHECK(static_cast<bool>(into) == !is_whole);
    if (!into) continue;
    std::string sent;
    into.feed(fragment.body, sent);
    into.finish(sent);
    CHECK(sent == fragment.body);
  }
}

TEST_CASE("if all visitors are in one place, shared pages depend on no field") {
  const response r = answered(made("shared", R"("from": "fixed", "fixed": "DE")"), request_of({}), page());
  CHECK(r.fields.all("Vary").empty());
}

TEST_CASE("a shared page that sets a cookie, or belongs to one visitor, is kept from shared caches") {
  const site s = made("shared");
  const response sets = answered(s, request_of({}), page({{"Cache-Control", "public"}, {"Set-Cookie", "r=1"}}));
  CHECK(sets.fields.all("Cache-Control") == "private, no-cache");
  const response own = answered(s, request_of({{"Sec-GPC", "1"}}), page({{"Cache-Control", "private"}}));
  CHECK(own.fields.all("Cache-Control").find("private") != std::string::npos);
  CHECK(own.fields.all("Set-Cookie").find("signal_abide=") != std::string::npos);
}

TEST_CASE("a shared page has its own entity tag, and revalidating it asks the application with the application's tag") {
  const site s = made("shared");
  const response r = answered(s, request_of({}),
                              page({{"Cache-Control", "max-age=60"},
                                    {"ETag", "\"a,b\""},
                                    {"Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT"},
                                    {"Content-Digest", "sha-256=:x:"},
                                    {"Repr-Digest", "sha-256=:x:"}}));
  const std::string tag = r.fields.all("ETag");
  CHECK(tag.rfind("\"a,b-abide-", 0) == 0);
  CHECK(r.fields.all("Last-Modified").empty());
  CHECK(r.fields.all("Content-Digest").empty());
  CHECK(r.fields.all("Repr-Digest").empty());
  field_list seen;
  response unchanged;
  unchanged.status = 304;
  unchanged.fields = field_list{{"ETag", "\"a,b\""}};
  const response again =
      answered(s, request_of({{"If-None-Match", "\"old\", " + tag + ", \"other\""}}), unchanged, &seen);
  CHECK(seen.all("If-None-Match") == "\"a,b\"");
  CHECK(again.status == 304);
  CHECK(again.fields.all("ETag") == tag);
  CHECK(again.fields.all("Vary") == "Abide-Regime");
}

TEST_CASE("copies from before Abide, of another regime or with other texts are not confirmed") {
  const site s = made("shared");
  const std::string other =
      answered(s, request_of({{"Abide-Regime", "opt_out"}}), page({{"ETag", "\"1\""}})).fields.all("ETag");
  for (const std::string& tag :
       {std::string("\"1\""), other, std::string("*"), std::string("W/\"1-abide-000000000000\"")}) {
    field_list seen;
    answered(s, request_of({{"If-None-Match", tag}, {"If-Modified-Since", "Sun, 22 Nov 2026 00:00:00 GMT"}}), page(),
             &seen);
    CHECK(seen.all("If-None-Match").empty());
    CHECK(seen.all("If-Modified-Since").empty());
  }
}

TEST_CASE("a tag to whose end a server in front added the coding by which it compressed the page is revalidated") {
  const site s = made("shared");
  const std::string date = "Sun, 22 Nov 2026 00:00:00 GMT";
  for (const pairs& validator :
       {pairs{{"ETag", "\"1\""}}, pairs{{"ETag", "W/\"1-gzip\""}}, pairs{{"Last-Modified", date}}}) {
    const std::string tag = answered(s, request_of({}), page(validator)).fields.all("ETag");
    const std::string open = tag.substr(0, tag.size() - 1);
    const bool is_dated = validator.front().first == "Last-Modified";
    const auto asked = [&](const std::string& suffix, response& unchanged) {
      field_list seen;
      unchanged.status = 304;
      if (!is_dated) unchanged.fields = field_list{{"ETag", validator.front().second}};
      unchanged = answered(s, request_of({{"If-None-Match", open + suffix + '"'}}), unchanged, &seen);
      return is_dated ? seen.all("If-Modified-Since") : seen.all("If-None-Match");
    };
    for (const char* suffix : {"", "-gzip", "-br", "-zstd", "-deflate", "--gzip", ";gzip", "/gzip", ":br"}) {
      CAPTURE(tag, suffix);
      response unchanged;
      CHECK(asked(suffix, unchanged) == validator.front().second);
      CHECK(unchanged.fields.all("ETag") == tag);  // the server in front adds its end again
    }
    for (const char* suffix : {"-", "gzip", "-gzip-gzip", "-x", "-identity", "---gzip", "-gzip "}) {
      CAPTURE(tag, suffix);
      response unchanged;
      CHECK(asked(suffix, unchanged).empty());
    }
  }
}

TEST_CASE("a page with only a date gets a tag made from it, which is revalidated by the date") {
  const site s = made("shared");
  const std::string date = "Sun, 22 Nov 2026 00:00:00 GMT";
  const std::string tag = answered(s, request_of({}), page({{"Last-Modified", date}})).fields.all("ETag");
  field_list seen;
  response unchanged;
  unchanged.status = 304;
  const response again = answered(s, request_of({{"If-None-Match", tag}}), unchanged, &seen);
  CHECK(seen.all("If-Modified-Since") == date);
  CHECK(again.fields.all("ETag") == tag);
}

namespace {

/// Requests that may show their answer in a window: pages, and the downloads that browsers cannot tell from them.
std::vector<field_list> requests_for_a_window(const pairs& more) {
  std::vector<field_list> all{
      {{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}},
      {{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "empty"}},
      {{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "iframe"}},
      {{"Accept", "text/html,*/*;q=0.8"}},
  };
  for (field_list& each : all) {
    each.list.emplace_back("Host", "www.shop.example");
    each.list.insert(each.list.end(), more.begin(), more.end());
  }
  return all;
}

}  // namespace

TEST_CASE("a download continues where it stopped: its validator belongs to no page that Abide changed") {
  response rest;
  rest.status = 206;
  rest.fields = field_list{{"Content-Type", "application/zip"},
                           {"ETag", "\"z1\""},
                           {"Content-Range", "bytes 5-9/10"},
                           {"Accept-Ranges", "bytes"}};
  for (const std::string_view caching : {"private", "shared"}) {
    const site s = made(caching);
    for (const char* validator : {"\"z1\"", " \"z1\" ", "\"\"", "Sun, 22 Nov 2026 00:00:00 GMT"})
      for (const field_list& request : requests_for_a_window({{"Range", "bytes=5-"}, {"If-Range", validator}})) {
        CAPTURE(caching, validator);
        field_list seen;
        CHECK(answered(s, request, rest, &seen) == rest);
        CHECK(seen.all("Range") == "bytes=5-");
        CHECK(seen.all("If-Range") == validator);
      }
  }
}

TEST_CASE("a part of what may be a page is not requested: without a strong validator, or with one of Abide's") {
  const std::string own = answered(made("shared"), request_of({}), page({{"ETag", "\"1\""}})).fields.all("ETag");
  const std::string coded = own.substr(0, own.size() - 1) + "-gzip\"";
  const pairs whole{{"Range", "bytes=5-"}};
  std::vector<pairs> asked{whole,
                           {{"Range", "bytes=5-"}, {"If-Range", "\"1\""}, {"If-Range", "\"2\""}},
                           {{"Range", "bytes=5-"}, {"Range", "bytes=0-"}, {"If-Range", "\"1\""}},
                           {{"Range", "bytes=0-4, 6-"}, {"If-Range", "\"1\""}}};
  for (const std::string& validator : {own, coded, std::string("W/\"1\""), std::string("*"), std::string("1"),
                                       std::string("\"1"), std::string(""), std::string("yesterday")})
    asked.push_back({{"Range", "bytes=5-"}, {"If-Range", validator}});
  for (const std::string_view caching : {"private", "shared"}) {
    const site s = made(caching);
    for (const pairs& more : asked)
      for (const field_list& request : requests_for_a_window(more)) {
        CAPTURE(caching, more.back().second);
        field_list seen;
        CHECK(answered(s, request, page(), &seen).body != html);
        CHECK(seen.all("Range").empty());
        CHECK(seen.all("If-Range").empty());
      }
  }
}

TEST_CASE("a browser cannot put the rest of a page to a beginning that it kept from before Abide changed the page") {
  const pairs part{
      {"ETag", "\"1\""}, {"Content-Range", "bytes 5-9/10"}, {"Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT"}};
  for (const std::string_view caching : {"private", "shared"}) {
    const site s = made(caching);
    for (const char* type : {"text/html", "text/html; charset=utf-8", ""})
      for (const char* disposition : {"", "inline", "attachment"})
        for (const field_list& request : requests_for_a_window({{"Range", "bytes=5-"}, {"If-Range", "\"1\""}})) {
          CAPTURE(caching, type, disposition);
          response rest = page(part);
          rest.status = 206;
          rest.fields.replace("Content-Type", type);
          if (*disposition != 0) rest.fields.add("Content-Disposition", disposition);
          const response r = answered(s, request, rest);
          const bool is_download = std::string_view(disposition) == "attachment";
          for (const char* name : {"Content-Range", "ETag", "Last-Modified"})
            CHECK(r.fields.all(name).empty() == !is_download);
        }
  }
}

TEST_CASE("requests by scripts keep their conditions") {
  for (const std::string_view caching : {"private", "shared"}) {
    const site s = made(caching);
    field_list seen;
    field_list json{{"Host", "www.shop.example"},
                    {"Sec-Fetch-Mode", "cors"},
                    {"Sec-Fetch-Dest", "empty"},
                    {"If-None-Match", "\"1\""}};
    answered(s, json, page({{"Content-Type", "application/json"}}), &seen);
    CHECK(seen.all("If-None-Match") == "\"1\"");
  }
}
