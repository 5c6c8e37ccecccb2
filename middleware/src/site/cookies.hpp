#pragma once
// The cookies of one exchange: which of the request the application may see, and which of the response may pass.
#include "abide/filter.hpp"
#include "site/exchange.hpp"
#include "site/memory.hpp"
#include "site/reading.hpp"

namespace abide::detail {

/// What this thread remembers of the request's Cookie field; null if there is none, more than one, or a long one. Valid
/// until the next call.
recent_readings::entry* entry_of(const exchange&, const header_facts&);

/// Reads the request's consent cookies into the exchange.
void read_consent(exchange&, const header_section& request, const header_facts&, recent_readings::entry*);

/// Whether the log must be asked before the grants of the visitor's cookie count.
bool must_ask_log(const exchange&) noexcept;
/// Applies the log's answer: a grant that it no longer knows does not count.
void apply_latest_choice(exchange&, const latest_choice&);

/// Replaces the Cookie fields by the cookies that may be used, and notes refused cookies that the browser still holds.
void hide_cookies(exchange&, header_section& request, const header_facts&, recent_readings::entry*);

/// Undoes hide_cookies: `identify` learns who is logged in after the cookies were read.
void show_cookies(exchange&, header_section& request);

/// Drops Cookie fields that came as chunked trailers (GPC-6), behind those of the header section: they were never
/// filtered.
void hide_trailers(const exchange&, header_section& request);

/// Keeps the Set-Cookie fields that may pass. The facts are those of the response.
void filter_set_cookies(exchange&, header_section& response, const response_facts&);

}  // namespace abide::detail
