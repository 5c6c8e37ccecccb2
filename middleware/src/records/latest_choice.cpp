#include "records/latest_choice.hpp"

#include <algorithm>

namespace abide {
namespace detail {

std::optional<latest_choice> choice_in(const consent_event& e) {
  switch (e.kind) {
    case event_kind::grant:
    case event_kind::deny:
    case event_kind::change:
    case event_kind::withdraw:
    case event_kind::exception:
      return latest_choice{true, e.time_ms, e.choices, e.exception, e.services, signal_time(e)};
    default: return {};
  }
}

// "Accept all" in spite of a signal leaves what it denies as it was. An informed exception answers the signal.
std::int64_t signal_time(const consent_event& e) {
  const bool is_left = e.conflict == conflict_state::notified && e.exception.empty();
  return e.kind == event_kind::signal_on || is_left ? e.time_ms : 0;
}

std::optional<latest_choice> choice_cache::find(const std::string& subject, std::int64_t time_ms, bool may_ask) const {
  const std::lock_guard lock(busy_);
  const auto at = entries_.find(subject);
  if (at == entries_.end()) return {};
  const entry& known = at->second;
  const bool fresh = clock::now() - known.read <= age_ && known.time_ms >= time_ms;
  return fresh || !may_ask ? std::optional(known.said) : std::nullopt;
}

void choice_cache::put(const std::string& subject, const latest_choice& said, std::int64_t time_ms) {
  const std::lock_guard lock(busy_);
  if (entries_.size() >= size_max) {
    const auto now = clock::now();
    std::erase_if(entries_, [&](const auto& each) { return now - each.second.read > age_; });
    if (entries_.size() >= size_max) entries_.clear();
  }
  entry& kept = entries_[subject];
  const std::int64_t signal_ms = std::max(kept.said.signal_ms, said.signal_ms);
  if (said.time_ms >= kept.said.time_ms) kept.said = said;
  kept.said.signal_ms = signal_ms;
  kept.time_ms = std::max({kept.time_ms, said.time_ms, time_ms});
  kept.read = clock::now();
}

void choice_cache::put_signal(const std::string& subject, std::int64_t signal_ms) {
  const std::lock_guard lock(busy_);
  const auto at = entries_.find(subject);
  if (at != entries_.end()) at->second.said.signal_ms = std::max(at->second.said.signal_ms, signal_ms);
}

}  // namespace detail

latest_choice find_latest_choice(const std::vector<consent_record>& records) {
  latest_choice newest;
  std::int64_t signal_ms = 0;
  for (const consent_record& each : records) {
    const auto said = detail::choice_in(each.event);
    if (said && (!newest.known || said->time_ms >= newest.time_ms)) newest = *said;
    signal_ms = std::max(signal_ms, detail::signal_time(each.event));
  }
  newest.signal_ms = signal_ms;
  return newest;
}

void log::count_signal(const signal_sighting&) {}
void log::count_notice(const notice_view&) {}

void log::latest(std::string_view subject, std::int64_t, latest_function done, cancel_flag gone) {
  constexpr std::size_t enough = 100;  // signals and links may be newer than the choice
  history(
      subject, enough,
      [done = std::move(done)](const std::optional<std::vector<consent_record>>& past) {
        done(past ? find_latest_choice(*past) : latest_choice{});
      },
      std::move(gone));
}

}  // namespace abide
