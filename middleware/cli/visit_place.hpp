#pragma once
// Where the visitor of a line is: its location; where it has none, what the policy makes of the peer's address.
#include <optional>
#include <string>

#include "members.hpp"
#include "place/place.hpp"

namespace abide::detail::cli {

class visit_place {
 public:
  explicit visit_place(const config& site) : site_(site) {}

  /// The facts of a line, located. Throws line_error; config_error when the policy's database cannot be used.
  visit_facts read(const nlohmann::json& line, const header_fields&);

 private:
  const config& site_;
  std::optional<places> places_;  // made for the first line that has a peer
};

}  // namespace abide::detail::cli
