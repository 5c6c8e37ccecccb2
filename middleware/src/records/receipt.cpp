#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "abide/config.hpp"
#include "base/time.hpp"
#include "records/receipt.hpp"

namespace abide::detail {
namespace {

using nlohmann::ordered_json;

const std::string not_stated = "not stated";

const std::string& or_not_stated(const std::string& text) { return text.empty() ? not_stated : text; }

std::string controller_id(const site_facts& site) {
  return "https://" + (site.host.empty() ? "site.invalid" : site.host) + "/";
}

std::string subject_id(const consent_event& e) { return "urn:abide:subject:" + e.subject; }

std::string_view purpose_of(category c) {
  switch (c) {
    case category::required: return "dpv:RequestedServiceProvision";
    case category::analytics: return "dpv:ServiceUsageAnalytics";
    case category::functional: return "dpv:ServicePersonalisation";
    case category::targeting: return "dpv:TargetedAdvertising";
  }
  return "dpv:Purpose";
}

// A signal objects to targeting, whatever was chosen before, except for an informed exception: a choice against the
// signal.
std::string_view consent_status(const consent_event& e, category c) {
  const choice chosen = e.choices[static_cast<unsigned>(c)];
  if (e.kind == event_kind::expire) return "dpv:ConsentExpired";
  if (e.kind == event_kind::signal_on && c == category::targeting && !e.exception.contains(c))
    return "dpv:ConsentRefused";
  if (chosen == choice::granted) return "dpv:ConsentGiven";
  if (chosen == choice::none) return "dpv:ConsentUnknown";
  return e.kind == event_kind::withdraw ? "dpv:ConsentWithdrawn" : "dpv:ConsentRefused";
}

bool is_european(std::string_view jurisdiction) {
  constexpr std::string_view codes =
      "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO ";
  return jurisdiction.size() == 2 && codes.find(std::string(jurisdiction) + ' ') != std::string_view::npos;
}

ordered_json duration_of(const consent_event& e) {
  if (end_of(e) == 0) return {{"@type", "dpv:UntilEventDuration"}, {"rdf:value", "the visitor's next choice"}};
  return {{"@type", "dpv:UntilTimeDuration"}, {"rdf:value", time_text_ms(end_of(e) * 1000)}};
}

// The event of ISO/IEC TS 27560: time, validity duration, entity, type, state.
ordered_json event_json(const consent_event& e, category c) {
  const std::string time = time_text_ms(e.time_ms);
  return {{"@type", ordered_json::array({consent_status(e, c), "dpv:ExpressedConsent"})},
          {"dct:date", time},
          {"dpv:isIndicatedAtTime", time},
          {"dct:valid", end_of(e) == 0 ? not_stated : time_text_ms(end_of(e) * 1000)},
          {"dpv:hasDuration", duration_of(e)},
          {"dpv:isIndicatedBy", subject_id(e)},
          {"dpv:isImplementedByEntity", subject_id(e)},
          {"dpv:hasIndicationMethod", to_string(e.source)},
          {"abide:event", to_string(e.kind)}};
}

ordered_json recipients_of(const site_facts& site, category c) {
  ordered_json list = ordered_json::array();
  const auto at = static_cast<std::size_t>(c);
  if (at < site.vendors.size())
    for (const std::string& each : site.vendors[at]) list.push_back({{"@type", "dpv:Recipient"}, {"dct:title", each}});
  if (list.empty()) list.push_back({{"@type", "dpv:Recipient"}, {"dct:title", not_stated}});
  return list;
}

ordered_json process_json(category c, const consent_event& e, ordered_json recipients, ordered_json status) {
  return {
      {"@type", "dpv:Process"},
      {"dpv:hasPurpose",
       {{"@id", "abide:" + std::string(to_string(c))},
        {"@type", "dpv:Purpose"},
        {"skos:broader", purpose_of(c)},
        {"skos:prefLabel", to_string(c)}}},
      {"dpv:hasPersonalData", {{"@type", "dpv:PersonalData"}, {"dct:title", "cookies, and what is stored under them"}}},
      {"dpv:hasLegalBasis", is_european(e.jurisdiction) ? "eu-gdpr:A6-1-a" : "dpv:Consent"},
      {"dpv:hasRecipient", std::move(recipients)},
      {"dpv:hasConsentStatus", std::move(status)}};
}

ordered_json process_json(const consent_event& e, category c, const site_facts& site) {
  return process_json(c, e, recipients_of(site, c), event_json(e, c));
}

// One service that was allowed individually, whatever the choice for its category.
ordered_json service_json(const consent_event& e, const event_service& each) {
  ordered_json given = event_json(e, each.category);
  given["@type"][0] = e.kind == event_kind::expire ? "dpv:ConsentExpired" : "dpv:ConsentGiven";
  const ordered_json recipient{{"@type", "dpv:Recipient"}, {"dct:title", each.vendor}};
  return process_json(each.category, e, ordered_json::array({recipient}), std::move(given));
}

ordered_json notice_json(const consent_event& e, const site_facts& site) {
  ordered_json notice{{"@id", controller_id(site) + "notices/" + std::to_string(e.notice)},
                      {"@type", "dpv:ConsentNotice"},
                      {"dct:identifier", std::to_string(e.notice)},
                      {"dct:language", or_not_stated(e.language)}};
  if (!e.notice_hash.empty()) notice["spdx:checksum"] = "SHA256: " + e.notice_hash;
  return notice;
}

ordered_json controller_json(const site_facts& site) {
  return {{"@id", controller_id(site)},
          {"@type", ordered_json::array({"dpv:Organisation", "dpv:DataController"})},
          {"dct:identifier", controller_id(site)},
          {"schema:name", or_not_stated(site.name)},
          {"schema:address", not_stated},
          {"schema:contactPoint", {{"@type", "schema:ContactPoint"}, {"schema:email", or_not_stated(site.contact)}}}};
}

ordered_json stored_json(const row& from) {
  ordered_json all = ordered_json::object();
  for (std::size_t i = 0; i < columns.size(); ++i) all[std::string(columns[i].name)] = from[i];
  return all;
}

}  // namespace

site_facts site_facts_of(const config& from) {
  site_facts site{
      from.site_name, std::string(from.policy.host), from.contact, {}, std::vector<std::vector<std::string>>(4)};
  if (!site.host.empty()) site.choices_url = "https://" + site.host + from.consent_path;
  for (std::size_t i = 0; i < from.policy.cookie_count; ++i) {
    const cookie_rule& rule = from.policy.cookies[i];
    auto& list = site.vendors[static_cast<unsigned>(rule.category)];
    const std::string vendor(rule.vendor);
    if (!vendor.empty() && std::find(list.begin(), list.end(), vendor) == list.end()) list.push_back(vendor);
  }
  return site;
}

const std::string& json_ld_context() {
  static const std::string text = ordered_json{
      {"dpv", "https://w3id.org/dpv#"},
      {"dpv-27560", "https://w3id.org/dpv/schema/dpv-27560#"},
      {"eu-gdpr", "https://w3id.org/dpv/legal/eu/gdpr#"},
      {"loc", "https://w3id.org/dpv/loc#"},
      {"dct", "http://purl.org/dc/terms/"},
      {"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
      {"skos", "http://www.w3.org/2004/02/skos/core#"},
      {"schema", "https://schema.org/"},
      {"spdx", "http://spdx.org/rdf/terms#"},
      {"abide", "urn:abide:"}}.dump();
  return text;
}

std::string to_json_ld(const row& from, const site_facts& site, export_use use) {
  const consent_record record = record_of(from);
  const consent_event& e = record.event;
  ordered_json processes = ordered_json::array();
  for (const category c : {category::analytics, category::functional, category::targeting})
    processes.push_back(process_json(e, c, site));
  for (const event_service& each : e.services) processes.push_back(service_json(e, each));
  const bool is_receipt = use == export_use::receipt;
  ordered_json made{
      {"@id", "urn:uuid:" + e.id},
      {"@type", is_receipt ? "dpv:ConsentReceipt" : "dpv:ConsentRecord"},
      {"dct:conformsTo", std::string("dpv-27560:") + (is_receipt ? "receipt" : "record") +
                             (is_european(e.jurisdiction) ? "-eu-gdpr" : "")},
      {"dct:identifier", e.id},
      {"dct:created", time_text_ms(e.time_ms)},
      {"dpv:hasDataSubject", {{"@id", subject_id(e)}, {"@type", "dpv:DataSubject"}, {"dct:identifier", e.subject}}},
      {"dpv:hasDataController", controller_id(site)},
      {"dpv:hasNotice", notice_json(e, site)},
      {"dct:language", or_not_stated(e.language)},
      {"dpv:hasJurisdiction", "loc:" + (e.jurisdiction.empty() ? "ZZ" : e.jurisdiction)},
      {"dpv:hasStorageCondition",
       ordered_json::array({{{"@type", "dpv:StorageLocation"}, {"dpv:hasLocation", not_stated}},
                            {{"@type", "dpv:StorageDuration"}, {"dpv:hasDuration", duration_of(e)}}})},
      {"dpv:hasConsentControl",
       {{"@type", ordered_json::array({"dpv:ProvideConsent", "dpv:WithdrawConsent"})},
        {"dpv:isExercisedAt", or_not_stated(site.choices_url)}}},
      {"dpv:hasProcess", std::move(processes)},
      {"dpv:hasEntity", ordered_json::array({controller_json(site)})},
      {"abide:record", stored_json(from)}};
  return made.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string json_ld_receipts(const std::vector<consent_record>& records, const site_facts& site) {
  std::string text = "{\"@context\":" + json_ld_context() + ",\"@graph\":[";
  for (std::size_t i = 0; i < records.size(); ++i)
    text.append(i > 0 ? ",\n" : "\n").append(to_json_ld(row_of(records[i]), site, export_use::receipt));
  return text + "\n]}\n";
}

}  // namespace abide::detail
