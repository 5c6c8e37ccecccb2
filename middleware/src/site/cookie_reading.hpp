#pragma once
// Reads a request's cookies: the choice they hold, and which of them the application may see.
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abide/decision.hpp"
#include "site/consent_reading.hpp"

namespace abide::detail {

/// Immutable once made; exchanges share it.
struct cookie_reading {
  std::string received;           ///< the Cookie fields as they came, one per line
  std::vector<std::string> kept;  ///< the fields that the application sees, if `hides`
  std::vector<std::string> held;  ///< names that a choice may expire, or that a refusal expires, each once
  bool hides = false;
  std::array<std::uint32_t, 4> hidden{};  ///< number of cookies hidden from the application, by category
  std::uint64_t fingerprint = 0;          ///< of `received`
};

/// Equal keys: the two decisions treat every cookie alike.
struct decision_key {
  const jurisdiction* place = nullptr;
  std::uint64_t own = 0, shared = 0, exempt = 0;  ///< the verdicts' bytes
  bool in_programme = false;
  std::array<std::uint64_t, service_grants_max> services{};  ///< services allowed by themselves
  bool operator==(const decision_key&) const noexcept = default;
};

inline decision_key key_of(const decision& d) noexcept {
  decision_key key{d.place, std::bit_cast<std::uint64_t>(d.own), std::bit_cast<std::uint64_t>(d.shared),
                   std::bit_cast<std::uint64_t>(d.exempt), d.in_programme};
  for (std::size_t i = 0; i < d.service_count; ++i) {
    const allowed_service& each = d.services[i];
    const unsigned bits = static_cast<unsigned>(each.category) | (each.own ? 4u : 0u) | (each.shared ? 8u : 0u);
    key.services[i] = std::uint64_t{each.service} << 32 | bits;
  }
  return key;
}

}  // namespace abide::detail
