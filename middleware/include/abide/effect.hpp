#pragma once
// An operation that an exchange needs before it can continue. An exchange never waits: its caller (abide/carry.hpp or
// an adapter) carries the effect out, blocking, in a coroutine or with a callback, and then resumes the exchange.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "abide/log.hpp"

namespace abide {

/// The operation to carry out.
enum class effect_kind : std::uint8_t {
  none,     ///< nothing to do
  account,  ///< whether `account` opted out: log::account
  history,  ///< the newest `count` records of `subject`: log::history
  latest,   ///< what `subject` chose last: log::latest
  save,     ///< make `change` durable: log::save
};

/// An operation and its arguments; only the members of its kind are set. A value that owns its texts, so any thread may
/// carry it out.
struct [[nodiscard]] effect {
  effect_kind kind = effect_kind::none;
  std::string account;
  std::string subject;
  std::size_t count = 0;
  std::int64_t time_ms = 0;  ///< for latest
  log_change change;
  explicit operator bool() const noexcept { return kind != effect_kind::none; }
};

/// The result of an effect, in the member for its kind. A value that owns its texts. The defaults are the strict
/// answers: nothing known, nothing saved.
struct effect_result {
  account_state account;
  std::optional<std::vector<consent_record>> history;
  latest_choice latest;
  save_result saved;
};

}  // namespace abide
