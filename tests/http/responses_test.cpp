// What the middleware does to a response: cookies, caching, the notice.
#include <fstream>

#include <algorithm>

#include "catch.hpp"
#include "shop.hpp"

using namespace http_test;

namespace {
bool shows_notice(const answer& a) { return a.body.find("data-abide-notice") != std::string::npos; }
bool shows_status(const answer& a) { return a.body.find("data-abide-status>") != std::string::npos; }
}  // namespace

// ---- Set-Cookie

TEST_CASE(
    "an application's deletion of a refused cookie is sent without its value, judged by the response's own Date") {
  shop s;
  const std::string past = "Expires=Sat, 21 Nov 2026 00:00:00 GMT";
  s.sets({"t=secret; Path=/x; Secure; " + past, "r=kept; " + past, "t=secret; Max-Age=0; Max-Age=soon"});
  CHECK(s.get("/").set_cookies() == std::vector<std::string>{"r=kept; " + past, "t=; Max-Age=0; Path=/x; Secure"});
  s.sets({"t=secret; Path=/x; " + past}, {{"Date", "Fri, 20 Nov 2026 00:00:00 GMT"}});
  CHECK(s.get("/").set_cookies().empty());
}

TEST_CASE("a deletion that says nothing else stays as it is, where it is") {
  shop s;
  s.sets({"t=; Path=/; Max-Age=0", "r=kept", "a=; Secure; Max-Age=0; Path=/x", "t=v; Path=/; Max-Age=0"});
  for (int again = 0; again < 2; ++again)
    CHECK(s.get("/").set_cookies() == std::vector<std::string>{"t=; Path=/; Max-Age=0", "r=kept",
                                                               "a=; Secure; Max-Age=0; Path=/x",
                                                               "t=; Max-Age=0; Path=/"});
}

TEST_CASE("Set-Cookie is filtered on every kind of response") {
  shop s;
  for (const unsigned status : {200u, 201u, 204u, 302u, 304u, 401u, 404u, 500u, 503u}) {
    s.sets({"t=1; Path=/", "r=1; Path=/", "_fbp=x; Max-Age=60", "a=1", "unheard=1", "t=; Max-Age=0"});
    s.next.status = status;
    if (status == 204 || status == 304) s.next.body.clear();
    if (status == 302) s.next.fields.emplace_back("Location", "/elsewhere");
    const answer a = s.get("/");
    CAPTURE(status);
    CHECK(a.status == status);
    CHECK(a.set_cookies() == std::vector<std::string>{"r=1; Path=/", "t=; Max-Age=0"});
  }
}

TEST_CASE("what the visitor allowed is set") {
  shop s;
  browser b{s};
  b.post("choice=save&grant=analytics");
  s.sets({"t=1", "a=1", "s=1"});
  const answer a = b.get();
  CHECK(a.set_cookies() == std::vector<std::string>{"a=1", "s=1"});
}

TEST_CASE("Set-Cookie is filtered on HEAD, on JSON and on bodies that cannot be changed") {
  shop s;
  s.sets({"t=1"});
  CHECK(s.send("HEAD", "/").set_cookies().empty());
  s.next.opaque_body = true;
  const answer opaque = s.get("/");
  CHECK(opaque.set_cookies().empty());
  CHECK(opaque.body == s.next.body);
  s.next = told{200, {{"Content-Type", "application/json"}, {"Set-Cookie", "t=1"}}, "{}"};
  CHECK(s.get("/").set_cookies().empty());
}

TEST_CASE("a Set-Cookie of any bytes is kept or removed, and changes nothing else") {
  shop s;
  s.sets({"", "=", ";;;", "\xff\xfe=\x80", "t\t=1", std::string(8000, 'x')});
  const answer a = s.get("/");
  CHECK(a.status == 200);
  CHECK(a.set_cookies().empty());
}

// ---- Vary and Cache-Control

TEST_CASE("names are added to Vary once, and its other names stay") {  // CACHE-1, CACHE-2
  shop s;
  s.sets({}, {{"Vary", "Accept-Encoding"}});
  const std::string vary = s.get("/").all("Vary");
  CHECK(vary.find("Accept-Encoding") == 0);
  CHECK(vary.find("Sec-GPC") != std::string::npos);
  s.sets({}, {{"Vary", "sec-gpc, dnt"}});
  CHECK(s.get("/").all("Vary") == "sec-gpc, dnt");
  s.sets({}, {{"Vary", "*"}});
  CHECK(s.get("/").all("Vary") == "*");
}

