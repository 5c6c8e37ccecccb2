// Where fragments are inserted into a page, given how browsers parse it.
#include "html/page_insert.hpp"

#include <array>

#include "catch.hpp"

using abide::detail::fragment, abide::detail::fragment_source, abide::detail::page_facts, abide::detail::page_reader,
    abide::detail::read_page;

namespace {

using texts = std::array<std::string, 5>;  // by fragment

class given final : public fragment_source {
 public:
  explicit given(texts t) : texts_(std::move(t)) {}
  bool has(fragment what) const override { return !texts_[static_cast<std::size_t>(what)].empty(); }
  void append(fragment what, std::string& page) const override { page += texts_[static_cast<std::size_t>(what)]; }

 private:
  texts texts_;
};

std::string inserted(std::string_view html, const texts& t = {"<H>", "<B>", "<S>", "<E>", ""}) {
  return abide::detail::inserted(html, read_page(html, "/consent"), given(t), 100);
}

std::string language_of(std::string_view html) { return read_page(html, "/consent").language; }
bool has_policy(std::string_view html) { return !read_page(html, "/consent").policies.empty(); }
bool links(std::string_view html) { return read_page(html, "/consent").links; }

}  // namespace

TEST_CASE("fragments are inserted at the end of the head and at both ends of the body") {
  CHECK(inserted("<!doctype html><html><head><title>x</title></head><body class=\"a\"><p>hi</p></body></html>") ==
        "<!doctype html><html><head><title>x</title><H></head><body class=\"a\"><B><p>hi</p><S><E></body></html>");
}

TEST_CASE("the status replaces its mark") {
  CHECK(inserted("<head></head><body>a<span data-abide-status></span>b</body>") ==
        "<head><H></head><body><B>a<S>b<E></body>");
  CHECK(inserted("<head></head><body>a<span data-abide-status></span>b</body>", {"", "", "", "", ""}) ==
        "<head></head><body>a<span data-abide-status></span>b</body>");
}

TEST_CASE(
    "only an element with the attribute of a mark is taken for one, even if a mark that is not empty comes before it") {
  const std::string page = "<body>a<span data-abide-status>x<span data-of-the-site1></span></span></body>";
  CHECK(inserted("<head></head>" + page) ==
        "<head><H></head><body><B>a<span data-abide-status>x<span data-of-the-site1></span></span><S><E></body>");
}

TEST_CASE("the withdrawal replaces its mark, before or after the status, and is not inserted without a mark") {
  const texts f{"<H>", "<B>", "<S>", "<E>", "<W>"};
  const std::string status = "<span data-abide-status></span>", withdraw = "<span data-abide-withdraw></span>";
  CHECK(inserted("<head></head><body>a" + withdraw + "b" + status + "c</body>", f) ==
        "<head><H></head><body><B>a<W>b<S>c<E></body>");
  CHECK(inserted("<head></head><body>a" + status + "b" + withdraw + "c</body>", f) ==
        "<head><H></head><body><B>a<S>b<W>c<E></body>");
  CHECK(inserted("<head></head><body>a" + withdraw + "</body>", f) == "<head><H></head><body><B>a<W><S><E></body>");
  CHECK(inserted("<head></head><body>a</body>", f) == "<head><H></head><body><B>a<S><E></body>");
  CHECK(inserted("<head></head><body>" + withdraw + withdraw + "</body>", f) ==
        "<head><H></head><body><B><W>" + withdraw + "<S><E></body>");
  CHECK(inserted("<body><!--" + status + "-->" + "<script>" + status + "</script></body>", f) ==
        "<H><body><B><!--" + status + "-->" + "<script>" + status + "</script><S><E></body>");
}

TEST_CASE("tags are found in any letter case") {
  CHECK(inserted("<HEAD></HEAD><BODY ID=x>p</BODY>") == "<HEAD><H></HEAD><BODY ID=x><B>p<S><E></BODY>");
}

