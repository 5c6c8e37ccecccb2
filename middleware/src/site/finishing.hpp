#pragma once
// The response: which cookies it may set, which caches may keep it, and what is inserted.
#include <string>

#include "abide/headers.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// See visit::finish.
bool finish_response(exchange&, unsigned status, header_section& response, std::string* body);

/// Whether a notice goes into this response.
bool may_insert(const exchange&, unsigned status, const header_section& response);

}  // namespace abide::detail
