// Fragments inserted into any page: the page loses nothing but the marks, each fragment is there once, and a page in
// chunks gives the same as the whole page.
#include "html/page_insert.hpp"
#include "html/page_stream.hpp"
#include "input.hpp"
#include "linear.hpp"

namespace {

using namespace abide::detail;

constexpr char marker = '\x03';

/// One letter for each fragment, between markers that no page contains.
class letters final : public fragment_source, public passing_source {
 public:
  bool has(fragment) const override { return true; }
  bool has(fragment what, const page_facts& facts, std::uint64_t) override {
    return what != fragment::withdraw || facts.withdraw.size > 0;
  }
  void append(fragment what, const page_facts&, std::uint64_t, std::string& page) override { append(what, page); }
  void append(fragment what, std::string& page) const override {
    page.append(1, marker).append(1, "HBSEW"[static_cast<std::size_t>(what)]).append(1, marker);
  }
};

bool same_places(const page_facts& a, const page_facts& b) {
  return a.head == b.head && a.body == b.body && a.end == b.end && a.status.at == b.status.at &&
         a.status.size == b.status.size && a.withdraw.at == b.withdraw.at && a.language == b.language &&
         a.policies == b.policies && a.links == b.links && a.begins == b.begins;
}

page_facts read_in_chunks(std::string_view html, std::size_t size) {
  page_reader reader("/consent");
  for (; html.size() > size; html.remove_prefix(size)) reader.feed(html.substr(0, size));
  reader.feed(html);
  reader.finish();
  return reader.facts();
}

std::string streamed(std::string_view html, std::size_t size) {
  letters source;
  page_stream stream("/consent", source);
  std::string page;
  for (; html.size() > size; html.remove_prefix(size)) stream.feed(html.substr(0, size), page);
  stream.feed(html, page);
  stream.finish(page);
  return page;
}

void check_inserted(std::string_view page, page_facts facts) {
  facts.closing.clear();
  facts.apart = {};
  const std::string made = inserted(page, facts, letters{}, 15);
  std::string left, order;
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (made[i] != marker) {
      left += made[i];
      continue;
    }
    order += made[i + 1];
    i += 2;
  }
  for (const char each : std::string_view("HBSEW"))
    must(std::count(order.begin(), order.end(), each) <= 1, "once each");
  must(order.find('H') == order.npos || order.front() == 'H', "the head's comes first");
  must(order.find('B') == order.npos || order.find('S') == order.npos || order.find('B') < order.find('S'),
       "the status stands in the body");
  const std::size_t lost = page.size() - left.size();
  must(left.size() <= page.size() && lost <= facts.status.size + facts.withdraw.size, "only marks are replaced");
  must(lost > 0 || left == page, "and nothing else is changed");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  const unsigned chunk = 1 + in.byte() % 64;
  const exact_copy page(in.rest());
  if (page.view().find(marker) != std::string_view::npos) return 0;
  const page_facts facts = read_page(page.view(), "/consent");
  must(same_places(facts, read_in_chunks(page.view(), chunk)), "a page in chunks is read as the whole one");
  must(facts.policies.size() <= 65'536 && facts.language.size() <= 256, "what is kept of a page is bounded");
  check_inserted(page.view(), facts);
  must(streamed(page.view(), chunk) == inserted(page.view(), facts, letters{}, 15),
       "a stream gets the same insertions");
  must_be_linear(page.view(), [](std::string_view text) { (void)read_page(text, "/consent"); });
  return 0;
}
