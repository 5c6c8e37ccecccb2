// A site's pages, whole and in chunks of any size: every adapter sends the same fields and bytes.
#include <random>

#include "abide/site.hpp"
#include "catch.hpp"
#include "fields.hpp"
#include "html/charset.hpp"
#include "html/page_insert.hpp"

using namespace abide;

namespace {

constexpr std::int64_t today = 1795305600;  // 2026-11-22

site made(
    std::string_view place, std::string_view caching,
    std::function<void(const std::string&)> warn = [](const std::string&) {}) {
  site_options options;
  options.keys = {std::string(32, 'k')};
  options.records = "none";
  options.location = place;
  options.browser_files = ABIDE_TEST_BROWSER_FILES;
  options.warn = std::move(warn);
  return site(parse_config(R"({"site": {"name": "Shop", "host": "www.shop.example"}, "caching": ")" +
                               std::string(caching) + R"("})",
                           "policy.json"),
              std::move(options));
}

constexpr std::string_view starts[]{"<!doctype html>",
                                    "<!doctype html><html lang=de><head><title>x</title>",
                                    "\xef\xbb\xbf<html lang=fr>",
                                    "<!-- c --><!doctype html>",
                                    "<?xml version='1.0'?><html>",
                                    "<p>",
                                    "<div>",
                                    "text",
                                    "",
                                    " \n",
                                    "<rss>",
                                    "<meta charset=utf-16>",
                                    "<!doctype html><meta charset=shift_jis>",
                                    "<!-- no end",
                                    "<!doc",
                                    "<meta http-equiv=content-type content='text/html; charset=koi8-r'>"};
constexpr std::string_view pieces[]{"<body>",
                                    "</head>",
                                    "<p>x</p>",
                                    "<p>",
                                    "</p>",
                                    "<b>",
                                    "</b>",
                                    "<a href='/consent'>",
                                    "<a href='/consent' ",
                                    "</a>",
                                    "<form>",
                                    "</form>",
                                    "<select><option>x",
                                    "</select>",
                                    "<button>",
                                    "</button>",
                                    "<textarea>",
                                    "</textarea>",
                                    "<textarea>x</texta",
                                    "<title>",
                                    "<script>let a = '<p>'</script>",
                                    "<script>",
                                    "</script>",
                                    "<script><!-- <script>",
                                    "<style>b{}</style>",
                                    "<style>",
                                    "<!-- c -->",
                                    "<!-- no end",
                                    "<!--",
                                    "-->",
                                    "<plaintext>",
                                    "<svg>",
                                    "</svg>",
                                    "<svg><foreignObject><div>",
                                    "<svg><![CDATA[",
                                    "]]>",
                                    "<math><mi>",
                                    "<template>",
                                    "</template>",
                                    "<table><tr><td>",
                                    "</table>",
                                    "<object>",
                                    "<frameset>",
                                    "<noframes>",
                                    "<noscript>",
                                    "</noscript>",
                                    "&amp",
                                    "&#x",
                                    "<",
                                    "</",
                                    "<div cla",
                                    "<img alt=\"",
                                    "\xe2\x82",
                                    "\xff",
                                    "</body>",
                                    "</html>",
                                    "\n",
                                    "<span data-abide-status></span>",
                                    "<span data-abide-withdraw></span>",
                                    "<span data-abide-status>",
                                    "<iframe>",
                                    "<marquee>",
                                    "<nobr>",
                                    "<li>",
                                    "<!doctype",
                                    "<meta http-equiv=content-security-policy content=\"default-src 'self'\">",
                                    "<base target=_top>",
                                    "<base href='/shop/'>",
                                    "<base href='//cdn.example'>",
                                    "<template><meta charset=koi8-r></template>",
                                    "<meta http-equiv=content-type content='text/html; charset=koi8-r'>",
                                    "<meta charset=iso-2022-jp>",
                                    "<meta charset=windows-1252>"};

