#include "tools/chart.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "pages/template.hpp"

namespace abide::detail {
namespace {

constexpr double width = 960, height = 300, left = 64, right = 12, top = 12, bottom = 34;
constexpr double plot_width = width - left - right, plot_height = height - top - bottom;
constexpr double bar_left = 190, bar_right = 90, bar_step = 34, bar_height = 20;
constexpr std::size_t axis_labels_max = 9;
constexpr double half_label = 40;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  std::string made(text);
  if (made.size() > 2 && made.compare(made.size() - 2, 2, ".0") == 0) made.resize(made.size() - 2);
  return made;
}

std::string open_svg(const chart& c, double box_height, std::string_view kind) {
  return "<svg class=\"chart " + std::string(kind) + "\" viewBox=\"0 0 " + number(width) + " " + number(box_height) +
         "\" role=\"img\" aria-labelledby=\"" + c.id + "-title\">";
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
  for (const chart_series& each : c.series) sum += each.values[i];
  return sum;
}

double largest_total(const chart& c) {
  double most = 0;
  for (std::size_t i = 0; i < c.labels.size(); ++i) most = std::max(most, total_at(c, i));
  return most;
}

axis axis_of(const chart& c) { return c.is_share ? axis{100, 4} : axis_for(largest_total(c)); }

double y_of(double value, const axis& a) { return top + plot_height * (1 - value / a.end); }

std::string grid(const chart& c, const axis& a) {
  std::string svg;
  for (int i = 0; i <= a.steps; ++i) {
    const double value = a.end * i / a.steps, y = y_of(value, a);
    svg += "<line class=\"grid\" x1=\"" + number(left) + "\" x2=\"" + number(width - right) + "\" y1=\"" + number(y) +
           "\" y2=\"" + number(y) + "\"/>" + text_at(left - 8, y + 4, "tick end", value_text(c, value));
  }
  return svg;
}

// As many labels as fit; the first one always, none that the edge would cut.
std::string time_labels(const chart& c, double step) {
  std::string svg;
  const std::size_t every = (c.labels.size() + axis_labels_max - 1) / axis_labels_max;
  for (std::size_t i = 0; i < c.labels.size(); i += every) {
    const double x = left + step * (static_cast<double>(i) + 0.5);
    if (i == 0 || x + half_label < width) svg += text_at(x, height - 10, "tick middle", c.labels[i]);
  }
  return svg;
}

}  // namespace

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

std::string column_chart(const chart& c) {
  const axis a = axis_of(c);
  const double step = plot_width / static_cast<double>(std::max<std::size_t>(c.labels.size(), 1));
  const double gap = std::min(6.0, step * 0.2), wide = std::min(step - gap, 56.0);
  std::string svg = open_svg(c, height, "columns") + grid(c, a);
  for (std::size_t i = 0; i < c.labels.size(); ++i) {
    double below = 0;
    for (const chart_series& each : c.series) {
      if (each.values[i] <= 0) continue;
      const double y = y_of(below + each.values[i], a), h = y_of(below, a) - y;
      svg += rectangle(left + step * (static_cast<double>(i) + 0.5) - wide / 2, y, wide, h, each.color,
                       c.labels[i] + ", " + each.name + ": " + value_text(c, each.values[i]));
      below += each.values[i];
    }
  }
  return svg + time_labels(c, step) + "</svg>";
}

std::string line_chart(const chart& c) {
  const axis a = axis_of(c);
  const double step = plot_width / static_cast<double>(std::max<std::size_t>(c.labels.size(), 1));
  const auto x_of = [&](std::size_t i) { return left + step * (static_cast<double>(i) + 0.5); };
  std::string svg = open_svg(c, height, "line") + grid(c, a);
  for (const chart_series& each : c.series) {
    std::string points, dots;
    for (std::size_t i = 0; i < c.labels.size(); ++i) {
      const double y = y_of(each.values[i], a);
      points += (i > 0 ? " " : "") + number(x_of(i)) + "," + number(y);
      dots += "<circle class=\"series-" + std::to_string(each.color) + "\" cx=\"" + number(x_of(i)) + "\" cy=\"" +
              number(y) + "\" r=\"3.5\"><title>" + escaped(c.labels[i] + ": " + value_text(c, each.values[i])) +
              "</title></circle>";
    }
    const std::string base = number(y_of(0, a));
    svg += "<polygon class=\"area series-" + std::to_string(each.color) + "\" points=\"" + number(x_of(0)) + "," +
           base + " " + points + " " + number(x_of(c.labels.size() - 1)) + "," + base +
           "\"/><polyline class=\"stroke\" points=\"" + points + "\"/>" + dots;
  }
  return svg + time_labels(c, step) + "</svg>";
}

std::string bar_chart(const chart& c) {
  const double end = c.is_share ? 100 : std::max(largest_total(c), 1.0);
  const double room = width - bar_left - bar_right;
  std::string svg = open_svg(c, bar_step * static_cast<double>(c.labels.size()) + 4, "bars");
  for (std::size_t i = 0; i < c.labels.size(); ++i) {
    const double y = bar_step * static_cast<double>(i) + 4;
    svg += text_at(bar_left - 12, y + 15, "label end", c.labels[i]);
    double x = bar_left;
    for (const chart_series& each : c.series) {
      if (each.values[i] <= 0) continue;
      const double wide = std::max(room * each.values[i] / end, 1.0);
      const std::string what = c.series.size() > 1 ? ", " + each.name : std::string();
      svg += rectangle(x, y, wide, bar_height, each.color, c.labels[i] + what + ": " + value_text(c, each.values[i]));
      x += wide;
    }
    if (!c.is_share) svg += text_at(x + 8, y + 15, "label", count_text(total_at(c, i)));
  }
  return svg + "</svg>";
}

}  // namespace abide::detail
