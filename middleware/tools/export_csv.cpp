#include "base/time.hpp"
#include "tools/export.hpp"

namespace abide::detail {
namespace {

// Includes the full-width signs, which spreadsheets treat alike.
bool begins_formula(std::string_view text) {
  for (const std::string_view mark : {"=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"})
    if (text.starts_with(mark)) return true;
  return false;
}

// A spreadsheet evaluates a cell that begins like a formula; a quote in front makes the cell a text. Where semicolons
// or tabs separate cells, a new cell begins after each of them.
std::string harmless(std::string_view text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = i == 0 || text[i - 1] == ';' || text[i - 1] == '\t';
    if (begins && begins_formula(text.substr(i))) made += '\'';
    made += text[i];
  }
  return made;
}

std::string quoted(const std::string& from) {
  std::string text = harmless(from);
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
  return line + ",services\r\n";
}

std::string to_csv(const row& from) {
  const consent_event e = record_of(from).event;
  std::string line = time_text_ms(e.time_ms);
  for (const category c : {category::analytics, category::functional, category::targeting})
    line.append(",").append(word_of(e.choices[static_cast<unsigned>(c)]));
  for (const std::string& each : from) line += ',' + quoted(each);
  std::string services;
  for (const event_service& each : e.services)
    services.append(services.empty() ? "" : "; ").append(to_string(each.category)).append(": ").append(each.vendor);
  line += ',' + quoted(services);
  return line + "\r\n";
}

}  // namespace abide::detail
