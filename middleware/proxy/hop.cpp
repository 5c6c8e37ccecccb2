#include "proxy/hop.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/field_name.hpp"

namespace abide::detail::proxy {
namespace {

using own = field_names<"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade">;
using never_listed = field_names<"host", "content-length">;

bool starts_as_proxy(std::string_view name) noexcept {
  return name.size() >= 5 && ascii_text::same(name.substr(0, 5), "proxy") && (name.size() == 5 || name[5] == '-');
}

bool is_before(std::string_view a, std::string_view b) noexcept {
  return std::ranges::lexicographical_compare(
      a, b, [](char x, char y) { return ascii_text::lower(x) < ascii_text::lower(y); });
}

template <class Function>
void each_option(const fields& of, Function f) {
  for (const field& each : of.all()) {
    if (!is_field<"connection">(each.name)) continue;
    for (std::string_view list = each.value; !list.empty();) f(ascii_text::trimmed(ascii_text::take_until(list, ',')));
  }
}

}  // namespace

hop take_hop(fields& of) {
  hop said;
  std::vector<std::string_view> listed;
  each_option(of, [&](std::string_view option) {
    if (ascii_text::same(option, "close")) said.close = true;
    else if (ascii_text::same(option, "keep-alive")) said.keep_alive = true;
    else if (ascii_text::same(option, "upgrade")) said.upgrade = true;
    else if (!option.empty() && !never_listed::has(option)) listed.push_back(option);
  });
  std::ranges::sort(listed, is_before);  // a visitor may list thousands, and send thousands of fields
  of.erase_where([&](const field& each) {
    return own::has(each.name) || starts_as_proxy(each.name) ||
           std::ranges::binary_search(listed, each.name, is_before);
  });
  return said;
}

}  // namespace abide::detail::proxy