TEST_CASE("omitted tags are implied where browsers imply them") {
  CHECK(inserted("<!doctype html><title>x</title><p>hi") == "<!doctype html><title>x</title><H><B><p>hi<S><E>");
  CHECK(inserted("<!doctype html>\n<meta charset=utf-8>\n<h1>x</h1>\n") ==
        "<!doctype html>\n<meta charset=utf-8>\n<H><B><h1>x</h1>\n<S><E>");
  CHECK(inserted("<body>x") == "<H><body><B>x<S><E>");
  CHECK(inserted("<head></head>x") == "<head><H></head><B>x<S><E>");
  CHECK(inserted("<head><div>x</div></head>") == "<head><H><B><div>x</div></head><S><E>");
  CHECK(inserted("<!-- c --><!doctype html><html> <head> </head> <body>x") ==
        "<!-- c --><!doctype html><html> <head> <H></head> <body><B>x<S><E>");
  CHECK(inserted("\xef\xbb\xbf<!doctype html>x") == "\xef\xbb\xbf<!doctype html><H><B>x<S><E>");
  CHECK(inserted("<head></head><script>x</script><style>y</style><body>z") ==
        "<head><H></head><script>x</script><style>y</style><body><B>z<S><E>");
}

TEST_CASE("tags that only begin with the same letters are neither head nor body") {
  CHECK(inserted("<title>x</title><body><header>Shop</header><p>hi</p></body>") ==
        "<title>x</title><H><body><B><header>Shop</header><p>hi</p><S><E></body>");
  CHECK(inserted("<head></head><bodyguard>x</bodyguard>") == "<head><H></head><B><bodyguard>x</bodyguard><S><E>");
}

TEST_CASE("nothing is inserted into attributes, comments, scripts and texts that only look like tags") {
  for (const char* inside :
       {"<script>'</head><body>'</script>", "<style></head><body></style>", "<!-- </head><body> -->",
        "<title></head><body></title>", "<meta content='</head><body>'>", "<meta content=\"</head><body>\">",
        "<noscript></head><body></noscript>", "<template></head><body></template>",
        "<script><!--<script></script></head>--></script>"}) {
    CAPTURE(inside);
    const std::string page = std::string("<head>") + inside + "</head><body>x</body>";
    CHECK(inserted(page) == std::string("<head>") + inside + "<H></head><body><B>x<S><E></body>");
  }
  for (const char* inside :
       {"<textarea></body></textarea>", "<a title='</body>'>x</a>", "<!--</body>-->", "<iframe></body></iframe>",
        "<svg><style></svg></style></svg>", "<svg><![CDATA[</body>]]></svg>", "<table></body></table>"}) {
    CAPTURE(inside);
    CHECK(inserted(std::string("<body>") + inside + "</body>") ==
          std::string("<H><body><B>") + inside + "<S><E></body>");
  }
  CHECK(inserted("<body class=\"a>b\" data-x='</head>'>x</body>") ==
        "<H><body class=\"a>b\" data-x='</head>'><B>x<S><E></body>");
}

TEST_CASE("a page of frames has no body") {
  CHECK(inserted("<head></head><frameset><frame src=a></frameset>") ==
        "<head><H></head><frameset><frame src=a></frameset>");
  CHECK(inserted("<head></head><p></p><frameset>") == "<head><H></head><p></p><frameset>");
  CHECK(inserted("<head></head><p></p></br><frameset>") == "<head><H></head><B><p></p></br><frameset><S><E>");
}

