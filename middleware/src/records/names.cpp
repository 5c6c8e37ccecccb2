// The words of the log.
#include "abide/records.hpp"

namespace abide {
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

constexpr std::array<std::string_view, 10> kinds{"grant",      "deny",      "change", "withdraw",     "signal_on",
                                                 "signal_off", "exception", "expire", "account_link", "erase"};
constexpr std::array<std::string_view, 3> conflicts{"none", "notified", "exception_granted"};
constexpr std::array<std::string_view, 5> statuses{"saved", "refused", "full", "timed_out", "failed"};

}  // namespace

std::string_view name_of(event_kind kind) noexcept { return nth(kinds, kind); }
std::optional<event_kind> event_kind_named(std::string_view name) noexcept { return named<event_kind>(kinds, name); }
std::string_view name_of(conflict_state state) noexcept { return nth(conflicts, state); }
std::optional<conflict_state> conflict_state_named(std::string_view name) noexcept {
  return named<conflict_state>(conflicts, name);
}
std::string_view name_of(save_status status) noexcept { return nth(statuses, status); }

}  // namespace abide
