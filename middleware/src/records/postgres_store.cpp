#include "records/postgres_store.hpp"

#include <map>
#include <set>

#include "records/postgres_tables.hpp"
#include "records/schema.hpp"
#include "records/sql.hpp"

namespace abide::detail {
namespace {

constexpr int lock_class = sqlite_application_id;  // distinguishes our advisory locks from those of other programs
constexpr int migration_lock = 0, roll_lock = -1, chains_max = 1000;

std::uint64_t unsigned_of(std::int64_t number) { return static_cast<std::uint64_t>(number); }

// One statement, so one transaction and one round trip: moves the head, and inserts the records only if the head was
// where we left it.
std::string insert_records() {
  std::string sql = "WITH moved AS (" + std::string(update_head) + " RETURNING 1) INSERT INTO abide_record (" +
                    column_list() + ") SELECT r.* FROM unnest(";
  for (std::size_t i = 0; i < columns.size(); ++i)
    sql += (i > 0 ? ", $" : "$") + std::to_string(i + 8) + (columns[i].is_number ? "::bigint[]" : "::text[]");
  return sql + ") AS r CROSS JOIN moved";
}

std::vector<std::string> cells_of(const postgres_result& from, int row) {
  std::vector<std::string> cells;
  cells.reserve(static_cast<std::size_t>(from.columns()));
  for (int i = 0; i < from.columns(); ++i) cells.push_back(from.text(row, i));
  return cells;
}

std::vector<std::vector<std::string>> rows_of(const postgres_result& from) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(static_cast<std::size_t>(from.rows()));
  for (int i = 0; i < from.rows(); ++i) rows.push_back(cells_of(from, i));
  return rows;
}

std::string if_missing(std::string_view create) {
  constexpr std::string_view verb = "CREATE TABLE ";
  return std::string(verb) + "IF NOT EXISTS " + std::string(create.substr(verb.size()));
}

}  // namespace

postgres_store::postgres_store(std::string where, std::string name, store_use use, std::chrono::milliseconds timeout)
    : sql_store(std::move(name), use), where_(std::move(where)), timeout_(timeout) {}

std::vector<postgres_store::texts> postgres_store::read(std::string_view sql, const texts& values) {
  return rows_of(connection_->run(sql, values));
}

void postgres_store::read_each(const std::string& sql, const texts& values, const std::function<void(texts&)>& f) {
  connection_->each_row(sql, values, [&](const postgres_result& one) {
    texts cells = cells_of(one, 0);
    f(cells);
  });
}

postgres_store::written postgres_store::write(std::string_view sql, const texts& values) {
  begin_now();
  const postgres_result made = connection_->run(sql, values);
  return {rows_of(made), made.affected()};
}

postgres_result postgres_store::run(std::string_view sql, std::initializer_list<std::string> values) {
  return connection_->run(sql, {values.begin(), values.size()});
}

std::vector<std::string> postgres_store::open() {
  try {
    std::vector<std::string> told;
    in_transaction_ = false;
    const auto statement_timeout = use_ == store_use::read ? std::chrono::milliseconds(0) : timeout_;
    // A standby would answer late about what was saved on the other host.
    const auto wanted = use_ == store_use::read ? wanted_session::any : wanted_session::writable;
    connection_ = std::make_unique<postgres_connection>(where_, name_, timeout_, statement_timeout, wanted);
    if (use_ == store_use::write) {
      set_session(told);
      migrate();
    }
    read_log();
    if (use_ == store_use::write) take_chain(told);
    return told;
  } catch (...) {
    close();
    throw;
  }
}

// The server notices the end of a session with a delay; the next process would find our chain still locked.
void postgres_store::close() noexcept {
  if (connection_ && !connection_->is_lost() && use_ == store_use::write) {
    try {
      connection_->run_script("ROLLBACK; SELECT pg_advisory_unlock_all()");
    } catch (const store_error&) {
    }
  }
  connection_.reset();
}

// If the server confirmed a commit before it is on disk, "saved" would be wrong.
void postgres_store::set_session(std::vector<std::string>& told) {
  const std::string patience = std::to_string(timeout_.count());
  connection_->run_script("SET statement_timeout = " + patience + "; SET lock_timeout = " + patience +
                          "; SET idle_in_transaction_session_timeout = " + std::to_string(timeout_.count() * 2));
  const postgres_result settings = run("SELECT current_setting('synchronous_commit'), current_setting('fsync')");
  if (settings.text(0, 0) == "off") connection_->run_script("SET synchronous_commit = on");
  if (settings.text(0, 1) == "off") told.push_back(name_ + ": fsync is off: records may be lost in a power failure");
}

// In LATIN1, no choice under a Greek notice could be saved, and those saved with it would fail too.
void postgres_store::expect_unicode() {
  const std::string encoding = run("SELECT current_setting('server_encoding')").text(0, 0);
  if (encoding != "UTF8" && encoding != "SQL_ASCII")
    throw store_error(name_ + ": expected a database with the encoding UTF8, found " + encoding);
}

