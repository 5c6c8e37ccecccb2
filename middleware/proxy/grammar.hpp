#pragma once
// Reads header sections exactly as RFC 9112 defines them. What two servers in a row may read differently is refused,
// not corrected. What is forwarded is serialized again from the parsed message.
#include <cstddef>
#include <optional>
#include <string_view>

#include "proxy/fields.hpp"

namespace abide::detail::proxy {

/// Searches for the end of a header section while its bytes arrive.
struct section_end {
  std::size_t looked = 0;  ///< bytes of the section that were searched already
  std::size_t line = 0;    ///< where the current line begins

  enum class found { not_yet, whole, bad };
  /// `bytes` begins with the section and grows from call to call. Whole: `looked` is the section's size, with the empty
  /// line. Bad: a line ends with LF only. A lone CR must wait for more bytes: it may begin an empty line before a
  /// request.
  found look(std::string_view bytes) noexcept;
};

/// Views the bytes that it was read from.
struct request_head {
  std::string_view method, target;
  unsigned minor = 1;  ///< of HTTP/1
  proxy::fields fields;
};

struct response_head {
  unsigned status = 0, minor = 1;
  std::string_view reason;
  proxy::fields fields;
};

/// Returns 0, or the status that refuses the line. `line`: without its end.
unsigned read_request_line(std::string_view line, request_head&) noexcept;
/// The same for a whole section, with the empty line: request line, fields, exactly one Host, and a target that agrees
/// with it. Replaces an absolute target by its path.
unsigned read_request(std::string_view section, request_head&);
/// False: not a response.
bool read_response(std::string_view section, response_head&);

/// Reads the complete field lines of a request that is refused, up to the first line that is not a field.
void read_begun_fields(std::string_view section, proxy::fields&);

/// Digits only, at most 18 of them.
std::optional<unsigned long long> read_number(std::string_view) noexcept;

}  // namespace abide::detail::proxy
