#pragma once
// The report: one HTML page with charts, each with its numbers in a table; no scripts, no network.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records/verify.hpp"
#include "tools/tally.hpp"

namespace abide::detail {
using namespace detail;  // the records' own

/// How the store does, for a page that is made anew for each reader.
struct store_health {
  std::vector<std::pair<std::string, std::string>> rows;  ///< what, and how it is
  std::vector<std::string> faults;                        ///< some of the findings
  std::uint64_t faults_left = 0;                          ///< and how many more
};

struct live_facts {
  std::string from, to, place;  ///< what the reader asked for, for the form
  store_health health;
};

struct report_facts {
  std::string site;   ///< empty: no name
  std::string store;  ///< as messages name it
  std::int64_t now_ms = 0;
  bool macs_checked = false;         ///< keys were given
  std::string asked;                 ///< what the report was narrowed to, in words; empty: nothing
  std::optional<live_facts> live{};  ///< of a served page, which has a form and a style sheet of its own
};

/// What of the log a report is about.
struct report_filter {
  std::optional<std::int64_t> from, to;  ///< Unix seconds; `to` is the first that no longer counts
  std::optional<std::string> place;      ///< a row's code; `ZZ`: not known
  std::string words;                     ///< the same for readers

  bool fits(std::int64_t time, std::string_view jurisdiction) const {
    if (from && time < *from) return false;
    if (to && time >= *to) return false;
    return !place || jurisdiction == *place;
  }
};

std::string render_report(const totals&, const verification&, const report_facts&);

}  // namespace abide::detail