TEST_CASE("UX40: what depends on the visitor has Vary: Sec-GPC, errors and redirects too") {  // CACHE-1, CACHE-7
  shop s({.location = "US-CA"});
  for (const unsigned status : {200u, 302u, 404u, 500u})
    for (const bool gpc : {false, true}) {
      s.next = told{status, {{"Content-Type", "application/json"}, {"Set-Cookie", "t=1"}}, "{}"};
      const field_pairs signal = gpc ? field_pairs{{"Sec-GPC", "1"}} : field_pairs{};
      CAPTURE(status, gpc);
      CHECK(s.get("/", signal).all("Vary").find("Sec-GPC") != std::string::npos);
      s.next = page();
      s.next.status = status;
      if (status != 302) CHECK(s.get("/", signal).all("Vary").find("Sec-GPC") != std::string::npos);
    }
}

TEST_CASE("what does not depend on the visitor is left unchanged") {
  shop s({.location = "US-CA"});
  for (const unsigned status : {200u, 302u, 304u, 404u, 500u}) {
    s.next = told{status,
                  {{"Content-Type", "application/json"}, {"Cache-Control", "max-age=60"}, {"ETag", "\"1\""}},
                  status == 304 ? "" : "{}"};
    const answer a = s.get("/", {{"Cookie", "t=1"}, {"Sec-GPC", "1"}});
    CAPTURE(status);
    CHECK(a.all("Vary").empty());
    CHECK(a.all("Cache-Control") == "max-age=60");
    CHECK(a.all("ETag") == "\"1\"");
  }
}

TEST_CASE("Vary names DNT only if the policy uses it") {
  shop deaf({.location = "DE", .policy = R"({"signals": {"dnt": "ignore"}})"});
  CHECK(deaf.get("/").all("Vary") == "Sec-GPC");
  shop s;
  CHECK(s.get("/").all("Vary").find("DNT") != std::string::npos);
}

TEST_CASE("UX40: a response with cookies, a notice or hidden cookies is private") {  // CACHE-5, CACHE-6
  shop s({.location = "US-CA"});
  const std::string json = "application/json";
  s.next = told{200, {{"Content-Type", json}, {"Cache-Control", "public, max-age=60"}}, "{}"};
  CHECK(s.get("/").all("Cache-Control") == "public, max-age=60");  // the same for everyone, given Vary
  s.next.fields.emplace_back("Set-Cookie", "r=1");
  CHECK(s.get("/").all("Cache-Control") == "private, max-age=60");
  s.next.fields.back() = {"Set-Cookie", "t=1"};
  const answer removed = s.get("/", {{"Sec-GPC", "1"}});
  CHECK(removed.set_cookie("t").find("t=1") == std::string::npos);
  CHECK(removed.all("Cache-Control") == "private, max-age=60");
  s.next = told{200, {{"Content-Type", json}}, "{}"};
  CHECK(s.get("/", {{"Cookie", "t=1"}, {"Sec-GPC", "1"}}).all("Cache-Control") == "private");
}

TEST_CASE("a page with a notice is never public, whatever the application says") {
  shop s;
  for (const char* said :
       {"public", "public, max-age=600", "s-maxage=60", "public, s-maxage=60, immutable", "PUBLIC"}) {
    s.sets({}, {{"Cache-Control", said}, {"Surrogate-Control", "max-age=60"}, {"CDN-Cache-Control", "max-age=60"}});
    const answer a = s.get("/");
    CAPTURE(said);
    CHECK(shows_notice(a));
    CHECK(a.all("Cache-Control").find("private") == 0);
    CHECK(a.all("Cache-Control").find("ublic") == std::string::npos);
    CHECK(a.all("Cache-Control").find("s-maxage") == std::string::npos);
    CHECK(a.all("Surrogate-Control").empty());
    CHECK(a.all("CDN-Cache-Control").empty());
  }
}

TEST_CASE("no public response has the visitor's own cookie when a signal is remembered") {
  shop s({.location = "US-CA"});
  s.next = told{200, {{"Content-Type", "text/css"}, {"Cache-Control", "public, max-age=600"}}, "a{}"};
  const answer a = s.get("/site.css", {{"Sec-GPC", "1"}});
  CHECK(a.all("Cache-Control") == "public, max-age=600");
  CHECK(a.set_cookies().empty());
}

