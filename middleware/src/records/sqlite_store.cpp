#include "records/sqlite_store.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "records/ids.hpp"
#include "records/new_file.hpp"
#include "records/schema.hpp"
#include "records/sql.hpp"

namespace abide::detail {
namespace {

constexpr int check_seconds_max = 2;

std::int64_t signed_of(std::uint64_t number) { return static_cast<std::int64_t>(number); }
std::uint64_t unsigned_of(std::int64_t number) { return static_cast<std::uint64_t>(number); }

std::string insert_record() {
  std::string sql = "INSERT INTO abide_record (" + column_list() + ") VALUES (";
  for (std::size_t i = 0; i < columns.size(); ++i) sql += (i > 0 ? ", $" : "$") + std::to_string(i + 1);
  return sql + ')';
}

std::chrono::milliseconds busy_time(std::chrono::milliseconds timeout) {
  return std::clamp(timeout / 2, std::chrono::milliseconds(50), std::chrono::milliseconds(5000));
}

// Everything that belongs to our tables, and all triggers and views, which can affect any table.
std::set<std::string> schema_of(sqlite_database& from) {
  std::set<std::string> found;
  for (sqlite_query asked = from.query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND (type IN ('trigger', "
                                       "'view') OR tbl_name LIKE 'abide\\_%' ESCAPE '\\')");
       asked.step();)
    found.insert(asked.text(0));
  return found;
}

std::set<std::string> made_schema(std::size_t version) {
  sqlite_patience none{std::chrono::milliseconds(0)};
  sqlite_database fresh(std::string(in_memory), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, none);
  for (const std::string_view step : sqlite_schema().first(std::min(version, sqlite_schema().size())))
    fresh.run(std::string(step));
  return schema_of(fresh);
}

// To read a log in WAL mode, SQLite makes a file beside it: an auditor cannot read a copy on a read-only disk. While a
// program uses the log, there is a write-ahead log.
bool is_at_rest(const std::string& file) {
  std::error_code ignored;
  const std::string folder = std::filesystem::path(file).parent_path().string();
  return ::access(folder.empty() ? "." : folder.c_str(), W_OK) != 0 && !std::filesystem::exists(file + "-wal", ignored);
}

}  // namespace

sqlite_store::sqlite_store(std::string file, store_use use, std::chrono::milliseconds timeout)
    : file_(std::move(file)),
      name_(file_ == in_memory ? file_ : "sqlite:" + file_),
      use_(use),
      patience_(busy_time(timeout)) {}

sqlite_query& sqlite_store::prepared(std::string_view sql) {
  const auto at = queries_.find(sql);
  if (at != queries_.end()) return at->second;
  return queries_.emplace(sql, database_->query(sql)).first->second;
}

std::vector<std::string> sqlite_store::open() {
  try {
    std::vector<std::string> told;
    connect();
    if (use_ == store_use::write) migrate();
    version_ = database_->number("PRAGMA user_version");
    if (version_ == 0) throw store_error(file_ + ": contains no records of Abide");
    read_log();
    if (use_ == store_use::write) take_chain(told);
    if (!was_open_ && file_ != in_memory) warn_of_readers(file_, told);
    was_open_ = true;
    return told;
  } catch (...) {
    close();
    throw;
  }
}

// A query still open when a transaction begins makes BEGIN fail at once if another process wrote meanwhile; this one is
// closed at the end.
void sqlite_store::read_log() {
  sqlite_query asked = database_->query("SELECT value FROM abide_meta WHERE name = 'log'");
  log_ = asked.step() ? asked.text(0) : "";
}

void sqlite_store::connect() {
  if (use_ == store_use::write && !was_open_ && file_ != in_memory) make_file();
  if (file_ != in_memory && is_empty_file(file_))
    throw store_error(file_ + ": expected a log, found an empty file; restore the log, or remove the file");
  std::int64_t made_by = 0;
  try {
    database_ = std::make_unique<sqlite_database>(file_, SQLITE_OPEN_READWRITE, patience_);
    made_by = database_->number("PRAGMA application_id");
  } catch (const store_error&) {
    if (use_ != store_use::read || !is_at_rest(file_)) throw;
    database_ = std::make_unique<sqlite_database>(file_, sqlite_database::at_rest, patience_);
    made_by = database_->number("PRAGMA application_id");
  }
  const std::int64_t tables = database_->number("SELECT count(*) FROM sqlite_schema");
  if (made_by != sqlite_application_id && (made_by != 0 || tables != 0))
    throw store_error(file_ + ": the database belongs to another program");
  if (database_->number("PRAGMA user_version") > static_cast<std::int64_t>(sqlite_schema().size()))
    throw store_error(file_ + ": written by a newer version of Abide");
  if (use_ != store_use::write) return database_->run("PRAGMA query_only = ON");
  database_->run("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF");
  database_->run("PRAGMA journal_mode = WAL");
  if (!std::exchange(is_checked_, false)) check_file();
  // Moves what a crash left in the write-ahead log to the file, and to disk.
  database_->run("PRAGMA wal_checkpoint(PASSIVE)");
}

// Uses a temporary name until the tables exist, so that an interruption leaves no empty file in the place of a log.
void sqlite_store::make_file() {
  std::error_code ignored;
  if (std::filesystem::exists(file_, ignored)) return;
  // A write-ahead log without its database contains records that SQLite would discard with a new database.
  if (const std::string left = file_ + "-wal"; std::filesystem::exists(left, ignored) && !is_empty_file(left))
    throw store_error(left +
                      ": contains records, but its database is missing; restore the database, or move this file away");
  const new_file made(file_);
  database_ = std::make_unique<sqlite_database>(made.name(), SQLITE_OPEN_READWRITE, patience_);
  database_->run("PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF");
  migrate();
  database_->run("PRAGMA journal_mode = WAL");
  close();
  made.take_place();
}

void sqlite_store::migrate() {
  const auto steps = sqlite_schema();
  if (database_->number("PRAGMA user_version") == static_cast<std::int64_t>(steps.size())) return;
  database_->run("BEGIN IMMEDIATE");
  const auto version =
      static_cast<std::size_t>(database_->number("PRAGMA user_version"));  // another may have been first
  for (std::size_t i = version; i < steps.size(); ++i) database_->run(std::string(steps[i]));
  if (version == 0) {
    sqlite_query asked = database_->query("INSERT INTO abide_meta VALUES ('log', $1)");
    asked.bind(1, new_subject()).run();
  }
  database_->run("PRAGMA application_id = " + std::to_string(sqlite_application_id) +
                 "; PRAGMA user_version = " + std::to_string(steps.size()));
  database_->run("COMMIT");
}

// Checks the whole file, within a time limit.
void sqlite_store::check_file() {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(check_seconds_max);
  const auto late = [](void* at) {
    return std::chrono::steady_clock::now() > *static_cast<decltype(end)*>(at) ? 1 : 0;
  };
  auto limit = end;
  std::string found;
  sqlite3_progress_handler(database_->handle(), 100'000, late, &limit);
  const auto take_first = [](void* at, int, char** texts, char**) {
    auto& text = *static_cast<std::string*>(at);
    if (text.empty() && texts[0]) text = texts[0];
    return 0;
  };
  const int code = sqlite3_exec(database_->handle(), "PRAGMA quick_check(1)", take_first, &found, nullptr);
  sqlite3_progress_handler(database_->handle(), 0, nullptr, nullptr);
  if (code == SQLITE_INTERRUPT || found == "ok") return;
  if (code == SQLITE_BUSY) throw store_error(file_ + ": the database is locked by another program");
  if (found.empty()) found = sqlite3_errmsg(database_->handle());
  throw store_error(file_ + ": the database is damaged; restore a backup (abide records verify shows what is left): " +
                    found.substr(0, found.find('\n')));
}

// A log whose end was changed continues from its stored head, so that the gap stays visible.
void sqlite_store::take_chain(std::vector<std::string>& told) {
  database_->run("BEGIN IMMEDIATE");
  sqlite_query last =
      database_->query("SELECT chain, number, hash FROM abide_record ORDER BY chain DESC, number DESC LIMIT 1");
  sqlite_query head = database_->query("SELECT chain, number, hash FROM abide_chain ORDER BY chain DESC LIMIT 1");
  const bool has_records = last.step(), has_head = head.step();
  chain_ = has_head ? unsigned_of(head.number(0)) : has_records ? unsigned_of(last.number(0)) + 1 : 1;
  const bool fits = !has_records || (has_head && last.number(0) == head.number(0) && last.number(1) == head.number(1) &&
                                     last.text(2) == head.text(2));
  if (!fits) told.push_back(file_ + ": the end of the log was changed; run abide records verify");
  if (!has_head) prepared(insert_chain).bind(1, signed_of(chain_)).bind(2, start_hash(log_, chain_)).run();
  last.reset();
  head.reset();
  // On a full disk, opening succeeds; only a write shows the fault.
  sqlite_query opened = database_->query("INSERT OR REPLACE INTO abide_meta VALUES ('opened', $1)");
  opened.bind(1, std::to_string(now_ms())).run();
  database_->run("COMMIT");
}

void sqlite_store::close() noexcept {
  queries_.clear();
  database_.reset();
}

void sqlite_store::close_for_fork() noexcept {
  if (!database_) return;
  close();
  is_checked_ = true;
}

chain_place sqlite_store::begin() {
  if (file_ != in_memory && database_->was_moved()) {
    // Move the write-ahead log into the file, wherever it is now: the next process to open it would not find the log.
    sqlite3_exec(database_->handle(), "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr);
    throw store_error(file_ + ": the file was moved or replaced while it was in use", store_error::after::reopen);
  }
  prepared("BEGIN IMMEDIATE").run();
  sqlite_query& head = prepared(select_head).bind(1, signed_of(chain_));
  if (!head.step()) throw store_error(file_ + ": the head of the chain is missing");
  chain_place at{chain_, unsigned_of(head.number(0)), head.text(1), {}, {}};
  head.reset();
  if (file_ != in_memory) check_own(at);
  next_head_ = at;
  return at;
}

// Another process may have continued from our head, and retention may have deleted our records since.
void sqlite_store::check_own(const chain_place& head) {
  own_.check(file_, head);
  const chain_place* own = own_.of(chain_);
  if (!own || own->number == 0 || own->number == head.number) return;
  sqlite_query& deleted = prepared(select_anchor).bind(1, signed_of(chain_));
  const std::uint64_t anchor = deleted.step() ? unsigned_of(deleted.number(0)) : 0;
  deleted.reset();
  if (anchor >= own->number || last_up_to(chain_, own->number).hash == own->hash) return;
  throw store_error(own_heads::put_back(file_, chain_, own->number));
}

void sqlite_store::insert(std::span<const row> rows, const chain_place& before, const chain_place& after) {
  static const std::string sql = insert_record();
  sqlite_query& into = prepared(sql);
  for (const row& each : rows) {
    for (std::size_t i = 0; i < each.size(); ++i) into.lend(static_cast<int>(i + 1), each[i]);
    into.run();
  }
  prepared(update_head)
      .bind(1, signed_of(after.number))
      .bind(2, after.hash)
      .bind(3, after.key_name)
      .bind(4, after.mac)
      .bind(5, signed_of(before.chain))
      .bind(6, signed_of(before.number))
      .bind(7, before.hash)
      .run();
  next_head_ = after;
}

std::optional<std::string> sqlite_store::put(side kind, const side_row& made, link_times times) {
  sqlite_query& asked = prepared(of(put_side, kind));
  int next = 1;
  for (const std::string& each : stored_cells(kind, made)) asked.bind(next++, each);
  asked.bind(next, made.hash).bind(next + 1, made.key_name).bind(next + 2, made.mac);
  if (kind == side::links) asked.bind(next + 3, times.renew_ms).bind(next + 4, times.ahead_ms);
  std::optional<std::string> replaced;
  while (asked.step()) replaced = asked.text(0);
  return replaced;
}

std::vector<side_row> sqlite_store::take_out(side kind, const std::string& key) {
  sqlite_query& asked = prepared(of(take_side, kind)).bind(1, key);
  std::vector<side_row> taken;
  while (asked.step()) taken.push_back(side_row_of(kind, [&](int at) { return asked.text(at); }));
  return taken;
}

bool sqlite_store::seal(side kind, const side_row& made) {
  sqlite_query& asked = prepared(of(seal_side, kind));
  asked.bind(1, made.hash).bind(2, made.key_name).bind(3, made.mac);
  int next = 4;
  for (const std::string& each : stored_cells(kind, made)) asked.bind(next++, each);
  asked.run();
  return database_->changes() > 0;
}

void sqlite_store::set_ledger(const ledger& made) {
  sqlite_query& asked = prepared(upsert_ledger);
  int next = 1;
  for (const std::string& each : values_of(made)) asked.bind(next++, each);
  asked.run();
}

void sqlite_store::set_roll(const chain_roll& made) {
  prepared(upsert_roll).bind(1, log_).bind(2, made.chains).bind(3, made.key_name).bind(4, made.mac).run();
}

void sqlite_store::set_anchor(const chain_place& at) {
  prepared(upsert_anchor)
      .bind(1, signed_of(at.chain))
      .bind(2, signed_of(at.number))
      .bind(3, at.hash)
      .bind(4, at.key_name)
      .bind(5, at.mac)
      .run();
}

std::uint64_t sqlite_store::delete_up_to(std::uint64_t chain, std::uint64_t number) {
  prepared(delete_records).bind(1, signed_of(chain)).bind(2, signed_of(number)).run();
  return static_cast<std::uint64_t>(database_->changes());
}

void sqlite_store::commit() {
  prepared("COMMIT").run();
  own_.keep(next_head_);
  if (!std::exchange(erased_, false)) return;
  // Otherwise the write-ahead log would contain the erased data until its next checkpoint. A reader may delay this.
  sqlite3_exec(database_->handle(), "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr);
}

void sqlite_store::roll_back() noexcept {
  if (database_ && !sqlite3_get_autocommit(database_->handle()))
    sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void sqlite_store::snapshot() { database_->run("BEGIN"); }

std::vector<chain_state> sqlite_store::chains() {
  const auto place = [](const sqlite_query& at) {
    return chain_place{unsigned_of(at.number(0)), unsigned_of(at.number(1)), at.text(2), at.text(3), at.text(4)};
  };
  std::vector<chain_state> found;
  for (sqlite_query heads = database_->query(select_heads); heads.step();) found.push_back({place(heads), {}});
  for (sqlite_query anchors = database_->query(select_anchors); anchors.step();)
    for (chain_state& each : found)
      if (unsigned_of(anchors.number(0)) == each.head.chain) each.anchor = place(anchors);
  return found;
}

void sqlite_store::each(const record_filter& filter, const std::function<void(const row&)>& f) {
  sqlite_query asked = database_->query(select_records(filter));
  int next = 1;
  if (filter.chain) asked.bind(next++, signed_of(*filter.chain));
  if (!filter.subject.empty()) asked.bind(next++, filter.subject);
  if (filter.newest > 0) asked.bind(next++, signed_of(filter.newest));
  row found;
  while (asked.step()) {
    for (std::size_t i = 0; i < found.size(); ++i) found[i] = asked.text(static_cast<int>(i));
    f(found);
  }
}

std::vector<std::string> sqlite_store::present(std::span<const std::string> ids) {
  std::vector<std::string> found;
  for (const std::string& id : ids) {
    sqlite_query& asked = prepared(select_id).bind(1, id);
    while (asked.step()) found.push_back(id);
  }
  return found;
}

std::vector<std::optional<std::int64_t>> sqlite_store::opted_out(std::span<const std::string> accounts) {
  std::vector<std::optional<std::int64_t>> found;
  for (const std::string& account : accounts) {
    std::optional<std::int64_t> since;
    sqlite_query& asked = prepared(select_opt_out).bind(1, account);
    while (asked.step()) since = asked.number(0);
    found.push_back(since);
  }
  return found;
}

std::vector<ledger> sqlite_store::ledgers() {
  std::vector<ledger> found;
  if (!is_sealed()) return found;
  for (sqlite_query asked = database_->query(select_ledgers_of(version_)); asked.step();)
    found.push_back(ledger_of([&](int at) { return asked.text(at); }));
  return found;
}

std::optional<chain_roll> sqlite_store::roll() {
  if (!is_sealed()) return {};
  sqlite_query asked = database_->query(select_roll);
  if (!asked.bind(1, log_).step()) return {};
  return chain_roll{asked.text(0), asked.text(1), asked.text(2)};
}

std::optional<std::string> sqlite_store::note(const std::string& name) {
  sqlite_query asked = database_->query(select_note);
  if (!asked.bind(1, name).step()) return {};
  return asked.text(0);
}

void sqlite_store::set_note(const std::string& name, const std::string& value) {
  prepared(upsert_note).bind(1, name).bind(2, value).run();
}

std::optional<std::int64_t> sqlite_store::last_time(std::uint64_t chain) {
  sqlite_query asked = database_->query(select_last_time);
  if (!asked.bind(1, signed_of(chain)).step()) return {};
  return asked.number(0);
}

void sqlite_store::each_side(side kind, const std::function<void(const side_row&)>& f) {
  if (kind == side::signals && version_ < counting_version) return;
  for (sqlite_query asked = database_->query(of(select_side, kind)); asked.step();)
    f(side_row_of(kind, [&](int at) { return asked.text(at); }));
}

std::uint64_t sqlite_store::signal_count(const side_row& key) {
  sqlite_query& asked = prepared(select_signal);
  for (int i = 0; i < 4; ++i) asked.bind(i + 1, key.cells[static_cast<std::size_t>(i)]);
  std::uint64_t count = 0;
  while (asked.step()) count = unsigned_of(asked.number(0));
  return count;
}

std::optional<std::int64_t> sqlite_store::last_minute() {
  sqlite_query asked = database_->query(select_last_minute);
  if (!asked.step()) return {};
  return asked.number(0);
}

std::vector<std::string> sqlite_store::named_texts() {
  std::vector<std::string> found;
  for (sqlite_query asked = database_->query(select_named_texts); asked.step();) found.push_back(asked.text(0));
  return found;
}

bool sqlite_store::has_sealed_record() { return database_->number(select_sealed_record) != 0; }

void sqlite_store::each_text(const std::function<void(const std::string&, const std::string&)>& f) {
  for (sqlite_query asked = database_->query(select_texts); asked.step();) f(asked.text(0), asked.text(1));
}

std::optional<std::string> sqlite_store::text(const std::string& hash) {
  sqlite_query asked = database_->query(select_text);
  if (!asked.bind(1, hash).step()) return {};
  return asked.text(0);
}

std::uint64_t sqlite_store::last_over(std::uint64_t chain, std::int64_t end_ms) {
  sqlite_query kept = database_->query(select_first_kept);
  if (kept.bind(1, signed_of(chain)).bind(2, end_ms).step()) return unsigned_of(kept.number(0)) - 1;
  sqlite_query last = database_->query(select_last);
  return last.bind(1, signed_of(chain)).step() ? unsigned_of(last.number(0)) : 0;
}

chain_place sqlite_store::last_up_to(std::uint64_t chain, std::uint64_t number) {
  sqlite_query asked = database_->query(select_last_up_to);
  if (!asked.bind(1, signed_of(chain)).bind(2, signed_of(number)).step()) return {chain, 0, {}, {}, {}};
  return {chain, unsigned_of(asked.number(1)), asked.text(2), {}, {}};
}

std::vector<std::string> sqlite_store::damage() {
  std::vector<std::string> found;
  for (sqlite_query asked = database_->query("PRAGMA integrity_check(20)"); asked.step();)
    if (asked.text(0) != "ok") found.push_back("the file is damaged: " + asked.text(0));
  const std::set<std::string> own = schema_of(*database_), made = made_schema(static_cast<std::size_t>(version_));
  for (const std::string& each : made)
    if (own.count(each) == 0) found.push_back("the tables were changed: missing " + each);
  for (const std::string& each : own)
    if (made.count(each) == 0) found.push_back("the tables were changed: added " + each);
  return found;
}

}  // namespace abide::detail
