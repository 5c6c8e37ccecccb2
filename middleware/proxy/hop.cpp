#include "proxy/hop.hpp"

#include "base/ascii.hpp"
#include "base/field_name.hpp"

namespace abide::detail::proxy {
namespace {

using own = field_names<"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade">;
using never_listed = field_names<"host", "content-length">;

bool starts_as_proxy(std::string_view name) noexcept {
  return name.size() >= 5 && ascii_text::same(name.substr(0, 5), "proxy") && (name.size() == 5 || name[5] == '-');
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
  of.erase_where([&](const field& each) {
    if (own::has(each.name) || starts_as_proxy(each.name)) return true;
    for (const std::string_view option : listed)
      if (ascii_text::same(each.name, option)) return true;
    return false;
  });
  return said;
}

}  // namespace abide::detail::proxy
