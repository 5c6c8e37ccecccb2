#pragma once
// Where records lie. One interface for SQLite and PostgreSQL; one thread uses a store at a time.
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

/// What went wrong, and where; never a secret. The store is then to be closed, and may be opened again.
class store_error : public std::runtime_error {
 public:
  enum class after { wait, reopen };     ///< reopen: a new connection may do at once
  enum class change { undone, unsure };  ///< unsure: what was being committed may be stored
  explicit store_error(const std::string& text, after next = after::wait, change made = change::undone)
      : std::runtime_error(printable(text)), may_reopen(next == after::reopen), is_unsure(made == change::unsure) {}
  bool may_reopen, is_unsure;
};

/// What is known of a chain besides its records.
struct chain_state {
  chain_place head;
  std::optional<chain_place> anchor;  ///< retention deleted up to here
};

struct record_filter {
  std::optional<std::uint64_t> chain;
  std::string subject;       ///< empty: all
  std::uint64_t newest = 0;  ///< only so many, the newest; 0: all
};

class store {
 public:
  virtual ~store() = default;
  virtual const std::string& name() const = 0;  ///< for messages

  /// Connects. To write: brings the tables up to date and takes a chain. Returns what the operator should know. Throws
  /// store_error, as everything below does.
  virtual std::vector<std::string> open() = 0;
  virtual void close() noexcept = 0;

  // ---- around a fork(). A store whose library cannot be used in a child while the parent has it open is closed.
  virtual bool closes_for_forks() const noexcept { return false; }
  virtual void close_for_fork() noexcept {}  ///< what is opened again after that needs no new check
  virtual void hurry(bool) noexcept {}       ///< from any thread: stop waiting for others, with a store_error

  /// The store's own random name, which the chains begin with.
  virtual const std::string& log() const = 0;

  // ---- one change: begin, any of the middle ones, then commit or roll_back. Durable when commit returns.
  virtual chain_place begin() = 0;  ///< where this process' chain stands
  virtual void insert(std::span<const row>, const chain_place& before, const chain_place& after) = 0;
  virtual void join() {}  ///< what was begun is one transaction from here on; where it is that anyway, nothing
  /// Puts a row in the place of its key's: the hash of the row that was there, empty for none. Nothing: the row that is
  /// there stays, which is a text that was given, or a link made since `renew_ms` and not after `ahead_ms`.
  struct link_times {
    std::int64_t renew_ms = 0, ahead_ms = 0;
  };
  virtual std::optional<std::string> put(side, const side_row&, link_times) = 0;
  /// What was there. Of signals the key is a time in Unix seconds: the oldest counts before it, a slice at a time.
  virtual std::vector<side_row> take_out(side, const std::string& key) = 0;
  virtual void erases() {}                       ///< what this change takes out leaves no trace in the store's own logs
  virtual bool seal(side, const side_row&) = 0;  ///< a row that has no seal yet
  virtual void set_ledger(const ledger&) = 0;
  virtual void lock_roll() = 0;                                                  ///< until the end of the change
  virtual void set_note(const std::string& name, const std::string& value) = 0;  ///< replaces
  virtual void set_roll(const chain_roll&) = 0;
  virtual void set_anchor(const chain_place&) = 0;
  virtual std::uint64_t delete_up_to(std::uint64_t chain, std::uint64_t number) = 0;
  virtual void commit() = 0;
  virtual void roll_back() noexcept = 0;

  // ---- reading; between snapshot and roll_back everything is of one moment
  virtual void snapshot() = 0;
  virtual std::vector<chain_state> chains() = 0;
  /// By chain and number; those of one subject by time.
  virtual void each(const record_filter&, const std::function<void(const row&)>&) = 0;
  virtual std::vector<std::string> present(std::span<const std::string> ids) = 0;
  /// Of each account the opt-out, in the same order.
  virtual std::vector<std::optional<std::int64_t>> opted_out(std::span<const std::string> accounts) = 0;
  virtual bool is_sealed() const = 0;  ///< false: the tables are those of an older Abide
  virtual std::vector<ledger> ledgers() = 0;
  virtual std::optional<chain_roll> roll() = 0;
  virtual std::optional<std::string> note(const std::string& name) = 0;
  virtual std::optional<std::int64_t> last_time(std::uint64_t chain) = 0;  ///< time_ms of a chain's last record
  virtual void each_side(side, const std::function<void(const side_row&)>&) = 0;
  virtual std::uint64_t signal_count(const side_row& key) = 0;  ///< of its minute, chain, place and signal
  virtual std::optional<std::int64_t> last_minute() = 0;        ///< the newest with a count, Unix seconds
  virtual std::vector<std::string> named_texts() = 0;           ///< the hashes that records name, once each
  virtual bool has_sealed_record() = 0;                         ///< whether there is one of record_form::settled
  /// The texts of notices by their hashes.
  virtual void each_text(const std::function<void(const std::string& hash, const std::string& text)>&) = 0;
  virtual std::optional<std::string> text(const std::string& hash) = 0;
  /// The last record of a chain that retention may delete: it and all before it were over before `end_ms`; 0: none.
  virtual std::uint64_t last_over(std::uint64_t chain, std::int64_t end_ms) = 0;
  /// The place of the last record up to a number; number 0: there is none.
  virtual chain_place last_up_to(std::uint64_t chain, std::uint64_t number) = 0;
  /// Faults of the files themselves, such as an index that lacks a row.
  virtual std::vector<std::string> damage() = 0;
};

inline constexpr std::string_view in_memory = "memory:";  ///< its one connection is the database

enum class store_use { read, write, look_up };  ///< look_up: short reads beside a process that writes

/// `sqlite:FILE`, `postgres://...`, `postgresql://...`, `memory:`. Not yet open. Throws config_error.
std::unique_ptr<store> store_at(const std::string& where, store_use, std::chrono::milliseconds timeout);

}  // namespace abide::detail
