#include "site/consent_reading.hpp"

#include <algorithm>
#include <utility>

namespace abide::detail {
namespace {

// A clock ahead of this one by more is broken. One less than what the core carries on (sdk/src/choosing.cpp), so that
// a choice made now is later than any opt-out that is believed.
constexpr std::int64_t skew = 29;

choice stricter(choice a, choice b) noexcept {
  if (a == choice::denied || b == choice::denied) return choice::denied;
  return a == choice::granted ? b : choice::none;
}

void keep_later(std::optional<std::int64_t>& into, const std::optional<std::int64_t>& other) noexcept {
  if (other && (!into || *other > *into)) into = other;
}

void add_refused(record& into, const record& refused) noexcept {
  for (std::size_t i = 0; i < into.choices.size(); ++i)
    if (refused.choices[i] == choice::denied) into.choices[i] = choice::denied;
  keep_later(into.sticky_since, refused.sticky_since);
  if (into.source == source::none) into.source = refused.source;
}

void drop_grants(record& r) noexcept {
  for (choice& each : r.choices)
    if (each == choice::granted) each = choice::none;
  r.exception.reset();
}

std::int64_t grant_time(const record& r) noexcept {
  return std::max(grants_any(r) ? r.time : 0, r.exception ? r.exception->time : 0);
}

// What both allow, for as long as both allow it.
void keep_common(record& into, const record& other) noexcept {
  const std::optional<std::int64_t> excepted = other.exception ? std::optional(other.exception->time) : std::nullopt;
  keep_strictest(into, other.choices,
                 other.exception ? std::optional(other.exception->purposes) : std::optional(category_set{}));
  if (into.exception && excepted) into.exception->time = std::min(into.exception->time, *excepted);
  into.time = std::min(into.time, other.time);
  if (into.notice != other.notice) {  // one of them is of an old notice, and this cannot tell which
    into.notice = 0;
    into.exception.reset();
  }
  keep_later(into.sticky_since, other.sticky_since);
}

}  // namespace

bool grants_any(const record& r) noexcept {
  return std::any_of(r.choices.begin() + 1, r.choices.end(), [](choice c) { return c == choice::granted; });
}

void keep_strictest(record& into, const std::array<choice, 4>& choices, const std::optional<category_set>& exception) {
  for (std::size_t i = 0; i < into.choices.size(); ++i) into.choices[i] = stricter(into.choices[i], choices[i]);
  if (!into.exception || !exception) return;
  into.exception->purposes = category_set(into.exception->purposes.bits() & exception->bits());
  if (into.exception->purposes.empty()) into.exception.reset();
}

void consent_reading::add(const signed_choice& other) {
  latest = std::max(latest, grant_time(other.record));
  if (is_verified) {
    keep_common(choice->record, other.record);
    choice->is_newly_signed = false;  // to be written anew, as one
    return;
  }
  const std::optional<signed_choice> refused = std::exchange(choice, other);
  if (refused) add_refused(choice->record, refused->record);
  is_verified = true;
  is_doubtful = false;
}

void consent_reading::add_of_domain(const signed_choice& other) {
  latest = std::max(latest, grant_time(other.record));
  if (of_domain) keep_common(of_domain->record, other.record);
  else of_domain = other;
}

void consent_reading::settle() {
  if (!of_domain) return;
  if (!is_verified) return add(*of_domain);
  if (choice->record.time > of_domain->record.time) return;
  const auto text_of = [](const record& r) {
    char text[record_text_max];
    return std::string(text, write_record(r, text));
  };
  const std::string before = text_of(choice->record);
  keep_common(choice->record, of_domain->record);
  if (text_of(choice->record) != before) choice->is_newly_signed = false;
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
  if (found.is_signal_unreadable) keep_later(r.sticky_since, now + skew);
  if (found.latest > now + skew) drop_grants(r);
  if (!r.sticky_since || *r.sticky_since <= now + skew) return r;
  if (r.time <= *r.sticky_since) drop_grants(r);
  r.sticky_since = now + skew;
  return r;
}

bool must_end_signal(const consent_reading& found, std::int64_t now) {
  if (!found.has_signal) return false;
  return found.is_signal_unreadable || found.choice->record.sticky_since.value_or(0) > now + skew;
}

}  // namespace abide::detail
