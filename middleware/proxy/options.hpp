#pragma once
// The proxy's options: the application, the listeners, and the limits of time and size.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "abide/site.hpp"
#include "proxy/place.hpp"

namespace abide::detail::proxy {

struct limits {
  std::chrono::milliseconds connect{5'000};    ///< until the application accepts a connection, or until one is free
  std::chrono::milliseconds header{20'000};    ///< for a visitor's header section, and for the TLS handshake
  std::chrono::milliseconds idle{30'000};      ///< between two requests of a visitor's connection
  std::chrono::milliseconds response{60'000};  ///< between two reads of a response; and how long a visitor may make a
                                               ///< body or an answer wait (patience.hpp)
  std::chrono::milliseconds kept{4'000};  ///< an idle connection to the application: Node and Apache close after 5 s
  std::chrono::milliseconds tunnel{600'000};  ///< between two bytes of a WebSocket
  std::chrono::milliseconds drain{30'000};    ///< for requests in progress when the proxy is told to stop
  std::size_t header_bytes = 32 * 1024;
  std::size_t min_rate = 500;  ///< bytes a second of a body that a visitor sends, or of an answer that a visitor reads
  std::uint64_t body_bytes = std::uint64_t{1} << 30;  ///< of a request
  std::size_t connections = 1024;  ///< of visitors; fewer if the process may not open that many files
  std::size_t backend_connections = 256;
  std::size_t queue = 1024;  ///< requests that wait for a connection to the application
};

struct options {
  backend_place to;
  listen_place listen;
  std::string tls_certificate, tls_key;  ///< PEM files; empty: plain HTTP
  std::string backend_authorities;       ///< PEM file for https applications; empty: the system's
  bool observe = false;                  ///< remove no cookie, change no page, and report what would be removed
  std::optional<listen_place> metrics;   ///< the listener of /metrics and /health; nothing: none
  std::vector<std::string> operators{"loopback"};  ///< address ranges that may read them
  std::string access_log;                          ///< a file, or `-`; empty: none
  unsigned threads = 1;
  limits most;                                   ///< for all threads together
  std::function<site()> open;                    ///< opens the site; called again at each SIGHUP
  std::function<void(const std::string&)> tell;  ///< reports a line to the operator; called from any thread
};

/// Listens and serves until SIGTERM or SIGINT, then finishes the requests in progress and returns. Throws config_error
/// and std::system_error while it starts.
void run(options);

}  // namespace abide::detail::proxy
