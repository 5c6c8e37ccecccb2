#pragma once
// Lines in on standard input, one line out for each, in order; what is waiting is answered before more is read.
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace abide::detail::cli {

/// Calls `answer` for each line, without its newline; what it appends to `out` is written as it is.
void each_line(const std::function<void(std::string_view line, std::string& out)>& answer);

/// A line that cannot be answered; what() becomes {"error": ...}.
class line_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Answers each line, a JSON object, with one. Returns the exit status: 1 when some line was bad.
int answer_lines(const std::function<nlohmann::ordered_json(const nlohmann::json&)>& answer);

}  // namespace abide::detail::cli
