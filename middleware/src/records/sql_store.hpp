#pragma once
// What the stores of SQLite and PostgreSQL share: the statements of sql.hpp and what their rows mean. A store adds the
// three ways to run a statement. All values and cells are texts; both databases convert them to the column's type.
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "records/store.hpp"

namespace abide::detail {

class sql_store : public store {
 public:
  const std::string& name() const override { return name_; }
  const std::string& log() const override { return log_; }
  bool is_sealed() const override;

  std::optional<std::string> put(side, const side_row&, link_times) override;
  std::vector<side_row> take_out(side, const std::string& key) override;
  bool seal(side, const side_row&) override;
  void set_ledger(const ledger&) override;
  void set_roll(const chain_roll&) override;
  void set_note(const std::string& name, const std::string& value) override;
  void set_anchor(const chain_place&) override;
  std::uint64_t delete_up_to(std::uint64_t chain, std::uint64_t number) override;

  std::vector<chain_state> chains() override;
  void each(const record_filter&, const std::function<void(const row&)>&) override;
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
  std::uint64_t last_over(std::uint64_t chain, std::int64_t end_ms, std::int64_t grants_end_ms) override;
  chain_place last_up_to(std::uint64_t chain, std::uint64_t number) override;

 protected:
  using texts = std::vector<std::string>;  ///< the values of a statement, or the cells of a row
  struct written {
    std::vector<texts> returned;
    std::uint64_t count = 0;  ///< rows
  };

  /// The values of update_head.
  static texts moved_head(const chain_place& before, const chain_place& after);

  sql_store(std::string name, store_use use) : name_(std::move(name)), use_(use) {}

  /// For results that fit in memory. `sql` must have static lifetime.
  virtual std::vector<texts> read(std::string_view sql, const texts& values) = 0;
  std::vector<texts> read(std::string_view sql) { return read(sql, {}); }
  /// Calls `f` for each row as it arrives; `f` must not use the store. The cells are `f`'s own.
  virtual void read_each(const std::string& sql, const texts& values, const std::function<void(texts&)>& f) = 0;
  /// A part of the change. `sql` must have static lifetime.
  virtual written write(std::string_view sql, const texts& values) = 0;

  const std::string name_;
  const store_use use_;
  std::string log_;
  std::int64_t version_ = 0;  ///< of the tables (schema.hpp)
};

/// What `damage` says of tables that are not as Abide made them.
void tell_differences(const std::set<std::string>& made, const std::set<std::string>& found,
                      std::vector<std::string>& told);

}  // namespace abide::detail
