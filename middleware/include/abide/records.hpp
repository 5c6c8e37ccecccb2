#pragma once
// The log of one site that Abide ships: records in SQLite or PostgreSQL, chained and signed, so that every edit shows.
// One record for each change of state, never for each request.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abide/log.hpp"

namespace abide {

struct records_options {
  std::vector<std::string> keys;                 ///< secrets, newest first (consent.keys); none: records carry no MAC
  std::size_t queue_max = 16384;                 ///< events that may wait for the store
  std::chrono::milliseconds timeout{5000};       ///< longest wait of append
  std::chrono::milliseconds read_timeout{100};   ///< longest wait of state_of, while the store answers at all
  std::chrono::milliseconds cache_age{10'000};   ///< how long an account's state is believed without asking
  unsigned retain_days = 0;                      ///< see retain; 0: keep everything
  std::function<void(const std::string&)> warn;  ///< empty: standard error
};

struct records_state {
  bool away = false;        ///< the store cannot be written now; it is tried again by itself
  std::string why;          ///< the latest fault
  std::size_t waiting = 0;  ///< events in the queue
  std::uint64_t saved = 0;  ///< records since the start
  std::uint64_t lost = 0;   ///< events of append_later that found the queue full, or the end of the process
};

/// The log of one site. Every function may be called from every thread.
class records {
 public:
  /// `sqlite:FILE`, `postgres://...` (libpq), or `memory:`. Throws config_error for anything else and for keys that
  /// cannot be used. A store that is away, locked or damaged is no error here: that is warned of, saves fail with
  /// words, and the store is tried again.
  static std::unique_ptr<records> open(const std::string& store, records_options = {});

  virtual ~records() = default;  ///< writes what waits, for at most the timeout

  /// Returns when the record is durable, or with what is wrong.
  virtual save_result append(consent_event) = 0;
  /// The same, not waiting: `done` is called from another thread, or at once, and must neither block nor throw.
  virtual void append_async(consent_event, std::function<void(const save_result&)> done) = 0;
  /// For signals, which need no durable answer: waits in the queue for as long as the store is away. False when the
  /// event is refused or the queue is full.
  virtual bool append_later(consent_event) = 0;

  /// `account` is the application's name for the account; only a keyed hash of it is stored.
  virtual save_result link(std::string_view account, std::string_view subject) = 0;
  /// `since` in Unix seconds; nothing: the account opts in again.
  virtual save_result set_opted_out(std::string_view account, std::optional<std::int64_t> since) = 0;
  /// The two above for signals and log-ins, which need no durable answer: they wait as append_later does. The account
  /// takes over the visitor's opt-out when it is newer than the link; a link made lately is not made again.
  virtual bool set_opted_out_later(std::string_view account, std::int64_t since) = 0;
  virtual bool link_later(std::string_view account, std::string_view subject,
                          std::optional<std::int64_t> opted_out_since = {}) = 0;
  /// Drops the account's state and links; the records stay as a proof that names nobody, and one says so.
  virtual save_result erase(std::string_view account) = 0;
  /// Cached; never waits for a store that is away.
  virtual account_state state_of(std::string_view account) = 0;

  /// A visitor's records, oldest first, the newest `count`; nothing when the store did not answer.
  virtual std::optional<std::vector<consent_record>> history(std::string_view subject, std::size_t count = 100) = 0;
  /// The text of a notice, by its hash; nothing when it was not kept, or the store did not answer.
  virtual std::optional<std::string> text_of(std::string_view notice_hash) = 0;
  /// Deletes, from each chain's start, the records that have been over for `days`: counted from the end of validity, or
  /// without one from the event. An anchor stays, so that the rest can be verified. Returns how many; nothing when the
  /// store did not answer. With retain_days this happens by itself, once a day.
  virtual std::optional<std::uint64_t> retain(unsigned days) = 0;

  virtual records_state state() const = 0;
};

}  // namespace abide
