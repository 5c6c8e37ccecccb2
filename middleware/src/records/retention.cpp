#include "records/retention.hpp"

#include <algorithm>

namespace abide::detail {
namespace {

std::uint64_t retain_in(store& from, const chain_state& chain, std::int64_t end_ms, const keys* signing) {
  const std::uint64_t number = chain.head.chain, done = chain.anchor ? chain.anchor->number : 0;
  const std::uint64_t first = from.last_over(number, end_ms);
  if (first <= done) return 0;
  const chain_place last = from.last_up_to(number, std::min(first, done + retention_slice));
  if (last.number <= done) return 0;
  from.set_anchor(sealed_place(place_kind::anchor, from.log(), last, signing));
  return from.delete_up_to(number, last.number);
}

}  // namespace

std::int64_t retention_end(unsigned days, std::int64_t now_ms) noexcept {
  return now_ms - days * std::int64_t{86'400'000};
}

std::uint64_t retain_slice(store& from, std::int64_t end_ms, const keys* signing) {
  from.begin();
  std::uint64_t count = 0;
  for (const chain_state& each : from.chains()) count += retain_in(from, each, end_ms, signing);
  from.commit();
  return count;
}

}  // namespace abide::detail
