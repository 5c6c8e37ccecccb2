#include "tools/chart.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "pages/template.hpp"

namespace abide::detail {
namespace {

constexpr double height = 300, left = 64, right = 12, top = 22, bottom = 34;
constexpr double plot_height = height - top - bottom;
constexpr double half_label = 40;
constexpr double figure_width = 34;  ///< of a figure above a column

/// A time chart is drawn twice, for wide windows and for phones; the style sheet shows one.
struct drawing {
  std::string_view css;
  double width;
  std::size_t labels_max;
  double plot() const { return width - left - right; }
};
constexpr drawing drawings[] = {{"wide", 960, 9}, {"narrow", 360, 3}};

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  std::string made(text);
  if (made.size() > 2 && made.compare(made.size() - 2, 2, ".0") == 0) made.resize(made.size() - 2);
  return made;
}

std::string open_svg(const chart& c, const drawing& d, std::string_view kind) {
  return "<svg class=\"chart " + std::string(kind) + " " + std::string(d.css) + "\" viewBox=\"0 0 " + number(d.width) +
         " " + number(height) + "\" role=\"img\" aria-labelledby=\"" + c.id + "-title\">";
}

std::string text_at(double x, double y, std::string_view css, std::string_view words) {
  return "<text class=\"" + std::string(css) + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\">" + escaped(words) +
         "</text>";
}

std::string value_text(const chart& c, double value) { return c.is_share ? number(value) + " %" : count_text(value); }

std::string rectangle(double x, double y, double w, double h, int color, const std::string& title) {
  return "<rect class=\"series-" + std::to_string(color) + "\" x=\"" + number(x) + "\" y=\"" + number(y) +
         "\" width=\"" + number(w) + "\" height=\"" + number(h) + "\"><title>" + escaped(title) + "</title></rect>";
}

double total_at(const chart& c, std::size_t i) {
  double sum = 0;
  for (const chart_series& each : c.series)
    if (!std::isnan(each.values[i])) sum += each.values[i];
  return sum;
}

double largest_total(const chart& c) {
  double most = 0;
  for (std::size_t i = 0; i < c.labels.size(); ++i) most = std::max(most, total_at(c, i));
  return most;
}

/// A round number at or above the largest value, where the axis ends, and the number of steps to it.
struct axis {
  double end = 1;
  int steps = 1;
};

axis axis_for(double largest) noexcept {
  if (largest <= 1) return {1, 1};
  const double power = std::pow(10, std::floor(std::log10(largest)));
  for (const double step : {0.2, 0.25, 0.5, 1.0, 2.0, 2.5}) {
    const double size = std::max(1.0, step * power);
    if (size != std::floor(size)) continue;  // counts have no halves
    const double steps = std::ceil(largest / size);
    if (steps <= 5) return {size * steps, static_cast<int>(steps)};
  }
  return {power * 10, 5};
}

axis axis_of(const chart& c) { return c.is_share ? axis{100, 4} : axis_for(largest_total(c)); }

double y_of(double value, const axis& a) { return top + plot_height * (1 - value / a.end); }

std::string grid(const chart& c, const drawing& d, const axis& a) {
  std::string svg;
  for (int i = 0; i <= a.steps; ++i) {
    const double value = a.end * i / a.steps, y = y_of(value, a);
    svg += "<line class=\"grid\" x1=\"" + number(left) + "\" x2=\"" + number(d.width - right) + "\" y1=\"" + number(y) +
           "\" y2=\"" + number(y) + "\"/>" + text_at(left - 8, y + 4, "tick end", value_text(c, value));
  }
  return svg;
}

// As many labels as fit: always the first one, and none that the edge would cut off.
std::string time_labels(const chart& c, const drawing& d, double step) {
  std::string svg;
  const std::size_t every = (c.labels.size() + d.labels_max - 1) / d.labels_max;
  for (std::size_t i = 0; i < c.labels.size(); i += every) {
    const double x = left + step * (static_cast<double>(i) + 0.5);
    if (i == 0 || x + half_label < d.width) svg += text_at(x, height - 10, "tick middle", c.labels[i]);
  }
  return svg;
}

}  // namespace

