#include "site/memory.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "abide/event.hpp"
#include "site/mixed.hpp"

namespace abide::detail {

const signed_choice* verified_choices::read(std::string_view value, const cookie_realm& realm, const keys& signing) {
  if (value.size() > consent_value_max) return nullptr;
  slot& at = slots_[mixed(0, value) % slot_count];
  if (at.value != value || !(cookie_realm{at.host, at.secure, at.is_domain} == realm)) {
    at.choice = read_consent_cookie(value, realm, signing);
    at.value = value;
    at.host = realm.host;
    at.secure = realm.secure;
    at.is_domain = realm.is_domain;
  }
  return at.choice ? &*at.choice : nullptr;
}

// Fields of two visitors differ early, late or in the middle, as good as always; equal bytes decide.
static std::uint64_t sampled(std::string_view field) noexcept {
  constexpr std::size_t part = 48;
  if (field.size() <= 3 * part) return mixed(0, field);
  const std::uint64_t hash = mixed(field.size(), field.substr(0, part));
  return mixed(mixed(hash, field.substr(field.size() / 2, part)), field.substr(field.size() - part));
}

recent_readings::entry* recent_readings::of(std::string_view field, std::string_view host, bool secure) {
  if (field.size() > field_max) return nullptr;
  entry& at = slots_[(sampled(field) + (secure ? 1 : 0)) % slot_count];
  if (at.field == field && at.host == host && at.secure == secure) return &at;
  at = {};
  at.field = field;
  at.host = host;
  at.secure = secure;
  return &at;
}

const latest_choice* recent_answers::find(std::string_view subject, std::int64_t time_ms,
                                          std::int64_t now) const noexcept {
  const slot& at = slots_[mixed(0, subject) % slot_count];
  const bool fits = at.subject == subject && at.time_ms >= time_ms && now >= at.asked && now - at.asked < moment;
  return fits ? &at.said : nullptr;
}

void recent_answers::keep(std::string_view subject, std::int64_t time_ms, const latest_choice& said, std::int64_t now) {
  slot& at = slots_[mixed(0, subject) % slot_count];
  at.subject = subject;
  at.time_ms = std::max(time_ms, said.time_ms);
  at.asked = now;
  at.said = said;
}

void recent_answers::forget(std::string_view subject) {
  slot& at = slots_[mixed(0, subject) % slot_count];
  if (at.subject == subject) at = {};
}

said_expiries::place& said_expiries::of(std::uint64_t what, std::int64_t now) noexcept {
  place& at = slots_[what % slot_count];
  const bool is_old = now < at.time || now - at.time >= moment;
  if (at.what != what || (at.next == all && is_old)) at = {what, now, 0};
  return at;
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

const rendered& rendered_pages::of(const exchange& v, const language& words, const page_terms& terms) {
  const rendered_key key = key_of(v, words, terms);
  for (const entry& each : entries_)
    if (each.key == key) return each.made;
  if (entries_.size() < count_max) return entries_.emplace_back(entry{key, rendered(v, words, terms)}).made;
  entry& oldest = entries_[next_++ % count_max];
  oldest = {key, rendered(v, words, terms)};
  return oldest.made;
}

memory& memory_of(const site_state& site) {
  thread_local std::array<std::unique_ptr<memory>, sites_max> kept;  // the latest first
  const auto is_own = [&](const std::unique_ptr<memory>& each) { return each && each->site_number == site.number; };
  if (is_own(kept.front())) return *kept.front();
  auto found = std::find_if(kept.begin(), kept.end(), is_own);
  if (found == kept.end()) {
    found = kept.end() - 1;
    *found = std::make_unique<memory>();
    (*found)->site_number = site.number;
  }
  std::rotate(kept.begin(), found, found + 1);
  return *kept.front();
}

}  // namespace abide::detail
