#pragma once
// The receipt as a page. records/receipt.hpp makes the file.
#include <string>
#include <vector>

#include "abide/event.hpp"
#include "pages/page_model.hpp"

namespace abide::detail {

/// Renders the records of one visitor, newest first.
std::string render_receipt(const page_model&, const std::vector<consent_record>& oldest_first);

}  // namespace abide::detail
