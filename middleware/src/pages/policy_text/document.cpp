#include "pages/policy_text/document.hpp"

namespace abide::detail {
namespace {

const piece* find(std::span<const named_piece> values, std::string_view name) noexcept {
  for (const named_piece& each : values)
    if (each.name == name) return &each.what;
  return nullptr;
}

}  // namespace

prose prose_of(std::string_view text, std::span<const named_piece> values) {
  prose made;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    if (open > 0) made.push_back({std::string(text.substr(0, open)), {}, {}});
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) break;
    if (const piece* value = find(values, text.substr(open + 1, close - open - 1))) made.push_back(*value);
    text.remove_prefix(close + 1);
  }
  return made;
}

}  // namespace abide::detail
