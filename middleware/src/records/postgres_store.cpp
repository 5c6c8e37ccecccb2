#include "records/postgres_store.hpp"

#include <set>

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

std::vector<side_row> rows_of(side kind, const postgres_result& from) {
  std::vector<side_row> rows;
  rows.reserve(static_cast<std::size_t>(from.rows()));
  for (int i = 0; i < from.rows(); ++i) rows.push_back(side_row_of(kind, [&](int at) { return from.text(i, at); }));
  return rows;
}

constexpr std::string_view create_meta = "CREATE TABLE abide_meta (name text PRIMARY KEY, value text NOT NULL)";

std::string if_missing(std::string_view create) {
  constexpr std::string_view verb = "CREATE TABLE ";
  return std::string(verb) + "IF NOT EXISTS " + std::string(create.substr(verb.size()));
}

// Triggers and rules can change anything that is written; Abide creates none.
constexpr std::string_view select_added_rules =
    "WITH own AS (SELECT relnamespace AS schema FROM pg_class WHERE oid = to_regclass('abide_record')) SELECT "
    "t.tgname::text, c.relname::text FROM own, pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT "
    "t.tgisinternal AND c.relnamespace = own.schema AND c.relname LIKE 'abide\\_%' UNION ALL SELECT r.rulename::text, "
    "c.relname::text FROM own, pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE c.relnamespace = own.schema AND "
    "c.relname LIKE 'abide\\_%'";
/// `abide_chain.hash text`, `index abide_record_id`, `key abide_chain`.
constexpr std::string_view select_tables =
    "WITH own AS (SELECT n.nspname::text AS schema FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
    "c.oid = to_regclass('abide_record')) SELECT table_name || '.' || column_name || ' ' || data_type FROM own, "
    "information_schema.columns WHERE table_schema = own.schema AND table_name LIKE 'abide\\_%' UNION ALL SELECT CASE "
    "WHEN indexname LIKE '%\\_pkey' THEN 'key ' || tablename ELSE 'index ' || indexname END FROM own, pg_indexes WHERE "
    "schemaname = own.schema AND tablename LIKE 'abide\\_%'";

std::string word_of(std::string_view& text) {
  const std::size_t start = std::min(text.find_first_not_of(" \n,("), text.size());
  text.remove_prefix(start);
  std::string word(text.substr(0, text.find_first_of(" \n,();")));
  text.remove_prefix(word.size());
  return word;
}

// Adds the columns of one CREATE TABLE. `text`: after the table's name; each column is a name, a type, and words up to
// the comma.
void add_columns(const std::string& table, std::string_view text, std::set<std::string>& made) {
  while (!text.empty()) {
    const std::string name = word_of(text);
    if (name.empty()) return;
    if (name == "PRIMARY") return static_cast<void>(made.insert("key " + table));
    made.insert(std::string(table).append(1, '.').append(name).append(1, ' ').append(word_of(text)));
    const std::string_view rest = text.substr(0, text.find(','));
    if (rest.find("PRIMARY KEY") != std::string_view::npos) made.insert("key " + table);
    text.remove_prefix(std::min(rest.size() + 1, text.size()));
  }
}

// Applies a statement of the schema to the expected result of select_tables.
void carry_out(std::string_view text, std::set<std::string>& made) {
  const std::string verb = word_of(text);
  std::string what = word_of(text);
  if (what == "UNIQUE") what = word_of(text);
  const std::string name = word_of(text);
  if (verb == "DROP") made.erase("index " + name);
  else if (what == "INDEX") made.insert("index " + name);
  else if (verb == "CREATE") add_columns(name, text, made);
  else if (verb == "ALTER") {
    word_of(text), word_of(text);  // ADD COLUMN
    const std::string column = word_of(text);
    made.insert(name + '.' + column + ' ' + word_of(text));
  }
}

