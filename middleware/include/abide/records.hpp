#pragma once
// Abide's own log of a site: records in SQLite or PostgreSQL, chained and signed, so that edits by somebody without the
// keys are found; who holds the keys can sign others, and old signed rows can come back: SECURITY.md says what is
// found. One record for each change of state, not for each request.
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

/// Options of records::open. A value; `warn` may be called from any thread.
struct records_options {
  std::vector<std::string> keys;                ///< secrets, newest first (consent.keys); none: records carry no MAC
  std::vector<std::string> keys_retired;        ///< only verify records and find accounts (consent.keys_retired)
  std::size_t queue_max = 16384;                ///< most events that wait for the store
  std::chrono::milliseconds timeout{5000};      ///< longest wait of a save or a query
  std::chrono::milliseconds read_timeout{100};  ///< longest wait for an account's state
  std::chrono::milliseconds cache_age{10'000};  ///< how long an account's state is cached
  unsigned retain_days = 0;                     ///< see retain; 0: keep everything
  std::string heads;  ///< where to write the heads every hour: `file:PATH` or `syslog`; empty: nowhere
  std::function<void(const std::string&)> warn;  ///< empty: standard error
};

/// The log's state at this moment. A value.
struct records_state {
  bool away = false;        ///< the store cannot be written now; the log retries
  std::string why;          ///< the latest fault
  std::size_t waiting = 0;  ///< events in the queue
  std::uint64_t saved = 0;  ///< changes saved since the start
  std::uint64_t lost = 0;   ///< changes of save_later dropped because the queue was full or the process ended
  std::size_t writing = 0;  ///< events that left the queue and are not stored yet
};

/// The log of one site. Thread-safe. The functions of `log` do not block; the others block, at most for the timeout.
///
/// After fork(), both parent and child may use the log: the child opens the store itself on first use. The parent
/// writes the events of save_later that were queued at the fork. fork() waits until SQLite has finished its current
/// operation. The contents of `memory:` stay with the parent.
class ABIDE_API records : public log {
 public:
  /// `sqlite:FILE`, `postgres://...` (libpq), or `memory:`. Throws config_error for anything else, for a store that
  /// this build does not support, and for unusable keys. A store that is unreachable, locked or damaged is not an
  /// error: the log warns, saves fail with a reason, and the log retries.
  static std::unique_ptr<records> open(const std::string& store, records_options = {});

  /// Writes queued events, for at most the timeout, and calls all pending callbacks.
  ~records() override = default;

  using log::history;

  /// Returns when the record is durable, or the error.
  save_result append(consent_event);
  /// Links this visitor to an account. `account`: the application's name for it; only a keyed hash is stored.
  save_result link(std::string_view account, std::string_view subject);
  /// Sets or ends the account's opt-out. `since`: Unix seconds; nullopt: the account opts in again.
  save_result set_opted_out(std::string_view account, std::optional<std::int64_t> since);
  /// Deletes the account's state and links. The records stay as proof that identifies nobody; a record of the erasure
  /// is added.
  virtual save_result erase(std::string_view account) = 0;

  /// Blocking version of `account`: waits at most read_timeout, and not at all if the store is unreachable.
  account_state read_account(std::string_view name);
  /// A visitor's newest `count` records (at most 1000), oldest first; nullopt if the store did not answer.
  std::optional<std::vector<consent_record>> history(std::string_view subject, std::size_t count = 100);
  /// The text of a notice, by its hash; nullopt if it was not stored or the store did not answer.
  virtual std::optional<std::string> notice_text(std::string_view notice_hash) = 0;
  /// Deletes, from the start of each chain, records whose term (valid_until, else the event) ended over `days` ago, and
  /// withdrawals and changes only when no older grant can be valid. An anchor stays, so that the rest can be verified.
  /// It takes two calls a day apart, because a clock may be wrong: one notes what has expired, the other deletes it.
  /// Returns the number of deleted records; nullopt if the store did not answer. Runs by itself with retain_days.
  virtual std::optional<std::uint64_t> retain(unsigned days) = 0;

  /// Does not block.
  virtual records_state state() const = 0;

 private:
  save_result save_and_wait(log_change);
};

}  // namespace abide
