#pragma once
// Records in other formats.
#include <optional>
#include <string>

#include "records/receipt.hpp"

namespace abide::detail {

/// Kantara Consent Receipt 1.1; nothing for a record that grants no purpose, which the format cannot express.
std::optional<std::string> to_kantara(const row&, const site_facts&);

/// RFC 4180: with a heading line, lines end with CRLF.
std::string csv_heading();
std::string to_csv(const row&);

}  // namespace abide::detail
