#include "site/cookie_reading.hpp"

namespace abide {

// Ten rules fit into four bits, and one bit says the answer: a verdict is five bits, and there are twelve.
decision_key key_of(const decision& d) noexcept {
  decision_key key{d.place, d.in_programme ? 1u : 0u};
  for (const auto* column : {&d.own, &d.shared, &d.exempt})
    for (const verdict& v : *column)
      key.verdicts = key.verdicts << 5 | static_cast<unsigned>(v.rule) << 1 | (v.allowed ? 1u : 0u);
  return key;
}

}  // namespace abide
