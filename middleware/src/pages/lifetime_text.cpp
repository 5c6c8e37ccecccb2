#include "pages/lifetime_text.hpp"

#include <array>

#include "pages/template.hpp"
#include "policy/lifetime.hpp"
#include "policy/plural.hpp"
#include "policy/texts.hpp"

namespace abide::detail {

std::string lifetime_in(const language& words, cookie_lifetime lifetime) {
  if (lifetime.unit == lifetime_unit::unknown) return {};
  const std::string_view forms = words["lifetime." + std::string(to_string(lifetime.unit))];
  const std::string count = std::to_string(lifetime.count);
  const std::array<value, 1> values{{{"count", count}}};
  return say(piece_of(forms, plural_form(words["plural"], lifetime.count)), values);
}

}  // namespace abide::detail
