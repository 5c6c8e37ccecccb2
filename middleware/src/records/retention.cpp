#include "records/retention.hpp"

#include <algorithm>
#include <optional>
#include <sstream>

#include "abide/jurisdiction.hpp"
#include "records/edit.hpp"

namespace abide::detail {
namespace {

constexpr std::string_view note_name = "retention";
constexpr std::int64_t day_ms = 86'400'000;

struct noted {
  unsigned days = 0;
  std::int64_t made_ms = 0, end_ms = 0;  ///< records that expired before end_ms may be deleted
};

std::optional<noted> read_note(store& from) {
  noted found;
  std::istringstream words(from.note(std::string(note_name)).value_or(""));
  if (!(words >> found.days >> found.made_ms >> found.end_ms)) return {};
  return found;
}

void write_note(store& into, const noted& made) {
  into.set_note(std::string(note_name),
                std::to_string(made.days) + ' ' + std::to_string(made.made_ms) + ' ' + std::to_string(made.end_ms));
}

// The newest time in the records or, without records, in the counts, whose times come only from this machine's clock.
std::optional<std::int64_t> newest_ms(store& from, const std::vector<chain_state>& chains) {
  std::optional<std::int64_t> newest;
  for (const chain_state& each : chains)
    if (const auto time = from.last_time(each.head.chain)) newest = std::max(newest.value_or(*time), *time);
  if (newest) return newest;
  if (const auto minute = from.last_minute()) newest = *minute * 1000;
  return newest;
}

/// How long a grant can be valid, wherever it was given; a policy can set at most 400 days. What takes a grant back
/// must not be deleted before: an old copy of its cookie would count again.
std::int64_t longest_grant_ms() noexcept {
  std::int64_t days = 400;
  const jurisdiction_table table = jurisdictions();
  for (std::size_t i = 0; i < table.count; ++i) days = std::max(days, std::int64_t{table.rows[i].consent_days});
  return days * day_ms;
}

std::uint64_t retain_in(store& from, const chain_state& chain, std::int64_t end_ms, const keys* signing) {
  const std::uint64_t number = chain.head.chain, done = chain.anchor ? chain.anchor->number : 0;
  const std::uint64_t first = from.last_over(number, end_ms, end_ms - longest_grant_ms());
  if (first <= done) return 0;
  const chain_place last = from.last_up_to(number, std::min(first, done + retention_slice));
  if (last.number <= done) return 0;
  from.set_anchor(sealed_place(place_kind::anchor, from.log(), last, signing));
  return from.delete_up_to(number, last.number);
}

// Whether the noted records may be deleted now. A note from the future was made while the clock was ahead.
bool is_due(const std::optional<noted>& known, unsigned days, std::int64_t now_ms, retained& out) {
  if (!known || known->days != days) return false;
  if (now_ms >= known->made_ms) return now_ms - known->made_ms >= retention_wait_ms;
  out.told.push_back("the clock is " + std::to_string((known->made_ms - now_ms) / 1000) +
                     " s behind the last run of retention: nothing is deleted for a day");
  return false;
}

}  // namespace

retained retain_step(store& from, unsigned days, std::int64_t now_ms, const keys* signing) {
  retained out;
  open_log log{from, signing, true, {}};
  log_edit edit(log);
  from.join();
  const std::vector<chain_state> chains = from.chains();
  const auto newest = newest_ms(from, chains);
  const auto known = read_note(from);
  const std::int64_t end_ms = std::min(now_ms, newest.value_or(now_ms)) - days * day_ms;
  const bool ripe = newest && is_due(known, days, now_ms, out);
  if (ripe) {
    const std::int64_t before_ms = std::min(known->end_ms, end_ms);
    for (const chain_state& each : chains) out.deleted += retain_in(from, each, before_ms, signing);
    out.counts = edit.forget_signals(before_ms / 1000);
  }
  const bool waits = known && known->days == days && !ripe && out.told.empty();
  out.is_noted = newest && !out.any() && !waits;
  if (out.is_noted) write_note(from, {days, now_ms, end_ms});
  edit.commit();
  return out;
}

retained retain_all(store& from, unsigned days, std::int64_t now_ms, const keys* signing) {
  retained all;
  for (bool goes_on = true; goes_on;) {
    retained step = retain_step(from, days, now_ms, signing);
    goes_on = step.any();
    all.deleted += step.deleted;
    all.counts += step.counts;
    all.is_noted = step.is_noted;
    all.told.insert(all.told.end(), step.told.begin(), step.told.end());
  }
  return all;
}

void forget_noted(store& from) {
  from.begin();
  from.join();
  from.set_note(std::string(note_name), "");
  from.commit();
}

}  // namespace abide::detail
