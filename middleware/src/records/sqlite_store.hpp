#pragma once
// Records in one SQLite file. Several processes may write it: they take turns and continue the same chain.
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "records/own_heads.hpp"
#include "records/schema.hpp"
#include "records/sqlite.hpp"
#include "records/store.hpp"

namespace abide::detail {

class sqlite_store : public store {
 public:
  sqlite_store(std::string file, store_use, std::chrono::milliseconds timeout);

  const std::string& name() const override { return name_; }
  std::vector<std::string> open() override;
  void close() noexcept override;
  bool closes_for_forks() const noexcept override { return file_ != in_memory; }
  void close_for_fork() noexcept override;
  void hurry(bool now) noexcept override { patience_.hurry = now; }
  const std::string& log() const override { return log_; }

  chain_place begin() override;
  void insert(std::span<const row>, const chain_place& before, const chain_place& after) override;
  std::optional<std::string> put(side, const side_row&, link_times) override;
  std::vector<side_row> take_out(side, const std::string& key) override;
  void erases() override { erased_ = true; }
  bool seal(side, const side_row&) override;
  void set_ledger(const ledger&) override;
  void lock_roll() override {}  // a change locks the whole file
  void set_roll(const chain_roll&) override;
  void set_note(const std::string& name, const std::string& value) override;
  void set_anchor(const chain_place&) override;
  std::uint64_t delete_up_to(std::uint64_t chain, std::uint64_t number) override;
  void commit() override;
  void roll_back() noexcept override;

  void snapshot() override;
  std::vector<chain_state> chains() override;
  void each(const record_filter&, const std::function<void(const row&)>&) override;
  std::vector<std::string> present(std::span<const std::string> ids) override;
  std::vector<std::optional<std::int64_t>> opted_out(std::span<const std::string> accounts) override;
  bool is_sealed() const override { return version_ >= sealed_version; }
  std::vector<ledger> ledgers() override;
  std::optional<chain_roll> roll() override;
  std::optional<std::string> note(const std::string& name) override;
  std::optional<std::int64_t> last_time(std::uint64_t chain) override;
  void each_side(side, const std::function<void(const side_row&)>&) override;
  std::uint64_t signal_count(const side_row& key) override;
  std::optional<std::int64_t> last_minute() override;
  std::vector<std::string> named_texts() override;
  bool has_sealed_record() override;
  void each_text(const std::function<void(const std::string&, const std::string&)>&) override;
  std::optional<std::string> text(const std::string& hash) override;
  std::uint64_t last_over(std::uint64_t chain, std::int64_t end_ms) override;
  chain_place last_up_to(std::uint64_t chain, std::uint64_t number) override;
  std::vector<std::string> damage() override;

 private:
  sqlite_query& prepared(std::string_view sql);  ///< `sql` must have static lifetime
  void connect();
  void make_file();
  void read_log();
  void check_own(const chain_place& head);
  void migrate();
  void check_file();
  void take_chain(std::vector<std::string>& told);

  std::string file_, name_, log_;
  store_use use_;
  sqlite_patience patience_;
  std::uint64_t chain_ = 1;
  chain_place next_head_;
  own_heads own_;
  std::int64_t version_ = 0;
  bool erased_ = false;
  bool is_checked_ = false;  ///< closed for a fork, and known to be intact
  bool was_open_ = false;    ///< then a missing file is a fault, not a new log
  std::unique_ptr<sqlite_database> database_;
  std::map<std::string_view, sqlite_query> queries_;  // destroyed before the database
};

}  // namespace abide::detail