std::string count_text(double value) {
  std::string digits = value == std::floor(value) ? std::to_string(static_cast<long long>(value)) : number(value);
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  for (std::size_t at = whole; at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string chart_legend(const chart& c) {
  if (c.series.size() < 2) return {};
  std::string html = "<ul class=\"legend\">";
  for (const chart_series& each : c.series)
    html += "<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"series-" + std::to_string(each.color) +
            "\" width=\"10\" height=\"10\" rx=\"2\"/></svg>" + escaped(each.name) + "</li>";
  return html + "</ul>";
}

namespace {

double step_of(const chart& c, const drawing& d) {
  return d.plot() / static_cast<double>(std::max<std::size_t>(c.labels.size(), 1));
}

std::string columns(const chart& c, const drawing& d) {
  const axis a = axis_of(c);
  const double step = step_of(c, d), gap = std::min(6.0, step * 0.2), wide = std::min(step - gap, 56.0);
  std::string svg = open_svg(c, d, "columns") + grid(c, d, a);
  for (std::size_t i = 0; i < c.labels.size(); ++i) {
    double below = 0;
    for (const chart_series& each : c.series) {
      if (!(each.values[i] > 0)) continue;
      const double y = y_of(below + each.values[i], a), h = y_of(below, a) - y;
      svg += rectangle(left + step * (static_cast<double>(i) + 0.5) - wide / 2, y, wide, h, each.color,
                       c.labels[i] + ", " + each.name + ": " + value_text(c, each.values[i]));
      below += each.values[i];
    }
    if (below > 0 && step >= figure_width)
      svg +=
          text_at(left + step * (static_cast<double>(i) + 0.5), y_of(below, a) - 6, "tick middle", count_text(below));
  }
  return svg + time_labels(c, d, step) + "</svg>";
}

/// A line has a gap where there is no value: missing is not zero.
std::string line(const chart& c, const drawing& d) {
  const axis a = axis_of(c);
  const double step = step_of(c, d);
  std::string svg = open_svg(c, d, "line") + grid(c, d, a);
  for (const chart_series& each : c.series) {
    std::string points, dots;
    const auto end_stroke = [&] {
      if (!points.empty()) svg += "<polyline class=\"stroke\" points=\"" + points + "\"/>";
      points.clear();
    };
    for (std::size_t i = 0; i < c.labels.size(); ++i) {
      if (std::isnan(each.values[i])) {
        end_stroke();
        continue;
      }
      const double x = left + step * (static_cast<double>(i) + 0.5), y = y_of(each.values[i], a);
      points += (points.empty() ? "" : " ") + number(x) + "," + number(y);
      dots += "<circle class=\"series-" + std::to_string(each.color) + "\" cx=\"" + number(x) + "\" cy=\"" + number(y) +
              "\" r=\"3.5\"><title>" + escaped(c.labels[i] + ": " + value_text(c, each.values[i])) +
              "</title></circle>";
      if (step >= figure_width) dots += text_at(x, y - 8, "tick middle", value_text(c, std::round(each.values[i])));
    }
    end_stroke();
    svg += dots;
  }
  return svg + time_labels(c, d, step) + "</svg>";
}

std::string bar_piece(const chart& c, const chart_series& series, std::size_t i, double end) {
  constexpr double figure_least = 9;  // per cent of the bar that a figure needs
  const double value = series.values[i], share = 100 * value / end;
  if (!(value > 0)) return {};
  const std::string figure = value_text(c, c.is_share ? std::round(value) : value);
  return "<span class=\"piece series-" + std::to_string(series.color) + "\" style=\"width:" + number(share) +
         "%\" title=\"" + escaped(series.name + ": " + value_text(c, value)) + "\">" +
         (share >= figure_least ? escaped(figure) : "") + "</span>";
}

}  // namespace

std::string column_chart(const chart& c) {
  std::string both;
  for (const drawing& each : drawings) both += columns(c, each);
  return both;
}

std::string line_chart(const chart& c) {
  std::string both;
  for (const drawing& each : drawings) both += line(c, each);
  return both;
}

std::string bar_chart(const chart& c) {
  const double end = c.is_share ? 100 : std::max(largest_total(c), 1.0);
  std::string html = "<ul class=\"bars\">";
  for (std::size_t i = 0; i < c.labels.size(); ++i) {
    html += "<li><span class=\"name\">" + escaped(c.labels[i]) + "</span><span class=\"bar\">";
    for (const chart_series& each : c.series) html += bar_piece(c, each, i, end);
    html += "</span>";
    if (!c.is_share) html += "<b>" + count_text(total_at(c, i)) + "</b>";
    html += "</li>";
  }
  return html + "</ul>";
}

}  // namespace abide::detail
