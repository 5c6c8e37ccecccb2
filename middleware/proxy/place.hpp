#pragma once
// The application's and the listener's place, as the command line names them.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace abide::detail::proxy {

/// Where the application is: `http://127.0.0.1:8000`, `https://app.example`, `unix:/run/app.sock`.
struct backend_place {
  bool tls = false;
  std::string host;  ///< without brackets; empty: a Unix socket
  std::uint16_t port = 0;
  std::string path;  ///< of the Unix socket
  std::string text;  ///< as it was given
};

/// Where visitors connect: `8080` (this machine only), `0.0.0.0:80`, `[::]:80`, `unix:/run/abide.sock`.
struct listen_place {
  std::string address;
  std::uint16_t port = 0;
  std::string path;
};

/// The Host of a request that names none: `app.example:8000`, `[::1]:8000`; without the port of its scheme.
std::string authority_of(const backend_place&);

/// Nothing if the text names no place; a path after the host is not allowed.
std::optional<backend_place> read_backend(std::string_view);
std::optional<listen_place> read_listen(std::string_view);

}  // namespace abide::detail::proxy
