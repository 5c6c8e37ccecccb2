#pragma once
// Where choices are stored: an interface, so that a server can supply its own implementation. Abide's own is in
// abide/records.hpp.
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abide/api.h"
#include "abide/event.hpp"

namespace abide {

/// The outcome of a save.
enum class save_status : std::uint8_t {
  saved,      ///< durable: survives a crash of the process or the machine
  refused,    ///< the event is invalid; `why` names the field
  full,       ///< the queue is full
  timed_out,  ///< no answer within the timeout
  failed,     ///< the store cannot be written
};
/// `saved`, `refused` ... Static lifetime.
[[nodiscard]] ABIDE_API std::string_view to_string(save_status) noexcept;

/// The outcome of a save, and the record it wrote. A value that owns its texts.
struct save_result {
  save_status status = save_status::failed;
  std::string id;            ///< of the record
  std::string why;           ///< what failed, and where; empty when saved; never a secret. Says if the record may be
                             ///< stored nevertheless
  std::int64_t time_ms = 0;  ///< of the record; 0: unknown
  explicit operator bool() const noexcept { return status == save_status::saved; }
};

/// Whether an account opted out, perhaps on another device. A plain value.
struct account_state {
  bool known = false;                 ///< false: the store did not answer
  std::optional<std::int64_t> since;  ///< Unix seconds of the opt-out
  /// Strict: an unknown state counts as opted out.
  bool opted_out() const noexcept { return !known || since.has_value(); }
};

/// A visitor's latest choice and opt-out by a signal according to the log. Links and erasures are neither. A plain
/// value.
struct latest_choice {
  bool known = false;        ///< false: the log did not answer, or has no choice of this visitor
  std::int64_t time_ms = 0;  ///< of the record
  std::array<choice, 4> choices{};
  category_set exception;
  std::vector<event_service> services;  ///< a service in a cookie counts only if it is listed here
  std::int64_t signal_ms = 0;           ///< of the latest record of an opt-out by a signal; 0: none
};

/// The latest choice among a visitor's records.
[[nodiscard]] ABIDE_API latest_choice find_latest_choice(const std::vector<consent_record>&);

/// One change of a visitor's state, stored atomically. A value that owns its texts.
struct log_change {
  std::optional<consent_event> event;  ///< to be recorded; nullopt: only the account changes
  std::string account;                 ///< the application's name for it; empty: no account changes

  /// What happens to the account.
  enum class account_step : std::uint8_t {
    none,
    opt_out,  ///< the account opted out at `since`
    opt_in,   ///< the account's opt-out ends
  };
  account_step step = account_step::none;
  std::int64_t since = 0;  ///< Unix seconds, for opt_out

  std::string subject;                      ///< visitor to link to the account; empty: none
  std::optional<std::int64_t> carried_out;  ///< the visitor's own opt-out, Unix seconds: the account adopts it if it is
                                            ///< newer than an earlier link
};

/// Where choices are stored. Thread-safe. Every function returns at once: none waits for a store, none throws. A
/// callback is called exactly once, from any thread or before the function returns. It may call the log, but must not
/// block, throw or fork. Abide's own log warns if one throws; if one forks, the log ends the child when the callback
/// returns.
class ABIDE_API log {
 public:
  virtual ~log() = default;

  /// Arguments of a callback are valid during the call.
  using saved_function = std::function<void(const save_result&)>;
  using account_function = std::function<void(const account_state&)>;
  /// Oldest first; nullopt: the store did not answer.
  using history_function = std::function<void(std::optional<std::vector<consent_record>>)>;

  using latest_function = std::function<void(const latest_choice&)>;

  /// The caller sets it to true to cancel; the log may then drop work that it has not begun. Empty: the operation
  /// cannot be cancelled.
  using cancel_flag = std::shared_ptr<const std::atomic<bool>>;

  /// Calls `done` when the change is durable or has failed, at the latest after timeout().
  virtual void save(log_change, saved_function done, cancel_flag = {}) = 0;
  /// For signals and refusals, whose callers need no confirmation: queues the change for as long as the store is
  /// unreachable. Returns false if the change is invalid or the queue is full.
  virtual bool save_later(log_change) = 0;
  /// Counts a signal by minute, place and kind; makes no record and no identifier, and uses no queue. The default does
  /// nothing.
  virtual void count_signal(const signal_sighting&);
  /// Counts a notice by day, place and layout in the same way. The default does nothing.
  virtual void count_notice(const notice_view&);
  /// Whether the account opted out. Answers at once from a cache, else when the store answers; after a tenth of a
  /// second with the strict answer.
  virtual void account(std::string_view name, account_function done, cancel_flag = {}) = 0;
  /// The newest `count` records of a visitor. Includes everything that this process passed to save or save_later before
  /// this call.
  virtual void history(std::string_view subject, std::size_t count, history_function done, cancel_flag = {}) = 0;
  /// A visitor's latest choice. Used to check a grant in a cookie, which may be older than a withdrawal. A cached
  /// answer must not be older than `time_ms`, the time in the cookie. If the log does not answer, only the cookie's
  /// signature counts. The default calls `history` each time.
  virtual void latest(std::string_view subject, std::int64_t time_ms, latest_function done, cancel_flag = {});

  /// The longest time that a save or a query takes.
  virtual std::chrono::milliseconds timeout() const = 0;
};

}  // namespace abide
