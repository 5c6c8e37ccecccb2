#pragma once
// Charts as inline SVG and as lists of bars. Colours come from the page's style sheet (classes series-0 ...) and follow
// its theme.
#include <cstdint>
#include <string>
#include <vector>

namespace abide::detail {

struct chart_series {
  std::string name;
  std::vector<double> values;  ///< one per label; NaN: no value
  int color = 0;               ///< class series-N
};

struct chart {
  std::string id, title;  ///< id: used in element ids; unique on the page
  std::vector<std::string> labels;
  std::vector<chart_series> series;
  bool is_share = false;  ///< values are percentages: the axis ends at 100
};

/// Columns over time, with the series stacked.
std::string column_chart(const chart&);
/// A line over time, with its area.
std::string line_chart(const chart&);
/// One horizontal bar per label, with the series end to end.
std::string bar_chart(const chart&);

/// The series' names with their colours; empty for one series.
std::string chart_legend(const chart&);

/// `12,345`; `4.5` for a number that is not whole.
std::string count_text(double);

}  // namespace abide::detail