std::set<std::string> made_tables(std::size_t version) {
  std::set<std::string> made;
  carry_out(create_meta, made);
  for (std::string_view step : postgres_schema().first(std::min(version, postgres_schema().size())))
    while (!step.empty()) {
      const std::string_view statement = step.substr(0, step.find(';'));
      carry_out(statement, made);
      step.remove_prefix(std::min(statement.size() + 1, step.size()));
    }
  return made;
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
  std::vector<std::string> values{
      std::to_string(after.number),  after.hash, after.key_name, after.mac, std::to_string(before.chain),
      std::to_string(before.number), before.hash};
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

std::optional<std::string> postgres_store::put(side kind, const side_row& made, link_times times) {
  begin_now();
  std::vector<std::string> values = stored_cells(kind, made);
  values.insert(values.end(), {made.hash, made.key_name, made.mac});
  if (kind == side::links)
    values.insert(values.end(), {std::to_string(times.renew_ms), std::to_string(times.ahead_ms)});
  const postgres_result replaced = connection_->run(of(put_side, kind), values);
  if (replaced.rows() == 0) return {};
  return replaced.text(0, 0);
}

std::vector<side_row> postgres_store::take_out(side kind, const std::string& key) {
  begin_now();
  return rows_of(kind, run(of(take_side, kind), {key}));
}

bool postgres_store::seal(side kind, const side_row& made) {
  begin_now();
  std::vector<std::string> values{made.hash, made.key_name, made.mac};
  for (std::string& each : stored_cells(kind, made)) values.push_back(std::move(each));
  return connection_->run(of(seal_side, kind), values).affected() > 0;
}

void postgres_store::set_ledger(const ledger& made) {
  begin_now();
  connection_->run(upsert_ledger, values_of(made));
}

void postgres_store::lock_roll() {
  begin_now();
  run("SELECT pg_advisory_xact_lock($1, $2)", {std::to_string(lock_class), std::to_string(roll_lock)});
}

void postgres_store::set_roll(const chain_roll& made) {
  run(upsert_roll, {log_, made.chains, made.key_name, made.mac});
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
    close();  // the server rolls back when the session ends
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

std::vector<ledger> postgres_store::ledgers() {
  std::vector<ledger> found;
  if (!is_sealed()) return found;
  const postgres_result rows = run(select_ledgers_of(version_));
  found.reserve(static_cast<std::size_t>(rows.rows()));
  for (int i = 0; i < rows.rows(); ++i) found.push_back(ledger_of([&](int at) { return rows.text(i, at); }));
  return found;
}

std::optional<chain_roll> postgres_store::roll() {
  if (!is_sealed()) return {};
  const postgres_result found = run(select_roll, {log_});
  if (found.rows() == 0) return {};
  return chain_roll{found.text(0, 0), found.text(0, 1), found.text(0, 2)};
}

std::optional<std::string> postgres_store::note(const std::string& name) {
  const postgres_result found = run(select_note, {name});
  if (found.rows() == 0) return {};
  return found.text(0, 0);
}

void postgres_store::set_note(const std::string& name, const std::string& value) {
  begin_now();
  run(upsert_note, {name, value});
}

std::optional<std::int64_t> postgres_store::last_time(std::uint64_t chain) {
  const postgres_result found = run(select_last_time, {std::to_string(chain)});
  if (found.rows() == 0) return {};
  return found.number(0, 0);
}

void postgres_store::each_side(side kind, const std::function<void(const side_row&)>& f) {
  if (kind == side::signals && version_ < counting_version) return;
  connection_->each_row(std::string(of(select_side, kind)), {}, [&](const postgres_result& one) {
    f(side_row_of(kind, [&](int at) { return one.text(0, at); }));
  });
}

std::uint64_t postgres_store::signal_count(const side_row& key) {
  const postgres_result found = run(select_signal, {key.cells[0], key.cells[1], key.cells[2], key.cells[3]});
  return found.rows() > 0 ? unsigned_of(found.number(0, 0)) : 0;
}

std::optional<std::int64_t> postgres_store::last_minute() {
  const postgres_result found = run(select_last_minute);
  if (found.rows() == 0) return {};
  return found.number(0, 0);
}

std::vector<std::string> postgres_store::named_texts() {
  const postgres_result rows = run(select_named_texts);
  std::vector<std::string> found;
  found.reserve(static_cast<std::size_t>(rows.rows()));
  for (int i = 0; i < rows.rows(); ++i) found.push_back(rows.text(i, 0));
  return found;
}

bool postgres_store::has_sealed_record() { return run(select_sealed_record).rows() > 0; }

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

std::vector<std::string> postgres_store::damage() {
  std::vector<std::string> found;
  const postgres_result added = run(select_added_rules);
  found.reserve(static_cast<std::size_t>(added.rows()));
  for (int i = 0; i < added.rows(); ++i)
    found.push_back("the tables were changed: added " + added.text(i, 0) + " of " + added.text(i, 1));
  const postgres_result kept = run(select_tables);
  std::set<std::string> own;
  for (int i = 0; i < kept.rows(); ++i) own.insert(kept.text(i, 0));
  for (const std::string& each : made_tables(static_cast<std::size_t>(version_)))
    if (own.erase(each) == 0) found.push_back("the tables were changed: missing " + each);
  for (const std::string& each : own) found.push_back("the tables were changed: added " + each);
  return found;
}

}  // namespace abide::detail