TEST_CASE("what a page leaves open at its end is closed before the last fragments") {
  constexpr std::pair<const char*, const char*> ends[]{
      {"<!-- c", "-->"},
      {"<!-- c-", "->"},
      {"<!-- c--", ">"},
      {"<!--", "-->"},
      {"<!--a--!", ">"},
      {"<?pi", ">"},
      {"<!do", ">"},
      {"</ x", ">"},
      {"<textarea>y", "</textarea>"},
      {"<textarea>y</text", "</textarea>"},
      {"<style>", "</style>"},
      {"<form>", "</form>"},
      {"<select>", "</select>"},
      {"<button>", "</button>"},
      {"<form><button><table><td>", "</table></button></form>"},
      {"<template><template>", "</template></template>"},
      {"<template><svg>", "</svg></template>"},
      {"<template><svg><template></desc>", "</template></template>"},
      {"<template><", "</template>"},
      {"<table><tr><td><select></table>", ""},
      {"<table><select></table><select>", "</select>"},
      {"<b><select></b></select></b>", ""},
      {"<select><textarea>y</textarea>", "</select>"},
      {"<select><textarea>y", "</textarea></select>"},
      {"<select><keygen><input>", ""},
      {"<select><div><table><tr><td></select>", "</table></select>"},
  };
  for (const auto& [open, closing] : ends) {
    CAPTURE(open);
    CHECK(inserted(std::string("<body>x") + open) == std::string("<H><body><B>x") + open + closing + "<S><E>");
  }
  const std::string apart = "<table class=\"abide-apart\" role=\"presentation\"><tr><td><S><E></table>";
  constexpr std::pair<const char*, const char*> contain[]{
      {"<b>y</body></html>", ""},
      {"<a href=z>y", ""},
      {"<p><i>y</p>", ""},
      {"<a href=z><select></a></select>", ""},
      {"<svg><g></div>", ""},
      {"<svg><g>", "</g></svg>"},
      {"<svg><![CDATA[y]", "]]></svg>"},
      {"<svg><foreignObject><div>", "</div></foreignobject></svg>"}};
  for (const auto& [open, closing] : contain) {
    CAPTURE(open);
    CHECK(inserted(std::string("<body>x") + open) == std::string("<H><body><B>x") + open + closing + apart);
  }
}

TEST_CASE("before a tag or a script that the page does not finish the last fragments are inserted") {
  for (const char* open : {"<div cla", "<a href='", "</body", "<script>a", "<script><!-- </scrip", "<plaintext>y"}) {
    CAPTURE(open);
    CHECK(inserted(std::string("<body>x") + open) == std::string("<H><body><B>x<S><E>") + open);
  }
  CHECK(inserted("<body>x<") == "<H><body><B>x<<S><E>");
  CHECK(inserted("<body>x</") == "<H><body><B>x</");
  CHECK(inserted("<body><textarea>x</textarea ") == "<H><body><B><textarea>x</textarea><S><E></textarea ");
}

TEST_CASE("a NUL before the body does not end the head") {
  const std::string nul(1, '\0');
  CHECK(inserted("<head>" + nul + "<title>x</title></head>" + nul + "<body>y") ==
        "<head>" + nul + "<title>x</title><H></head>" + nul + "<body><B>y<S><E>");
  CHECK(inserted("<!doctype html>" + nul + "<frameset>") == "<!doctype html>" + nul + "<H><frameset>");
  CHECK(inserted("<!doctype html>" + nul) == "<!doctype html>" + nul + "<H><B><S><E>");
}

TEST_CASE("behind a table in a <select>, which some browsers ignore, another <select> leaves nothing certain") {
  CHECK(inserted("<body>x<select><table></select><select>") == "<H><body><B>x<select><table></select><select>");
  CHECK(inserted("<body>x<select><table></table></select><select>") ==
        "<H><body><B>x<select><table></table></select><select></select><S><E>");
}

TEST_CASE("a page that ends in its head gets everything there") {
  CHECK(inserted("<head><title>x") == "<head><title>x</title><H><B><S><E>");
  CHECK(inserted("<head><!-- x") == "<head><!-- x--><H><B><S><E>");
  CHECK(inserted("<head><meta nam") == "<head><H><B><S><E><meta nam");
  CHECK(inserted("<head><template>x", {"<H>", "", "", "", ""}) == "<head><template>x</template><H>");
  CHECK(inserted("<head><template><") == "<head><template><</template><H><B><S><E>");
  CHECK(inserted("<head><template><svg>") == "<head><template><svg></svg></template><H><B><S><E>");
}

