#include "c_answers.hpp"

#include <algorithm>
#include <ctime>
#include <deque>

#include "abide/abide.h"
#include "abide/config.hpp"

namespace {

using corpus::json;
using fields = std::vector<std::pair<std::string, std::string>>;

abide_text text(std::string_view t) { return {t.data(), t.size()}; }
std::string string_of(abide_text t) { return t.size == 0 ? std::string() : std::string(t.data, t.size); }

constexpr const char* categories[]{"required", "analytics", "functional", "targeting"};
constexpr const char* notices[]{"none", "banner", "status", "objection"};
constexpr const char* sources[]{"none", "banner", "settings", "gpc_header", "gpc_js", "dnt", "account", "api"};
constexpr const char* wishes[]{"reject-all", "accept-all", "save", "opt-out", "withdraw",      "object",
                               "undo",       "signal",     "add",  "confirm", "allow-service", "withdraw-service"};
constexpr const char* evidences[]{"policy", "catalog", "pattern", "host", "model", "rule"};

template <std::size_t n>
std::uint8_t index_of(const char* const (&names)[n], const std::string& name) {
  for (std::uint8_t i = 0; i < n; ++i)
    if (name == names[i]) return i;
  throw std::runtime_error(name);
}

// C++ reads the policy file; its values are passed through the C interface.
struct c_policy {
  abide::config read;
  abide_policy made;
  std::vector<abide_cookie_rule> rules;
  std::vector<abide_exemption> exemptions;

