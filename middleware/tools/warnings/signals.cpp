// Do Not Track where the law gives it an effect.
#include "tools/warnings/look.hpp"

namespace abide::detail::cli {

void look_at_signals(look& at) {
  const std::string objecting = places_where(at.served, [](const jurisdiction& row) { return row.dnt_objects; });
  if (at.site.policy.dnt == dnt_policy::ignore && !objecting.empty())
    at.warn("/signals/dnt", "ignore, but in " + objecting +
                                " Do Not Track can be a binding objection (LG Berlin, 16 O 420/19); as_objection "
                                "honours it there");
}

}  // namespace abide::detail::cli
