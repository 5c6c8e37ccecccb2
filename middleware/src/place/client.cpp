#include "place/client.hpp"

#include "base/ascii.hpp"

namespace abide {

bool is_in_any(const std::vector<address_range>& ranges, std::string_view address) noexcept {
  for (const address_range& range : ranges)
    if (contains(range, address)) return true;
  return false;
}

std::string_view client_of(const header_section& request, std::string_view peer,
                           const std::vector<address_range>& proxies) {
  if (!is_in_any(proxies, peer)) return peer;
  struct walk {
    const std::vector<address_range>& proxies;
    std::string_view client;
  } found{proxies, peer};
  const auto look = [](void* context, std::string_view name, std::string_view list) {
    if (!ascii_text::same(name, "X-Forwarded-For")) return;
    walk& w = *static_cast<walk*>(context);
    while (!list.empty()) {
      const std::string_view address = ascii_text::trimmed(ascii_text::take_until(list, ','));
      if (!is_in_any(w.proxies, address)) w.client = address;
    }
  };
  request.each(look, &found);
  return found.client;
}

}  // namespace abide