  explicit c_policy(const std::string& file) : read(abide::parse_config(file, "policy")) {
    const abide::policy& from = read.policy;
    abide_policy_init(&made);
    const auto set = [&](int option, auto value) {
      abide_policy_set(&made, option, static_cast<std::uint32_t>(value));
    };
    set(ABIDE_OPTION_MODE, from.mode);
    set(ABIDE_OPTION_JOINED, from.joined);
    set(ABIDE_OPTION_DNT, from.dnt);
    set(ABIDE_OPTION_EXCEPTION, from.exception);
    set(ABIDE_OPTION_UNKNOWN, from.unknown);
    set(ABIDE_OPTION_NOTICE_VERSION, from.notice_version);
    set(ABIDE_OPTION_LIFETIME_DAYS, from.lifetime_days);
    abide_policy_host(&made, text(from.host));
    abide_policy_consent_cookie(&made, text(from.consent_cookie));
    for (std::size_t i = 0; i < from.cookie_count; ++i) {
      const abide::cookie_rule& r = from.cookies[i];
      abide_cookie_rule_init(&rules.emplace_back(), text(r.name), text(r.host), text(r.vendor),
                             static_cast<std::uint8_t>(r.category), r.shared);
      abide_cookie_rule_programme(&rules.back(), text(r.programme));
    }
    for (std::size_t i = 0; i < from.exemption_count; ++i) {
      const abide::exemption& e = from.exemptions[i];
      abide_exemption_init(&exemptions.emplace_back(), text(e.jurisdiction), static_cast<std::uint8_t>(e.purpose),
                           text(e.name));
    }
    abide_policy_cookies(&made, rules.data(), rules.size());
    abide_policy_exemptions(&made, exemptions.data(), exemptions.size());
  }
};

std::int64_t time_of(const json& value) {
  std::int64_t seconds = 0;
  abide_timestamp_read(text(value.get_ref<const std::string&>()), &seconds);
  return seconds;
}

std::uint32_t service_of(const std::string& name) { return abide_service_id(text(name)); }

std::string service_name(const c_policy& p, std::uint32_t id) {
  abide_text name;
  abide_service_name(&p.made, id, &name);
  char number[10];
  std::snprintf(number, sizeof number, "#%08x", static_cast<unsigned>(id));
  return name.size > 0 ? string_of(name) : number;
}

abide_record record_of(const json& from) {
  abide_record r{};
  const json choices = from.value("choices", json::object());
  for (const auto& [name, choice] : choices.items())
    r.choices[index_of(categories, name)] = choice == "granted" ? ABIDE_CHOICE_GRANTED : ABIDE_CHOICE_DENIED;
  if (from.contains("time")) r.time = time_of(from["time"]);
  r.notice = from.value("notice", 0u);
  if (from.contains("source")) r.source = index_of(sources, from["source"]);
  if (from.contains("sticky_since")) r.sticky_since = time_of(from["sticky_since"]);
  if (from.contains("exception")) {
    r.exception_time = time_of(from["exception"]["time"]);
    for (const json& purpose : from["exception"]["purposes"])
      r.exception_purposes = static_cast<std::uint8_t>(r.exception_purposes | 1u << index_of(categories, purpose));
  }
  if (from.contains("opt_in")) {
    const json& step = from["opt_in"];
    r.opt_in_time = time_of(step["time"]);
    r.opt_in_confirmed = step.value("confirmed", false);
    for (const json& purpose : step["purposes"])
      r.opt_in_purposes = static_cast<std::uint8_t>(r.opt_in_purposes | 1u << index_of(categories, purpose));
  }
  for (const json& each : from.value("services", json::array()))
    r.services[r.service_count++] = {time_of(each["time"]), service_of(each["service"]), each["notice"],
                                     index_of(categories, each["category"])};
  return r;
}

abide_visitor visitor_of(const json& from) {
  abide_visitor v{};
  v.known = from.value("known", false);
  v.opted_out = from.value("opted_out", false);
  if (from.contains("age")) v.age = std::max(1, from["age"].get<std::int32_t>());
  if (!from.contains("incentive")) return v;
  v.incentive_asked = from["incentive"].value("asked", false);
  v.incentive_kept = v.incentive_asked && !from["incentive"].value("withdrew", false);
  if (from["incentive"].contains("programme"))
    v.programme = text(from["incentive"]["programme"].get_ref<const std::string&>());
  return v;
}

fields fields_of(const json& headers) { return headers.get<fields>(); }

abide_signals signals_of(const fields& headers, const c_policy& p) {
  abide_signals seen{};
  for (const auto& [name, value] : headers)
    abide_signals_read(&seen, text(name), text(value), static_cast<std::uint8_t>(p.read.policy.joined));
  return seen;
}

json dnt_of(const abide_signals& seen) {
  if (seen.dnt == ABIDE_DNT_ABSENT) return nullptr;
  return seen.dnt == ABIDE_DNT_ONE ? 1 : 0;
}

abide_decision decide(const c_policy& p, const abide_signals& seen, const json& in) {
  const std::string place =
      in.contains("location") && in["location"].is_string() ? in["location"].get<std::string>() : "";
  const bool has_record = in.contains("record") && in["record"].is_object();
  const abide_record record = has_record ? record_of(in["record"]) : abide_record{};
  static const json nobody = json::object();  // not a temporary: the decision views the programme's name
  const abide_visitor who = visitor_of(in.contains("visitor") && in["visitor"].is_object() ? in["visitor"] : nobody);
  abide_decision d;
  abide_decide(&p.made, &seen, text(place), has_record ? &record : nullptr, &who, time_of(in.at("now")), &d);
  return d;
}

json decision_json(const c_policy& p, const json& in) {
  const abide_signals seen = signals_of(fields_of(in["headers"]), p);
  const abide_decision d = decide(p, seen, in);
  abide_text code, regime, status;
  abide_decision_jurisdiction(&d, &code, &regime);
  abide_decision_status_line(&d, &status);
  json out{{"jurisdiction", string_of(code)},
           {"regime", string_of(regime)},
           {"gpc", seen.gpc != 0},
           {"dnt", dnt_of(seen)},
           {"allowed", json::array()},
           {"allowed_shared", json::array()},
           {"notice", notices[abide_decision_notice(&d)]},
           {"status", nullptr}};
  if (status.size > 0) out["status"] = string_of(status);
  for (std::uint8_t c = 0; c < 4; ++c) {
    const bool exempt = (abide_decision_declared_exempt(&d) >> c & 1) != 0;
    const std::pair<const char*, std::uint8_t> columns[]{{"", exempt ? ABIDE_EXEMPT : ABIDE_OWN},
                                                         {"_shared", ABIDE_SHARED}};
    for (const auto& [suffix, column] : columns) {
      abide_text rule, why, law, caution;
      abide_rule_name(abide_decision_rule(&d, c, column), &rule);
      abide_decision_why(&d, c, column, &why);
      abide_decision_law(&d, c, column, &law);
      abide_decision_caution(&d, &caution);
      if (abide_decision_allows(&d, c, column)) out[std::string("allowed") + suffix].push_back(categories[c]);
      json& reason = out[std::string("reasons") + suffix][categories[c]];
      reason = {{"rule", string_of(rule)}, {"why", string_of(why)}, {"law", string_of(law)}};
      if (caution.size > 0) reason["caution"] = string_of(caution);
    }
  }
  abide_allowed_service services[ABIDE_SERVICE_COUNT];
  const std::size_t count = abide_decision_services(&d, services);
  for (std::size_t i = 0; i < count; ++i)
    out["services"].push_back({{"service", service_name(p, services[i].service)},
                               {"category", categories[services[i].category]},
                               {"shared", services[i].shared != 0}});
  return out;
}

std::uint8_t bits_of(const json& in, const char* name) {
  std::uint8_t bits = 0;
  for (const json& each : in.value(name, json::array()))
    bits = static_cast<std::uint8_t>(bits | 1u << index_of(categories, each));
  return bits;
}

// Times in the corpus are whole seconds, from 1970 on.
std::string timestamp(std::int64_t seconds) {
  const std::time_t time = seconds;
  char out[21];
  std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&time));
  return out;
}

