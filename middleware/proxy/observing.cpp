#include "proxy/observing.hpp"

#include "abide/catalog.hpp"

namespace abide::detail::proxy {

void observed::tell(const std::vector<report_item>& seen) {
  for (const report_item& each : seen) {
    if (each.allowed) continue;
    std::string line = each.from_request ? "would hide from the application: " : "would not set: ";
    line.append(each.name).append(" (").append(to_string(each.category));
    if (!each.vendor.empty()) line.append(", ").append(each.vendor);
    line.append("): ").append(each.rule).append(", ").append(each.why);
    const std::lock_guard alone(guard_);
    if (told_.size() < most && told_.insert(line).second) tell_(line);
  }
}

}  // namespace abide::detail::proxy
