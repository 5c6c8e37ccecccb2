#include "site/memo.hpp"

#include <cstring>

#include "base/bytes.hpp"
#include "site/mixed.hpp"

namespace abide::detail {
inline bool memo::slot::holds(const cookie_facts& facts) const noexcept {
  return same_bytes({text.data(), name_size}, facts.name) &&
         same_bytes({text.data() + name_size, host_size}, facts.host);
}

void memo::slot::keep(const cookie_facts& facts, const classification& answer) noexcept {
  name_size = static_cast<std::uint8_t>(facts.name.size());
  host_size = static_cast<std::uint8_t>(facts.host.size());
  if (name_size > 0) std::memcpy(text.data(), facts.name.data(), name_size);
  if (host_size > 0) std::memcpy(text.data() + name_size, facts.host.data(), host_size);
  what = answer;
}

void memo::begin(const policy& p) noexcept {
  policy_ = &p;
  if (++turn_ != 0) return;
  for (slot& each : slots_) each.turn = 0;  // once in four billion policies
  turn_ = 1;
}

classification memo::of(const policy& p, const cookie_facts& facts) noexcept {
  if (policy_ != &p) begin(p);
  if (facts.third_party || facts.name.size() + facts.host.size() > text_max) return classify(p, facts);
  const std::size_t place = mixed(0, facts.name) % slot_count;
  slot& at = slots_[place];
  if (at.turn == turn_ && at.holds(facts)) return at.what;
  slot& beside = slots_[place ^ 1];  // a name moves here when another takes its slot
  if (beside.turn == turn_ && beside.holds(facts)) return beside.what;
  if (at.turn == turn_) beside = at;
  at.turn = turn_;
  at.keep(facts, classify(p, facts));
  return at.what;
}

classifier memo::classifier() noexcept {
  return {
      [](void* names, const policy& p, const cookie_facts& facts) { return static_cast<memo*>(names)->of(p, facts); },
      this};
}

}  // namespace abide::detail
