#include "records/row.hpp"

#include <charconv>
#include <stdexcept>

namespace abide::detail {
namespace {

// 4choice *( HTAB category vendor ) ; the services allowed individually follow the choices
std::string choices_text(const consent_event& e) {
  std::string text;
  for (const choice c : e.choices) text += c == choice::granted ? 'g' : c == choice::denied ? 'd' : 'n';
  for (const event_service& each : e.services)
    text.append(1, '\t').append(std::to_string(static_cast<unsigned>(each.category))).append(each.vendor);
  return text;
}

std::vector<event_service> services_of(std::string_view text) {
  std::vector<event_service> services;
  for (std::size_t at = text.find('\t'); at != text.npos && services.size() < service_grants_max;) {
    text.remove_prefix(at + 1);
    at = text.find('\t');
    const std::string_view one = text.substr(0, at);
    if (one.size() < 2 || one[0] < '1' || one[0] > '3') continue;
    services.push_back({static_cast<category>(one[0] - '0'), std::string(one.substr(1))});
  }
  return services;
}

std::array<choice, 4> choices_of(std::string_view text) {
  std::array<choice, 4> choices{};
  for (std::size_t i = 0; i < choices.size() && i < text.size(); ++i)
    choices[i] = text[i] == 'g' ? choice::granted : text[i] == 'd' ? choice::denied : choice::none;
  return choices;
}

std::string dnt_text(dnt_value value) {
  if (value == dnt_value::absent) return {};
  return value == dnt_value::one ? "1" : "0";
}

dnt_value dnt_of(std::string_view text) {
  if (text.empty()) return dnt_value::absent;
  return text == "1" ? dnt_value::one : dnt_value::zero;
}

template <class number>
number number_of(std::string_view text) {
  number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : number{0};
}

}  // namespace

row row_of(const consent_record& r, record_form form) {
  const consent_event& e = r.event;
  return {std::to_string(r.chain),
          std::to_string(r.number),
          std::to_string(static_cast<int>(form)),
          e.id,
          e.subject,
          std::to_string(e.time_ms),
          std::string(to_string(e.kind)),
          std::string(to_string(e.source)),
          choices_text(e),
          std::to_string(e.exception.bits()),
          std::to_string(e.notice),
          e.notice_hash,
          e.language,
          e.jurisdiction,
          e.place_from,
          e.table_version,
          std::to_string(e.table_checksum),
          e.seen.gpc ? "1" : "0",
          dnt_text(e.seen.dnt),
          std::string(to_string(e.conflict)),
          std::to_string(e.valid_until),
          r.previous,
          r.key_name,
          r.hash,
          r.mac};
}

consent_record record_of(const row& from) {
  consent_record r;
  consent_event& e = r.event;
  r.chain = number_of<std::uint64_t>(cell(from, "chain"));
  r.number = number_of<std::uint64_t>(cell(from, "number"));
  e.id = cell(from, "id");
  e.subject = cell(from, "subject");
  e.time_ms = number_of<std::int64_t>(cell(from, "time_ms"));
  e.kind = parse_event_kind(cell(from, "event")).value_or(event_kind::change);
  e.source = parse_source(cell(from, "source")).value_or(source::none);
  e.choices = choices_of(cell(from, "choices"));
  e.services = services_of(cell(from, "choices"));
  e.exception = category_set(number_of<std::uint8_t>(cell(from, "exception")));
  e.notice = number_of<std::uint32_t>(cell(from, "notice_version"));
  e.notice_hash = cell(from, "notice_hash");
  e.language = cell(from, "language");
  e.jurisdiction = cell(from, "jurisdiction");
  e.place_from = cell(from, "place_from");
  e.table_version = cell(from, "table_version");
  e.table_checksum = number_of<std::uint32_t>(cell(from, "table_checksum"));
  e.seen = {cell(from, "gpc") == "1", dnt_of(cell(from, "dnt"))};
  e.conflict = parse_conflict_state(cell(from, "conflict_state")).value_or(conflict_state::none);
  e.valid_until = number_of<std::int64_t>(cell(from, "valid_until"));
  r.previous = cell(from, "previous");
  r.key_name = cell(from, "key_name");
  r.hash = cell(from, "hash");
  r.mac = cell(from, "mac");
  return r;
}

const std::string& column_list() {
  static const std::string list = [] {
    std::string text;
    for (const column& each : columns) text.append(text.empty() ? "" : ", ").append(each.name);
    return text;
  }();
  return list;
}

const std::string& cell(const row& from, std::string_view name) {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].name == name) return from[i];
  throw std::logic_error("no column " + std::string(name));
}

}  // namespace abide::detail
