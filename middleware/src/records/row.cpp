#include "records/row.hpp"

#include <algorithm>
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

bool is_service(const event_service& each) {
  return each.category != category::required && !each.vendor.empty() && each.vendor.size() <= 255 &&
         std::none_of(each.vendor.begin(), each.vendor.end(),
                      [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
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

bool is_plain(std::string_view text) {
  return text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_hash(std::string_view text) {
  const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 64 && std::all_of(text.begin(), text.end(), fits);
}

}  // namespace

bool is_subject(std::string_view text) noexcept {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  };
  return text.size() >= 16 && text.size() <= 64 && std::all_of(text.begin(), text.end(), fits);
}

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

std::string why_refused(const consent_event& e) {
  if (!is_subject(e.subject)) return std::string(subject_expected);
  if (!e.notice_hash.empty() && !is_hash(e.notice_hash))
    return "notice_hash: expected 64 hex digits or an empty string";
  if (e.time_ms < 0) return "time_ms: expected milliseconds since 1970, found " + std::to_string(e.time_ms);
  const std::pair<std::string_view, std::string_view> texts[]{{"language", e.language},
                                                              {"jurisdiction", e.jurisdiction},
                                                              {"place_from", e.place_from},
                                                              {"table_version", e.table_version}};
  for (const auto& [name, text] : texts)
    if (!is_plain(text)) return std::string(name) + ": expected at most 128 printable ASCII characters";
  if (e.services.size() > service_grants_max || !std::all_of(e.services.begin(), e.services.end(), is_service))
    return "services: expected at most 8, each with a name and a category other than required";
  if (to_string(e.kind).empty() || to_string(e.conflict).empty())
    return "kind: expected a known kind of event and state of conflict";
  return {};
}

}  // namespace abide::detail
