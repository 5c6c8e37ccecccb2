#pragma once
// Reads header sections as RFC 9112 writes them and in no other way: what two servers in a row may read differently is
// refused, not mended. What is forwarded is serialized again from what was parsed.
#include <cstddef>
#include <optional>
#include <string_view>

#include "proxy/fields.hpp"

namespace abide::detail::proxy {

/// Looks for the end of a header section while its bytes arrive.
struct section_end {
  std::size_t looked = 0;  ///< bytes of the section that were looked at already
  std::size_t line = 0;    ///< where the line under way begins

  enum class found { not_yet, whole, bad };
  /// `bytes` begins with the section, and grows from call to call. Whole: its size is `looked`, the empty line
  /// included. Bad: a line that LF alone ends.
  found look(std::string_view bytes) noexcept;
};

/// Views the bytes it was read from.
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

/// 0, or the status that refuses it. `line`: without its end.
unsigned read_request_line(std::string_view line, request_head&) noexcept;
/// The same of a whole section, the empty line included: request line, fields, one Host, and a target that agrees with
/// it. An absolute target becomes its path.
unsigned read_request(std::string_view section, request_head&);
/// False: not a response.
bool read_response(std::string_view section, response_head&);

/// The fields of a section or of a trailer; false: one of them is no field.
bool read_fields(std::string_view lines, proxy::fields&);

/// Digits alone, at most 18 of them.
std::optional<unsigned long long> read_number(std::string_view) noexcept;

}  // namespace abide::detail::proxy
