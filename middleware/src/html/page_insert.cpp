#include "html/page_insert.hpp"

#include <array>
#include <optional>

namespace abide::detail {
namespace {

struct insertion {
  std::uint64_t at;
  std::size_t replaced;
  fragment what;
};

/// Insertions in the order of the page; those at the same place in the order in which they were added.
class plan {
 public:
  /// Ignores marks after the end of the body.
  plan(const page_facts& facts, const fragment_source& source) noexcept {
    const auto has_place = [&](const page_facts::mark& mark, fragment what) {
      return mark.size > 0 && source.has(what) && (!facts.end || mark.at < *facts.end);
    };
    const bool has_status = has_place(facts.status, fragment::status);
    add(facts.head, 0, fragment::head);
    add(facts.body, 0, fragment::body_start);
    if (has_status) add(facts.status.at, facts.status.size, fragment::status);
    if (has_place(facts.withdraw, fragment::withdraw)) add(facts.withdraw.at, facts.withdraw.size, fragment::withdraw);
    if (!has_status) add(facts.end, 0, fragment::status);
    add(facts.end, 0, fragment::body_end);
  }

  const insertion* begin() const noexcept { return all_.data(); }
  const insertion* end() const noexcept { return all_.data() + count_; }

 private:
  void add(const std::optional<std::uint64_t>& at, std::size_t replaced, fragment what) noexcept {
    if (!at) return;
    std::size_t i = count_++;
    for (; i > 0 && all_[i - 1].at > *at; --i) all_[i] = all_[i - 1];
    all_[i] = {*at, replaced, what};
  }

  std::array<insertion, 5> all_;  // one of each fragment
  std::size_t count_ = 0;
};

}  // namespace

page_facts read_page(std::string_view html, std::string_view settings) {
  page_reader reader(settings);
  reader.feed(html);
  reader.finish();
  return reader.take();
}

std::string inserted(std::string_view html, const page_facts& facts, const fragment_source& source, std::size_t size) {
  std::string page;
  page.reserve(html.size() + size);
  std::size_t done = 0;
  bool is_closed = false;
  const std::uint64_t open_at = facts.closing.empty() ? html.size() + 1 : facts.last;
  for (const insertion& each : plan(facts, source)) {
    page.append(html, done, each.at - done);
    done = each.at + each.replaced;
    if (each.at != open_at || !source.has(each.what)) {
      source.append(each.what, page);
      continue;
    }
    if (!is_closed) page += facts.closing;
    is_closed = true;
    source.append(each.what, page);
    if (each.what == fragment::body_end) page += facts.apart;
  }
  page.append(html, done, std::string_view::npos);
  return page;
}

}  // namespace abide::detail
