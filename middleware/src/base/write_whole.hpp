#pragma once
#include <cerrno>
#include <cstddef>
#include <string_view>

#include <unistd.h>

namespace abide::detail {

/// Writes all bytes, however few the system takes at a time. 0, or the errno that hinders it; then some may be written.
inline int write_whole(int to, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t written = ::write(to, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace abide::detail
