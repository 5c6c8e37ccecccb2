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

#include "abide/api.h"
#include "abide/log.hpp"

namespace abide {

/// How records::open opens a log. A value; `warn` may be called from any thread.
struct records_options {
  std::vector<std::string> keys;                 ///< secrets, newest first (consent.keys); none: records carry no MAC
  std::vector<std::string> keys_retired;         ///< they only verify, and find accounts (consent.keys_retired)
  std::size_t queue_max = 16384;                 ///< events that may wait for the store
  std::chrono::milliseconds timeout{5000};       ///< longest wait of a save or a question
  std::chrono::milliseconds read_timeout{100};   ///< longest wait for an account's state
  std::chrono::milliseconds cache_age{10'000};   ///< how long an account's state is believed without asking
  unsigned retain_days = 0;                      ///< see retain; 0: keep everything
  std::string heads;                             ///< `file:PATH` or `syslog`: each hour the log's heads; empty: nowhere
  std::function<void(const std::string&)> warn;  ///< empty: standard error
};

/// How the log is doing at this moment. A value.
struct records_state {
  bool away = false;        ///< the store cannot be written now; it is tried again by itself
  std::string why;          ///< the latest fault
  std::size_t waiting = 0;  ///< events in the queue
  std::uint64_t saved = 0;  ///< changes since the start
  std::uint64_t lost = 0;   ///< changes of save_later that found the queue full, or the end of the process
};

/// The log of one site. Every function may be called from every thread. The functions of `log` do not block; the others
/// block, at most for the timeout.
///
/// After fork() parent and child may both go on: the child opens the store for itself when it first uses the log.
/// Events of save_later that wait at the fork are written by the parent. fork() waits until SQLite ends what it is
/// doing. What is in `memory:` stays with the parent.
class ABIDE_API records : public log {
 public:
  /// `sqlite:FILE`, `postgres://...` (libpq), or `memory:`. Throws config_error for anything else, for a store that
  /// this build leaves out, and for keys that cannot be used. A store that is away, locked or damaged is no error here:
  /// that is warned of, saves fail with words, and the store is tried again.
  static std::unique_ptr<records> open(const std::string& store, records_options = {});

  /// Writes what waits, for at most the timeout, and answers everybody.
  ~records() override = default;

  using log::history;

  /// Returns when the record is durable, or with what is wrong.
  save_result append(consent_event);
  /// The account, by the application's name for it (only a keyed hash of that is stored), has this visitor.
  save_result link(std::string_view account, std::string_view subject);
  /// `since` in Unix seconds; nothing: the account opts in again.
  save_result set_opted_out(std::string_view account, std::optional<std::int64_t> since);
  /// Drops the account's state and links; the records stay as a proof that names nobody, and one says so.
  virtual save_result erase(std::string_view account) = 0;

  /// `account`, waiting: at most read_timeout, and not at all for a store that is away.
  account_state read_account(std::string_view name);
  /// A visitor's records, oldest first, the newest `count`, at most 1000; nothing when the store did not answer.
  std::optional<std::vector<consent_record>> history(std::string_view subject, std::size_t count = 100);
  /// The text of a notice, by its hash; nothing when it was not kept, or the store did not answer.
  virtual std::optional<std::string> notice_text(std::string_view notice_hash) = 0;
  /// Deletes, from each chain's start, the records that have been over for `days`: counted from the end of validity, or
  /// without one from the event. An anchor stays, so that the rest can be verified. In two steps, for a clock may be
  /// wrong: a call notes what is over, counted no further than the newest record; a call a day or more later deletes
  /// that. Returns how many; nothing when the store did not answer. With retain_days this happens by itself.
  virtual std::optional<std::uint64_t> retain(unsigned days) = 0;

  /// Does not block.
  virtual records_state state() const = 0;

 private:
  save_result save_and_wait(log_change);
};

}  // namespace abide
