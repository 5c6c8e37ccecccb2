#pragma once
// Keeps responses that depend on the visitor out of shared caches (RFC 9110 section 12.5.5, RFC 9111).
#include <string>
#include <string_view>

#include "abide/headers.hpp"

namespace abide {

/// Adds a field name to Vary unless it is there or Vary is `*` (CACHE-2).
void add_vary(header_section& response, std::string_view name);

/// The Cache-Control value that forbids shared caches and keeps what else the application said (CACHE-5, CACHE-6).
std::string private_cache_control(std::string_view cache_control);

/// Makes the response private, and drops the fields that speak to shared caches over Cache-Control's head.
void make_private(header_section& response);

}  // namespace abide