std::string any_page(std::mt19937& random) {
  std::string html(starts[random() % std::size(starts)]);
  for (std::size_t count = random() % 12; count > 0; --count) {
    html += pieces[random() % std::size(pieces)];
    if (random() % 40 == 0) html.append(1, '\0');
    if (random() % 60 == 0) html.append(random() % 80'000, 'z');
    if (random() % 30 == 0) html.append("<!--").append(900 + random() % 200, 'z').append("-->");
  }
  if (random() % 3 == 0) html.resize(html.size() - std::min<std::size_t>(html.size(), random() % 12));
  return html;
}

struct response {
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

/// A stream decides about the fields before it sees what follows the first kilobyte: they are those of a page even if
/// it turns out to be none.
bool are_equal(const response& whole, const response& streamed, const std::string& html, bool knew) {
  return whole.body == streamed.body && (!(knew || whole.body != html) || whole.fields == streamed.fields);
}

/// Whether a <base> behind the end of the head makes paths lead to another host.
bool has_late_base(const std::string& html) {
  const detail::page_facts page = detail::read_page(html, "/consent");
  return page.has_foreign_base && page.head && page.foreign_base_at >= *page.head;
}

/// `known`: how many bytes the stream knows before it sends the fields.
response sent(const site& s, std::string_view destination, const std::string& html, std::mt19937* random,
              std::size_t known = 1024, std::string_view type = "text/html") {
  field_list request{{"Host", "www.shop.example"}, {"Sec-Fetch-Dest", std::string(destination)}};
  field_list fields{{"Date", "now"}};
  if (!type.empty()) fields.add("Content-Type", type);
  visit v = s.begin("GET", "/a", request, {"10.0.0.1", transport::plain}, today);
  CHECK_FALSE(v.answer("GET", "/a", request, {}));
  if (!random) {
    std::string body = html;
    v.finish(200, fields, &body);
    return {fields.list, body};
  }
  std::string body;
  known = std::min(html.size(), known);
  page_insertion into = v.finish_streamed(200, fields, html.substr(0, known), known == html.size());
  if (!into) return {fields.list, html};
  const std::size_t most = std::size_t{1} << (1 + (*random)() % 16);
  for (std::string_view left = html; !left.empty();) {
    const std::string chunk(left.substr(0, 1 + (*random)() % most));  // of its own: sanitizers see where it ends
    into.feed(chunk, body);
    left.remove_prefix(chunk.size());
  }
  into.finish(body);
  return {fields.list, body};
}

}  // namespace

TEST_CASE("a page that cannot be followed to its end is reported once, whole and in chunks; others are not") {
  std::mt19937 random(1);
  const auto reports = [&](std::mt19937* chunks, std::string_view destination, const std::string& body) {
    int count = 0;
    const site s = made("DE", "private", [&](const std::string& text) {
      count += text.find("the page /a has no settings link") != std::string::npos ? 1 : 0;
    });
    for (int i = 0; i < 2; ++i) sent(s, destination, "<!doctype html><title>x</title><body>" + body, chunks);
    return count;
  };
  for (std::mt19937* chunks : {static_cast<std::mt19937*>(nullptr), &random}) {
    CHECK(reports(chunks, "document", "<select><style></select><p>x</body>") == 1);
    CHECK(reports(chunks, "iframe", "<select><style></select><p>x</body>") == 0);
    for (const char* body : {"<p>x</body></html>", "<p>x", "<p><scr", "<p><script>x", "<plaintext>x", "<b><table>x"})
      CHECK(reports(chunks, "document", body) == 0);
  }
  CHECK(reports(nullptr, "document", "<frameset></frameset>") == 0);
}

TEST_CASE("any page has the same fields and bytes whole and in chunks of any size") {
  std::mt19937 random(20261129);
  const site sites[]{made("DE", "private"), made("US-CA", "private"), made("DE", "shared")};
  int with_notice = 0, unfinished = 0, late_bases = 0, late_charsets = 0;
  for (int i = 0; i < 6'000; ++i) {
    const std::string html = any_page(random);
    const site& s = sites[static_cast<std::size_t>(i) % std::size(sites)];
    const std::string_view destination = i % 7 == 0 ? "iframe" : i % 11 == 0 ? "empty" : "document";
    const std::size_t known = i % 3 == 0 ? random() % 1024 : 1024 + random() % 4096;
    const response streamed = sent(s, destination, html, &random, known);
    const bool has_base = has_late_base(html);
    late_bases += has_base;
    const response whole = has_base ? sent(s, destination, html, &random, known) : sent(s, destination, html, nullptr);
    if (are_equal(whole, streamed, html,
                  has_base || html.size() <= std::min<std::size_t>(known, detail::charset_search_max))) {
      const bool is_page = whole.body.find("id=\"abide-state\"") != std::string::npos;
      with_notice += is_page;
      late_charsets += is_page && detail::read_page(html, "/consent").has_late_charset();
      unfinished += is_page && whole.body.find("abide-footer") == std::string::npos && destination == "document";
      continue;
    }
    FAIL("whole and in chunks differ: " << html.substr(0, 400));
  }
  CHECK(with_notice > 3'000);
  CHECK(unfinished < with_notice / 10);  // no link to the settings
  CHECK(late_bases > 100);
  CHECK(late_charsets > 100);
}

TEST_CASE(
    "a page without a Content-Type has the same fields and bytes whole and in chunks, if its first tag is known") {
  std::mt19937 random(3);
  const site s = made("DE", "private");
  int with_notice = 0;
  for (int i = 0; i < 2'000; ++i) {
    const std::string html = any_page(random);
    if (has_late_base(html)) continue;
    const response whole = sent(s, "document", html, nullptr, 0, {});
    if (!are_equal(whole, sent(s, "document", html, &random, 1024, {}), html, html.size() <= 1024)) FAIL(html);
    with_notice += whole.body.find("id=\"abide-state\"") != std::string::npos;
  }
  CHECK(with_notice > 500);
  const std::string page = "<!doctype html><p>x";
  CHECK(sent(s, "document", page, &random, 5, {}).body == page);
}

TEST_CASE("a text behind a comment longer than what was known of it stays as it is") {
  const site s = made("DE", "private");
  std::mt19937 random(1);
  const std::string text = "<!-- " + std::string(9000, 'x') + " -->{\"a\": 1}";
  CHECK(sent(s, "document", text, nullptr).body == text);
  CHECK(sent(s, "document", text, &random).body == text);
}

TEST_CASE("of several Content-Type fields the last one counts, for wants_body too") {
  const site site = made("DE", "private");
  const std::vector<std::string> types{
      "text/html", "application/json", "text/html, application/json", "application/json, text/html", "", "nonsense",
      "*/*"};
  for (const std::string& first : types)
    for (const std::string& second : types)
      for (const std::string& third : types) {
        field_list request{{"Host", "shop.example"}, {"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}};
        field_list response{{"Content-Type", first}, {"Content-Type", second}, {"X-A", "b"}, {"Content-Type", third}};
        visit v = site.begin("GET", "/", request, {"", transport::tls}, today);
        const bool wants = v.wants_body(200, response);
        CAPTURE(first, second, third);
        CHECK(wants == static_cast<bool>(v.finish_streamed(200, response, "<!doctype html><title>x</title>", false)));
      }
}
