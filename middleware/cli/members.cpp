#include "members.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string>

#include "abide/service.hpp"
#include "base/time.hpp"
#include "lines.hpp"

namespace abide::detail::cli {
namespace {

using nlohmann::json;

[[noreturn]] void expected(std::string_view path, std::string_view what) {
  throw line_error(std::string(path) + ": expected " + std::string(what));
}

constexpr std::string_view services_expected = "at most 8 of service, category, time and notice";

std::string_view text_of(const json& value) { return value.get_ref<const std::string&>(); }

std::optional<std::int64_t> timestamp_of(const json& value) {
  if (!value.is_string()) return {};
  return parse_timestamp(text_of(value));
}

// As in the C interface, where 0 means none.
std::int64_t event_time(std::int64_t seconds) { return seconds == 0 ? 1 : seconds; }

// Absent counts as false.
std::optional<bool> flag_of(const json& object, std::string_view name) {
  const auto at = object.find(name);
  if (at == object.end()) return false;
  if (!at->is_boolean()) return {};
  return at->get<bool>();
}

void read_choices(const json& from, record& into) {
  constexpr std::string_view what = "categories with granted or denied";
  if (!from.is_object()) expected("record.choices", what);
  for (const auto& [name, value] : from.items()) {
    const auto which = parse_category(name);
    if (!which || (value != "granted" && value != "denied")) expected("record.choices", what);
    into.choices[static_cast<unsigned>(*which)] = value == "granted" ? choice::granted : choice::denied;
  }
}

/// Reads an object with `purposes` and `time`.
template <class purposes_and_time>
purposes_and_time read_purposes(const json& from, std::string_view path, std::string_view what) {
  purposes_and_time given;
  const json& purposes = member_of(from, "purposes");
  const auto time = timestamp_of(member_of(from, "time"));
  if (!purposes.is_array() || !time) expected(path, what);
  for (const json& purpose : purposes) {
    const auto which = read_category(purpose);
    if (!which) expected(path, what);
    given.purposes.insert(*which);
  }
  given.time = event_time(*time);
  return given;
}

informed_exception read_exception(const json& from) {
  return read_purposes<informed_exception>(from, "record.exception", "purposes and time");
}

opt_in read_opt_in(const json& from) {
  constexpr std::string_view path = "record.opt_in", what = "purposes, time and confirmed";
  auto step = read_purposes<opt_in>(from, path, what);
  const auto confirmed = flag_of(from, "confirmed");
  if (!confirmed) expected(path, what);
  step.confirmed = *confirmed;
  return step;
}

service_grant read_service_grant(const json& from) {
  const auto which = read_category(member_of(from, "category"));
  const auto time = timestamp_of(member_of(from, "time"));
  const auto version = whole_of(member_of(from, "notice"), 4294967295);
  const std::uint32_t service = read_service(member_of(from, "service"));
  if (service == 0 || !which || *which == category::required || !time || !version)
    expected("record.services", services_expected);
  return {service, *which, static_cast<std::uint32_t>(*version), event_time(*time)};
}

service_grants read_services(const json& from) {
  service_grants list;
  if (!from.is_array() || from.size() > list.at.size()) expected("record.services", services_expected);
  for (const json& each : from) list.at[list.count++] = read_service_grant(each);
  return list;
}

void read_record_time(const json& from, record& into) {
  const auto time = timestamp_of(from);
  if (!time) expected("record.time", "an RFC 3339 date-time");
  into.time = *time;
}

void read_notice(const json& from, record& into) {
  const auto version = whole_of(from, 4294967295);
  if (!version) expected("record.notice", "a whole number");
  into.notice = static_cast<std::uint32_t>(*version);
}

void read_sticky(const json& from, record& into) {
  if (from.is_null()) return;
  const auto since = timestamp_of(from);
  if (!since) expected("record.sticky_since", "an RFC 3339 date-time or null");
  into.sticky_since = event_time(*since);
}

record read_record_member(const json& from) {
  if (!from.is_object()) expected("record", "an object or null");
  record made;
  if (const auto at = from.find("choices"); at != from.end()) read_choices(*at, made);
  if (const auto at = from.find("time"); at != from.end()) read_record_time(*at, made);
  if (const auto at = from.find("notice"); at != from.end()) read_notice(*at, made);
  if (const auto at = from.find("source"); at != from.end()) made.source = read_source(*at, "record.source");
  read_sticky(member_of(from, "sticky_since"), made);
  if (const json& given = member_of(from, "exception"); !given.is_null()) made.exception = read_exception(given);
  if (const json& step = member_of(from, "opt_in"); !step.is_null()) made.opt_in = read_opt_in(step);
  if (const json& list = member_of(from, "services"); !list.is_null()) made.services = read_services(list);
  return made;
}

void read_incentive(const json& from, visitor& into) {
  if (from.is_null()) return;
  const auto asked = from.is_object() ? flag_of(from, "asked") : std::nullopt;
  const auto withdrew = from.is_object() ? flag_of(from, "withdrew") : std::nullopt;
  if (!asked || !withdrew) expected("visitor.incentive", "asked and withdrew");
  into.incentive_asked = *asked;
  into.incentive_kept = *asked && !*withdrew;
  const json& programme = member_of(from, "programme");
  if (programme.is_null()) return;
  if (!programme.is_string()) expected("visitor.incentive.programme", "a string or null");
  into.programme = text_of(programme);
}

visitor read_visitor(const json& from) {
  visitor who;
  if (from.is_null()) return who;
  if (!from.is_object()) expected("visitor", "an object or null");
  const auto known = flag_of(from, "known");
  if (!known) expected("visitor.known", "true or false");
  const auto opted_out = flag_of(from, "opted_out");
  if (!opted_out) expected("visitor.opted_out", "true or false");
  who.known = *known;
  who.opted_out = *opted_out;
  if (const json& age = member_of(from, "age"); !age.is_null()) {
    const auto years = whole_of(age, 150);
    if (!years) expected("visitor.age", "a whole number or null");
    who.age = static_cast<int>(*years);
  }
  read_incentive(member_of(from, "incentive"), who);
  return who;
}

std::string read_location(const json& object) {
  const json& from = member_of(object, "location");
  if (from.is_null()) return {};
  if (!from.is_string()) expected("location", "a string or null");
  return std::string(text_of(from));
}

}  // namespace

const json& member_of(const json& object, std::string_view name) {
  static const json absent;
  if (!object.is_object()) return absent;
  const auto at = object.find(name);
  return at == object.end() ? absent : *at;
}

std::optional<std::int64_t> whole_of(const json& value, std::int64_t max) {
  if (!value.is_number()) return {};
  const double number = value.get<double>();
  if (!(number >= 0 && number <= static_cast<double>(max)) || number != std::floor(number)) return {};
  return static_cast<std::int64_t>(number);
}

std::uint32_t read_service(const json& from) { return from.is_string() ? service_id(text_of(from)) : 0; }

std::optional<category> read_category(const json& from) {
  return from.is_string() ? parse_category(text_of(from)) : std::nullopt;
}

header_fields read_headers(const json& object, std::string_view path) {
  constexpr std::string_view what = "an array of [name, value] pairs";
  const json& from = member_of(object, "headers");
  if (!from.is_array()) expected(path, what);
  header_fields fields;
  fields.reserve(from.size());
  for (const json& field : from) {
    const bool fits = field.is_array() && field.size() == 2 && field[0].is_string() && field[1].is_string();
    if (!fits) expected(path, what);
    fields.emplace_back(text_of(field[0]), text_of(field[1]));
  }
  return fields;
}

std::int64_t read_now(const json& object) {
  const auto at = object.find("now");
  if (at == object.end()) return static_cast<std::int64_t>(std::time(nullptr));
  const auto now = timestamp_of(*at);
  if (!now) expected("now", "an RFC 3339 date-time");
  return *now;
}

visit_facts read_visit(const json& object) {
  visit_facts facts;
  facts.location = read_location(object);
  facts.now = read_now(object);
  if (const json& from = member_of(object, "record"); !from.is_null()) facts.record = read_record_member(from);
  facts.visitor = read_visitor(member_of(object, "visitor"));
  return facts;
}

decision decide_for(const policy& rules, const header_fields& fields, const visit_facts& facts) {
  return decide(rules, signals_in(fields, rules.joined), find_jurisdiction(facts.location, facts.now),
                facts.record ? &*facts.record : nullptr, facts.visitor, facts.now);
}

source read_source(const json& from, std::string_view path) {
  const auto named = from.is_string() ? parse_source(text_of(from)) : std::nullopt;
  if (!named || *named == source::none) expected(path, "a source name");
  return *named;
}

std::string timestamp(std::int64_t seconds) {
  constexpr std::int64_t last = 253402300799;
  return time_text(std::clamp<std::int64_t>(seconds, 1, last));
}

signals signals_in(const header_fields& fields, joined_values joined) {
  signals seen;
  for (const auto& [name, value] : fields) read_signal(name, value, seen, joined);
  return seen;
}

nlohmann::ordered_json dnt_json(dnt_value value) {
  if (value == dnt_value::absent) return nullptr;
  return value == dnt_value::one ? 1 : 0;
}

}  // namespace abide::detail::cli
