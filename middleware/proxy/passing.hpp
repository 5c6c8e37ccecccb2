#pragma once
// Heads as they are passed on: serialized again from what was parsed, each with one framing.
#include <string>

#include "proxy/grammar.hpp"
#include "proxy/hop.hpp"

namespace abide::detail::proxy {

/// Removes what CGI and similar interfaces would take for other fields: Content_Length, X_Forwarded_For.
void drop_doubles(fields&);

/// Like the other, and removes the length of an answer that has no body (RFC 9110 section 8.6).
hop take_hop(response_head&);

/// What is said after the fields.
struct request_end {
  bool chunked = false;
  bool upgrades = false;  ///< to websocket
};
/// The empty line included.
void append_head(const request_head&, request_end, std::string& to);

enum class staying : unsigned char { unsaid, closes, stays };
/// The empty line included. `minor`: of the visitor's HTTP/1, which has no chunks where it is 0.
void append_head(const response_head&, unsigned minor, bool chunked, staying, std::string& to);

}  // namespace abide::detail::proxy
