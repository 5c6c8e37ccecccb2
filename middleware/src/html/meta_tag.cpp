#include "html/meta_tag.hpp"

#include <algorithm>
#include <iterator>

#include "html/charset.hpp"

namespace abide::detail {
namespace {

/// nullopt if it has a reference that policies do not need.
std::optional<std::string> without_references(std::string_view text) {
  struct reference {
    std::string_view written;
    char means;
  };
  constexpr reference known[]{{"&quot;", '"'},  {"&#34;", '"'}, {"&apos;", '\''}, {"&#39;", '\''},
                              {"&#x27;", '\''}, {"&amp;", '&'}, {"&#38;", '&'}};
  std::string plain;
  while (!text.empty()) {
    const std::size_t mark = std::min(text.find('&'), text.size());
    plain.append(text.substr(0, mark));
    text.remove_prefix(mark);
    if (text.empty()) break;
    const auto* found = std::find_if(std::begin(known), std::end(known),
                                     [&](const reference& each) { return text.starts_with(each.written); });
    if (found == std::end(known)) return {};
    plain += found->means;
    text.remove_prefix(found->written.size());
  }
  return plain;
}

}  // namespace

std::optional<std::string> meta_tag::policy() const { return is_cut_ ? std::nullopt : without_references(content_); }

std::string_view meta_tag::charset() const noexcept {
  return charset_by_meta(charset_.empty() && is_type_ ? charset_in_meta(content_) : charset_);
}

}  // namespace abide::detail
