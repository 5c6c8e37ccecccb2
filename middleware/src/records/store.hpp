#pragma once
// Storage of records: one interface for SQLite and PostgreSQL. One thread at a time may use a store.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "records/printable.hpp"
#include "records/seal.hpp"
#include "records/side.hpp"

namespace abide::detail {

/// What failed, and where; never a secret. Close the store after it; it may be opened again.
class store_error : public std::runtime_error {
 public:
  enum class after { wait, reopen };     ///< reopen: a new connection may help at once
  enum class change { undone, unsure };  ///< unsure: the commit may have succeeded
  explicit store_error(const std::string& text, after next = after::wait, change made = change::undone)
      : std::runtime_error(printable(text)), may_reopen(next == after::reopen), is_unsure(made == change::unsure) {}
  bool may_reopen, is_unsure;
};

/// What is stored about a chain besides its records.
struct chain_state {
  chain_place head;
  std::optional<chain_place> anchor;  ///< retention deleted up to here
};

struct record_filter {
  std::optional<std::uint64_t> chain;
  std::string subject;       ///< empty: all
  std::uint64_t newest = 0;  ///< only this many, the newest; 0: all
};

class store {
 public:
  virtual ~store() = default;
  virtual const std::string& name() const = 0;  ///< for messages

  /// Connects. For writing, it also updates the tables and takes a chain. Returns warnings for the operator. Throws
  /// store_error, like everything below.
  virtual std::vector<std::string> open() = 0;
  virtual void close() noexcept = 0;

  // ---- around a fork(): a store is closed if a child cannot use its library while the parent has it open
  virtual bool closes_for_forks() const noexcept { return false; }
  virtual void close_for_fork() noexcept {}  ///< opening it again needs no new check
  virtual void hurry(bool) noexcept {}       ///< from any thread: stop waiting for locks, with a store_error

  /// The store's random name, which the start hash of each chain contains.
  virtual const std::string& log() const = 0;

  // ---- one change: begin, any of the middle ones, then commit or roll_back. Durable when commit returns.
  virtual chain_place begin() = 0;  ///< returns the head of this process's chain
  virtual void insert(std::span<const row>, const chain_place& before, const chain_place& after) = 0;
  virtual void join() {}  ///< makes the change one transaction from here on; a no-op if it is one anyway
  /// Inserts or replaces the row with this key. Returns the hash of the replaced row, empty for none; nullopt if the
  /// row stays: a text that was given, or a link made since `renew_ms` and not after `ahead_ms`.
  struct link_times {
    std::int64_t renew_ms = 0, ahead_ms = 0;
  };
  virtual std::optional<std::string> put(side, const side_row&, link_times) = 0;
  /// Deletes and returns the rows of a key. For signals, `key` is a time in Unix seconds: the oldest counts before it,
  /// a slice per call.
  virtual std::vector<side_row> take_out(side, const std::string& key) = 0;
  virtual void erases() {}                       ///< what this change deletes must not remain in the store's own logs
  virtual bool seal(side, const side_row&) = 0;  ///< seals a row that has no seal yet
  virtual void set_ledger(const ledger&) = 0;
  virtual void lock_roll() = 0;                                                  ///< until the end of the change
  virtual void set_note(const std::string& name, const std::string& value) = 0;  ///< replaces
  virtual void set_roll(const chain_roll&) = 0;
  virtual void set_anchor(const chain_place&) = 0;
  virtual std::uint64_t delete_up_to(std::uint64_t chain, std::uint64_t number) = 0;
  virtual void commit() = 0;
  virtual void roll_back() noexcept = 0;

  // ---- reading; between snapshot and roll_back, all reads see the same state
  virtual void snapshot() = 0;
  virtual std::vector<chain_state> chains() = 0;
  /// Ordered by chain and number; records of one subject by time.
  virtual void each(const record_filter&, const std::function<void(const row&)>&) = 0;
  virtual std::vector<std::string> present(std::span<const std::string> ids) = 0;
  /// The opt-out of each account, in the same order.
  virtual std::vector<std::optional<std::int64_t>> opted_out(std::span<const std::string> accounts) = 0;
  virtual bool is_sealed() const = 0;  ///< false: an older Abide made the tables
  virtual std::vector<ledger> ledgers() = 0;
  virtual std::optional<chain_roll> roll() = 0;
  virtual std::optional<std::string> note(const std::string& name) = 0;
  virtual std::optional<std::int64_t> last_time(std::uint64_t chain) = 0;  ///< time_ms of a chain's last record
  virtual void each_side(side, const std::function<void(const side_row&)>&) = 0;
  virtual std::uint64_t signal_count(const side_row& key) = 0;  ///< for its minute, chain, place and signal
  virtual std::optional<std::int64_t> last_minute() = 0;        ///< the newest minute with a count, Unix seconds
  virtual std::vector<std::string> named_texts() = 0;           ///< the distinct hashes that records name
  virtual bool has_sealed_record() = 0;                         ///< whether a record has record_form::settled
  /// The texts of notices by their hashes.
  virtual void each_text(const std::function<void(const std::string& hash, const std::string& text)>&) = 0;
  virtual std::optional<std::string> text(const std::string& hash) = 0;
  /// The last record of a chain that retention may delete: it and all records before it expired before `end_ms`, and
  /// what may take a grant back is older than `grants_end_ms`; 0: none.
  virtual std::uint64_t last_over(std::uint64_t chain, std::int64_t end_ms, std::int64_t grants_end_ms) = 0;
  /// The place of the last record up to a number; number 0: none.
  virtual chain_place last_up_to(std::uint64_t chain, std::uint64_t number) = 0;
  /// Faults of the files themselves, such as an index that lacks a row.
  virtual std::vector<std::string> damage() = 0;
};

inline constexpr std::string_view in_memory = "memory:";  ///< the database exists only in its one connection

enum class store_use { read, write, look_up };  ///< look_up: short reads in a process that also writes

/// `sqlite:FILE`, `postgres://...`, `postgresql://...`, `memory:`. Does not open it. Throws config_error.
std::unique_ptr<store> store_at(const std::string& where, store_use, std::chrono::milliseconds timeout);

}  // namespace abide::detail
