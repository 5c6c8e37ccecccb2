#include "records/record_text.hpp"

#include <charconv>

#include <nlohmann/json.hpp>

#include "records/new_event.hpp"
#include "records/row.hpp"

namespace abide::detail {
namespace {

using nlohmann::ordered_json;

/// False for the columns of a chain, which only Abide's own stores have.
bool is_told(const column& which) {
  constexpr std::string_view chained[]{"chain", "number", "form", "previous", "key_name", "hash", "mac"};
  for (const std::string_view each : chained)
    if (which.name == each) return false;
  return true;
}

ordered_json value_of(const column& which, const std::string& text) {
  if (!which.is_number) return text;
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

row row_of_event(const consent_event& from) {
  consent_record record;
  record.event = from;
  return row_of(record);
}

/// A column that an earlier version did not write is empty or 0. nullopt: the value has another type.
std::optional<std::string> cell_of(const column& which, const ordered_json& all) {
  const auto at = all.find(which.name);
  if (at == all.end()) return which.is_number ? "0" : "";
  if (which.is_number ? !at->is_number_integer() : !at->is_string()) return {};
  return which.is_number ? at->dump() : at->get<std::string>();
}

}  // namespace

std::string to_record_text(const consent_event& from) {
  const row cells = row_of_event(from);
  ordered_json all = ordered_json::object();
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (is_told(columns[i])) all[std::string(columns[i].name)] = value_of(columns[i], cells[i]);
  return all.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::optional<consent_event> parse_record_text(std::string_view text) {
  const ordered_json all = ordered_json::parse(text, nullptr, false);
  if (!all.is_object()) return {};
  row cells;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!is_told(columns[i])) continue;
    auto cell = cell_of(columns[i], all);
    if (!cell) return {};
    cells[i] = std::move(*cell);
  }
  consent_event made = record_of(cells).event;
  if (!why_refused(made).empty()) return {};
  const row again = row_of_event(made);  // values without a meaning became defaults
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (is_told(columns[i]) && again[i] != cells[i]) return {};
  return made;
}

}  // namespace abide::detail
