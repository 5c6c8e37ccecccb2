#pragma once
// The proxies whose statements about a request are trusted (policy `jurisdiction.trusted_proxies`).
#include <string>
#include <string_view>
#include <vector>

#include "policy/address_range.hpp"

namespace abide::detail {

class trusted_proxies {
 public:
  trusted_proxies() = default;
  /// `ranges`: address ranges and names of known networks (words/networks.tsv). Throws config_error.
  explicit trusted_proxies(const std::vector<std::string>& ranges);

  bool empty() const noexcept { return ranges_.empty(); }
  bool trust(std::string_view address) const noexcept;

 private:
  std::vector<address_range> ranges_;
};

}  // namespace abide::detail
