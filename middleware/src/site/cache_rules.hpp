#pragma once
// Keeps responses that depend on the visitor out of shared caches (RFC 9110 section 12.5.5, RFC 9111).
#include <initializer_list>
#include <string>
#include <string_view>

#include "abide/headers.hpp"
#include "site/reading.hpp"

namespace abide::detail {

/// Adds field names to Vary, those that are not there yet; a Vary of `*` stays as it is (CACHE-2).
void add_vary(header_section& response, std::initializer_list<std::string_view> names);

/// The Cache-Control value that forbids shared caches and keeps what else the application said (CACHE-5, CACHE-6).
std::string private_cache_control(std::string_view cache_control);

/// The same for the signals that the answer depends on, `DNT` only where it counts; in one step where there is no Vary.
void vary_by_signals(header_section& response, const response_facts&, bool dnt_counts);

/// Makes the response private, and drops the fields that speak to shared caches over Cache-Control's head.
void make_private(header_section& response, const response_facts&);

}  // namespace abide::detail
