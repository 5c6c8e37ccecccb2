#include "command.hpp"
#include "lines.hpp"
#include "members.hpp"
#include "policy/service_text.hpp"
#include "policy_option.hpp"
#include "visit_place.hpp"

namespace abide::detail::cli {
namespace {

using nlohmann::ordered_json;
using verdicts = std::array<verdict, 4>;

ordered_json allowed_in(const verdicts& column) {
  ordered_json names = ordered_json::array();
  for (const category each : categories)
    if (column[static_cast<unsigned>(each)].allowed) names.push_back(to_string(each));
  return names;
}

ordered_json reasons_of(const decision& made, const verdicts& column) {
  ordered_json reasons = ordered_json::object();
  for (const category each : categories) {
    const verdict& v = column[static_cast<unsigned>(each)];
    ordered_json& reason = reasons[std::string(to_string(each))];
    reason = {{"rule", to_string(v.rule)}, {"why", why(made, v)}, {"law", law_of(made, v)}};
    if (const std::string_view doubt = caution(*made.place); !doubt.empty()) reason["caution"] = doubt;
  }
  return reasons;
}

// The question is about a category, not one cookie: if the policy declares an exemption in it, the exemption answers.
verdicts own_column(const decision& made) {
  verdicts column = made.own;
  for (const category each : categories)
    if (made.declared_exempt.contains(each))
      column[static_cast<unsigned>(each)] = made.exempt[static_cast<unsigned>(each)];
  return column;
}

ordered_json services_json(const policy& rules, const decision& made) {
  ordered_json list = ordered_json::array();
  for (std::size_t i = 0; i < made.service_count; ++i) {
    const allowed_service& each = made.services[i];
    list.push_back({{"service", service_text(rules, each.service)},
                    {"category", to_string(each.category)},
                    {"shared", each.shared}});
  }
  return list;
}

ordered_json decision_json(const policy& rules, const decision& made) {
  const verdicts own = own_column(made);
  const std::string_view status = status_line(made);
  ordered_json out{{"jurisdiction", made.place->code},
                   {"regime", to_string(made.place->regime)},
                   {"gpc", made.seen.gpc},
                   {"dnt", dnt_json(made.seen.dnt)},
                   {"allowed", allowed_in(own)},
                   {"allowed_shared", allowed_in(made.shared)},
                   {"reasons", reasons_of(made, own)},
                   {"reasons_shared", reasons_of(made, made.shared)},
                   {"notice", to_string(made.notice)},
                   {"status", status.empty() ? ordered_json(nullptr) : ordered_json(status)}};
  if (made.service_count > 0) out["services"] = services_json(rules, made);
  return out;
}

int run(arguments& from) {
  const config site = take_policy(from);
  from.done();
  visit_place where(site);
  return answer_lines([&](const nlohmann::json& line) {
    const header_fields fields = read_headers(line, "headers");
    const visit_facts facts = where.read(line, fields);
    return decision_json(site.policy, decide_for(site.policy, fields, facts));
  });
}

}  // namespace

const command decide_command{
    "decide", "[--policy FILE]", "Decides which categories of cookies a visitor's request allows, and by which rule",
    "in    {\"headers\":[[\"Sec-GPC\",\"1\"]],\"location\":\"US-CA\",\"now\":\"2026-11-22T00:00:00Z\",\"record\":null,\"visitor\":null}\n"
    "      record    {\"choices\":{\"analytics\":\"granted\"},\"time\":TIME,\"notice\":1,\"source\":\"banner\",\n"
    "                 \"sticky_since\":TIME,\"exception\":{\"purposes\":[\"targeting\"],\"time\":TIME},\n"
    "                 \"opt_in\":{\"purposes\":[\"targeting\"],\"time\":TIME,\"confirmed\":false},\n"
    "                 \"services\":[{\"service\":\"YouTube\",\"category\":\"targeting\",\"time\":TIME,\"notice\":1}]}\n"
    "      visitor   {\"known\":true,\"opted_out\":false,\"age\":15,\n"
    "                 \"incentive\":{\"asked\":true,\"withdrew\":false,\"programme\":\"loyalty\"}}\n"
    "      peer      the client's address; without a location, the policy's source of places is used\n"
    "out   {\"jurisdiction\",\"regime\",\"gpc\",\"dnt\",\"allowed\",\"allowed_shared\",\"reasons\",\"reasons_shared\",\"notice\",\"status\"}\n"
    "      allowed_shared: the categories for cookies whose vendor sells or shares data\n"
    "      services: services that the visitor allowed one by one, if any, with their category; shared: what they share is allowed too\n"
    "      a reason  {\"rule\",\"why\",\"law\"}, and \"caution\" if counsel should check the row of the place\n\n"
    "  --policy FILE   the site's policy; default: the strict policy {}\n",
    run};

}  // namespace abide::detail::cli
