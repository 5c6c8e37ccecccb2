#include "records/signal_counts.hpp"

#include <array>

#include "base/time.hpp"
#include "words/words.hpp"

namespace abide::detail {
namespace {

constexpr std::int64_t minute = 60;
std::array<std::string, words::notice_layout.size()> stored_layouts() {
  std::array<std::string, words::notice_layout.size()> made;
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = std::string(notice_mark).append(words::notice_layout[i]);
  return made;
}

std::int64_t start_of(std::int64_t time, std::int64_t width) { return time - time % width; }

}  // namespace

signal_key key_of(const signal_sighting& seen) {
  return {start_of(seen.time, minute), std::string(seen.jurisdiction), to_string(seen.from)};
}

signal_key key_of(const notice_view& seen) {
  static const auto stored = stored_layouts();
  return {start_of(seen.time, seconds_a_day), std::string(seen.jurisdiction),
          stored[static_cast<std::size_t>(seen.layout)]};
}

std::string_view layout_in(std::string_view what) {
  return what.starts_with(notice_mark) ? what.substr(notice_mark.size()) : std::string_view{};
}

}  // namespace abide::detail
