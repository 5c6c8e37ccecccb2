#pragma once
// The effect of a policy in each place, for readers.
#include <cstdint>
#include <string>
#include <vector>

#include "abide/config.hpp"
#include "abide/jurisdiction.hpp"

namespace abide::detail::cli {

/// What applies in one place before any choice.
struct situation {
  std::string notice;                 ///< `asks first`
  std::vector<std::string> purposes;  ///< analytics, functional, targeting: `on`, `off`, `off if shared`
  std::string under_signal;           ///< what is on with Global Privacy Control
  std::string under_dnt;              ///< the same with Do Not Track: 1
  std::uint32_t consent_days = 0;
  bool operator==(const situation&) const = default;
};
situation situation_of(const config&, const jurisdiction&, std::int64_t now);

/// Places with the same situation, under the name of their region if they are most of it.
struct group_of_places {
  std::string name;
  std::vector<const jurisdiction*> rows;
};
std::vector<group_of_places> groups_served(const config&, std::int64_t now);

/// `California and 18 others`
std::string short_names(const std::vector<const jurisdiction*>&);

}  // namespace abide::detail::cli
