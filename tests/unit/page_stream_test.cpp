// A page in chunks comes out like the page read as a whole.
#include "html/page_stream.hpp"

#include <iterator>
#include <random>
#include <span>

#include "catch.hpp"

using namespace abide::detail;

namespace {

/// Marks that show where each fragment was inserted.
class marks final : public passing_source, public fragment_source {
 public:
  bool has(fragment what, const page_facts& page, std::uint64_t) override {
    return what != fragment::withdraw || page.withdraw.size > 0;
  }
  void append(fragment what, const page_facts&, std::uint64_t, std::string& page) override { append(what, page); }
  bool has(fragment) const override { return true; }
  void append(fragment what, std::string& page) const override {
    page.append("[").append(std::to_string(static_cast<int>(what))).append("]");
  }
};

std::string streamed(std::string_view html, std::size_t chunk) {
  marks source;
  page_stream stream("/consent", source);
  std::string page;
  for (std::size_t at = 0; at < html.size(); at += chunk) stream.feed(html.substr(at, chunk), page);
  stream.finish(page);
  return page;
}

std::string whole(std::string_view html) { return inserted(html, read_page(html, "/consent"), marks{}, 100); }

const std::string_view parts[]{
    "<!doctype html>",
    "<html>",
    "<head>",
    "</head>",
    "<body>",
    "</body>",
    "</html>",
    "<p>",
    "</p>",
    "text",
    " ",
    "<b>",
    "</b>",
    "<frameset>",
    "</frameset>",
    "<!-- c -->",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<span data-abide-status>",
    "</span>",
    "<span data-abide-withdraw>",
    "<div>",
    "</div>",
    "<table>",
    "</table>",
    "<svg>",
    "</svg>",
    "<title>x</title>",
    "<foreignObject>",
    "</foreignObject>",
    "<![CDATA[",
    "<template>",
    "</template>",
    "<",
    "</",
    "<a href='/consent'>",
    "</a>",
    "<select>",
    "<br>",
    "<img src='x'>",
    "<style>",
    "</style>",
    "<meta http-equiv=content-security-policy content='x'>",
    "\xef\xbb\xbf",
    "<plaintext>",
    "<textarea>",
    "</textarea",
    "<button>",
    "</button>",
    "<form>",
    "</form>",
    "<td>",
    "<object>",
    "<math>",
    "<mtext>",
    "<noframes>",
    "<iframe>",
    "<div title=\"",
    "<a href='/consent",
    "<!doctype",
    "<?x",
    "]]",
    "--!",
    "&am",
    "&#12",
    "\xe2\x82",
    std::string_view("a\0b", 3),
    std::string_view("<di\0v>", 7),
};

std::string_view one_of(std::mt19937& random, std::span<const std::string_view> all) {
  return all[random() % all.size()];
}

/// A tag in which quotes, equals signs, slashes and spaces stand anywhere.
std::string odd_tag(std::mt19937& random) {
  constexpr std::string_view names[]{"div",  "p",   "b",  "a",    "img",   "area",
                                     "span", "x-y", "LI", "font", "table", "a-name-longer-than-any-known"};
  constexpr std::string_view pieces[]{"a", "=", "\"", "'", "/", " ", "\n", ">", "<p>", "b=c", " d=\"", " e='", "</b>"};
  std::string tag = random() % 3 == 0 ? "</" : "<";
  tag += one_of(random, names);
  for (std::size_t count = random() % 8; count > 0; --count) tag += one_of(random, pieces);
  return tag += '>';
}

/// Pieces in any order; often cut off in the middle.
std::string any_page(std::mt19937& random) {
  std::string html;
  for (std::size_t count = random() % 14; count > 0; --count) html += parts[random() % std::size(parts)];
  if (random() % 2) html.resize(html.size() - std::min<std::size_t>(html.size(), random() % 9));
  return html;
}

std::string streamed_at_random(std::string_view html, std::mt19937& random) {
  marks source;
  page_stream stream("/consent", source);
  std::string page;
  const std::size_t most = 1 + random() % 40;
  while (!html.empty()) {
    const std::string chunk(html.substr(0, random() % (most + 1)));  // of its own, so that sanitizers see where it ends
    stream.feed(chunk, page);
    html.remove_prefix(chunk.size());
  }
  stream.finish(page);
  return page;
}

}  // namespace

TEST_CASE("in the body, tags of any form read the same at once and byte by byte") {
  std::mt19937 random(11);
  for (int i = 0; i < 20'000; ++i) {
    std::string html = random() % 4 == 0 ? "<!doctype html><body>x<svg><title>" : "<!doctype html><body>x";
    for (std::size_t count = 1 + random() % 6; count > 0; --count) html += odd_tag(random);
    html += "</body>";
    if (streamed(html, 1) != streamed(html, html.size())) FAIL(html);
  }
}

