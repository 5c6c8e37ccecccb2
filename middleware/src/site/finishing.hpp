#pragma once
// The response: which cookies it may set, which caches may store it, and what is inserted.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "abide/headers.hpp"
#include "base/text_list.hpp"
#include "site/exchange.hpp"
#include "site/insertion.hpp"

namespace abide::detail {

/// See visit::finish.
bool finish_response(exchange&, unsigned status, header_section& response, std::string* body);

/// See visit::finish_streamed.
std::unique_ptr<page_inserter> finish_streamed(exchange&, unsigned status, header_section& response,
                                               std::string_view beginning, bool is_whole);

/// See visit::finish_placed.
std::optional<page_parts> finish_placed(exchange&, unsigned status, header_section& response,
                                        std::string_view language);

/// Remembers the visitor's signal in cookies, which are returned, and tells the log. Called for an answer that a
/// visitor sees.
text_list remember_signal(exchange&);

/// Whether a notice may be inserted into this response.
bool may_insert(const exchange&, unsigned status, const header_section& response);

}  // namespace abide::detail
