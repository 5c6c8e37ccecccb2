#pragma once
// The report: one HTML page with charts, each with its numbers in a table; no scripts, no network.
#include <string>

#include "records/verify.hpp"
#include "tools/tally.hpp"

namespace abide::detail {
using namespace detail;  // the records' own

struct report_facts {
  std::string site;   ///< empty: no name
  std::string store;  ///< as messages name it
  std::int64_t now_ms = 0;
  bool macs_checked = false;  ///< keys were given
};

std::string render_report(const totals&, const verification&, const report_facts&);

}  // namespace abide::detail
