#pragma once
// A service as text: by its name, or by its number if the policy and the catalog no longer know it (`#0a1b2c3d`).
#include <cstdint>
#include <string>

#include "abide/service.hpp"

namespace abide::detail {

inline std::string service_text(const policy& rules, std::uint32_t service) {
  std::string text(find_service(rules, service));
  if (!text.empty()) return text;
  text.resize(9);
  write_service_id(service, text.data());
  return text;
}

}  // namespace abide::detail
