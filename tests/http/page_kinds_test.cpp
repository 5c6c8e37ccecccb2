// What counts as a page: methods, statuses, types, codings, charsets, and the marks of scripts' requests.
#include "catch.hpp"
#include "shop.hpp"

using namespace http_test;

namespace {

struct shown {
  const char* name;
  const char* method;
  field_pairs request;
  unsigned status;
  std::string body;
  const char* gets;  ///< notice, gate or nothing
};

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
    {"a page behind the warning of a program", "GET", navigation, 200,
     "\nWarning: a.php on line 3\n<!doctype html><p>x", "notice"},
    {"a page behind a character that nobody sees", "GET", navigation, 200, "\xe2\x80\x8b<html><body>x", "notice"},
    {"the same for a script", "GET", fetched, 200, "\xe2\x80\x8b<html><body>x", "nothing"},
    {"JSON with a page in it", "GET", navigation, 200, "{\"a\": \"<html>\"}", "nothing"},
    {"text that names a page's tags after a kilobyte", "GET", navigation, 200, std::string(1100, '-') + "<html>",
     "nothing"},
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
                           "text/htmlx", "text/", "text/html; charset=utf-16", "text/html;Charset=\"UTF-16LE\""}) {
    CAPTURE(type);
    s.next = told{200, {{"Content-Type", type}}, "<html><head></head><body></body></html>"};
    CHECK(untouched("GET", {}));
  }
  for (const char* disposition : {"attachment", "Attachment; filename=a.html"}) {
    s.next = page();
    s.next.fields.emplace_back("Content-Disposition", disposition);
    CHECK(untouched("GET", {{"Sec-Fetch-Dest", "document"}}));
  }
}

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

TEST_CASE("each field that scripts send when they fetch fragments is recognised, in any letter case") {
  shop s;
  s.next = page("<p>x");
  for (const char* name : {"HX-Request", "FX-Request", "X-IC-Request", "Turbo-Frame", "X-PJAX", "X-Up-Version",
                           "X-Up-Target", "X-Alpine-Request", "X-Livewire", "X-Inertia", "X-Barba", "Datastar-Request",
                           "Wicket-Ajax", "Faces-Request", "X-MicrosoftAjax", "x-microsoftajax", "FACES-REQUEST"}) {
    CAPTURE(name);
    CHECK(s.get("/", {{name, "true"}, {"Accept", "text/html"}}).body == s.next.body);
  }
  CHECK(shows_notice(s.get("/", {{"Accept", "text/html"}})));
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
  for (const char* type :
       {"text/html charset=utf-8", "text/html\t;charset=utf-8", "text/html (a comment)", "text/html;"})
    CHECK(is_page({{"Content-Type", type}}));
  for (const char* type : {"text/html:charset=utf-8", "text/html+x", "text/htmlx y"})
    CHECK_FALSE(is_page({{"Content-Type", type}}));
  CHECK_FALSE(is_page({{"Content-Type", "text/html"}, {"Content-Type", "application/json"}}));
  CHECK(is_page({{"Content-Type", "text/html"}, {"Content-Type", "*/*"}}));
}

TEST_CASE("a page keeps its charset, wherever its <meta> tag is") {
  shop s;
  const auto named = [&](std::string said, std::string body) {
    s.next = told{200, {{"Content-Type", said}}, std::move(body)};
    const answer a = s.send("GET", "/", navigation);
    CHECK((a.body != s.next.body));
    CHECK(a.all("Content-Type") == said);
    const std::size_t at = a.body.find("<style id=\"abide-sheet\">"), tag = a.body.rfind("<meta charset=", at);
    const std::size_t name = tag + std::string_view("<meta charset=").size();
    const bool is_before = tag != std::string::npos && a.body.find('>', tag) + 1 == at;
    return is_before ? a.body.substr(name, at - 1 - name) : std::string{};
  };
  const std::string meta = "<meta charset=windows-1252>",
                    odd = "<html><head><div>x</div>" + meta + "</head><body>f\xfcr";
  CHECK(named("text/html", odd) == "windows-1252");
  CHECK(named("text/html", "<html><body>" + meta + "f\xfcr") == "windows-1252");
  CHECK(named("text/html", "<html><body><template>" + meta + "</template>f\xfcr") == "windows-1252");
  CHECK(named("text/html", "<html><head><title>x</title></head><body>" + meta + "f\xfcr") == "windows-1252");
  CHECK(named("text/html", "<html><head><title>x</title>" + meta + "<link rel=x></head><body>f\xfcr").empty());
  CHECK(named("text/html; charset=utf-8", odd).empty());
  CHECK(named("text/html", "\xef\xbb\xbf" + odd).empty());
  s.next =
      told{200, {{"Content-Type", "text/html"}}, "<html><head><meta charset=iso-2022-jp></head><body>\x1b$B<body>"};
  CHECK(s.send("GET", "/", navigation).body == s.next.body);  // in that charset ASCII bytes may be half a character
}

