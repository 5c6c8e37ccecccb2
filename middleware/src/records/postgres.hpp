#pragma once
// A PostgreSQL connection for the store, with a deadline for every wait. Faults are store_errors that name host and
// database, never a password.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;
struct pg_result;

namespace abide::detail {

/// The result of a statement. Values are texts.
class postgres_result {
 public:
  explicit postgres_result(pg_result*);
  int rows() const;
  int columns() const;
  std::string text(int at, int column) const;
  std::int64_t number(int at, int column) const;
  std::uint64_t affected() const;  ///< rows written
  std::string command() const;     ///< `COMMIT`
  const pg_result* raw() const { return result_.get(); }

 private:
  std::shared_ptr<pg_result> result_;
};

/// The name of a connection string in messages, `postgres://host/database`; empty for an invalid string.
std::string postgres_name(const std::string& where);

/// writable: of several hosts, the one that is no standby, unless the connection string names target_session_attrs.
enum class wanted_session { any, writable };

class postgres_connection {
 public:
  /// Connects; `timeout` limits this and, unless 0, every statement.
  postgres_connection(const std::string& where, std::string name, std::chrono::milliseconds connect_timeout,
                      std::chrono::milliseconds timeout, wanted_session);

  bool is_lost() const { return lost_; }

  /// Runs one statement. `sql` is prepared at its first use and must have static lifetime.
  postgres_result run(std::string_view sql, std::span<const std::string> values = {});
  /// Runs several statements, without values or results.
  void run_script(const std::string& sql);
  /// Calls `f` for each row as it arrives.
  void each_row(const std::string& sql, std::span<const std::string> values,
                const std::function<void(const postgres_result&)>& f);

 private:
  using deadline = std::chrono::steady_clock::time_point;
  struct finished {
    void operator()(pg_conn*) const;
  };

  void connect(const std::string& where, std::chrono::milliseconds timeout, wanted_session);
  void wait(bool to_read, bool to_write, deadline);
  void send_all(deadline);
  postgres_result next(deadline, bool& done);
  postgres_result only_result();
  const std::string& prepared(std::string_view sql);
  deadline from_now() const;
  [[noreturn]] void lose(const std::string& why);
  void check(const pg_result*);

  std::string name_;
  std::chrono::milliseconds timeout_;
  bool lost_ = false;
  std::unique_ptr<pg_conn, finished> connection_;
  std::map<std::string_view, std::string> names_;  // of prepared statements
};

/// `{"a","b"}`: the value of an array parameter.
std::string array_literal(std::span<const std::string> values);

}  // namespace abide::detail
