#pragma once
// What an exchange asks for before it can go on. An exchange never waits: its caller (abide/carry.hpp, or an adapter)
// carries the effect out, by blocking, in a coroutine or with a callback, and resumes the exchange.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "abide/log.hpp"

namespace abide {

/// What is asked for.
enum class effect_kind : std::uint8_t {
  none,     ///< nothing: go on
  account,  ///< whether `account` opted out: log::account
  history,  ///< the newest `count` records of `subject`: log::history
  latest,   ///< what `subject` chose last: log::latest
  save,     ///< make `change` durable: log::save
};

/// What to carry out. A value that owns its texts, so any thread may carry it out; only the members of its kind are
/// filled.
struct [[nodiscard]] effect {
  effect_kind kind = effect_kind::none;
  std::string account;
  std::string subject;
  std::size_t count = 0;
  std::int64_t time_ms = 0;  ///< of latest
  log_change change;
  explicit operator bool() const noexcept { return kind != effect_kind::none; }
};

/// The result of an effect, in the member of its kind. A value that owns its texts; the defaults are the strict
/// answers: nothing known, nothing saved.
struct effect_result {
  account_state account;
  std::optional<std::vector<consent_record>> history;
  latest_choice latest;
  save_result saved;
};

}  // namespace abide
