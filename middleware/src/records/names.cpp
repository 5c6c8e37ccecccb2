// Names of the log's enum values.
#include "abide/records.hpp"
#include "words/words.hpp"

namespace abide {

using namespace detail;

namespace {

template <class value, std::size_t count>
std::string_view nth(const std::array<std::string_view, count>& names, value v) noexcept {
  const auto at = static_cast<std::size_t>(v);
  return at < count ? names[at] : std::string_view{};
}

template <class value, std::size_t count>
std::optional<value> named(const std::array<std::string_view, count>& names, std::string_view name) noexcept {
  for (std::size_t i = 0; i < count; ++i)
    if (names[i] == name) return static_cast<value>(i);
  return {};
}

}  // namespace

std::string_view to_string(event_kind kind) noexcept { return nth(words::event_kind, kind); }
std::optional<event_kind> parse_event_kind(std::string_view name) noexcept {
  return named<event_kind>(words::event_kind, name);
}
std::string_view to_string(conflict_state state) noexcept { return nth(words::conflict_state, state); }
std::optional<conflict_state> parse_conflict_state(std::string_view name) noexcept {
  return named<conflict_state>(words::conflict_state, name);
}
std::string_view to_string(save_status status) noexcept { return nth(words::save_status, status); }

}  // namespace abide
