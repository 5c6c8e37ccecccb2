#include "place/proxies.hpp"

#include "abide/config.hpp"
#include "base/ascii.hpp"
#include "words/words.hpp"

namespace abide::detail {
namespace {

void add(std::vector<address_range>& ranges, std::string_view text) {
  const auto range = read_address_range(text);
  if (!range) {
    throw config_error(
        "jurisdiction.trusted_proxies: expected an address range such as 10.0.0.0/8, or the name of a known network, "
        "found \"" +
        std::string(text) + '"');
  }
  ranges.push_back(*range);
}

std::string_view known_network(std::string_view name) noexcept {
  for (const words::network& each : words::networks)
    if (each.name == name) return each.ranges;
  return {};
}

}  // namespace

trusted_proxies::trusted_proxies(const std::vector<std::string>& ranges) {
  for (const std::string& text : ranges) {
    std::string_view known = known_network(text);
    if (known.empty()) add(ranges_, text);
    while (!known.empty()) add(ranges_, ascii_text::take_until(known, ' '));
  }
}

bool trusted_proxies::trust(std::string_view address) const noexcept {
  for (const address_range& range : ranges_)
    if (contains(range, address)) return true;
  return false;
}

}  // namespace abide::detail
