#include "records/sqlite.hpp"

#include <algorithm>
#include <thread>

#include "records/store.hpp"

namespace abide::detail {
namespace {

std::string in_words(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "the database is locked by another program";
    case SQLITE_CORRUPT: return "the database is damaged; restore a backup (abide records verify shows what is left)";
    case SQLITE_NOTADB: return "not an SQLite database";
    case SQLITE_FULL: return "the disk is full";
    case SQLITE_READONLY: return "the database is read-only";
    case SQLITE_CANTOPEN: return "cannot open the file";
    default: return {};
  }
}

[[noreturn]] void fail(sqlite3* database, const std::string& file, int code) {
  const int extended = database ? sqlite3_extended_errcode(database) : code;
  std::string text = file + ": ";
  const std::string words = in_words(extended);
  const std::string own = database ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  text += words.empty() ? own : words + " (" + own + ")";
  // After a failed write or sync the state of the disk is unknown, unless the disk was full.
  const bool unsure = (extended & 0xff) == SQLITE_IOERR;
  throw store_error(text, store_error::after::wait, unsure ? store_error::change::unsure : store_error::change::undone);
}

// Returns 0 to give up.
int wait_for_lock(void* at, int count) {
  using clock = std::chrono::steady_clock;
  auto& patience = *static_cast<sqlite_patience*>(at);
  if (count == 0) patience.end = clock::now() + patience.max;
  if (patience.hurry || clock::now() >= patience.end) return 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(std::min(count + 1, 10)));
  return 1;
}

std::string unchanging(const std::string& file) {
  std::string uri = file.front() == '/' ? "file://" : "file:";
  for (const char c : file) {
    if (c == '%') uri += "%25";
    else if (c == '?') uri += "%3f";
    else if (c == '#') uri += "%23";
    else uri += c;
  }
  return uri + "?immutable=1";
}

}  // namespace

sqlite_query::sqlite_query(sqlite3* database, const std::string& file, std::string_view sql)
    : database_(database), file_(&file) {
  sqlite3_stmt* made = nullptr;
  const int code =
      sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  statement_.reset(made);
  if (code != SQLITE_OK) fail(database, file, code);
}

sqlite_query& sqlite_query::bind(int at, std::string_view text) {
  const int code = sqlite3_bind_text(statement_.get(), at, text.data() ? text.data() : "",
                                     static_cast<int>(text.size()), SQLITE_TRANSIENT);
  if (code != SQLITE_OK) fail(database_, *file_, code);
  return *this;
}

sqlite_query& sqlite_query::lend(int at, const std::string& text) {
  const int code = sqlite3_bind_text(statement_.get(), at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  if (code != SQLITE_OK) fail(database_, *file_, code);
  return *this;
}

sqlite_query& sqlite_query::bind(int at, std::int64_t number) {
  const int code = sqlite3_bind_int64(statement_.get(), at, number);
  if (code != SQLITE_OK) fail(database_, *file_, code);
  return *this;
}

bool sqlite_query::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return sqlite3_reset(statement_.get()), false;
  // The reset returns the same code, so read the message first.
  try {
    fail(database_, *file_, code);
  } catch (...) {
    sqlite3_reset(statement_.get());
    throw;
  }
}

std::string sqlite_query::text(int at) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), at));
  return {bytes ? bytes : "", static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), at))};
}

std::int64_t sqlite_query::number(int at) const { return sqlite3_column_int64(statement_.get(), at); }

void sqlite_query::copy_to(std::vector<std::string>& cells) const {
  cells.resize(static_cast<std::size_t>(sqlite3_column_count(statement_.get())));
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = text(static_cast<int>(i));
}

sqlite_database::sqlite_database(const std::string& file, int flags, sqlite_patience& patience) : name_(file) {
  sqlite3* made = nullptr;
  const std::string name = file == in_memory ? ":memory:" : flags == at_rest ? unchanging(file) : file;
  const int code = sqlite3_open_v2(name.c_str(), &made, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  handle_.reset(made);
  if (code != SQLITE_OK) fail(made, name_, code);
  sqlite3_busy_handler(made, wait_for_lock, &patience);
}

void sqlite_database::run(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(handle_.get(), name_, code);
}

std::int64_t sqlite_database::number(std::string_view sql) {
  sqlite_query asked = query(sql);
  return asked.step() ? asked.number(0) : 0;
}

bool sqlite_database::was_moved() {
  int moved = 0;
  return sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved;
}

}  // namespace abide::detail