TEST_CASE("a page is not closed where nothing is inserted") {
  CHECK(inserted("<body>x<form><!-- ", {"<H>", "", "", "", ""}) == "<H><body>x<form><!-- ");
  CHECK(inserted("<body>x<b>", {"<H>", "", "", "", ""}) == "<H><body>x<b>");
}

TEST_CASE("ordinary HTML inside svg and math keeps the end of the body") {
  for (
      const char* inside :
      {"<svg><foreignObject><div><p>x<p>y<ul><li>a<li>b</ul></div></foreignObject></svg>",
       "<svg><foreignObject><div xmlns='http://www.w3.org/1999/xhtml'><b>x</b><br/><img src=y></div></foreignObject></svg>",
       "<svg><g><path></path><path/></g><title>x</title><style>a{}</style></svg>",
       "<svg><foreignObject><dl><dt>a<dd>b</dl><h1>x</h1><button>y</button></foreignObject></svg>",
       "<svg><foreignObject><p><svg><path/></svg></p></foreignObject></svg>",
       "<svg><foreignObject><form><input></form><textarea></svg></textarea></foreignObject></svg>",
       "<math><mtext><span>x</span></mtext><annotation-xml encoding='text/html'><p>x</p></annotation-xml></math>",
       "<svg><desc>x</desc></path></svg>"}) {
    CAPTURE(inside);
    CHECK(inserted(std::string("<body>x") + inside + "</body>") ==
          std::string("<H><body><B>x") + inside + "<S><E></body>");
  }
}

TEST_CASE("an end tag inside svg and math ends there what it ends in browsers") {
  // The <script> or <style> is that of HTML, in which tags are text.
  for (const char* page :
       {"<body>x<svg><svg><title><p></title></svg>", "<body>x<svg><svg><foreignObject><div></foreignObject></svg>",
        "<body>x<math><math><mtext><p></mtext></math>", "<body>x<svg><svg><desc><p></desc></svg>",
        "<body>x<svg><html><svg></html></svg>"}) {
    CAPTURE(page);
    CHECK(read_page(page + std::string("<script></p>"), "/consent").last == std::string_view(page).size());
    CHECK(read_page(page + std::string("<style></p>"), "/consent").closing.starts_with("</style>"));
  }
}

TEST_CASE("behind what cannot be followed in svg and math nothing is inserted") {
  for (const char* inside : {"<svg><foreignObject><b><p>x</b></p></foreignObject></svg>",
                             "<svg><foreignObject><table></table></foreignObject></svg>",
                             "<svg></div><style></svg></style>", "<svg><title><![CDATA[x]]></title></svg>",
                             "<select><style></select></style>", "<template><col><script><!--</script></template>",
                             "<template><a><template><tr><td></template></td></template>"}) {
    CAPTURE(inside);
    CHECK(inserted(std::string("<body>x") + inside + "</body>") == std::string("<H><body><B>x") + inside + "</body>");
  }
  CHECK(inserted("<head></head><svg></div><style><FRAMESET>") == "<head><H></head><svg></div><style><FRAMESET>");
}

TEST_CASE(
    "behind an icon in a <select>, which some browsers ignore, the page goes on; its title leaves nothing certain") {
  for (const char* inside :
       {"<select><option><svg viewBox=x><g><path d=x /></g></svg> One</select>", "<select><svg/><option>x</select>",
        "<select><svg><path></path></svg><option><math><mrow></mrow></math></select>", "<select><svg></select>",
        "<template><select><svg><path/></svg></select></template>", "<template><select><svg></select></template>"}) {
    CAPTURE(inside);
    CHECK(inserted(std::string("<body>x") + inside + "</body>") ==
          std::string("<H><body><B>x") + inside + "<S><E></body>");
  }
  for (const char* inside :
       {"<select><svg><title>x</title></svg></select>", "<select><svg><style>x</style></svg></select>",
        "<select><svg><![CDATA[x]]></svg></select>", "<select><svg><script></select>",
        "<table><td><select><svg></table><p>"}) {
    CAPTURE(inside);
    CHECK(inserted(std::string("<body>x") + inside + "</body>") == std::string("<H><body><B>x") + inside + "</body>");
  }
}

