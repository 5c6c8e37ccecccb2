#include "tools/tally.hpp"

#include <algorithm>
#include <iterator>

#include "abide/record.hpp"
#include "base/time.hpp"

namespace abide::detail {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t latest_ms = 7'258'118'400'000;  // 2200: a later time was tampered with, and gets no column
constexpr std::int64_t columns_max = 62;               // of a chart; beyond it, each column covers more days

std::string date_text(std::int64_t day) {
  char text[10];
  write_date(day * seconds_a_day, text);
  return {text, sizeof text};
}

// 1970-01-05, day 4, was a Monday.
std::int64_t slot_of(std::int64_t day, period width) {
  if (width == period::week) return day - ((day - 4) % 7 + 7) % 7;
  if (width == period::month) return day - (std::stoll(date_text(day).substr(8)) - 1);
  return day;
}

std::int64_t next_slot(std::int64_t start, period width) {
  if (width == period::day) return start + 1;
  if (width == period::week) return start + 7;
  return slot_of(start + 31, period::month);
}

period width_for(std::int64_t days) {
  if (days <= columns_max) return period::day;
  return days <= columns_max * 7 ? period::week : period::month;
}

template <class groups>
void fold(const groups& from, kind_counts& kinds, std::unordered_map<std::uint64_t, bool>& visitors) {
  for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] += from.kinds[i];
  for (const auto& [subject, gpc] : from.visitors) visitors[subject] |= gpc;
}

std::uint64_t count_true(const std::unordered_map<std::uint64_t, bool>& visitors) {
  return static_cast<std::uint64_t>(
      std::count_if(visitors.begin(), visitors.end(), [](const auto& each) { return each.second; }));
}

}  // namespace

void tally::group::add(std::size_t kind, std::uint64_t subject, bool gpc) {
  ++kinds[kind];
  ++records;
  visitors[subject] |= gpc;
}

void tally::add(const consent_event& e) {
  const auto kind = static_cast<std::size_t>(e.kind);
  const std::uint64_t subject = std::hash<std::string>{}(e.subject);
  ++totals_.records;
  const bool is_dated = e.time_ms > 0 && e.time_ms < latest_ms;
  if (is_dated) {
    totals_.first_ms = totals_.first_ms == 0 ? e.time_ms : std::min(totals_.first_ms, e.time_ms);
    totals_.last_ms = std::max(totals_.last_ms, e.time_ms);
  }
  ++totals_.kinds[kind];
  ++totals_.sources[std::string(to_string(e.source))];
  if (e.conflict != conflict_state::none) ++totals_.conflicts[std::string(to_string(e.conflict))];
  places_[e.jurisdiction].add(kind, subject, e.seen.gpc);
  if (is_dated) days_[e.time_ms / day_ms].add(kind, subject, e.seen.gpc);
  if (is_dated && e.source == source::banner) {
    notice_day& on = notices_[{e.time_ms / day_ms, e.jurisdiction}];
    ++(std::count(e.choices.begin() + 1, e.choices.end(), choice::granted) > 0 ? on.accepted : on.rejected);
  }
  visitor_state& who = visitors_[subject];
  who.gpc |= e.seen.gpc;
  who.dnt |= e.seen.dnt == dnt_value::one;
  const bool is_choice = e.kind != event_kind::account_link && e.kind != event_kind::erase;
  if (!is_choice || e.time_ms < who.time_ms) return;
  who.time_ms = e.time_ms;
  who.choices = e.choices;
}

void tally::add(const signal_sighting& seen, std::uint64_t count) {
  const auto sum = [&](signal_sums& into) { (seen.from == source::dnt ? into.dnt : into.gpc) += count; };
  sum(totals_.signals);
  sum(totals_.signal_places[std::string(seen.jurisdiction)]);
  if (seen.time > 0 && seen.time < latest_ms / 1000) sum(days_[seen.time * 1000 / day_ms].signals);
}

void tally::add_notices(std::int64_t time, const std::string& place, std::string_view layout, std::uint64_t count) {
  if (time <= 0 || time >= latest_ms / 1000) return;
  const std::int64_t day = time * 1000 / day_ms;
  notices_[{day, place}].shown[std::string(layout)] += count;
  days_[day];  // the day has data, though no record
}

// Choices made before notices were counted belong to no rate.
void tally::count_notices(totals& out) const {
  for (const auto& [key, on] : notices_) {
    if (on.shown.empty()) continue;
    const auto slot = std::prev(std::upper_bound(out.slots.begin(), out.slots.end(), key.first * day_ms,
                                                 [](std::int64_t time, const auto& at) { return time < at.start_ms; }));
    std::uint64_t all = 0;
    for (const auto& [layout, count] : on.shown) all += count;
    for (notice_sums* into : {&out.notices, &slot->notices}) {
      into->shown += all;
      into->accepted += on.accepted;
      into->rejected += on.rejected;
    }
    for (const auto& [layout, count] : on.shown) {
      notice_sums& into = out.notice_places[{key.second, layout}];
      if (on.shown.size() > 1) {
        into.mixed += count;
        continue;
      }
      into.shown += count;
      into.accepted += on.accepted;
      into.rejected += on.rejected;
    }
  }
}

totals tally::finish() const {
  totals out = totals_;
  out.visitors = visitors_.size();
  for (const auto& [subject, who] : visitors_) {
    out.gpc_visitors += who.gpc ? 1 : 0;
    out.dnt_visitors += who.dnt ? 1 : 0;
    out.agreeing_visitors += std::count(who.choices.begin() + 1, who.choices.end(), choice::granted) > 0 ? 1 : 0;
    for (std::size_t i = 0; i < who.choices.size(); ++i) {
      choice_count& count = out.choices[i];
      ++(who.choices[i] == choice::granted  ? count.granted
         : who.choices[i] == choice::denied ? count.denied
                                            : count.none);
    }
  }
  for (const auto& [code, from] : places_)
    out.jurisdictions.push_back({code, from.kinds, from.records, from.visitors.size(), count_true(from.visitors)});
  std::stable_sort(out.jurisdictions.begin(), out.jurisdictions.end(),
                   [](const auto& a, const auto& b) { return a.records > b.records; });
  if (days_.empty()) return out;
  const std::int64_t first = days_.begin()->first, last = days_.rbegin()->first;
  out.period = width_for(last - first + 1);
  for (std::int64_t start = slot_of(first, out.period); start <= last; start = next_slot(start, out.period)) {
    time_slot slot;
    slot.start_ms = start * day_ms;
    slot.label = date_text(start).substr(0, out.period == period::month ? 7 : 10);
    std::unordered_map<std::uint64_t, bool> visitors;
    const auto end = days_.lower_bound(next_slot(start, out.period));
    for (auto at = days_.lower_bound(start); at != end; ++at) {
      fold(at->second, slot.kinds, visitors);
      slot.signals.gpc += at->second.signals.gpc;
      slot.signals.dnt += at->second.signals.dnt;
    }
    slot.visitors = visitors.size();
    slot.gpc_visitors = count_true(visitors);
    out.slots.push_back(std::move(slot));
  }
  count_notices(out);
  return out;
}

}  // namespace abide::detail
