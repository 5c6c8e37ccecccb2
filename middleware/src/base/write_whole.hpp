#pragma once
#include <cerrno>
#include <cstddef>
#include <string_view>

#include <unistd.h>

namespace abide::detail {

/// Writes all bytes, with several calls if needed, and removes from `bytes` what was written. Returns 0, or errno.
inline int write_from(std::string_view& bytes, int to) noexcept {
  while (!bytes.empty()) {
    const ssize_t written = ::write(to, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// Writes all bytes. Returns 0, or errno; some bytes may then have been written.
inline int write_whole(int to, std::string_view bytes) noexcept { return write_from(bytes, to); }

}  // namespace abide::detail
