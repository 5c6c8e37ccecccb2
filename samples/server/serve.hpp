#pragma once
// What every server needs around its application: timeouts, limits, refusals, and a shutdown that loses nothing. One
// thread serves all connections and never blocks. The smallest server and the shop share it.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace serving {

namespace http = boost::beast::http;
using request = http::request<http::string_body>;
using response = http::response<http::string_body>;

using answer = boost::asio::awaitable<http::message_generator>;

/// Answers one request, which has no trailers; the stream provides the peer's address. If it throws, the server answers
/// 500.
using handler = std::function<answer(request, boost::beast::tcp_stream&)>;

struct limits {
  std::chrono::seconds idle{30};   ///< between two requests on a connection
  std::chrono::seconds read{20};   ///< for the whole request
  std::chrono::seconds write{60};  ///< for the whole response
  std::chrono::seconds end{10};    ///< for exchanges that are in progress when the server is told to stop
  std::uint32_t header = 16 * 1024;
  std::uint64_t body = 64 * 1024;
  std::size_t connections = 1000;  ///< fewer if the process may not open that many files
};

/// Another process already listens there.
class port_taken : public std::runtime_error {
 public:
  explicit port_taken(unsigned short number)
      : std::runtime_error("port " + std::to_string(number) + " is in use"), port(number) {}
  unsigned short port;
};

/// Sets version, persistence and length to fit the request. A response to HEAD loses its body but keeps its length.
void prepare(response&, const request&);

class server {
 public:
  explicit server(std::string address, limits = {});
  ~server();

  /// Opens a port, 0 for any free one, and returns its number. Throws port_taken.
  unsigned short open(unsigned short port);
  /// Sets the handler for a port that was opened.
  void serve(unsigned short port, handler);
  /// Calls `f` on the server's thread at each SIGHUP.
  void on_hangup(std::function<void()> f);
  /// Serves until SIGINT or SIGTERM, then answers the requests it has received and returns.
  void run();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace serving
