#pragma once
// Records in PostgreSQL. Each server process writes its own chain, the first free number, and holds it with a
// session-level advisory lock. So connect directly or through a pooler in session mode.
#include <memory>
#include <string>

#include "records/own_heads.hpp"
#include "records/postgres.hpp"
#include "records/sql_store.hpp"

namespace abide::detail {

class postgres_store : public sql_store {
 public:
  postgres_store(std::string where, std::string name, store_use, std::chrono::milliseconds timeout);

  std::vector<std::string> open() override;
  void close() noexcept override;

  chain_place begin() override;
  void insert(std::span<const row>, const chain_place& before, const chain_place& after) override;
  void lock_roll() override;
  void join() override { begin_now(); }
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
  postgres_result run(std::string_view sql, std::initializer_list<std::string> values = {});
  void set_session(std::vector<std::string>& told);
  void expect_unicode();
  void migrate();
  void read_log();
  void take_chain(std::vector<std::string>& told);
  void begin_now();

  const std::string where_;
  const std::chrono::milliseconds timeout_;
  chain_place head_, next_head_;
  own_heads own_;
  bool in_transaction_ = false;
  std::unique_ptr<postgres_connection> connection_;
};

}  // namespace abide::detail
