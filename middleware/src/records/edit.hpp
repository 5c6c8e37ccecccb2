#pragma once
// One change of a log: records at the end of this process' chain, and rows beside the chains, with all their seals.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "records/signal_counts.hpp"
#include "records/store.hpp"

namespace abide::detail {

/// A log that is open for writing, and who signs.
struct open_log {
  store& at;
  const keys* signing = nullptr;                   ///< may be null: nothing is signed
  bool is_settled = false;                         ///< see settle
  std::map<std::uint64_t, std::uint64_t> changes;  ///< of the ledgers that this process wrote, by chain
};

/// After each opening: seals what an older Abide left beside the chains, once. False when that must not be: a signed
/// log without keys, or one whose seals were taken away, which `told` says. Throws store_error.
bool settle(store&, const keys*, std::vector<std::string>& told);

/// Begins when it is made. Without a commit nothing was changed. Everything throws store_error.
class log_edit {
 public:
  explicit log_edit(open_log&);
  ~log_edit();
  log_edit(const log_edit&) = delete;

  void add(consent_event);
  /// False: it was linked already, and not before `renew_ms`. A link from the future counts as made before.
  bool link(const std::string& account, const std::string& subject, std::int64_t time_ms, std::int64_t renew_ms);
  void opt_out(const std::string& account, std::int64_t since);
  void opt_in(const std::string& account);
  /// All that is known of one name is from now on known of the other; of two opt-outs the later one.
  void move_account(const std::string& from, const std::string& to);
  std::vector<std::string> forget(const std::vector<std::string>& accounts);  ///< the subjects that were linked
  void keep_text(const std::string& hash, const std::string& text);  ///< empty: never given; the first one given stays
  void add_lost(std::uint64_t count);
  void count_signals(const signal_key&, std::uint64_t count);  ///< more of them
  std::uint64_t forget_signals(std::int64_t before);           ///< a slice of the oldest; Unix seconds. How many rows
  void commit();

 private:
  ledger& book();
  void replace(side, const side_row& made, const std::string& replaced);
  void remove(side, const std::string& key, std::vector<std::string>* seconds = nullptr);
  void enter_roll();

  open_log& log_;
  chain_place before_, head_;
  std::vector<row> rows_;
  std::optional<ledger> book_;
  bool is_changed_ = false, is_over_ = false;
};

}  // namespace abide::detail
