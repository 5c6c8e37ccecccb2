#include "abide/category.hpp"

#include "words.hpp"

namespace abide {

using namespace detail;

std::string_view name_of(category c) noexcept { return words::category[static_cast<unsigned>(c) & 3u]; }

std::optional<category> category_named(std::string_view name) noexcept {
  for (const category c : categories)
    if (name == name_of(c)) return c;
  return {};
}

}  // namespace abide