TEST_CASE("validators of the original page are not sent with the changed page") {
  shop s;
  s.sets({}, {{"ETag", "\"1\""}, {"Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT"}});
  const answer a = s.get("/");
  CHECK(a.all("ETag").empty());
  CHECK(a.all("Last-Modified").empty());
  s.next = told{200, {{"Content-Type", "application/json"}, {"ETag", "\"1\""}}, "{}"};
  CHECK(s.get("/").all("ETag") == "\"1\"");
}

// ---- The notice

TEST_CASE("the notice is first in the body, its styles are last in the head, and the length is right") {
  shop s;
  const answer a = s.get("/");
  CHECK(a.status == 200);
  const std::size_t styles = a.body.find("<style>"), head_end = a.body.find("</head>"),
                    notice = a.body.find("data-abide-notice"), heading = a.body.find("<h1>Shop</h1>"),
                    link = a.body.find("<abide-footer><aside class=\"abide abide-footer"), end = a.body.find("</body>");
  REQUIRE(notice != std::string::npos);
  CHECK(styles < head_end);
  CHECK(head_end < notice);
  CHECK(notice < heading);
  CHECK(heading < link);
  CHECK(link < end);
  CHECK(a.all("Content-Length") == std::to_string(a.body.size()));
}

TEST_CASE("the notice is in the page's language, else in the site's first") {
  shop s;
  const auto said = [&](const char* html_tag) {
    s.next = page(std::string("<!doctype html><html") + html_tag + "><head></head><body></body></html>");
    return s.get("/", {{"Accept-Language", "fr"}}).body;
  };
  CHECK(said(" lang=\"de\"").find("Alle ablehnen") != std::string::npos);
  CHECK(said(" lang=\"de-AT\"").find("Alle ablehnen") != std::string::npos);
  CHECK(said(" lang=\"en\"").find("Reject all") != std::string::npos);
  CHECK(said(" lang=\"tlh\"").find("Reject all") != std::string::npos);
  CHECK(said("").find("Reject all") != std::string::npos);
}

TEST_CASE("nothing is inserted where no page is shown") {
  shop s;
  const auto untouched = [&](std::string method, field_pairs request) {
    const answer a = s.send(method, "/", std::move(request));
    return a.body == (method == "HEAD" ? "" : s.next.body);
  };
  s.next = page();
  CHECK_FALSE(untouched("GET", {}));
  CHECK_FALSE(untouched("GET", {{"Sec-Fetch-Dest", "document"}}));
  CHECK(untouched("HEAD", {}));
  for (const char* dest : {"script", "image", "style", "font", "audio", "manifest"})
    CHECK(untouched("GET", {{"Sec-Fetch-Dest", dest}}));
  for (const char* type : {"application/json", "text/plain", "text/css", "application/xhtml+xml", "image/svg+xml",
                           "text/htmlx", "", "text/html; charset=utf-16", "text/html;Charset=\"UTF-16LE\""}) {
    CAPTURE(type);
    s.next = told{200, {{"Content-Type", type}}, "<html><head></head><body></body></html>"};
    CHECK(untouched("GET", {}));
  }
  s.next = told{200, {}, "<html><body></body></html>"};
  CHECK(untouched("GET", {}));
  for (const char* disposition : {"attachment", "Attachment; filename=a.html"}) {
    s.next = page();
    s.next.fields.emplace_back("Content-Disposition", disposition);
    CHECK(untouched("GET", {{"Sec-Fetch-Dest", "document"}}));
  }
}

