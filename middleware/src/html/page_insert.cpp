#include "html/page_insert.hpp"

#include <algorithm>

namespace abide::detail {
namespace {

struct insertion {
  std::uint64_t at;
  std::size_t replaced;
  fragment what;
};

/// In the order of the page. A mark behind the end of the body is none.
std::vector<insertion> plan(const page_facts& facts, const fragment_source& source) {
  std::vector<insertion> planned;
  const auto add = [&](const std::optional<std::uint64_t>& at, fragment what) {
    if (at) planned.push_back({*at, 0, what});
  };
  const auto has_place = [&](const page_facts::mark& mark, fragment what) {
    return mark.size > 0 && source.has(what) && (!facts.end || mark.at < *facts.end);
  };
  const bool has_status = has_place(facts.status, fragment::status);
  add(facts.head, fragment::head);
  add(facts.body, fragment::body_start);
  if (has_status) planned.push_back({facts.status.at, facts.status.size, fragment::status});
  if (has_place(facts.withdraw, fragment::withdraw))
    planned.push_back({facts.withdraw.at, facts.withdraw.size, fragment::withdraw});
  const auto end = facts.end ? facts.end : facts.body;
  if (!has_status) add(end, fragment::status);
  add(end, fragment::body_end);
  std::stable_sort(planned.begin(), planned.end(), [](const insertion& a, const insertion& b) { return a.at < b.at; });
  return planned;
}

}  // namespace

page_facts read_page(std::string_view html, std::string_view settings) {
  page_reader reader(settings);
  reader.feed(html);
  reader.finish();
  return reader.facts();
}

std::string inserted(std::string_view html, const page_facts& facts, const fragment_source& source, std::size_t size) {
  std::string page;
  page.reserve(html.size() + size);
  std::size_t done = 0;
  for (const insertion& each : plan(facts, source)) {
    page.append(html, done, each.at - done);
    source.append(each.what, page);
    done = each.at + each.replaced;
  }
  page.append(html, done, std::string_view::npos);
  return page;
}

}  // namespace abide::detail
