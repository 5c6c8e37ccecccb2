#pragma once
// Where the body of a message ends (RFC 9112 section 6.3), and the bytes of the body without its chunked framing.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "proxy/grammar.hpp"

namespace abide::detail::proxy {

enum class framing : std::uint8_t { none, length, chunked, to_the_end };

struct body_size {
  proxy::framing framing = framing::none;
  std::uint64_t length = 0;       ///< of framing::length
  bool takes_extensions = false;  ///< spaces and extensions behind the size of a chunk; they are discarded
  /// Some applications send a body although the response has none (HEAD, 204, 304): it would arrive as the beginning
  /// of the next response.
  bool may_be_followed = false;
};

struct framing_fault {
  unsigned status = 0;  ///< the status that refuses it; 0: none
};

/// Refuses duplicate lengths and everything that servers may read differently.
framing_fault read_framing(const request_head&, body_size&) noexcept;
/// False: the response is invalid.
bool read_framing(const response_head&, bool is_for_head, body_size&) noexcept;

/// Reads a body: bytes in, bytes out. Buffers nothing.
class body_reader {
 public:
  explicit body_reader(body_size size) noexcept;

  /// Removes bytes from the front of `bytes` until it has some of the body, and returns a view of them. Empty: it needs
  /// more bytes, or the body has ended, or is bad.
  std::string_view next(std::string_view& bytes) noexcept;
  bool has_ended() const noexcept { return state_ == state::ended; }
  bool is_bad() const noexcept { return state_ == state::bad; }
  /// Call it when the other side has ended the connection in good order. True: the body is complete.
  bool end_of_connection() noexcept;
  std::uint64_t taken() const noexcept { return taken_; }

 private:
  enum class state : std::uint8_t { data, size, extension, size_cr, data_cr, data_lf, trailer, trailer_lf, ended, bad };

  void take_mark(char) noexcept;
  void take_size(char) noexcept;
  void take_extension(char) noexcept;
  void take_trailer(char) noexcept;

  state state_ = state::ended;
  framing framing_;
  bool takes_extensions_, is_in_extension_ = false;
  std::uint64_t left_ = 0, taken_ = 0;
  unsigned digits_ = 0, trailer_bytes_ = 0, line_bytes_ = 0;
};

}  // namespace abide::detail::proxy
