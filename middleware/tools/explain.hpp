#pragma once
// A policy in plain words, for the people who answer for it.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abide/config.hpp"

namespace abide::detail::cli {

struct explanation {
  std::optional<std::string> location;  ///< explain this place instead of a few typical ones
  bool only_gpc = false;                ///< only what happens with Global Privacy Control
  std::int64_t now = 0;                 ///< the day whose law counts
};

/// The whole policy: site, signals, consent, places, cookies.
std::string explain(const config&, std::string_view file, const explanation&);

/// One place: its law, and what is on before a choice and with the signal.
std::string explain_place(const config&, std::string_view location, const explanation&);

}  // namespace abide::detail::cli