TEST_CASE("an end tag inside a table or a button does not end what is open outside") {
  constexpr std::string_view cell = "<table class=\"abide-apart\" role=\"presentation\"><tr><td>";
  CHECK(read_page("<body>x<a><table></a></table></body>", "/consent").closing == cell);
  CHECK(read_page("<body>x<b><table><td><b></b></table><object></b></object>", "/consent").closing == cell);
  CHECK(read_page("<body>x<button><table><td></button></table>", "/consent").closing == "</button>");
  CHECK(read_page("<body>x<table><td><select><tr><td><select></body>", "/consent").closing == "</table></select>");
  CHECK(inserted("<body><p><button></p></button></body>\n") == "<H><body><B><p><button></p></button></body>\n<S><E>");
  CHECK(inserted("<body><b><table><td><b>x</b></table></b></body>") ==
        "<H><body><B><b><table><td><b>x</b></table></b><S><E></body>");
}

TEST_CASE("fragments at the end do not change elements that the page leaves open") {
  CHECK(inserted("<body><p>x</body>\n</html>\n") == "<H><body><B><p>x</body>\n</html>\n<S><E>");
  CHECK(inserted("<body>x</body>y") == "<H><body><B>x</body>y<S><E>");
  CHECK(inserted("<body>x</body><!-- c -->\n</html>") == "<H><body><B>x<S><E></body><!-- c -->\n</html>");
}

TEST_CASE("a page gives the same facts in chunks of any size") {
  const std::string page =
      "\xef\xbb\xbf<!DOCTYPE html><html lang=de><head><meta http-equiv=content-security-policy content=\"default-src 'self'\">"
      "<script><!-- <script> </script> --></script></head> <body class='a>b'><p>x<a href='/consent?x'>y</a></p>"
      "<svg><title>t</title><![CDATA[ ]]> ]></svg><span data-abide-status></span><!-- --!><textarea></p></textarea></body>\n</html>";
  const page_facts whole = read_page(page, "/consent");
  CHECK(whole.links);
  CHECK(whole.status.size > 0);
  for (std::size_t size = 1; size < page.size(); ++size) {
    page_reader reader("/consent");
    for (std::size_t at = 0; at < page.size(); at += size) reader.feed(std::string_view(page).substr(at, size));
    reader.finish();
    const page_facts& facts = reader.facts();
    CAPTURE(size);
    CHECK(facts.head == whole.head);
    CHECK(facts.body == whole.body);
    CHECK(facts.end == whole.end);
    CHECK(facts.status.at == whole.status.at);
    CHECK(facts.status.size == whole.status.size);
    CHECK(facts.language == "de");
    CHECK(facts.policies == "default-src 'self'");
    CHECK(facts.links);
  }
}

