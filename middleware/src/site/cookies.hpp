#pragma once
// The cookies of one exchange: which of the request's the application may see, which of the response's may pass.
#include "abide/filter.hpp"
#include "site/exchange.hpp"
#include "site/reading.hpp"

namespace abide::detail {

/// The choice that the request's consent cookie holds; null: none, or one that cannot be trusted. Lives until the next
/// exchange of the thread.
const signed_choice* read_choice(const exchange&, const header_section& request, const header_facts&);

/// Rewrites the Cookie fields with what may be used of them, and notes what is held although it was refused.
void hide_cookies(exchange&, header_section& request, const header_facts&);

/// Undoes that: for identify, which learns who is logged in only after the cookies were read.
void show_cookies(exchange&, header_section& request);

/// Drops the Cookie fields behind those of the header section: they came as chunked trailers (GPC-6) and were never
/// filtered.
void hide_trailers(const exchange&, header_section& request);

/// Keeps the Set-Cookie fields that may pass.
void filter_set_cookies(exchange&, header_section& response);

}  // namespace abide::detail
