#pragma once
// The report: one HTML page with charts, each with its numbers in a table; no scripts, no network.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "records/verify.hpp"
#include "tools/tally.hpp"

namespace abide::detail {
using namespace detail;  // the records' own

struct report_facts {
  std::string site;   ///< empty: no name
  std::string store;  ///< as messages name it
  std::int64_t now_ms = 0;
  bool macs_checked = false;  ///< keys were given
  std::string asked;          ///< what the report was narrowed to, in words; empty: nothing
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
