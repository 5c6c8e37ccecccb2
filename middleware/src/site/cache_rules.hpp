#pragma once
// Keeps responses that depend on the visitor out of shared caches (RFC 9110 section 12.5.5, RFC 9111).
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "abide/headers.hpp"

namespace abide::detail {

struct response_facts;

/// Whether the application lets every cache keep the response for a while: one that must not carry a visitor's cookie.
bool is_for_everyone(const header_section& response);

/// Whether no shared cache may keep the response, whatever Abide says of it.
bool is_for_one(const header_section& response);

/// Adds field names to Vary, those that are not there yet; a Vary of `*` stays as it is (CACHE-2).
void add_vary(header_section& response, std::initializer_list<std::string_view> names);

/// What may be done with a response that depends on the visitor.
enum class reuse : std::uint8_t {
  as_said,  ///< by the visitor's own browser, for as long as the application said
  ask,      ///< never without asking: a page that bears a decision, which may be another one a moment later
};

/// The Cache-Control value that forbids shared caches and keeps what else the application said (CACHE-5, CACHE-6).
std::string private_cache_control(std::string_view cache_control, reuse = reuse::as_said);

/// The same for the signals that the answer depends on, `DNT` only where it counts; in one step where there is no Vary.
void vary_by_signals(header_section& response, const response_facts&, bool dnt_counts);

/// Makes the response private, and drops the fields that speak to shared caches alone.
void make_private(header_section& response, const response_facts&, reuse);

}  // namespace abide::detail
