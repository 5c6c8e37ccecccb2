#pragma once
// Keeps responses that depend on the visitor out of shared caches (RFC 9110 section 12.5.5, RFC 9111).
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "abide/headers.hpp"

namespace abide::detail {

struct response_facts;

/// Whether the application lets every cache store the response for a while. Such a response must not set a visitor's
/// cookies.
bool is_for_everyone(const header_section& response);

/// Whether no shared cache may store the response, whatever Abide adds.
bool is_for_one(const header_section& response);

/// Adds the field names that Vary does not list yet; a Vary of `*` stays as it is (CACHE-2).
void add_vary(header_section& response, std::initializer_list<std::string_view> names);

/// How a response that depends on the visitor may be reused.
enum class reuse : std::uint8_t {
  as_said,  ///< by the visitor's own browser, for as long as the application said
  ask,      ///< only after revalidation: a page shows a decision, which may change at any moment
};

/// The Cache-Control value that forbids shared caches and keeps the application's other directives (CACHE-5, CACHE-6).
std::string private_cache_control(std::string_view cache_control, reuse = reuse::as_said);

/// Adds the signals that the answer depends on to Vary, `DNT` only if it counts; in one step if there is no Vary.
void vary_by_signals(header_section& response, const response_facts&, bool dnt_counts);

/// Makes the response private, and drops the fields for shared caches.
void make_private(header_section& response, const response_facts&, reuse);

}  // namespace abide::detail
