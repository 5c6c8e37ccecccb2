// Two rules for one name and host.
#include "tools/policy_values.hpp"
#include "tools/warnings/look.hpp"

namespace abide::detail::cli {
namespace {

/// What the second of two rules for one name and host does: the stricter one counts, of equals the first.
std::string text_of_twin(const cookie_rule& second, const cookie_rule& first, const std::string& first_path) {
  const std::string name(second.name);
  if (told_kind(first) == told_kind(second))
    return name + " is also declared in " + first_path + "; only that declaration counts";
  const std::string differs =
      name + " is " + told_kind(second) + " here, but " + told_kind(first) + " in " + first_path;
  return differs + (outranks(second, first) ? "; only this declaration, the stricter one, counts"
                                            : "; only that declaration, the stricter one, counts");
}

}  // namespace

void look_for_twins(look& at) {
  const policy& rules = at.site.policy;
  for (std::size_t i = 0; i < rules.cookie_count; ++i)
    for (std::size_t k = 0; k < i; ++k) {
      const cookie_rule &first = rules.cookies[k], &second = rules.cookies[i];
      if (first.name == second.name && first.host == second.host)
        at.warn(path_of(i), text_of_twin(second, first, path_of(k)));
    }
}

}  // namespace abide::detail::cli
