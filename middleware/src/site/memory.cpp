#include "site/memory.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <utility>

#include "abide/event.hpp"
#include "base/ascii.hpp"
#include "base/bytes.hpp"
#include "base/cookie_domain.hpp"
#include "base/spare_rooms.hpp"
#include "base/time.hpp"
#include "site/backend_field.hpp"
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

// Hashes eight words spread over a long field: the fields of two visitors differ in many places. The caller compares
// all bytes.
static std::uint64_t sampled(std::string_view field) noexcept {
  constexpr std::size_t word = sizeof(std::uint64_t), words = 8;
  if (field.size() <= word * words) return mixed(0, field);
  const std::size_t step = (field.size() - word) / (words - 1);
  std::uint64_t hash = field.size();
  for (std::size_t i = 0; i < words; ++i) {
    std::uint64_t part;
    std::memcpy(&part, field.data() + i * step, word);
    hash = (hash ^ part) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
  }
  return hash;
}

recent_readings::entry* recent_readings::of(std::string_view field, std::string_view host, bool secure) {
  if (field.size() > field_max) return nullptr;
  entry& at = slots_[(sampled(field) + (secure ? 1 : 0)) % slot_count];
  if (at.secure == secure && same_bytes(at.host, host) && at.field == field) return &at;
  at = {};
  at.field = field;
  at.host = host;
  at.secure = secure;
  return &at;
}

namespace {

std::string deletion_of(std::string_view field) {
  std::string made(deletion_size_max(field.size()), '\0');
  made.resize(write_deletion(field, made.data()));
  return made;
}

/// `name=value`, and the attributes behind it: `; Path=/; Max-Age=0`.
std::string_view pair_of(std::string_view field) noexcept { return field.substr(0, field.find(';')); }
std::string_view attributes_of(std::string_view field) noexcept { return field.substr(pair_of(field).size()); }

/// Whether `other` contains every part of `list`.
bool are_all_in(std::string_view list, std::string_view other) noexcept {
  while (!list.empty()) {
    const std::string_view part = ascii_text::trimmed(ascii_text::take_until(list, ';'));
    bool is_there = false;
    for (std::string_view left = other; !left.empty() && !is_there;)
      is_there = ascii_text::trimmed(ascii_text::take_until(left, ';')) == part;
    if (!is_there) return false;
  }
  return true;
}

/// Browsers compare Expires with the response's Date, if it has one.
bool is_over(std::int64_t expires, const filter& by) noexcept {
  return expires <= (by.date.empty() ? by.now : parse_cookie_date(by.date).value_or(by.now));
}

}  // namespace

bool says_the_same(std::string_view field, std::string_view deletion) noexcept {
  const auto parts = [](std::string_view text) { return std::count(text.begin(), text.end(), ';'); };
  return parts(field) == parts(deletion) && are_all_in(field, deletion) && are_all_in(deletion, field);
}

bool recent_set_cookies::answer::stays(std::string_view field) const noexcept {
  return is_bare && same_bytes(pair_of(field), pair_of(deletion));
}

std::uint64_t recent_set_cookies::terms_of(const filter& by, const decision_key& key) {
  const auto are_same = [&](const known_terms& at) { return at.key == key && same_bytes(at.host, by.host); };
  if (latest_->number != 0 && are_same(*latest_)) return latest_->number;
  latest_ = &terms_[mixed(key.own ^ key.shared, by.host) % terms_count];
  if (latest_->number == 0 || !are_same(*latest_)) *latest_ = {++numbers_, std::string(by.host), key};
  return latest_->number;
}

// Inline, as place_of is: a call would cost as much as the search.
inline recent_set_cookies::parts recent_set_cookies::parts_of(std::string_view field) noexcept {
  const std::size_t end = std::min(field.find(';'), field.size());
  const std::size_t equals = field.substr(0, end).find('=');
  return {field.substr(0, equals == field.npos ? 0 : equals), field.substr(end)};
}

/// Names differ most at their end: `_ga`, `_gid`, `_ga_ABC`.
inline std::size_t recent_set_cookies::place_of(parts read) noexcept {
  constexpr std::size_t most = 7;
  const std::string_view end = read.name.substr(read.name.size() - std::min(read.name.size(), most));
  return mixed(read.attributes.size(), end) % slot_count;
}

