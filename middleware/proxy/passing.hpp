#pragma once
// Heads of forwarded messages: serialized again from what was parsed, each with exactly one framing.
#include <string>

#include "proxy/grammar.hpp"
#include "proxy/hop.hpp"

namespace abide::detail::proxy {

/// Removes fields that CGI and similar interfaces confuse with others: Content_Length, X_Forwarded_For.
void drop_doubles(fields&);

/// Like the overload in hop.hpp; also removes Content-Length from 1xx and 204 (RFC 9110 section 8.6).
hop take_hop(response_head&);

/// The fields that the proxy adds at the end.
struct request_end {
  bool chunked = false;
  bool upgrades = false;  ///< to websocket
};
/// Appends the head with its empty line.
void append_head(const request_head&, request_end, std::string& to);

enum class staying : unsigned char { unsaid, closes, stays };
/// Appends the head with its empty line. `minor`: of the visitor's HTTP/1 version; HTTP/1.0 has no chunks.
void append_head(const response_head&, unsigned minor, bool chunked, staying, std::string& to);

}  // namespace abide::detail::proxy