TEST_CASE("the first token tells documents, fragments and texts apart") {
  using abide::detail::beginning;
  const auto begins = [](std::string_view html) { return read_page(html, "/consent").begins; };
  for (const char* html :
       {"<!doctype html>", " <!-- c --> <html>", "\xef\xbb\xbf<head>", "<?xml version='1.0'?><html>", "<BODY>",
        "<html xmlns='x'>", "\xef\xbb\xbf\xef\xbb\xbf<!doctype html>", "\xef\xbb\xbf\n\xef\xbb\xbf<html>"})
    CHECK(begins(html) == beginning::document);
  // A fragment may contain the page's new title or a policy for its head.
  for (const char* html :
       {"<p xmlns='http://www.w3.org/1999/xhtml'>", "<svg xmlns=\"http://www.w3.org/2000/svg\">", "<p xmlns=''>",
        "<p>x", "<tr><td>", "<div>", "<x-y>", "</p>", "<title>x</title><p>", "<meta name=a>", "<base>"})
    CHECK(begins(html) == beginning::element);
  for (const char* html : {"x", "google-site-verification: google1.html", "{\"a\": 1}", "[]", "< b", "1<p>",
                           "\xff\xfe<\0h", "\xef\xbb\xbf\xef\xbb\xbf{\"a\": \"<body>\"}"})
    CHECK(begins(html) == beginning::text);
  for (const char* html :
       {"x<!doctype html>", "Warning: <b>x</b> <html>", "\xef\xbb<html>", "\xef\xbb\xbf\xef\xbb<html>"})
    CHECK(begins(html) == beginning::late_document);
  for (const char* html :
       {"<rss version='2.0'>", "<OPML>", "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<!-- c --> <urlset a=b xmlns=x>", "<md:EntityDescriptor>", "<p xmlns='x'>", "<?xml version='1.0'?><rss>",
        "\xef\xbb\xbf<?xml?><!-- c --><feed>", "<?xml-stylesheet?>\n<urlset>"})
    CHECK(begins(html) == beginning::xml);
  for (const char* html : {"", " \n", "<!-- x -->", "\xef\xbb\xbf"}) CHECK(begins(html) == beginning::nothing);
}

TEST_CASE("the charset is that of a <meta> tag among the first bytes, found as browsers find it") {
  const auto charset = [](std::string_view html) { return read_page(html, "/consent").charset; };
  const auto is_in_body = [](std::string_view meta) { return meta.starts_with("<body>") || meta.starts_with("<p>"); };
  for (const char* meta :
       {"<meta charset=iso-8859-1>", "<META CHARSET=' iso-8859-1 '>",
        "<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'>",
        "<meta content='text/html;charset = \"iso-8859-1\"' http-equiv=content-type>",
        "<body><meta charset='iso-8859-1'>", "<p>x<meta charset=iso-8859-1><meta charset=utf-8>",
        "<meta charset=utf-7><meta charset=iso-8859-1>", "<meta charset=\"'\"><meta charset=iso-8859-1>"}) {
    CAPTURE(meta);
    CHECK(charset(meta) == "iso-8859-1");
    CHECK(charset("\xef\xbb\xbf" + std::string(meta)) == "utf-8");
    CHECK(charset("<body><!--" + std::string(1024, '-') + "-->" + meta).empty());
    CHECK(charset("<title>x</title><!--" + std::string(1024, '-') + "-->" + meta).empty() == is_in_body(meta));
  }
  CHECK(charset("<body><!--" + std::string(1010, '-') + "--><meta charset=utf-8>") == "utf-8");  // begins at 1023
  CHECK(charset("<body><!--" + std::string(1011, '-') + "--><meta charset=utf-8>").empty());
  CHECK(charset("<body><meta name='" + std::string(990, '-') + "' charset=utf-8>") == "utf-8");
  CHECK(charset("<meta charset=utf-16le>") == "utf-8");  // the bytes read so far are not UTF-16
  CHECK(charset("<meta charset=x-user-defined>") == "windows-1252");
  CHECK(charset("<meta charset=ISO-2022-JP>") == "ISO-2022-JP");
  for (const char* none :
       {"", "<meta content='text/html; charset=utf-8'>", "<!-- <meta charset=utf-8> -->",
        "<meta http-equiv=content-type content='text/html; charset'>", "<meta charset=''>",
        "<meta http-equiv=content-type content='charset=\"utf-8'>", "<textarea><meta charset=utf-8>"})
    CHECK(charset(none).empty());
  for (const char* hidden : {"<template><meta charset=utf-8>", "<frameset><meta charset=utf-8>"})
    CHECK(charset(hidden) == "utf-8");
}

