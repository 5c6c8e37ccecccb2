#include "abide/category.hpp"

namespace abide {
namespace {
constexpr std::array<std::string_view, 4> names{"required", "analytics", "functional", "targeting"};
}

std::string_view name_of(category c) noexcept { return names[static_cast<unsigned>(c) & 3u]; }

std::optional<category> category_named(std::string_view name) noexcept {
  for (const category c : categories)
    if (name == name_of(c)) return c;
  return {};
}

}  // namespace abide
