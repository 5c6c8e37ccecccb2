#pragma once
#include <string_view>

#include "abide/catalog.hpp"

namespace abide::detail {

/// A name that is known only at some hosts, where nobody says which host sets it: what it is at all of them. Never
/// required, which elsewhere it need not be. False when the catalog does not know it so.
bool look_up_anywhere(std::string_view name, classification& found) noexcept;

}  // namespace abide::detail