json names_of(std::uint8_t bits) {
  json names = json::array();
  for (std::size_t i = 0; i < 4; ++i)
    if ((bits >> i & 1) != 0) names.push_back(categories[i]);
  return names;
}

json record_json(const c_policy& p, const abide_record& r) {
  json out{{"choices", json::object()}};
  for (std::size_t i = 0; i < 4; ++i)
    if (r.choices[i] != ABIDE_CHOICE_NONE)
      out["choices"][categories[i]] = r.choices[i] == ABIDE_CHOICE_GRANTED ? "granted" : "denied";
  if (r.time != 0) out["time"] = timestamp(r.time);
  if (r.notice != 0) out["notice"] = r.notice;
  if (r.source != 0) out["source"] = sources[r.source];
  if (r.sticky_since != 0) out["sticky_since"] = timestamp(r.sticky_since);
  if (r.exception_time != 0)
    out["exception"] = {{"purposes", names_of(r.exception_purposes)}, {"time", timestamp(r.exception_time)}};
  if (r.opt_in_time != 0)
    out["opt_in"] = {{"purposes", names_of(r.opt_in_purposes)},
                     {"time", timestamp(r.opt_in_time)},
                     {"confirmed", r.opt_in_confirmed != 0}};
  for (std::size_t i = 0; i < r.service_count; ++i)
    out["services"].push_back({{"service", service_name(p, r.services[i].service)},
                               {"category", categories[r.services[i].category]},
                               {"time", timestamp(r.services[i].time)},
                               {"notice", r.services[i].notice}});
  return out;
}

json next_record_json(const c_policy& p, const json& in) {
  const abide_decision d = decide(p, signals_of(fields_of(in["headers"]), p), in);
  const bool has_record = in.contains("record");
  abide_record record = has_record ? record_of(in["record"]) : abide_record{};
  const abide_record* before = has_record ? &record : nullptr;
  const std::int64_t now = time_of(in.at("now"));
  if (in["choice"] == "signal" && in.contains("source")) {
    abide_record_apply_signal(before, index_of(sources, in["source"]), now, &record);
    return record_json(p, record);
  }
  abide_indication asked{index_of(wishes, in["choice"]),
                         bits_of(in, "grant"),
                         bits_of(in, "keep"),
                         bits_of(in, "exception"),
                         0,
                         in.value("from", "") == "banner",
                         service_of(in.value("service", ""))};
  abide_indication_complete(&asked, &d);
  abide_record_apply_wish(&p.made, &d, &asked, before, now, &record);
  return record_json(p, record);
}

std::string lower(std::string t) {
  for (char& c : t)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return t;
}

struct removals {
  const abide_decision* decision;
  std::uint8_t exempt;
  json list = json::array();
};