TEST_CASE("a base URL on another host is found") {
  const auto elsewhere = [](std::string_view html) { return read_page(html, "/consent").has_foreign_base; };
  for (const char* html :
       {"<base href='https://cdn.example/'>", "<base target=_top href=//cdn.example>", "<base href=' HTTP://x/'>",
        "<body><base href='//x'>", "<base target=a><base href='//x'>", "<svg><base href=/></svg><base href='//x'>",
        "<select><base href=/></select><base href='//x'>", "<template><base href=/></template><base href='//x'>",
        "<p>x</body> <base href='//x'>"})
    CHECK(elsewhere(html));
  for (const char* html :
       {"<base href='/a/'>", "<base href='a/b:c'>", "<base target=_blank>", "<body><template><base href='//x'>",
        "<base href=''><base href='//x'>", "<base href='/a/'><p>x<base href='//x'>", "<base href='//x'"})
    CHECK_FALSE(elsewhere(html));
}

TEST_CASE("the page's language is that of its html tag") {
  CHECK(language_of("<!doctype html><html lang=\"de-AT\"><head>") == "de-AT");
  CHECK(language_of("<HTML lang='fr'>") == "fr");
  CHECK(language_of("<html class=x lang=de>") == "de");
  CHECK(language_of("<html><p lang=de>").empty());
  CHECK(language_of("<p lang=de>").empty());
  CHECK(language_of("<html lang=de lang=en>") == "de");  // a theme writes one, and the application another
  CHECK(language_of("<!doctype html><html lang='' lang=en>").empty());
  CHECK(language_of("<html lang=de-" + std::string(300, 'x') + ">").empty());  // what is kept of a page is bounded
  CHECK(language_of("<html lang=\"\">").empty());
  CHECK(language_of("").empty());
  CHECK(language_of("<html lang=\"de").empty());
}

TEST_CASE("attributes that only end in lang do not name the page's language") {
  CHECK(language_of("<html data-lang=\"fr\" lang=\"de\">") == "de");
  CHECK(language_of("<html xml:lang=\"fr\" lang=\"de\">") == "de");
  CHECK(language_of("<html LANG=\"de\">") == "de");
}

TEST_CASE("a policy in a <meta> tag of the head is found, and text about one is not") {
  CHECK(has_policy("<html><head><META http-equiv='content-security-Policy' content=\"default-src 'self'\"></head>"));
  CHECK(has_policy("<meta content=x http-equiv=Content-Security-Policy>"));
  CHECK(read_page("<meta http-equiv=content-security-policy content='script-src &quot;&amp;'>", "/").policies ==
        "script-src \"&");
  CHECK(read_page("<meta http-equiv=content-security-policy content='&Tab;x'>", "/").has_unreadable_policy);
  CHECK_FALSE(has_policy(
      "<head><meta charset=utf-8></head><body>Content-Security-Policy<meta http-equiv=content-security-policy>"));
  CHECK_FALSE(has_policy("<metadata name=content-security-policy>"));
  CHECK_FALSE(has_policy("<meta"));
  CHECK_FALSE(has_policy(""));
}

TEST_CASE("a page's own link to the settings is found, and text about it is not") {
  CHECK(links("<body><a href=\"/consent\">Cookies</a>"));
  CHECK(links("<body><A class=x href=\"/consent?lang=de\">Cookies</a>"));
  CHECK(links("<body><area href=\"/consent\">"));
  CHECK(links("<body><a href=/consent#x>"));
  CHECK_FALSE(links("<a href=\"/consents\">x</a><a href=\"/consent"));
  CHECK_FALSE(links("href=\"/consent\""));
  CHECK_FALSE(links("<p title='href=\"/consent\"'>"));
}

TEST_CASE("unclosed tags are read only once") {
  std::string html;
  for (int i = 0; i < 200'000; ++i) html += i % 2 ? "<meta " : "<a ";  // takes seconds if each is read to the end
  CHECK_FALSE(has_policy(html));
  CHECK_FALSE(links(html + ">"));
}