TEST_CASE("what names no type is a page if browsers take its first bytes for HTML, and then says so") {
  shop s;
  const auto gets = [&](const std::string& body, field_pairs fields = {}) {
    s.next = told{200, std::move(fields), body};
    const answer a = s.send("GET", "/", navigation);
    CHECK((a.body == body || a.all("Content-Type") == "text/html"));
    return a.body == body ? std::string("nothing") : std::string("notice");
  };
  for (const char* html :
       {"<!doctype html><p>x", "<HTML\n>", " \t\n\f\r<p>x", "<!-- c --><p>x", "<a href=x>x</a>", "<h1/>"}) {
    CAPTURE(html);
    CHECK(gets(html) == "notice");
    for (const char* type : {"", "*/*", "unknown/unknown", "Application/Unknown", "html", "text", "; charset=utf-16"})
      CHECK(gets(html, {{"Content-Type", type}}) == "notice");
    CHECK(gets(html, {{"X-Content-Type-Options", "a, nosniff"}}) == "notice");
    CHECK(gets(html, {{"X-Content-Type-Options", " NoSniff, a"}}) == "nothing");
    CHECK(gets(html, {{"Content-Type", "*/*"}, {"X-Content-Type-Options", "nosniff"}}) == "nothing");
  }
  for (const std::string& text :
       {std::string("<meta charset=utf-8><p>x"), std::string("x<p>"), std::string("<section>x"), std::string("<htmlx>"),
        std::string("<p"), std::string("{}"), std::string(), std::string("\xef\xbb\xbf<!doctype html>"),
        std::string("<?xml?><html>"), std::string(508, ' ') + "<html>"})
    for (const char* type : {"", "text"}) CHECK(gets(text, {{"Content-Type", type}}) == "nothing");
  s.next = told{200, {}, "<!doctype html><p>x"};
  CHECK(s.send("GET", "/", {{"Sec-Fetch-Dest", "image"}}).all("Vary").find("Sec-Fetch-Dest") == std::string::npos);
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
  CHECK(is_page({{"Content-Type", "text/plain"}, {"Content-Type", "text/html"}}));
  CHECK_FALSE(is_page({{"Content-Type", "text/html"}, {"Content-Type", "text/plain"}}));
}

TEST_CASE("several Accept fields are one list") {
  shop s;
  s.next = page("<p>a fragment, if a script asked</p>");
  const auto is_page = [&](field_pairs fields) { return s.send("GET", "/", std::move(fields)).body != s.next.body; };
  CHECK(is_page({{"Accept", "text/html"}, {"Accept", "image/webp, */*"}}));
  CHECK(is_page({{"Accept", "image/webp"}, {"Accept", "text/html, */*"}}));
  CHECK_FALSE(is_page({{"Accept", "image/webp"}, {"Accept", "*/*"}}));
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

TEST_CASE("a byte order mark overrides the charset that the response names") {
  shop s;
  const std::string type = "text/html; charset=utf-16", mark = "\xef\xbb\xbf";
  const auto sent_for = [&](const std::string& body) {
    s.next = told{200, {{"Content-Type", type}}, body};
    return s.send("GET", "/", navigation);
  };
  CHECK(sent_for(mark + document).body != s.next.body);
  CHECK(s.send("GET", "/", navigation).all("Content-Type") == type);
  CHECK(sent_for(document).body == s.next.body);
  CHECK(sent_for("\n" + mark + document).body == s.next.body);  // a mark that is not at the beginning is text
  CHECK(sent_for("\xff\xfe<").body == s.next.body);
}

TEST_CASE("compressed bodies, partial bodies and bodies that are not a page are left unchanged") {
  shop s;
  s.next = page("\x1f\x8b</body>", {{"Content-Encoding", "gzip"}});
  CHECK(s.get("/").body == s.next.body);
  s.next = page("\n<body>coded", {{"Content-Encoding", "identity"}, {"Content-Encoding", "br"}});
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
