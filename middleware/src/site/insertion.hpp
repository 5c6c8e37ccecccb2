#pragma once
// What is put into the site's own pages: notice, status, links, state and gate.
#include <string>

#include "abide/headers.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// Inserts it all into a page of HTML.
void insert_notice(const exchange&, const header_section& response, std::string& body);

}  // namespace abide::detail
