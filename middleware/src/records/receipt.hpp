#pragma once
// Consent receipts for visitors and record exports, by ISO/IEC TS 27560.
#include <string>
#include <vector>

#include "abide/records.hpp"
#include "records/row.hpp"

namespace abide {
struct config;
}

namespace abide::detail {

/// When what the event says ends, Unix seconds; 0: only with the visitor's next choice. Earlier versions wrote a
/// `valid_until` into the records of signals, too.
inline std::int64_t end_of(const consent_event& e) noexcept {
  return e.kind == event_kind::signal_on ? 0 : e.valid_until;
}

/// Facts about the site, which the formats require and records lack. Empty texts become "not stated".
struct site_facts {
  std::string name, host, contact, choices_url;
  std::vector<std::vector<std::string>> vendors;  ///< by category: who receives data
};
site_facts site_facts_of(const config&);

enum class export_use { record, receipt };

/// ISO/IEC TS 27560:2023 with the terms of the W3C Data Privacy Vocabulary (guide "dpv-27560"): one JSON-LD object, on
/// one line, without its context. `abide:record` holds every column as stored, so that nothing is lost.
std::string to_json_ld(const row&, const site_facts&, export_use = export_use::record);
/// The context for the objects' prefixes: `{"dpv":"https://w3id.org/dpv#",...}`.
const std::string& json_ld_context();
/// All records of a visitor, as one graph.
std::string json_ld_receipts(const std::vector<consent_record>&, const site_facts&);

}  // namespace abide::detail
