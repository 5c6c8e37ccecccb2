#include "abide/category.hpp"

#include "words.hpp"

namespace abide {

using namespace detail;

std::string_view to_string(category c) noexcept { return words::category[static_cast<unsigned>(c) & 3u]; }

std::optional<category> parse_category(std::string_view name) noexcept {
  for (const category c : categories)
    if (name == to_string(c)) return c;
  return {};
}

}  // namespace abide
