#pragma once
// The part of SQLite that the store needs. Every fault is a store_error that names the file.
#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace abide::detail {

class sqlite_query {
 public:
  sqlite_query(sqlite3*, const std::string& file, std::string_view sql);

  sqlite_query& bind(int at, std::string_view text);  ///< `at`: from 1; copies the text
  sqlite_query& bind(int at, std::int64_t number);
  sqlite_query& lend(int at, const std::string& text);  ///< not copied: must stay valid until the next step
  bool step();                                          ///< false: done, and ready to be used again
  std::string text(int at) const;                       ///< `at`: from 0
  std::int64_t number(int at) const;
  void copy_to(std::vector<std::string>& cells) const;  ///< replaces them by the row's, as texts
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
  std::atomic<bool> hurry{false};  ///< stop waiting
  std::chrono::steady_clock::time_point end{};
};

class sqlite_database {
 public:
  /// `file`: a path, also used in messages, or `memory:`. The patience must outlive the database.
  sqlite_database(const std::string& file, int flags, sqlite_patience&);
  /// Flags to read a file that nobody changes, without locks and files beside it.
  static constexpr int at_rest = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;

  void run(const std::string& sql);  ///< runs several statements, without results
  sqlite_query query(std::string_view sql) { return {handle_.get(), name_, sql}; }
  std::int64_t number(std::string_view sql);  ///< the first column of the first row
  int changes() const { return sqlite3_changes(handle_.get()); }
  sqlite3* handle() { return handle_.get(); }
  /// Whether the opened file no longer has its name.
  bool was_moved();

 private:
  struct closed {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  std::string name_;
  std::unique_ptr<sqlite3, closed> handle_;
};

}  // namespace abide::detail
