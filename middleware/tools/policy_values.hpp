#pragma once
// Lists in a policy as they count, flat: to find what differs between two policies, whatever it is.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "abide/config.hpp"

namespace abide::detail::cli {

/// Values by their path (RFC 6901), with defaults filled in.
using path_values = std::map<std::string, std::string>;

path_values values_of_cookies(const config&);
path_values values_of_exemptions(const config&);
/// Only texts that differ from Abide's: `/notice/texts/de/notice.title`.
path_values values_of_texts(const config&);

/// The paths whose values differ, or that only one of the two has.
std::vector<std::string> differing_paths(const path_values& before, const path_values& after);

/// `analytics, not shared`
std::string told_kind(const cookie_rule&);

/// `_ga* in GB (statistical)`
std::string told_exemption(const exemption&);

}  // namespace abide::detail::cli
