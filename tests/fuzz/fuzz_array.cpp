// PostgreSQL arrays: what is written reads back, value by value, whatever a value holds.
#include <string>
#include <vector>

#include "input.hpp"
#include "linear.hpp"
#include "records/postgres.hpp"

namespace {

/// The values of an array's text in the quoted form, by the rules of PostgreSQL's manual (8.15.6).
std::vector<std::string> read_array(std::string_view text) {
  must(text.size() >= 2 && text.front() == '{' && text.back() == '}', "an array has braces");
  text = text.substr(1, text.size() - 2);
  std::vector<std::string> values;
  while (!text.empty()) {
    must(text.front() == '"', "every value has quotes");
    std::string value;
    std::size_t at = 1;
    for (; at < text.size() && text[at] != '"'; ++at) {
      if (text[at] == '\\') ++at;
      must(at < text.size(), "a backslash has what it quotes");
      value += text[at];
    }
    must(at < text.size(), "quotes are closed");
    values.push_back(value);
    text.remove_prefix(at + 1);
    if (text.empty()) break;
    must(text.front() == ',' && text.size() > 1, "a comma stands between values");
    text.remove_prefix(1);
  }
  return values;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  std::vector<std::string> values;
  while (!in.empty()) values.emplace_back(in.line());
  const std::string text = abide::detail::array_literal(values);
  must(read_array(text) == values, "what is written comes back");
  must(text.size() <= 2 * size + 3 * values.size() + 2, "and is at most twice its size");
  return 0;
}
