#pragma once
// The report: one HTML page with charts, each with its numbers in a table. No scripts, no network.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records/verify.hpp"
#include "tools/tally.hpp"

namespace abide::detail {

/// The state of the store, for a page that is made for each reader.
struct store_health {
  std::vector<std::pair<std::string, std::string>> rows;  ///< name and state
  std::vector<std::string> faults;                        ///< some of the findings
  std::uint64_t faults_left = 0;                          ///< number of further findings
};

struct live_facts {
  std::string from, to, place;  ///< what the reader asked for, shown in the form
  store_health health;
};

struct report_facts {
  std::string site;   ///< empty: no name
  std::string store;  ///< its name in messages
  std::int64_t now_ms = 0;
  bool macs_checked = false;         ///< whether keys were given
  std::string asked;                 ///< what the report was limited to, in words; empty: nothing
  std::optional<live_facts> live{};  ///< for a served page, which has a form and a separate style sheet
};

/// The part of the log that a report is about.
struct report_filter {
  std::optional<std::int64_t> from, to;  ///< Unix seconds; `to` is exclusive
  std::optional<std::string> place;      ///< a row's code; `ZZ`: unknown
  std::string words;                     ///< the filter in words

  bool fits(std::int64_t time, std::string_view jurisdiction) const {
    if (from && time < *from) return false;
    if (to && time >= *to) return false;
    return !place || jurisdiction == *place;
  }
};

std::string render_report(const totals&, const verification&, const report_facts&);

}  // namespace abide::detail
