#include "abide/memo.hpp"

#include <cstring>

namespace abide {
namespace {

// Eight bytes a step: only to spread names over the slots, nothing depends on who can guess it.
std::uint64_t hash_of(std::string_view name) noexcept {
  constexpr std::uint64_t prime = 0x9e3779b97f4a7c15;
  std::uint64_t hash = name.size() * prime;
  const char* at = name.data();
  std::size_t left = name.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t part;
    std::memcpy(&part, at, 8);
    hash = (hash ^ part) * prime;
    hash ^= hash >> 29;
  }
  std::uint64_t rest = 0;
  if (left > 0) std::memcpy(&rest, at, left);
  hash = (hash ^ rest) * prime;
  return hash ^ (hash >> 32);
}

bool same_bytes(const char* a, std::string_view b) noexcept {
  return b.empty() || std::memcmp(a, b.data(), b.size()) == 0;
}

}  // namespace

void memo::begin(const policy& p, std::string_view host) noexcept {
  asked_ = host;
  const bool same = policy_ == &p && host_size_ == host.size() && same_bytes(host_.data(), host);
  if (same && turn_ != 0) return;
  policy_ = &p;
  host_size_ = host.size() <= host_max ? host.size() : static_cast<std::size_t>(-1);  // no host is that long
  if (host_size_ <= host_max && !host.empty()) std::memcpy(host_.data(), host.data(), host.size());
  if (++turn_ != 0) return;
  for (slot& each : slots_) each.turn = 0;  // once in four thousand million
  turn_ = 1;
}

const classification& memo::of(std::string_view name) noexcept {
  if (name.size() > name_max) {
    long_ = classify(*policy_, {name, asked_, false});
    return long_;
  }
  slot& at = slots_[hash_of(name) % slot_count];
  if (at.turn == turn_ && at.size == name.size() && same_bytes(at.name.data(), name)) return at.what;
  at.turn = turn_;
  at.size = static_cast<std::uint8_t>(name.size());
  if (!name.empty()) std::memcpy(at.name.data(), name.data(), name.size());
  at.what = classify(*policy_, {name, asked_, false});
  return at.what;
}

}  // namespace abide
