#include "records/postgres_store.hpp"

#include "records/schema.hpp"
#include "records/sql.hpp"

namespace abide::detail {
namespace {

constexpr int lock_class = sqlite_application_id;  // tells our advisory locks from other programs'
constexpr int migration_lock = 0, chains_max = 1000;

std::uint64_t unsigned_of(std::int64_t number) { return static_cast<std::uint64_t>(number); }

// One statement is one transaction and one round trip: the head moves on, and only if it stood where we left it, the
// records come after it.
std::string insert_records() {
  std::string sql = "WITH moved AS (" + std::string(update_head) + " RETURNING 1) INSERT INTO abide_record (" +
                    column_list() + ") SELECT r.* FROM unnest(";
  for (std::size_t i = 0; i < columns.size(); ++i)
    sql += (i > 0 ? ", $" : "$") + std::to_string(i + 8) + (columns[i].is_number ? "::bigint[]" : "::text[]");
  return sql + ") AS r CROSS JOIN moved";
}

chain_place place_of(const postgres_result& from, int row) {
  return {unsigned_of(from.number(row, 0)), unsigned_of(from.number(row, 1)), from.text(row, 2), from.text(row, 3),
          from.text(row, 4)};
}

}  // namespace

postgres_store::postgres_store(std::string where, std::string name, store_use use, std::chrono::milliseconds timeout)
    : where_(std::move(where)), name_(std::move(name)), use_(use), timeout_(timeout) {}

postgres_result postgres_store::run(std::string_view sql, std::initializer_list<std::string> values) {
  return connection_->run(sql, {values.begin(), values.size()});
}

std::vector<std::string> postgres_store::open() {
  try {
    std::vector<std::string> told;
    in_transaction_ = false;
    const auto statement_timeout = use_ == store_use::write ? timeout_ : std::chrono::milliseconds(0);
    connection_ = std::make_unique<postgres_connection>(where_, name_, timeout_, statement_timeout);
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

// The server notices the end of a session a little later: whoever opens next would find our chain still taken.
void postgres_store::close() noexcept {
  if (connection_ && !connection_->is_lost() && use_ == store_use::write) {
    try {
      connection_->run_script("ROLLBACK; SELECT pg_advisory_unlock_all()");
    } catch (const store_error&) {
    }
  }
  connection_.reset();
}

// A save that the server confirms before it is on the disk would be a false "saved".
void postgres_store::set_session(std::vector<std::string>& told) {
  const std::string patience = std::to_string(timeout_.count());
  connection_->run_script("SET statement_timeout = " + patience + "; SET lock_timeout = " + patience +
                          "; SET idle_in_transaction_session_timeout = " + std::to_string(timeout_.count() * 2));
  const postgres_result settings = run("SELECT current_setting('synchronous_commit'), current_setting('fsync')");
  if (settings.text(0, 0) == "off") connection_->run_script("SET synchronous_commit = on");
  if (settings.text(0, 1) == "off") told.push_back(name_ + ": fsync is off: records do not survive a power loss");
}

void postgres_store::migrate() {
  const auto steps = postgres_schema();
  connection_->run_script("BEGIN; SELECT pg_advisory_xact_lock(" + std::to_string(lock_class) + ", " +
                          std::to_string(migration_lock) +
                          "); CREATE TABLE IF NOT EXISTS abide_meta (name text PRIMARY KEY, value text NOT NULL)");
  const postgres_result version = run("SELECT value FROM abide_meta WHERE name = 'version'");
  const std::size_t had = version.rows() > 0 ? static_cast<std::size_t>(version.number(0, 0)) : 0;
  if (had > steps.size()) throw store_error(name_ + ": was written by a newer Abide");
  for (std::size_t i = had; i < steps.size(); ++i) connection_->run_script(std::string(steps[i]));
  if (had == 0) run("INSERT INTO abide_meta VALUES ('log', $1)", {new_subject()});
  if (had < steps.size())
    run("INSERT INTO abide_meta VALUES ('version', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        {std::to_string(steps.size())});
  connection_->run_script("COMMIT");
}

void postgres_store::read_log() {
  if (run("SELECT 1 WHERE to_regclass('abide_meta') IS NOT NULL").rows() == 0)
    throw store_error(name_ + ": holds no records of Abide");
  const postgres_result meta = run("SELECT name, value FROM abide_meta WHERE name IN ('log', 'version')");
  for (int i = 0; i < meta.rows(); ++i) {
    if (meta.text(i, 0) == "log") log_ = meta.text(i, 1);
    else if (unsigned_of(meta.number(i, 1)) > postgres_schema().size())
      throw store_error(name_ + ": was written by a newer Abide");
  }
}

// A log whose end was changed goes on from its stored head: so the gap stays visible.
void postgres_store::take_chain(std::vector<std::string>& told) {
  int chain = 1;
  while (run("SELECT pg_try_advisory_lock($1, $2)", {std::to_string(lock_class), std::to_string(chain)}).text(0, 0) !=
         "t")
    if (++chain > chains_max) throw store_error(name_ + ": " + std::to_string(chains_max) + " servers write already");
  const std::string number = std::to_string(chain);
  run(insert_chain, {number, start_hash(log_, static_cast<std::uint64_t>(chain))});
  const postgres_result head = run(select_head, {number}), last = run(select_last, {number});
  head_ = {static_cast<std::uint64_t>(chain), unsigned_of(head.number(0, 0)), head.text(0, 1), {}, {}};
  own_.check(name_, head_);
  const bool fits = last.rows() == 0 || (last.text(0, 0) == head.text(0, 0) && last.text(0, 1) == head.text(0, 1));
  if (!fits) told.push_back(name_ + ": the end of chain " + number + " was changed: run abide records verify");
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
  std::vector<std::string> values{
      std::to_string(after.number),  after.hash, after.key_name, after.mac, std::to_string(before.chain),
      std::to_string(before.number), before.hash};
  std::vector<std::string> cells(rows.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t j = 0; j < rows.size(); ++j) cells[j] = rows[j][i];
    values.push_back(array_literal(cells));
  }
  if (connection_->run(sql, values).affected() != rows.size())
    throw store_error(name_ + ": chain " + std::to_string(before.chain) + " was continued by somebody else",
                      store_error::after::reopen);
  next_head_ = {after.chain, after.number, after.hash, {}, {}};
}

bool postgres_store::link(const std::string& account, const std::string& subject, std::int64_t time_ms,
                          std::int64_t renew_ms) {
  begin_now();
  return run(upsert_link, {account, subject, std::to_string(time_ms), std::to_string(renew_ms)}).affected() > 0;
}

void postgres_store::set_opted_out(const std::string& account, std::optional<std::int64_t> since) {
  begin_now();
  if (since) run(upsert_opt_out, {account, std::to_string(*since)});
  else run(delete_opt_out, {account});
}

std::vector<std::string> postgres_store::forget(std::span<const std::string> accounts) {
  begin_now();
  std::vector<std::string> subjects;
  for (const std::string& account : accounts) {
    const postgres_result links = run(select_links, {account});
    for (int i = 0; i < links.rows(); ++i) subjects.push_back(links.text(i, 0));
    run(delete_links, {account});
    run(delete_opt_out, {account});
  }
  return subjects;
}

void postgres_store::keep_text(const std::string& hash, const std::string& text) {
  begin_now();
  run(insert_text, {hash, text});
}

void postgres_store::set_anchor(const chain_place& at) {
  begin_now();
  run(upsert_anchor, {std::to_string(at.chain), std::to_string(at.number), at.hash, at.key_name, at.mac});
}

std::uint64_t postgres_store::delete_up_to(std::uint64_t chain, std::uint64_t number) {
  begin_now();
  return run(delete_records, {std::to_string(chain), std::to_string(number)}).affected();
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
    close();  // the server rolls back what lost its session
  }
}

void postgres_store::snapshot() {
  connection_->run_script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  in_transaction_ = true;
}

std::vector<chain_state> postgres_store::chains() {
  std::vector<chain_state> found;
  const postgres_result heads = run(select_heads), anchors = run(select_anchors);
  found.reserve(static_cast<std::size_t>(heads.rows()));
  for (int i = 0; i < heads.rows(); ++i) found.push_back({place_of(heads, i), {}});
  for (int i = 0; i < anchors.rows(); ++i)
    for (chain_state& each : found)
      if (unsigned_of(anchors.number(i, 0)) == each.head.chain) each.anchor = place_of(anchors, i);
  return found;
}

void postgres_store::each(const record_filter& filter, const std::function<void(const row&)>& f) {
  std::vector<std::string> values;
  if (filter.chain) values.push_back(std::to_string(*filter.chain));
  if (!filter.subject.empty()) values.push_back(filter.subject);
  if (filter.newest > 0) values.push_back(std::to_string(filter.newest));
  row found;
  connection_->each_row(select_records(filter), values, [&](const postgres_result& one) {
    for (std::size_t i = 0; i < found.size(); ++i) found[i] = one.text(0, static_cast<int>(i));
    f(found);
  });
}

std::vector<std::string> postgres_store::present(std::span<const std::string> ids) {
  const postgres_result rows = run("SELECT id FROM abide_record WHERE id = ANY($1::text[])", {array_literal(ids)});
  std::vector<std::string> found;
  found.reserve(static_cast<std::size_t>(rows.rows()));
  for (int i = 0; i < rows.rows(); ++i) found.push_back(rows.text(i, 0));
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

void postgres_store::each_text(const std::function<void(const std::string&, const std::string&)>& f) {
  const postgres_result found = run(select_texts);
  for (int i = 0; i < found.rows(); ++i) f(found.text(i, 0), found.text(i, 1));
}

std::optional<std::string> postgres_store::text(const std::string& hash) {
  const postgres_result found = run(select_text, {hash});
  if (found.rows() == 0) return {};
  return found.text(0, 0);
}

chain_place postgres_store::last_up_to(std::uint64_t chain, std::uint64_t number) {
  const postgres_result found = run(select_last_up_to, {std::to_string(chain), std::to_string(number)});
  if (found.rows() == 0) return {chain, 0, {}, {}, {}};
  return {chain, unsigned_of(found.number(0, 1)), found.text(0, 2), {}, {}};
}

std::uint64_t postgres_store::last_over(std::uint64_t chain, std::int64_t end_ms) {
  const postgres_result kept = run(select_first_kept, {std::to_string(chain), std::to_string(end_ms)});
  if (kept.rows() > 0) return unsigned_of(kept.number(0, 0)) - 1;
  const postgres_result last = run(select_last, {std::to_string(chain)});
  return last.rows() > 0 ? unsigned_of(last.number(0, 0)) : 0;
}

}  // namespace abide::detail
