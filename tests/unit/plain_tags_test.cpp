// Most tags of a body are skipped in blocks; what is read of the page is the same as by the tokenizer, byte by byte.
#include "html/plain_tags.hpp"

#include <random>
#include <span>
#include <string>

#include "catch.hpp"
#include "html/byte_marks.hpp"
#include "html/page_reader.hpp"

using namespace abide::detail;

namespace {

constexpr std::string_view names[]{"p",     "div",    "h1",      "h6",   "li",       "b",       "strong", "td",
                                   "table", "span",   "section", "x-y",  "textarea", "article", "nobr",   "button",
                                   "form",  "P",      "Div",     "em>",  "b`",       "p{",      "h12",    "blockquote",
                                   "a",     "figure", "svg",     "font", "template", "select",  "math",   "u/",
                                   "main",  "i\x80",  "s\xe3",   "tt\f", "object",   "body",    "img",    "frameset"};
constexpr std::string_view attributes[]{"",          " class=\"a b\"",    " x='<b>'", " y=<i>", " =", " z = \"<p>'\"",
                                        " checked/", " href=/consent",    "\n\tq=1",  " w=\"",  "/",  " v='",
                                        " \0=1",     " data-abide-status"};
constexpr std::string_view texts[]{"",
                                   "word",
                                   "<",
                                   "< p>",
                                   "</",
                                   "<!-- <b> -->",
                                   "a < b",
                                   "<?php ?>",
                                   ">",
                                   "'\"",
                                   "</ p>",
                                   "\0",
                                   "<![CDATA[",
                                   "]]>",
                                   "<>",
                                   "</>",
                                   "=",
                                   "&lt;b&gt;",
                                   "\xff<b",
                                   "text that is longer than a block of sixty-four bytes, as "
                                   "most texts are, and without any tag in it"};

std::string_view one_of(std::mt19937& random, std::span<const std::string_view> all) {
  return all[random() % all.size()];
}

std::string any_page(std::mt19937& random) {
  std::string page = "<!doctype html><html><head><title>t</title></head><body>";
  const bool is_plain = random() % 2 == 0;  // nothing that ends the skipping
  for (std::size_t count = random() % 60; count > 0; --count) {
    page.append(random() % 2 ? "<" : "</").append(names[random() % (is_plain ? 8 : std::size(names))]);
    page.append(attributes[random() % (is_plain ? 4 : std::size(attributes))]).append(random() % 20 ? ">" : "");
    page.append(is_plain ? texts[random() % 2] : one_of(random, texts));
  }
  if (random() % 2) page += "</body></html>";
  page.resize(page.size() - random() % 12);
  return page;
}

/// All that is read of a page, as text.
std::string told(const page_facts& page) {
  const auto place = [](const std::optional<std::uint64_t>& at) { return at ? std::to_string(*at) : "none"; };
  std::string all;
  for (const auto& at : {page.head, page.body, page.end}) all.append(place(at)).append(" ");
  for (const auto& at : {page.status, page.withdraw})
    all.append(std::to_string(at.at)).append("+").append(std::to_string(at.size)).append(" ");
  return all.append(std::to_string(page.last))
      .append(page.closing)
      .append(page.apart)
      .append(page.links ? " links" : "");
}

std::string read_in_chunks(std::string_view page, std::size_t size) {
  page_reader reader("/consent");
  for (; !page.empty(); page.remove_prefix(std::min(size, page.size()))) {
    const std::string chunk(page.substr(0, size));  // of its own: sanitizers see where it ends
    reader.feed(chunk);
  }
  reader.finish();
  return told(reader.facts());
}

}  // namespace

TEST_CASE("a page read in blocks tells the same as one read byte by byte") {
  std::mt19937 random(20261130);
  for (int i = 0; i < 20'000; ++i) {
    const std::string page = any_page(random), expected = read_in_chunks(page, 1);
    for (const std::size_t size : {page.size(), std::size_t{64}, std::size_t{9} + random() % 200}) {
      if (read_in_chunks(page, size) == expected) continue;
      FAIL("in chunks of " << size << ": " << read_in_chunks(page, size) << "\nby bytes: " << expected << "\n" << page);
    }
  }
}

TEST_CASE("a byte is found in a block wherever it stands") {
  std::mt19937 random(1);
  constexpr std::string_view bytes("<=;\0\x3d\xbc\x3b\x01\xff<", 10);
  for (int i = 0; i < 2000; ++i) {
    std::string block(block_size, 'x');
    for (char& c : block) c = bytes[random() % bytes.size()];
    std::uint64_t expected = 0;
    for (std::size_t at = 0; at < block.size(); ++at) expected |= std::uint64_t{block[at] == '<'} << at;
    REQUIRE(marks_in(block.data(), '<') == expected);
    REQUIRE(marks_by_words(block.data(), '<') == expected);
  }
}
