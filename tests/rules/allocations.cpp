// The core allocates nothing from the first field to the last verdict.
#include <cstdio>
#include <new>

#include "bench/counting_new.hpp"
#include "bench/typical.hpp"

int main() {
  ::operator delete(::operator new(4));
  if (allocations != 1) {
    std::puts("the counter does not count");
    return 1;
  }
  const typical::site site;
  const abide::classifier own{
      [](void*, const abide::policy& p, const abide::cookie_facts& facts) { return abide::classify(p, facts); },
      nullptr};
  std::size_t total = 0, passed = 0;
  for (const char* place : {"DE", "US-CA", "GB", "", "JP"})
    for (const bool gpc : {false, true}) {
      const std::size_t before = allocations;
      passed += typical::exchange(site, place, gpc) + typical::exchange(site, place, gpc, own);
      total += allocations - before;
    }
  std::printf("%zu allocations in 20 exchanges, %zu cookies passed\n", total, passed);
  return total == 0 && passed > 0 ? 0 : 1;
}
