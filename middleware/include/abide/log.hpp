#pragma once
// What an exchange needs from the place where choices are kept: an interface, so that a server may bring its own.
// abide/records.hpp has the one that Abide ships.
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

/// How a save ended.
enum class save_status : std::uint8_t {
  saved,      ///< durable: it survives a crash of the process and of the machine
  refused,    ///< the event itself cannot be stored; `why` names the field
  full,       ///< too many wait already
  timed_out,  ///< no answer in time
  failed,     ///< the store cannot be written
};
/// `saved`, `refused` ...; lives for ever.
[[nodiscard]] ABIDE_API std::string_view to_string(save_status) noexcept;

/// How a save ended, and which record it made. A value that owns its texts.
struct save_result {
  save_status status = save_status::failed;
  std::string id;   ///< of the record
  std::string why;  ///< what failed, and where; empty when saved; never a secret. Says if the record may have been
                    ///< stored all the same
  std::int64_t time_ms = 0;  ///< of the record; 0: not told
  explicit operator bool() const noexcept { return status == save_status::saved; }
};

/// Whether an account opted out, perhaps on another device. A plain value.
struct account_state {
  bool known = false;                 ///< false: the store did not answer
  std::optional<std::int64_t> since;  ///< Unix seconds of the opt-out
  /// The strict reading: what is unknown counts as opted out.
  bool opted_out() const noexcept { return !known || since.has_value(); }
};

/// What a visitor chose last, according to the log. Signals, links and erasures are not choices. A plain value.
struct latest_choice {
  bool known = false;        ///< false: the log did not answer, or holds no choice of this visitor
  std::int64_t time_ms = 0;  ///< of the record
  std::array<choice, 4> choices{};
  category_set exception;
  std::vector<event_service> services;  ///< a service of a cookie that is not among them is not believed
};

/// The latest choice among a visitor's records.
[[nodiscard]] ABIDE_API latest_choice find_latest_choice(const std::vector<consent_record>&);

/// One change of a visitor's state. Its parts are stored together or not at all. A value that owns its texts.
struct log_change {
  std::optional<consent_event> event;  ///< to be recorded; nothing: only the account changes
  std::string account;                 ///< the application's name for it; empty: no account changes

  /// What happens to the account.
  enum class account_step : std::uint8_t {
    none,
    opt_out,  ///< the account is opted out since `since`
    opt_in,   ///< the account's opt-out ends
  };
  account_step step = account_step::none;
  std::int64_t since = 0;  ///< Unix seconds, of opt_out

  std::string subject;                      ///< this visitor belongs to the account; empty: no link is made
  std::optional<std::int64_t> carried_out;  ///< the visitor's own opt-out, Unix seconds: the account takes it over when
                                            ///< it is newer than an earlier link
};

/// Where choices are kept. Every function may be called from every thread and returns at once: none waits for a store,
/// none throws. A callback
/// is called exactly once, from any thread or before the function returns. It may call the log; it must neither block,
/// throw nor fork. Abide's own log warns of one that throws, and ends the child of one that forks when it returns.
class ABIDE_API log {
 public:
  virtual ~log() = default;

  /// What is passed to a callback lives for the time of the call.
  using saved_function = std::function<void(const save_result&)>;
  using account_function = std::function<void(const account_state&)>;
  /// Oldest first; nothing: the store did not answer.
  using history_function = std::function<void(std::optional<std::vector<consent_record>>)>;

  using latest_function = std::function<void(const latest_choice&)>;

  /// The caller sets it to true when nobody waits any more: then the log may drop what it has not begun. Empty: the
  /// question or the save cannot be cancelled.
  using cancel_flag = std::shared_ptr<const std::atomic<bool>>;

  /// Calls `done` when the change is durable, or with what is wrong, at the latest after timeout().
  virtual void save(log_change, saved_function done, cancel_flag = {}) = 0;
  /// For signals and refusals, which need no durable answer: waits for as long as the store is away. False when the
  /// change is refused or too much waits already.
  virtual bool save_later(log_change) = 0;
  /// Counts, without a record, by minute, place and signal. Costs no queue and no identifier. The default does nothing.
  virtual void count_signal(const signal_sighting&);
  /// Counts, without a record, by day, place and layout. The same costs, and the same default.
  virtual void count_notice(const notice_view&);
  /// Whether the account opted out. Answers at once from what it knows, else when the store answers, at the latest
  /// after a tenth of a second: then the strict answer.
  virtual void account(std::string_view name, account_function done, cancel_flag = {}) = 0;
  /// The newest `count` records of a visitor. All that this process gave to save or save_later before is among them;
  /// what came later may be.
  virtual void history(std::string_view subject, std::size_t count, history_function done, cancel_flag = {}) = 0;
  /// What a visitor chose last: asked before a grant in a cookie is believed, which may be older than a withdrawal. An
  /// answer that was remembered must not be older than `time_ms`, which the cookie has seen. Where the log does not
  /// answer, the cookie's signature alone counts. The default asks `history`, each time.
  virtual void latest(std::string_view subject, std::int64_t time_ms, latest_function done, cancel_flag = {});

  /// The longest that a save or a question takes.
  virtual std::chrono::milliseconds timeout() const = 0;
};

}  // namespace abide
