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

void bind_all(sqlite_query& asked, const std::vector<std::string>& values) {
  int next = 1;
  for (const std::string& each : values) asked.bind(next++, each);
}

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
    : sql_store(file == in_memory ? file : "sqlite:" + file, use),
      file_(std::move(file)),
      patience_(busy_time(timeout)) {}

void sqlite_store::read_each(const std::string& sql, const texts& values, const std::function<void(texts&)>& f) {
  sqlite_query asked = database_->query(sql);
  bind_all(asked, values);
  texts cells;
  while (asked.step()) {
    asked.copy_to(cells);
    f(cells);
  }
}

std::vector<sqlite_store::texts> sqlite_store::read(std::string_view sql, const texts& values) {
  std::vector<texts> found;
  read_each(std::string(sql), values, [&](texts& cells) { found.push_back(std::move(cells)); });
  return found;
}

sqlite_store::written sqlite_store::write(std::string_view sql, const texts& values) {
  sqlite_query& asked = prepared(sql);
  bind_all(asked, values);
  written made;
  while (asked.step()) asked.copy_to(made.returned.emplace_back());
  made.count = static_cast<std::uint64_t>(database_->changes());
  return made;
}

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
  const auto take_first = [](void* at, int, char** cells, char**) {
    auto& text = *static_cast<std::string*>(at);
    if (text.empty() && cells[0]) text = cells[0];
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
  write(update_head, moved_head(before, after));
  next_head_ = after;
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

std::vector<std::string> sqlite_store::damage() {
  std::vector<std::string> found;
  for (sqlite_query asked = database_->query("PRAGMA integrity_check(20)"); asked.step();)
    if (asked.text(0) != "ok") found.push_back("the file is damaged: " + asked.text(0));
  tell_differences(made_schema(static_cast<std::size_t>(version_)), schema_of(*database_), found);
  return found;
}

}  // namespace abide::detail
