#pragma once
// The cookies of one exchange: which of the request's the application may see, which of the response's may pass.
#include "abide/filter.hpp"
#include "site/exchange.hpp"
#include "site/memory.hpp"
#include "site/reading.hpp"

namespace abide::detail {

/// What the thread remembers of a request's one Cookie field; null where there is none, or several, or a long one.
/// Lives until the next call.
recent_readings::entry* entry_of(const exchange&, const header_facts&);

/// What the request's consent cookies say of the visitor goes into the exchange.
void read_consent(exchange&, const header_section& request, const header_facts&, recent_readings::entry*);

/// Whether the log is to be asked before what the visitor's cookie allows is believed.
bool must_ask_log(const exchange&) noexcept;
/// What the log said of that: a grant that it does not know of any more is none.
void apply_latest_choice(exchange&, const latest_choice&);

/// Rewrites the Cookie fields with what may be used of them, and notes what is held although it was refused.
void hide_cookies(exchange&, header_section& request, const header_facts&, recent_readings::entry*);

/// Undoes that: for identify, which learns who is logged in only after the cookies were read.
void show_cookies(exchange&, header_section& request);

/// Drops the Cookie fields behind those of the header section: they came as chunked trailers (GPC-6) and were never
/// filtered.
void hide_trailers(const exchange&, header_section& request);

/// Keeps of the Set-Cookie fields what may pass. The facts are the response's.
void filter_set_cookies(exchange&, header_section& response, const response_facts&);

}  // namespace abide::detail
