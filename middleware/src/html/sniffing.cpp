#include "html/sniffing.hpp"

#include <algorithm>
#include <iterator>

#include "base/ascii.hpp"
#include "base/field_name.hpp"
#include "html/byte_sets.hpp"

namespace abide::detail {
namespace {

using ascii_text::same, ascii_text::take_until, ascii_text::trimmed;

constexpr std::size_t search_max = 512;
constexpr std::string_view names[]{"!doctype html", "html", "head",  "script", "iframe", "h1",   "div", "font",
                                   "table",         "a",    "style", "title",  "b",      "body", "br",  "p"};

}  // namespace

bool names_no_type(std::string_view content_type) noexcept {
  const std::string_view type = trimmed(take_until(content_type, ';'));
  return type.find('/') == std::string_view::npos || type == "*/*" || same(type, "unknown/unknown") ||
         same(type, "application/unknown");
}

bool forbids_sniffing(std::string_view type_options) noexcept {
  return is_field<"nosniff">(trimmed(take_until(type_options, ',')));
}

bool is_html_by_bytes(std::string_view first) noexcept {
  first = first.substr(0, search_max);
  first.remove_prefix(end_of_run(first, 0, other_than_spaces));
  if (first.starts_with("<!--")) return true;
  if (!first.starts_with('<')) return false;
  first.remove_prefix(1);
  return std::any_of(std::begin(names), std::end(names), [&](std::string_view each) {
    return first.size() > each.size() && same(first.substr(0, each.size()), each) && ends_name(first[each.size()]);
  });
}

}  // namespace abide::detail
