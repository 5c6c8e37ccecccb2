#pragma once
// Records in one SQLite file. Several processes may write it: they take turns and continue the same chain.
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "records/own_heads.hpp"
#include "records/sql_store.hpp"
#include "records/sqlite.hpp"

namespace abide::detail {

class sqlite_store : public sql_store {
 public:
  sqlite_store(std::string file, store_use, std::chrono::milliseconds timeout);

  std::vector<std::string> open() override;
  void close() noexcept override;
  bool closes_for_forks() const noexcept override { return file_ != in_memory; }
  void close_for_fork() noexcept override;
  void hurry(bool now) noexcept override { patience_.hurry = now; }

  chain_place begin() override;
  void insert(std::span<const row>, const chain_place& before, const chain_place& after) override;
  void erases() override { erased_ = true; }
  void lock_roll() override {}  // a change locks the whole file
  void commit() override;
  void roll_back() noexcept override;

  void snapshot() override;
  std::vector<std::string> present(std::span<const std::string> ids) override;
  std::vector<std::optional<std::int64_t>> opted_out(std::span<const std::string> accounts) override;
  std::vector<std::string> damage() override;

 private:
  std::vector<texts> read(std::string_view sql, const texts& values) override;
  void read_each(const std::string& sql, const texts& values, const std::function<void(texts&)>& f) override;
  written write(std::string_view sql, const texts& values) override;
  sqlite_query& prepared(std::string_view sql);  ///< `sql` must have static lifetime
  void connect();
  void make_file();
  void read_log();
  void check_own(const chain_place& head);
  void migrate();
  void check_file();
  void take_chain(std::vector<std::string>& told);

  const std::string file_;
  sqlite_patience patience_;
  std::uint64_t chain_ = 1;
  chain_place next_head_;
  own_heads own_;
  bool erased_ = false;
  bool is_checked_ = false;  ///< closed for a fork, and known to be intact
  bool was_open_ = false;    ///< then a missing file is a fault, not a new log
  std::unique_ptr<sqlite_database> database_;
  std::map<std::string_view, sqlite_query> queries_;  // destroyed before the database
};

}  // namespace abide::detail
