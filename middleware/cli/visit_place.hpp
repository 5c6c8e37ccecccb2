#pragma once
// The place of a line's visitor: its location, or what the policy finds for the peer's address.
#include <optional>
#include <string>

#include "members.hpp"
#include "place/place.hpp"

namespace abide::detail::cli {

class visit_place {
 public:
  explicit visit_place(const config& site) : site_(site) {}

  /// The facts of a line, with the place. Throws line_error; config_error if the policy's database cannot be used.
  visit_facts read(const nlohmann::json& line, const header_fields&);

 private:
  const config& site_;
  std::optional<places> places_;  // opened for the first line with a peer
};

}  // namespace abide::detail::cli