// Not inline: most fields are known, and saving registers for this function would make every search cost more.
[[gnu::noinline]] const recent_set_cookies::answer& recent_set_cookies::learn(slot& at, const filter& by,
                                                                              std::uint64_t terms,
                                                                              std::string_view field, parts read) {
  at = {};
  filter telling = by;
  telling.observer = {[](void* to, const finding& found) { *static_cast<category*>(to) = found.what.category; },
                      &at.said.what};
  const set_cookie_action passes = filter_set_cookie(telling, field);
  at.said.passes = passes;
  if (passes == set_cookie_action::as_deletion) {
    at.said.deletion = deletion_of(field);
    at.said.is_bare = says_the_same(read.attributes, attributes_of(at.said.deletion));
  }
  at.expires = parse_set_cookie(field).expires;
  at.was_over = at.expires && is_over(*at.expires, by);
  if (read.name.size() > text_max || read.attributes.size() > text_max) return at.said;  // too long to remember
  at.name = read.name;
  at.attributes = read.attributes;
  at.terms = terms;
  return at.said;
}

const recent_set_cookies::answer& recent_set_cookies::of(const filter& by, std::uint64_t terms,
                                                         std::string_view field) {
  const parts read = parts_of(field);
  slot& at = slots_[place_of(read)];
  const bool same = at.terms == terms && same_bytes(at.name, read.name) && at.attributes == read.attributes &&
                    (!at.expires || is_over(*at.expires, by) == at.was_over);
  return same ? at.said : learn(at, by, terms, field, read);
}

const std::vector<std::string>& recent_domains::of(std::string_view host) {
  slot& at = slots_[mixed(0, host) % slot_count];
  if (at.host != host) at = {std::string(host), cookie_domains(host)};
  return at.domains;
}

static std::int64_t day_of(std::int64_t now) noexcept { return now / seconds_a_day; }

const jurisdiction& recent_places::of(std::string_view location, std::int64_t now) noexcept {
  constexpr std::size_t size_max = 7;  // the eighth byte holds the size
  if (location.empty() || location.size() > size_max) return find_jurisdiction(location, now);
  std::array<char, 8> bytes{};
  std::memcpy(bytes.data(), location.data(), location.size());
  bytes.back() = static_cast<char>(location.size());
  const auto code = std::bit_cast<std::uint64_t>(bytes);
  slot& at = slots_[mixed(code, {}) % slot_count];
  if (at.code != code || at.day != day_of(now)) at = {code, day_of(now), &find_jurisdiction(location, now)};
  return *at.row;
}

const decision& first_decisions::of(const policy& rules, const signals& seen, const jurisdiction& place,
                                    std::int64_t now) noexcept {
  const std::uint64_t said = static_cast<std::uint64_t>(seen.dnt) << 1 | (seen.gpc ? 1u : 0u);
  slot& at = slots_[mixed(said, place.code) % slot_count];
  if (at.place != &place || at.said != said || at.day != day_of(now))
    at = {&place, said, day_of(now), decide(rules, seen, place, nullptr, {}, now)};
  return at.made;
}

const std::string& recent_backend_fields::of(const decision& d, bool has_chosen) {
  const key wanted{d.place, std::bit_cast<std::uint64_t>(d.own), std::bit_cast<std::uint64_t>(d.shared), d.seen.gpc,
                   has_chosen};
  slot& at = slots_[mixed(wanted.own ^ wanted.shared, d.place->code) % slot_count];
  if (at.said.empty() || !(at.of == wanted)) at = {wanted, backend_field(d, has_chosen)};
  return at.said;
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

void* exchange::operator new(std::size_t size) { return spare_rooms<exchange>::take(size); }
void exchange::operator delete(void* room) noexcept { spare_rooms<exchange>::give(room); }

constinit thread_local memory* latest_memory = nullptr;

memory& other_memory_of(const site_state& site) {
  thread_local std::array<std::unique_ptr<memory>, sites_max> kept;  // the latest first
  const auto is_own = [&](const std::unique_ptr<memory>& each) { return each && each->site_number == site.number; };
  auto found = std::find_if(kept.begin(), kept.end(), is_own);
  if (found == kept.end()) {
    found = kept.end() - 1;
    *found = std::make_unique<memory>();
    (*found)->site_number = site.number;
  }
  std::rotate(kept.begin(), found, found + 1);
  latest_memory = kept.front().get();
  return *latest_memory;
}

std::span<const std::string> domains_of(const exchange& v) {
  constexpr std::size_t most = 8;
  const std::span<const std::string> all = memory_of(*v.site).domains.of(v.host.view());
  return all.last(std::min(all.size(), most));
}

}  // namespace abide::detail
