#pragma once
// The access log: one JSON line per answer. It identifies nobody: no address, no path, no cookie.
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "abide/site.hpp"

namespace abide::detail::proxy {

/// A file to which all threads append whole lines. Thread-safe.
class journal {
 public:
  static constexpr std::size_t enough = 16 * 1024;  ///< bytes from which a write pays

  /// `-`: standard output. Throws config_error.
  explicit journal(std::string file);
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;
  ~journal();

  /// Returns the error, once until lines are written again; else empty. A full disk does not stop requests: the lines
  /// are lost. If it took the beginning of a line, the next one begins a line of its own.
  std::string write(std::string_view lines);
  /// Reopens the file under its name. If that fails, returns why, and keeps writing to the old file.
  std::string reopen();

 private:
  std::string file_;
  int number_;
  std::mutex one_at_a_time_;  ///< a line may take several writes
  bool is_hindered_ = false;
  bool is_cut_ = false;  ///< the file ends inside a line
};

struct answered_request {
  std::string_view method;  ///< empty: the request could not be read
  unsigned status = 0;      ///< 0: none was sent
  std::chrono::steady_clock::duration took{};
  const visit* of = nullptr;  ///< null: refused before it began
  bool asked = false;         ///< the page asks for a choice
};

void add_line(const answered_request&, std::string& to);

}  // namespace abide::detail::proxy
