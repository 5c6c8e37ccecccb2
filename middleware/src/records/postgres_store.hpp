#pragma once
// Records in PostgreSQL. Each server process writes its own chain, the first free number, and holds it with a
// session-level advisory lock. So connect directly or through a pooler in session mode.
#include <memory>
#include <string>

#include "records/own_heads.hpp"
#include "records/postgres.hpp"
#include "records/schema.hpp"
#include "records/store.hpp"

namespace abide::detail {

class postgres_store : public store {
 public:
  postgres_store(std::string where, std::string name, store_use, std::chrono::milliseconds timeout);

  const std::string& name() const override { return name_; }
  std::vector<std::string> open() override;
  void close() noexcept override;
  const std::string& log() const override { return log_; }

  chain_place begin() override;
  void insert(std::span<const row>, const chain_place& before, const chain_place& after) override;
  std::optional<std::string> put(side, const side_row&, link_times) override;
  std::vector<side_row> take_out(side, const std::string& key) override;
  bool seal(side, const side_row&) override;
  void set_ledger(const ledger&) override;
  void lock_roll() override;
  void join() override { begin_now(); }
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
  postgres_result run(std::string_view sql, std::initializer_list<std::string> values = {});
  void set_session(std::vector<std::string>& told);
  void expect_unicode();
  void migrate();
  void read_log();
  void take_chain(std::vector<std::string>& told);
  void begin_now();

  std::string where_, name_, log_;
  store_use use_;
  std::chrono::milliseconds timeout_;
  chain_place head_, next_head_;
  own_heads own_;
  std::int64_t version_ = 0;
  bool in_transaction_ = false;
  std::unique_ptr<postgres_connection> connection_;
};

}  // namespace abide::detail