TEST_CASE("a page comes out the same for every chunk size, and like the page read as a whole") {
  std::mt19937 random(7);
  int open = 0;
  for (int i = 0; i < 40'000; ++i) {
    const std::string html = any_page(random), at_once = whole(html);
    if (streamed(html, html.size() + 1) != at_once) FAIL("in one chunk: " << html);
    if (streamed(html, 1) != at_once) FAIL("byte by byte: " << html);
    if (streamed_at_random(html, random) != at_once) FAIL("in chunks at random: " << html);
    open += !read_page(html, "/consent").closing.empty();
  }
  CHECK(open > 4'000);  // pages that leave something open
}

TEST_CASE("a page that ends inside a tag or a script comes out the same however long that is") {
  for (const std::size_t size : {0u, 65'000u, 65'520u, 65'536u, 65'540u, 70'000u})
    for (const std::string_view open : {"<div title='", "<script>", "<textarea>", "<!--", "<svg><![CDATA["}) {
      const std::string html = "<head></head><body>a" + std::string(open) + std::string(size, 'x');
      CAPTURE(open, size);
      for (const std::size_t chunk : {1000u, 4096u, 100'000u}) CHECK(streamed(html, chunk) == whole(html));
    }
}

TEST_CASE("what was read is passed on at once, except for what may follow an insertion point") {
  marks source;
  page_stream stream("/consent", source);
  const auto after = [&](std::string_view chunk) {
    std::string page;
    stream.feed(chunk, page);
    return page;
  };
  CHECK(after("<!doctype html><title>x</ti") == "<!doctype html><title>x");
  CHECK(after("tle><p") == "</title>");
  CHECK(after(">text <i") == "[0][1]<p>text ");
  CHECK(after(">more<span data-abide-status>") == "<i>more");
  CHECK(after("</span></i>") == "[2]</i>");
  CHECK(after("<img title='a long one") == "");
  CHECK(after("'><!-- a comment") == "<img title='a long one'><!-- a comment");
  CHECK(after("--><script>let a") == "-->");
  CHECK(after(" = 1</script>") == "<script>let a = 1</script>");
  CHECK(after("</p></body> ") == "</p>");
  std::string page;
  stream.finish(page);
  CHECK(page == "[3]</body> ");
}

TEST_CASE("before the first insertion a stream waits for the charset, if that is wanted") {
  marks source;
  const auto fed = [&](std::string_view chunk, std::string_view more) {
    page_stream stream("/consent", source, true);
    std::string page;
    stream.feed(chunk, page);
    std::string first = std::exchange(page, {});
    stream.feed(more, page);
    return std::pair(first, page);
  };
  using both = std::pair<std::string, std::string>;
  CHECK(fed("<title>x</title><p>a", "<meta charset=utf-8>b") ==
        both("<title>x</title>", "[0][1]<p>a<meta charset=utf-8>b"));
  CHECK(fed("<meta charset=utf-8><p>a", "b") == both("<meta charset=utf-8>[0][1]<p>a", "b"));
  CHECK(fed("\xef\xbb\xbf<p>a", "b") == both("\xef\xbb\xbf[0][1]<p>a", "b"));
  const std::string text(1021, 'a'), long_tag = "<img alt='" + text.substr(8);
  CHECK(fed("<p>" + text, "b") == both("[0][1]<p>" + text, "b"));
  CHECK(fed("a" + long_tag, "'>b") == both("", "[0][1]a" + long_tag + "'>b"));
  CHECK(fed("a" + long_tag + text, "'>b") == both("[0][1]a", long_tag + text + "'>b"));
}

namespace {

/// Inserts into documents only, also into those behind text.
class into_documents final : public passing_source {
 public:
  bool has(fragment, const page_facts& page, std::uint64_t) override { return page.begins != beginning::text; }
  void append(fragment what, const page_facts& page, std::uint64_t at, std::string& out) override {
    if (has(what, page, at)) marks{}.append(what, out);
  }
};

}  // namespace

TEST_CASE("before the first insertion behind text a stream waits for a document") {
  const auto is_inserted = [](std::string_view html, std::size_t chunk) {
    into_documents source;
    page_stream stream("/consent", source);
    std::string page;
    for (std::size_t at = 0; at < html.size(); at += chunk) stream.feed(html.substr(at, chunk), page);
    stream.finish(page);
    return page.starts_with("[0][1]");
  };
  const std::string text(1018, 'a');
  for (const std::size_t chunk : {1u, 7u, 1000u, 4096u}) {
    CAPTURE(chunk);
    CHECK(is_inserted("Warning\n<!doctype html><p>a", chunk));
    CHECK(is_inserted("}<html lang=de>", chunk));
    CHECK(is_inserted(text + "<html>" + text, chunk));
    CHECK_FALSE(is_inserted(text + " <html>" + text, chunk));
    CHECK_FALSE(is_inserted("a<p>b</p>", chunk));
    CHECK_FALSE(is_inserted("[\"<html>\"]", chunk));
  }
}

TEST_CASE("at most 64 KB and one tag are held back, whatever the page contains") {
  const std::string gap(100'000, ' ');
  for (const std::string& html : {"<body>" + gap + "<frameset>", "<head></head><body>a</body>" + gap + "b</body>"}) {
    const std::string once = streamed(html, html.size());
    for (const std::size_t chunk : {1u, 4096u}) CHECK(streamed(html, chunk) == once);
    CHECK(once.find("[1]") != std::string::npos);
  }
  CHECK(streamed("<body>a</body>" + gap + "b", 4096).substr(0, 28) == "[0]<body>[1]a[2][3]</body>  ");
}
