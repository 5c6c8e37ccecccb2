#include "site/memo.hpp"

#include <cstring>

#include "site/mixed.hpp"

namespace abide::detail {
namespace {

bool same_bytes(const char* a, std::string_view b) noexcept {
  return b.empty() || std::memcmp(a, b.data(), b.size()) == 0;
}

}  // namespace

bool memo::slot::holds(const cookie_facts& facts) const noexcept {
  return name_size == facts.name.size() && host_size == facts.host.size() && same_bytes(text.data(), facts.name) &&
         same_bytes(text.data() + name_size, facts.host);
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
  for (slot& each : slots_) each.turn = 0;  // once in four thousand million
  turn_ = 1;
}

classification memo::of(const policy& p, const cookie_facts& facts) noexcept {
  if (policy_ != &p) begin(p);
  if (facts.third_party || facts.name.size() + facts.host.size() > text_max) return classify(p, facts);
  slot& at = slots_[mixed(0, facts.name) % slot_count];
  if (at.turn == turn_ && at.holds(facts)) return at.what;
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