void postgres_store::migrate() {
  const auto steps = postgres_schema();
  connection_->run_script("BEGIN; SELECT pg_advisory_xact_lock(" + std::to_string(lock_class) + ", " +
                          std::to_string(migration_lock) + "); " + if_missing(create_meta));
  const postgres_result version = run("SELECT value FROM abide_meta WHERE name = 'version'");
  const std::size_t had = version.rows() > 0 ? static_cast<std::size_t>(version.number(0, 0)) : 0;
  if (had > steps.size()) throw store_error(name_ + ": written by a newer version of Abide");
  if (had == 0) expect_unicode();
  for (std::size_t i = had; i < steps.size(); ++i) connection_->run_script(std::string(steps[i]));
  if (had == 0) run("INSERT INTO abide_meta VALUES ('log', $1)", {new_subject()});
  if (had < steps.size())
    run("INSERT INTO abide_meta VALUES ('version', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        {std::to_string(steps.size())});
  connection_->run_script("COMMIT");
}

void postgres_store::read_log() {
  if (run("SELECT 1 WHERE to_regclass('abide_meta') IS NOT NULL").rows() == 0)
    throw store_error(name_ + ": contains no records of Abide");
  const postgres_result meta = run("SELECT name, value FROM abide_meta WHERE name IN ('log', 'version')");
  for (int i = 0; i < meta.rows(); ++i) {
    if (meta.text(i, 0) == "log") log_ = meta.text(i, 1);
    else version_ = meta.number(i, 1);
  }
  if (unsigned_of(version_) > postgres_schema().size())
    throw store_error(name_ + ": written by a newer version of Abide");
}

// A log whose end was changed continues from its stored head, so that the gap stays visible.
void postgres_store::take_chain(std::vector<std::string>& told) {
  int chain = 1;
  while (run("SELECT pg_try_advisory_lock($1, $2)", {std::to_string(lock_class), std::to_string(chain)}).text(0, 0) !=
         "t")
    if (++chain > chains_max)
      throw store_error(name_ + ": " + "expected at most " + std::to_string(chains_max) + " servers that write");
  const std::string number = std::to_string(chain);
  run(insert_chain, {number, start_hash(log_, static_cast<std::uint64_t>(chain))});
  const postgres_result head = run(select_head, {number}), last = run(select_last, {number});
  head_ = {static_cast<std::uint64_t>(chain), unsigned_of(head.number(0, 0)), head.text(0, 1), {}, {}};
  own_.check(name_, head_);
  const bool fits = last.rows() == 0 || (last.text(0, 0) == head.text(0, 0) && last.text(0, 1) == head.text(0, 1));
  if (!fits) told.push_back(name_ + ": the end of chain " + number + " was changed; run abide records verify");
}

void postgres_store::begin_now() {
  if (in_transaction_) return;
  connection_->run_script("BEGIN");
  in_transaction_ = true;
}

chain_place postgres_store::begin() {
  next_head_ = head_;
  return head_;
}

void postgres_store::insert(std::span<const row> rows, const chain_place& before, const chain_place& after) {
  static const std::string sql = insert_records();
  texts values = moved_head(before, after);
  std::vector<std::string> cells(rows.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t j = 0; j < rows.size(); ++j) cells[j] = rows[j][i];
    values.push_back(array_literal(cells));
  }
  if (connection_->run(sql, values).affected() != rows.size())
    throw store_error(name_ + ": chain " + std::to_string(before.chain) + " was continued by another writer",
                      store_error::after::reopen);
  next_head_ = {after.chain, after.number, after.hash, {}, {}};
}

void postgres_store::lock_roll() {
  begin_now();
  run("SELECT pg_advisory_xact_lock($1, $2)", {std::to_string(lock_class), std::to_string(roll_lock)});
}

void postgres_store::commit() {
  if (std::exchange(in_transaction_, false) && run("COMMIT").command() != "COMMIT")
    throw store_error(name_ + ": the transaction was rolled back");
  head_ = next_head_;
  own_.keep(head_);
}

void postgres_store::roll_back() noexcept {
  if (!connection_ || !std::exchange(in_transaction_, false)) return;
  try {
    connection_->run_script("ROLLBACK");
  } catch (const store_error&) {
    close();  // the server rolls back when the session ends
  }
}

void postgres_store::snapshot() {
  connection_->run_script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  in_transaction_ = true;
}

std::vector<std::string> postgres_store::present(std::span<const std::string> ids) {
  std::vector<std::string> found;
  for (texts& each : read("SELECT id FROM abide_record WHERE id = ANY($1::text[])", {array_literal(ids)}))
    found.push_back(std::move(each[0]));
  return found;
}

std::vector<std::optional<std::int64_t>> postgres_store::opted_out(std::span<const std::string> accounts) {
  const postgres_result rows = run("SELECT account, opted_out_since FROM abide_account WHERE account = ANY($1::text[])",
                                   {array_literal(accounts)});
  std::map<std::string, std::int64_t> since;
  for (int i = 0; i < rows.rows(); ++i) since.emplace(rows.text(i, 0), rows.number(i, 1));
  std::vector<std::optional<std::int64_t>> found;
  for (const std::string& account : accounts) {
    const auto at = since.find(account);
    found.push_back(at == since.end() ? std::nullopt : std::optional(at->second));
  }
  return found;
}

std::vector<std::string> postgres_store::damage() {
  std::vector<std::string> found;
  for (const texts& each : read(select_added_rules, {}))
    found.push_back("the tables were changed: added " + each[0] + " of " + each[1]);
  std::set<std::string> kept;
  for (texts& each : read(select_tables, {})) kept.insert(std::move(each[0]));
  tell_differences(expected_tables(static_cast<std::size_t>(version_)), kept, found);
  return found;
}

}  // namespace abide::detail