namespace {

struct shown {
  const char* name;
  const char* method;
  field_pairs request;
  unsigned status;
  const char* body;
  const char* gets;  ///< notice, gate or nothing
};

const char* const document = "<!doctype html><title>x</title><p>hi";
const field_pairs navigation{{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}};
const field_pairs fetched{{"Sec-Fetch-Mode", "cors"}, {"Sec-Fetch-Dest", "empty"}};

const shown what_is_a_page[]{
    {"a navigation", "GET", navigation, 200, document, "notice"},
    {"a service worker's re-fetch",
     "GET",
     {{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "empty"}},
     200,
     document,
     "notice"},
    {"a router's fetch of a whole document", "GET", fetched, 200, document, "notice"},
    {"an answer to a form", "POST", navigation, 200, document, "notice"},
    {"an error page", "GET", navigation, 404, document, "notice"},
    {"a server error", "GET", navigation, 503, document, "notice"},
    {"plain http without fetch metadata", "GET", {{"Accept", "text/html,*/*;q=0.8"}}, 200, document, "notice"},
    {"a client that says nothing", "GET", {}, 200, document, "notice"},
    {"a page without a doctype in a window", "GET", navigation, 200, "<h1>It works!</h1>", "notice"},
    {"the same without fetch metadata", "GET", {{"Accept", "text/html"}}, 200, "<h1>It works!</h1>", "notice"},
    {"a frame", "GET", {{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "iframe"}}, 200, document, "gate"},
    {"a fragment for a script", "GET", fetched, 200, "<li>x</li>", "nothing"},
    {"a fragment without fetch metadata", "GET", {{"Accept", "*/*"}}, 200, "<tr><td>x</td></tr>", "nothing"},
    {"a fragment for htmx", "GET", {{"HX-Request", "true"}, {"Accept", "text/html"}}, 200, "<li>x</li>", "nothing"},
    {"a fragment for a library",
     "GET",
     {{"X-Requested-With", "XMLHttpRequest"}, {"Accept", "text/html"}},
     200,
     "<li>x</li>",
     "nothing"},
    {"a Turbo frame",
     "GET",
     {{"Turbo-Frame", "a"}, {"Accept", "text/html"}},
     200,
     "<turbo-frame id=a></turbo-frame>",
     "nothing"},
    {"a verification file", "GET", navigation, 200, "google-site-verification: google1.html", "nothing"},
    {"JSON that calls itself HTML", "GET", navigation, 200, "{\"a\": 1}", "nothing"},
    {"a callback that calls itself HTML", "GET", navigation, 200, "cb({\"a\": \"<p>\"})", "nothing"},
    {"an empty body", "GET", navigation, 200, "", "nothing"},
    {"a list of choices", "GET", navigation, 300, document, "notice"},
    {"a redirect that leads nowhere", "GET", navigation, 302, document, "notice"},
    {"a fragment that brings a title", "GET", fetched, 200, "<title>x</title><p>y", "nothing"},
    {"a fragment that brings a <meta>", "GET", fetched, 200, "<meta name=a content=b><p>y", "nothing"},
    {"a fragment for pjax", "GET", {{"X-PJAX", "true"}, {"Accept", "text/html"}}, 200, "<p>x", "nothing"},
    {"a fragment for Unpoly", "GET", {{"X-Up-Version", "3"}, {"Accept", "text/html"}}, 200, "<p>x", "nothing"},
    {"a fragment for fixi", "GET", {{"FX-Request", "true"}, {"Accept", "text/html"}}, 200, "<p>x", "nothing"},
    {"a fragment for Wicket", "GET", {{"Wicket-Ajax", "true"}, {"Accept", "text/html"}}, 200, "<p>x", "nothing"},
    {"a page in an application's window without fetch metadata",
     "GET",
     {{"X-Requested-With", "com.example.app"}, {"Accept", "text/html"}},
     200,
     "<title>x</title><p>y",
     "notice"},
    {"a feed that calls itself HTML, without a prolog", "GET", navigation, 200, "<rss version=\"2.0\"></rss>",
     "nothing"},
    {"a fragment that a cache puts into a page",
     "GET",
     {{"Sec-Fetch-Dest", "document"}, {"Surrogate-Capability", "a=\"ESI/1.0\""}},
     200,
     "<nav>x</nav>",
     "nothing"},
    {"the page into which it puts them",
     "GET",
     {{"Sec-Fetch-Dest", "document"}, {"Surrogate-Capability", "a=\"ESI/1.0\""}},
     200,
     document,
     "notice"},
    {"a feed that calls itself HTML", "GET", navigation, 200, "<?xml version=\"1.0\"?>\n<rss></rss>", "nothing"},
    {"a page behind two byte order marks", "GET", navigation, 200, "\xef\xbb\xbf\n\xef\xbb\xbf<!doctype html><p>x",
     "notice"},
    {"no content", "GET", navigation, 205, "", "nothing"},
};

}  // namespace

