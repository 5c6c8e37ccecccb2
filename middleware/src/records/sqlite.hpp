#pragma once
// SQLite as far as the store needs it. Every fault is a store_error that names the file.
#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace abide::detail {

class sqlite_query {
 public:
  sqlite_query(sqlite3*, const std::string& file, std::string_view sql);

  sqlite_query& bind(int at, std::string_view text);  ///< from 1; the text is copied
  sqlite_query& bind(int at, std::int64_t number);
  sqlite_query& lend(int at, const std::string& text);  ///< not copied: it must live until the next step
  bool step();                                          ///< false: done; ready to be used again
  std::string text(int at) const;                       ///< from 0
  std::int64_t number(int at) const;
  void run() {
    while (step()) {
    }
  }
  void reset() { sqlite3_reset(statement_.get()); }

 private:
  struct finalized {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  sqlite3* database_;
  const std::string* file_;
  std::unique_ptr<sqlite3_stmt, finalized> statement_;
};

/// How long a statement waits for another program's lock.
struct sqlite_patience {
  explicit sqlite_patience(std::chrono::milliseconds longest) : max(longest) {}
  const std::chrono::milliseconds max;
  std::atomic<bool> hurry{false};  ///< wait no longer
  std::chrono::steady_clock::time_point end{};
};

class sqlite_database {
 public:
  /// file: as messages name it; `memory:`. The patience must outlive the database.
  sqlite_database(const std::string& file, int flags, sqlite_patience&);

  void run(const std::string& sql);  ///< several statements, without results
  sqlite_query query(std::string_view sql) { return {handle_.get(), name_, sql}; }
  std::int64_t number(std::string_view sql);  ///< the first column of the first row
  int changes() const { return sqlite3_changes(handle_.get()); }
  sqlite3* handle() { return handle_.get(); }
  /// Whether the file of this name is still the one that was opened.
  bool was_moved();

 private:
  struct closed {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  std::string name_;
  std::unique_ptr<sqlite3, closed> handle_;
};

}  // namespace abide::detail
