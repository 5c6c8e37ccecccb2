#pragma once
// A choice posted by a form or a script, from the bytes of the form to the reply.
#include <cstddef>
#include <string_view>

#include "abide/effect.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// The largest form, in bytes; a longer one is refused (413).
inline constexpr std::size_t form_size_max = 4096;

/// Reads the form. Leaves a reply in the exchange, or returns an effect; then the two functions below continue.
effect begin_choice(exchange&, const header_section& request, std::string_view body);

/// Continues when the visitor's past is known, and with it the number of informed exceptions made today.
effect continue_choice(exchange&, const std::optional<std::vector<consent_record>>& past);

/// Replies when the choice was saved, or could not be.
void finish_choice(exchange&, const save_result&);

}  // namespace abide::detail
