#include "records/sqlite_store.hpp"

#include <algorithm>
#include <filesystem>

#include "records/ids.hpp"
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
    if (database_->number("PRAGMA user_version") == 0) throw store_error(file_ + ": holds no records of Abide");
    sqlite_query asked = database_->query("SELECT value FROM abide_meta WHERE name = 'log'");
    log_ = asked.step() ? asked.text(0) : "";
    asked.reset();  // with a reader of its own alive, BEGIN IMMEDIATE does not wait for another writer
    if (use_ == store_use::write) take_chain(told);
    was_open_ = true;
    return told;
  } catch (...) {
    close();
    throw;
  }
}

void sqlite_store::connect() {
  const bool may_create = use_ == store_use::write && !was_open_;
  if (may_create) check_remains();
  const int flags = may_create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;
  database_ = std::make_unique<sqlite_database>(file_, flags, patience_);
  const std::int64_t made_by = database_->number("PRAGMA application_id");
  const std::int64_t tables = database_->number("SELECT count(*) FROM sqlite_schema");
  if (made_by != sqlite_application_id && (made_by != 0 || tables != 0))
    throw store_error(file_ + ": this database belongs to another program");
  if (database_->number("PRAGMA user_version") > static_cast<std::int64_t>(sqlite_schema().size()))
    throw store_error(file_ + ": was written by a newer Abide");
  if (use_ == store_use::read) return database_->run("PRAGMA query_only = ON");
  database_->run("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF");
  database_->run("PRAGMA journal_mode = WAL");
  if (!std::exchange(is_checked_, false)) check_file();
  // What a crash left in the write-ahead log goes into the file, and there to the disk.
  database_->run("PRAGMA wal_checkpoint(TRUNCATE)");
}

// A write-ahead log without its database holds records that SQLite would throw away with a new database.
void sqlite_store::check_remains() {
  std::error_code ignored;
  const std::string left = file_ + "-wal";
  if (file_ == in_memory || std::filesystem::exists(file_, ignored)) return;
  if (std::filesystem::exists(left, ignored) && std::filesystem::file_size(left, ignored) > 0)
    throw store_error(left + " holds records, but its database is gone: put the database back, or move this file away");
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

// Reads the whole file, where that takes no long time.
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
  throw store_error(file_ + ": the database is damaged (restore a backup; abide records verify says what is left): " +
                    found.substr(0, found.find('\n')));
}

// A log whose end was changed goes on from its stored head: so the gap stays visible.
void sqlite_store::take_chain(std::vector<std::string>& told) {
  database_->run("BEGIN IMMEDIATE");
  sqlite_query last =
      database_->query("SELECT chain, number, hash FROM abide_record ORDER BY chain DESC, number DESC LIMIT 1");
  sqlite_query head = database_->query("SELECT chain, number, hash FROM abide_chain ORDER BY chain DESC LIMIT 1");
  const bool has_records = last.step(), has_head = head.step();
  chain_ = has_head ? unsigned_of(head.number(0)) : has_records ? unsigned_of(last.number(0)) + 1 : 1;
  const bool fits = !has_records || (has_head && last.number(0) == head.number(0) && last.number(1) == head.number(1) &&
                                     last.text(2) == head.text(2));
  if (!fits) told.push_back(file_ + ": the end of the log was changed: run abide records verify");
  if (!has_head) prepared(insert_chain).bind(1, signed_of(chain_)).bind(2, start_hash(log_, chain_)).run();
  last.reset();
  head.reset();
  // A full disk opens well: only a write tells.
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
    // Into the file, wherever it is now: who opens it next would not find this write-ahead log.
    sqlite3_exec(database_->handle(), "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr);
    throw store_error(file_ + ": the file was moved or replaced while it was in use", store_error::after::reopen);
  }
  prepared("BEGIN IMMEDIATE").run();
  sqlite_query& head = prepared(select_head).bind(1, signed_of(chain_));
  if (!head.step()) throw store_error(file_ + ": the head of the chain is gone");
  chain_place at{chain_, unsigned_of(head.number(0)), head.text(1), {}, {}};
  head.reset();
  return at;
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
}

bool sqlite_store::link(const std::string& account, const std::string& subject, std::int64_t time_ms,
                        std::int64_t renew_ms) {
  prepared(upsert_link).bind(1, account).bind(2, subject).bind(3, time_ms).bind(4, renew_ms).run();
  return database_->changes() > 0;
}

void sqlite_store::set_opted_out(const std::string& account, std::optional<std::int64_t> since) {
  if (!since) return prepared(delete_opt_out).bind(1, account).run();
  prepared(upsert_opt_out).bind(1, account).bind(2, *since).run();
}

std::vector<std::string> sqlite_store::forget(std::span<const std::string> accounts) {
  std::vector<std::string> subjects;
  for (const std::string& account : accounts) {
    sqlite_query& links = prepared(select_links).bind(1, account);
    while (links.step()) subjects.push_back(links.text(0));
    prepared(delete_links).bind(1, account).run();
    prepared(delete_opt_out).bind(1, account).run();
  }
  erased_ = true;
  return subjects;
}

void sqlite_store::keep_text(const std::string& hash, const std::string& text) {
  prepared(insert_text).bind(1, hash).bind(2, text).run();
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
  if (!std::exchange(erased_, false)) return;
  // Else the write-ahead log would hold what was erased until its next checkpoint. A reader may be in the way: then
  // later.
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
    if (asked.text(0) != "ok") found.push_back(asked.text(0));
  return found;
}

}  // namespace abide::detail
