#include "policy/finding.hpp"

#include <algorithm>
#include <tuple>

namespace abide::detail {

text_place policy_source::place_of(std::string_view path) const {
  for (;; path = path.substr(0, path.rfind('/'))) {
    if (const auto found = by_path.find(path); found != by_path.end()) return found->second.value;
    if (path.find('/') == std::string_view::npos) return {};
  }
}

text_place policy_source::place_of_key(std::string_view path) const {
  const auto found = by_path.find(path);
  return found == by_path.end() ? place_of(path) : found->second.key;
}

std::string told(const finding& what, std::string_view file) {
  std::string line(file);
  if (what.at.line > 0) line += ':' + std::to_string(what.at.line) + ':' + std::to_string(what.at.column);
  if (!line.empty()) line += ": ";
  if (!what.path.empty()) line += what.path + ": ";
  return line + what.text;
}

std::string told(const std::vector<finding>& all, std::string_view file) {
  std::string lines;
  for (const finding& each : all) {
    if (!lines.empty()) lines += '\n';
    lines += told(each, file);
  }
  return lines;
}

void sort_by_place(std::vector<finding>& all) {
  const auto earlier = [](const finding& a, const finding& b) {
    return std::tie(a.at.line, a.at.column) < std::tie(b.at.line, b.at.column);
  };
  std::stable_sort(all.begin(), all.end(), earlier);
}

}  // namespace abide::detail
