#pragma once
// A choice that is posted by a form or a script, from the form's bytes to the reply.
#include <string_view>

#include "abide/effect.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// Reads the form. A reply in the exchange, or an effect: then the exchange goes on with the two below.
effect begin_choice(exchange&, const header_section& request, std::string_view body);

/// The visitor's past is known: how often an informed exception was made today.
effect continue_choice(exchange&, const std::optional<std::vector<consent_record>>& past);

/// The choice was saved, or not.
void finish_choice(exchange&, const save_result&);

}  // namespace abide::detail
