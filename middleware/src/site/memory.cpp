#include "site/memory.hpp"

#include <cstring>
#include <memory>
#include <utility>

#include "abide/event.hpp"

namespace abide {

std::uint64_t mixed(std::uint64_t hash, std::string_view bytes) noexcept {
  constexpr std::uint64_t prime = 0x9e3779b97f4a7c15;
  hash = (hash ^ bytes.size()) * prime;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::uint64_t part;
    std::memcpy(&part, bytes.data(), 8);
    hash = (hash ^ part) * prime;
    hash ^= hash >> 29;
  }
  std::uint64_t rest = 0;
  if (!bytes.empty()) std::memcpy(&rest, bytes.data(), bytes.size());
  hash = (hash ^ rest) * prime;
  return hash ^ (hash >> 32);
}

const signed_choice* verified_choices::read(std::string_view value, std::string_view host, const keys& signing) {
  slot& at = slots_[mixed(0, value) % slot_count];
  if (at.value != value || at.host != host) {
    at.choice = read_consent_cookie(value, host, signing);
    at.value = value;
    at.host = host;
  }
  return at.choice ? &*at.choice : nullptr;
}

recent_readings::entry* recent_readings::of(std::string_view field, std::string_view host, bool secure) {
  if (field.size() > field_max) return nullptr;
  entry& at = slots_[mixed(secure, field) % slot_count];
  if (at.field == field && at.host == host && at.secure == secure) return &at;
  at = {};
  at.field = field;
  at.host = host;
  at.secure = secure;
  return &at;
}

bool said_expiries::say(std::uint64_t what, std::int64_t now) noexcept {
  slot& at = slots_[what % slot_count];
  if (at.what == what && now >= at.time && now - at.time < moment) return true;
  at = {what, now};
  return false;
}

const shown_text* shown_texts::find(const jurisdiction* place, std::string_view language) const noexcept {
  for (const entry& each : entries_)
    if (each.place == place && each.language == language) return &each.shown;
  return nullptr;
}

const shown_text& shown_texts::keep(const jurisdiction* place, std::string_view language, std::string text) {
  if (entries_.size() >= count_max) entries_.clear();
  std::string hash = sha256_hex(text);
  entries_.push_back({place, std::string(language), {std::move(text), std::move(hash)}});
  return entries_.back().shown;
}

memory& memory_of(const site_state& site) {
  thread_local std::unique_ptr<memory> kept;
  if (!kept || kept->site_number != site.number) {
    kept = std::make_unique<memory>();
    kept->site_number = site.number;
  }
  return *kept;
}

}  // namespace abide