TEST_CASE("only what browsers show as a page gets the notice or the gate") {
  shop s({.browser_files = ""});
  for (const shown& each : what_is_a_page) {
    CAPTURE(each.name);
    s.next = page(each.body);
    s.next.status = each.status;
    const answer a = s.send(each.method, "/", each.request);
    const bool notice = a.body.find("data-abide-notice") != std::string::npos;
    CHECK(notice == (std::string(each.gets) == "notice"));
    if (std::string(each.gets) == "nothing") CHECK(a.body == each.body);
    if (std::string(each.gets) == "gate") CHECK(a.body.find("data-abide") == std::string::npos);
  }
}

TEST_CASE("downloads, content codings and media types are recognised as browsers recognise them") {
  shop s;
  const auto is_page = [&](field_pairs fields) {
    s.next = told{200, std::move(fields), document};
    return s.send("GET", "/", navigation).body != document;
  };
  const auto with = [](const char* name, const char* value) {
    return field_pairs{{"Content-Type", "text/html"}, {name, value}};
  };
  for (const char* kept :
       {"inline", "INLINE; filename=a", "filename=\"a.html\"", "; filename=a", "inline; filename=attachment"})
    CHECK(is_page(with("Content-Disposition", kept)));
  for (const char* saved : {"attachment", "download; filename=a.html", "\"attachment\"", "form-data; name=a"})
    CHECK_FALSE(is_page(with("Content-Disposition", saved)));
  for (const char* bare : {"", "identity", "identity, identity", "UTF-8", "none", "binary"})
    CHECK(is_page(with("Content-Encoding", bare)));
  for (const char* coded : {"gzip", "X-GZIP", "identity, br", "zstd", "deflate", "dcb"})
    CHECK_FALSE(is_page(with("Content-Encoding", coded)));
  CHECK_FALSE(is_page({{"Content-Type", "text/html"}, {"Content-Type", "application/json"}}));
  CHECK(is_page({{"Content-Type", "text/html"}, {"Content-Type", "*/*"}}));
}

TEST_CASE("a page keeps its charset, wherever its <meta> tag is") {
  shop s;
  const auto type = [&](std::string said, std::string body) {
    s.next = told{200, {{"Content-Type", std::move(said)}}, std::move(body)};
    const answer a = s.send("GET", "/", navigation);
    CHECK((a.body != s.next.body));
    return a.all("Content-Type");
  };
  const std::string meta = "<meta charset=windows-1252>",
                    odd = "<html><head><div>x</div>" + meta + "</head><body>f\xfcr";
  CHECK(type("text/html", odd) == "text/html; charset=windows-1252");
  CHECK(type("text/html", "<html><body>" + meta + "f\xfcr") == "text/html; charset=windows-1252");
  CHECK(type("text/html", "<html><head>" + meta + "</head><body>f\xfcr") == "text/html");
  CHECK(type("text/html; charset=utf-8", odd) == "text/html; charset=utf-8");
  CHECK(type("text/html", "\xef\xbb\xbf" + odd) == "text/html");
  s.next =
      told{200, {{"Content-Type", "text/html"}}, "<html><head><meta charset=iso-2022-jp></head><body>\x1b$B<body>"};
  CHECK(s.send("GET", "/", navigation).body == s.next.body);  // in that charset ASCII bytes may be half a character
}

TEST_CASE("fields about the page's original bytes are removed: ranges, digests and signatures over them") {
  for (const char* caching : {"private", "shared"}) {
    shop s({.location = "DE", .policy = std::string(R"({"caching": ")") + caching + "\"}"});
    s.next = page(document, {{"Accept-Ranges", "bytes"},
                             {"Signature-Input", "a=(\"content-digest\")"},
                             {"Signature", "a=:x:"},
                             {"Content-Digest", "sha-256=:x=:"},
                             {"Cache-Control", "public, max-age=60"}});
    const answer a = s.get("/");
    CAPTURE(caching);
    REQUIRE(a.body != s.next.body);
    for (const char* name : {"Accept-Ranges", "Signature-Input", "Signature", "Content-Digest"})
      CHECK(a.all(name).empty());
  }
}

