#pragma once
// Reads lines from standard input and writes one line for each, in order. Waiting lines are answered before more is
// read.
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace abide::detail::cli {

/// Calls `answer` for each line, without its newline. What it appends to `out` is written unchanged.
void each_line(const std::function<void(std::string_view line, std::string& out)>& answer);

/// A line that cannot be answered; what() becomes {"error": ...}.
class line_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Answers each line, a JSON object, with another one. Returns the exit status: 1 if any line was bad.
int answer_lines(const std::function<nlohmann::ordered_json(const nlohmann::json&)>& answer);

}  // namespace abide::detail::cli
