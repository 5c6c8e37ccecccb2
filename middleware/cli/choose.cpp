#include "abide/choosing.hpp"

#include <algorithm>

#include "command.hpp"
#include "lines.hpp"
#include "members.hpp"
#include "policy/service_text.hpp"
#include "policy_option.hpp"
#include "visit_place.hpp"

namespace abide::detail::cli {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

wish read_wish(const json& line) {
  const json& from = member_of(line, "choice");
  const auto named = from.is_string() ? parse_wish(from.get_ref<const std::string&>()) : std::nullopt;
  if (!named) throw line_error("choice: expected a choice");
  return *named;
}

category_set read_categories(const json& line, std::string_view name) {
  const json& from = member_of(line, name);
  if (from.is_null()) return {};
  category_set set;
  const auto take = [&](const json& each) {
    const auto named = read_category(each);
    if (named) set.insert(*named);
    return named.has_value();
  };
  if (from.is_array() && std::all_of(from.begin(), from.end(), take)) return set;
  throw line_error(std::string(name) + ": expected an array of categories");
}

bool read_is_banner(const json& line) {
  const json& from = member_of(line, "from");
  if (from.is_null() || from == "settings") return false;
  if (from != "banner") throw line_error("from: expected banner or settings");
  return true;
}

std::uint32_t read_asked_service(const json& line) {
  const json& from = member_of(line, "service");
  const std::uint32_t id = read_service(from);
  if (id == 0 && !from.is_null()) throw line_error("service: expected the name of a service");
  return id;
}

ordered_json choices_json(const record& r) {
  ordered_json choices = ordered_json::object();
  for (const category c : categories) {
    const choice made = r.choices[static_cast<unsigned>(c)];
    if (made != choice::none) choices[std::string(to_string(c))] = made == choice::granted ? "granted" : "denied";
  }
  return choices;
}

ordered_json names_json(category_set set) {
  ordered_json names = ordered_json::array();
  for (const category c : categories)
    if (set.contains(c)) names.push_back(to_string(c));
  return names;
}

ordered_json exception_json(const informed_exception& given) {
  return {{"purposes", names_json(given.purposes)}, {"time", timestamp(given.time)}};
}

ordered_json opt_in_json(const opt_in& step) {
  return {{"purposes", names_json(step.purposes)}, {"time", timestamp(step.time)}, {"confirmed", step.confirmed}};
}

ordered_json services_json(const policy& rules, const record& r) {
  ordered_json list = ordered_json::array();
  for (const service_grant& each : r.services)
    list.push_back({{"service", service_text(rules, each.service)},
                    {"category", to_string(each.category)},
                    {"time", timestamp(each.time)},
                    {"notice", each.notice}});
  return list;
}

// Absent members mean none.
ordered_json record_json(const policy& rules, const record& r) {
  ordered_json out{{"choices", choices_json(r)}};
  if (r.time != 0) out["time"] = timestamp(r.time);
  if (r.notice != 0) out["notice"] = r.notice;
  if (r.source != source::none) out["source"] = to_string(r.source);
  if (r.sticky_since) out["sticky_since"] = timestamp(*r.sticky_since);
  if (r.exception) out["exception"] = exception_json(*r.exception);
  if (r.opt_in) out["opt_in"] = opt_in_json(*r.opt_in);
  if (r.services.count > 0) out["services"] = services_json(rules, r);
  return out;
}

int run(arguments& from) {
  const config site = take_policy(from);
  from.done();
  visit_place where(site);
  return answer_lines([&](const json& line) {
    const header_fields fields = read_headers(line, "headers");
    const visit_facts facts = where.read(line, fields);
    const decision made = decide_for(site.policy, fields, facts);
    indication asked;
    asked.wish = read_wish(line);
    asked.granted = read_categories(line, "grant");
    asked.kept = read_categories(line, "keep");
    asked.excepted = read_categories(line, "exception");
    asked.from_banner = read_is_banner(line);
    asked.service = read_asked_service(line);
    complete(asked, made);
    const record* before = facts.record ? &*facts.record : nullptr;
    const json& by = member_of(line, "source");
    const source told = by.is_null() ? source::gpc_js : read_source(by, "source");
    const bool is_signal = asked.wish == wish::signal;
    return record_json(site.policy, is_signal ? apply_signal(before, told, facts.now)
                                              : apply_wish(asked, before, site.policy, made, facts.now));
  });
}

}  // namespace

const command choose_command{
    "choose", "[--policy FILE]", "Makes the visitor's next record from a choice or a signal",
    "in    a line as for abide decide, with the record so far, and the fields of the form:\n"
    "      choice    accept-all, reject-all, save, add, opt-out, withdraw, object, undo; signal: remember a signal;\n"
    "                confirm: the second step of a grant after an opt-out;\n"
    "                allow-service, withdraw-service: a choice about one service\n"
    "      grant, keep, exception   for save: arrays of categories; grant also for add and for a service\n"
    "      service   for a choice about one service: the vendor's name\n"
    "      from      banner or settings\n"
    "      source    for signal: gpc_header, gpc_js or dnt\n"
    "out   the next record, in the form that abide decide reads; absent members have no value\n"
    "      {\"choices\",\"time\",\"notice\",\"source\",\"sticky_since\",\"exception\",\"opt_in\",\"services\"}\n\n"
    "  --policy FILE   the site's policy; default: the strict policy {}\n",
    run};

}  // namespace abide::detail::cli