TEST_CASE("a signal is remembered with pages, and data that shared caches may keep is left unchanged") {
  shop s({.location = "US-CA"});
  const auto remembers = [&](const char* type, field_pairs request) {
    s.next = told{200, {{"Content-Type", type}}, "<html>"};
    request.emplace_back("Sec-GPC", "1");
    const answer a = s.send("GET", "/", std::move(request));
    const bool set = !a.all("Set-Cookie").empty();
    CHECK(set == !a.all("Cache-Control").empty());
    CHECK(set == !a.all("Vary").empty());
    return set;
  };
  CHECK(remembers("text/html", navigation));
  CHECK(remembers("text/html", fetched));
  CHECK(remembers("application/xhtml+xml", navigation));
  CHECK_FALSE(remembers("application/json", fetched));
  CHECK_FALSE(remembers("application/rss+xml", {{"Accept", "*/*"}}));
  CHECK_FALSE(remembers("text/plain", {}));
  CHECK_FALSE(remembers("application/pdf", navigation));
}

TEST_CASE("what is inserted is ASCII, so that it is correct in every charset of a page") {
  shop s;
  s.next = page("<!doctype html><html lang=de><title>x</title>");
  const std::string body = s.get("/").body;
  CHECK(std::all_of(body.begin(), body.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  CHECK(body.find("&#xfc;") != std::string::npos);  // für
}

TEST_CASE("conditions are removed from a page's request, since the browser's copy may be outdated") {
  shop s;
  const field_pairs known{{"If-None-Match", "\"1\""}, {"If-Modified-Since", "Thu, 26 Nov 2026 00:00:00 GMT"}};
  const auto asked = [&](field_pairs more) {
    more.insert(more.end(), known.begin(), known.end());
    s.get("/", more);
    return all_of(s.server.seen().fields, "If-None-Match") + all_of(s.server.seen().fields, "If-Modified-Since");
  };
  CHECK(asked(navigation).empty());
  CHECK_FALSE(asked(fetched).empty());
  CHECK_FALSE(asked({{"Sec-Fetch-Dest", "script"}}).empty());
}

TEST_CASE("conditions of a request that writes guard what is there, and reach the application") {
  shop s;
  const field_pairs guards{{"Accept", "text/html"}, {"If-None-Match", "*"}, {"If-Modified-Since", "x"}, {"Range", "y"}};
  for (const char* method : {"PUT", "PATCH", "DELETE"}) {
    CAPTURE(method);
    s.send(method, "/", guards);
    for (const auto& [name, value] : guards) CHECK(all_of(s.server.seen().fields, name) == value);
  }
}

TEST_CASE("no digest of the page as it was goes out with the page") {
  shop s;
  for (const char* name : {"Content-Digest", "Repr-Digest", "Unencoded-Digest", "X-Content-Digest", "Digest",
                           "Content-MD5", "x-ms-blob-content-md5", "X-Goog-Hash"}) {
    CAPTURE(name);
    s.next = page(document, {{name, "sha-256=:x:"}});
    CHECK(s.get("/").all(name).empty());
    CHECK_FALSE(s.get("/", {{"Sec-Fetch-Dest", "script"}}).all(name).empty());
  }
}

TEST_CASE("the last media type counts, in one field or several") {
  shop s;
  const auto is_page = [&](field_pairs fields) {
    s.next = told{200, std::move(fields), document};
    return s.send("GET", "/", navigation).body != document;
  };
  CHECK(is_page({{"Content-Type", "text/html, text/html; charset=utf-8"}}));
  CHECK(is_page({{"Content-Type", "text/plain,text/html"}}));
  CHECK(is_page({{"Content-Type", "text/html, x, */*"}}));
  CHECK_FALSE(is_page({{"Content-Type", "text/html, text/plain"}}));
}

TEST_CASE("the odd names of UTF-8 are UTF-8, and those of UTF-16 are not") {
  shop s;
  const auto is_page = [&](std::string_view charset) {
    s.next = told{200, {{"Content-Type", std::string("text/html; charset=").append(charset)}}, document};
    return s.send("GET", "/", navigation).body != document;
  };
  for (const char* name : {"unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "x-unicode20utf8"})
    CHECK(is_page(name));
  for (const char* name : {"unicode", "unicodefeff", "UnicodeFFFE", "csunicode", "replacement"})
    CHECK_FALSE(is_page(name));
}

TEST_CASE("compressed bodies, partial bodies and bodies that are not a page are left unchanged") {
  shop s;
  s.next = page("\x1f\x8b</body>", {{"Content-Encoding", "gzip"}});
  CHECK(s.get("/").body == s.next.body);
  s.next = page("<body>part", {{"Content-Range", "bytes 0-9/100"}});
  s.next.status = 206;
  CHECK(s.get("/", {{"Range", "bytes=0-9"}}).body == s.next.body);
  s.next = page("");
  s.next.status = 304;
  const answer not_modified = s.get("/");
  CHECK(not_modified.status == 304);
  CHECK(not_modified.body.empty());
}

TEST_CASE("errors and redirects are pages too") {
  shop s;
  for (const unsigned status : {404u, 500u}) {
    s.next = page();
    s.next.status = status;
    CHECK(shows_notice(s.get("/")));
  }
}

TEST_CASE("a policy can keep the notice out of pages") {
  shop s({.location = "DE", .policy = R"({"notice": {"insert": false}})"});
  CHECK(s.get("/").body == s.next.body);
}

TEST_CASE("where no consent is needed there is a link and no notice") {
  shop s({.location = "US-CA"});
  const answer a = s.get("/");
  CHECK_FALSE(shows_notice(a));
  CHECK_FALSE(shows_status(a));
  CHECK(a.body.find("Your Privacy Choices") != std::string::npos);
}

TEST_CASE("with Sec-GPC: 1 in California the page says that the request was honored") {  // GPC-29
  shop s({.location = "US-CA"});
  const answer a = s.get("/", {{"Sec-GPC", "1"}});
  CHECK(shows_status(a));
  CHECK(a.body.find("Opt-out request honored") != std::string::npos);
  CHECK_FALSE(shows_notice(a));
}

TEST_CASE("the status is placed at the page's mark") {
  shop s({.location = "US-CA"});
  s.next = page("<html><head></head><body><footer><span data-abide-status></span></footer><p>end</p></body></html>");
  const answer a = s.get("/", {{"Sec-GPC", "1"}});
  CHECK(a.body.find("Opt-out request honored") < a.body.find("</footer>"));
}

TEST_CASE("observe mode does not claim to honour a signal") {
  shop s({.location = "US-CA", .mode = abide::mode::observe});
  const answer a = s.get("/", {{"Sec-GPC", "1"}, {"Cookie", "t=1"}});
  CHECK_FALSE(shows_status(a));
  CHECK(a.set_cookies().empty());
}

TEST_CASE("with a style nonce the styles are inline, so that the page's policy allows them") {
  shop s;
  s.sets({}, {{"Content-Security-Policy", "default-src 'self'; script-src 'nonce-R4nd0m'; style-src 'nonce-R4nd0m'"}});
  CHECK(s.get("/").body.find("<style nonce=\"R4nd0m\">") != std::string::npos);
}

TEST_CASE("a page without a policy has inline styles too: no request delays the first paint") {
  shop s;
  CHECK(s.get("/").body.find("<style>") != std::string::npos);
}

TEST_CASE("all of several policies apply: styles that one of them forbids are linked") {
  shop s;
  s.sets({},
         {{"Content-Security-Policy", "style-src 'nonce-R4nd0m'"}, {"Content-Security-Policy", "default-src 'self'"}});
  const std::string body = s.get("/").body;
  CHECK(body.find("<style") == std::string::npos);
  CHECK(body.find("notice.css\">") != std::string::npos);
}

// A shop whose pages load the module; the contents of its files do not matter here.
struct scripted {
  log_folder files;
  scripted() {
    for (const char* name : {"/gate.js", "/abide.mjs"}) std::ofstream(files.folder + name) << "// script\n";
  }
  setting operator()(std::string location) const {
    setting how;
    how.location = std::move(location);
    how.browser_files = files.folder;
    return how;
  }
};

TEST_CASE("what a policy only reports is not printed where it may as well be linked, or gets that policy's nonce") {
  const scripted how;
  shop s(how("DE"));
  const auto body = [&](field_pairs fields) {
    s.sets({}, std::move(fields));
    return s.get("/").body;
  };
  const auto reported = [](const char* policy) {
    return std::pair<std::string, std::string>("Content-Security-Policy-Report-Only", policy);
  };
  const auto enforced = [](const char* policy) {
    return std::pair<std::string, std::string>("Content-Security-Policy", policy);
  };
  const auto has = [](const std::string& text, const char* what) { return text.find(what) != std::string::npos; };

  const std::string linked = body({reported("default-src 'self'")});
  CHECK_FALSE(has(linked, "<style"));
  CHECK(has(linked, "notice.css\">"));
  CHECK_FALSE(has(linked, "// script"));
  CHECK(has(body({reported("script-src 'nonce-n'; style-src 'nonce-n'")}), "<style nonce=\"n\">"));
  CHECK(has(body({reported("script-src 'nonce-n'"), enforced("script-src https: 'unsafe-inline'")}),
            "<script nonce=\"n\">// script"));
  CHECK(has(body({reported("script-src 'self'"), enforced("script-src 'nonce-e'")}), "<script nonce=\"e\">// script"));
  CHECK(has(body({reported("script-src 'self'"), enforced("script-src 'unsafe-inline'")}), "<script>// script"));
}

TEST_CASE("a page with a policy in a <meta> tag gets nothing inline that it could forbid") {
  shop s;
  s.next = page(
      "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'\"></head><body></body></html>");
  const std::string body = s.get("/").body;
  CHECK(body.find("<style") == std::string::npos);
  CHECK(body.find("notice.css\">") != std::string::npos);
}

TEST_CASE("both scripts have the nonce: with 'strict-dynamic' no others run") {
  const scripted how;
  shop s(how("DE"));
  s.sets({}, {{"Content-Security-Policy", "script-src 'nonce-R4nd0m' 'strict-dynamic'; style-src 'nonce-5tyl3'"}});
  const std::string body = s.get("/").body;
  CHECK(body.find("<script nonce=\"R4nd0m\">// script") != std::string::npos);
  CHECK(body.find("<script type=\"module\" nonce=\"R4nd0m\" src=") != std::string::npos);
  CHECK(body.find("<style nonce=\"5tyl3\">") != std::string::npos);
}

TEST_CASE("without a script nonce the gate is a file") {
  const scripted how;
  shop s(how("DE"));
  s.sets({}, {{"Content-Security-Policy", "script-src 'self'; style-src 'nonce-5tyl3'"}});
  const std::string body = s.get("/").body;
  CHECK(body.find("// script") == std::string::npos);
  CHECK(body.find("gate.js\"></script>") != std::string::npos);
}

TEST_CASE("a prefetched page has no state in it, since it may be shown after the next choice") {
  const scripted how;
  shop s(how("US-CA"));
  CHECK(s.get("/").body.find("abide-state") != std::string::npos);
  for (const char* purpose : {"prefetch", "prefetch;prerender", "prefetch;anonymous-client-ip"}) {
    CAPTURE(purpose);
    CHECK(s.get("/", {{"Sec-Purpose", purpose}}).body.find("abide-state") == std::string::npos);
  }
}

TEST_CASE("the notice's form leads back to the page that it is on") {
  shop s;
  const answer a = s.get("/cart?a=1&b=\"2\"");
  CHECK(a.body.find("name=\"return\" value=\"/cart?a=1&amp;b=&quot;2&quot;\"") != std::string::npos);
}

TEST_CASE("a <base> of another host does not redirect any of the inserted links, forms and files") {
  const scripted how;
  shop s(how("DE"));
  const auto with = [&](std::string_view base, field_pairs more = {}) {
    s.next = page("<!doctype html><html><head><title>x</title>" + std::string(base) +
                      "</head><body><a href=\"/consent\">ours</a></body></html>",
                  std::move(more));
    return s.get("/").body;
  };
  for (const char* base : {"<base href=\"https://cdn.example/shop/\">", "<base href=//cdn.example>"}) {
    const std::string body = with(base, {{"Content-Security-Policy", "script-src 'self'"}});
    CAPTURE(body);
    CHECK(body.find("action=\"http://www.shop.example/consent\"") != std::string::npos);
    CHECK(body.find("href=\"http://www.shop.example/consent?return=") != std::string::npos);
    CHECK(body.find("src=\"http://www.shop.example/consent/v-") != std::string::npos);
    CHECK(body.find("=\"/consent") == body.find("=\"/consent\">ours"));
    CHECK(body.rfind("=\"/consent") == body.find("=\"/consent\">ours"));
    CHECK(body.find("abide-footer") != std::string::npos);  // the page's own link leads to another host
  }
  CHECK(with("<base href=\"/shop/\">").find("action=\"/consent\"") != std::string::npos);
}

TEST_CASE("absolute links have the port that the visitor used") {
  shop s;
  s.next = page("<!doctype html><html><head><base href=//cdn.example></head><body></body></html>");
  CHECK(s.get("/", {{"Host", "www.shop.example:8443"}}).body.find("action=\"http://www.shop.example:8443/consent\"") !=
        std::string::npos);
}
