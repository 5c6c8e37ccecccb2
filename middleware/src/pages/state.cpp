#include "pages/state.hpp"

#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

#include "abide/describing.hpp"
#include "abide/service.hpp"
#include "pages/notice.hpp"
#include "policy/texts.hpp"

namespace abide::detail {
namespace {

using json = nlohmann::ordered_json;

json names_of(category_set set) {
  json names = json::array();
  for (const category c : categories)
    if (set.contains(c)) names.push_back(to_string(c));
  return names;
}

category_set allowed_in(const decision& d, bool shared) {
  category_set set;
  for (const category c : categories)
    if (d.of(c, shared).allowed) set.insert(c);
  return set;
}

/// Vendors all of whose cookies are exempt: what they load may pass although its category may not.
json vendors_of(const policy& p, const decision& d) {
  json names = json::array();
  for (std::size_t i = 0; i < p.cookie_count; ++i) {
    const std::string_view vendor = p.cookies[i].vendor;
    if (is_vendor_exempt(p, d, vendor) && std::find(names.begin(), names.end(), vendor) == names.end())
      names.push_back(vendor);
  }
  return names;
}

/// The exemptions that apply here, as patterns of cookie names by category.
json exempt_names(const policy& p, const decision& d) {
  json names = json::object();
  category of{};
  for (std::size_t i = 0; i < p.exemption_count; ++i)
    if (exemption_applies(d, p.exemptions[i], of)) names[std::string(to_string(of))].push_back(p.exemptions[i].name);
  return names;
}

json services_of(const policy& p, const decision& d) {
  json list = json::array();
  for (std::size_t i = 0; i < d.service_count; ++i) {
    const allowed_service& each = d.services[i];
    const std::string_view vendor = find_service(p, each.service);
    if (!vendor.empty())
      list.push_back({{"service", vendor}, {"category", to_string(each.category)}, {"shared", each.shared}});
  }
  return list;
}

json status_json(const page_model& m) {
  const auto told = find_status_text(m);
  if (!told) return nullptr;
  return {{"title", told->title}, {"text", told->text}};
}

json reasons_of(const decision& d, bool shared) {
  json reasons = json::object();
  for (const category c : categories) {
    const verdict& v = d.of(c, shared);
    reasons[std::string(to_string(c))] = {{"rule", to_string(v.rule)}, {"why", why(d, v)}, {"law", law_of(d, v)}};
  }
  return reasons;
}

json to_json(const page_model& m) {
  const decision& d = *m.decision;
  const policy& p = m.settings->policy;
  json state{{"v", 1},
             {"allowed", names_of(allowed_in(d, false))},
             {"allowedShared", names_of(allowed_in(d, true))},
             {"optedOut", names_of(left_by_opt_out(false))},
             {"optedOutShared", names_of(left_by_opt_out(true))},
             {"gpc", d.seen.gpc},
             {"regime", to_string(d.place->regime)},
             {"notice", to_string(d.notice)},
             {"path", m.consent_path},
             {"mode", p.mode == mode::observe ? "observe" : "enforce"},
             {"noticeVersion", p.notice_version},
             {"lang", words_of(m).tag()},
             {"status", status_json(m)},
             {"chosen", has_chosen(d)},
             {"granted", has_grant(d)},
             {"exception", overrides_signal(d)},
             {"exempt", mentions_exempt(d)},
             {"objectable", uses_exempt(d)}};
  if (!d.unconfirmed.empty()) state["unconfirmed"] = true;
  if (json vendors = vendors_of(p, d); !vendors.empty()) state["allowedExempt"] = std::move(vendors);
  if (json list = services_of(p, d); !list.empty()) state["services"] = std::move(list);
  if (json names = exempt_names(p, d); !names.empty()) state["allowedNames"] = std::move(names);
  return state;
}

std::string text_of(const json& state) {
  std::string text = state.dump(-1, ' ', true, json::error_handler_t::replace);
  for (std::size_t at = 0; (at = text.find('<', at)) != std::string::npos;) text.replace(at, 1, "\\u003c");
  return text;
}

}  // namespace

std::string state_json(const page_model& m) { return text_of(to_json(m)); }

std::string printed_state_json(const page_model& m, std::string_view now, const shared_state& shared) {
  const json none, no = false, required = {to_string(category::required)}, enforced = "enforce", path = "/consent";
  json printed = to_json(m);
  printed.erase("noticeVersion");  // it is in what the cookies must say
  for (auto each = printed.begin(); each != printed.end();) {
    if (*each == none || *each == no || *each == required || *each == enforced || *each == path)
      each = printed.erase(each);
    else ++each;
  }
  printed["now"] = now;
  if (!shared.key.empty()) printed["shared"] = {{"cookie", shared.cookie}, {"key", shared.key}, {"dnt", shared.dnt}};
  return text_of(printed);
}

std::string state_json_with_reasons(const page_model& m) {
  json state = to_json(m);
  state["reasons"] = reasons_of(*m.decision, false);
  state["reasonsShared"] = reasons_of(*m.decision, true);
  return text_of(state);
}

}  // namespace abide::detail
