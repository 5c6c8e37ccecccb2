#include <algorithm>

#include "command.hpp"

namespace abide::detail::cli {

bool arguments::take_flag(std::string_view name) {
  const auto at = std::find(words_.begin(), words_.end(), name);
  if (at == words_.end()) return false;
  words_.erase(at);
  return true;
}

std::optional<std::string> arguments::take_option(std::string_view name) {
  const std::string joined = std::string(name) + '=';
  for (auto at = words_.begin(); at != words_.end(); ++at) {
    if (at->starts_with(joined)) {
      std::string value = at->substr(joined.size());
      words_.erase(at);
      return value;
    }
    if (*at != name) continue;
    if (at + 1 == words_.end()) throw usage_error(std::string(name) + " needs a value");
    std::string value = at[1];
    words_.erase(at, at + 2);
    return value;
  }
  return {};
}

std::string arguments::take_word(std::string_view what) {
  const auto at = std::find_if(words_.begin(), words_.end(), [](const auto& word) { return !word.starts_with("--"); });
  if (at == words_.end()) throw usage_error(std::string(what) + " is missing");
  std::string word = *at;
  words_.erase(at);
  return word;
}

void arguments::done() const {
  if (!words_.empty()) throw usage_error("unexpected \"" + words_.front() + '"');
}

}  // namespace abide::detail::cli
