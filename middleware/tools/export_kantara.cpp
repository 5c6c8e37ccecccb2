#include <nlohmann/json.hpp>

#include "base/time.hpp"
#include "records/receipt.hpp"
#include "tools/export.hpp"

namespace abide::detail {
namespace {

using nlohmann::ordered_json;

std::string or_not_stated(const std::string& text) { return text.empty() ? "not stated" : text; }

std::string_view method_of(source from) {
  switch (from) {
    case source::banner: return "consent notice on the web site";
    case source::settings: return "preference page of the web site";
    case source::account: return "account";
    case source::api: return "application";
    default: return to_string(from);
  }
}

std::string_view purpose_category(category c) {
  switch (c) {
    case category::required: return "Core Function";
    case category::analytics: return "Improve Performance";
    case category::functional: return "Personalized Experience";
    case category::targeting: return "Marketing Third Parties";
  }
  return "";
}

std::string vendors_of(const site_facts& site, category c) {
  std::string vendors;
  const auto at = static_cast<std::size_t>(c);
  if (at < site.vendors.size())
    for (const std::string& each : site.vendors[at]) vendors += (vendors.empty() ? "" : ", ") + each;
  return vendors;
}

ordered_json purpose_json(const consent_event& e, category c, const std::string& vendors) {
  ordered_json made{{"purpose", to_string(c)},
                    {"purposeCategory", ordered_json::array({purpose_category(c)})},
                    {"consentType", "EXPLICIT"},
                    {"piiCategory", ordered_json::array({"Cookies and online identifiers"})},
                    {"primaryPurpose", false},
                    {"termination", end_of(e) == 0 ? "withdrawal" : time_text_ms(end_of(e) * 1000) + ", or withdrawal"},
                    {"thirdPartyDisclosure", !vendors.empty()}};
  if (!vendors.empty()) made["thirdPartyName"] = vendors;
  return made;
}

}  // namespace

std::optional<std::string> to_kantara(const row& from, const site_facts& site) {
  const consent_event e = record_of(from).event;
  ordered_json purposes = ordered_json::array();
  for (const category c : {category::analytics, category::functional, category::targeting})
    if (e.choices[static_cast<unsigned>(c)] == choice::granted)
      purposes.push_back(purpose_json(e, c, vendors_of(site, c)));
  for (const event_service& each : e.services) purposes.push_back(purpose_json(e, each.category, each.vendor));
  const bool grants = e.kind == event_kind::grant || e.kind == event_kind::change || e.kind == event_kind::exception;
  if (purposes.empty() || !grants) return {};
  const ordered_json controller{{"piiController", or_not_stated(site.name)},
                                {"contact", or_not_stated(site.contact)},
                                {"address", {{"streetAddress", "not stated"}}},
                                {"email", or_not_stated(site.contact)},
                                {"phone", "not stated"}};
  const ordered_json made{
      {"version", "KI-CR-v1.1.0"},
      {"jurisdiction", e.jurisdiction.empty() ? "ZZ" : e.jurisdiction},
      {"consentTimestamp", e.time_ms / 1000},
      {"collectionMethod", method_of(e.source)},
      {"consentReceiptID", e.id},
      {"language", or_not_stated(e.language)},
      {"piiPrincipalId", e.subject},
      {"piiControllers", ordered_json::array({controller})},
      {"policyUrl", or_not_stated(site.choices_url)},
      {"services", ordered_json::array({{{"service", or_not_stated(site.name)}, {"purposes", purposes}}})},
      {"sensitive", false},
      {"spiCat", ordered_json::array()}};
  return made.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace abide::detail
