#pragma once
#include <string_view>

#include "abide/catalog.hpp"

namespace abide::detail {

/// Classifies a cookie whose host is unknown by the entries for its name at particular hosts. Returns false if there
/// are none, if their categories differ, or if one is required: at another host the cookie may be something else.
bool look_up_anywhere(std::string_view name, classification& found) noexcept;

}  // namespace abide::detail
