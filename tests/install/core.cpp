#include <abide/abide.hpp>

#include <cstdio>

int main() {
  const abide::policy policy;
  const abide::signals seen{true, abide::dnt_value::absent};
  const auto& place = abide::find_jurisdiction("US-CA", 1795305600);
  const auto decision = abide::decide(policy, seen, place, nullptr, {}, 1795305600);
  const auto targeting = decision.of(abide::category::targeting, true);
  std::printf("%s\n", abide::to_string(targeting.rule).data());
  return targeting.allowed ? 1 : 0;
}