void tell(void* context, const abide_finding* f) {
  if (f->allowed) return;
  auto& r = *static_cast<removals*>(context);
  abide_text rule, why;
  abide_rule_name(f->rule, &rule);
  abide_decision_why(r.decision, f->what.category, f->what.shared ? ABIDE_SHARED : ABIDE_OWN, &why);
  r.list.push_back({{"from", f->from_request ? "request" : "response"},
                    {"name", string_of(f->name)},
                    {"category", categories[f->what.category]},
                    {"reason", string_of(rule) + ": " + string_of(why)}});
}

json filter_json(const c_policy& p, const json& in) {
  const fields request = fields_of(in["request"]["headers"]), response = fields_of(in["response"]["headers"]);
  const abide_signals seen = signals_of(request, p);
  const abide_decision d = decide(p, seen, in);
  std::string host(p.read.policy.host);
  for (const auto& [name, value] : request)
    if (lower(name) == "host") {
      host = lower(value.substr(0, value.find(':')));
      break;
    }
  removals removed{&d, abide_decision_declared_exempt(&d)};
  abide_filter f;
  abide_filter_init(&f, &p.made, &d, text(host), time_of(in.at("now")), tell, &removed);
  json left = json::array(), left_response = json::array();
  for (const auto& [name, value] : request) {
    std::string out(ABIDE_FILTERED_SIZE(value.size()), ' ');
    std::size_t count = 0;
    if (lower(name) == "cookie") out.resize(abide_filter_cookies(&f, text(value), out.data(), &count));
    else out = value;
    if (!out.empty() || count == 0) left.push_back({name, out});
  }
  for (const auto& [name, value] : response)
    if (lower(name) == "date") abide_filter_date(&f, text(value));
  for (const auto& [name, value] : response) {
    const int passes = lower(name) == "set-cookie" ? abide_filter_set_cookie(&f, text(value)) : 1;
    std::string out(ABIDE_DELETION_SIZE(value.size()), ' ');
    if (passes == ABIDE_AS_DELETION) out.resize(abide_deletion_write(text(value), out.data()));
    if (passes != 0) left_response.push_back({name, passes == 1 ? value : out});
  }
  return {{"request", {{"headers", left}}}, {"response", {{"headers", left_response}}}, {"removed", removed.list}};
}

// The columns of a classify case are name host site party ... The party column says whether the cookie is third-party;
// if it does not, host and site do.
json classify_json(const c_policy& p, const json& in) {
  const auto cell = [&](std::size_t i) { return in.at(i).get<std::string>(); };
  const auto host_in = [](std::string h) {
    if (const auto mark = h.find("://"); mark != h.npos) h.erase(0, mark + 3);
    h = h.substr(0, h.find_first_of("/:"));
    if (!h.empty() && h.back() == '.') h.pop_back();
    return lower(!h.empty() && h.front() == '.' ? h.substr(1) : h);
  };
  const std::string name = cell(0), host = host_in(cell(1)), site = host_in(cell(2)), party = cell(3);
  const bool apart = !host.empty() && !site.empty() && abide_is_same_site(text(host), text(site)) == 0;
  const bool third = lower(party).rfind("third", 0) == 0, first = lower(party).rfind("first", 0) == 0;
  abide_classification what;
  abide_classify(&p.made, text(name), text(host), third || (!first && apart), &what);
  return {{"category", categories[what.category]},
          {"source", evidences[what.evidence]},
          {"vendor", string_of(what.vendor)}};
}

}  // namespace

corpus::json answer_in_c(const corpus::one_case& c) {
  const std::string strict = c.command == "classify" ? R"({"unknown": "party"})" : "{}";
  const c_policy policy(c.policy.is_null() ? strict : c.policy.dump());
  if (c.command == "decide") return decision_json(policy, c.in);
  if (c.command == "choose") return next_record_json(policy, c.in);
  if (c.command == "filter") return filter_json(policy, c.in);
  if (c.command == "classify") return classify_json(policy, c.in);
  const abide_signals seen = signals_of(fields_of(c.in["headers"]), policy);
  return {{"gpc", seen.gpc != 0}, {"dnt", dnt_of(seen)}};
}
