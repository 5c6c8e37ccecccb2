#pragma once
// One change of a log: records at the end of this process's chain and rows beside the chains, with all their seals.
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "records/signal_counts.hpp"
#include "records/store.hpp"

namespace abide::detail {

/// A log open for writing, and its signing keys.
struct open_log {
  store& at;
  const keys* signing = nullptr;                   ///< null: nothing is signed
  bool is_settled = false;                         ///< see settle
  std::map<std::uint64_t, std::uint64_t> changes;  ///< of the ledgers that this process wrote, by chain
};

/// Call it after each opening: seals, once, rows beside the chains that an older Abide left. Returns false, with a
/// warning in `told`, if it must not: a signed log without keys, or a log whose seals were removed. Throws store_error.
bool settle(store&, const keys*, std::vector<std::string>& told);

/// Begins in the constructor. Without commit nothing changes. Everything throws store_error.
class log_edit {
 public:
  explicit log_edit(open_log&);
  ~log_edit();
  log_edit(const log_edit&) = delete;

  void add(consent_event);
  /// Returns false if the link exists already and is not older than `renew_ms`. A link from the future counts as older.
  bool link(const std::string& account, const std::string& subject, std::int64_t time_ms, std::int64_t renew_ms);
  void opt_out(const std::string& account, std::int64_t since);
  void opt_in(const std::string& account);
  /// Moves everything stored under one name to the other; of two opt-outs, the later one stays.
  void move_account(const std::string& from, const std::string& to);
  std::vector<std::string> forget(const std::vector<std::string>& accounts);  ///< returns the linked subjects
  void keep_text(const std::string& hash, const std::string& text);  ///< `text` may be empty; the first text stays
  void add_lost(std::uint64_t count);
  void count_signals(const signal_key&, std::uint64_t count);  ///< adds to the count
  /// Deletes a slice of the oldest counts before this time (Unix seconds); returns the number of rows.
  std::uint64_t forget_signals(std::int64_t before);
  void commit();

 private:
  ledger& book();
  bool put(side, std::array<std::string, 5> cells, store::link_times = {});
  std::vector<side_row> take_out(side, const std::string& key);
  void enter_roll();

  open_log& log_;
  chain_place before_, head_;
  std::vector<row> rows_;
  std::optional<ledger> book_;
  bool is_changed_ = false, is_over_ = false;
};

}  // namespace abide::detail
