#include "site/consent_reading.hpp"

#include <algorithm>
#include <utility>

#include "abide/service.hpp"

namespace abide::detail {
namespace {

choice stricter(choice a, choice b) noexcept {
  if (a == choice::denied || b == choice::denied) return choice::denied;
  return a == choice::granted ? b : choice::none;
}

void keep_later(std::optional<std::int64_t>& into, const std::optional<std::int64_t>& other) noexcept {
  if (other && (!into || *other > *into)) into = other;
}

template <class keeps_function>
void keep_services(service_grants& list, keeps_function keeps) noexcept {
  service_grants kept;
  for (const service_grant& each : list)
    if (keeps(each)) kept.at[kept.count++] = each;
  list = kept;
}

const service_grant* find_same(const service_grants& list, const service_grant& wanted) noexcept {
  for (const service_grant& each : list)
    if (each.service == wanted.service && each.category == wanted.category) return &each;
  return nullptr;
}

// A refusal that was already known is older than the services that were allowed in spite of it.
void add_refused(record& into, const record& refused) noexcept {
  for (std::size_t i = 0; i < into.choices.size(); ++i) {
    if (refused.choices[i] != choice::denied || into.choices[i] == choice::denied) continue;
    into.choices[i] = choice::denied;
    keep_services(into.services,
                  [&](const service_grant& each) { return static_cast<std::size_t>(each.category) != i; });
  }
  keep_later(into.sticky_since, refused.sticky_since);
  if (into.source == source::none) into.source = refused.source;
}

void drop_grants(record& r) noexcept {
  for (choice& each : r.choices)
    if (each == choice::granted) each = choice::none;
  r.exception.reset();
  r.services = {};
}

std::int64_t grant_time(const record& r) noexcept {
  std::int64_t latest = std::max(grants_any(r) ? r.time : 0, r.exception ? r.exception->time : 0);
  for (const service_grant& each : r.services) latest = std::max(latest, each.time);
  return latest;
}

// Keeps what both allow, for as long as both allow it.
void keep_common(record& into, const record& other) noexcept {
  const std::optional<std::int64_t> excepted = other.exception ? std::optional(other.exception->time) : std::nullopt;
  keep_strictest(into, other.choices,
                 other.exception ? std::optional(other.exception->purposes) : std::optional(category_set{}));
  keep_services(into.services, [&](service_grant each) { return find_same(other.services, each) != nullptr; });
  for (std::size_t i = 0; i < into.services.count; ++i) {
    service_grant& mine = into.services.at[i];
    const service_grant& theirs = *find_same(other.services, mine);
    mine.time = std::min(mine.time, theirs.time);
    mine.notice = std::min(mine.notice, theirs.notice);
  }
  if (into.exception && excepted) into.exception->time = std::min(into.exception->time, *excepted);
  into.time = std::min(into.time, other.time);
  if (into.notice != other.notice) {  // one has an old notice, and it is unknown which
    into.notice = 0;
    into.exception.reset();
  }
  keep_later(into.sticky_since, other.sticky_since);
}

// Another host, or somebody with access to the browser, may have added a cookie of his own visit. What is chosen next
// must not be recorded as his, nor shown to him.
void combine(signed_choice& into, const signed_choice& other, bool& is_ambiguous) {
  keep_common(into.record, other.record);
  is_ambiguous = is_ambiguous || into.subject != other.subject;
  into.serial = is_ambiguous ? 0 : std::max(into.serial, other.serial);
  if (is_ambiguous) into.subject.clear();
}

}  // namespace

bool grants_any(const record& r) noexcept {
  return std::any_of(r.choices.begin() + 1, r.choices.end(), [](choice c) { return c == choice::granted; });
}

bool allows_any(const record& r) noexcept { return grants_any(r) || r.services.count != 0; }

void keep_strictest(record& into, const std::array<choice, 4>& choices, const std::optional<category_set>& exception) {
  for (std::size_t i = 0; i < into.choices.size(); ++i) into.choices[i] = stricter(into.choices[i], choices[i]);
  if (!into.exception || !exception) return;
  into.exception->purposes = category_set(into.exception->purposes.bits() & exception->bits());
  if (into.exception->purposes.empty()) into.exception.reset();
}

bool keep_signal(record& into, std::int64_t since) noexcept {
  const bool is_later = !into.sticky_since || *into.sticky_since < since;
  if (is_later) into.sticky_since = since;
  return is_later;
}

void keep_services_of(record& into, const std::vector<event_service>& said) {
  keep_services(into.services, [&](const service_grant& mine) {
    return std::any_of(said.begin(), said.end(), [&](const event_service& each) {
      return each.category == mine.category && service_id(each.vendor) == mine.service;
    });
  });
}

bool same_services(const record& a, const record& b) noexcept {
  const auto same = [&](const service_grant& each) {
    const service_grant* other = find_same(b.services, each);
    return other && other->time == each.time && other->notice == each.notice;
  };
  return a.services.count == b.services.count && std::all_of(a.services.begin(), a.services.end(), same);
}

void consent_reading::add(const signed_choice& other) {
  latest = std::max(latest, grant_time(other.record));
  if (is_verified) {
    combine(*choice, other, is_ambiguous);
    choice->is_newly_signed = is_ambiguous;  // one cookie is written for both, unless it is unknown whose
    return;
  }
  const std::optional<signed_choice> refused = std::exchange(choice, other);
  if (refused) add_refused(choice->record, refused->record);
  is_verified = true;
  is_doubtful = false;
}

void consent_reading::add_of_domain(const signed_choice& other) {
  latest = std::max(latest, grant_time(other.record));
  if (of_domain) combine(*of_domain, other, is_domain_ambiguous);
  else of_domain = other;
}

void consent_reading::settle() {
  if (!of_domain) return;
  if (!is_verified) {
    is_ambiguous = is_domain_ambiguous;
    return add(*of_domain);
  }
  if (choice->record.time > of_domain->record.time) return;
  const std::string before = text_of(choice->record);
  keep_common(choice->record, of_domain->record);
  if (text_of(choice->record) != before) choice->is_newly_signed = false;
}

void consent_reading::note_newest() {
  if (choice) newest = std::max({latest, choice->record.time, choice->record.sticky_since.value_or(0)});
}

void consent_reading::add_refusals(std::string_view value) {
  const auto refused = read_refusals(value);
  if (!refused) return;
  if (!choice) choice.emplace();
  add_refused(choice->record, *refused);
}

void consent_reading::add_signal(std::string_view value) {
  has_signal = true;
  const auto refused = read_refusals(value);
  is_signal_unreadable = is_signal_unreadable || !refused;
  signal_written = std::max(signal_written, read_written(value));
  add_refusals(value);
}

std::optional<record> record_at(const consent_reading& found, std::int64_t now) {
  if (!found.choice && !found.is_signal_unreadable) return {};
  record r = found.choice ? found.choice->record : record{};
  if (found.is_signal_unreadable) keep_later(r.sticky_since, now + clock_skew);
  if (is_ahead(found.latest, now)) drop_grants(r);
  if (!r.sticky_since || *r.sticky_since <= now + clock_skew) return r;
  if (r.time <= *r.sticky_since) drop_grants(r);
  r.sticky_since = now + clock_skew;
  return r;
}

bool must_end_signal(const consent_reading& found, std::int64_t now) {
  if (!found.has_signal) return false;
  return found.is_signal_unreadable || found.choice->record.sticky_since.value_or(0) > now + clock_skew;
}

}  // namespace abide::detail
