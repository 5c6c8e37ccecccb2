#pragma once
// The counts of a report: records by time, jurisdiction and source, visitors' current choices, and the share of the
// signal.
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "abide/records.hpp"

namespace abide::detail {

inline constexpr std::size_t kinds_count = 10;
using kind_counts = std::array<std::uint64_t, kinds_count>;  ///< by event_kind

/// The period of one column in the time charts.
enum class period { day, week, month };

/// Signals counted without a record: by page, not by visitor.
struct signal_sums {
  std::uint64_t gpc = 0, dnt = 0;
  std::uint64_t all() const noexcept { return gpc + dnt; }
};

/// Notices on pages, and their results. By layout, results are known only for days on which the place had one layout.
struct notice_sums {
  std::uint64_t shown = 0;                   ///< by layout: without the days of `mixed`
  std::uint64_t accepted = 0, rejected = 0;  ///< records made by the notice: something was accepted, or nothing
  std::uint64_t mixed = 0;                   ///< by layout: shown on days with several layouts
  std::uint64_t answered() const noexcept { return accepted + rejected; }
};

struct time_slot {
  std::int64_t start_ms = 0;
  std::string label;  ///< `2026-11-22`, its first day; `2026-11` for a month
  kind_counts kinds{};
  std::uint64_t visitors = 0, gpc_visitors = 0;  ///< active in it; and those of them who sent the signal in it
  signal_sums signals;
  notice_sums notices;  ///< for all layouts
};

struct place_count {
  std::string code;
  kind_counts kinds{};
  std::uint64_t records = 0, visitors = 0, gpc_visitors = 0;
};

struct choice_count {
  std::uint64_t granted = 0, denied = 0, none = 0;
};

struct totals {
  std::uint64_t records = 0, visitors = 0, gpc_visitors = 0, dnt_visitors = 0;
  std::uint64_t agreeing_visitors = 0;  ///< visitors whose latest record grants anything
  std::int64_t first_ms = 0, last_ms = 0;
  detail::period period = detail::period::day;
  std::vector<time_slot> slots;            ///< without gaps, oldest first
  std::vector<place_count> jurisdictions;  ///< most records first
  std::map<std::string, std::uint64_t> sources, conflicts;
  signal_sums signals;
  std::map<std::string, signal_sums> signal_places;
  notice_sums notices;
  std::map<std::pair<std::string, std::string>, notice_sums> notice_places;  ///< by place and layout
  kind_counts kinds{};
  std::array<choice_count, 4> choices{};  ///< by category: visitors by their latest record
};

/// Counts records, and signals and notices without a record, in any order.
class tally {
 public:
  void add(const consent_event&);
  void add(const signal_sighting&, std::uint64_t count);
  void add_notices(std::int64_t time, const std::string& place, std::string_view layout, std::uint64_t count);
  totals finish() const;

 private:
  struct visitor_state {
    std::int64_t time_ms = -1;
    std::array<choice, 4> choices{};
    bool gpc = false, dnt = false;
  };
  struct group {
    kind_counts kinds{};
    signal_sums signals;
    std::uint64_t records = 0;
    std::unordered_map<std::uint64_t, bool> visitors;  ///< whether each sent the signal
    void add(std::size_t kind, std::uint64_t subject, bool gpc);
  };
  totals totals_;
  std::unordered_map<std::uint64_t, visitor_state> visitors_;  ///< by a hash of the subject
  /// One place on one day.
  struct notice_day {
    std::map<std::string, std::uint64_t> shown;  ///< by layout
    std::uint64_t accepted = 0, rejected = 0;
  };
  void count_notices(totals&) const;
  std::map<std::int64_t, group> days_;
  std::map<std::pair<std::int64_t, std::string>, notice_day> notices_;  ///< by day and place
  std::map<std::string, group> places_;
};

}  // namespace abide::detail
