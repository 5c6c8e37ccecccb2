#pragma once
// What goes into an HTML page, and how the page's own policies allow it.
#include <string>

#include "abide/headers.hpp"
#include "html/page_insert.hpp"
#include "html/page_kind.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// Inserts into a page with these facts what belongs to its kind.
void insert_notice(const exchange&, const header_section& response, const page_facts&, page_kind, std::string& body);

}  // namespace abide::detail
