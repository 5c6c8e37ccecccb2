#pragma once
// The receipt for people. Its file is records/receipt.hpp's.
#include <string>
#include <vector>

#include "abide/event.hpp"
#include "pages/page_model.hpp"

namespace abide::detail {

/// The records of one visitor, of which the newest comes first.
std::string render_receipt(const page_model&, const std::vector<consent_record>& oldest_first);

}  // namespace abide::detail
