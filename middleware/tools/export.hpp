#pragma once
// Records in other people's formats.
#include <optional>
#include <string>

#include "records/receipt.hpp"

namespace abide::detail {
using namespace detail;  // the records' own

/// Kantara Consent Receipt 1.1; nothing for a record that grants no purpose, which the format cannot say.
std::optional<std::string> to_kantara(const row&, const site_facts&);

/// RFC 4180, with a heading line; CRLF ends each line.
std::string csv_heading();
std::string to_csv(const row&);

}  // namespace abide::detail
