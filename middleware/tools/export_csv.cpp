#include "records/verify.hpp"
#include "tools/export.hpp"

namespace abide::detail {
namespace {

// A spreadsheet runs a cell that begins like a formula; with the quote before it the cell is a text.
bool is_formula(const std::string& text) {
  return !text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos;
}

std::string quoted(const std::string& from) {
  const std::string text = is_formula(from) ? '\'' + from : from;
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string made = "\"";
  for (const char c : text) made += c == '"' ? std::string("\"\"") : std::string(1, c);
  return made + '"';
}

std::string_view word_of(choice c) {
  return c == choice::granted ? "granted" : c == choice::denied ? "denied" : "none";
}

}  // namespace

std::string csv_heading() {
  std::string line = "time,analytics,functional,targeting";
  for (const column& each : columns) line.append(",").append(each.name);
  return line + "\r\n";
}

std::string csv_of(const row& from) {
  const consent_event e = record_of(from).event;
  std::string line = time_text(e.time_ms);
  for (const category c : {category::analytics, category::functional, category::targeting})
    line.append(",").append(word_of(e.choices[static_cast<unsigned>(c)]));
  for (const std::string& each : from) line += ',' + quoted(each);
  return line + "\r\n";
}

}  // namespace abide::detail
