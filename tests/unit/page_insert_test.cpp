#include "html/page_insert.hpp"

#include "catch.hpp"

using namespace abide;
using namespace abide::detail;

namespace {
std::string inserted(std::string html, const fragments& f = {"<H>", "<B>", "<S>", "<E>"}) {
  insert(html, scan_page(html, "/consent"), f);
  return html;
}

std::string_view language_of(std::string_view html) { return scan_page(html, "/consent").language; }
bool has_policy(std::string_view html) { return scan_page(html, "/consent").has_policy; }
bool links(std::string_view html) { return scan_page(html, "/consent").links; }
}  // namespace

TEST_CASE("fragments go to the end of the head and to both ends of the body") {
  CHECK(inserted("<!doctype html><html><head><title>x</title></head><body class=\"a\"><p>hi</p></body></html>") ==
        "<!doctype html><html><head><title>x</title><H></head><body class=\"a\"><B><p>hi</p><S><E></body></html>");
}

TEST_CASE("the status stands in place of its mark") {
  CHECK(inserted("<head></head><body>a<span data-abide-status></span>b</body>") ==
        "<head><H></head><body><B>a<S>b<E></body>");
  CHECK(inserted("<head></head><body>a<span data-abide-status></span>b</body>", {"", "", "", ""}) ==
        "<head></head><body>a<span data-abide-status></span>b</body>");
}

TEST_CASE("the withdrawal stands in place of its mark, before or behind the status, and nowhere without one") {
  const fragments f{"<H>", "<B>", "<S>", "<E>", "<W>"};
  const std::string status = "<span data-abide-status></span>", withdraw = "<span data-abide-withdraw></span>";
  CHECK(inserted("<head></head><body>a" + withdraw + "b" + status + "c</body>", f) ==
        "<head><H></head><body><B>a<W>b<S>c<E></body>");
  CHECK(inserted("<head></head><body>a" + status + "b" + withdraw + "c</body>", f) ==
        "<head><H></head><body><B>a<S>b<W>c<E></body>");
  CHECK(inserted("<head></head><body>a" + withdraw + "</body>", f) == "<head><H></head><body><B>a<W><S><E></body>");
  CHECK(inserted("<head></head><body>a</body>", f) == "<head><H></head><body><B>a<S><E></body>");
  CHECK(inserted("<head></head><body>" + withdraw + withdraw + "</body>", f) ==
        "<head><H></head><body><B><W>" + withdraw + "<S><E></body>");
}

TEST_CASE("tags are found in any letter case") {
  CHECK(inserted("<HEAD></HEAD><BODY ID=x>p</BODY>") == "<HEAD><H></HEAD><BODY ID=x><B>p<S><E></BODY>");
}

TEST_CASE("a page without some of the tags gets the fragments at its start and end") {
  CHECK(inserted("") == "<H><B><S><E>");
  CHECK(inserted("just text") == "<H><B>just text<S><E>");
  CHECK(inserted("<body>x") == "<body><H><B>x<S><E>");
  CHECK(inserted("<head></head>x") == "<head><H></head><B>x<S><E>");
  CHECK(inserted("x</body>") == "<H><B>x<S><E></body>");
}

TEST_CASE("tags whose names only begin alike are no head and no body") {
  CHECK(inserted("<title>x</title><body><header>Shop</header><p>hi</p></body>") ==
        "<title>x</title><body><H><B><header>Shop</header><p>hi</p><S><E></body>");
  CHECK(inserted("<head></head><bodyguard>x</bodyguard>") == "<head><H></head><B><bodyguard>x</bodyguard><S><E>");
}

TEST_CASE("the last body end counts, so that one in a script does not end the page") {
  CHECK(inserted("<head></head><body><script>x='</body>'</script></body>") ==
        "<head><H></head><body><B><script>x='</body>'</script><S><E></body>");
}

TEST_CASE("broken pages are not lost") {
  for (const char* page : {"<", "<body", "</head", "</head><body", "<body></head", "</body><body>", "</body></head>",
                           "<head><body></head></body>", "<span data-abide-status></span></head>", "\xff\xfe<\0>",
                           "</head></head><body><body></body></body>"}) {
    CAPTURE(page);
    const std::string html = inserted(page, {"1", "2", "3", "4"});
    CHECK(html.find('1') < html.find('2'));
    CHECK(html.find('2') < html.find('3'));
    CHECK(html.find('3') < html.find('4'));
  }
}

TEST_CASE("a tag that the page's end cuts off does not double the page") {
  CHECK(inserted("x</head") == "<H><B>x</head<S><E>");
  CHECK(inserted("<p>x<body") == "<H><B><p>x<body<S><E>");
}

TEST_CASE("the page's language is that of its html tag") {
  CHECK(language_of("<!doctype html><html lang=\"de-AT\"><head>") == "de-AT");
  CHECK(language_of("<HTML lang='fr'>") == "fr");
  CHECK(language_of("<html class=x lang=de>") == "de");
  CHECK(language_of("<html><p lang=de>").empty());
  CHECK(language_of("<p lang=de>").empty());
  CHECK(language_of("<html lang=\"\">").empty());
  CHECK(language_of("").empty());
  CHECK(language_of("<html lang=\"de").substr(0, 2) == "de");
}

TEST_CASE("attributes that only end in lang do not name the page's language") {
  CHECK(language_of("<html data-lang=\"fr\" lang=\"de\">") == "de");
  CHECK(language_of("<html xml:lang=\"fr\" lang=\"de\">") == "de");
  CHECK(language_of("<html LANG=\"de\">") == "de");
}

TEST_CASE("a policy in a <meta> tag of the head is seen, and words about one are not") {
  CHECK(has_policy("<html><head><META http-equiv='content-security-Policy' content=\"default-src 'self'\"></head>"));
  CHECK(has_policy("<meta http-equiv=Content-Security-Policy"));
  CHECK_FALSE(has_policy(
      "<head><meta charset=utf-8></head><body>Content-Security-Policy<meta http-equiv=content-security-policy>"));
  CHECK_FALSE(has_policy("<metadata name=content-security-policy>"));
  CHECK_FALSE(has_policy("<meta"));
  CHECK_FALSE(has_policy(""));
}

TEST_CASE("a page's own link to the settings is seen, and words about it are not") {
  CHECK(links("<body><a href=\"/consent\">Cookies</a>"));
  CHECK(links("<body><A class=x href=\"/consent?lang=de\">Cookies</a>"));
  CHECK(links("<area href=\"/consent\">"));
  CHECK_FALSE(links("<a href=\"/consents\">x</a><a href=\"/consent"));
  CHECK_FALSE(links("href=\"/consent\""));
  CHECK_FALSE(links("<p title='href=\"/consent\"'>"));
}

TEST_CASE("tags that never end are read once") {
  std::string html;
  for (int i = 0; i < 200'000; ++i) html += i % 2 ? "<meta " : "<a ";  // seconds, if each were read to the end
  CHECK_FALSE(has_policy(html));
  CHECK_FALSE(links(html + ">"));
}
